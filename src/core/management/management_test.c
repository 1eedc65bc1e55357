/* src/core/management/management_test.c -- who answers what to whom: every id, action, way in and target. */
#include "core/management/management.h"

#include "tests/management/asking.h"
#include "tests/test.h"

/* What each id does here, letter by action; '*': on the management socket that may change alone. */
static const struct {
	uint16_t id;
	const char *does;
} supported[] = {
	{ 0x0000, "GSC" }, { 0x0001, "G" },  { 0x0002, "G" },  { 0x2000, "G" },  { 0x2001, "G" },
	{ 0x2002, "G" },   { 0x2003, "G" },  { 0x2004, "G" },  { 0x2005, "GS" }, { 0x2006, "GS" },
	{ 0x2007, "G" },   { 0x2008, "G" },  { 0x2009, "G" },  { 0x200A, "G" },  { 0x200B, "G" },
	{ 0x200C, "G" },   { 0x200D, "GC" }, { 0x200E, "GC" }, { 0x2010, "G" },  { 0x2012, "G" },
	{ 0x2013, "G" },   { 0x3001, "G" },  { 0x6000, "G" },  { 0x6001, "G" },  { 0xC000, "G" },
	{ 0xC001, "GS" },  { 0xC002, "GS" }, { 0xC004, "G*" }, { 0xC005, "G" },  { 0xC006, "GS" },
	{ 0xC007, "G" },   { 0xC009, "G*" }, { 0xC00C, "GS" }, { 0xD000, "G" },  { 0xD001, "G" },
	{ 0xD002, "G" },   { 0xD003, "G" },
};

static const char *what_is_done(uint16_t id)
{
	for (size_t i = 0; i < sizeof(supported) / sizeof(supported[0]); i++) {
		if (supported[i].id == id) {
			return supported[i].does;
		}
	}
	return "";
}

static bool is_done(const struct question *q)
{
	const char *does = what_is_done(q->id);
	char letter = q->action == WIRE_GET ? 'G' : q->action == WIRE_SET ? 'S' : 'C';

	return strchr(does, letter) && (!strchr(does, '*') || q->from == ASKING_SOCKET);
}

/* The rules once more, as the error of a question that is for this clock, and the number of those who answer. */
static uint16_t expected_error(const struct question *q, unsigned *answers)
{
	const struct wire_management_kind *kind = wire_management_kind(q->id);
	bool is_to_nobody = q->target_port > ASKING_PORTS;

	*answers = 1;
	if (!kind) {
		return WIRE_ERROR_NO_SUCH_ID;
	}
	if (q->action != WIRE_GET && q->from != ASKING_SOCKET) {
		return WIRE_ERROR_NOT_SUPPORTED;
	}
	if (kind->scope == WIRE_SCOPE_PORT && is_to_nobody) {
		return WIRE_ERROR_WRONG_VALUE;
	}
	if (kind->scope == WIRE_SCOPE_PORT && q->target_port == 0) {
		*answers = ASKING_PORTS;
	}
	if (!is_done(q)) {
		return WIRE_ERROR_NOT_SUPPORTED;
	}
	return q->action == WIRE_SET && q->length == 0 && kind->fields ? WIRE_ERROR_WRONG_LENGTH
								       : WIRE_ERROR_NONE;
}

static void check_answers(const struct question *q)
{
	unsigned answers;
	uint16_t error = expected_error(q, &answers);
	const struct wire_management_kind *kind = wire_management_kind(q->id);

	CHECK_EQ(asking_ask(q), answers);
	for (unsigned i = 0; i < answers; i++) {
		const struct asking_frame *f = asking_frame(i);

		CHECK_EQ(f->id, q->id);
		CHECK_EQ(f->error, error);
		CHECK_EQ(f->tlv_type, error ? WIRE_TLV_MANAGEMENT_ERROR_STATUS : WIRE_TLV_MANAGEMENT);
		CHECK_EQ(f->message.body.management.action_field,
			 q->action == WIRE_COMMAND ? WIRE_ACKNOWLEDGE : WIRE_RESPONSE);
		if (!error && q->action != WIRE_COMMAND) {
			CHECK_EQ(f->data_length > 0, kind->fields != NULL);
			CHECK(wire_management_fits(kind, f->data, f->data_length));
		}
		if (answers == ASKING_PORTS) {
			CHECK_EQ(f->message.header.source_port_identity.port_number, i + 1);
		}
	}
}

static const enum wire_action requests[] = { WIRE_GET, WIRE_SET, WIRE_COMMAND };
static const uint16_t target_ports[] = { 0, 1, 2, 3, 4, ASKING_PORT_ZERO };

TEST(every_id_with_every_action_from_everywhere_to_every_target_is_answered_by_the_rules)
{
	asking_start();
	for (size_t place = 0; place < WIRE_MANAGEMENT_IDS; place++) {
		for (int a = 0; a < 3; a++) {
			for (int from = ASKING_SOCKET; from <= ASKING_NETWORK; from++) {
				for (size_t t = 0; t < 2 * sizeof(target_ports) / sizeof(target_ports[0]);
				     t++) {
					check_answers(&(struct question){
						.id = wire_management_kind_at(place)->id,
						.action = requests[a],
						.from = (enum asking_from)from,
						.by_port = 1,
						.target = t % 2 ? ASKING_THIS_CLOCK : ASKING_ALL_CLOCKS,
						.target_port = target_ports[t / 2],
					});
					/* DISABLE_PORT took what the next question needs */
					if (requests[a] == WIRE_COMMAND) {
						asking_start();
					}
				}
			}
		}
	}
}

TEST(every_number_that_is_no_id_is_NO_SUCH_ID_whatever_the_action)
{
	asking_start();
	for (unsigned id = 0; id <= UINT16_MAX; id++) {
		struct question q = { .id = (uint16_t)id, .action = requests[id % 3] };

		if (!wire_management_kind((uint16_t)id)) {
			check_answers(&q);
		}
	}
}

TEST(a_get_filled_with_zeros_of_the_right_size_is_answered_like_an_empty_one)
{
	static const uint8_t zeros[400];

	asking_start();
	for (size_t place = 0; place < WIRE_MANAGEMENT_IDS; place++) {
		const struct wire_management_kind *kind = wire_management_kind_at(place);

		check_answers(&(struct question){
			.id = kind->id,
			.data = zeros,
			.length = kind->size_rule == WIRE_SIZE_FIELDS ? 0 : kind->size,
		});
	}
}

TEST(data_of_a_wrong_size_is_WRONG_LENGTH_and_changes_nothing)
{
	static const uint8_t ones[400] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	struct gn_instance *instance = asking_start();

	for (size_t place = 0; place < WIRE_MANAGEMENT_IDS; place++) {
		const struct wire_management_kind *kind = wire_management_kind_at(place);

		for (int a = 0; a < 2; a++) {
			for (size_t length = 2; length <= sizeof(ones); length += 2) {
				struct question q = {
					.id = kind->id, .action = requests[a], .data = ones, .length = length
				};

				if (!is_done(&q) || wire_management_fits(kind, ones, length)) {
					continue;
				}
				q.target_port = 1;
				CHECK_EQ(asking_ask(&q), 1);
				CHECK_EQ(asking_frame(0)->error, WIRE_ERROR_WRONG_LENGTH);
				CHECK(!instance->is_decision_due);
				CHECK_EQ(asking_reports(GN_REPORT_CONFIGURATION_CHANGED), 0);
			}
		}
	}
}

TEST(a_command_with_data_that_has_none_is_WRONG_LENGTH_and_not_carried_out)
{
	static const uint8_t zeros[2];
	struct gn_instance *instance = asking_start();
	struct question q = {
		.id = WIRE_DISABLE_PORT, .action = WIRE_COMMAND, .target_port = 1, .data = zeros
	};

	q.length = sizeof(zeros);
	CHECK_EQ(asking_ask(&q), 1);
	CHECK_EQ(asking_frame(0)->error, WIRE_ERROR_WRONG_LENGTH);
	CHECK_EQ(instance->ports[0].ds.port_state, GN_PORT_LISTENING);
}

/* ---- octet for octet ---- */

static void check_octets(const struct asking_frame *f, const uint8_t *expected, size_t length)
{
	CHECK_EQ(f->length, length);
	CHECK_MEM_EQ(f->octets, expected, length);
}

#define ANSWER_HEADER(length, source_port, hops, action)                                                     \
	0x0D, 0x12, 0x00, length, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,                               \
		0, /* to messageTypeSpecific */                                                              \
		0x00, 0x11, 0x22, 0xFF, 0xFE, 0x33, 0x44, 0x55, 0, source_port, 0x12, 0x34, 0x04, 0x7F,      \
		0xAA, 0xBB, 0xCC, 0xFF, 0xFE, 0xDD, 0xEE, 0xFF, 0x00, 0x02, hops, hops, action, 0

TEST(an_unknown_id_is_answered_with_these_octets)
{
	static const uint8_t expected[] = {
		ANSWER_HEADER(60, 1, 2, 0x02), 0x00, 0x02, 0x00, 0x08, 0x00, 0x02, 0x12, 0x30, 0, 0, 0, 0,
	};

	asking_start();
	CHECK_EQ(asking_ask(&(struct question){ .id = 0x1230, .starting_hops = 3, .hops = 1 }), 1);
	check_octets(asking_frame(0), expected, sizeof(expected));
}

TEST(a_default_data_set_is_answered_with_these_octets)
{
	static const uint8_t expected[] = {
		ANSWER_HEADER(74, 0, 0, 0x02),
		0x00,
		0x01,
		0x00,
		0x16,
		0x20,
		0x00,
		0x01,
		0x00,
		0x00,
		0x03,
		128,
		248,
		0xFE,
		0xFF,
		0xFF,
		127,
		0x00,
		0x11,
		0x22,
		0xFF,
		0xFE,
		0x33,
		0x44,
		0x55,
		0x00,
		0x00,
	};

	asking_start();
	CHECK_EQ(asking_ask(&(struct question){ .id = WIRE_DEFAULT_DATA_SET }), 1);
	check_octets(asking_frame(0), expected, sizeof(expected));
}

TEST(a_port_data_set_is_answered_with_these_octets)
{
	static const uint8_t expected[] = {
		ANSWER_HEADER(80, 2, 0, 0x02),
		0x00,
		0x01,
		0x00,
		0x1C,
		0x20,
		0x04,
		0x00,
		0x11,
		0x22,
		0xFF,
		0xFE,
		0x33,
		0x44,
		0x55,
		0x00,
		0x02,
		0x04,
		0x00,
		0x00,
		0x00,
		0x00,
		0x00,
		0x01,
		0xF4,
		0x00,
		0x00,
		0x01,
		0x03,
		0x00,
		0x01,
		0x00,
		0x02,
	};
	struct gn_instance *instance = asking_start();

	instance->ports[1].ds.mean_link_delay = gn_interval_from_ns(500);
	CHECK_EQ(asking_ask(&(struct question){ .id = WIRE_PORT_DATA_SET, .target_port = 2 }), 1);
	check_octets(asking_frame(0), expected, sizeof(expected));
}

TEST(an_acknowledged_command_carries_no_data)
{
	static const uint8_t expected[] = {
		ANSWER_HEADER(54, 3, 0, 0x04), 0x00, 0x01, 0x00, 0x02, 0x20, 0x0E
	};
	struct gn_instance *instance = asking_start();

	CHECK_EQ(asking_ask(&(struct question){
			 .id = WIRE_DISABLE_PORT, .action = WIRE_COMMAND, .target_port = 3 }),
		 1);
	check_octets(asking_frame(0), expected, sizeof(expected));
	CHECK_EQ(instance->ports[2].ds.port_state, GN_PORT_DISABLED);
	CHECK_EQ(instance->ports[1].ds.port_state, GN_PORT_LISTENING);
	CHECK_EQ(asking_reports(GN_REPORT_CONFIGURATION_CHANGED), 1);
	CHECK_EQ(asking_ask(&(struct question){
			 .id = WIRE_ENABLE_PORT, .action = WIRE_COMMAND, .target_port = 3 }),
		 1);
	CHECK_EQ(instance->ports[2].ds.port_state, GN_PORT_INITIALIZING);
}

/* ---- whence and whither ---- */

TEST(an_id_of_the_clock_is_answered_by_the_port_that_was_asked)
{
	asking_start();
	for (uint16_t port = 1; port <= ASKING_PORTS; port++) {
		const struct question q = {
			.id = WIRE_PRIORITY1, .from = ASKING_NETWORK, .by_port = port, .target_port = 77
		};

		CHECK_EQ(asking_ask(&q), 1);
		CHECK_EQ(asking_frame(0)->message.header.source_port_identity.port_number, port);
		CHECK_EQ(asking_frame(0)->port, port);
	}
	CHECK_EQ(asking_ask(&(struct question){ .id = WIRE_PRIORITY1 }), 1);
	CHECK_EQ(asking_frame(0)->message.header.source_port_identity.port_number, 0);
	CHECK_EQ(asking_frame(0)->port, 0);
}

TEST(all_ports_answer_by_the_way_on_which_they_were_asked)
{
	struct question q = { .id = WIRE_PORT_DATA_SET, .from = ASKING_NETWORK, .by_port = 2 };

	asking_start();
	CHECK_EQ(asking_ask(&q), ASKING_PORTS);
	for (unsigned i = 0; i < ASKING_PORTS; i++) {
		CHECK_EQ(asking_frame(i)->port, 2);
		CHECK_EQ(asking_frame(i)->destination, GN_TO_PRIMARY);
		CHECK_EQ(asking_frame(i)->message.header.flags & WIRE_FLAG_UNICAST, 0);
		CHECK_EQ(asking_frame(i)->message.header.source_port_identity.port_number, i + 1);
	}
	q.is_unicast = true;
	CHECK_EQ(asking_ask(&q), ASKING_PORTS);
	CHECK_EQ(asking_frame(2)->destination, GN_TO_ADDRESS);
	CHECK_EQ(asking_frame(2)->address.octets[5], 9);
	CHECK_EQ(asking_frame(2)->message.header.flags & WIRE_FLAG_UNICAST, WIRE_FLAG_UNICAST);
}

TEST(the_management_socket_is_answered_at_the_address_that_asked)
{
	for (int from = ASKING_SOCKET; from <= ASKING_READ_ONLY_SOCKET; from++) {
		struct gn_instance *instance = asking_start();

		CHECK_EQ(asking_ask(&(struct question){ .id = WIRE_PORT_DATA_SET,
							.from = (enum asking_from)from }),
			 3);
		for (unsigned i = 0; i < ASKING_PORTS; i++) {
			const struct asking_frame *f = asking_frame(i);

			CHECK_EQ(f->port, 0);
			CHECK_EQ(f->destination, GN_TO_ADDRESS);
			CHECK_EQ(f->address.network_protocol, GN_PROTOCOL_LOCAL);
			CHECK_EQ(f->address.length, 4);
			CHECK_EQ(f->address.octets[3], 7);
			CHECK_EQ(f->message.header.flags, 0);
			CHECK_EQ(instance->ports[i].sent[GN_MANAGEMENT], 0); /* nothing went over its wire */
		}
	}
}

TEST(answers_go_as_far_back_as_the_request_had_come_and_never_further)
{
	asking_start();
	for (unsigned starting = 0; starting <= UINT8_MAX; starting++) {
		for (unsigned hops = 0; hops <= UINT8_MAX; hops++) {
			const struct question q = { .id = WIRE_DOMAIN,
						    .starting_hops = (uint8_t)starting,
						    .hops = (uint8_t)hops };
			const struct wire_management *m;

			CHECK_EQ(asking_ask(&q), 1);
			m = &asking_frame(0)->message.body.management;
			CHECK_EQ(m->boundary_hops, hops > starting ? 0 : starting - hops);
			CHECK_EQ(m->starting_boundary_hops, m->boundary_hops);
		}
	}
}

TEST(the_answer_has_the_sdoId_and_domain_of_the_request)
{
	struct gn_instance *instance = asking_start();
	const struct question q = { .id = WIRE_DOMAIN, .from = ASKING_NETWORK };
	uint8_t octets[GN_FRAME_MAX];
	size_t length = asking_octets(&q, octets, sizeof(octets));

	instance->default_ds.domain_number = 24;
	instance->ports[0].config.ignore_transport_specific = 1;
	octets[0] |= 0x50; /* majorSdoId 5 */
	octets[4] = 24;
	CHECK_EQ(asking_give(&q, octets, length), 1);
	CHECK_EQ(asking_frame(0)->message.header.major_sdo_id, 5);
	CHECK_EQ(asking_frame(0)->message.header.domain_number, 24);
	CHECK_EQ(asking_frame(0)->data[0], 24);
}

TEST(what_is_for_another_clock_is_not_answered)
{
	struct gn_instance *instance = asking_start();

	for (int a = 0; a < 3; a++) {
		for (int from = ASKING_SOCKET; from <= ASKING_NETWORK; from++) {
			const struct question q = {
				.id = WIRE_PRIORITY1,
				.action = requests[a],
				.from = (enum asking_from)from,
				.target = ASKING_OTHER_CLOCK,
			};

			CHECK_EQ(asking_ask(&q), 0);
		}
	}
	CHECK_EQ(instance->ports[0].drops[GN_DROP_MANAGEMENT_IGNORED], 0); /* it is nothing wrong */
}

TEST(other_actions_are_ignored_and_counted)
{
	struct gn_instance *instance = asking_start();
	unsigned ignored = 0;

	for (unsigned action = 0; action < 16; action++) {
		if (action != WIRE_GET && action != WIRE_SET && action != WIRE_COMMAND) {
			const struct question q = { .id = WIRE_PRIORITY1,
						    .action = action,
						    .from = ASKING_NETWORK };

			CHECK_EQ(asking_ask(&q), 0);
			CHECK_EQ(instance->ports[0].drops[GN_DROP_MANAGEMENT_IGNORED], ++ignored);
		}
	}
}

TEST(the_reserved_half_of_the_action_octet_is_not_looked_at)
{
	asking_start();
	CHECK_EQ(asking_ask(&(struct question){ .id = WIRE_PRIORITY1, .action = 0xF0 | WIRE_GET }), 1);
	CHECK_EQ(asking_frame(0)->message.body.management.action_field, WIRE_RESPONSE);
}

/* ---- TLVs ---- */

static unsigned give_tlvs(const uint8_t *tlvs, size_t tlvs_length)
{
	const struct question q = { .from = ASKING_NETWORK };
	uint8_t octets[GN_FRAME_MAX];

	CHECK(asking_octets(&q, octets, sizeof(octets)));
	memcpy(octets + 48, tlvs, tlvs_length);
	octets[2] = (uint8_t)((48 + tlvs_length) >> 8);
	octets[3] = (uint8_t)(48 + tlvs_length);
	return asking_give(&q, octets, 48 + tlvs_length);
}

TEST(one_management_tlv_is_answered_and_authentication_alone_may_follow)
{
#define PRIORITY1_TLV 0x00, 0x01, 0x00, 0x02, 0x20, 0x05
#define AUTHENTICATION_TLV 0x80, 0x09, 0x00, 0x06, 0, 0, 0, 0, 0, 0
#define PAD_TLV 0x80, 0x08, 0x00, 0x00
	static const struct {
		uint8_t tlvs[32];
		size_t length;
		unsigned answers;
	} cases[] = {
		{ { 0 }, 0, 0 },
		{ { PRIORITY1_TLV }, 6, 1 },
		{ { PRIORITY1_TLV, AUTHENTICATION_TLV }, 16, 1 },
		{ { PRIORITY1_TLV, AUTHENTICATION_TLV, PAD_TLV }, 20, 0 },
		{ { PRIORITY1_TLV, PAD_TLV }, 10, 0 },
		{ { PRIORITY1_TLV, PRIORITY1_TLV }, 12, 0 },
		{ { AUTHENTICATION_TLV, PRIORITY1_TLV }, 16, 0 },
		{ { PAD_TLV }, 4, 0 },
		{ { 0x00, 0x01, 0x00, 0x00 }, 4, 0 }, /* no id */
		{ { 0x00, 0x02, 0x00, 0x08, 0x00, 0x02, 0x20, 0x05, 0, 0, 0, 0 }, 12, 0 },
	};
	struct gn_instance *instance = asking_start();
	unsigned ignored = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK_EQ(give_tlvs(cases[i].tlvs, cases[i].length), cases[i].answers);
		ignored += cases[i].answers == 0;
		CHECK_EQ(instance->ports[0].drops[GN_DROP_MANAGEMENT_IGNORED], ignored);
	}
}

/* ---- changes ---- */

TEST(a_set_asks_for_a_state_decision_and_is_reported_and_the_ping_is_not)
{
	static const uint8_t value[] = { 7, 0 };
	struct gn_instance *instance = asking_start();
	struct question q = { .id = WIRE_PRIORITY1, .action = WIRE_SET, .data = value, .length = 2 };

	CHECK_EQ(asking_ask(&q), 1);
	CHECK_EQ(asking_frame(0)->data[0], 7);
	CHECK_EQ(instance->default_ds.priority1, 7);
	CHECK(instance->is_decision_due);
	CHECK_EQ(asking_reports(GN_REPORT_CONFIGURATION_CHANGED), 1);
	CHECK_EQ(asking_report()->number[0], WIRE_PRIORITY1);
	CHECK_EQ(asking_report()->port, 0);

	q = (struct question){ .id = WIRE_NULL_PTP_MANAGEMENT, .action = WIRE_SET };
	CHECK_EQ(asking_ask(&q), ASKING_PORTS);
	CHECK_EQ(asking_frame(0)->error, 0);
	CHECK_EQ(asking_frame(0)->data_length, 0);
	CHECK_EQ(asking_reports(GN_REPORT_CONFIGURATION_CHANGED), 0);
}

TEST(nothing_is_changed_from_the_network_or_the_read_only_socket)
{
	static const uint8_t zeros[24];
	struct gn_instance *instance = asking_start();
	const struct default_ds before = instance->default_ds;

	for (size_t place = 0; place < WIRE_MANAGEMENT_IDS; place++) {
		const struct wire_management_kind *kind = wire_management_kind_at(place);

		for (int from = ASKING_READ_ONLY_SOCKET; from <= ASKING_NETWORK; from++) {
			for (int a = 1; a < 3; a++) {
				const struct question q = {
					.id = kind->id,
					.action = requests[a],
					.from = (enum asking_from)from,
					.data = zeros,
					.length = kind->size <= sizeof(zeros) ? kind->size : 0,
				};

				CHECK_EQ(asking_ask(&q), 1);
				CHECK_EQ(asking_frame(0)->error, WIRE_ERROR_NOT_SUPPORTED);
				CHECK(!instance->is_decision_due);
				CHECK_EQ(asking_reports(GN_REPORT_CONFIGURATION_CHANGED), 0);
			}
		}
	}
	CHECK_MEM_EQ(&instance->default_ds, &before, sizeof(before));
	CHECK_EQ(instance->ports[0].ds.port_state, GN_PORT_LISTENING);
}

/* A driver may say `may_change` of a frame of the network by mistake: that alone opens nothing. */
TEST(a_frame_of_the_network_may_never_change)
{
	static const uint8_t value[] = { 7, 0 };
	struct gn_instance *instance = asking_start();
	const struct question q = { .id = WIRE_PRIORITY1, .action = WIRE_SET, .data = value, .length = 2 };
	uint8_t octets[GN_FRAME_MAX];
	size_t length = asking_octets(&q, octets, sizeof(octets));
	struct gn_frame_received frame = {
		.octets = octets, .length = length, .is_general = true, .may_change = true
	};

	ingress_receive(instance, &instance->ports[0], &frame);
	CHECK_EQ(instance->default_ds.priority1, 128);
}

/* ---- forwarding ---- */

static bool forwards_in(enum gn_port_state state)
{
	return state == GN_PORT_PRE_TIME_TRANSMITTER || state == GN_PORT_TIME_TRANSMITTER ||
	       state == GN_PORT_UNCALIBRATED || state == GN_PORT_TIME_RECEIVER;
}

static bool is_heard_in(enum gn_port_state state)
{
	return state != GN_PORT_INITIALIZING && state != GN_PORT_FAULTY && state != GN_PORT_DISABLED;
}

TEST(every_pair_of_port_states_forwards_or_does_not)
{
	struct gn_instance *instance = asking_start();

	for (int in = GN_PORT_INITIALIZING; in <= GN_PORT_TIME_RECEIVER; in++) {
		for (int out = GN_PORT_INITIALIZING; out <= GN_PORT_TIME_RECEIVER; out++) {
			for (unsigned action = WIRE_GET; action <= WIRE_ACKNOWLEDGE; action++) {
				for (uint8_t hops = 0; hops < 3; hops++) {
					const struct question q = {
						.id = WIRE_PRIORITY1,
						.action = action,
						.from = ASKING_NETWORK,
						.by_port = 2,
						.target = ASKING_OTHER_CLOCK,
						.starting_hops = 5,
						.hops = hops,
					};
					bool is_answer = action == WIRE_RESPONSE ||
							 action == WIRE_ACKNOWLEDGE;
					bool comes_through = is_heard_in((enum gn_port_state)in) &&
							     forwards_in((enum gn_port_state)in) && hops > 0;
					unsigned ports = comes_through && forwards_in((enum gn_port_state)out)
								 ? 2
								 : 0;
					unsigned local = comes_through && is_answer ? 1 : 0;

					instance->ports[0].ds.port_state = (enum gn_port_state)out;
					instance->ports[1].ds.port_state = (enum gn_port_state)in;
					instance->ports[2].ds.port_state = (enum gn_port_state)out;
					CHECK_EQ(asking_ask(&q), ports + local);
					for (unsigned i = 0; i < ports; i++) {
						CHECK_EQ(asking_frame(i)->port, i ? 3 : 1);
						CHECK_EQ(asking_frame(i)->destination, GN_TO_PRIMARY);
					}
					if (local) {
						const struct asking_frame *f = asking_frame(ports);

						CHECK_EQ(f->port, 0);
						CHECK_EQ(f->address.network_protocol, GN_PROTOCOL_LOCAL);
						CHECK_EQ(f->address.length, 0); /* whoever wrote last */
					}
				}
			}
		}
	}
}

TEST(what_is_forwarded_has_one_hop_less_and_is_else_the_same)
{
	struct gn_instance *instance = asking_start();
	const struct question q = {
		.id = WIRE_PRIORITY1, .from = ASKING_NETWORK, .starting_hops = 9, .hops = 4
	};
	uint8_t octets[GN_FRAME_MAX];
	size_t length = asking_octets(&q, octets, sizeof(octets));

	instance->ports[0].ds.port_state = GN_PORT_TIME_RECEIVER;
	instance->ports[1].ds.port_state = GN_PORT_TIME_TRANSMITTER;
	CHECK_EQ(asking_give(&q, octets, length), 2); /* forwarded first, then answered */
	octets[45] = 3;
	check_octets(asking_frame(0), octets, length);
	CHECK_EQ(asking_frame(0)->port, 2);
	CHECK_EQ(asking_frame(1)->port, 1);
	CHECK_EQ(asking_frame(1)->message.body.management.action_field, WIRE_RESPONSE);
}

TEST(what_is_for_this_clock_only_or_came_unicast_goes_no_further)
{
	struct gn_instance *instance = asking_start();
	struct question q = { .id = WIRE_PRIORITY1, .from = ASKING_NETWORK, .starting_hops = 1, .hops = 1 };

	for (int i = 0; i < ASKING_PORTS; i++) {
		instance->ports[i].ds.port_state = GN_PORT_TIME_TRANSMITTER;
	}
	CHECK_EQ(asking_ask(&q), 3);
	q.target = ASKING_THIS_CLOCK;
	CHECK_EQ(asking_ask(&q), 1);
	q.target = ASKING_ALL_CLOCKS;
	q.is_unicast = true;
	CHECK_EQ(asking_ask(&q), 1);
}

TEST(the_socket_that_may_change_asks_the_network_too_and_the_read_only_one_does_not)
{
	struct gn_instance *instance = asking_start();
	struct question q = { .id = WIRE_PRIORITY1, .starting_hops = 1, .hops = 1 };

	instance->ports[0].ds.port_state = GN_PORT_TIME_TRANSMITTER;
	instance->ports[2].ds.port_state = GN_PORT_TIME_RECEIVER;
	CHECK_EQ(asking_ask(&q), 3);
	CHECK_EQ(asking_frame(0)->port, 1);
	CHECK_EQ(asking_frame(1)->port, 3);
	CHECK_EQ(asking_frame(2)->port, 0);
	q.hops = 0;
	CHECK_EQ(asking_ask(&q), 1);
	q.hops = 1;
	q.from = ASKING_READ_ONLY_SOCKET;
	CHECK_EQ(asking_ask(&q), 1);
}

/* ---- anything at all ---- */

/* asking_give() decodes what is sent, so that an answer that is no message fails the test. */
TEST(any_request_with_some_octets_changed_is_survived)
{
	struct gn_instance *instance = asking_start();

	for (int round = 0; round < 20000; round++) {
		const struct wire_management_kind *kind = wire_management_kind_at(
			test_random_below(WIRE_MANAGEMENT_IDS));
		const size_t left = GN_FRAME_MAX - 54;
		uint8_t data[GN_FRAME_MAX], octets[GN_FRAME_MAX];
		struct question q = {
			.id = kind->id,
			.action = requests[test_random_below(2)],
			.from = (enum asking_from)test_random_below(3),
			.by_port = (uint16_t)(1 + test_random_below(ASKING_PORTS)),
			.data = data,
			.length = test_random_below(2) ? kind->size : 2 * test_random_below(left / 2),
			.starting_hops = (uint8_t)test_random(),
			.hops = (uint8_t)test_random(),
		};
		size_t length;

		for (size_t i = 0; i < sizeof(data); i++) {
			data[i] = (uint8_t)test_random();
		}
		for (int i = 0; i < ASKING_PORTS; i++) {
			instance->ports[i].ds.port_state = (enum gn_port_state)(1 + test_random_below(9));
		}
		length = asking_octets(&q, octets, sizeof(octets));
		for (uint64_t changes = test_random_below(4); changes > 0; changes--) {
			octets[test_random_below(length)] = (uint8_t)test_random();
		}
		asking_give(&q, octets, length);
		CHECK_EQ(instance->actions.lost, 0);
	}
}
