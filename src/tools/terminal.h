/* src/tools/terminal.h -- what the terminal, or whatever standard output is, wants to be shown. */
#ifndef TOOLS_TERMINAL_H
#define TOOLS_TERMINAL_H

#include <stdbool.h>

/* A terminal, and nobody set NO_COLOR (https://no-color.org). */
bool terminal_has_colours(int fd);

/* The locale's characters are UTF-8. */
bool terminal_is_utf8(void);

#endif
