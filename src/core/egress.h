/* src/core/egress.h -- a message leaves: encoding, counting, and the wait for its egress timestamp (7.3.4). */
#ifndef CORE_EGRESS_H
#define CORE_EGRESS_H

#include "core/dataset.h"

/* A message of this instance with the header as every message of `port` has it: versions, sdoId, domainNumber,
 * sourcePortIdentity (portNumber 0 with port NULL: the management socket). */
struct wire_message egress_message(const struct gn_instance *instance, const struct port *port,
				   enum gn_message_type type);

/* Where it goes. With GN_TO_ADDRESS the unicastFlag is set, but not on the management socket. */
struct egress_target {
	enum gn_destination destination;
	struct gn_address address;
};

/* Encodes and queues a general message, or an event message whose timestamp nobody needs. `port` NULL: the management
 * socket. False if there was no room (counted). */
bool egress_send(struct gn_instance *instance, struct port *port, struct wire_message *message,
		 const struct egress_target *target);

/* Likewise an event message whose egress time comes back: *pending is copied, its token, type, sequence and epoch are
 * filled in. If too many are awaited, the oldest is given up (a loss); but an answer (Pdelay_Resp) is not sent: false. */
bool egress_send_timed(struct port *port, struct wire_message *message, const struct egress_target *target,
		       const struct pending_token *pending, bool is_one_step);

/* GN_EVENT_FRAME_SENT: finds the token's message and takes it on (Follow_Up, t3, t1 ...). Unknown tokens are ignored:
 * a port that was closed has forgotten its own. */
void egress_token_returned(struct port *port, const struct gn_frame_sent *sent);

/* A stamp of an egress with the port's latency applied (16.7). */
struct gn_precise egress_time(const struct port *port, const struct gn_stamp *stamp);

void egress_forget_tokens(struct port *port);

#endif
