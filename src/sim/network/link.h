/* src/sim/network/link.h -- a cable (or a radio) between two plugs, and what can go wrong on it.
 *
 * A frame is "at" a plug when its start-of-frame delimiter passes it: the message timestamp point of 7.3.4.1. Who needs the
 * whole frame (a switch, a host) adds its duration. Direction forward is from the first plug named to the second. */
#ifndef SIM_LINK_H
#define SIM_LINK_H

#include "sim/network/frame.h"
#include "sim/key.h"
#include "sim/queue.h"
#include "sim/rng.h"

struct link;

/* One end: a network interface's or a switch port's. The owner sets `owner` and the two functions. */
struct plug {
	struct link *link; /* NULL: nothing is plugged in */
	int side;          /* 0 or 1 */
	void *owner;
	uint16_t port; /* the owner's number, from 1 */
	char name[64]; /* "gm.1" */
	bool is_dark;  /* what it belongs to has no power: no carrier */
	void (*receive)(struct plug *plug, struct frame *frame); /* the frame's reference is the receiver's */
	void (*carrier)(struct plug *plug, bool is_up);          /* may be NULL */
};

enum link_wireless {
	LINK_WIRED,
	LINK_WIFI
}; /* WIFI: slots, contention and retries: some 100 us, long tails */

struct link_settings {
	int64_t delay;          /* ps, one way */
	int64_t asymmetry;      /* ps: forward takes this much more than backward (half each) */
	double asymmetry_drift; /* ps per s of true time, added to asymmetry */
	int64_t jitter;         /* ps: standard deviation, gaussian, each way; never below half the delay */
	int64_t speed;          /* bit/s */
	double loss, loss_forward, loss_backward; /* fractions; the larger one counts */
	double duplicate, reorder, corrupt;
	double corrupt_passes; /* of the corrupt frames: arrive with a check sequence that fits */
	int64_t reorder_by;    /* ps: how much later a reordered frame comes */
	int medium;            /* enum link_wireless */
	bool is_up;            /* the cable is plugged in */
	int64_t vlan;          /* 0: none; frames get this tag */
};
extern const struct part_kind link_kind;

/* A set of messages, in `affects`: a message type's own bit, or one of these. For a key of type KEY_WORDS. */
enum link_affects { LINK_AFFECTS_EVENT = 16, LINK_AFFECTS_GENERAL, LINK_AFFECTS_ALL };
extern const struct key_label link_affects_labels[];
bool link_affects(uint32_t affects, const struct frame *frame);

/* A rule for some messages on a link, beside its own settings: "fault late-follow-up on gm-client affects Follow_Up ..." */
enum fault_direction { FAULT_BOTH, FAULT_FORWARD, FAULT_BACKWARD };
struct fault_settings {
	uint32_t affects; /* bits of message types; labels also: event general all */
	int direction;
	double chance; /* of each affected frame to be treated so */
	bool loses, duplicates, corrupts;
	bool passes_check;            /* a frame that it corrupts has a check sequence that fits */
	bool mispairs;                /* sequenceId + 1: a Follow_Up that belongs to no Sync, or to another */
	int64_t delay;                /* ps, more */
	int64_t jitter;               /* ps: mean of an exponential, more */
	bool holds_order;             /* a delayed frame delays those behind it */
	int64_t correction;           /* ps added to correctionField: a wrong transparent clock */
	bool has_unusable_correction; /* correctionField becomes 2^63 - 1 */
	int64_t every;                /* only each n-th affected frame; 0, 1: all */
	bool is_on;
};
extern const struct part_kind fault_kind;

struct fault {
	char name[64];
	struct fault_settings settings;
	struct rng rng;
	uint64_t seen, treated;
	int64_t last_out_ps[2]; /* with holds_order: what comes later leaves no earlier */
	struct fault *next;
};

/* Sees every frame that enters the link, before faults: captures and attackers. */
struct tap {
	void (*frame)(struct tap *tap, struct link *link, int from_side, const struct frame *frame);
	void *context;
	bool sees_injected; /* an attacker's frames too */
	struct tap *next;
};

struct link {
	char name[130]; /* "gm-client" or as given */
	struct link_settings settings;
	struct plug *plug[2];
	struct queue *queue;
	struct rng rng
		[2]; /* by direction: who watches, and so when a frame is looked at, moves no other's luck */
	struct fault *faults; /* in order */
	struct tap *taps;
	int64_t last_arrival_ps[2]; /* by direction: a link keeps order unless told otherwise */
	uint64_t carried[2], lost[2], duplicated, reordered, corrupted;
	bool was_up; /* as the owners were told */
};

void link_init(struct link *link, struct queue *queue, uint64_t seed, const struct link_settings *settings,
	       const char *name, struct plug *first, struct plug *second);

/* A frame's start passes `from` now; the reference is given away. Nothing is plugged in: it is lost. */
void link_send(struct plug *from, struct frame *frame);

/* The same at a time that is not past. Of one plug, frames are to be given in the order of their times. */
void link_send_at(struct plug *from, struct frame *frame, int64_t at_ps);

/* The same past faults, loss and taps (but those that want to see it): an attacker's own frame. To the plug at `to_side`. */
void link_inject(struct link *link, int to_side, struct frame *frame);

/* After settings (or a plug's is_dark) were changed: tells both owners when the carrier came or went. */
void link_changed(struct link *link);

/* There is a carrier: plugged in, and power at both ends. */
bool link_has_carrier(const struct link *link);

/* Behind those that are there; theirs is the caller's memory, for the link's life. */
void link_add_fault(struct link *link, struct fault *fault, uint64_t seed);
void link_add_tap(struct link *link, struct tap *tap);

/* True propagation delay now, without jitter, ps. */
int64_t link_delay_ps(const struct link *link, int from_side, int64_t at_ps);

#endif
