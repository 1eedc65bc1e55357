/* src/sim/assemble/build.h -- a scenario becomes a world, and what is to happen in it is put on the queue. */
#ifndef SIM_BUILD_H
#define SIM_BUILD_H

#include "sim/scenario/scenario.h"
#include "sim/world.h"

struct build; /* configurations and other memory that the world uses; outlives it */

/* The world must be fresh (world_init). Names that do not exist and ports that are taken are said as the scenario's own
 * errors are. False: said. */
bool build_world(const struct scenario *scenario, struct world *world, struct build **build,
		 void (*say)(void *context, const char *line), void *context);
void build_free(struct build *build); /* after world_free() */

#endif
