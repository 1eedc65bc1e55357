/* src/sim/network/traffic.h -- what else uses a port of a switch: cross traffic as the backlog that a PTP frame finds.
 *
 * Not every packet of it is an event: the backlog is worked out when a frame of ours comes, from the packets of the last
 * moments (an M/G/1 queue, its arrivals' rate modulated by the model). So 100G costs what 10M costs. */
#ifndef SIM_TRAFFIC_H
#define SIM_TRAFFIC_H

#include "sim/key.h"
#include "sim/rng.h"

enum traffic_model {
	TRAFFIC_CONSTANT, /* equal packets in equal distances */
	TRAFFIC_POISSON,
	TRAFFIC_BURST,        /* bursts of `burst` packets back to back, at Poisson times */
	TRAFFIC_ON_OFF,       /* exponential on and off periods of mean `period`; load while on up to 100% */
	TRAFFIC_SELF_SIMILAR, /* on and off periods with Pareto tails (shape 1.4): many time scales */
};
enum traffic_size { TRAFFIC_IMIX, TRAFFIC_SMALL, TRAFFIC_LARGE }; /* 7:4:1 of 64, 594, 1518; 64; 1518 */

struct traffic_settings {
	double load; /* of the port's speed, long-time mean */
	int model, size;
	int64_t burst;    /* packets */
	int64_t period;   /* ps */
	int64_t priority; /* 802.1p; PTP of a higher one overtakes what waits, but not what is being sent */
};
extern const struct part_kind traffic_kind;

struct traffic {
	char name[64];
	struct traffic_settings settings;
	struct rng rng;
	int64_t speed; /* bit/s of the port */
	/* the macro state: on or off, until when */
	bool is_on;
	int64_t phase_until_ps;
	/* the packets: how far they were played, and when the port is through with what came so far */
	int64_t played_until_ps, next_arrival_ps, busy_until_ps;
	int64_t current_ends_ps; /* of the packet being sent at played_until */
	struct traffic *next;    /* others on the same port */
	uint64_t
		buffer_octets; /* that the port can hold: what comes on top of it is lost. The first of the list's counts */
	int64_t phase_since_ps;
	int64_t busy_since_ps; /* the first of the list's: the port sends without a pause since then */
	int64_t own_from_ps, own_until_ps; /* the last frame of ours on the wire */
	/* what follows from settings and speed */
	double packet_ps, packet_square; /* mean and mean square of the time that a packet takes */
	double load_on;                  /* while on */
	double gap_ps;                   /* mean from packet to packet, or from burst to burst, while on */
	double batch_square;             /* mean square of the time that a burst takes */
	double on_mean_ps, off_mean_ps;  /* 0: it is always on */
};

void traffic_init(struct traffic *traffic, const struct traffic_settings *settings, int64_t speed,
		  uint64_t seed, const char *name);
void traffic_changed(struct traffic *traffic, int64_t now_ps); /* settings or speed */

/* How long a frame of `priority` that is ready now waits for this traffic and those behind it in its list, all on one
 * port, ps. Times must not go backward. */
int64_t traffic_wait_ps(struct traffic *traffic, int priority, int64_t now_ps);

/* A frame of ours is on the wire from `from_ps` (when its wait is over) to `until_ps`: the list's traffic waits for it. */
void traffic_occupied(struct traffic *traffic, int64_t from_ps, int64_t until_ps);

#endif
