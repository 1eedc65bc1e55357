/* src/sim/world.h -- everything that is in a simulated world, and who watches it.
 *
 * Parts are made by build.c from a scenario (or by a test, by hand) and live as long as the world. Watchers see what goes
 * in and out of every node; nothing under test can see them. */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "sim/network/attacker.h"
#include "sim/network/box.h"
#include "sim/curve.h"
#include "sim/network/frame.h"
#include "sim/clock/gnss.h"
#include "sim/network/link.h"
#include "sim/node/node.h"
#include "sim/queue.h"

#define WORLD_START_SECONDS UINT64_C(1700000000) /* TAI at true time 0, unless a scenario says otherwise */

struct watch {
	void (*event)(struct watch *watch, struct node *node, const struct gn_event *event);
	void (*action)(struct watch *watch, struct node *node, const struct gn_action *action);
	void (*malformed)(struct watch *watch, struct node *node, uint16_t port, const char *why);
	void (*happened)(struct watch *watch, const char *text); /* "cable gm-client pulled" */
	void *context;
	struct watch *next;
};

struct world {
	uint64_t seed;
	uint64_t start_seconds; /* TAI */
	int32_t utc_offset;     /* s, true, at the start */
	int8_t leap;            /* the true one at the end of the first UTC day: +1, -1, 0 */
	struct queue queue;
	struct frame_pool frames;
	struct parcel_pool parcels;
	struct node *nodes;
	size_t node_count;
	struct link **links;
	size_t link_count, link_room;
	struct box **boxes;
	size_t box_count, box_room;
	struct traffic **traffics;
	size_t traffic_count, traffic_room;
	struct fault **faults;
	size_t fault_count, fault_room;
	struct attacker **attackers;
	char (*attacker_names)[64];
	size_t attacker_count, attacker_room;
	struct gnss **receivers;
	size_t receiver_count, receiver_room;
	struct curve *curves;
	char (*curve_names)[32];
	size_t curve_count;
	struct watch *watches;
	bool is_ended; /* a watcher or a lack of memory ends the run */
};

void world_init(struct world *world, uint64_t seed, uint64_t start_seconds);

/* With all parts in it: arrays and parts were malloc'ed by who made them, but for watches. */
void world_free(struct world *world);

struct node *world_node(const struct world *world, const char *name);
struct link *world_link(const struct world *world, const char *name);
struct box *world_box(const struct world *world, const char *name);
struct curve *world_curve(const struct world *world, const char *name);
struct gnss *world_receiver(const struct world *world, const char *name);

void world_watch(struct world *world, struct watch *watch); /* the caller's, until the world's end */
void world_happened(struct world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
void world_run(struct world *world, int64_t until_ps);
void world_out_of_memory(struct world *world); /* ends the run; queue.is_out_of_memory tells why */

/* True TAI - UTC, s, and when the leap second changes it: the moment at which a clock on UTC is set back, or skips ahead
 * (SIM_NEVER: there is none). */
int32_t world_utc_offset(const struct world *world, int64_t at_ps);
int64_t world_leap_ps(const struct world *world);

#endif
