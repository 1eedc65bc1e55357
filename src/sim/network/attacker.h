/* src/sim/network/attacker.h -- somebody on a link who means harm. Hears all frames there (a tap) and sends what it likes. */
#ifndef SIM_ATTACKER_H
#define SIM_ATTACKER_H

#include "sim/network/link.h"

enum attacker_act {
	ATTACKER_REPLAY,         /* sends what it heard again, `after` later */
	ATTACKER_DELAY,          /* holds frames of `affects` for `after` (a fault rule of its own making) */
	ATTACKER_FORGE_ANNOUNCE, /* claims to be a better grandmaster (priority1 0) at `rate` */
	ATTACKER_FORGE_SYNC,     /* Sync and Follow_Up in the parent's name, `shift` off */
	ATTACKER_FORGE_DELAY_RESP, /* Delay_Resp before the right one, `shift` off */
	ATTACKER_FLOOD,            /* Delay_Req from ever new identities at `rate` */
	ATTACKER_GARBAGE,          /* mutated copies of what it heard, at `rate` */
};
#define ATTACKER_ACTS 7

struct attacker_settings {
	int act;
	uint32_t affects; /* as in fault_settings */
	int64_t after;    /* ps */
	int64_t shift;    /* ps */
	double rate;      /* per second */
	int64_t side;     /* to which end its frames go: 0 first named, 1 second */
	bool is_on;
};
extern const struct part_kind attacker_kind;

struct attacker; /* malloc'ed */

/* NULL without memory. Starts when is_on. It is on the link for the link's life: free it when the link is not used any more.
 * It has to hear before it can imitate: what an act needs of the others' messages is what it heard last. */
struct attacker *attacker_new(struct link *link, struct frame_pool *pool, uint64_t seed, const char *name,
			      const struct attacker_settings *settings);
struct attacker_settings *attacker_settings(struct attacker *attacker);
void attacker_changed(struct attacker *attacker);
uint64_t attacker_sent(const struct attacker *attacker);
void attacker_free(struct attacker *attacker);

#endif
