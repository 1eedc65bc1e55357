/* src/tools/clock.c -- `gnomon clock`: verbs and their options. */
#include "tools/clock.h"

#include "linux/clock_virtual.h"
#include "linux/log.h"
#include "report/json.h"
#include "tools/clock_view.h"

#include <errno.h>
#include <getopt.h>
#include <glob.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_NOT_KEPT = 1, EXIT_NO_CLOCK = 2, EXIT_USAGE = 255 };

static const char usage_text[] =
	"Usage: gnomon clock list [--json]\n"
	"       gnomon clock show CLOCK [--json] [--watch]\n"
	"       gnomon clock compare A B [--count N] [--interval SECONDS] [--json]\n"
	"Reads clocks: virtual ones by their name, /dev/ptp0, CLOCK_REALTIME, CLOCK_TAI,\n"
	"CLOCK_AUX0 and so on. Nothing is changed.\n"
	"\n"
	"  list              the clocks of this machine, and who keeps them\n"
	"  show              what one shows, its rate, and since when it is kept\n"
	"  compare           how far A is ahead of B; of two virtual clocks exactly\n"
	"\n"
	"  --watch           once a second, until interrupted\n"
	"  --count N         so many comparisons (default 1; 0: until interrupted)\n"
	"  --interval S      seconds between them (default 1)\n"
	"  --json            JSON; a repeated answer is one object a line\n"
	"  -h, --help        print this text and exit\n"
	"\n"
	"Exit status: 0; 1 nobody keeps the clock any longer; 2 no such clock, or it\n"
	"cannot be read; 255 wrong usage.\n";

struct clock_options {
	bool is_json, watches;
	unsigned long count;
	double interval_s;
	const char *names[2];
};

static volatile sig_atomic_t is_interrupted;

static void on_signal(int number)
{
	(void)number;
	is_interrupted = 1;
}

/* False when interrupted. */
static bool wait_s(double seconds)
{
	struct timespec ts = { .tv_sec = (time_t)seconds };

	ts.tv_nsec = (long)((seconds - (double)ts.tv_sec) * 1e9);
	return !is_interrupted && clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, NULL) == 0 && !is_interrupted;
}

static int open_clock(struct clock *clock, const char *name)
{
	char why[512];

	if (clock_open_readonly(clock, name, why, sizeof(why)) != 0) {
		fprintf(stderr, "gnomon clock: %s\n", why);
		return EXIT_NO_CLOCK;
	}
	return 0;
}

static int unreadable(const struct clock *clock, int err)
{
	fprintf(stderr, "gnomon clock: %s: it cannot be read: %s\n", clock->name, strerror(-err));
	return EXIT_NO_CLOCK;
}

/* ---- show ---------------------------------------------------------------------------------------------- */

static int show_once(struct clock *clock, const struct clock_options *o)
{
	struct clock_view view;
	int err = clock_view_take(clock, &view);

	if (err != 0) {
		return unreadable(clock, err);
	}
	if (o->is_json) {
		clock_view_print_json(&view, !o->watches);
	} else {
		clock_view_print(&view);
	}
	return view.is_kept ? 0 : EXIT_NOT_KEPT;
}

static int show(const struct clock_options *o)
{
	struct clock clock;
	int status = open_clock(&clock, o->names[0]);

	if (status != 0) {
		return status;
	}
	status = show_once(&clock, o);
	while (o->watches && status != EXIT_NO_CLOCK && wait_s(1.0)) {
		if (!o->is_json) {
			fputs(isatty(STDOUT_FILENO) ? "\033[H\033[2J" : "\n", stdout);
		}
		status = show_once(&clock, o);
		fflush(stdout);
	}
	clock_close(&clock);
	return status;
}

/* ---- compare ------------------------------------------------------------------------------------------- */

static void put_stdout(void *context, const char *text, size_t length)
{
	(void)context;
	fwrite(text, 1, length, stdout);
}

static void print_difference_json(const struct clock *a, const struct clock *b,
				  const struct clock_difference *d)
{
	struct json j = json_to(put_stdout, NULL, false);

	json_begin_object(&j, NULL);
	json_text(&j, "a", a->name);
	json_text(&j, "b", b->name);
	json_integer(&j, "raw_ns", d->raw_ns);
	json_integer(&j, "difference_ns", d->difference.nanoseconds);
	json_integer(&j, "difference_fraction", d->difference.fraction); /* 2^-16 ns, counts forward */
	json_integer(&j, "doubt_ns", d->doubt_ns);
	json_bool(&j, "is_exact", d->is_exact);
	json_end_object(&j);
}

static void print_difference(const struct clock *a, const struct clock *b, const struct clock_difference *d)
{
	char text[48];

	printf("%s - %s  %s s", a->name, b->name, clock_view_seconds(d->difference, text));
	if (d->is_exact) {
		printf("  exact\n");
	} else {
		printf("  +- %" PRId64 " ns\n", d->doubt_ns);
	}
}

/* A clock that nobody keeps goes on as a line; a difference to it means nothing. */
static int check_kept(struct clock *clock)
{
	struct clock_view view;
	int err = clock_view_take(clock, &view);

	if (err != 0) {
		return unreadable(clock, err);
	}
	if (!view.is_kept) {
		fprintf(stderr, "gnomon clock: %s\n", view.why);
		return EXIT_NOT_KEPT;
	}
	return 0;
}

static int compare_once(struct clock *a, struct clock *b, const struct clock_options *o)
{
	struct clock_difference d;
	int status = check_kept(a);
	int err;

	if (status == 0) {
		status = check_kept(b);
	}
	if (status != 0) {
		return status;
	}
	err = clock_difference_take(a, b, &d);
	if (err != 0) {
		return unreadable(a, err);
	}
	if (o->is_json) {
		print_difference_json(a, b, &d);
	} else {
		print_difference(a, b, &d);
	}
	fflush(stdout);
	return 0;
}

static int compare(const struct clock_options *o)
{
	struct clock a, b;
	int status = open_clock(&a, o->names[0]);

	if (status != 0) {
		return status;
	}
	status = open_clock(&b, o->names[1]);
	if (status != 0) {
		clock_close(&a);
		return status;
	}
	if (a.is_utc != b.is_utc && !o->is_json) {
		fprintf(stderr, "gnomon clock: one of them keeps UTC, the other not: TAI - UTC is part of "
				"the difference\n");
	}
	status = compare_once(&a, &b, o);
	for (unsigned long n = 1; status == 0 && (o->count == 0 || n < o->count) && wait_s(o->interval_s);
	     n++) {
		status = compare_once(&a, &b, o);
	}
	clock_close(&a);
	clock_close(&b);
	return status;
}

/* ---- list ---------------------------------------------------------------------------------------------- */

struct listing {
	struct json json;
	bool is_json;
	int count;
};

static void list_one(void *context, const char *name)
{
	struct listing *l = context;
	struct clock clock;
	struct clock_view v;
	char why[512], owner[64] = "", date[40];

	if (clock_open_readonly(&clock, name, why, sizeof(why)) != 0) {
		return; /* gone between finding and looking, or not for us */
	}
	if (clock_view_take(&clock, &v) == 0) {
		l->count++;
		if (l->is_json) {
			json_begin_object(&l->json, NULL);
			json_text(&l->json, "name", v.name);
			json_text(&l->json, "kind", v.kind);
			if (v.owner > 0) {
				json_integer(&l->json, "owner", v.owner);
			} else {
				json_null(&l->json, "owner");
			}
			json_bool(&l->json, "is_kept", v.is_kept);
			json_end_object(&l->json);
		} else {
			if (v.owner > 0) {
				snprintf(owner, sizeof(owner), "process %d", v.owner);
			}
			printf("%-20s %-8s %s %-3s  %s\n", v.name, v.kind, clock_view_date(v.time, date),
			       v.timescale, v.is_kept ? owner : "nobody keeps it");
		}
	}
	clock_close(&clock);
}

static int list(const struct clock_options *o)
{
	struct listing l = { .json = json_to(put_stdout, NULL, true), .is_json = o->is_json };
	glob_t found;

	if (l.is_json) {
		json_begin_array(&l.json, NULL);
	}
	list_one(&l, "CLOCK_REALTIME");
	for (unsigned n = 0; n < 8; n++) {
		char name[32];

		snprintf(name, sizeof(name), "CLOCK_AUX%u", n);
		list_one(&l, name);
	}
	if (glob("/dev/ptp[0-9]*", 0, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			list_one(&l, found.gl_pathv[i]);
		}
		globfree(&found);
	}
	(void)clock_virtual_list(list_one, &l); /* counted in the listing */
	if (l.is_json) {
		json_end_array(&l.json);
	}
	return l.count > 0 ? 0 : EXIT_NO_CLOCK;
}

/* ---- the command line ---------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	int operands;
	int (*carry_out)(const struct clock_options *options);
} verbs[] = {
	{ "list", 0, list },
	{ "show", 1, show },
	{ "compare", 2, compare },
};

enum { OPT_JSON = 256, OPT_WATCH, OPT_COUNT, OPT_INTERVAL };

static const struct option long_options[] = {
	{ "json", no_argument, NULL, OPT_JSON },
	{ "watch", no_argument, NULL, OPT_WATCH },
	{ "count", required_argument, NULL, OPT_COUNT },
	{ "interval", required_argument, NULL, OPT_INTERVAL },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static bool read_count(const char *text, unsigned long *out)
{
	char *end;

	errno = 0;
	*out = strtoul(text, &end, 10);
	return end != text && *end == '\0' && errno == 0 && text[0] != '-';
}

static bool read_interval(const char *text, double *out)
{
	char *end;

	*out = strtod(text, &end);
	return end != text && *end == '\0' && *out >= 0.0 && *out <= 1e6;
}

static int refuse(const char *what, const char *text)
{
	fprintf(stderr, "gnomon clock: %s%s\nTry `gnomon clock --help'.\n", text, what);
	return EXIT_USAGE;
}

/* -1: go on. */
static int read_options(int argc, char **argv, struct clock_options *o)
{
	int found;

	optind = 0;
	while ((found = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		switch (found) {
		case OPT_JSON:
			o->is_json = true;
			break;
		case OPT_WATCH:
			o->watches = true;
			break;
		case OPT_COUNT:
			if (!read_count(optarg, &o->count)) {
				return refuse(optarg, "--count wants a number of comparisons, not ");
			}
			break;
		case OPT_INTERVAL:
			if (!read_interval(optarg, &o->interval_s)) {
				return refuse(optarg, "--interval wants seconds (0 to 1000000), not ");
			}
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		default:
			return refuse("", "see above");
		}
	}
	return -1;
}

int clock_main(int argc, char **argv)
{
	struct clock_options o = { .count = 1, .interval_s = 1.0 };
	struct sigaction action = { .sa_handler = on_signal };
	int status = read_options(argc, argv, &o);
	const char *verb = optind < argc ? argv[optind] : NULL;

	if (status >= 0) {
		return status;
	}
	log_setup("gnomon", LOG_LEVEL_WARNING, false, true, "");
	(void)sigaction(SIGINT, &action, NULL); /* cannot fail for these */
	(void)sigaction(SIGTERM, &action, NULL);
	if (!verb) {
		return refuse("", "list, show or compare?");
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(verb, verbs[i].name) != 0) {
			continue;
		}
		if (argc - optind - 1 != verbs[i].operands) {
			return refuse(verb, verbs[i].operands == 2   ? "two clocks are expected after "
					    : verbs[i].operands == 1 ? "one clock is expected after "
								     : "nothing is expected after ");
		}
		o.names[0] = verbs[i].operands > 0 ? argv[optind + 1] : NULL;
		o.names[1] = verbs[i].operands > 1 ? argv[optind + 2] : NULL;
		return verbs[i].carry_out(&o);
	}
	return refuse(verb, "list, show and compare are known, not ");
}
