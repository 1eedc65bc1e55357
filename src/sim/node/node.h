/* src/sim/node/node.h -- a node: the daemon's own core, on a simulated computer with simulated clocks and interfaces.
 *
 * node.c is what src/linux/loop.c is on a real machine: events in, actions out. clock.c is what its clock_*.c are,
 * nic.c its port_*.c, shim.c what a mutation puts in between. */
#ifndef SIM_NODE_H
#define SIM_NODE_H

#include "gnomon/config.h"
#include "gnomon/instance.h"
#include "sim/node/host.h"
#include "sim/node/nic.h"
#include "sim/clock/oscillator.h"
#include "sim/clock/phc.h"
#include "sim/queue.h"

/* Statement "node": what is no configuration of the daemon. */
struct node_settings {
	bool starts;           /* at time 0 (or is started later) */
	int64_t starts_at;     /* ps */
	int64_t starts_within; /* ps: each at a moment of its own, up to this much later */
	char reference
		[32]; /* the GNSS receiver that steers its clock while the daemon only serves it; "": none */
	bool is_measured; /* its clock is sampled and judged */
};
extern const struct part_kind node_kind;

/* Statement "core": what a mutation puts between a node's core and its driver. All off by default. */
struct shim_settings {
	double rate_scale, step_scale; /* 1: as the core said */
	uint32_t ignores; /* bits of enum gn_action_type: such actions are answered as done, and not done */
	int64_t ingress_shift, egress_shift; /* ps, added to stamps */
	bool swaps_stamps;                   /* ingress and egress stamps of the last pair change places */
	uint32_t loses;                      /* bits of message types: frames that it does not hear */
	bool is_deaf_to_deadlines;
};
extern const struct part_kind shim_kind;

struct world;

struct node {
	char name[64];
	struct world *world;
	uint32_t index;
	struct node_settings settings;
	struct shim_settings shim;
	struct gn_config *config; /* shared by all of one statement; theirs is the identity */
	struct gn_clock_identity identity;
	struct gn_instance *instance; /* NULL: not running */
	void *memory;
	size_t memory_size;
	uint64_t restarts;

	struct oscillator host_oscillator, mac_oscillator, phy_oscillator;
	struct phc
		system; /* CLOCK_REALTIME: UTC by the kernel's offset; or the daemon's virtual clock: TAI */
	struct phc mac, phy;
	struct phc *clock;         /* the one that is steered */
	int32_t system_tai_offset; /* s that CLOCK_REALTIME is behind TAI: leap seconds move it */
	int8_t system_leap;        /* +1, -1: the kernel was told */
	bool is_utc;
	struct host host;
	struct nic *nics; /* config->port_count */
	int64_t monotonic_start_ns;
	double monotonic_rate; /* fraction: its host's constant frequency error */

	int64_t deadline_scheduled_ps; /* the earliest entry of ours in the queue; SIM_NEVER */
	bool let_frames_pass;          /* the late timer has waited for a turn already */
	bool is_feeding;               /* actions are being carried out */
	uint64_t refclock_samples;     /* handed on, and the last of them */
	struct gn_refclock_sample refclock_sample;
	struct gnss_card *card; /* NULL: none */

	struct gn_clock_memory remembered; /* of frequency_memory, over restarts */
	bool has_remembered;

	uint32_t epoch;  /* as its driver counts: raised by its own steps and by those of others it notices */
	bool is_virtual; /* the steered clock is the daemon's own: TAI, nobody else steps it */
	bool follows_phc;   /* the steered clock is the one that port 1 stamps with, and changes with it */
	uint16_t switch_to; /* the clock of this port is to be taken; 0: none */
	int64_t foreign_step_ps; /* somebody else's steps since the driver looked last */
	int64_t looked_ps;       /* when that was */
	bool is_leap_done;       /* the kernel waits for its leap flag to be cleared */
	int64_t frozen_until_ps;
	struct node_letter *letters;    /* management messages that a frozen process has not read yet */
	int64_t deadline_ns;            /* the instance's, for which an entry is in the queue */
	bool is_shimmed;                /* `shim` says something */
	struct gn_stamp shim_stamps[2]; /* swaps_stamps: the last ingress, the last egress */
};

/* Name, settings, config, the settings of all parts and of the interfaces (nics, malloc'ed: the node's from now on; NULL:
 * as many as config says, by default) are filled in; the world's curves and receivers stand. Makes clocks, host, interfaces
 * and the card of `reference`, and puts its start into the queue. False without memory. */
bool node_init(struct node *node, struct world *world, uint32_t index);
void node_free(struct node *node);

void node_start(struct node *node); /* power-up: a new instance */
void node_kill(struct node *node);  /* as by kill -9: no last words, sockets gone */
void node_stop(struct node *node);  /* orderly: GN_EVENT_STOP first */
void node_freeze(struct node *node,
		 int64_t for_ps); /* the process is stopped: nothing is lost, all is late */

/* The node's monotonic time, ns, and the true time at which it will show that. */
int64_t node_monotonic_ns(const struct node *node, int64_t at_ps);
int64_t node_when_ps(const struct node *node, int64_t monotonic_ns);

/* An event for its instance, now; `now` and `raw_ns` are filled in. Carries out what follows. No-op when not running. */
void node_feed(struct node *node, struct gn_event *event);

/* The same as the daemon's turn, in which something of a port is ready: looks first whether somebody stepped the clock, and
 * serves a deadline that is just due afterwards. */
void node_turn(struct node *node, struct gn_event *event);

/* True: the process is stopped (node_freeze), and what was to be done now is in the queue again for when it goes on. */
bool node_defers(struct node *node, queue_handler handler, void *object, void *argument);

/* Somebody else's hand on its steered clock. The driver notices it as a real one does: with its next turn where it is the
 * system clock, not at all where it is a PHC (then the core must). */
void node_step_clock(struct node *node, int64_t by_ps);

/* A management message as from its local socket, with the right to change. The answer goes to the watchers. A frozen
 * process reads it when it goes on. */
void node_manage(struct node *node, const uint8_t *octets, size_t length);

/* Settings of its parts were changed: "oscillator", "clock", "system", "host", "nic", "mac", "phy" .. */
void node_part_changed(struct node *node, const struct part_kind *kind, uint16_t port);

/* Its steered clock against true time (TAI, whatever timescale the clock keeps), 2^-16 ns. */
int64_t node_error(struct node *node, int64_t at_ps);
double node_error_ns(struct node *node, int64_t at_ps); /* likewise, and however far off it is */

#endif
