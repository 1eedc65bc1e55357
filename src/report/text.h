/* src/report/text.h -- reports become sentences, from one table per vocabulary.
 *
 * native: ours ("port 1 (eth0): LISTENING -> UNCALIBRATED: ..."). linuxptp: the lines of ptp4l, to the byte. A row
 * has the level, the text and the rate limit. State kept per port (which state a port left when INITIALIZING is
 * passed in one step, when a limited line was last said) is the caller's struct report_writer. No I/O here. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "gnomon/instance.h"
#include "gnomon/report.h"

#define REPORT_LINE_MAX 1024

struct report_words; /* a vocabulary */
extern const struct report_words report_words_native;
extern const struct report_words report_words_linuxptp;

struct report_writer;

/* `names[i]` is the name of port i + 1; kept, not copied. malloc'ed; NULL without memory. */
struct report_writer *report_writer_new(const struct report_words *words, const char *const *names,
					uint16_t ports);
void report_writer_free(struct report_writer *writer);

/* The lines of one report, called back one by one with their level (0..7 as syslog); now_ns decides what a rate limit
 * holds back. What was held back is said with the next line of its kind ("... (12 more in 60 s)"; native only). */
typedef void (*report_line)(void *context, int level, const char *line);
void report_write(struct report_writer *writer, const struct gn_report *report, int64_t now_ns,
		  report_line say, void *context);

/* "xxxxxx.xxxx.xxxxxx" and "...-N": 19 and 25 octets with the terminator. */
const char *report_clock_identity(const struct gn_clock_identity *identity, char out[19]);
const char *report_port_identity(const struct gn_port_identity *identity, char out[25]);

/* A duration for people: three digits and a unit, "1.24 ms", "20 us", "-517 ns", "0.31 ns". */
const char *report_duration(double ns, char out[24]);

/* State names: "TIME_RECEIVER" and so on, or "SLAVE" .. in linuxptp's words. */
const char *report_state_name(const struct report_words *words, int state);

#endif
