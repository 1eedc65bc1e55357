/* src/sim/network/box.h -- what joins more than two cables and knows no PTP: a store-and-forward switch, or a hub.
 *
 * A switch learns addresses, floods groups, and has a queue at every port with cross traffic in it. A hub that
 * `serves ptp` is a stand-in for a network of any size: it hands event messages of a time receiver to the port where Sync
 * comes from, and each answer to its requester only; no queues, a fixed delay. */
#ifndef SIM_BOX_H
#define SIM_BOX_H

#include "sim/network/link.h"
#include "sim/network/traffic.h"

enum box_serves { BOX_ALL, BOX_PTP };

struct box_settings {
	int64_t latency;  /* ps: from the whole frame in to its being ready at the other port */
	int64_t jitter;   /* ps: standard deviation of that; never below 0 */
	int64_t buffer;   /* octets a port holds; more is dropped */
	int64_t priority; /* that PTP gets: 0..7; -1: as the frame's tag says, else 0 */
	int serves;       /* enum box_serves; hub only */
	bool is_cut_through;
	bool forwards_pdelay; /* peer delay messages pass: no bridge that keeps the standard does that */
	bool is_on;
};
extern const struct part_kind switch_kind, hub_kind;

struct box_port {
	struct plug plug;
	struct box *box;
	struct traffic *traffic; /* a list */
	int64_t last_ready_ps;   /* of what came in here: a box passes nobody on before who came earlier */
	int64_t busy_until_ps;   /* our own frames; of a hub: when the last one went out */
	uint64_t queued_octets;  /* of ours, when the last one came */
	uint64_t dropped;
};

struct box {
	char name[64];
	struct box_settings settings;
	bool is_hub;
	struct queue *queue;
	struct rng rng;
	uint16_t port_count;
	struct box_port *ports;
	struct box_address
		*addresses; /* learnt: source_mac -> port; hub that serves ptp: sourcePortIdentity -> port */
	size_t address_count, address_room;
	uint16_t sync_port; /* hub: where Sync comes from; 0: not yet */
	uint64_t forwarded, dropped;
};

/* False without memory. Ports are 1..port_count. */
bool box_init(struct box *box, bool is_hub, struct queue *queue, uint64_t seed, const char *name,
	      const struct box_settings *settings, uint16_t port_count);
void box_free(struct box *box);
void box_changed(struct box *box);
struct plug *box_plug(struct box *box, uint16_t port);
void box_add_traffic(struct box *box, uint16_t port,
		     struct traffic *traffic); /* the caller's, for the box's life */

#endif
