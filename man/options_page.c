/* man/options_page.c -- puts the table of options into a manual page: standard input with its line "@OPTIONS@"
 * replaced, in scdoc's language. The page cannot say other than the program does. */
#include "config/config.h"

#include <stdio.h>
#include <string.h>

/* What scdoc would take for emphasis is escaped. */
static void put(const char *text)
{
	for (; *text; text++) {
		if (strchr("_*\\<>#[]|", *text)) {
			putchar('\\');
		}
		putchar(*text);
	}
}

static void put_range(const struct config_option *option)
{
	const char *unit = option->unit ? option->unit : "";
	char range[512], normal[512];

	config_option_range(option, range, sizeof(range));
	config_option_default(option, normal, sizeof(normal));
	put(range);
	if (unit[0]) {
		put(" (");
		put(unit);
		put(")");
	}
	if (normal[0]) {
		put("; default ");
		put(normal);
	} else {
		put("; unset by default");
	}
	put(option->has_asap ? "; or ASAP" : "");
}

/* Words that are known and not to be had. */
static void put_lacking(const struct config_option *option)
{
	const char *separator = "; not available in this version: ";

	for (const struct config_label *label = option->labels; label && label->name; label++) {
		if (label->refused) {
			put(separator);
			put(label->name);
			separator = ", ";
		}
	}
}

static void put_option(const struct config_option *option)
{
	putchar('*');
	put(option->name);
	printf("* (%s)\n\t", option->scope == CONFIG_PORT ? "port" : "global");
	put(option->meaning);
	fputs("++\n\t", stdout);
	put_range(option);
	put_lacking(option);
	fputs("\n\n", stdout);
}

static void put_refused(const struct config_option *option)
{
	char normal[512];

	config_option_default(option, normal, sizeof(normal));
	putchar('*');
	put(option->name);
	fputs("*\n\t", stdout);
	put(option->meaning);
	fputs("++\n\t", stdout);
	put(option->refused);
	put(" not available in this version: ");
	put(normal[0] ? "only " : "leave it unset");
	put(normal);
	fputs("\n\n", stdout);
}

static void put_other(const struct config_option *option)
{
	putchar('*');
	put(option->name);
	fputs("*\n\t", stdout);
	put(option->meaning);
	fputs("++\n\t", stdout);
	put_range(option);
	fputs("\n\n", stdout);
}

static void put_alias(const struct config_option *option)
{
	putchar('*');
	put(option->name);
	fputs("*\n\t", stdout);
	put(option->meaning);
	fputs("\n\n", stdout);
}

enum kind { KIND_NATIVE, KIND_ORDINARY, KIND_REFUSED, KIND_OTHER, KIND_ALIAS };

static enum kind kind_of(const struct config_option *option)
{
	if (option->type == CONFIG_ALIAS) {
		return KIND_ALIAS;
	}
	if (option->refused) {
		return KIND_REFUSED;
	}
	if (option->is_of_others) {
		return KIND_OTHER;
	}
	return option->is_native ? KIND_NATIVE : KIND_ORDINARY;
}

static const struct {
	enum kind kind;
	const char *heading;
	void (*put)(const struct config_option *option);
} parts[] = {
	{ KIND_ORDINARY, "# OPTIONS", put_option },
	{ KIND_NATIVE,
	  "# OPTIONS OF GNOMON ALONE\n\nlinuxptp does not know these and refuses a file that has one of "
	  "them.",
	  put_option },
	{ KIND_REFUSED,
	  "# OPTIONS OF WHAT IS NOT AVAILABLE\n\nThese are accepted with their default value. Any other is "
	  "refused, "
	  "so that no file asks for something that then does not happen.",
	  put_refused },
	{ KIND_OTHER,
	  "# OPTIONS OF OTHER PROGRAMS\n\nOne file may serve several programs. These are checked and "
	  "otherwise "
	  "left alone.",
	  put_other },
	{ KIND_ALIAS, "# OLD NAMES\n\nEach use is answered with a notice that says the new name.",
	  put_alias },
};

static void put_options(void)
{
	for (size_t part = 0; part < sizeof(parts) / sizeof(parts[0]); part++) {
		printf("%s\n\n", parts[part].heading);
		for (size_t i = 0; i < config_option_count; i++) {
			if (kind_of(&config_options[i]) == parts[part].kind) {
				parts[part].put(&config_options[i]);
			}
		}
	}
}

int main(void)
{
	char line[1024];

	while (fgets(line, sizeof(line), stdin)) {
		if (strcmp(line, "@OPTIONS@\n") == 0) {
			put_options();
		} else {
			fputs(line, stdout);
		}
	}
	return 0;
}
