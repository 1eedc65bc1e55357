/* src/sim/watch/observe.h -- what was seen of a run: what expectations judge, tables sum up and pages draw.
 *
 * Clocks are sampled on a grid of true time, against true time. The rest is written down as it happens. This is the one
 * place of the simulator that looks into an instance's data sets. */
#ifndef SIM_OBSERVE_H
#define SIM_OBSERVE_H

#include "gnomon/report.h"
#include "sim/world.h"

struct observed_sample {
	float own_offset_ns; /* what the servo said last; NaN: nothing yet */
	float path_delay_ns; /* what it holds for the mean path delay; NaN */
	double offset_ns;    /* true: the clock minus TAI */
	float own_error_ns;  /* what the servo said last, minus what was true when it said so; NaN */
	float frequency_ppb; /* true */
	uint8_t state;       /* of its best port: TIME_RECEIVER, else port 1's */
	bool is_running;
};

enum observed_kind {
	OBSERVED_STATE,       /* port; from, to: enum gn_port_state */
	OBSERVED_GRANDMASTER, /* identity */
	OBSERVED_STEP,        /* by the servo: value_ns */
	OBSERVED_TOUCH,       /* by somebody else: value_ns; of measured nodes, when something happened */
	OBSERVED_START,
	OBSERVED_END, /* of the node's daemon */
};
struct observed_change {
	int64_t at_ps;
	uint16_t port;
	uint8_t kind, from, to;
	struct gn_clock_identity identity;
	double value_ns;
};

/* What is known of a node between two looks. */
struct observed_now {
	bool is_running;
	bool has_steered;    /* since its daemon's start: the servo was locked, or stepped */
	int64_t measured_ns; /* node's monotonic time of the servo's measurement noted last */
	float own_offset_ns, path_delay_ns, own_error_ns;
	double before_ns; /* its clock's error before what happens at this moment, and the servo's steps since */
	struct gn_clock_identity grandmaster;
	uint64_t drops_before[GN_DROPS]; /* those of its daemon's earlier lives */
};

struct observed_node {
	const char *name;
	struct gn_clock_identity identity;
	bool is_measured;
	struct observed_sample *samples; /* [sample] of the observation; NULL when not measured */
	struct observed_change *changes;
	size_t change_count, change_room;
	uint64_t reports[GN_REPORTS];
	uint64_t drops[GN_DROPS]; /* over all ports and restarts */
	uint64_t sent[GN_MESSAGE_TYPES], received[GN_MESSAGE_TYPES];
	uint64_t malformed;
	char first_malformed[128];
	uint64_t refused_steps; /* steps although its settings forbid them */
	struct observed_now now;
};

struct observed_mark {
	int64_t at_ps;
	char text[96];
};

struct observation {
	struct world *world;
	int64_t interval_ps;
	size_t sample_count, sample_room; /* sample i is at i * interval_ps */
	struct observed_node *nodes;      /* [world->node_count] */
	size_t node_count;
	struct observed_mark *marks; /* what happened, and what the world did */
	size_t mark_count, mark_room;
	uint64_t trace;        /* a hash of all events and actions: same seed, same trace */
	bool is_tracing;       /* the hash costs time: off unless asked for */
	bool is_out_of_memory; /* the run ended for that */
	bool is_look_due;      /* what happened at this moment is not looked at yet */
	struct watch watch;
};

/* Starts to watch a world that is built; before its first event. `until_ps`: how much room for samples is needed. False
 * without memory. The observation stays where it is and outlives the run. */
bool observation_init(struct observation *observation, struct world *world, int64_t interval_ps,
		      int64_t until_ps);
void observation_free(struct observation *observation);

/* The run is over, the world still there: takes the counters of the daemons that still run. */
void observation_finish(struct observation *observation);

const struct observed_node *observation_node(const struct observation *observation, const char *name);

/* The state of a port, or the grandmaster of a node, at a time (after all that happened then); 0 / all zero: none (not
 * running). */
enum gn_port_state observation_state(const struct observed_node *node, uint16_t port, int64_t at_ps);
struct gn_clock_identity observation_grandmaster(const struct observed_node *node, int64_t at_ps);

#endif
