/* src/tools/status.c -- the command: which sockets are tried, how often, and what is said when nobody answers. */
#include "tools/status.h"

#include "report/chart.h"
#include "tools/status_ask.h"
#include "tools/status_facts.h"
#include "tools/status_show.h"
#include "tools/terminal.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define EXIT_USAGE 255

static const char usage_text[] =
	"Usage: gnomon status [OPTION]...\n"
	"Says whether the time of this machine is good, and why. Asks the PTP daemon that\n"
	"runs here, Gnomon or linuxptp's ptp4l.\n"
	"\n"
	"  --json                   the answer as JSON\n"
	"  --watch                  ask again every second, until interrupted\n"
	"  --socket PATH            the daemon's socket (its uds_address)\n"
	"  --domain N               its domainNumber; without: whatever it is\n"
	"  --transport-specific N   its transportSpecific (majorSdoId); without: 0 or 1\n"
	"  -h, --help               print this text and exit\n"
	"  -v, --version            print the version and exit\n"
	"\n"
	"Exit status: 0 the time is good; 1 it is not, or degraded; 2 no daemon answered;\n"
	"255 wrong usage.\n";

/* The first two are for root, the others answer everybody. */
static const char *const default_paths[] = { "/var/run/ptp4l", "/var/run/ptp/ptp4l", "/var/run/ptp4lro",
					     "/var/run/ptp/ptp4lro" };

struct options {
	bool is_json, watches;
	const char *socket; /* NULL: the default ones */
	int domain_number, transport_specific;
};

static void print(void *context, const char *text, size_t length)
{
	(void)fwrite(text, 1, length, context);
}

/* ---- the command line ---- */

enum { OPT_JSON = 256, OPT_WATCH, OPT_SOCKET, OPT_DOMAIN, OPT_TRANSPORT_SPECIFIC };

static const struct option long_options[] = {
	{ "json", no_argument, NULL, OPT_JSON },
	{ "watch", no_argument, NULL, OPT_WATCH },
	{ "socket", required_argument, NULL, OPT_SOCKET },
	{ "domain", required_argument, NULL, OPT_DOMAIN },
	{ "transport-specific", required_argument, NULL, OPT_TRANSPORT_SPECIFIC },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'v' },
	{ NULL, 0, NULL, 0 },
};

static bool read_number(const char *text, int most, const char *option, int *out)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 0);
	if (end == text || *end || errno || text[0] == '-' || value > (unsigned long)most) {
		fprintf(stderr, "gnomon status: %s %s: a number from 0 to %d is wanted\n", option, text,
			most);
		return false;
	}
	*out = (int)value;
	return true;
}

/* Returns -1 to go on, or the exit status. */
static int read_options(int argc, char **argv, struct options *o)
{
	int found;

	optind = 0;
	while ((found = getopt_long(argc, argv, "hv", long_options, NULL)) != -1) {
		bool is_fine = true;

		switch (found) {
		case OPT_JSON:
			o->is_json = true;
			break;
		case OPT_WATCH:
			o->watches = true;
			break;
		case OPT_SOCKET:
			o->socket = optarg;
			break;
		case OPT_DOMAIN:
			is_fine = read_number(optarg, 255, "--domain", &o->domain_number);
			break;
		case OPT_TRANSPORT_SPECIFIC:
			is_fine = read_number(optarg, 15, "--transport-specific", &o->transport_specific);
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		case 'v':
			puts("gnomon " GN_VERSION);
			return 0;
		default:
			is_fine = false;
		}
		if (!is_fine) {
			fputs("Try `gnomon status --help'.\n", stderr);
			return EXIT_USAGE;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "gnomon status: %s: no operand is expected\nTry `gnomon status --help'.\n",
			argv[optind]);
		return EXIT_USAGE;
	}
	return -1;
}

/* ---- asking ---- */

static volatile sig_atomic_t is_interrupted;

static void interrupt(int number)
{
	(void)number;
	is_interrupted = 1;
}

/* So that our socket never stays behind. */
static void watch_for_signals(void)
{
	struct sigaction action = { .sa_handler = interrupt };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* Asks at one path; 0 or the errno that says why there is no answer. */
static int ask_at(const char *path, struct options *o, struct status_picture *picture)
{
	struct status_asker asker = { .domain_number = o->domain_number,
				      .transport_specific = o->transport_specific };
	int error = -status_asker_open(&asker, path);

	if (error) {
		return error;
	}
	snprintf(picture->path, sizeof(picture->path), "%s", path);
	error = status_ask(&asker, picture) ? 0 : errno;
	status_asker_close(&asker);
	if (!error) {
		o->domain_number = asker.domain_number;
		o->transport_specific = asker.transport_specific;
	}
	return error;
}

static void say_why(const char *path, int error)
{
	const char *why = strerror(error);

	if (error == ENOENT) {
		why = "there is no such socket";
	} else if (error == ECONNREFUSED) {
		why = "left behind by a daemon that is gone";
	} else if (error == EACCES || error == EPERM) {
		why = "not allowed: try as root";
	} else if (error == ETIMEDOUT) {
		why = "it does not answer: is --domain or --transport-specific another?";
	}
	fprintf(stderr, "  %s: %s\n", path, why);
}

static void say_nobody(const char *const *paths, const int *errors, size_t count)
{
	fputs("gnomon status: no PTP daemon answered. Tried:\n", stderr);
	for (size_t i = 0; i < count; i++) {
		say_why(paths[i], errors[i]);
	}
	fputs("Start one with `gnomon run -i INTERFACE', or say where it is with --socket PATH (its "
	      "uds_address).\n",
	      stderr);
}

static int ask_and_show(struct options *o, struct status_picture *picture, bool has_colours)
{
	const char *const *paths = o->socket ? &o->socket : default_paths;
	size_t count = o->socket ? 1 : sizeof(default_paths) / sizeof(default_paths[0]);
	int errors[sizeof(default_paths) / sizeof(default_paths[0])];
	struct status_verdict verdict;

	for (size_t i = 0; i < count && !is_interrupted; i++) {
		errors[i] = ask_at(paths[i], o, picture);
		if (errors[i]) {
			continue;
		}
		verdict = status_judge(picture);
		if (o->is_json) {
			status_show_json(picture, &verdict, !o->watches, print, stdout);
		} else {
			status_show_text(picture, &verdict, has_colours, print, stdout);
		}
		return (int)verdict.grade;
	}
	if (!is_interrupted) {
		say_nobody(paths, errors, count);
	}
	return STATUS_NO_DAEMON;
}

/* ---- again and again ---- */

#define HISTORY 60
#define HISTORY_LOW_NS 1.0
#define HISTORY_HIGH_NS 1e7

/* A line for a terminal: the offsets of the last minute, each bar a decade. */
static void show_history(double *history, size_t *count, const struct status_picture *picture)
{
	struct fact offset = fact_offset(picture);
	char line[3 * HISTORY + 1];

	if (*count == HISTORY) {
		memmove(history, history + 1, (HISTORY - 1) * sizeof(history[0]));
		(*count)--;
	}
	history[(*count)++] = offset.is_known ? offset.ns : (double)NAN;
	printf("\n  the last minute, 1 ns .. 10 ms: %s\n",
	       chart_sparkline(history, *count, HISTORY, HISTORY_LOW_NS, HISTORY_HIGH_NS, terminal_is_utf8(),
			       line));
}

static int watch(struct options *o, struct status_picture *picture, bool has_colours)
{
	const struct timespec second = { .tv_sec = 1 };
	bool is_screen = isatty(STDOUT_FILENO) && !o->is_json;
	int status = STATUS_NO_DAEMON;
	double history[HISTORY];
	size_t count = 0;

	while (!is_interrupted) {
		if (is_screen) {
			fputs("\033[H\033[J", stdout);
		}
		status = ask_and_show(o, picture, has_colours);
		if (is_screen && status != STATUS_NO_DAEMON) {
			show_history(history, &count, picture);
		} else if (!o->is_json) {
			putchar('\n');
		}
		if (fflush(stdout) != 0) {
			break; /* nobody reads any more */
		}
		(void)nanosleep(&second, NULL);
	}
	return status;
}

int status_main(int argc, char **argv)
{
	struct options o = { .domain_number = -1, .transport_specific = -1 };
	struct status_picture picture = { .path = "" };
	bool has_colours = terminal_has_colours(STDOUT_FILENO);
	int status = read_options(argc, argv, &o);

	if (status >= 0) {
		return status;
	}
	signal(SIGPIPE, SIG_IGN);
	watch_for_signals();
	status = o.watches ? watch(&o, &picture, has_colours) : ask_and_show(&o, &picture, has_colours);
	status_forget(&picture);
	return status;
}
