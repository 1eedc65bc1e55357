/* src/tools/compat/ptp4l.c -- ptp4l: parse, complain as it does, run. */
#include "tools/compat/ptp4l.h"

#include "linux/daemon.h"
#include "tools/command_line.h"

#include <stdio.h>

static const char usage_text[] =
	"\n"
	"usage: %s [options]\n"
	"\n"
	" How the delay is measured\n"
	"\n"
	" -A        Auto: E2E, and P2P as soon as the network speaks it\n"
	" -E        E2E: delay request and response (default)\n"
	" -P        P2P: peer delay\n"
	"\n"
	" What carries the messages\n"
	"\n"
	" -2        Ethernet (IEEE 802.3)\n"
	" -4        UDP over IPv4 (default)\n"
	" -6        UDP over IPv6\n"
	"\n"
	" Who stamps them\n"
	"\n"
	" -H        HARDWARE: the interface (default)\n"
	" -S        SOFTWARE: the kernel\n"
	" -L        LEGACY HW: the interface, asked in the oldest way\n"
	"\n"
	" Everything else\n"
	"\n"
	" -f [file] configuration file; - is standard input\n"
	" -i [dev]  interface of a port\n"
	" -p [dev]  hardware clock to steer, such as /dev/ptp0 (default: the interface's)\n"
	" -s        follow only, never serve time (whatever the file says)\n"
	" -l [num]  log up to this level: 0 emergency .. 6 information, 7 debugging\n"
	" -m        log to standard output too\n"
	" -q        do not log to syslog\n"
	" -v        print the version and exit\n"
	" -h        print this text and exit\n"
	"\n"
	" Every option of the configuration file is a long option as well: --domainNumber 5\n"
	"\n";

static int usage(const struct command_line *line, int status)
{
	fprintf(stderr, usage_text, line->program);
	return status;
}

/* Returns -1 to go on, or the exit status. */
static int read_options(struct command_line *line, int argc, char **argv)
{
	int index = 0;
	int found;

	optind = 0; /* the dispatcher may have used getopt() before us */
	while ((found = getopt_long(argc, argv, COMMAND_LINE_LETTERS, line->options, &index)) != -1) {
		switch (found) {
		case 'v':
			puts("gnomon " GN_VERSION);
			return EXIT_FINE;
		case 'h':
			return usage(line, EXIT_FINE);
		case '?':
			return usage(line, EXIT_BAD);
		default:
			if (!command_line_apply(line, found, index, optarg)) {
				return EXIT_BAD;
			}
			break;
		}
	}
	return -1;
}

static int run(struct command_line *line)
{
	int status = command_line_read_file(line);

	if (status != EXIT_FINE) {
		return status;
	}
	command_line_set_up_log(line, line->program);
	if (line->config.gn.port_count == 0) {
		fprintf(stderr, "no interface specified\n");
		return usage(line, EXIT_BAD);
	}
	switch (config_complete(&line->config)) {
	case CONFIG_FINE:
		return daemon_run(&line->config.gn, &report_words_linuxptp);
	case CONFIG_BAD:
		fprintf(stderr, "failed to create a clock\n");
		break;
	case CONFIG_REFUSED:
		break;
	}
	return EXIT_BAD;
}

int ptp4l_main(int argc, char **argv)
{
	static struct command_line line;
	int status;

	command_line_init(&line, argv[0], NULL);
	status = read_options(&line, argc, argv);
	if (status < 0) {
		status = run(&line);
	}
	command_line_free(&line);
	return status;
}
