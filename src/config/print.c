/* src/config/print.c -- an option's range and default as text, and a whole configuration as a file. */
#include "config/internal.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The shortest text that reads back: 0.3, and not 0.29999999999999999. */
static void print_real(double value, char *out, size_t size)
{
	for (int digits = 6; digits <= 17; digits++) {
		double again;

		snprintf(out, size, "%.*g", digits, value);
		again = strtod(out, NULL);
		if (isnan(value) || (again >= value && again <= value)) {
			break;
		}
	}
	if (isnan(value)) {
		snprintf(out, size, "nan"); /* never "-nan" */
	}
}

/* Permissions are octal for everybody who reads them. */
static bool is_mode(const struct config_option *option)
{
	return strstr(option->name, "file_mode") != NULL;
}

static void print_number(const struct config_option *option, double value, char *out, size_t size)
{
	if (option->type == CONFIG_DOUBLE) {
		print_real(value, out, size);
	} else if (is_mode(option)) {
		snprintf(out, size, "%#o", (unsigned)value);
	} else {
		snprintf(out, size, "%.0f", value);
	}
}

static void range_of_numbers(const struct config_option *option, char *out, size_t size)
{
	char min[64], max[64];

	print_number(option, option->min, min, sizeof(min));
	print_number(option, option->max, max, sizeof(max));
	if (option->type != CONFIG_DOUBLE) {
		snprintf(out, size, "%s..%s", min, max);
	} else if (option->min <= -DBL_MAX) {
		snprintf(out, size, "any number");
	} else if (option->max >= DBL_MAX) {
		snprintf(out, size, "%s or more", min);
	} else if (option->min > 0 && option->min <= DBL_MIN) {
		snprintf(out, size, "above 0, at most %s", max);
	} else {
		snprintf(out, size, "%s..%s", min, max);
	}
}

static void range_of_labels(const struct config_option *option, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (const struct config_label *label = option->labels; label->name; label++) {
		if (!label->refused && used < size) {
			used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "",
						 label->name);
		}
	}
}

void config_option_range(const struct config_option *option, char *out, size_t size)
{
	switch (option->type) {
	case CONFIG_INT:
	case CONFIG_UINT:
	case CONFIG_DOUBLE:
		range_of_numbers(option, out, size);
		break;
	case CONFIG_ENUM:
		range_of_labels(option, out, size);
		break;
	case CONFIG_STRING:
		if (option->offset == CONFIG_NOWHERE) {
			snprintf(out, size, "a text");
		} else {
			snprintf(out, size, "a text of up to %zu octets", option->size - 1);
		}
		break;
	case CONFIG_ALIAS:
		snprintf(out, size, "what %s takes", option->text);
		break;
	}
}

void config_option_default(const struct config_option *option, char *out, size_t size)
{
	switch (option->type) {
	case CONFIG_INT:
	case CONFIG_UINT:
	case CONFIG_DOUBLE:
		print_number(option, option->normal, out, size);
		break;
	case CONFIG_ENUM:
	case CONFIG_STRING:
		snprintf(out, size, "%s", option->text);
		break;
	case CONFIG_ALIAS:
		out[0] = '\0';
		break;
	}
}

void config_default(const struct config *config, const struct config_option *option, char *out, size_t size)
{
	const char *preferred = config->preferred[config_option_index(option)];

	if (preferred) {
		snprintf(out, size, "%s", preferred);
	} else {
		config_option_default(option, out, size);
	}
}

static const char *label_of(const struct config_option *option, int value)
{
	const struct config_label *label = option->labels;

	while (label->name && label->value != value) {
		label++;
	}
	return label->name ? label->name : "";
}

static void print_value(const struct config_option *option, const void *base, char *out, size_t size)
{
	const char *member = (const char *)base + option->offset;
	int number = 0;
	double real;

	switch (option->type) {
	case CONFIG_INT:
	case CONFIG_UINT:
		memcpy(&number, member, sizeof(number));
		print_number(option, option->type == CONFIG_UINT ? (double)(unsigned)number : (double)number,
			     out, size);
		break;
	case CONFIG_DOUBLE:
		memcpy(&real, member, sizeof(real));
		print_real(real, out, size);
		break;
	case CONFIG_ENUM:
		memcpy(&number, member, sizeof(number));
		snprintf(out, size, "%s", label_of(option, number));
		break;
	case CONFIG_STRING:
		snprintf(out, size, "%s", member);
		break;
	case CONFIG_ALIAS:
		out[0] = '\0';
		break;
	}
}

static void print_option(const struct config *config, const struct config_option *option, const void *base,
			 config_line line, void *context)
{
	char value[CONFIG_LINE_MAX];
	char text[CONFIG_SAY_MAX];
	char normal[CONFIG_LINE_MAX];

	print_value(option, base, value, sizeof(value));
	config_default(config, option, normal, sizeof(normal));
	if (value[0] != '\0') {
		snprintf(text, sizeof(text), "%-23s %s", option->name, value);
	} else if (normal[0] != '\0') {
		/* An empty text cannot be written in a file. */
		snprintf(text, sizeof(text), "# %s is empty, as only a command line can say", option->name);
	} else {
		return;
	}
	line(context, text);
}

void config_print(const struct config *config, config_line line, void *context)
{
	char header[GN_NAME_SIZE + 2];

	line(context, "[global]");
	for (size_t i = 0; i < config_option_count; i++) {
		const struct config_option *option = &config_options[i];

		if (option->offset != CONFIG_NOWHERE) {
			print_option(config, option,
				     option->scope == CONFIG_PORT ? (const void *)&config->gn.port
								  : &config->gn,
				     line, context);
		}
	}
	for (size_t port = 0; port < config->gn.port_count; port++) {
		snprintf(header, sizeof(header), "[%s]", config->gn.ports[port].name);
		line(context, header);
		for (size_t i = 0; i < config_option_count; i++) {
			if (config->port_flags[port].is_set[i] &&
			    config_options[i].offset != CONFIG_NOWHERE) {
				print_option(config, &config_options[i], &config->gn.ports[port], line,
					     context);
			}
		}
	}
}
