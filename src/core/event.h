/* src/core/event.h -- the queue of actions that one event leads to.
 *
 * Entries and the octets of frames and texts lie in memory behind the instance, whose size gn_instance_size() counts. The
 * driver drains the queue after every event; when it is empty the memory starts over. */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "gnomon/instance.h"
#include "gnomon/report.h"

struct action_queue {
	struct gn_action *actions;
	struct gn_report *reports; /* one place per action */
	size_t capacity, head, tail;
	uint8_t *octets;
	size_t octets_size, octets_used;
	uint64_t lost; /* did not fit: a driver that does not drain */
};

size_t action_queue_size(uint16_t ports);
void action_queue_init(struct action_queue *queue, uint16_t ports, void *memory);
bool action_queue_take(struct action_queue *queue, struct gn_action *out);

/* The new action, zeroed but for type and port, or NULL when full (counted in `lost`). */
struct gn_action *action_add(struct action_queue *queue, enum gn_action_type type, uint16_t port);

/* Room for `size` octets that live as long as the queue's content; NULL when full. */
uint8_t *action_octets(struct action_queue *queue, size_t size);

/* Gives back all but the first `used` octets of the newest room taken. */
void action_octets_release(struct action_queue *queue, const uint8_t *octets, size_t used);

/* A new event begins: if everything was taken, the memory starts over. */
void action_queue_restart(struct action_queue *queue);

#endif
