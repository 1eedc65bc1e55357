/* src/tools/terminal.c -- by the environment alone: setlocale() would change what printf says. */
#include "tools/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] ? value : NULL;
}

bool terminal_has_colours(int fd)
{
	const char *terminal = variable("TERM");

	return isatty(fd) && !variable("NO_COLOR") && !(terminal && strcmp(terminal, "dumb") == 0);
}

bool terminal_is_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE",
					     "LANG" }; /* the first that is set decides */

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *locale = variable(names[i]);

		if (locale) {
			return strcasestr(locale, "UTF-8") || strcasestr(locale, "UTF8");
		}
	}
	return false;
}
