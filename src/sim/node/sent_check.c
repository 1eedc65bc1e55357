/* src/sim/node/sent_check.c -- rules of clause 13 that hold for every message, as a table. The messages' fields were read by the
 * wire's own decoder, which knows lengths, reserved types, timestamps and TLVs. */
#include "sim/node/sent_check.h"

#include "core/wire/message.h"
#include "gnomon/report.h"
#include "sim/node/node.h"

struct sent {
	const struct node *node;
	struct nic *nic;
	const struct gn_send *send;
	const struct wire_header *header;
};

static bool has_its_length(const struct sent *s)
{
	return s->header->message_length == s->send->length;
}

static bool has_its_type(const struct sent *s)
{
	return s->header->message_type == s->send->message_type &&
	       s->send->is_event == wire_is_event(s->header->message_type);
}

static bool has_its_control_field(const struct sent *s)
{
	return s->header->control_field == wire_control_field(s->header->message_type);
}

static bool has_its_domain(const struct sent *s)
{
	return s->header->domain_number == s->node->config->domain_number ||
	       s->header->message_type == GN_PDELAY_RESP ||
	       s->header->message_type == GN_PDELAY_RESP_FOLLOW_UP; /* those of the request */
}

static bool is_forwarded(const struct sent *s)
{
	return s->header->message_type == GN_MANAGEMENT || s->header->message_type == GN_SIGNALING;
}

static bool has_its_source(const struct sent *s)
{
	const struct gn_port_identity *source = &s->header->source_port_identity;

	if (is_forwarded(s)) {
		return true;
	}
	return gn_clock_identity_equal(&source->clock_identity, &s->node->identity) && s->nic &&
	       source->port_number == s->nic->port;
}

static bool has_its_unicast_flag(const struct sent *s)
{
	bool is_unicast = s->send->destination == GN_TO_ADDRESS;

	return !s->nic || is_forwarded(s) || is_unicast == !!(s->header->flags & WIRE_FLAG_UNICAST);
}

static bool has_its_token(const struct sent *s)
{
	return !s->send->is_event || (s->send->token == 0) == s->send->is_one_step;
}

/* Messages that a port numbers by itself; the others bear the number of what they belong to (7.3.7). */
#define NUMBERED (1u << GN_SYNC | 1u << GN_DELAY_REQ | 1u << GN_PDELAY_REQ | 1u << GN_ANNOUNCE)

static bool is_ahead(uint16_t a, uint16_t b)
{
	return (int16_t)(uint16_t)(a - b) > 0;
}

/* A number that was never sent is no fault: the message may have found no room. One that comes again is. */
static bool is_numbered(const struct sent *s)
{
	unsigned type = s->header->message_type;
	uint16_t id = s->header->sequence_id;
	bool is_right;

	if (!s->nic || !(NUMBERED >> type & 1)) {
		return true;
	}
	is_right = !(s->nic->has_sequence >> type & 1) || is_ahead(id, s->nic->sequence[type]);
	s->nic->sequence[type] = id;
	s->nic->has_sequence |= 1u << type;
	return is_right;
}

static bool follows_its_sync(const struct sent *s)
{
	return s->header->message_type != GN_FOLLOW_UP || !s->nic || !(s->nic->has_sequence >> GN_SYNC & 1) ||
	       !is_ahead(s->header->sequence_id, s->nic->sequence[GN_SYNC]);
}

static const struct {
	bool (*holds)(const struct sent *s);
	const char *why;
} rules[] = {
	{ has_its_length, "messageLength is not the length sent" },
	{ has_its_type, "messageType is not the one it is sent as" },
	{ has_its_control_field, "controlField is not that of its messageType" },
	{ has_its_domain, "domainNumber is not its own" },
	{ has_its_source, "sourcePortIdentity is not its own" },
	{ has_its_unicast_flag, "unicastFlag does not tell where it goes" },
	{ has_its_token,
	  "an event message without a transmit stamp asked for, or one for a one-step message" },
	{ is_numbered, "sequenceId does not go forward" },
	{ follows_its_sync, "Follow_Up of a Sync that was not sent yet" },
};

static const char *const decoding[GN_DROPS] = {
	[GN_DROP_TRUNCATED] = "shorter than it says",
	[GN_DROP_VERSION] = "versionPTP is not 2",
	[GN_DROP_MALFORMED] = "a TLV is malformed",
	[GN_DROP_RESERVED_TYPE] = "reserved messageType",
	[GN_DROP_BAD_TIMESTAMP] = "a Timestamp's nanoseconds are 10^9 or more",
};

const char *sent_check(const struct node *node, struct nic *nic, const struct gn_send *send)
{
	struct wire_message m;
	struct sent s = { node, nic, send, &m.header };
	bool has_header;
	int reason = wire_decode(send->octets, send->length, &m, &has_header);

	if (reason != GN_DROPS) {
		return decoding[reason] ? decoding[reason] : "cannot be decoded";
	}
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (!rules[i].holds(&s)) {
			return rules[i].why;
		}
	}
	return NULL;
}
