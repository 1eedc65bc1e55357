/* src/core/ingress.h -- a frame meets the instance: decoded, checked (is it ours, is it allowed, which port), and handed
 * on to the station that knows it, or dropped with a counted reason. */
#ifndef CORE_INGRESS_H
#define CORE_INGRESS_H

#include "core/dataset.h"

/* What goes with a decoded message. */
struct ingress {
	const struct wire_message *message;
	const struct gn_frame_received *frame;
	struct gn_precise time; /* event messages: ingress timestamp with the port's latency applied (16.7) */
};

/* `port` NULL: from the management socket. */
void ingress_receive(struct gn_instance *instance, struct port *port, const struct gn_frame_received *frame);

/* Counts a drop and reports it. `header` may be NULL. The numbers are the reason's own, for its sentence. */
void ingress_drop(struct port *port, enum gn_drop reason, const struct wire_header *header, int64_t a,
		  int64_t b, int64_t c);

#endif
