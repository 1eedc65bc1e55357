/* src/tools/command_line.h -- what the command lines of daemons have in common.
 *
 * Letters that stand for options, every option of the table as a long option, a configuration file, and the way from
 * them to a configuration that is complete and a log that is set up. */
#ifndef TOOLS_COMMAND_LINE_H
#define TOOLS_COMMAND_LINE_H

#include "config/config.h"

#include <getopt.h>

/* Exit statuses; linuxptp returns -1 and -2 for the last two. */
enum { EXIT_FINE = 0, EXIT_UNPARSABLE = 254, EXIT_BAD = 255 };

#define COMMAND_LINE_LETTERS "AEP246HSLf:i:p:sl:mqvh"
#define COMMAND_LINE_OWN_MAX 8 /* long options of a command's own */

/* What getopt_long() returns for an option of the table. All have the same value: so an ambiguous abbreviation is not
 * an error but means the first option that it fits. */
#define COMMAND_LINE_LONG 256

struct command_line {
	const char *program; /* argv[0] after its last slash */
	const char *file;    /* -f, or NULL */
	struct config config;
	struct option options[CONFIG_OPTIONS_MAX + COMMAND_LINE_OWN_MAX + 1];
};

/* `own` are further long options, ended by a name of NULL; or NULL. */
void command_line_init(struct command_line *line, const char *argv0, const struct option *own);
void command_line_free(struct command_line *line);

/* One result of getopt_long() that is a letter other than -v and -h, or COMMAND_LINE_LONG, or '?'. Returns false after
 * saying why on standard error; for '?' getopt has said it, and the usage should follow. */
bool command_line_apply(struct command_line *line, int found, int index, const char *argument);

/* Reads the file given with -f, if any ("-": standard input). Returns EXIT_FINE or the exit status. */
int command_line_read_file(struct command_line *line);

/* The log as the configuration wants it. */
void command_line_set_up_log(const struct command_line *line, const char *name);

/* config_say: standard error, or the log */
void command_line_say(void *context, int level, const char *text);

#endif
