/* src/tools/main.h -- the table of what the program can be. */
#ifndef TOOLS_MAIN_H
#define TOOLS_MAIN_H

#include <stdbool.h>

struct tool {
	const char *name;
	int (*run)(int argc, char **argv); /* argv[0] is the program's name; returns the exit status */
	const char *help;                  /* one line; NULL: not for users, not listed */
};

/* Ended by a name of NULL. */
extern const struct tool tools[];
extern const struct tool personalities[];

const struct tool *tool_find(const struct tool *table, const char *name);

/* The listed command whose name is most like this one; NULL if none is. */
const struct tool *tool_nearest(const struct tool *table, const char *name);

/* What main() does. */
int tools_main(int argc, char **argv);

#endif
