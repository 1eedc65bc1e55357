/* src/tools/sim_random.c -- each world is a scenario like others, but for its text, which is not in a file. */
#include "tools/sim_random.h"

#include "sim/scenario/chaos.h"
#include "tools/sim_sweep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORLDS_MAX 1000000
#define NAME "random-"
#define NAME_ROOM 32
#define COMMAND_ROOM 64

static bool read_seed(const char *text, uint64_t *out, const char **end)
{
	char *after;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &after, 10);
	if (after == text || text[0] == '-' || errno) {
		return false;
	}
	*out = value;
	*end = after;
	return true;
}

bool sim_random_parse(const char *text, struct sim_random *out)
{
	uint64_t first, last;
	const char *end;

	if (!read_seed(text, &first, &end)) {
		return false;
	}
	last = first;
	if (strncmp(end, "..", 2) == 0 && !read_seed(end + 2, &last, &end)) {
		return false;
	}
	if (*end || last < first || last - first >= WORLDS_MAX) {
		return false;
	}
	out->is_asked = true;
	out->first = first;
	out->last = last;
	return true;
}

/* ---- the text ---- */

static void print(void *context, const char *text, size_t length)
{
	(void)fwrite(text, 1, length, context); /* asked of ferror() or by fclose() at the end */
}

char *sim_random_read(void *context, const char *name, const char *relative_to, size_t *size, char *why,
		      size_t why_size)
{
	uint64_t seed;
	const char *end;
	char *text = NULL;
	FILE *to;

	(void)context;
	(void)relative_to;
	if (strncmp(name, NAME, strlen(NAME)) != 0 || !read_seed(name + strlen(NAME), &seed, &end)) {
		snprintf(why, why_size, "a random world has no other files");
		return NULL;
	}
	to = open_memstream(&text, size);
	if (to) {
		chaos_write(seed, print, to);
	}
	if (!to || fclose(to) != 0) {
		snprintf(why, why_size, "out of memory");
		free(text);
		return NULL;
	}
	return text;
}

/* ---- runs ---- */

struct random_job {
	char name[NAME_ROOM], command[COMMAND_ROOM];
};

static void make_job(struct sim_job *job, struct random_job *names, const struct sim_request *request,
		     uint64_t seed)
{
	snprintf(names->name, sizeof(names->name), NAME "%llu", (unsigned long long)seed);
	snprintf(names->command, sizeof(names->command), "gnomon sim --random %llu",
		 (unsigned long long)seed);
	snprintf(job->label, sizeof(job->label), "%s", names->name);
	job->request = *request;
	job->request.file = names->name;
	job->request.command = names->command;
	job->request.is_random = true;
	job->request.has_invariants = true;
}

static int run_one(struct sim_job *job)
{
	job->request.tells = true;
	sim_run(&job->request, &job->outcome);
	if (job->outcome.said) {
		fflush(stdout);
		fputs(job->outcome.said, stderr);
	}
	return job->outcome.status == SIM_HELD ? 0 : job->outcome.status == SIM_FAILED ? 1 : 2;
}

static size_t tell(const struct sim_job *jobs, size_t count)
{
	size_t failed = 0;
	double simulated_s = 0, cpu_s = 0;

	for (size_t i = 0; i < count; i++) {
		const struct sim_outcome *o = &jobs[i].outcome;

		simulated_s += o->simulated_s;
		cpu_s += o->cpu_s;
		if (o->status != SIM_HELD) {
			failed++;
			printf("%s FAILED:\n%s", jobs[i].label, o->said ? o->said : "");
			printf("  again:  %s\n  as a file:  %s --print\n", jobs[i].request.command,
			       jobs[i].request.command);
		}
	}
	printf("%zu random worlds, %.0f s simulated in %.1f s: %zu held, %zu failed\n", count, simulated_s,
	       cpu_s, count - failed, failed);
	return failed;
}

static unsigned all_processors(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	return processors > 0 ? (unsigned)processors : 1;
}

int sim_random_run(const struct sim_random *random, const struct sim_request *request, unsigned workers)
{
	size_t count = random->is_printing ? 0 : (size_t)(random->last - random->first + 1);
	struct sim_job *jobs = calloc(count + 1, sizeof(*jobs));
	struct random_job *names = calloc(count + 1, sizeof(*names));
	int status = 2;

	if (!jobs || !names) {
		fputs("gnomon sim: out of memory\n", stderr);
	} else if (random->is_printing) {
		chaos_write(random->first, print, stdout);
		status = 0;
	} else {
		for (size_t i = 0; i < count; i++) {
			make_job(&jobs[i], &names[i], request, random->first + i);
		}
		if (count == 1) {
			status = run_one(&jobs[0]);
		} else {
			sim_sweep_run(jobs, count, workers ? workers : all_processors(),
				      isatty(STDERR_FILENO) && !request->is_quiet);
			status = tell(jobs, count) ? 1 : 0;
		}
		for (size_t i = 0; i < count; i++) {
			sim_outcome_free(&jobs[i].outcome);
		}
	}
	free(jobs);
	free(names);
	return status;
}
