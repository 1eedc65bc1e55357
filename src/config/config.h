/* src/config/config.h -- text becomes one struct gn_config, through one table of options.
 *
 * The format is linuxptp's: "[global]" and "[interface]" sections of "name value" lines, and the same names as long
 * options of a command line. From the weakest to the strongest: built-in default, [global], command line, section of
 * the port. No I/O here: the caller reads the file, and prints the lines that come back through `say`. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "gnomon/config.h"

enum config_scope {
	CONFIG_GLOBAL, /* of the [global] section and the command line alone */
	CONFIG_PORT,   /* of a port's section too; in [global] it is the default of all ports */
};

enum config_type {
	CONFIG_INT,    /* strtol, base 0 */
	CONFIG_UINT,   /* strtoul, base 0: what is negative wraps, and so is out of range */
	CONFIG_DOUBLE, /* strtod */
	CONFIG_ENUM,   /* one of the labels, whatever its case */
	CONFIG_STRING,
	CONFIG_ALIAS, /* an older name of another option */
};

/* A word that an enumeration takes. One with `refused` is known, but what it names is not to be had. */
struct config_label {
	const char *name;
	int value;
	const char *refused;
};

#define CONFIG_NOWHERE SIZE_MAX /* the offset of a value that nothing here reads */

/* One option. `refused` names what this version lacks: such an option is accepted at its default alone. */
struct config_option {
	const char *name;
	enum config_scope scope;
	enum config_type type;
	size_t offset,
		size; /* of the member of struct gn_config, or of struct gn_port_config for a port's option */
	double min, max;  /* of the three kinds of numbers, inclusive */
	double normal;    /* a number's default */
	const char *text; /* default of a string or an enumeration; alias: the name that is used now */
	const struct config_label *labels; /* ended by a name of NULL */
	const char *unit, *meaning;
	const char *refused;
	bool has_asap; /* takes the word ASAP, which then stands for: */
	int asap;
	bool is_of_others; /* of a program that shares the file; checked, and of no effect on the daemon */
	bool is_native;    /* ours: linuxptp does not know it */
	bool is_file_only; /* no long option of that name */
};

/* All options; their order decides which one an abbreviated long option means. */
#define CONFIG_OPTIONS_MAX 192
extern const struct config_option config_options[];
extern const size_t config_option_count;
const struct config_option *config_option_find(const char *name);
size_t config_option_index(const struct config_option *option);

/* A line for people, to the log at a level of syslog, or (-1) to standard error whatever the log's settings. */
#define CONFIG_TO_STDERR (-1)
typedef void (*config_say)(void *context, int level, const char *line);

struct config_port_flags {
	bool is_set[CONFIG_OPTIONS_MAX]; /* by the port's own section */
};

/* A configuration in the making. */
struct config {
	struct gn_config gn;                /* to be read; gn.ports belongs to this struct */
	bool is_set[CONFIG_OPTIONS_MAX];    /* in [global] or on the command line */
	bool is_locked[CONFIG_OPTIONS_MAX]; /* by the command line */
	struct config_port_flags *port_flags;
	config_say say;
	void *say_context;
	bool explains;                             /* adds to an error what the option takes */
	const char *preferred[CONFIG_OPTIONS_MAX]; /* defaults by config_prefer(); NULL: the table's */
	bool takes_several_ports; /* the driver carries boundary clocks, as the simulator's does */
};

void config_init(struct config *config, config_say say, void *say_context);
void config_free(struct config *config);

/* This program's default is another than the table's: "clock_servo", "adaptive". To be said before any value is set;
 * the text stays the caller's. What the option does not take changes nothing. */
void config_prefer(struct config *config, const char *name, const char *value);

/* One value of the command line; it is locked against [global]. False: the reason was said. */
bool config_set(struct config *config, const char *name, const char *value);

/* The port of that interface; created if it is new. NULL without memory, which was said. */
struct gn_port_config *config_add_port(struct config *config, const char *name);

/* The whole text of one file. False: the reason was said. Values before the bad line stay set. */
bool config_parse_text(struct config *config, const char *text, size_t size);

/* What a complete set of values implies, and whether it can be a clock. */
enum config_verdict {
	CONFIG_FINE,
	CONFIG_REFUSED, /* linuxptp would say so before it tries to make a clock */
	CONFIG_BAD,     /* a clock cannot be made of it ("failed to create a clock") */
};
enum config_verdict config_complete(struct config *config);

/* The effective values as text that config_parse_text() reads back, line by line without line ends. */
typedef void (*config_line)(void *context, const char *line);
void config_print(const struct config *config, config_line line, void *context);

/* "0..255", "E2E, P2P" or "text": what an option takes, in this version. */
void config_option_range(const struct config_option *option, char *out, size_t size);
/* The table's default as one would write it; "" for an empty text. */
void config_option_default(const struct config_option *option, char *out, size_t size);

#endif
