/* src/config/parse.c -- the sections and lines of a file, and the values of a command line.
 *
 * A value goes into the configuration at once. One of [global] also goes to every port whose own section has not
 * spoken, and a new port starts with what [global] has said so far: at any moment the ports are what the file says up
 * to there, in whatever order its sections stand. */
#include "config/internal.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NAME_COMPARED 108 /* characters that tell one port's name from another's */

/* Where a value stands: messages name it, and it decides who gets the value. */
struct source {
	int line; /* 0: the command line */
	int port; /* index of the port whose section it is, or GLOBAL_SECTION */
};
#define GLOBAL_SECTION (-1)

void config_say_line(const struct config *config, int level, const char *format, ...)
{
	char line[CONFIG_SAY_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	config->say(config->say_context, level, line);
}

#define say_error(config, ...) config_say_line(config, CONFIG_TO_STDERR, __VA_ARGS__)

void config_init(struct config *config, config_say say, void *say_context)
{
	memset(config, 0, sizeof(*config));
	gn_config_defaults(&config->gn);
	config->say = say;
	config->say_context = say_context;
}

void config_free(struct config *config)
{
	free(config->gn.ports);
	free(config->port_flags);
	config->gn.ports = NULL;
	config->gn.port_count = 0;
	config->port_flags = NULL;
}

struct gn_port_config *config_add_port(struct config *config, const char *name)
{
	size_t count = config->gn.port_count;
	struct gn_port_config *ports;
	struct config_port_flags *flags;

	for (size_t i = 0; i < count; i++) {
		if (strncmp(config->gn.ports[i].name, name, NAME_COMPARED) == 0) {
			return &config->gn.ports[i];
		}
	}
	ports = count < UINT16_MAX ? realloc(config->gn.ports, (count + 1) * sizeof(*ports)) : NULL;
	if (ports) {
		config->gn.ports = ports;
	}
	flags = ports ? realloc(config->port_flags, (count + 1) * sizeof(*flags)) : NULL;
	if (!flags) {
		say_error(config, "cannot allocate memory for a port");
		return NULL;
	}
	config->port_flags = flags;
	flags[count] = (struct config_port_flags){ 0 };
	ports[count] = config->gn.port;
	snprintf(ports[count].name, sizeof(ports[count].name), "%s", name);
	config->gn.port_count++;
	return &ports[count];
}

static void put(const struct config_option *option, const struct config_value *value, void *base)
{
	char *member = (char *)base + option->offset;

	switch (option->type) {
	case CONFIG_INT:
	case CONFIG_UINT:
	case CONFIG_ENUM:
		memcpy(member, &value->number, sizeof(value->number));
		break;
	case CONFIG_DOUBLE:
		memcpy(member, &value->real, sizeof(value->real));
		break;
	case CONFIG_STRING:
		memset(member, 0,
		       option->size); /* no remains: equal configurations are equal octet for octet */
		snprintf(member, option->size, "%s", value->text);
		break;
	case CONFIG_ALIAS:
		break;
	}
}

static void store_global(struct config *config, const struct config_option *option,
			 const struct config_value *value)
{
	size_t index = config_option_index(option);

	config->is_set[index] = true;
	if (option->offset == CONFIG_NOWHERE) {
		return;
	}
	if (option->scope == CONFIG_GLOBAL) {
		put(option, value, &config->gn);
		return;
	}
	put(option, value, &config->gn.port);
	for (size_t i = 0; i < config->gn.port_count; i++) {
		if (!config->port_flags[i].is_set[index]) {
			put(option, value, &config->gn.ports[i]);
		}
	}
	config->gn.freq_est_interval = config->gn.port.freq_est_interval; /* the clock goes by [global] */
}

static void store(struct config *config, const struct config_option *option, const struct config_value *value,
		  struct source source)
{
	if (source.port == GLOBAL_SECTION) {
		store_global(config, option, value);
		return;
	}
	config->port_flags[source.port].is_set[config_option_index(option)] = true;
	if (option->offset != CONFIG_NOWHERE) {
		put(option, value, &config->gn.ports[source.port]);
	}
}

void config_prefer(struct config *config, const char *name, const char *value)
{
	const struct config_option *option = config_option_find(name);
	struct config_value read = { 0 };

	if (!option || option->offset == CONFIG_NOWHERE ||
	    config_read_value(option, value, &read) != CONFIG_READ) {
		return;
	}
	config->preferred[config_option_index(option)] = value;
	put(option, &read, option->scope == CONFIG_GLOBAL ? (void *)&config->gn : &config->gn.port);
}

static const char *section_name(const struct config *config, struct source source)
{
	return source.port == GLOBAL_SECTION ? "global" : config->gn.ports[source.port].name;
}

static void say_unknown(const struct config *config, const char *name, struct source source)
{
	if (source.line == 0) {
		say_error(config, "unknown option %s", name);
	} else {
		say_error(config, "unknown option %s at line %d in %s section", name, source.line,
			  section_name(config, source));
	}
}

/* "only its default 0 is accepted", "only pi, nullf are accepted" */
static void say_lacking(const struct config *config, const struct config_option *option, const char *text,
			const char *where)
{
	char accepted[CONFIG_LINE_MAX];
	const char *lacking = config_lacking(option, text);

	if (option->type == CONFIG_ENUM) {
		config_option_range(option, accepted, sizeof(accepted));
		say_error(config, "option %s%s: %s not available in this version; only %s %s accepted",
			  option->name, where, lacking, accepted, strchr(accepted, ',') ? "are" : "is");
		return;
	}
	config_option_default(option, accepted, sizeof(accepted));
	if (accepted[0] == '\0') {
		say_error(config, "option %s%s: %s not available in this version; it can only be left out",
			  option->name, where, lacking);
		return;
	}
	say_error(config, "option %s%s: %s not available in this version; only its default %s is accepted",
		  option->name, where, lacking, accepted);
}

/* "logSyncInterval takes -128..127 (log2 s), default 0" */
static void explain(const struct config *config, const struct config_option *option)
{
	const char *unit = option->unit ? option->unit : "";
	char range[CONFIG_LINE_MAX / 4], normal[CONFIG_LINE_MAX / 4];

	config_option_range(option, range, sizeof(range));
	config_default(config, option, normal, sizeof(normal));
	say_error(config, "%s takes %s%s%s%s, default %s", option->name, range, unit[0] ? " (" : "", unit,
		  unit[0] ? ")" : "", normal[0] ? normal : "none");
}

static void say_bad_value(const struct config *config, const struct config_option *option, const char *text,
			  enum config_reading reading, struct source source)
{
	static const char *const faults[] = {
		[CONFIG_UNKNOWN_LABEL] = "a bad",
		[CONFIG_MALFORMED] = "a malformed",
		[CONFIG_OUT_OF_RANGE] = "an out of range",
	};
	char where[32] = "";

	if (source.line > 0) {
		snprintf(where, sizeof(where), " at line %d", source.line);
	}
	if (reading == CONFIG_LACKING) {
		say_lacking(config, option, text, where);
		return;
	}
	say_error(config, "%s is %s value for option %s%s", text, faults[reading], option->name, where);
	if (config->explains) {
		explain(config, option);
	}
}

/* ASAP passes by the usual checks. In [global] it overrides the command line, and is locked like it. */
static bool set_asap(struct config *config, const struct config_option *option, const char *text,
		     struct source source)
{
	struct config_value value = { .number = option->asap };

	if (!option->has_asap || strcasecmp(text, "ASAP") != 0) {
		return false;
	}
	store(config, option, &value, source);
	if (source.port == GLOBAL_SECTION) {
		config->is_locked[config_option_index(option)] = true;
	}
	return true;
}

static const struct config_option *find_option(const struct config *config, const char *name)
{
	const struct config_option *option = config_option_find(name);

	if (option && option->type == CONFIG_ALIAS) {
		say_error(config, "option %s is deprecated, please use %s instead", name, option->text);
		option = config_option_find(option->text);
	}
	return option;
}

/* The order of checks is part of the format: it decides which of two mistakes is named. */
static bool set_value(struct config *config, const char *name, const char *text, struct source source)
{
	const struct config_option *option = find_option(config, name);
	struct config_value value = { 0 };
	enum config_reading reading;

	if (!option) {
		say_unknown(config, name, source);
		return false;
	}
	if (set_asap(config, option, text, source)) {
		return true;
	}
	reading = config_read_value(option, text, &value);
	if (reading != CONFIG_READ) {
		say_bad_value(config, option, text, reading, source);
		return false;
	}
	if (source.port != GLOBAL_SECTION && option->scope == CONFIG_GLOBAL) {
		say_unknown(config, option->name, source);
		return false;
	}
	if (source.line > 0 && source.port == GLOBAL_SECTION &&
	    config->is_locked[config_option_index(option)]) {
		return true;
	}
	store(config, option, &value, source);
	return true;
}

bool config_set(struct config *config, const char *name, const char *value)
{
	const struct config_option *option = config_option_find(name);

	if (!set_value(config, name, value, (struct source){ .line = 0, .port = GLOBAL_SECTION })) {
		return false;
	}
	if (option->type == CONFIG_ALIAS) {
		option = config_option_find(option->text);
	}
	config->is_locked[config_option_index(option)] = true;
	return true;
}

enum section { SECTION_NONE, SECTION_OPTIONS, SECTION_UNICAST };

struct parser {
	struct config *config;
	enum section section;
	struct source source;
	struct unicast_tables tables;
};

/* [ and ] count as blanks, and the first word is the name, whatever follows it. */
static bool open_port_section(struct parser *parser, char *line)
{
	const struct gn_port_config *port;
	char *name;

	for (char *c = line; *c; c++) {
		if (*c == '[' || *c == ']') {
			*c = ' ';
		}
	}
	name = line + strspn(line, " \t\n\v\f\r");
	name[strcspn(name, " \t\n\v\f\r")] = '\0';
	if (*name == '\0') {
		say_error(parser->config, "could not parse port name on line %d", parser->source.line);
		return false;
	}
	port = config_add_port(parser->config, name);
	if (!port) {
		return false;
	}
	parser->section = SECTION_OPTIONS;
	parser->source.port = (int)(port - parser->config->gn.ports);
	return true;
}

static bool open_section(struct parser *parser, char *line)
{
	if (strcasecmp(line, "[global]") == 0) {
		parser->section = SECTION_OPTIONS;
		parser->source.port = GLOBAL_SECTION;
		return true;
	}
	if (strcasecmp(line, "[unicast_master_table]") == 0) {
		parser->section = SECTION_UNICAST;
		parser->tables.in_table = false;
		return true;
	}
	return open_port_section(parser, line);
}

static bool parse_setting(struct parser *parser, char *line)
{
	size_t length = strcspn(line, " \t\n\v\f\r");
	char *value = line + length + strspn(line + length, " \t\n\v\f\r");

	if (*value == '\0') {
		say_error(parser->config, "could not parse line %d in %s section", parser->source.line,
			  section_name(parser->config, parser->source));
		return false;
	}
	line[length] = '\0';
	return set_value(parser->config, line, value, parser->source);
}

static char *trim(char *line)
{
	size_t length;

	while (isspace((unsigned char)*line)) {
		line++;
	}
	length = strlen(line);
	while (length > 0 && isspace((unsigned char)line[length - 1])) {
		line[--length] = '\0';
	}
	return line;
}

static bool parse_line(struct parser *parser, char *line)
{
	line = trim(line);
	if (*line == '\0' || *line == '#') {
		return true;
	}
	if (*line == '[') {
		return open_section(parser, line);
	}
	switch (parser->section) {
	case SECTION_NONE:
		say_error(parser->config, "line %d is not in a section", parser->source.line);
		return false;
	case SECTION_OPTIONS:
		return parse_setting(parser, line);
	case SECTION_UNICAST:
		return unicast_parse_line(parser->config, &parser->tables, line, parser->source.line);
	}
	return false;
}

/* Takes a line or 1023 octets of it, as fgets() would: the rest counts as a line of its own. What follows a NUL in a
 * line is not seen. */
static size_t next_line(const char *text, size_t size, char line[CONFIG_LINE_MAX])
{
	const char *end;

	if (size > CONFIG_LINE_MAX - 1) {
		size = CONFIG_LINE_MAX - 1;
	}
	end = memchr(text, '\n', size);
	if (end) {
		size = (size_t)(end - text) + 1;
	}
	memcpy(line, text, size);
	line[size] = '\0';
	return size;
}

static bool refuse_tables(const struct parser *parser)
{
	if (parser->tables.first_line == 0) {
		return true;
	}
	say_error(parser->config,
		  "section unicast_master_table at line %d: unicast negotiation is not available in this "
		  "version; "
		  "only an empty section is accepted",
		  parser->tables.first_line);
	return false;
}

bool config_parse_text(struct config *config, const char *text, size_t size)
{
	struct parser parser = { .config = config, .source = { .port = GLOBAL_SECTION } };
	char line[CONFIG_LINE_MAX];
	bool is_fine = true;

	while (is_fine && size > 0) {
		size_t length = next_line(text, size, line);

		text += length;
		size -= length;
		parser.source.line++;
		is_fine = parse_line(&parser, line);
	}
	is_fine = is_fine && refuse_tables(&parser);
	free(parser.tables.ids);
	return is_fine;
}
