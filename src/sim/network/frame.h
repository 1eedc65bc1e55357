/* src/sim/network/frame.h -- a frame on its way. Shared by all who receive it; who changes it asks for a copy of its own. */
#ifndef SIM_FRAME_H
#define SIM_FRAME_H

#include "gnomon/instance.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct frame {
	struct frame_pool *pool;
	struct frame *next_free;
	uint32_t references;
	uint16_t length, room; /* of the PTP message */
	bool is_event, is_unicast;
	bool is_pdelay;                        /* to the peer delay group */
	bool is_corrupt;                       /* fails the frame check: receivers and switches drop it */
	uint8_t transport;                     /* enum gn_network_protocol */
	uint8_t priority;                      /* 802.1p, 0..7 */
	uint16_t vlan;                         /* 0: untagged */
	struct gn_address source, destination; /* protocol addresses; destination with is_unicast */
	uint8_t source_mac[6], destination_mac[6];
	int64_t residence_ps; /* true time spent in switches so far: for statistics alone */
	uint8_t octets[];     /* of the PTP message */
};

struct frame_pool {
	struct frame *free_small, *free_large; /* up to 128 octets, and GN_FRAME_MAX */
	void *blocks;
	uint64_t living;
};

void frame_pool_init(struct frame_pool *pool);
void frame_pool_free(struct frame_pool *pool); /* and all frames of it */

/* One reference, all zero but length. NULL without memory. */
struct frame *frame_new(struct frame_pool *pool, size_t length);
struct frame *frame_keep(struct frame *frame);
void frame_drop(struct frame *frame);

/* Gives the caller's reference for a frame with the same content that nobody else has. NULL without memory (the reference
 * is given up). */
struct frame *frame_own(struct frame *frame);

/* Octets it takes on the wire, with preamble, headers, tag, check and gap. */
unsigned frame_wire_octets(const struct frame *frame);

/* How long its last octet is behind its start-of-frame delimiter, at that speed. */
int64_t frame_duration_ps(const struct frame *frame, int64_t bits_per_second);

unsigned frame_message_type(const struct frame *frame); /* 16 for one without octets */

#endif
