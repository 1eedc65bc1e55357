/* src/core/servo/timeline.c */
#include "core/servo/timeline.h"

#include <string.h>

void timeline_init(struct timeline *timeline, double rate_ppb)
{
	memset(timeline, 0, sizeof(*timeline));
	timeline->entries[0].rate_ppb = rate_ppb;
	timeline->count = 1;
}

void timeline_set(struct timeline *timeline, double at_s, double rate_ppb)
{
	struct timeline_entry *e = timeline->entries;
	struct timeline_entry now = { .from_s = at_s > e[0].from_s ? at_s : e[0].from_s,
				      .rate_ppb = rate_ppb };

	now.total_ns = timeline_total(timeline, now.from_s);
	if (rate_ppb == e[0].rate_ppb) {
		return;
	}
	memmove(&e[1], &e[0], sizeof(e[0]) * (TIMELINE_LENGTH - 1));
	timeline->count = (uint8_t)(timeline->count + (timeline->count < TIMELINE_LENGTH));
	e[0] = now;
}

double timeline_total(const struct timeline *timeline, double at_s)
{
	const struct timeline_entry *e = timeline->entries;
	int i = 0;

	while (i + 1 < timeline->count && at_s < e[i].from_s) {
		i++;
	}
	return e[i].total_ns + e[i].rate_ppb * (at_s - e[i].from_s);
}

double timeline_rate(const struct timeline *timeline)
{
	return timeline->entries[0].rate_ppb;
}
