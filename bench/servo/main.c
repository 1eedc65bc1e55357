/* bench/servo/main.c -- the servos against the optimum: bench-servo --help, or by ./dev bench servo.
 *
 * The parts, in the order in which a trial passes them: trial.c and families.c draw its parameters; world.c plays it out
 * (oscillator.c, noise.c) but for steering; oracle.c steers the optimum's clocks by one of the estimators oracle_kalman.c
 * and oracle_particle.c, contestant.c a servo's; score.c makes numbers of what became of the clocks, verdict.c one
 * verdict of many trials; tournament.c plays many side by side; table.c, results_json.c, results_html.c and trace.c tell.
 *
 * The same seed is the same trial, to the last digit, on every machine and with every compiler: only + - * / and the core's own
 * functions are used where numbers are made. */
#include "bench/servo/results.h"
#include "bench/servo/table.h"
#include "bench/servo/trace.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
	"usage: bench-servo [OPTION]...\n"
	"\n"
	"Plays trials, drawn at random, of clocks and networks in many situations. Each is also given to an "
	"optimum that knows\n"
	"everything but the random numbers. What counts is how much larger a servo's time error is than the "
	"optimum's.\n"
	"\n"
	"  --family NAME       only this family of trials; may be repeated\n"
	"  --set tuning|judging  which random numbers (judging)\n"
	"  --seeds A..B        which trials of each family (1..200)\n"
	"  --contestant NAME   only this one; may be repeated\n"
	"  --worst N           the N worst trials of each family, with what was drawn for them\n"
	"  --json              everything as JSON, instead of the table\n"
	"  --html FILE         a page with plots of a middling trial of each family\n"
	"  --trace FAMILY:SEED one trial over time, as CSV; what servos found out stands in lines that begin "
	"with #\n"
	"  --jobs N            processes side by side (as many as there are processors)\n"
	"  --list              families and contestants\n"
	"\n"
	"Exit status: 1 if a limit was missed, 2 if something else went wrong.\n";

struct options {
	struct tournament tournament;
	size_t worst;
	const char *trace, *html;
	bool is_json;
};

static void fail(const char *what, const char *word)
{
	fprintf(stderr, "bench-servo: %s%s; see --help\n", what, word);
	exit(2);
}

static void list(void)
{
	for (size_t i = 0; i < family_count; i++) {
		printf("%-22s %s\n", families[i].name, families[i].about);
	}
	printf("\n");
	for (int c = 0; c < CONTESTANTS; c++) {
		printf("%-22s %s\n", contestant_name((enum contestant)c),
		       contestant_exists((enum contestant)c) ? "" : "(not in this build)");
	}
}

static void want_family(struct tournament *t, const char *name)
{
	const struct family *family = family_named(name);

	if (!family) {
		fail("no such family: ", name);
	}
	if (t->family_count < sizeof(t->wanted) / sizeof(t->wanted[0])) {
		t->wanted[t->family_count++] = family;
	}
}

static void want_contestant(struct tournament *t, const char *name)
{
	for (int c = 0; c < CONTESTANTS; c++) {
		if (!strcmp(contestant_name((enum contestant)c), name)) {
			t->contestants[c] = true;
			return;
		}
	}
	fail("no such contestant: ", name);
}

static void want_seeds(struct tournament *t, const char *text)
{
	unsigned long long from, to;

	switch (sscanf(text, "%llu..%llu", &from, &to)) {
	case 1:
		to = from;
		break;
	case 2:
		break;
	default:
		fail("no range of seeds: ", text);
	}
	if (from > to || to - from > 1000000) {
		fail("no range of seeds: ", text);
	}
	t->seed_from = from;
	t->seed_to = to;
}

static void want_set(struct tournament *t, const char *name)
{
	if (!strcmp(name, "tuning")) {
		t->set = TRIAL_TUNING;
	} else if (strcmp(name, "judging") != 0) {
		fail("no such set: ", name);
	}
}

static void parse(int argc, char **argv, struct options *o)
{
	static const struct option known[] = {
		{ "family", required_argument, NULL, 'f' }, { "set", required_argument, NULL, 's' },
		{ "seeds", required_argument, NULL, 'n' },  { "contestant", required_argument, NULL, 'c' },
		{ "worst", required_argument, NULL, 'w' },  { "trace", required_argument, NULL, 't' },
		{ "json", no_argument, NULL, 'J' },         { "html", required_argument, NULL, 'H' },
		{ "jobs", required_argument, NULL, 'j' },   { "list", no_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },         { NULL, 0, NULL, 0 },
	};
	struct tournament *t = &o->tournament;
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'f':
			want_family(t, optarg);
			break;
		case 's':
			want_set(t, optarg);
			break;
		case 'n':
			want_seeds(t, optarg);
			break;
		case 'c':
			want_contestant(t, optarg);
			break;
		case 'w':
			o->worst = strtoul(optarg, NULL, 10);
			break;
		case 'J':
			o->is_json = true;
			break;
		case 'H':
			o->html = optarg;
			break;
		case 't':
			o->trace = optarg;
			break;
		case 'j':
			t->jobs = atoi(optarg);
			break;
		case 'l':
			list();
			exit(0);
		case 'h':
			fputs(help, stdout);
			exit(0);
		default:
			exit(2);
		}
	}
	if (optind < argc) {
		fail("what is ", argv[optind]);
	}
}

static void complete(struct tournament *t)
{
	bool is_any = false;

	for (int c = 0; c < CONTESTANTS; c++) {
		is_any = is_any || t->contestants[c];
	}
	for (int c = 0; c < CONTESTANTS; c++) {
		t->contestants[c] = t->contestants[c] || !is_any;
	}
	for (size_t i = 0; t->family_count == 0 && i < family_count; i++) {
		t->wanted[i] = &families[i];
	}
	t->family_count = t->family_count ? t->family_count : family_count;
	if (t->jobs < 1) {
		t->jobs = (int)sysconf(_SC_NPROCESSORS_ONLN);
	}
}

/* ---- one trial over time ---- */

static int trace(const struct options *o)
{
	const struct tournament *t = &o->tournament;
	const char *colon = strchr(o->trace, ':');
	const struct family *family;
	char name[64];
	struct played p;

	if (!colon || (size_t)(colon - o->trace) >= sizeof(name)) {
		fail("a trial is FAMILY:SEED, not ", o->trace);
	}
	snprintf(name, sizeof(name), "%.*s", (int)(colon - o->trace), o->trace);
	family = family_named(name);
	if (!family) {
		fail("no such family: ", name);
	}
	if (!play(&p, family, t->set, strtoull(colon + 1, NULL, 10), t->contestants)) {
		return 2;
	}
	trace_print(&p);
	played_free(&p);
	return 0;
}

/* ---- the worst ---- */

static enum contestant worst_of;

static int worse_first(const void *left, const void *right)
{
	const struct outcome *const *a = left, *const *b = right;
	double x = verdict_ratio(*a, worst_of), y = verdict_ratio(*b, worst_of);

	if (!(x <= y)) {
		return -1;
	}
	return !(y <= x);
}

static void show_worst(const struct outcome *outcomes, size_t count, size_t wanted)
{
	const struct outcome **sorted = calloc(count, sizeof(struct outcome *));

	if (!sorted) {
		return;
	}
	for (size_t i = 0; i < count; i++) {
		sorted[i] = &outcomes[i];
	}
	for (worst_of = CONTESTANT_ADAPTIVE; worst_of < CONTESTANTS - 1u && !outcomes->took_part[worst_of];
	     worst_of++) {
	}
	qsort(sorted, count, sizeof(struct outcome *), worse_first);
	for (size_t i = 0; i < wanted && i < count; i++) {
		table_trial(sorted[i]);
	}
	free(sorted);
}

/* ---- everything ---- */

static void put_text(void *context, const char *text, size_t length)
{
	(void)fwrite(text, 1, length, context); /* asked for by ferror() in the end */
}

static bool write_page(const struct results *results, const char *path)
{
	FILE *file = fopen(path, "w");
	bool is_written;

	if (!file) {
		perror(path);
		return false;
	}
	is_written = results_put_html(results, put_text, file) && !ferror(file);
	return fclose(file) == 0 && is_written;
}

static void show(const struct results *r, size_t worst)
{
	const struct tournament *t = r->tournament;
	size_t seeds = tournament_seeds(t);

	table_head();
	for (size_t i = 0; i < t->family_count; i++) {
		table_row(&r->verdicts[i]);
		show_worst(&t->outcomes[i * seeds], seeds, worst);
	}
	table_costs(r->costs);
	table_legend();
}

static int judge(const struct options *o)
{
	const struct tournament *t = &o->tournament;
	struct verdict verdicts[sizeof(t->wanted) / sizeof(t->wanted[0])];
	struct cost costs[CONTESTANTS];
	struct results results = { t, verdicts, costs };
	int status = 0;

	for (size_t i = 0; i < t->family_count; i++) {
		verdict_of(&t->outcomes[i * tournament_seeds(t)], tournament_seeds(t), &verdicts[i]);
		if (!verdicts[i].family) {
			return 2;
		}
		status = verdict_is_good(&verdicts[i]) ? status : 1;
	}
	cost_measure(t->contestants, costs);
	if (o->is_json) {
		results_put_json(&results, put_text, stdout);
	} else {
		show(&results, o->worst);
	}
	if (o->html && !write_page(&results, o->html)) {
		status = 2;
	}
	return status;
}

static void name_unfinished(const struct tournament *t)
{
	for (size_t i = 0; t->outcomes && i < t->family_count * tournament_seeds(t); i++) {
		const struct outcome *o = &t->outcomes[i];

		if (o->trial.family && !o->is_done) {
			fprintf(stderr, "bench-servo: try --trace %s:%llu\n", o->trial.family->name,
				(unsigned long long)o->trial.seed);
		}
	}
}

int main(int argc, char **argv)
{
	struct options o = { .tournament = { .set = TRIAL_JUDGING, .seed_from = 1, .seed_to = 200 } };
	int status = 2;

	parse(argc, argv, &o);
	complete(&o.tournament);
	if (o.trace) {
		return trace(&o);
	}
	o.tournament.is_progress_shown = isatty(STDERR_FILENO);
	if (tournament_run(&o.tournament)) {
		status = judge(&o);
	} else {
		fprintf(stderr, "bench-servo: not all trials could be played to the end\n");
		name_unfinished(&o.tournament);
	}
	tournament_free(&o.tournament);
	return status;
}
