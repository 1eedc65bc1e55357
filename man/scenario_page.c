/* man/scenario_page.c -- puts the statements and keys of scenarios, as the reader's own tables have them, into their page. */
#include "sim/scenario/scenario.h"

#include "core/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void gn_assertion_failed(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, what);
	abort();
}

static void put(void *context, const char *line)
{
	(void)context;
	puts(line);
}

int main(void)
{
	char line[1024];

	while (fgets(line, sizeof(line), stdin)) {
		if (strcmp(line, "@MANUAL@\n") == 0) {
			scenario_manual(SCENARIO_MANUAL_SCDOC, put, NULL);
		} else {
			fputs(line, stdout);
		}
	}
	return 0;
}
