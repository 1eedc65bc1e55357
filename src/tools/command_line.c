/* src/tools/command_line.c -- letters are a table: each sets one option to one word, or to its argument. */
#include "tools/command_line.h"

#include "linux/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	int letter;
	const char *option, *value; /* no value: the letter's argument */
} letters[] = {
	{ 'A', "delay_mechanism", "Auto" },
	{ 'E', "delay_mechanism", "E2E" },
	{ 'P', "delay_mechanism", "P2P" },
	{ '2', "network_transport", "L2" },
	{ '4', "network_transport", "UDPv4" },
	{ '6', "network_transport", "UDPv6" },
	{ 'H', "time_stamping", "hardware" },
	{ 'S', "time_stamping", "software" },
	{ 'L', "time_stamping", "legacy" },
	{ 's', "clientOnly", "1" },
	{ 'm', "verbose", "1" },
	{ 'q', "use_syslog", "0" },
};

void command_line_say(void *context, int level, const char *text)
{
	(void)context;
	if (level == CONFIG_TO_STDERR) {
		fprintf(stderr, "%s\n", text);
	} else {
		log_line(level, "%s", text);
	}
}

void command_line_init(struct command_line *line, const char *argv0, const struct option *own)
{
	const char *slash = strrchr(argv0, '/');
	size_t count = 0;

	memset(line, 0, sizeof(*line));
	line->program = slash ? slash + 1 : argv0;
	config_init(&line->config, command_line_say, NULL);
	for (size_t i = 0; i < config_option_count; i++) {
		if (!config_options[i].is_file_only) {
			line->options[count++] = (struct option){ .name = config_options[i].name,
								  .has_arg = required_argument,
								  .val = COMMAND_LINE_LONG };
		}
	}
	for (size_t i = 0; own && own[i].name && i < COMMAND_LINE_OWN_MAX; i++) {
		line->options[count++] = own[i];
	}
}

void command_line_free(struct command_line *line)
{
	config_free(&line->config);
}

/* -l is checked apart from the option that it sets: its messages are of its own. */
static bool apply_level(struct command_line *line, const char *argument)
{
	char *end;
	long level;

	errno = 0;
	level = strtol(argument, &end, 0);
	if (end == argument || *end != '\0') {
		fprintf(stderr, "-l: %s is a malformed value\n", argument);
		return false;
	}
	if (errno == ERANGE || level < LOG_LEVEL_EMERG || level > LOG_LEVEL_DEBUG) {
		fprintf(stderr, "-l: %s is out of range. Must be in the range %d to %d\n", argument,
			LOG_LEVEL_EMERG, LOG_LEVEL_DEBUG);
		return false;
	}
	return config_set(&line->config, "logging_level", argument);
}

static bool apply_letter(struct command_line *line, int letter)
{
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (letters[i].letter == letter) {
			return config_set(&line->config, letters[i].option, letters[i].value);
		}
	}
	return false;
}

bool command_line_apply(struct command_line *line, int found, int index, const char *argument)
{
	switch (found) {
	case COMMAND_LINE_LONG:
		return config_set(&line->config, line->options[index].name, argument);
	case 'f':
		line->file = argument;
		return true;
	case 'i':
		return config_add_port(&line->config, argument) != NULL;
	case 'p':
		return config_set(&line->config, "clock", "phc") &&
		       config_set(&line->config, "clock_name", argument);
	case 'l':
		return apply_level(line, argument);
	default:
		return apply_letter(line, found);
	}
}

/* The whole stream, malloc'ed; NULL with errno. */
static char *read_stream(FILE *stream, size_t *size)
{
	size_t capacity = 0;
	char *text = NULL;

	*size = 0;
	do {
		char *larger;

		capacity = capacity ? 2 * capacity : 4096;
		larger = realloc(text, capacity);
		if (!larger) {
			free(text);
			return NULL;
		}
		text = larger;
		*size += fread(text + *size, 1, capacity - *size, stream);
	} while (*size == capacity);
	if (ferror(stream)) {
		free(text);
		return NULL;
	}
	return text;
}

static char *read_path(const char *path, size_t *size)
{
	FILE *stream;
	char *text;
	int error;

	if (strcmp(path, "-") == 0) {
		return read_stream(stdin, size);
	}
	stream = fopen(path, "re");
	if (!stream) {
		return NULL;
	}
	text = read_stream(stream, size);
	error = errno;
	fclose(stream);
	errno = error;
	return text;
}

int command_line_read_file(struct command_line *line)
{
	size_t size;
	char *text;
	bool is_fine;

	if (!line->file) {
		return EXIT_FINE;
	}
	text = read_path(line->file, &size);
	if (!text) {
		char why[1024];

		snprintf(why, sizeof(why), "failed to open configuration file %s: %s", line->file,
			 strerror(errno));
		line->config.say(line->config.say_context, CONFIG_TO_STDERR, why);
		return EXIT_BAD;
	}
	is_fine = config_parse_text(&line->config, text, size);
	free(text);
	if (!is_fine) {
		char what[1024];

		snprintf(what, sizeof(what), "failed to parse configuration file %s", line->file);
		line->config.say(line->config.say_context, CONFIG_TO_STDERR, what);
		return EXIT_UNPARSABLE;
	}
	return EXIT_FINE;
}

void command_line_set_up_log(const struct command_line *line, const char *name)
{
	const struct gn_config *gn = &line->config.gn;

	log_setup(name, gn->logging_level, gn->use_syslog != 0, gn->verbose != 0, gn->message_tag);
}
