/* src/core/servo/timeline.h -- how far our own frequency settings have moved the clock, at any time of the last few.
 *
 * Messages are about times in the past: what was set since then must not be seen in them. */
#ifndef CORE_SERVO_TIMELINE_H
#define CORE_SERVO_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#define TIMELINE_LENGTH 8

struct timeline_entry {
	double from_s, rate_ppb; /* what was set */
	double total_ns;         /* gained by all settings until from_s */
};

struct timeline {
	struct timeline_entry entries[TIMELINE_LENGTH]; /* the newest first */
	uint8_t count;
};

void timeline_init(struct timeline *timeline, double rate_ppb);

/* Set at that time; an earlier one than the newest counts as the newest's. */
void timeline_set(struct timeline *timeline, double at_s, double rate_ppb);

/* What all settings have gained until then, ns. */
double timeline_total(const struct timeline *timeline, double at_s);

/* What is set now. */
double timeline_rate(const struct timeline *timeline);

#endif
