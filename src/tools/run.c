/* src/tools/run.c -- `gnomon run`: ptp4l's letters and options, with a look at the configuration before it runs.
 *
 * Lines about the configuration are kept while --json is asked for, since they then belong into its object. */
#include "tools/run.h"

#include "linux/daemon.h"
#include "linux/log.h"
#include "tools/command_line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage_text[] =
	"Usage: gnomon run [OPTION]... -i INTERFACE\n"
	"       gnomon run [OPTION]... -f FILE\n"
	"Synchronises a clock by PTP (IEEE 1588), or serves time.\n"
	"\n"
	"  -i NAME           the network interface\n"
	"  -f FILE           read a configuration file; - is standard input\n"
	"  -s                follow only, never serve time\n"
	"\n"
	"  -H, -S, -L        timestamps by the interface (default), by the kernel, by\n"
	"                    the interface asked in the oldest way\n"
	"  -2, -4, -6        messages over Ethernet, UDP over IPv4 (default), over IPv6\n"
	"  -E, -P, -A        delay end to end (default), peer to peer, as the network does\n"
	"  -p DEVICE         steer this hardware clock, such as /dev/ptp0\n"
	"  --clock WORD      steer stamping, system, phc or virtual; with -S it is virtual\n"
	"                    unless you say `--clock system'\n"
	"\n"
	"  -m                log to standard output\n"
	"  -q                do not log to syslog\n"
	"  -l LEVEL          log up to this level: 0 emergency .. 6 information, 7 debugging\n"
	"\n"
	"  --record FILE     write down everything that happens, for `gnomon sim --replay'\n"
	"  --record-size N   how large a file may become, such as 500k or 1G (default 64M)\n"
	"  --record-files N  how many there may be, FILE, FILE.1 and so on (default 4)\n"
	"\n"
	"  --NAME VALUE      any option of gnomon.conf(5), such as --domainNumber 5\n"
	"  --check-config    say whether the configuration is right, and exit\n"
	"  --print-config    print all values in effect as a configuration file, and exit\n"
	"  --json            with --check-config: the answer as JSON\n"
	"  -h, --help        print this text and exit\n"
	"  -v, --version     print the version and exit\n";

enum {
	OWN_HELP = COMMAND_LINE_LONG + 1,
	OWN_VERSION,
	OWN_CHECK,
	OWN_PRINT,
	OWN_JSON,
	OWN_RECORD,
	OWN_RECORD_SIZE,
	OWN_RECORD_FILES,
};

static const struct option own_options[] = {
	{ "help", no_argument, NULL, OWN_HELP },
	{ "version", no_argument, NULL, OWN_VERSION },
	{ "check-config", no_argument, NULL, OWN_CHECK },
	{ "print-config", no_argument, NULL, OWN_PRINT },
	{ "json", no_argument, NULL, OWN_JSON },
	{ "record", required_argument, NULL, OWN_RECORD },
	{ "record-size", required_argument, NULL, OWN_RECORD_SIZE },
	{ "record-files", required_argument, NULL, OWN_RECORD_FILES },
	{ NULL, 0, NULL, 0 },
};
_Static_assert(sizeof(own_options) / sizeof(own_options[0]) <= COMMAND_LINE_OWN_MAX + 1, "all have a place");

#define SAID_MAX 16
#define FREQUENCY_MEMORY "/var/lib/gnomon" /* where there is none, nothing is remembered */

/* Text that grows. */
struct recorded_text {
	char *text;
	size_t size;
	bool is_out_of_memory;
};

struct run {
	struct command_line line;
	bool checks, prints, is_json;
	struct record_options record; /* path NULL: nothing is recorded */
	bool has_record_size, has_record_files;
	struct recorded_text configuration; /* that goes with it */
	char *said[SAID_MAX];               /* with --json */
	size_t said_count;
};

static void keep(void *context, int level, const char *text)
{
	struct run *run = context;

	if (level <= 3 && run->said_count < SAID_MAX) {
		run->said[run->said_count++] = strdup(text);
	}
}

static void say_json_text(const char *text)
{
	putchar('"');
	for (const char *c = text; *c; c++) {
		if (*c == '"' || *c == '\\') {
			printf("\\%c", *c);
		} else if ((unsigned char)*c < 0x20) {
			printf("\\u%04x", (unsigned)*c);
		} else {
			putchar(*c);
		}
	}
	putchar('"');
}

static const char *option_text(const char *name, int value)
{
	const struct config_label *label = config_option_find(name)->labels;

	while (label->name && label->value != value) {
		label++;
	}
	return label->name ? label->name : "?";
}

static void say_json(const struct run *run, int status)
{
	const struct gn_config *gn = &run->line.config.gn;

	printf("{\"ok\":%s,\"interfaces\":[", status == EXIT_FINE ? "true" : "false");
	for (size_t i = 0; i < gn->port_count; i++) {
		fputs(i ? "," : "", stdout);
		say_json_text(gn->ports[i].name);
	}
	printf("],\"domainNumber\":%d,\"time_stamping\":\"%s\",\"clock\":\"%s\",\"messages\":[",
	       gn->domain_number, option_text("time_stamping", gn->time_stamping),
	       option_text("clock", gn->clock_kind));
	for (size_t i = 0; i < run->said_count; i++) {
		fputs(i ? "," : "", stdout);
		say_json_text(run->said[i] ? run->said[i] : "");
	}
	puts("]}");
}

static void say_summary(const struct run *run)
{
	const struct gn_config *gn = &run->line.config.gn;
	const struct gn_port_config *port = gn->port_count ? &gn->ports[0] : &gn->port;

	printf("%s: %s, %s, delay %s, domain %d, %s time stamping, clock %s%s\n",
	       run->line.file ? run->line.file : "OK",
	       gn->port_count ? port->name : "no interface yet (give it with -i)",
	       option_text("network_transport", port->network_transport),
	       option_text("delay_mechanism", port->delay_mechanism), gn->domain_number,
	       option_text("time_stamping", gn->time_stamping), option_text("clock", gn->clock_kind),
	       gn->client_only ? ", follows only" : "");
}

static void print_line(void *context, const char *text)
{
	(void)context;
	puts(text);
}

/* Software stamps are no reason to touch the system's clock, which others may be steering: that takes a word. */
static void choose_clock(struct config *config)
{
	size_t clock = config_option_index(config_option_find("clock"));

	if (config->is_set[clock]) {
		return;
	}
	config->gn.software_clock_kind = GN_CLOCK_VIRTUAL; /* also when time_stamping_fallback comes to it */
	if (config->gn.time_stamping == GN_STAMPING_SOFTWARE) {
		config->gn.clock_kind = GN_CLOCK_VIRTUAL;
	}
}

/* ---- --record ---- */

/* "64M": a number, and what it counts. False for anything else, and for 0. */
static bool read_size(const char *text, uint64_t *out)
{
	static const struct {
		const char *unit;
		unsigned shift;
	} units[] = { { "", 0 }, { "k", 10 }, { "K", 10 }, { "M", 20 }, { "G", 30 } };
	char *end;
	unsigned long long number;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno != 0 || text[0] < '0' || text[0] > '9' || number == 0) {
		return false;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].unit) == 0 && number <= UINT64_MAX >> units[i].shift) {
			*out = (uint64_t)number << units[i].shift;
			return true;
		}
	}
	return false;
}

static bool set_record_size(struct run *run, const char *text)
{
	run->has_record_size = true;
	if (!read_size(text, &run->record.size)) {
		fprintf(stderr, "--record-size %s: say a number of octets, such as 500k, 64M or 1G\n", text);
		return false;
	}
	return true;
}

static bool set_record_files(struct run *run, const char *text)
{
	char *end;
	long number = strtol(text, &end, 10);

	run->has_record_files = true;
	if (end == text || *end != '\0' || number < 1 || number > RECORD_FILES_MAX) {
		fprintf(stderr, "--record-files %s: say a number from 1 to %d\n", text, RECORD_FILES_MAX);
		return false;
	}
	run->record.files = (int)number;
	return true;
}

static void keep_line(void *context, const char *line)
{
	struct recorded_text *t = context;
	size_t length = strlen(line);
	char *text = t->is_out_of_memory ? NULL : realloc(t->text, t->size + length + 1);

	if (!text) {
		t->is_out_of_memory = true;
		return;
	}
	memcpy(text + t->size, line, length);
	text[t->size + length] = '\n';
	t->text = text;
	t->size += length + 1;
}

/* The daemon, with the values in effect put beside what it records. */
static int run_daemon(struct run *run)
{
	struct recorded_text *t = &run->configuration;

	if (!run->record.path) {
		return daemon_run(&run->line.config.gn, &report_words_native);
	}
	config_print(&run->line.config, keep_line, t);
	if (t->is_out_of_memory) {
		fputs("out of memory\n", stderr);
		return EXIT_BAD;
	}
	run->record.configuration = t->text;
	run->record.configuration_size = t->size;
	return daemon_run_recorded(&run->line.config.gn, &report_words_native, &run->record);
}

/* Returns -1 to go on, or the exit status. */
static int read_options(struct run *run, int argc, char **argv)
{
	int index = 0;
	int found;

	optind = 0; /* the dispatcher may have used getopt() before us */
	while ((found = getopt_long(argc, argv, COMMAND_LINE_LETTERS, run->line.options, &index)) != -1) {
		switch (found) {
		case 'h':
		case OWN_HELP:
			fputs(usage_text, stdout);
			return EXIT_FINE;
		case 'v':
		case OWN_VERSION:
			puts("gnomon " GN_VERSION);
			return EXIT_FINE;
		case OWN_CHECK:
			run->checks = true;
			break;
		case OWN_PRINT:
			run->prints = true;
			break;
		case OWN_JSON:
			run->is_json = true;
			break;
		case OWN_RECORD:
			run->record.path = optarg;
			break;
		case OWN_RECORD_SIZE:
			if (!set_record_size(run, optarg)) {
				return EXIT_BAD;
			}
			break;
		case OWN_RECORD_FILES:
			if (!set_record_files(run, optarg)) {
				return EXIT_BAD;
			}
			break;
		case '?':
			fputs("`gnomon run --help' lists the options.\n", stderr);
			return EXIT_BAD;
		default:
			if (!command_line_apply(&run->line, found, index, optarg)) {
				return EXIT_BAD;
			}
			break;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "gnomon run: %s is no option; to run on that interface, say -i %s\n",
			argv[optind], argv[optind]);
		return EXIT_BAD;
	}
	return -1;
}

static int settle(struct run *run)
{
	int status = command_line_read_file(&run->line);

	if (status != EXIT_FINE) {
		return status;
	}
	if (!run->checks && !run->prints) {
		command_line_set_up_log(&run->line, "gnomon");
	}
	if (config_complete(&run->line.config) != CONFIG_FINE) {
		return EXIT_BAD;
	}
	choose_clock(&run->line.config);
	return EXIT_FINE;
}

static int act(struct run *run, int status)
{
	const struct gn_config *gn = &run->line.config.gn;

	if (run->checks && run->is_json) {
		say_json(run, status);
		return status;
	}
	if (status != EXIT_FINE) {
		return status;
	}
	if (run->prints) {
		config_print(&run->line.config, print_line, NULL);
		return EXIT_FINE;
	}
	if (run->checks) {
		say_summary(run);
		return EXIT_FINE;
	}
	if (gn->port_count == 0) {
		fputs("no interface specified: name one with -i, or as a section of the file: [eth0]\n",
		      stderr);
		return EXIT_BAD;
	}
	return run_daemon(run);
}

/* Whoever starts a daemon by hand looks at the terminal: what is wrong with the configuration is said there, wherever
 * the log goes. */
static void complain(void *context, int level, const char *text)
{
	size_t length = strlen(text);

	(void)context;
	if (level > 3) {
		log_line(level, "%s", text);
	} else {
		fprintf(stderr, "%s%s", text, length > 0 && text[length - 1] == '\n' ? "" : "\n");
	}
}

int run_main(int argc, char **argv)
{
	static char name[] = "gnomon run"; /* for getopt's own messages */
	static struct run run;
	int status;

	argv[0] = name;
	command_line_init(&run.line, "gnomon", own_options);
	run.line.config.explains = true;
	config_prefer(&run.line.config, "clock_servo", "adaptive");
	config_prefer(&run.line.config, "frequency_memory", FREQUENCY_MEMORY);
	run.record = (struct record_options){ .size = RECORD_SIZE_DEFAULT, .files = RECORD_FILES_DEFAULT };
	status = read_options(&run, argc, argv);
	if (status < 0) {
		if (run.is_json && !run.checks) {
			fputs("--json goes with --check-config\n", stderr);
			status = EXIT_BAD;
		} else if (!run.record.path && (run.has_record_size || run.has_record_files)) {
			fputs("--record-size and --record-files go with --record FILE\n", stderr);
			status = EXIT_BAD;
		}
	}
	if (status < 0) {
		run.line.config.say = run.is_json ? keep : complain;
		run.line.config.say_context = &run;
		status = act(&run, settle(&run));
	}
	for (size_t i = 0; i < run.said_count; i++) {
		free(run.said[i]);
	}
	free(run.configuration.text);
	command_line_free(&run.line);
	return status;
}
