/* tests/engine/world.h -- a small world for the engine's tests: nodes with a clock each, links with a delay, and nothing
 * between the test and the seam (events in, actions out). Integer time, one seed: a run repeats octet for octet.
 *
 * Perfect timestamps (2^-16 ns), perfect links unless told otherwise. The simulator proper is src/sim's; this one only
 * has what a test of the engine needs to be read in one piece. */
#ifndef TESTS_ENGINE_WORLD_H
#define TESTS_ENGINE_WORLD_H

#include "core/dataset.h"
#include "gnomon/instance.h"

#define WORLD_NODES 40
#define WORLD_LINKS 64
#define WORLD_MEMBERS 8

struct world;

/* What a test may do to a frame on its way: return false to lose it; change octets, length or delay; count. */
typedef bool (*world_filter)(struct world *world, int from, int to, uint8_t *octets, size_t *length,
			     int64_t *delay_ns);

struct world_node {
	struct gn_config config;
	struct gn_port_config ports[8];
	struct gn_instance *instance;
	void *memory;
	bool is_dead;
	/* the clock: value at base, and what its oscillator and the servo add to true time */
	__int128 base_value; /* 2^-16 ns since the epoch */
	int64_t base_true_ns;
	int64_t oscillator_scaled_ppb, adjusted_scaled_ppb; /* 2^-32 ppb */
	uint32_t epoch;
	uint64_t steps;
	uint64_t samples; /* handed on to whoever steers, and the last of them */
	struct gn_refclock_sample last_sample;
	int tai_offset, leap;
	bool link_is_down[9];
	struct gn_precise last_pdelay_req[9];
	uint8_t time_stamping[9];
	struct gn_clock_memory remembered; /* GN_ACTION_CLOCK_REMEMBER; goes with the first reading */
	bool has_remembered;
	int tx_loss_every; /* lose every n-th egress timestamp; 0 none */
	uint64_t tx_count;
	bool fails_open, fails_clock;
	uint64_t sent[16];
	uint64_t reports[GN_REPORTS];
	struct gn_report last_report[GN_REPORTS];
	uint64_t generation;
};

struct world {
	struct world_node node[WORLD_NODES];
	int nodes;
	struct world_link {
		int members;
		struct {
			int node, port;
		} member[WORLD_MEMBERS];
		int64_t delay_ns; /* and per direction, from lower to higher member index, asymmetry_ns more */
		int64_t asymmetry_ns;
	} link[WORLD_LINKS];
	int links;
	struct world_event *events;
	size_t event_count, event_capacity;
	uint64_t sequence;
	int64_t now_ns;
	world_filter filter;
	void *context;
	uint64_t hash;    /* of all actions: the trace */
	bool is_printing; /* the trace, as text */
	uint64_t seed;
	int64_t tx_stamp_delay_ns;
};

void world_init(struct world *world, uint64_t seed);
void world_free(struct world *world);

/* A configuration of the default profile with that many ports. */
struct gn_config *world_config(struct world *world, int node);

/* A node with `ports` ports whose configuration may be changed until world_start(). Its clock starts `offset_ns` off true
 * time (which starts at 1,700,000,000 s) and runs `ppb` fast. Returns its number. */
int world_add(struct world *world, int ports, int64_t offset_ns, int64_t ppb);

/* Joins ports into a link (a segment, with more than two). Ports count from 1. Returns the link. */
int world_link(struct world *world, int64_t delay_ns, int a, int a_port, int b, int b_port);
void world_join(struct world *world, int link, int node, int port);

void world_start(struct world *world, int node);
void world_start_all(struct world *world);
void world_run(struct world *world, int64_t seconds);
void world_run_ms(struct world *world, int64_t milliseconds);

void world_kill(struct world *world, int node);
void world_set_link(struct world *world, int node, int port, bool is_up);
void world_inject(struct world *world, int node, int port, const uint8_t *octets, size_t length,
		  bool is_general);
/* Any event at all, now. */
void world_event(struct world *world, int node, struct gn_event *event);

void world_step_clock(struct world *world, int node, int64_t by_ns); /* somebody else does */

struct port *world_port(struct world *world, int node, int port);
enum gn_port_state world_state(struct world *world, int node, int port);
struct gn_precise world_clock(const struct world *world, int node, int64_t true_ns);

/* node's clock - other's, in 2^-16 ns. */
int64_t world_difference(const struct world *world, int node, int other);

#endif
