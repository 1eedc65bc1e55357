/* src/config/internal.h -- what the files of this folder share. */
#ifndef CONFIG_INTERNAL_H
#define CONFIG_INTERNAL_H

#include "config/config.h"

#define CONFIG_LINE_MAX 1024 /* octets read at once, with the terminator */
#define CONFIG_SAY_MAX 1400  /* the longest line with a text around it */

__attribute__((format(printf, 3, 4))) void config_say_line(const struct config *config, int level,
							   const char *format, ...);

/* A value, read by its option's rules. */
struct config_value {
	int number;
	double real;
	const char *text; /* of the caller */
};

enum config_reading {
	CONFIG_READ,
	CONFIG_UNKNOWN_LABEL,
	CONFIG_MALFORMED,
	CONFIG_OUT_OF_RANGE,
	CONFIG_LACKING, /* what it asks for is not in this version */
};
enum config_reading config_read_value(const struct config_option *option, const char *text,
				      struct config_value *out);

/* The default of this program, as one would write it. */
void config_default(const struct config *config, const struct config_option *option, char *out, size_t size);

/* The label's or the option's "... is": what is lacking when this value is asked for. */
const char *config_lacking(const struct config_option *option, const char *text);

/* The unicast tables of one file: checked as linuxptp does, and refused if there is anything in them. */
struct unicast_tables {
	int *ids;
	size_t count;
	bool in_table;
	int first_line; /* of what was asked for; 0: nothing */
};
bool unicast_parse_line(const struct config *config, struct unicast_tables *tables, const char *line,
			int number);

#endif
