/* src/tools/sim_files.c -- all files are read before the first of them runs: a mistake in the last one is told at once. */
#include "tools/sim_files.h"

#include "tools/sim_library.h"
#include "tools/sim_list.h"
#include "tools/sim_progress.h"
#include "tools/sim_sweep.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_HELD = 0, EXIT_FAILED = 1, EXIT_UNUSABLE = 2, EXIT_USAGE = 255 };

#define PATH_ROOM 2048
#define COMMAND_SIZE 4096

struct file {
	char path[PATH_ROOM];
	struct scenario *scenario;
};

struct plan {
	const struct sim_files *files;
	struct file *file;
	size_t file_count;
	struct sim_job *job;
	size_t job_count, job_room;
};

/* ---- the command that runs it again ---- */

static bool needs_quotes(const char *text)
{
	return text[strcspn(text, " \t\n$*?\"'`\\&;|<>()[]{}#~!")] != '\0' || text[0] == '\0';
}

static size_t add_character(char *out, size_t used, char c)
{
	if (used + 1 < COMMAND_SIZE) {
		out[used++] = c;
		out[used] = '\0';
	}
	return used;
}

/* As a shell reads it. */
static size_t add_word(char *out, size_t used, const char *before, const char *text)
{
	bool is_quoted = needs_quotes(text);

	for (const char *c = before; *c; c++) {
		used = add_character(out, used, *c);
	}
	used = is_quoted ? add_character(out, used, '\'') : used;
	for (; *text; text++) {
		if (*text == '\'') {
			used = add_character(out, used, '\'');
			used = add_character(out, used, '\\');
			used = add_character(out, used, '\'');
		}
		used = add_character(out, used, *text);
	}
	return is_quoted ? add_character(out, used, '\'') : used;
}

static char *make_command(const struct sim_job *job, const char *file)
{
	char *text = malloc(COMMAND_SIZE), time[48];
	size_t used;

	if (!text) {
		return NULL;
	}
	used = add_word(text, 0, "gnomon sim ", file);
	for (size_t i = 0; i < job->request.parameter_count; i++) {
		char pair[1200];

		snprintf(pair, sizeof(pair), "%s=%s", job->parameters[i].name, job->parameters[i].value);
		used = add_word(text, used, " --set ", pair);
	}
	if (job->request.until_ps > 0) {
		snprintf(time, sizeof(time), "%lldps", (long long)job->request.until_ps);
		if (job->request.until_ps % PS_PER_MS == 0) {
			snprintf(time, sizeof(time), "%lldms",
				 (long long)(job->request.until_ps / PS_PER_MS));
		}
		used = add_word(text, used, " --until ", time);
	}
	if (job->request.has_invariants) {
		used = add_word(text, used, " ", "--invariants");
	}
	if (job->request.is_mutant) {
		(void)add_word(text, used, " ", "--mutant");
	}
	return text;
}

/* ---- runs ---- */

static struct sim_job *add_job(struct plan *plan)
{
	if (plan->job_count == plan->job_room) {
		size_t room = plan->job_room ? plan->job_room * 2 : 16;
		struct sim_job *grown = reallocarray(plan->job, room, sizeof(*grown));

		if (!grown) {
			return NULL;
		}
		plan->job = grown;
		plan->job_room = room;
	}
	plan->job[plan->job_count] = (struct sim_job){ 0 };
	return &plan->job[plan->job_count++];
}

/* "jitter=4ns seed=3"; with the file's name before it where there are several. */
static void label(struct sim_job *job, const struct plan *plan, size_t file)
{
	size_t used = 0, first = plan->files->set_count;
	bool is_named = plan->files->name_count > 1 || job->request.parameter_count == first;

	if (is_named) {
		used = strlen(plan->files->names[file]);
		used = used < sizeof(job->label) ? used : sizeof(job->label) - 1;
		memcpy(job->label, plan->files->names[file], used);
	}
	for (size_t i = first; i < job->request.parameter_count && used + 1 < sizeof(job->label); i++) {
		int n = snprintf(job->label + used, sizeof(job->label) - used, "%s%s=%s", used ? " " : "",
				 job->parameters[i].name, job->parameters[i].value);

		used += n > 0 ? (size_t)n : 0;
	}
}

/* A value that the command line gives is not swept. */
static bool is_swept(const struct sim_files *files, const struct scenario_sweep *sweep)
{
	for (size_t i = 0; i < files->set_count; i++) {
		if (strcmp(files->set[i].name, sweep->name) == 0) {
			return false;
		}
	}
	return !files->has_no_sweep;
}

/* How many combinations the sweeps from the `first` on have. */
static size_t runs_from(const struct sim_files *files, const struct scenario *s, size_t first)
{
	size_t runs = 1;

	for (size_t i = first; i < s->sweep_count && runs <= SIM_RUNS_MAX; i++) {
		runs *= is_swept(files, &s->sweeps[i]) ? s->sweeps[i].value_count : 1;
	}
	return runs;
}

static size_t runs_of(const struct sim_files *files, const struct scenario *s)
{
	return runs_from(files, s, 0);
}

/* The combination of values that a file's n-th run has: the last sweep varies fastest. */
static bool make_job(struct plan *plan, size_t file, size_t n)
{
	const struct sim_files *files = plan->files;
	const struct scenario *s = plan->file[file].scenario;
	struct sim_job *job = add_job(plan);
	size_t swept = 0;

	if (!job) {
		return false;
	}
	job->scenario = s;
	job->request = files->request;
	job->request.file = plan->file[file].path;
	job->parameters = calloc(files->set_count + s->sweep_count + 1, sizeof(*job->parameters));
	if (!job->parameters) {
		return false;
	}
	if (files->set_count) {
		memcpy(job->parameters, files->set, files->set_count * sizeof(files->set[0]));
	}
	for (size_t i = 0; i < s->sweep_count; i++) {
		const struct scenario_sweep *sweep = &s->sweeps[i];

		if (is_swept(files, sweep)) {
			n %= runs_from(files, s, i);
			job->parameters[files->set_count + swept++] = (struct scenario_option){
				.name = sweep->name,
				.value = sweep->values[n / runs_from(files, s, i + 1)],
				.where = { "sweep", 1 },
			};
		}
	}
	job->request.parameters = job->parameters;
	job->request.parameter_count = files->set_count + swept;
	label(job, plan, file);
	job->request.command = make_command(job, plan->file[file].path);
	return job->request.command;
}

static bool read_file(struct plan *plan, size_t i)
{
	const struct sim_files *files = plan->files;
	struct file *file = &plan->file[i];
	const char *name = files->names[i];
	char why[2048] = "";

	if (!sim_library_find(name, file->path, sizeof(file->path), why, sizeof(why))) {
		fprintf(stderr, "gnomon sim: %s: %s\n", name, why);
		return false;
	}
	file->scenario = sim_list_read(file->path, files->set, files->set_count, files->request.is_mutant);
	if (file->scenario && files->request.is_mutant && !file->scenario->has_mutant) {
		fprintf(stderr, "gnomon sim: %s: it has no `mutant' line\n", name);
		return false;
	}
	return file->scenario;
}

static bool plan_runs(struct plan *plan)
{
	size_t total = 0;
	bool is_fine = true;

	for (size_t i = 0; i < plan->file_count; i++) {
		is_fine = read_file(plan, i) && is_fine;
		total += is_fine ? runs_of(plan->files, plan->file[i].scenario) : 0;
		if (total > SIM_RUNS_MAX) {
			fprintf(stderr, "gnomon sim: %s: more than %d runs\n", plan->files->names[i],
				SIM_RUNS_MAX);
			return false;
		}
	}
	for (size_t i = 0; is_fine && i < plan->file_count; i++) {
		size_t runs = runs_of(plan->files, plan->file[i].scenario);

		for (size_t n = 0; is_fine && n < runs; n++) {
			is_fine = make_job(plan, i, n);
			if (!is_fine) {
				fputs("gnomon sim: out of memory\n", stderr);
			}
		}
	}
	return is_fine;
}

static void free_plan(struct plan *plan)
{
	for (size_t i = 0; i < plan->job_count; i++) {
		sim_outcome_free(&plan->job[i].outcome);
		free((void *)(uintptr_t)plan->job[i].request.command);
		free(plan->job[i].parameters);
	}
	for (size_t i = 0; i < plan->file_count; i++) {
		scenario_free(plan->file[i].scenario);
	}
	free(plan->job);
	free(plan->file);
}

/* ---- running ---- */

static int run_one(struct sim_job *job)
{
	static const int statuses[] = { EXIT_HELD, EXIT_FAILED, EXIT_UNUSABLE };

	job->request.tells = true;
	sim_run(&job->request, &job->outcome);
	fflush(stdout);
	sim_outcome_say(&job->outcome);
	return statuses[job->outcome.status];
}

static int run_all(struct plan *plan)
{
	const struct sim_files *files = plan->files;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned workers = files->workers ? files->workers : processors > 0 ? (unsigned)processors : 1;
	const struct sim_request *q = &files->request;

	if (q->csv || q->report || q->pcap || q->trace) {
		fprintf(stderr,
			"gnomon sim: --csv, --report, --pcap and --trace are of one run, but these are %zu: "
			"name one file%s\n",
			plan->job_count,
			files->name_count == 1 ? ", and add --no-sweep, or --set for what it sweeps" : "");
		return EXIT_USAGE;
	}
	sim_sweep_run(plan->job, plan->job_count, workers, isatty(STDERR_FILENO) && !files->request.is_quiet);
	switch (sim_sweep_tell(plan->job, plan->job_count, q, files->name_count > 1)) {
	case SIM_HELD:
		return EXIT_HELD;
	case SIM_FAILED:
		return EXIT_FAILED;
	default:
		return EXIT_UNUSABLE;
	}
}

/* Each is read and built with each combination of its values. */
static int check_all(struct plan *plan)
{
	int status = EXIT_HELD;

	for (size_t i = 0, from = 0; i < plan->file_count; i++) {
		size_t runs = 0, wrong = 0;

		for (; from < plan->job_count && plan->job[from].scenario == plan->file[i].scenario;
		     from++, runs++) {
			sim_run(&plan->job[from].request, &plan->job[from].outcome);
			if (runs == 0 || plan->job[from].outcome.status != SIM_HELD) {
				sim_outcome_say(&plan->job[from].outcome); /* warnings of all are the same */
			}
			wrong += plan->job[from].outcome.status != SIM_HELD;
		}
		status = wrong ? EXIT_UNUSABLE : status;
		if (!wrong && !plan->files->request.is_quiet) {
			printf("%s: no mistakes", plan->files->names[i]);
			if (runs > 1) {
				printf(", in %zu runs", runs);
			}
			putchar('\n');
		}
	}
	return status;
}

int sim_files_run(const struct sim_files *files)
{
	struct plan plan = { .files = files, .file_count = files->name_count };
	int status = EXIT_UNUSABLE;

	plan.file = calloc(files->name_count, sizeof(*plan.file));
	if (!plan.file) {
		fputs("gnomon sim: out of memory\n", stderr);
		return status;
	}
	if (plan_runs(&plan)) {
		sim_progress_catch();
		status = files->request.checks ? check_all(&plan)
			 : plan.job_count == 1 ? run_one(&plan.job[0])
					       : run_all(&plan);
	}
	free_plan(&plan);
	return status;
}
