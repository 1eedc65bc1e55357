/* src/core/event.c -- filled while an event is handled, emptied by the driver after it. */
#include "core/event.h"

#include "core/assert.h"

#include <string.h>

/* One event may make every port report, send and answer: a decision on all ports, a request to all ports. */
#define ACTIONS_BASE 64
#define ACTIONS_PER_PORT 8
#define OCTETS_BASE (8 * GN_FRAME_MAX)
#define OCTETS_PER_PORT 1024

static size_t capacity_of(uint16_t ports)
{
	return ACTIONS_BASE + ACTIONS_PER_PORT * (size_t)ports;
}

static size_t octets_of(uint16_t ports)
{
	return OCTETS_BASE + OCTETS_PER_PORT * (size_t)ports;
}

size_t action_queue_size(uint16_t ports)
{
	return capacity_of(ports) * (sizeof(struct gn_action) + sizeof(struct gn_report)) + octets_of(ports);
}

void action_queue_init(struct action_queue *queue, uint16_t ports, void *memory)
{
	*queue = (struct action_queue){ .capacity = capacity_of(ports), .octets_size = octets_of(ports) };
	queue->actions = memory;
	queue->reports = (struct gn_report *)(void *)(queue->actions + queue->capacity);
	queue->octets = (uint8_t *)(queue->reports + queue->capacity);
}

bool action_queue_take(struct action_queue *queue, struct gn_action *out)
{
	if (queue->head == queue->tail) {
		return false;
	}
	*out = queue->actions[queue->head++];
	return true;
}

/* All were taken: what they pointed to may be overwritten from the next event on. */
void action_queue_restart(struct action_queue *queue)
{
	if (queue->head == queue->tail) {
		queue->head = 0;
		queue->tail = 0;
		queue->octets_used = 0;
	}
}

struct gn_action *action_add(struct action_queue *queue, enum gn_action_type type, uint16_t port)
{
	struct gn_action *action;

	if (queue->tail == queue->capacity) {
		queue->lost++;
		return NULL;
	}
	action = &queue->actions[queue->tail++];
	memset(action, 0, sizeof(*action));
	action->type = (uint8_t)type;
	action->port = port;
	return action;
}

uint8_t *action_octets(struct action_queue *queue, size_t size)
{
	uint8_t *octets = queue->octets + queue->octets_used;

	if (size > queue->octets_size - queue->octets_used) {
		queue->lost++;
		return NULL;
	}
	queue->octets_used += size;
	return octets;
}

void action_octets_release(struct action_queue *queue, const uint8_t *octets, size_t used)
{
	size_t start = (size_t)(octets - queue->octets);

	GN_ASSERT(start + used <= queue->octets_used);
	queue->octets_used = start + used;
}
