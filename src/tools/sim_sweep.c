/* src/tools/sim_sweep.c -- a process for each run, its outcome through a pipe. */
#include "tools/sim_sweep.h"

#include "report/json.h"
#include "report/text.h"
#include "tools/sim_progress.h"
#include "tools/terminal.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORKERS_MAX 256
#define BAR_WIDTH 30
#define COLUMNS_MAX 6
#define TITLE_SIZE 128
#define CELL_SIZE 160
#define FAILURES_SHOWN 10 /* runs; and of each so many of its expectations */

/* ---- an outcome through a pipe: the same program reads what it wrote ---- */

static bool write_all(int fd, const void *from, size_t size)
{
	const char *at = from;

	while (size > 0) {
		ssize_t n = write(fd, at, size);

		if (n < 0 && errno != EINTR) {
			return false;
		}
		at += n > 0 ? n : 0;
		size -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

static bool send_outcome(int fd, const struct sim_outcome *o)
{
	size_t said = o->said ? strlen(o->said) + 1 : 0;

	return write_all(fd, o, sizeof(*o)) && write_all(fd, &said, sizeof(said)) &&
	       (o->verdict_count == 0 ||
		write_all(fd, o->verdicts, o->verdict_count * sizeof(o->verdicts[0]))) &&
	       (said == 0 || write_all(fd, o->said, said));
}

struct sent_outcome {
	char *octets;
	size_t length, room;
};

/* False when the sender is done. */
static bool receive_some(int fd, struct sent_outcome *p)
{
	ssize_t n;

	if (p->room - p->length < 4096) {
		size_t room = p->room ? p->room * 2 : 16384;
		char *grown = realloc(p->octets, room);

		if (!grown) {
			return false;
		}
		p->octets = grown;
		p->room = room;
	}
	n = read(fd, p->octets + p->length, p->room - p->length);
	if (n > 0) {
		p->length += (size_t)n;
	}
	return n > 0 || (n < 0 && errno == EINTR);
}

static void *copy_of(const char *from, size_t size)
{
	void *copy = malloc(size);

	if (copy) {
		memcpy(copy, from, size);
	}
	return copy;
}

static bool unpack(const struct sent_outcome *p, struct sim_outcome *out)
{
	struct sim_outcome o;
	size_t said, verdicts;

	if (p->length < sizeof(o) + sizeof(said)) {
		return false;
	}
	memcpy(&o, p->octets, sizeof(o));
	memcpy(&said, p->octets + sizeof(o), sizeof(said));
	verdicts = o.verdict_count * sizeof(o.verdicts[0]);
	if (p->length != sizeof(o) + sizeof(said) + verdicts + said) {
		return false;
	}
	o.verdicts = verdicts ? copy_of(p->octets + sizeof(o) + sizeof(said), verdicts) : NULL;
	o.said = said ? copy_of(p->octets + sizeof(o) + sizeof(said) + verdicts, said) : NULL;
	o.verdict_count = o.verdicts ? o.verdict_count : 0;
	*out = o;
	return true;
}

/* ---- workers ---- */

struct worker {
	pid_t pid;
	int fd;
	struct sim_job *job;
	struct sent_outcome parcel;
};

static void run_here(struct sim_job *job)
{
	job->request.shows_progress = false;
	sim_run(&job->request, &job->outcome);
	job->is_done = true;
}

static bool start(struct worker *w, struct sim_job *job)
{
	int ends[2];

	if (pipe(ends) != 0) {
		return false;
	}
	fflush(NULL);
	w->pid = fork();
	if (w->pid < 0) {
		close(ends[0]);
		close(ends[1]);
		return false;
	}
	if (w->pid == 0) {
		struct sim_outcome outcome;

		sim_progress_release();
		close(ends[0]);
		job->request.shows_progress = false;
		sim_run(&job->request, &outcome);
		_exit(send_outcome(ends[1], &outcome) ? 0 : 1);
	}
	close(ends[1]);
	w->fd = ends[0];
	w->job = job;
	w->parcel = (struct sent_outcome){ 0 };
	return true;
}

static void finish(struct worker *w)
{
	int status = 0;
	char line[200];

	close(w->fd);
	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR) {
	}
	if (!unpack(&w->parcel, &w->job->outcome)) {
		w->job->outcome = (struct sim_outcome){ .status = SIM_UNUSABLE };
		snprintf(line, sizeof(line), "%s: the run ended by %s %d", w->job->label,
			 WIFSIGNALED(status) ? "signal" : "status",
			 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
		sim_keep(&w->job->outcome, line);
	}
	w->job->is_done = !(sim_progress_interrupted() && WIFSIGNALED(status)); /* a ^C is for all of us */
	free(w->parcel.octets);
	w->job = NULL;
}

/* ---- progress ---- */

static double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void show_progress(const struct sim_job *jobs, size_t count, double started)
{
	size_t done = 0, failed = 0;
	double passed = seconds_now() - started;
	int filled;

	for (size_t i = 0; i < count; i++) {
		done += jobs[i].is_done ? 1 : 0;
		failed += jobs[i].is_done && jobs[i].outcome.status != SIM_HELD ? 1 : 0;
	}
	filled = (int)(BAR_WIDTH * done / count);
	fprintf(stderr, "\r[%.*s%.*s] %zu of %zu runs, %zu failed", filled, "##############################",
		BAR_WIDTH - filled, "..............................", done, count, failed);
	if (done > 0 && done < count) {
		fprintf(stderr, ", %.0f s left  ", passed / (double)done * (double)(count - done));
	} else {
		fprintf(stderr, "            ");
	}
	fflush(stderr);
}

static void clear_progress(void)
{
	fprintf(stderr, "\r%*s\r", 79, "");
	fflush(stderr);
}

/* ---- all of them ---- */

struct pool {
	struct worker workers[WORKERS_MAX];
	unsigned count;
	struct sim_job *jobs;
	size_t job_count, next;
};

static size_t fill(struct pool *pool)
{
	size_t busy = 0;

	for (unsigned i = 0; i < pool->count; i++) {
		struct worker *w = &pool->workers[i];

		if (!w->job && pool->jobs && pool->next < pool->job_count && !sim_progress_interrupted()) {
			struct sim_job *job = &pool->jobs[pool->next++];

			if (!start(w, job)) {
				run_here(job); /* no process to be had: slower, but done */
			}
		}
		busy += w->job ? 1 : 0;
	}
	return busy;
}

static void wait_for_some(struct pool *pool)
{
	struct pollfd fds[WORKERS_MAX];
	struct worker *of[WORKERS_MAX];
	nfds_t n = 0;

	for (unsigned i = 0; i < pool->count; i++) {
		if (pool->workers[i].job) {
			of[n] = &pool->workers[i];
			fds[n++] = (struct pollfd){ .fd = pool->workers[i].fd, .events = POLLIN };
		}
	}
	if (poll(fds, n, 500) <= 0) {
		return;
	}
	for (nfds_t i = 0; i < n; i++) {
		if (fds[i].revents && !receive_some(fds[i].fd, &of[i]->parcel)) {
			finish(of[i]);
		}
	}
}

/* What they did is lost. */
static void end_all(struct pool *pool)
{
	for (unsigned i = 0; i < pool->count; i++) {
		struct worker *w = &pool->workers[i];
		struct sim_job *job = w->job;

		if (job) {
			(void)kill(w->pid, SIGTERM);
			finish(w);
			sim_outcome_free(&job->outcome);
			job->is_done = false;
		}
	}
}

void sim_sweep_run(struct sim_job *jobs, size_t count, unsigned workers, bool shows_progress)
{
	struct pool pool = { .jobs = jobs, .job_count = count };
	double started = seconds_now();

	pool.count = workers < 1 ? 1 : workers > WORKERS_MAX ? WORKERS_MAX : workers;
	while (fill(&pool) > 0 || (pool.next < count && !sim_progress_interrupted())) {
		if (sim_progress_interrupted()) {
			end_all(&pool);
			break;
		}
		if (shows_progress) {
			show_progress(jobs, count, started);
		}
		wait_for_some(&pool);
	}
	if (shows_progress) {
		clear_progress();
	}
}

/* ---- the table ---- */

/* The words before the operator, and those behind the limit. */
static void split(const char *text, char title[TITLE_SIZE], char window[TITLE_SIZE])
{
	size_t length = strcspn(text, "<>=!"), behind = length + strspn(text + length, "<>=! ");
	const char *within = strstr(text, " within "), *below = strstr(text, " below ");

	length = within && (size_t)(within - text) < length ? (size_t)(within - text) : length;
	length = below && (size_t)(below - text) < length ? (size_t)(below - text) : length;
	behind = length == (size_t)(within ? within - text : -1) ? length + strlen(" within ")
		 : length == (size_t)(below ? below - text : -1) ? length + strlen(" below ")
								 : behind;
	behind = behind < strlen(text) ? behind + strcspn(text + behind, " ") : strlen(text);
	while (length > 0 && text[length - 1] == ' ') {
		length--;
	}
	snprintf(title, TITLE_SIZE, "%.*s", (int)length, text);
	snprintf(window, TITLE_SIZE, "%s", text + behind);
}

static bool is_number(const struct expectation *e)
{
	return e->subject <= EXPECT_TDEV || (e->subject >= EXPECT_STEPS && e->subject <= EXPECT_MALFORMED);
}

void sim_sweep_title(const struct scenario *scenario, size_t expectation, char *out, size_t size)
{
	char title[TITLE_SIZE], window[TITLE_SIZE], other[TITLE_SIZE], ignored[TITLE_SIZE];
	bool is_unique = true;

	split(scenario->expectations[expectation].text, title, window);
	for (size_t i = 0; i < scenario->expectation_count; i++) {
		split(scenario->expectations[i].text, other, ignored);
		is_unique = is_unique && (i == expectation || strcmp(title, other) != 0);
	}
	snprintf(out, size, "%s%s", title, is_unique ? "" : window);
}

const char *sim_sweep_value(const struct expectation *expectation, double seen, char out[32])
{
	char duration[24];

	if (isnan(seen)) {
		snprintf(out, 32, "-");
	} else if (expectation->subject == EXPECT_FREQUENCY) {
		snprintf(out, 32, "%.4g ppb", seen);
	} else if (expectation->subject <= EXPECT_TDEV) {
		snprintf(out, 32, "%s", report_duration(seen, duration));
	} else {
		snprintf(out, 32, "%.0f", seen);
	}
	return out;
}

/* The worst that was seen of one expectation over the nodes that it is of. */
static const struct sim_verdict *worst_of(const struct sim_outcome *o, size_t expectation)
{
	const struct sim_verdict *worst = NULL;

	for (size_t i = 0; i < o->verdict_count; i++) {
		const struct sim_verdict *v = &o->verdicts[i];

		if (v->expectation == expectation &&
		    (!worst || (worst->holds && !v->holds) ||
		     (worst->holds == v->holds && fabs(v->seen) > fabs(worst->seen)))) {
			worst = v;
		}
	}
	return worst;
}

static size_t choose_columns(const struct scenario *s, size_t columns[COLUMNS_MAX], size_t *more)
{
	size_t count = 0;

	*more = 0;
	for (size_t i = 0; i < s->expectation_count; i++) {
		if (is_number(&s->expectations[i]) && count < COLUMNS_MAX) {
			columns[count++] = i;
		} else {
			*more += is_number(&s->expectations[i]) ? 1 : 0;
		}
	}
	return count;
}

static const char *verdict_of(const struct sim_job *job)
{
	return job->outcome.status == SIM_HELD       ? "held"
	       : job->outcome.status == SIM_UNUSABLE ? "unusable"
						     : "FAILED";
}

struct table {
	const struct sim_job *jobs;
	size_t count;
	const struct scenario *scenario; /* of a sweep; NULL: of several files */
	size_t columns[COLUMNS_MAX], column_count, more;
	int widths[COLUMNS_MAX + 2];
	bool has_colours, has_marks;
};

/* Column 0 is the run, 1 its verdict; row -1 the head. True: what it says did not hold. */
static bool cell(const struct table *t, long row, size_t column, char out[CELL_SIZE])
{
	static const char *const heads[] = { "run", "verdict", "held", "simulated", "took" };
	const struct sim_job *job = row < 0 ? NULL : &t->jobs[row];
	const struct sim_verdict *v;
	char value[32];
	size_t held = 0;

	out[0] = '\0';
	if (!job) {
		if (column > 1 && t->scenario) {
			sim_sweep_title(t->scenario, t->columns[column - 2], out, CELL_SIZE);
		} else {
			snprintf(out, CELL_SIZE, "%s", heads[column]);
		}
		return false;
	}
	if (column == 0) {
		snprintf(out, CELL_SIZE, "%s", job->label);
		return false;
	}
	if (column == 1) {
		snprintf(out, CELL_SIZE, "%s", verdict_of(job));
		return job->outcome.status != SIM_HELD;
	}
	if (job->outcome.status == SIM_UNUSABLE) {
		snprintf(out, CELL_SIZE, "-");
		return false;
	}
	if (!t->scenario) {
		for (size_t i = 0; i < job->outcome.verdict_count; i++) {
			held += job->outcome.verdicts[i].holds ? 1 : 0;
		}
		if (column == 2) {
			snprintf(out, CELL_SIZE, "%zu of %zu", held, job->outcome.verdict_count);
		} else {
			snprintf(out, CELL_SIZE, "%.*f s", column == 3 ? 0 : 2,
				 column == 3 ? job->outcome.simulated_s : job->outcome.cpu_s);
		}
		return false;
	}
	v = worst_of(&job->outcome, t->columns[column - 2]);
	snprintf(out, CELL_SIZE, "%s%s",
		 v ? sim_sweep_value(&t->scenario->expectations[t->columns[column - 2]], v->seen, value)
		   : "-",
		 v && !v->holds ? " !" : "");
	return v && !v->holds;
}

static void print_row(const struct table *t, long row)
{
	char text[CELL_SIZE];

	for (size_t c = 0; c < t->column_count + 2; c++) {
		bool is_bad = cell(t, row, c, text);
		const char *on = is_bad && t->has_colours ? "\033[1;31m" : "", *off = *on ? "\033[0m" : "";

		if (c < 2) {
			printf("%s%-*s%s", on, t->widths[c], text, off);
			printf("%s", c == 0 ? "  " : "");
		} else {
			/* Marks stand behind the column, so that units are below one another. */
			int mark = t->has_marks && !is_bad ? 2 : 0;

			printf("  %s%*s%s%*s", on, t->widths[c] - mark, text, off,
			       c + 1 < t->column_count + 2 ? mark : 0, "");
		}
	}
	putchar('\n');
}

static void print_table(const struct sim_job *jobs, size_t count, bool is_of_files)
{
	struct table t = { .jobs = jobs, .count = count, .has_colours = terminal_has_colours(STDOUT_FILENO) };
	char text[CELL_SIZE];

	t.column_count = 3;
	if (!is_of_files) {
		t.scenario = jobs[0].scenario;
		t.column_count = choose_columns(t.scenario, t.columns, &t.more);
	}
	for (long row = -1; row < (long)count; row++) {
		for (size_t c = 0; c < t.column_count + 2; c++) {
			bool is_bad = cell(&t, row, c, text);
			int width = (int)strlen(text) - (c > 1 && is_bad ? 2 : 0);

			t.widths[c] = width > t.widths[c] ? width : t.widths[c];
			t.has_marks = t.has_marks || (c > 1 && is_bad);
		}
	}
	for (size_t c = 2; t.has_marks && c < t.column_count + 2; c++) {
		t.widths[c] += 2;
	}
	for (long row = -1; row < (long)count; row++) {
		if (row < 0 || jobs[row].is_done) {
			print_row(&t, row);
		}
	}
	if (t.has_marks || t.more) {
		printf("%s%s", t.has_marks ? "! does not hold" : "", t.has_marks && t.more ? "; " : "");
		if (t.more) {
			printf("%zu more expectations are in --json", t.more);
		}
		putchar('\n');
	}
}

static void print_failures(const struct sim_job *job)
{
	size_t shown = 0;

	printf("\n%s:\n", job->label);
	if (job->outcome.status == SIM_UNUSABLE) {
		printf("%s", job->outcome.said ? job->outcome.said : "");
	}
	for (size_t i = 0; i < job->outcome.verdict_count; i++) {
		const struct sim_verdict *v = &job->outcome.verdicts[i];
		const struct expectation *e = &job->scenario->expectations[v->expectation];

		if (v->holds || ++shown > FAILURES_SHOWN) {
			continue;
		}
		printf("  FAILED  %s  --  %s%s%s\n", e->text, strcmp(v->node, e->who) == 0 ? "" : v->node,
		       strcmp(v->node, e->who) == 0 ? "" : ": ", v->text);
	}
	if (shown > FAILURES_SHOWN) {
		printf("  FAILED  %zu more\n", shown - FAILURES_SHOWN);
	}
	if (job->outcome.stopped[0]) {
		printf("  stopped: %s\n", job->outcome.stopped);
	}
	printf("  again:  %s\n", job->request.command);
}

/* ---- JSON ---- */

static void print_text(void *context, const char *text, size_t length)
{
	(void)fwrite(text, 1, length, context);
}

static void verdict_json(struct json *json, const struct sim_job *job, const struct sim_verdict *v)
{
	json_begin_object(json, NULL);
	json_text(json, "text", job->scenario->expectations[v->expectation].text);
	json_text(json, "node", v->node);
	json_bool(json, "holds", v->holds);
	json_number(json, "seen", v->seen);
	json_text(json, "detail", v->text);
	json_end_object(json);
}

static void job_json(struct json *json, const struct sim_job *job)
{
	static const char *const names[] = { "held", "failed", "unusable" };
	const struct sim_outcome *o = &job->outcome;

	json_begin_object(json, NULL);
	json_text(json, "status", job->is_done ? names[o->status] : "not run");
	json_text(json, "file", job->request.file);
	json_begin_object(json, "parameters");
	for (size_t i = 0; i < job->request.parameter_count; i++) {
		json_text(json, job->parameters[i].name, job->parameters[i].value);
	}
	json_end_object(json);
	json_begin_array(json, "expectations");
	for (size_t i = 0; i < o->verdict_count; i++) {
		verdict_json(json, job, &o->verdicts[i]);
	}
	json_end_array(json);
	json_unsigned(json, "left_out", o->left_out);
	json_text(json, "stopped", o->stopped);
	if (o->said) {
		json_text(json, o->status == SIM_UNUSABLE ? "error" : "warning", o->said);
	}
	if (job->request.is_hashed) {
		char hash[24];

		snprintf(hash, sizeof(hash), "%016llx", (unsigned long long)o->trace);
		json_text(json, "trace", hash);
	}
	json_number(json, "simulated_s", o->simulated_s);
	json_number(json, "cpu_s", o->cpu_s);
	json_text(json, "command", job->request.command);
	json_end_object(json);
}

static void tell_json(const struct sim_job *jobs, size_t count)
{
	struct json json = json_to(print_text, stdout, true);

	json_begin_array(&json, NULL);
	for (size_t i = 0; i < count; i++) {
		job_json(&json, &jobs[i]);
	}
	json_end_array(&json);
}

static void tell_text(const struct sim_job *jobs, size_t count, const struct sim_request *request,
		      bool is_of_files)
{
	size_t failed = 0, done = 0;

	if (!request->is_quiet) {
		print_table(jobs, count, is_of_files);
	}
	for (size_t i = 0; i < count; i++) {
		done += jobs[i].is_done ? 1 : 0;
		if (jobs[i].is_done && jobs[i].outcome.status != SIM_HELD && ++failed <= FAILURES_SHOWN) {
			print_failures(&jobs[i]);
		}
		if (jobs[i].is_done && request->is_hashed) {
			printf("trace %016llx, %llu events: %s\n", (unsigned long long)jobs[i].outcome.trace,
			       (unsigned long long)jobs[i].outcome.events, jobs[i].label);
		}
	}
	if (failed > FAILURES_SHOWN) {
		printf("\n%zu more runs failed\n", failed - FAILURES_SHOWN);
	}
	if (failed || !request->is_quiet) {
		printf("\n%zu runs: %zu held, %zu failed", count, done - failed, failed);
		if (done < count) {
			printf(", %zu not run", count - done);
		}
		putchar('\n');
	}
}

/* Those of runs that could be run; runs of one scenario have the same. */
static void say_warnings(const struct sim_job *jobs, size_t count)
{
	const char *last = "";

	for (size_t i = 0; i < count; i++) {
		const struct sim_outcome *o = &jobs[i].outcome;

		if (jobs[i].is_done && o->said && o->status != SIM_UNUSABLE && strcmp(o->said, last) != 0) {
			sim_outcome_say(o);
			last = o->said;
		}
	}
}

enum sim_status sim_sweep_tell(const struct sim_job *jobs, size_t count, const struct sim_request *request,
			       bool is_of_files)
{
	enum sim_status worst = SIM_HELD;

	for (size_t i = 0; i < count; i++) {
		enum sim_status status = jobs[i].is_done ? jobs[i].outcome.status : SIM_HELD;

		worst = status > worst ? status : worst;
	}
	say_warnings(jobs, count);
	if (request->is_json) {
		tell_json(jobs, count);
	} else {
		tell_text(jobs, count, request, is_of_files);
	}
	return worst;
}
