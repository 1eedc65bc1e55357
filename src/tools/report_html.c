/* src/tools/report_html.c -- reads line by line; the whole series is kept, since the scales depend on all of it. */
#include "tools/report_html.h"

#include "report/chart.h"
#include "tools/terminal.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_USAGE 255
#define CHART_COLUMNS 72
#define CHART_ROWS 12

static const char usage_text[] =
	"Usage: gnomon report-html [OPTION]... < SAMPLES.csv > PAGE.html\n"
	"Makes a page with plots of offset and frequency.\n"
	"Each line of the input is   time_s,offset_ns,frequency_ppb,mark\n"
	"Offset and frequency may be empty; mark is optional text.\n"
	"\n"
	"  --title TEXT      the heading\n"
	"  --subtitle TEXT   a line below it\n"
	"  --text            a chart of the offset's magnitude for the terminal instead\n"
	"  -h, --help        print this text and exit\n";

/* ---- reading ---- */

static bool grow(void **array, size_t *capacity, size_t count, size_t size)
{
	size_t more = *capacity ? *capacity * 2 : 1024;
	void *grown;

	if (count < *capacity) {
		return true;
	}
	grown = reallocarray(*array, more, size);
	if (!grown) {
		return false;
	}
	*array = grown;
	*capacity = more;
	return true;
}

/* One number, up to the comma or the end. An empty field is NaN where that is allowed. */
static bool read_field(char **at, bool may_be_empty, double *out)
{
	char *end, *comma;
	size_t length = strcspn(*at, ",");

	comma = *at + length;
	end = *at + strspn(*at, " \t");
	if (end == comma && may_be_empty) {
		*out = (double)NAN;
	} else {
		*out = strtod(*at, &end);
		if (end == *at || !isfinite(*out)) {
			return false;
		}
		end += strspn(end, " \t");
		if (end != comma) {
			return false;
		}
	}
	*at = *comma ? comma + 1 : comma;
	return true;
}

static bool add_mark(struct report_samples *s, double time_s, const char *text)
{
	char *copy;

	if (!grow((void **)&s->marks, &s->mark_capacity, s->mark_count, sizeof(s->marks[0]))) {
		return false;
	}
	copy = strdup(text);
	if (!copy) {
		return false;
	}
	s->marks[s->mark_count++] = (struct report_mark){ time_s, copy };
	return true;
}

/* NULL, or what is wrong with the line. */
static const char *read_line(struct report_samples *s, char *line)
{
	struct report_sample sample;

	if (!read_field(&line, false, &sample.time_s)) {
		return "the first column (time_s) is no number";
	}
	if (!read_field(&line, true, &sample.offset_ns)) {
		return "the second column (offset_ns) is no number";
	}
	if (!read_field(&line, true, &sample.frequency_ppb)) {
		return "the third column (frequency_ppb) is no number";
	}
	if (s->count && sample.time_s < s->samples[s->count - 1].time_s) {
		return "time goes backward";
	}
	if (!grow((void **)&s->samples, &s->capacity, s->count, sizeof(s->samples[0])) ||
	    (*line && !add_mark(s, sample.time_s, line))) {
		return "out of memory";
	}
	s->samples[s->count++] = sample;
	return NULL;
}

bool report_samples_read(struct report_samples *out, FILE *from, char *why, size_t why_size)
{
	struct report_samples s = { 0 };
	char *line = NULL;
	size_t room = 0, number = 0;
	ssize_t length;

	while ((length = getline(&line, &room, from)) >= 0) {
		const char *mistake;

		number++;
		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0' || (number == 1 && strncmp(line, "time_s", 6) == 0)) {
			continue;
		}
		mistake = read_line(&s, line);
		if (mistake) {
			snprintf(why, why_size, "line %zu: %s", number, mistake);
			break;
		}
	}
	free(line);
	if (length < 0 && ferror(from)) {
		snprintf(why, why_size, "%s", strerror(errno));
	}
	if (length >= 0 || ferror(from)) {
		report_samples_free(&s);
		return false;
	}
	*out = s;
	return true;
}

void report_samples_free(struct report_samples *samples)
{
	for (size_t i = 0; i < samples->mark_count; i++) {
		free((void *)(uintptr_t)samples->marks[i].text);
	}
	free(samples->marks);
	free(samples->samples);
	*samples = (struct report_samples){ 0 };
}

/* ---- the command ---- */

static void print(void *context, const char *text, size_t length)
{
	(void)fwrite(text, 1, length, context); /* asked of ferror() at the end */
}

static void write_chart(const struct report_samples *s)
{
	double *offsets = malloc((s->count + 1) * sizeof(offsets[0]));

	for (size_t i = 0; offsets && i < s->count; i++) {
		offsets[i] = s->samples[i].offset_ns;
	}
	if (offsets) {
		chart_draw(offsets, s->count, CHART_COLUMNS, CHART_ROWS, terminal_is_utf8(), print, stdout);
	}
	free(offsets);
}

static void write_page(const struct report_samples *s, struct report_series *series)
{
	series->samples = s->samples;
	series->count = s->count;
	series->marks = s->marks;
	series->mark_count = s->mark_count;
	report_html_write(series, print, stdout);
}

enum { OPT_TITLE = 256, OPT_SUBTITLE, OPT_TEXT };

static const struct option long_options[] = {
	{ "title", required_argument, NULL, OPT_TITLE },
	{ "subtitle", required_argument, NULL, OPT_SUBTITLE },
	{ "text", no_argument, NULL, OPT_TEXT },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* Returns -1 to go on, or the exit status. */
static int read_options(int argc, char **argv, struct report_series *series, bool *is_text)
{
	int found;

	optind = 0;
	while ((found = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		switch (found) {
		case OPT_TITLE:
			series->title = optarg;
			break;
		case OPT_SUBTITLE:
			series->subtitle = optarg;
			break;
		case OPT_TEXT:
			*is_text = true;
			break;
		case 'h':
			fputs(usage_text, stdout);
			return 0;
		default:
			fputs("Try `gnomon report-html --help'.\n", stderr);
			return EXIT_USAGE;
		}
	}
	if (optind < argc) {
		fprintf(stderr,
			"gnomon report-html: %s: samples are read from standard input: put `<' before it\n",
			argv[optind]);
		return EXIT_USAGE;
	}
	return -1;
}

int report_html_main(int argc, char **argv)
{
	struct report_series series = { .title = NULL };
	struct report_samples samples;
	char why[128] = "";
	bool is_text = false;
	int status = read_options(argc, argv, &series, &is_text);

	if (status >= 0) {
		return status;
	}
	if (!report_samples_read(&samples, stdin, why, sizeof(why))) {
		fprintf(stderr, "gnomon report-html: standard input: %s\n", why);
		return 1;
	}
	if (is_text) {
		write_chart(&samples);
	} else {
		write_page(&samples, &series);
	}
	report_samples_free(&samples);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "gnomon report-html: standard output: %s\n", strerror(errno));
		return 1;
	}
	return 0;
}
