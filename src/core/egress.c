/* src/core/egress.c -- tokens are numbers that never repeat while awaited; a port's table of them is small and fixed, so
 * that nobody's requests can fill memory with answers that wait. */
#include "core/egress.h"

#include "core/delay/e2e.h"
#include "core/delay/p2p.h"
#include "core/port/port.h"
#include "core/port/sync.h"

#include <string.h>

struct wire_message egress_message(const struct gn_instance *instance, const struct port *port,
				   enum gn_message_type type)
{
	struct wire_message m = wire_message_of(type, (uint8_t)instance->config.ptp_minor_version);
	unsigned sdo_id = port ? (unsigned)port->config.transport_specific << 8 : instance->default_ds.sdo_id;

	m.header.major_sdo_id = (uint8_t)(sdo_id >> 8);
	m.header.minor_sdo_id = (uint8_t)sdo_id;
	m.header.domain_number = instance->default_ds.domain_number;
	m.header.source_port_identity.clock_identity = instance->default_ds.clock_identity;
	m.header.source_port_identity.port_number = port ? port->number : 0;
	return m;
}

static struct gn_action *queue_frame(struct gn_instance *instance, struct port *port,
				     struct wire_message *message, const struct egress_target *target)
{
	uint8_t *octets = action_octets(&instance->actions, GN_FRAME_MAX);
	bool is_local = target->destination == GN_TO_ADDRESS &&
			target->address.network_protocol == GN_PROTOCOL_LOCAL;
	struct gn_action *action;
	size_t length;

	if (target->destination == GN_TO_ADDRESS && !is_local) {
		message->header.flags |= WIRE_FLAG_UNICAST;
	}
	if (!octets) {
		return NULL;
	}
	length = wire_encode(message, octets, GN_FRAME_MAX);
	if (!length) {
		action_octets_release(&instance->actions, octets, 0);
		return NULL;
	}
	action_octets_release(&instance->actions, octets, length);
	action = action_add(&instance->actions, GN_ACTION_SEND, port && !is_local ? port->number : 0);
	if (!action) {
		return NULL;
	}
	action->u.send = (struct gn_send){
		.octets = octets,
		.length = length,
		.message_type = message->header.message_type,
		.destination = (uint8_t)target->destination,
		.is_event = wire_is_event(message->header.message_type),
		.address = target->address,
	};
	if (port) {
		port->sent[message->header.message_type & 0xF]++;
	}
	return action;
}

static void count_overflow(struct port *port, const struct wire_message *message)
{
	if (port) {
		ingress_drop(port, GN_DROP_OUT_OF_ACTIONS, &message->header, 0, 0, 0);
	}
}

bool egress_send(struct gn_instance *instance, struct port *port, struct wire_message *message,
		 const struct egress_target *target)
{
	if (!queue_frame(instance, port, message, target)) {
		count_overflow(port, message);
		return false;
	}
	return true;
}

/* A free place. Where there is none, our own messages take that of the token awaited longest, which is as good as lost:
 * neither a driver's late stamps nor requests of others keep Sync back. */
static struct pending_token *place_for(struct port *port, uint8_t message_type)
{
	struct pending_token *oldest = &port->tokens[0];
	uint32_t next = port->instance->next_token;

	for (int i = 0; i < TOKENS_PER_PORT; i++) {
		struct pending_token *place = &port->tokens[i];

		if (!place->token) {
			return place;
		}
		if (next - place->token > next - oldest->token) {
			oldest = place;
		}
	}
	if (message_type == GN_PDELAY_RESP) {
		return NULL;
	}
	port->tx_losses++;
	return oldest;
}

static uint32_t new_token(struct gn_instance *instance)
{
	instance->next_token++;
	if (!instance->next_token) {
		instance->next_token = 1;
	}
	return instance->next_token;
}

bool egress_send_timed(struct port *port, struct wire_message *message, const struct egress_target *target,
		       const struct pending_token *pending, bool is_one_step)
{
	struct gn_instance *instance = port->instance;
	struct pending_token *place = is_one_step ? NULL : place_for(port, message->header.message_type);
	struct gn_action *action;

	if (!is_one_step && !place) {
		return false;
	}
	action = queue_frame(instance, port, message, target);
	if (!action) {
		count_overflow(port, message);
		return false;
	}
	action->u.send.is_one_step = is_one_step;
	if (place) {
		*place = *pending;
		place->token = new_token(instance);
		place->message_type = message->header.message_type;
		place->sequence_id = message->header.sequence_id;
		place->epoch = instance->clock_epoch;
		action->u.send.token = place->token;
	}
	return true;
}

struct gn_precise egress_time(const struct port *port, const struct gn_stamp *stamp)
{
	return gn_precise_add(stamp->time, gn_interval_from_ns(port->config.egress_latency));
}

void egress_forget_tokens(struct port *port)
{
	memset(port->tokens, 0, sizeof(port->tokens));
}

static void (*const sent_by_type[GN_MESSAGE_TYPES])(struct port *, const struct pending_token *,
						    struct gn_precise) = {
	[GN_SYNC] = sync_sent,
	[GN_DELAY_REQ] = e2e_request_sent,
	[GN_PDELAY_REQ] = p2p_request_sent,
	[GN_PDELAY_RESP] = p2p_response_sent,
};

void egress_token_returned(struct port *port, const struct gn_frame_sent *sent)
{
	struct pending_token found;
	int status = sent->stamp.status;

	for (int i = 0; i < TOKENS_PER_PORT; i++) {
		if (sent->token && port->tokens[i].token == sent->token) {
			found = port->tokens[i];
			port->tokens[i].token = 0;
			if (status == GN_STAMP_OK && !gn_timestamp_is_valid(sent->stamp.time.whole)) {
				status = GN_STAMP_BAD_NANOSECONDS;
			}
			if (status == GN_STAMP_OK && (sent->stamp.epoch != found.epoch ||
						      found.epoch != port->instance->clock_epoch)) {
				status = GN_STAMP_STALE_EPOCH; /* the clock was stepped in between */
			}
			if (status == GN_STAMP_NOT_SENT) {
				return; /* no stamp was lost; the driver has said what happened */
			}
			/* A stale stamp is nobody's loss: the step has made it useless. */
			port_tx_stamp(port, status == GN_STAMP_OK || status == GN_STAMP_STALE_EPOCH, &found,
				      status);
			if (status == GN_STAMP_OK) {
				sent_by_type[found.message_type](port, &found,
								 egress_time(port, &sent->stamp));
			}
			return;
		}
	}
}
