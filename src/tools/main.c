/* src/tools/main.c -- one program under many names. Called by a name of the table of personalities it is that tool;
 * else its first argument names a command of the other table. */
#include "tools/clock.h"
#include "tools/compat/ptp4l.h"
#include "tools/demo.h"
#include "tools/main.h"
#include "tools/report_html.h"
#include "tools/run.h"
#include "tools/sim.h"
#include "tools/status.h"

#include <stdio.h>
#include <string.h>

#define EXIT_USAGE 255
#define WORD_MAX 32

const struct tool tools[] = {
	{ "run", run_main, "synchronise a clock by PTP, or serve time: the daemon" },
	{ "status", status_main, "is the time of this machine good, and why" },
	{ "clock", clock_main, "show and compare clocks" },
	{ "sim", sim_main, "try networks, faults and servos in a simulated world" },
	{ "demo", demo_main, NULL },
	{ "report-html", report_html_main, NULL },
	{ NULL, NULL, NULL },
};

const struct tool personalities[] = {
	{ "ptp4l", ptp4l_main, "gnomon run, as linuxptp's daemon" },
	{ NULL, NULL, NULL },
};

const struct tool *tool_find(const struct tool *table, const char *name)
{
	for (; table->name; table++) {
		if (strcmp(table->name, name) == 0) {
			return table;
		}
	}
	return NULL;
}

/* How many letters to change, add or leave out (Levenshtein). */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[WORD_MAX + 1];
	size_t n = strnlen(b, WORD_MAX);

	for (unsigned j = 0; j <= n; j++) {
		row[j] = j;
	}
	for (unsigned i = 0; a[i] && i < WORD_MAX; i++) {
		unsigned diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 1; j <= n; j++) {
			unsigned change = diagonal + (a[i] != b[j - 1]);
			unsigned fewest = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;

			diagonal = row[j];
			row[j] = change < fewest ? change : fewest;
		}
	}
	return row[n];
}

const struct tool *tool_nearest(const struct tool *table, const char *name)
{
	const struct tool *nearest = NULL;
	unsigned fewest = 3; /* further away it is another word */

	for (; table->name; table++) {
		unsigned d = distance(name, table->name);

		if (table->help && d < fewest && d < strlen(table->name)) {
			fewest = d;
			nearest = table;
		}
	}
	return nearest;
}

static void print_usage(FILE *to)
{
	fprintf(to, "Usage: gnomon COMMAND [ARGUMENT]...\n"
		    "Precision time: IEEE 1588-2019 for Linux.\n\n");
	for (const struct tool *t = tools; t->name; t++) {
		if (t->help) {
			fprintf(to, "  %-10s  %s\n", t->name, t->help);
		}
	}
	fprintf(to, "\nCalled by one of these names, it is that tool:\n");
	for (const struct tool *t = personalities; t->name; t++) {
		fprintf(to, "  %-10s  %s\n", t->name, t->help);
	}
	fprintf(to, "\n`gnomon COMMAND --help' tells more; gnomon --version which one this is.\n");
}

static int refuse(const char *name)
{
	const struct tool *nearest = tool_nearest(tools, name);

	fprintf(stderr, "gnomon: %s: there is no such command", name);
	if (nearest) {
		fprintf(stderr, "; did you mean `gnomon %s'?", nearest->name);
	}
	fprintf(stderr, "\nTry `gnomon --help'.\n");
	return EXIT_USAGE;
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
	return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

int tools_main(int argc, char **argv)
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	const char *name = slash ? slash + 1 : argc > 0 ? argv[0] : "";
	const struct tool *tool = tool_find(personalities, name);

	if (tool) {
		return tool->run(argc, argv);
	}
	if (argc < 2) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	if (is_one_of(argv[1], "--help", "-h", "help")) {
		tool = argc > 2 ? tool_find(tools, argv[2]) : NULL;
		if (tool && strcmp(argv[1], "help") == 0) {
			char help[] = "--help";
			char *arguments[] = { argv[0], help, NULL };

			return tool->run(2, arguments);
		}
		print_usage(stdout);
		return 0;
	}
	if (is_one_of(argv[1], "--version", "-v", "version")) {
		puts("gnomon " GN_VERSION);
		return 0;
	}
	tool = tool_find(tools, argv[1]);
	if (!tool) {
		return refuse(argv[1]);
	}
	argv[1] = argv[0]; /* the command sees itself called by the program's name */
	return tool->run(argc - 1, argv + 1);
}
