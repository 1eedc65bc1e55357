/* src/linux/pending.h -- event frames that left and whose transmit timestamp is awaited.
 *
 * The kernel names a transmit timestamp by a number (SOF_TIMESTAMPING_OPT_ID), the instance its frame by a token. Each
 * token leaves this table exactly once: taken by its number, or given up at its deadline. All frames of a table wait
 * equally long, so the first in is the first to be given up. */
#ifndef LINUX_PENDING_H
#define LINUX_PENDING_H

#include <stdbool.h>
#include <stdint.h>

#define PENDING_MAX 512
#define PENDING_FORGOTTEN 64 /* how many frames that were given up are remembered, to know a late stamp */

struct pending_frame {
	uint32_t token; /* 0: nobody waits for it, but its stamp will come */
	uint32_t id;    /* the kernel's number */
	uint32_t epoch; /* of the clock when it was sent */
	int64_t deadline_ns;
	bool is_gone;   /* taken already */
	bool is_orphan; /* the numbering began anew: its stamp cannot be told from another's */
};

/* Ring of frames in the order of sending; zero initialised is empty. */
struct pending {
	struct pending_frame frames[PENDING_MAX];
	uint32_t first, count;
	uint32_t forgotten_ids[PENDING_FORGOTTEN];
	int64_t forgotten_deadlines_ns[PENDING_FORGOTTEN];
	uint32_t forgotten_count; /* ever */
};

/* False when the table is full: then give up the oldest first (pending_give_up). */
bool pending_add(struct pending *p, const struct pending_frame *frame);

/* The frame of that number, which leaves the table. */
bool pending_take(struct pending *p, uint32_t id, struct pending_frame *out);

/* The oldest frame, whatever its number: for kernels and simulators that do not number. */
bool pending_take_oldest(struct pending *p, struct pending_frame *out);

/* The oldest frame if its deadline is not after now_ns. */
bool pending_give_up(struct pending *p, int64_t now_ns, struct pending_frame *out);

/* Whether a frame of that number was given up; `deadline_ns` says when. It is forgotten then: a second stamp of the
 * same number is a duplicate. */
bool pending_was_given_up(struct pending *p, uint32_t id, int64_t *deadline_ns);

int64_t pending_deadline(const struct pending *p); /* INT64_MAX: nothing is awaited */
uint32_t pending_awaited(const struct pending *p); /* how many are in the table */

/* The kernel's numbering begins anew: frames in the table can only be given up. */
void pending_orphan(struct pending *p);
void pending_clear(struct pending *p);

#endif
