#include "tools/terminal.h"

#include "tests/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

TEST(the_first_locale_variable_that_is_set_decides)
{
	setenv("LC_ALL", "", 1);
	setenv("LC_CTYPE", "de_DE.utf8", 1);
	setenv("LANG", "C", 1);
	CHECK(terminal_is_utf8());
	setenv("LC_ALL", "C", 1);
	CHECK(!terminal_is_utf8());
	setenv("LC_ALL", "C.UTF-8", 1);
	CHECK(terminal_is_utf8());
	unsetenv("LC_ALL");
	unsetenv("LC_CTYPE");
	CHECK(!terminal_is_utf8());
	unsetenv("LANG");
	CHECK(!terminal_is_utf8());
}

TEST(colours_are_for_terminals_that_want_them)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY);

	if (fd < 0) {
		SKIP("no pseudo-terminal here");
	}
	unsetenv("NO_COLOR");
	setenv("TERM", "xterm", 1);
	CHECK(terminal_has_colours(fd));
	setenv("NO_COLOR", "1", 1);
	CHECK(!terminal_has_colours(fd));
	setenv("NO_COLOR", "", 1); /* empty is as if it were not there */
	CHECK(terminal_has_colours(fd));
	setenv("TERM", "dumb", 1);
	CHECK(!terminal_has_colours(fd));
	setenv("TERM", "xterm", 1);
	close(fd);
	fd = open("/dev/null", O_WRONLY);
	CHECK(!terminal_has_colours(fd));
	close(fd);
}
