/* src/config/value.c -- one value by the rules of its option's type: the C library's number grammar, to its edges. */
#include "config/internal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static enum config_reading in_range(const struct config_option *option, double value)
{
	/* Not a number compares with nothing, and so passes, as it does in linuxptp; ours are stricter. */
	if (errno == ERANGE || value < option->min || value > option->max ||
	    (option->is_native && isnan(value))) {
		return CONFIG_OUT_OF_RANGE;
	}
	return CONFIG_READ;
}

static enum config_reading read_int(const struct config_option *option, const char *text,
				    struct config_value *out)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 0);
	if (end == text || *end != '\0') {
		return CONFIG_MALFORMED;
	}
	out->number = (int)value;
	return in_range(option, (double)value);
}

static enum config_reading read_uint(const struct config_option *option, const char *text,
				     struct config_value *out)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 0);
	if (end == text || *end != '\0') {
		return CONFIG_MALFORMED;
	}
	out->number = (int)(unsigned)value;
	return in_range(option, (double)value);
}

static enum config_reading read_double(const struct config_option *option, const char *text,
				       struct config_value *out)
{
	char *end;

	errno = 0;
	out->real = strtod(text, &end);
	if (end == text || *end != '\0') {
		return CONFIG_MALFORMED;
	}
	return in_range(option, out->real);
}

static const struct config_label *find_label(const struct config_option *option, const char *text)
{
	for (const struct config_label *label = option->labels; label->name; label++) {
		if (strcasecmp(label->name, text) == 0) {
			return label;
		}
	}
	return NULL;
}

static enum config_reading read_enum(const struct config_option *option, const char *text,
				     struct config_value *out)
{
	const struct config_label *label = find_label(option, text);

	if (!label) {
		return CONFIG_UNKNOWN_LABEL;
	}
	out->number = label->value;
	return CONFIG_READ;
}

static enum config_reading read_string(const struct config_option *option, const char *text,
				       struct config_value *out)
{
	out->text = text;
	if (option->offset != CONFIG_NOWHERE && strlen(text) >= option->size) {
		return CONFIG_OUT_OF_RANGE;
	}
	return CONFIG_READ;
}

static bool is_default(const struct config_option *option, const struct config_value *value)
{
	switch (option->type) {
	case CONFIG_INT:
		return value->number == (int)option->normal;
	case CONFIG_UINT:
		return (unsigned)value->number == (unsigned)option->normal;
	case CONFIG_DOUBLE:
		return value->real >= option->normal && value->real <= option->normal;
	case CONFIG_STRING:
		return strcmp(value->text, option->text) == 0;
	case CONFIG_ENUM:
	case CONFIG_ALIAS:
		break;
	}
	return true;
}

const char *config_lacking(const struct config_option *option, const char *text)
{
	return option->type == CONFIG_ENUM ? find_label(option, text)->refused : option->refused;
}

enum config_reading config_read_value(const struct config_option *option, const char *text,
				      struct config_value *out)
{
	static enum config_reading (*const readers[])(const struct config_option *, const char *,
						      struct config_value *) = {
		[CONFIG_INT] = read_int,   [CONFIG_UINT] = read_uint,     [CONFIG_DOUBLE] = read_double,
		[CONFIG_ENUM] = read_enum, [CONFIG_STRING] = read_string,
	};
	enum config_reading reading = readers[option->type](option, text, out);

	if (reading != CONFIG_READ) {
		return reading;
	}
	if (option->type == CONFIG_ENUM ? config_lacking(option, text) != NULL
					: option->refused && !is_default(option, out)) {
		return CONFIG_LACKING;
	}
	return CONFIG_READ;
}
