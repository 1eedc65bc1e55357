/* src/tools/demo.c -- looks at the two clocks and draws what it sees.
 *
 * The difference is the true one: both clocks are straight lines over the same CLOCK_MONOTONIC_RAW, so it is computed
 * for one raw moment, without asking the servo. The daemon is asked for its state alone. On a terminal the picture is
 * drawn anew over the last one; elsewhere there is a line a second. */
#include "tools/demo.h"

#include "linux/clock.h"
#include "linux/clock_virtual.h"
#include "report/chart.h"
#include "report/text.h"
#include "tools/demo_series.h"
#include "tools/status_ask.h"

#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LIMIT_NS 100e3
#define JUDGED_S 20.0
#define DEFAULT_SECONDS 60
#define PERIOD_NS 100000000
#define SAMPLES_A_SECOND 10
#define CLOCK_APPEARS_S 10
#define CHART_COLUMNS 60
#define CHART_ROWS 10

enum { EXIT_SYNCHRONISED = 0, EXIT_NOT_SYNCHRONISED = 1, EXIT_INTERRUPTED = 130, EXIT_USAGE = 255 };

struct demo {
	const char *source, *follower, *socket, *html;
	double seconds;
	struct clock source_clock, follower_clock;
	struct status_asker asker;
	bool is_asking;
	struct demo_series series;
	int state;
	int64_t start_ns;
	size_t drawn; /* lines of the last picture */
	bool is_terminal, has_colour, is_utf8;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

static int64_t monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static double elapsed_s(const struct demo *d)
{
	return (double)(monotonic_ns() - d->start_ns) / 1e9;
}

static void sleep_until(int64_t ns)
{
	struct timespec t = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };

	(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t,
			      NULL); /* a signal ends it early: the loop looks */
}

/* ---- measuring ---- */

/* The daemons have just been started: their clocks may take a moment to be there. */
static bool open_clock(struct clock *clock, const char *name)
{
	char why[256] = "";
	int64_t give_up_ns = monotonic_ns() + (int64_t)CLOCK_APPEARS_S * 1000000000;

	while (clock_open_virtual_readonly(clock, name, why, sizeof(why)) < 0) {
		if (interrupted || monotonic_ns() > give_up_ns) {
			fprintf(stderr, "demo: %s\n", why);
			return false;
		}
		sleep_until(monotonic_ns() + PERIOD_NS);
	}
	return true;
}

static double distance_ns(struct gn_precise a, struct gn_precise b)
{
	struct gn_offset distance = gn_precise_distance(a, b);

	return (double)distance.nanoseconds + (double)distance.fraction / 65536;
}

static void measure(const struct demo *d, struct report_sample *sample)
{
	struct gn_virtual_clock source, follower;
	int64_t raw_ns;

	(void)clock_virtual_load_now(&d->source_clock, &source, &raw_ns);
	(void)clock_virtual_load_now(&d->follower_clock, &follower, &raw_ns);
	sample->time_s = elapsed_s(d);
	sample->offset_ns = distance_ns(gn_virtual_clock_at(&follower, raw_ns),
					gn_virtual_clock_at(&source, raw_ns));
	sample->frequency_ppb = (double)(follower.current.rate - source.current.rate) / 4294967296.0;
}

static void set_state(struct demo *d, int state)
{
	if (state != d->state) {
		d->state = state;
		demo_series_mark(&d->series, elapsed_s(d), report_state_name(&report_words_native, state));
	}
}

static void ask_state(struct demo *d)
{
	struct status_picture picture = { .known = 0 };

	if (!d->is_asking) {
		d->is_asking = status_asker_open(&d->asker, d->socket) == 0;
	}
	if (!d->is_asking) {
		return;
	}
	if (!status_ask(&d->asker, &picture)) {
		status_asker_close(&d->asker);
		d->is_asking = false;
	} else if (picture.port_count > 0 && status_port_knows(&picture.ports[0], STATUS_PORT_DS)) {
		set_state(d, picture.ports[0].ds.port_state);
	}
	status_forget(&picture);
}

/* ---- showing ---- */

static const char *state_name(int state)
{
	return state ? report_state_name(&report_words_native, state) : "starting";
}

static const char *signed_duration(double ns, char out[32])
{
	char text[24];

	snprintf(out, 32, "%s%s", ns > 0 ? "+" : "", report_duration(ns, text));
	return out;
}

static bool is_good(const struct demo *d, const struct report_sample *now)
{
	return d->state == GN_PORT_TIME_RECEIVER && fabs(now->offset_ns) < LIMIT_NS;
}

/* Every line of the picture ends what the last picture had there. */
static void put_picture(void *context, const char *text, size_t length)
{
	struct demo *d = context;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '\n') {
			fputs("\033[K", stdout);
			d->drawn++;
		}
		putchar(text[i]);
	}
}

static void draw_picture(struct demo *d, const struct report_sample *now)
{
	const char *colour = d->has_colour ? (is_good(d, now) ? "\033[1;32m" : "\033[1;33m") : "";
	const char *plain = d->has_colour ? "\033[0m" : "";
	char difference[32];

	if (d->drawn > 0) {
		printf("\033[%zuA", d->drawn);
	}
	d->drawn = 0;
	sink_print(put_picture, d, "%5.1f s  %s%-14s%s  difference %s%9s%s  frequency %+9.3f ppm\n\n",
		   now->time_s, colour, state_name(d->state), plain, colour,
		   signed_duration(now->offset_ns, difference), plain, now->frequency_ppb / 1e3);
	sink_print(put_picture, d, "|difference|\n");
	chart_draw(d->series.differences, d->series.capacity, CHART_COLUMNS, CHART_ROWS, d->is_utf8,
		   put_picture, d);
	sink_print(put_picture, d, "          0 s%*.0f s\n", CHART_COLUMNS - 5, d->seconds);
	fputs("\033[J", stdout);
	fflush(stdout);
}

static void print_line(const struct demo *d, const struct report_sample *now)
{
	char difference[32];

	printf("%5.1f s  %-14s  difference %9s  frequency %+9.3f ppm\n", now->time_s, state_name(d->state),
	       signed_duration(now->offset_ns, difference), now->frequency_ppb / 1e3);
	fflush(stdout);
}

static void show(struct demo *d, const struct report_sample *now)
{
	if (d->is_terminal) {
		draw_picture(d, now);
	} else if (d->series.count % SAMPLES_A_SECOND == 1) {
		print_line(d, now);
	}
}

/* ---- afterwards ---- */

static void put_file(void *context, const char *text, size_t length)
{
	(void)fwrite(text, 1, length, context); /* ferror() is asked at the end */
}

static bool write_page(const struct demo *d)
{
	struct report_series series = demo_series_report(
		&d->series, "Gnomon: two clocks synchronised",
		"True difference of a time receiver's clock and its grandmaster's, in two network "
		"namespaces, by software timestamps.");
	FILE *file = fopen(d->html, "w");
	bool is_written;

	if (!file) {
		perror(d->html);
		return false;
	}
	report_html_write(&series, put_file, file);
	is_written = !ferror(file);
	if (fclose(file) != 0 || !is_written) {
		perror(d->html);
		return false;
	}
	return true;
}

static int summarise(const struct demo *d)
{
	struct report_series series = demo_series_report(&d->series, NULL, NULL);
	struct report_summary last = report_summarize(&series, false, d->seconds - JUDGED_S);
	double settled_s = demo_settle_time_s(&d->series, LIMIT_NS);
	char rms[24], p99[24], max[24];
	bool is_synchronised;

	if (settled_s < 0) {
		printf("\nnot settled: the difference does not stay below 100 us\n");
	} else {
		printf("\nsettled: below 100 us after %.1f s\n", settled_s);
	}
	printf("true difference of the two clocks over the last %.0f s: RMS %s, 99 %% within %s, max %s\n",
	       JUDGED_S, report_duration(last.rms, rms), report_duration(last.p99, p99),
	       report_duration(last.largest, max));
	/* With half of the samples missing there would be too little to judge by. */
	is_synchronised = last.p99 < LIMIT_NS && d->state == GN_PORT_TIME_RECEIVER &&
			  (double)last.count >= JUDGED_S * SAMPLES_A_SECOND / 2;
	printf("%s\n", is_synchronised ? "synchronised" : "NOT synchronised");
	return is_synchronised ? EXIT_SYNCHRONISED : EXIT_NOT_SYNCHRONISED;
}

static void watch(struct demo *d)
{
	struct report_sample now;
	int64_t next_ns = d->start_ns;

	do {
		measure(d, &now);
		demo_series_add(&d->series, &now);
		show(d, &now);
		if (d->series.count % (SAMPLES_A_SECOND / 2) == 0) {
			ask_state(d);
		}
		next_ns += PERIOD_NS;
		if (next_ns > monotonic_ns()) {
			sleep_until(next_ns);
		}
	} while (!interrupted && elapsed_s(d) < d->seconds);
}

static int run(struct demo *d)
{
	int status;

	if (!open_clock(&d->source_clock, d->source)) {
		return EXIT_NOT_SYNCHRONISED;
	}
	if (!open_clock(&d->follower_clock, d->follower)) {
		clock_close(&d->source_clock);
		return EXIT_NOT_SYNCHRONISED;
	}
	if (!demo_series_init(&d->series, (size_t)(d->seconds * SAMPLES_A_SECOND) + 1)) {
		clock_close(&d->follower_clock);
		clock_close(&d->source_clock);
		return EXIT_NOT_SYNCHRONISED;
	}
	d->start_ns = monotonic_ns();
	watch(d);
	status = interrupted ? EXIT_INTERRUPTED : summarise(d);
	if (d->html && !interrupted && !write_page(d) && status == EXIT_SYNCHRONISED) {
		status = EXIT_NOT_SYNCHRONISED;
	}
	if (d->is_asking) {
		status_asker_close(&d->asker);
	}
	clock_close(&d->follower_clock);
	clock_close(&d->source_clock);
	demo_series_free(&d->series);
	return status;
}

static const struct option long_options[] = {
	{ "source", required_argument, NULL, 's' }, { "follower", required_argument, NULL, 'f' },
	{ "socket", required_argument, NULL, 'S' }, { "seconds", required_argument, NULL, 'n' },
	{ "html", required_argument, NULL, 'h' },   { NULL, 0, NULL, 0 },
};

static bool parse(struct demo *d, int argc, char **argv)
{
	int found;

	optind = 0; /* the dispatcher may have used getopt() before us */
	while ((found = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		char *end = NULL;

		switch (found) {
		case 's':
			d->source = optarg;
			break;
		case 'f':
			d->follower = optarg;
			break;
		case 'S':
			d->socket = optarg;
			break;
		case 'n':
			d->seconds = strtod(optarg, &end);
			if (*end != '\0' || !(d->seconds > 0 && d->seconds < 86400)) {
				fprintf(stderr, "demo: --seconds %s: a number above 0 and below 86400\n",
					optarg);
				return false;
			}
			break;
		case 'h':
			d->html = optarg;
			break;
		default:
			return false;
		}
	}
	return d->source && d->follower && d->socket && optind == argc;
}

/* The chart's dots need it. */
static bool says_utf8(const char *variable)
{
	const char *value = getenv(variable);

	return value && (strcasestr(value, "UTF-8") || strcasestr(value, "utf8"));
}

int demo_main(int argc, char **argv)
{
	struct demo d = { .seconds = DEFAULT_SECONDS };
	struct sigaction action = { .sa_handler = on_signal };
	const char *terminal = getenv("TERM");

	if (!parse(&d, argc, argv)) {
		fprintf(stderr, "usage: gnomon demo --source NAME --follower NAME --socket PATH [--seconds "
				"N] [--html FILE]\n");
		return EXIT_USAGE;
	}
	d.is_terminal = isatty(STDOUT_FILENO) && terminal && strcmp(terminal, "dumb") != 0;
	d.is_utf8 = says_utf8("LC_ALL") || says_utf8("LC_CTYPE") || says_utf8("LANG");
	d.has_colour = d.is_terminal && !getenv("NO_COLOR");
	(void)sigaction(SIGINT, &action, NULL); /* cannot fail: both are signals that may be caught */
	(void)sigaction(SIGTERM, &action, NULL);
	return run(&d);
}
