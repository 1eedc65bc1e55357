/* src/sim/queue.h -- what happens next in a simulated world: discrete events in order of time, ties in order of entry.
 *
 * Time is a whole number of picoseconds since the scenario's start (true time, which nothing under test can see);
 * 106 days fit. Nothing here knows what an event means: its handler is called with its object and argument. */
#ifndef SIM_QUEUE_H
#define SIM_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PS_PER_NS INT64_C(1000)
#define PS_PER_US INT64_C(1000000)
#define PS_PER_MS INT64_C(1000000000)
#define PS_PER_SECOND INT64_C(1000000000000)
#define SIM_NEVER INT64_MAX

typedef void (*queue_handler)(void *object, void *argument);

struct queue_entry;
typedef unsigned __int128 queue_key;

struct queue {
	int64_t now_ps; /* of the event that is being handled */
	uint64_t handled;
	queue_key *keys;             /* a heap */
	struct queue_entry *entries; /* where a key's low bits say */
	size_t count, capacity, free_entry;
	uint64_t order;
	bool is_out_of_memory; /* an entry could not be kept: the run ends */
};

void queue_init(struct queue *queue);
void queue_free(struct queue *queue); /* arguments are their owners' */

/* A time before now means now. */
void queue_add(struct queue *queue, int64_t at_ps, queue_handler handler, void *object, void *argument);

/* When the next event is due, or SIM_NEVER. */
int64_t queue_next_ps(const struct queue *queue);

/* Handles the next event. False: there is none. */
bool queue_step(struct queue *queue);

/* Handles all events up to and at that time, which then is now. Stops early when *is_ended becomes true (may be NULL). */
void queue_run(struct queue *queue, int64_t until_ps, const bool *is_ended);

#endif
