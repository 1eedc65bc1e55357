/* src/sim/node/sent_check_test.c */
#include "sim/node/sent_check.h"

#include "core/wire/message.h"
#include "sim/node/node.h"
#include "tests/test.h"

#include <stdio.h>

struct bench {
	struct gn_config config;
	struct node node;
	struct nic nic;
	struct wire_message message;
	struct gn_send send;
	uint8_t octets[GN_FRAME_MAX];
};

static void set_up(struct bench *b, enum gn_message_type type, uint16_t sequence_id)
{
	bool is_event = wire_is_event(type);

	b->node.config = &b->config;
	b->config.domain_number = 4;
	b->node.identity.octets[7] = 9;
	b->nic.port = 1;
	b->message = wire_message_of(type, 1);
	b->message.header.domain_number = 4;
	b->message.header.sequence_id = sequence_id;
	b->message.header.source_port_identity = (struct gn_port_identity){ b->node.identity, 1 };
	b->send = (struct gn_send){
		.octets = b->octets, .message_type = (uint8_t)type, .is_event = is_event, .token = is_event
	};
}

static const char *verdict(struct bench *b)
{
	b->send.length = wire_encode(&b->message, b->octets, sizeof(b->octets));
	return sent_check(&b->node, &b->nic, &b->send);
}

static bool says(const char *why, const char *part)
{
	return why && strstr(why, part);
}

TEST(every_kind_of_message_passes_as_it_should_be)
{
	for (unsigned type = 0; type < GN_MESSAGE_TYPES; type++) {
		struct bench b = { 0 };

		if (wire_message_length_min(type) > 0) {
			set_up(&b, (enum gn_message_type)type, 1);
			CHECK(verdict(&b) == NULL);
		}
	}
}

TEST(each_rule_is_noticed_when_it_is_broken)
{
	struct bench b = { 0 };

	set_up(&b, GN_ANNOUNCE, 1);
	b.message.header.domain_number = 5;
	CHECK(says(verdict(&b), "domainNumber"));
	set_up(&b, GN_ANNOUNCE, 1);
	b.message.header.source_port_identity.port_number = 2;
	CHECK(says(verdict(&b), "sourcePortIdentity"));
	set_up(&b, GN_ANNOUNCE, 1);
	b.message.header.control_field ^= 1;
	CHECK(says(verdict(&b), "controlField"));
	set_up(&b, GN_ANNOUNCE, 1);
	b.message.header.flags |= WIRE_FLAG_UNICAST;
	CHECK(says(verdict(&b), "unicastFlag"));
	set_up(&b, GN_ANNOUNCE, 1);
	b.send.is_event = true;
	CHECK(says(verdict(&b), "messageType"));
	set_up(&b, GN_SYNC, 1);
	b.send.token = 0;
	CHECK(says(verdict(&b), "stamp"));
	set_up(&b, GN_ANNOUNCE, 1);
	CHECK(verdict(&b) == NULL);
	b.send.length++; /* an octet behind it */
	CHECK(says(sent_check(&b.node, &b.nic, &b.send), "messageLength"));
	b.send.length -= 2;
	CHECK(says(sent_check(&b.node, &b.nic, &b.send), "shorter"));
}

TEST(numbers_go_forward_and_follow_up_does_not_run_ahead)
{
	struct bench b = { 0 };

	set_up(&b, GN_SYNC, 65535);
	CHECK(verdict(&b) == NULL);
	set_up(&b, GN_SYNC, 0);
	CHECK(verdict(&b) == NULL);
	set_up(&b, GN_SYNC, 0);
	CHECK(says(verdict(&b), "sequenceId"));
	set_up(&b, GN_FOLLOW_UP, 0);
	CHECK(verdict(&b) == NULL);
	set_up(&b, GN_FOLLOW_UP, 1);
	CHECK(says(verdict(&b), "Follow_Up"));
}
