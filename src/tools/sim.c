/* src/tools/sim.c -- the command line of the simulator: which scenarios, which values, what to write where. One run is
 * told in full; of several (a sweep, several files), each in a process of its own, there is a table. */
#include "tools/sim.h"

#include "sim/scenario/scenario.h"
#include "tools/sim_files.h"
#include "tools/sim_list.h"
#include "tools/sim_progress.h"
#include "tools/sim_random.h"
#include "tools/sim_replay.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_HELD = 0, EXIT_FAILED = 1, EXIT_UNUSABLE = 2, EXIT_USAGE = 255 };

#define PARAMETERS_MAX 32
#define WORKERS_MAX 256

static const char usage_text[] =
	"Usage: gnomon sim [OPTION]... SCENARIO...\n"
	"       gnomon sim --list [--json] | --explain NAME [--json] | --keys\n"
	"       gnomon sim --replay FILE [--trace] [--json] [--until TIME]\n"
	"Runs networks of clocks, faults and all, in a simulated world: the daemon's own\n"
	"core, much faster than real time, the same for the same seed.\n"
	"\n"
	"SCENARIO is a file, - for standard input, or a name from the library (--list).\n"
	"\n"
	"      --list          the scenarios that come with the program\n"
	"      --explain NAME  what a scenario is about, and what it expects\n"
	"      --keys          all statements and keys of the language\n"
	"      --check         read and build only: is the scenario right?\n"
	"\n"
	"      --set NAME=VALUE  give a parameter of the scenario another value\n"
	"      --seed N        another seed: another run of the same scenario\n"
	"      --until TIME    stop then, such as 90s; expectations of later times are left out\n"
	"      --break-on WHAT stop when it happens: [NODE:]REPORT, such as client:TX_STAMP_MISSING,\n"
	"                      drop=REASON or state=STATE\n"
	"      --no-sweep      only the first of each value to be swept\n"
	"      --mutant        with what breaks it: the scenario's own proof that it can fail\n"
	"  -j, --jobs N        runs at once (default: all processors)\n"
	"\n"
	"      --json          results as JSON\n"
	"      --csv FILE      all samples, or NODE=FILE those of one; - is standard output\n"
	"      --report FILE   a page with everything, to be opened in a browser or printed\n"
	"      --pcap FOLDER   a capture of every link, or LINK=FILE of one; Wireshark reads them\n"
	"      --trace[=NODE]  print all that goes in and out of the nodes\n"
	"      --hash          print the hash of the trace: equal runs have equal hashes\n"
	"  -q, --quiet         print only what did not hold\n"
	"\n"
	"      --random N[..M] worlds drawn from these seeds, and judged by what holds in all\n"
	"      --print         print that scenario instead: a file to look at, and to shorten\n"
	"      --invariants    judge a scenario of your own by that, too\n"
	"\n"
	"      --replay FILE   do again what `gnomon run --record FILE' wrote down\n"
	"  -h, --help          print this text and exit\n"
	"\n"
	"Exit status: 0 all held, 1 something did not, 2 a scenario is wrong, 255 usage.\n";

enum {
	OPT_LIST = 256,
	OPT_EXPLAIN,
	OPT_KEYS,
	OPT_CHECK,
	OPT_SET,
	OPT_SEED,
	OPT_UNTIL,
	OPT_BREAK_ON,
	OPT_NO_SWEEP,
	OPT_MUTANT,
	OPT_JSON,
	OPT_CSV,
	OPT_REPORT,
	OPT_PCAP,
	OPT_TRACE,
	OPT_HASH,
	OPT_REPLAY,
	OPT_RANDOM,
	OPT_PRINT,
	OPT_INVARIANTS,
};

static const struct option long_options[] = {
	{ "list", no_argument, NULL, OPT_LIST },
	{ "explain", required_argument, NULL, OPT_EXPLAIN },
	{ "keys", no_argument, NULL, OPT_KEYS },
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "set", required_argument, NULL, OPT_SET },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "until", required_argument, NULL, OPT_UNTIL },
	{ "break-on", required_argument, NULL, OPT_BREAK_ON },
	{ "no-sweep", no_argument, NULL, OPT_NO_SWEEP },
	{ "mutant", no_argument, NULL, OPT_MUTANT },
	{ "jobs", required_argument, NULL, 'j' },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "csv", required_argument, NULL, OPT_CSV },
	{ "report", required_argument, NULL, OPT_REPORT },
	{ "pcap", required_argument, NULL, OPT_PCAP },
	{ "trace", optional_argument, NULL, OPT_TRACE },
	{ "hash", no_argument, NULL, OPT_HASH },
	{ "quiet", no_argument, NULL, 'q' },
	{ "replay", required_argument, NULL, OPT_REPLAY },
	{ "random", required_argument, NULL, OPT_RANDOM },
	{ "print", no_argument, NULL, OPT_PRINT },
	{ "invariants", no_argument, NULL, OPT_INVARIANTS },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct sim_command {
	struct sim_request request;
	struct scenario_option set[PARAMETERS_MAX];
	size_t set_count;
	bool has_no_sweep, checks, lists, has_keys;
	unsigned workers;
	const char *explained;
	const char *replay;
	struct sim_random random;
};

static void put_line(void *context, const char *text)
{
	(void)context;
	puts(text);
}

/* ---- options ---- */

static int refuse(const char *what, const char *expected)
{
	fprintf(stderr, "gnomon sim: %s: %s\nTry `gnomon sim --help'.\n", what, expected);
	return EXIT_USAGE;
}

static int add_parameter(struct sim_command *c, const char *name, const char *value)
{
	if (c->set_count == PARAMETERS_MAX) {
		return refuse(name, "at most 32 parameters can be set");
	}
	c->set[c->set_count++] = (struct scenario_option){ .name = name,
							   .value = value,
							   .where = { "--set", 1 } };
	return -1;
}

static int set_parameter(struct sim_command *c, char *text)
{
	char *equals = strchr(text, '=');

	if (!equals || equals == text) {
		return refuse(text, "--set takes NAME=VALUE");
	}
	*equals = '\0';
	return add_parameter(c, text, equals + 1);
}

static int read_number(const char *text, unsigned max, unsigned *out)
{
	char *end, expected[64];
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (end == text || *end || errno || value < 1 || value > max) {
		snprintf(expected, sizeof(expected), "a number 1 .. %u was expected", max);
		return refuse(text, expected);
	}
	*out = (unsigned)value;
	return -1;
}

/* Returns -1 to go on, or the exit status. */
static int read_option(struct sim_command *c, int found)
{
	struct sim_request *r = &c->request;

	switch (found) {
	case OPT_LIST:
		c->lists = true;
		return -1;
	case OPT_EXPLAIN:
		c->explained = optarg;
		return -1;
	case OPT_KEYS:
		c->has_keys = true;
		return -1;
	case OPT_CHECK:
		c->checks = true;
		return -1;
	case OPT_SET:
		return set_parameter(c, optarg);
	case OPT_SEED:
		return add_parameter(c, "seed", optarg);
	case OPT_UNTIL:
		if (!key_read_time(optarg, &r->until_ps) || r->until_ps <= 0) {
			return refuse(optarg, "--until takes a time such as 90s");
		}
		return -1;
	case OPT_BREAK_ON:
		r->break_on = optarg;
		return -1;
	case OPT_NO_SWEEP:
		c->has_no_sweep = true;
		return -1;
	case OPT_MUTANT:
		r->is_mutant = true;
		return -1;
	case 'j':
		return read_number(optarg, WORKERS_MAX, &c->workers);
	case OPT_JSON:
		r->is_json = true;
		return -1;
	case OPT_CSV:
		r->csv = optarg;
		return -1;
	case OPT_REPORT:
		r->report = optarg;
		return -1;
	case OPT_PCAP:
		r->pcap = optarg;
		return -1;
	case OPT_TRACE:
		r->trace = optarg ? optarg : "*";
		return -1;
	case OPT_HASH:
		r->is_hashed = true;
		return -1;
	case 'q':
		r->is_quiet = true;
		return -1;
	case OPT_RANDOM:
		if (!sim_random_parse(optarg, &c->random)) {
			return refuse(optarg, "--random takes a seed, or two of them as in 1..1000");
		}
		return -1;
	case OPT_PRINT:
		c->random.is_printing = true;
		return -1;
	case OPT_INVARIANTS:
		r->has_invariants = true;
		return -1;
	case OPT_REPLAY:
		c->replay = optarg;
		return -1;
	case 'h':
		fputs(usage_text, stdout);
		return EXIT_HELD;
	default:
		fputs("Try `gnomon sim --help'.\n", stderr);
		return EXIT_USAGE;
	}
}

/* What would be mixed on standard output. */
static bool is_mixed(const struct sim_request *r)
{
	int writers = (r->is_json ? 1 : 0) + (r->trace ? 1 : 0) +
		      (r->csv && strcmp(r->csv, "-") == 0 ? 1 : 0) +
		      (r->report && strcmp(r->report, "-") == 0 ? 1 : 0);

	return writers > 1;
}

/* Options that do not go together. */
static int check_options(const struct sim_command *c, int operands)
{
	bool is_alone = c->lists || c->explained || c->has_keys || c->replay || c->random.is_asked;

	if (c->random.is_printing && !c->random.is_asked) {
		return refuse("--print", "it goes with --random");
	}
	if (is_alone && operands > 0) {
		return refuse("a scenario", "--list, --explain, --keys, --replay and --random take none");
	}
	if (!is_alone && operands == 0) {
		return refuse("no scenario", "name a file, or one of `gnomon sim --list'");
	}
	if (!c->replay && is_mixed(&c->request)) {
		return refuse("standard output",
			      "--json, --trace, --csv - and --report - each want it to themselves");
	}
	return -1;
}

static int read_options(struct sim_command *c, int argc, char **argv)
{
	static char name[] = "gnomon sim"; /* for what getopt says */
	int found, status = -1;

	optind = 0;
	argv[0] = name;
	while (status < 0 && (found = getopt_long(argc, argv, "j:qh", long_options, NULL)) != -1) {
		status = read_option(c, found);
	}
	return status < 0 ? check_options(c, argc - optind) : status;
}

/* ---- what is asked for ---- */

static int replay(const struct sim_command *c)
{
	struct sim_replay_options options = { .is_tracing = c->request.trace,
					      .is_json = c->request.is_json,
					      .is_quiet = c->request.is_quiet,
					      .until_ns = c->request.until_ps / PS_PER_NS };

	return sim_replay(c->replay, &options);
}

static int do_it(struct sim_command *c, char **names, int count)
{
	if (c->has_keys) {
		scenario_manual(SCENARIO_MANUAL_PLAIN, put_line, NULL);
		return EXIT_HELD;
	}
	if (c->lists) {
		return sim_list(c->request.is_json) ? EXIT_HELD : EXIT_UNUSABLE;
	}
	if (c->explained) {
		return sim_explain(c->explained, c->set, c->set_count, c->request.is_json) ? EXIT_HELD
											   : EXIT_UNUSABLE;
	}
	if (c->replay) {
		return replay(c);
	}
	c->request.checks = c->checks;
	c->request.shows_progress = isatty(STDERR_FILENO) && !c->request.is_quiet && !c->request.trace;
	if (c->random.is_asked) {
		sim_progress_catch();
		return sim_random_run(&c->random, &c->request, c->workers);
	}
	return sim_files_run(&(struct sim_files){ .request = c->request,
						  .set = c->set,
						  .set_count = c->set_count,
						  .has_no_sweep = c->has_no_sweep,
						  .workers = c->workers,
						  .names = names,
						  .name_count = (size_t)count });
}

int sim_main(int argc, char **argv)
{
	struct sim_command c = { .workers = 0 };
	int status = read_options(&c, argc, argv);

	if (status < 0) {
		status = do_it(&c, argv + optind, argc - optind);
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "gnomon sim: standard output: %s\n", strerror(errno));
		status = status > EXIT_FAILED ? status : EXIT_FAILED;
	}
	sim_progress_end();
	return status;
}
