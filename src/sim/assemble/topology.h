/* src/sim/assemble/topology.h -- who is joined with whom: the statements `link` and `connect` as a list of cables. */
#ifndef SIM_TOPOLOGY_H
#define SIM_TOPOLOGY_H

#include "sim/scenario/scenario.h"
#include "sim/world.h"

#define TOPOLOGY_EDGES_MAX 1000000
#define TOPOLOGY_BOX_PORTS_MAX 65534 /* of a switch or hub */

struct topology_end {
	struct node *node; /* or */
	struct box *box;
	uint16_t port; /* 0: the next that is free */
};

struct topology_edge {
	struct topology_end end[2];
	char name[130];
	const struct scenario_declaration *declaration;
};

struct topology {
	struct topology_edge *edges;
	size_t count, room;
};

/* Needs the names of the world's nodes and boxes. False: `why` says what was expected. */
bool topology_add(struct topology *topology, const struct world *world,
		  const struct scenario_declaration *declaration, char *why, size_t why_size);

/* How many ports each node (by its index) and each box needs: the highest that was numbered, or as many as are joined;
 * UINT16_MAX: more than there can be. */
void topology_ports(const struct topology *topology, const struct world *world, uint16_t *of_nodes,
		    uint16_t *of_boxes);
void topology_free(struct topology *topology);

#endif
