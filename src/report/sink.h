/* src/report/sink.h -- where text goes: a function that is given the pieces in order. */
#ifndef REPORT_SINK_H
#define REPORT_SINK_H

#include <stddef.h>

typedef void (*report_sink)(void *context, const char *text, size_t length);

/* Pieces of up to 1023 characters; longer ones are cut. */
__attribute__((format(printf, 3, 4))) void sink_print(report_sink sink, void *context, const char *format,
						      ...);

#endif
