/* src/tools/report_html.h -- `gnomon report-html`: samples as CSV on standard input become a page on standard output.
 *
 * A line is   time_s,offset_ns,frequency_ppb,mark   with decimal numbers. Offset and frequency may be left empty (nothing
 * was measured); mark is optional text up to the end of the line: what happened at that time. Empty lines, lines that
 * begin with # and a first line of names are passed over. Times must not go backward. */
#ifndef TOOLS_REPORT_HTML_H
#define TOOLS_REPORT_HTML_H

#include "report/html.h"

#include <stdio.h>

/* Returns the exit status: 0, 1 when a line makes no sense or cannot be read, 255 for wrong usage. */
int report_html_main(int argc, char **argv);

/* What was read; free with report_samples_free(). */
struct report_samples {
	struct report_sample *samples;
	struct report_mark *marks; /* their texts are malloc'ed */
	size_t count, mark_count;
	size_t capacity, mark_capacity;
};

/* False with the reason in `why` ("line 3: ..."). */
bool report_samples_read(struct report_samples *out, FILE *from, char *why, size_t why_size);
void report_samples_free(struct report_samples *samples);

#endif
