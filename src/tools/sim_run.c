/* src/tools/sim_run.c -- reads, builds, runs and judges; what is to be seen of it, sim_output.c writes. */
#include "tools/sim_run.h"

#include "sim/assemble/build.h"
#include "sim/network/capture.h"
#include "sim/watch/invariants.h"
#include "sim/watch/observe.h"
#include "tools/sim_break.h"
#include "tools/sim_library.h"
#include "tools/sim_output.h"
#include "tools/sim_progress.h"
#include "tools/sim_random.h"
#include "tools/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PATH_ROOM 1024
#define LINKS_NAMED 6

/* ---- what is said ---- */

void sim_keep(void *outcome, const char *line)
{
	struct sim_outcome *o = outcome;
	size_t before = o->said ? strlen(o->said) : 0, length = strlen(line);
	char *grown = realloc(o->said, before + length + 2);

	if (grown) {
		memcpy(grown + before, line, length);
		memcpy(grown + before + length, "\n", 2);
		o->said = grown;
	}
}

__attribute__((format(printf, 2, 3))) static void unusable(struct sim_outcome *o, const char *format, ...)
{
	char line[2 * PATH_ROOM];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	sim_keep(o, line);
	o->status = SIM_UNUSABLE;
}

void sim_outcome_say(const struct sim_outcome *outcome)
{
	for (const char *line = outcome->said; line && *line;) {
		size_t length = strcspn(line, "\n");

		fprintf(stderr, "gnomon sim: %.*s\n", (int)length, line);
		line += length + (line[length] == '\n' ? 1 : 0);
	}
}

void sim_outcome_free(struct sim_outcome *outcome)
{
	free(outcome->verdicts);
	free(outcome->said);
	*outcome = (struct sim_outcome){ 0 };
}

/* ---- one run ---- */

struct run {
	const struct sim_request *request;
	struct sim_outcome *outcome;
	struct scenario *scenario;
	struct world world;
	struct build *build;
	struct observation observation;
	struct invariants invariants;
	struct sim_break stop;
	struct sim_trace *trace;
	struct sim_judgements judgements;
	FILE *csv, *report;
	char csv_nodes[PATH_ROOM]; /* a pattern; empty: all */
	struct capture_file *captures;
	size_t capture_count;
	int64_t until_ps;
	bool has_world;
};

static bool read_it(struct run *r)
{
	const struct sim_request *q = r->request;
	struct scenario_reading reading = {
		.read = q->is_random ? sim_random_read : sim_library_read,
		.say = sim_keep,
		.context = r->outcome,
		.parameters = q->parameters,
		.parameter_count = q->parameter_count,
		.is_mutant = q->is_mutant,
	};

	r->scenario = scenario_read(q->file, &reading);
	if (!r->scenario) {
		r->outcome->status = SIM_UNUSABLE;
		return false;
	}
	r->until_ps = r->scenario->duration_ps;
	if (q->until_ps > 0 && q->until_ps < r->until_ps) {
		r->until_ps = q->until_ps;
	}
	return true;
}

static bool build_it(struct run *r)
{
	struct scenario *s = r->scenario;

	world_init(&r->world, s->seed, s->start_seconds);
	r->has_world = true;
	if (!build_world(s, &r->world, &r->build, sim_keep, r->outcome)) {
		r->outcome->status = SIM_UNUSABLE;
		return false;
	}
	return true;
}

static void print(void *context, const char *text, size_t length)
{
	(void)fwrite(text, 1, length, context); /* asked of ferror() at the end */
}

/* ---- captures ---- */

struct capture_file {
	struct capture capture;
	FILE *file;
	char path[PATH_ROOM];
	bool has_failed;
};

static void write_capture(void *context, const char *octets, size_t length)
{
	struct capture_file *c = context;

	c->has_failed = fwrite(octets, 1, length, c->file) != length || c->has_failed;
}

static bool open_capture(struct run *r, struct link *link, const char *path)
{
	struct capture_file *c = &r->captures[r->capture_count];

	snprintf(c->path, sizeof(c->path), "%s", path);
	c->file = fopen(path, "we");
	if (!c->file) {
		unusable(r->outcome, "--pcap %s: %s", path, strerror(errno));
		return false;
	}
	r->capture_count++;
	capture_init(&c->capture, link, r->world.start_seconds, write_capture, c);
	return true;
}

static bool open_link(struct run *r, const char *name, const char *path)
{
	struct world *w = &r->world;
	struct link *link = world_link(w, name);
	char names[PATH_ROOM] = "";
	size_t used = 0;

	if (link) {
		return open_capture(r, link, path);
	}
	for (size_t i = 0; i < w->link_count && i < LINKS_NAMED; i++) {
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "",
					 w->links[i]->name);
	}
	unusable(r->outcome, "--pcap: there is no link %s; there are: %s%s", name,
		 w->link_count ? names : "none", w->link_count > LINKS_NAMED ? ", .." : "");
	return false;
}

/* "FOLDER": every link, in a file of its name. "LINK=FILE": that one. */
static bool open_captures(struct run *r)
{
	const char *equals = r->request->pcap ? strchr(r->request->pcap, '=') : NULL;
	struct world *w = &r->world;
	char text[PATH_ROOM];

	if (!r->request->pcap) {
		return true;
	}
	r->captures = calloc(w->link_count + 1, sizeof(*r->captures));
	if (!r->captures) {
		unusable(r->outcome, "out of memory");
		return false;
	}
	if (equals) {
		snprintf(text, sizeof(text), "%.*s", (int)(equals - r->request->pcap), r->request->pcap);
		return open_link(r, text, equals + 1);
	}
	if (mkdir(r->request->pcap, 0777) != 0 && errno != EEXIST) {
		unusable(r->outcome, "--pcap %s: %s", r->request->pcap, strerror(errno));
		return false;
	}
	for (size_t i = 0; i < w->link_count; i++) {
		snprintf(text, sizeof(text), "%s/%s.pcap", r->request->pcap, w->links[i]->name);
		if (!open_capture(r, w->links[i], text)) {
			return false;
		}
	}
	return true;
}

static void close_captures(struct run *r)
{
	for (size_t i = 0; i < r->capture_count; i++) {
		struct capture_file *c = &r->captures[i];

		if (fclose(c->file) != 0 || c->has_failed) {
			unusable(r->outcome, "%s: it could not be written completely", c->path);
		}
	}
	free(r->captures);
}

/* ---- other files ---- */

/* Before the run, so that a name that cannot be written is told at once; what is there stays until there is more to say. */
static bool open_file(struct run *r, const char *option, const char *path, FILE **out)
{
	bool is_stdout = strcmp(path, "-") == 0;
	int fd = is_stdout ? -1 : open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	*out = is_stdout ? stdout : fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!*out) {
		unusable(r->outcome, "%s %s: %s", option, path, strerror(errno));
		if (fd >= 0) {
			close(fd);
		}
	}
	return *out;
}

static bool has_node(const struct world *world, const char *pattern)
{
	for (size_t i = 0; i < world->node_count; i++) {
		if (scenario_matches(pattern, world->nodes[i].name)) {
			return true;
		}
	}
	return false;
}

static bool check_nodes(struct run *r, const char *option, const char *pattern)
{
	if (!has_node(&r->world, pattern)) {
		unusable(r->outcome, "%s: there is no node %s", option, pattern);
		return false;
	}
	return true;
}

/* "FILE", or "NODE=FILE": a slash before the = makes all of it a file's name. */
static bool open_files(struct run *r)
{
	const struct sim_request *q = r->request;
	const char *path = q->csv, *equals = path ? strchr(path, '=') : NULL;

	if (equals && !memchr(path, '/', (size_t)(equals - path))) {
		snprintf(r->csv_nodes, sizeof(r->csv_nodes), "%.*s", (int)(equals - path), path);
		path = equals + 1;
		if (!check_nodes(r, "--csv", r->csv_nodes)) {
			return false;
		}
	}
	return (!path || open_file(r, "--csv", path, &r->csv)) &&
	       (!q->report || open_file(r, "--report", q->report, &r->report));
}

static void close_files(struct run *r)
{
	FILE *const files[] = { r->csv, r->report };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (files[i] && files[i] != stdout) {
			fclose(files[i]); /* written and asked for already, or nothing is in it */
		}
	}
}

/* ---- running ---- */

static bool watch_it(struct run *r)
{
	char why[PATH_ROOM];

	if (!observation_init(&r->observation, &r->world, r->scenario->sample_ps, r->until_ps)) {
		unusable(r->outcome, "out of memory for %.3g samples of %zu nodes: say a longer `sample'",
			 (double)r->until_ps / (double)r->scenario->sample_ps, r->world.node_count);
		return false;
	}
	r->observation.is_tracing = r->request->is_hashed;
	if (r->request->has_invariants &&
	    !invariants_init(&r->invariants, &r->world, r->scenario, sim_keep, r->outcome)) {
		unusable(r->outcome, "out of memory");
		return false;
	}
	if (r->request->break_on) {
		if (!sim_break_parse(&r->stop, r->request->break_on, why, sizeof(why))) {
			unusable(r->outcome, "--break-on %s: %s", r->request->break_on, why);
			return false;
		}
		if (!check_nodes(r, "--break-on", r->stop.pattern)) {
			return false;
		}
		sim_break_watch(&r->stop, &r->world);
	}
	if (r->request->trace) {
		if (!check_nodes(r, "--trace", r->request->trace)) {
			return false;
		}
		r->trace = sim_trace_start(&r->world, &r->request->trace, 1, print, stdout);
		if (!r->trace) {
			unusable(r->outcome, "out of memory");
			return false;
		}
	}
	return open_files(r) && open_captures(r);
}

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool play(struct run *r)
{
	double started = cpu_seconds();

	sim_progress_run(&r->world, r->until_ps, r->request->shows_progress);
	observation_finish(&r->observation);
	r->outcome->cpu_s = cpu_seconds() - started;
	r->outcome->simulated_s = (double)r->world.queue.now_ps / (double)PS_PER_SECOND;
	r->outcome->events = r->world.queue.handled;
	r->outcome->trace = r->observation.trace;
	if (r->stop.is_met) {
		snprintf(r->outcome->stopped, sizeof(r->outcome->stopped), "%.90s: %s", r->request->break_on,
			 r->stop.text);
	} else if (sim_progress_interrupted()) {
		snprintf(r->outcome->stopped, sizeof(r->outcome->stopped), "interrupted at %.9g s",
			 r->outcome->simulated_s);
	}
	if (r->observation.is_out_of_memory || r->world.queue.is_out_of_memory) {
		unusable(r->outcome, "out of memory at %.3f s", r->outcome->simulated_s);
		return false;
	}
	return true;
}

/* ---- judging and telling ---- */

static void judge(struct run *r)
{
	struct sim_outcome *o = r->outcome;
	const struct sim_judgements *j = &r->judgements;

	o->verdicts = sim_judge(&r->judgements, r->scenario, &r->observation)
			      ? calloc(j->count + 1, sizeof(*o->verdicts))
			      : NULL;
	if (!o->verdicts) {
		unusable(o, "out of memory");
		return;
	}
	o->verdict_count = j->count;
	o->left_out = j->left_out;
	o->status = j->failed ? SIM_FAILED : SIM_HELD;
	for (size_t i = 0; i < j->count; i++) {
		const struct verdict *v = &j->list[i].verdict;

		o->verdicts[i] = (struct sim_verdict){
			.expectation = (size_t)(j->list[i].expectation - r->scenario->expectations),
			.holds = v->holds,
			.seen = v->seen,
		};
		snprintf(o->verdicts[i].node, sizeof(o->verdicts[i].node), "%s", v->node);
		snprintf(o->verdicts[i].text, sizeof(o->verdicts[i].text), "%s", v->text);
	}
}

static bool write_csv(const struct sim_run_seen *seen, FILE *to)
{
	sim_csv(seen, print, to);
	return true;
}

static bool write_page(const struct sim_run_seen *seen, FILE *to)
{
	return sim_page(seen, print, to);
}

static bool write_json(const struct sim_run_seen *seen, FILE *to)
{
	return sim_json(seen, print, to);
}

static void to_file(struct run *r, FILE **to, const char *name, const struct sim_run_seen *seen,
		    bool (*write)(const struct sim_run_seen *seen, FILE *to))
{
	bool is_stdout = *to == stdout, is_fine;

	if (!is_stdout) {
		(void)!ftruncate(fileno(*to), 0); /* what is no file has nothing to be taken away */
	}
	errno = 0;
	is_fine = write(seen, *to) && !ferror(*to);
	if ((is_stdout ? fflush(*to) : fclose(*to)) != 0 || !is_fine) {
		unusable(r->outcome, "%s: it could not be written completely: %s",
			 is_stdout ? "standard output" : name, strerror(errno ? errno : ENOMEM));
	}
	*to = is_stdout ? stdout : NULL;
}

/* To where nothing else goes. */
static void summarize(struct run *r, const struct sim_run_seen *seen)
{
	bool is_taken = r->csv == stdout || r->report == stdout;
	FILE *to = is_taken ? stderr : stdout;
	struct sim_look look = { .has_colours = terminal_has_colours(is_taken ? STDERR_FILENO
									      : STDOUT_FILENO),
				 .is_utf8 = terminal_is_utf8(),
				 .is_quiet = r->request->is_quiet };

	if (!sim_summary(seen, &look, print, to)) {
		unusable(r->outcome, "out of memory");
	}
	if (r->request->is_hashed) {
		fprintf(to, "trace %016llx, %llu events\n", (unsigned long long)r->outcome->trace,
			(unsigned long long)r->outcome->events);
	}
}

static void tell(struct run *r)
{
	const struct sim_request *q = r->request;
	struct sim_run_seen seen = { .scenario = r->scenario,
				     .observation = &r->observation,
				     .judgements = &r->judgements,
				     .command = q->command,
				     .stopped = r->outcome->stopped,
				     .csv_nodes = r->csv_nodes };
	FILE *out = stdout;

	if (r->csv) {
		to_file(r, &r->csv, q->csv, &seen, write_csv);
	}
	if (r->report) {
		to_file(r, &r->report, q->report, &seen, write_page);
	}
	if (q->tells && q->is_json) {
		to_file(r, &out, "-", &seen, write_json);
	} else if (q->tells) {
		summarize(r, &seen);
	}
}

/* The last of all: nothing is left of the world. */
static void judge_invariants(struct run *r)
{
	if (r->request->has_invariants && invariants_judge(&r->invariants, &r->observation) > 0 &&
	    r->outcome->status == SIM_HELD) {
		r->outcome->status = SIM_FAILED;
	}
}

void sim_run(const struct sim_request *request, struct sim_outcome *out)
{
	struct run *r = calloc(1, sizeof(*r));

	*out = (struct sim_outcome){ .status = SIM_HELD };
	if (!r) {
		unusable(out, "out of memory");
		return;
	}
	r->request = request;
	r->outcome = out;
	if (read_it(r) && build_it(r) && !request->checks && watch_it(r) && play(r)) {
		judge(r);
		tell(r);
		judge_invariants(r);
	}
	close_captures(r);
	close_files(r);
	sim_trace_free(r->trace);
	sim_judgements_free(&r->judgements);
	invariants_free(&r->invariants);
	observation_free(&r->observation);
	if (r->has_world) {
		world_free(&r->world);
	}
	build_free(r->build);
	scenario_free(r->scenario);
	free(r);
}
