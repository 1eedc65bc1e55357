/* src/sim/assemble/happen.h -- what a scenario says is to happen, put on the world's queue and carried out when it is time. */
#ifndef SIM_HAPPEN_H
#define SIM_HAPPEN_H

#include "sim/scenario/scenario.h"
#include "sim/world.h"

struct happening; /* one on the queue */

/* All of a scenario's happenings. Targets are looked up now: false, and `say` was told, when one does not exist.
 * *out is to be freed with happenings_free() after the world. */
bool happenings_plan(const struct scenario *scenario, struct world *world, struct happening **out,
		     void (*say)(void *context, const char *line), void *context);
void happenings_free(struct happening *happenings);

/* Settings, checked when they were read, into memory of that kind; a preset is carried out. */
void happen_apply(const struct part_kind *kind, const struct scenario_setting *settings, size_t count,
		  void *target);

enum happen_how {
	HAPPEN_COUNT,  /* looks only */
	HAPPEN_FILL,   /* the parts are being made */
	HAPPEN_CHANGE, /* they run: they are told */
};

/* Applies settings to all parts of that kind whose name fits the pattern. Returns how many there are. A part of a node goes by the node's name ("gm", "gm.2" for an interface, "gm/mac" for an
 * oscillator). */
size_t happen_set(struct world *world, const struct part_kind *kind, const char *pattern,
		  const struct scenario_setting *settings, size_t count, enum happen_how how);

#endif
