#include "report/text.h"
#include "tools/status_facts.h"
#include "tools/status_show.h"

#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- canned answers ---- */

static const struct gn_port_identity asker = { { { 0, 0, 0, 0, 0, 0, 0x12, 0x34 } }, 0x5678 };
static const struct gn_clock_identity own = { { 0x02, 0, 0, 0xFF, 0xFE, 0, 0x0B, 0x01 } };
static const struct gn_clock_identity grandmaster = { { 0x02, 0, 0, 0xFF, 0xFE, 0, 0x0A, 0x01 } };

static struct status_question question(enum status_part part, uint16_t port)
{
	return (struct status_question){ .part = part, .port = port, .sequence_id = 77, .asker = asker };
}

/* An answer with this TLV to a question. */
static size_t answer_with(const struct status_question *q, const uint8_t *tlv, size_t length,
			  uint8_t out[1500])
{
	struct wire_message m = wire_message_of(GN_MANAGEMENT, 1);

	m.header.sequence_id = q->sequence_id;
	m.header.source_port_identity = (struct gn_port_identity){ own, q->port };
	m.body.management.target_port_identity = q->asker;
	m.body.management.action_field = WIRE_RESPONSE;
	m.tlvs = tlv;
	m.tlvs_length = length;
	return wire_encode(&m, out, 1500);
}

static size_t answer(const struct status_question *q, const union wire_management_data *data,
		     uint8_t out[1500])
{
	uint16_t id = status_id_of(q->part);
	uint8_t tlv[1400];
	struct wire_writer w = wire_writer(tlv, sizeof(tlv));

	wire_put_u16(&w, WIRE_TLV_MANAGEMENT);
	wire_put_u16(&w, 0);
	wire_put_u16(&w, id);
	wire_management_encode(&w, wire_management_kind(id), data);
	CHECK(!w.overrun);
	tlv[2] = (uint8_t)((w.at - 4) >> 8);
	tlv[3] = (uint8_t)(w.at - 4);
	return answer_with(q, tlv, w.at, out);
}

static enum status_taken give(struct status_picture *p, enum status_part part, uint16_t port,
			      const union wire_management_data *data)
{
	struct status_question q = question(part, port);
	uint8_t octets[1500];
	size_t length = answer(&q, data, octets);

	CHECK(length > 0);
	return status_take(p, &q, octets, length);
}

static struct wire_text text_of(const char *text)
{
	return (struct wire_text){ (const uint8_t *)text, (uint8_t)strlen(text) };
}

static struct gn_interval ns(double value)
{
	return (struct gn_interval){ (int64_t)(value * 65536.0) };
}

/* What all daemons answer: one port, following a grandmaster of class 6. */
static void give_standard(struct status_picture *p, int state)
{
	union wire_management_data data = { .default_data_set = { .flags = WIRE_DEFAULT_TWO_STEP_FLAG,
								  .number_ports = 1,
								  .priority1 = 128,
								  .clock_quality = { 248, 0xFE, 0xFFFF },
								  .priority2 = 128,
								  .clock_identity = own,
								  .domain_number = 24 } };

	CHECK_EQ(give(p, STATUS_DEFAULT_DS, 0, &data), STATUS_TAKEN);
	data = (union wire_management_data){ .current_data_set = { 1, ns(-34.5), ns(1010) } };
	CHECK_EQ(give(p, STATUS_CURRENT_DS, 0, &data), STATUS_TAKEN);
	data = (union wire_management_data){ .parent_data_set = {
						     .parent_port_identity = { grandmaster, 1 },
						     .grandmaster_priority1 = 100,
						     .grandmaster_clock_quality = { 6, 0x21, 0x4E5D },
						     .grandmaster_priority2 = 128,
						     .grandmaster_identity = grandmaster } };
	CHECK_EQ(give(p, STATUS_PARENT_DS, 0, &data), STATUS_TAKEN);
	data = (union wire_management_data){ .time_properties_data_set = { 37, 0x3C, GN_TIME_SOURCE_GNSS } };
	CHECK_EQ(give(p, STATUS_TIME_PROPERTIES_DS, 0, &data), STATUS_TAKEN);
	data = (union wire_management_data){ .time_status_np = { .master_offset = -35,
								 .ingress_time = 1,
								 .gm_present = 1,
								 .gm_identity = grandmaster } };
	CHECK_EQ(give(p, STATUS_TIME_STATUS, 0, &data), STATUS_TAKEN);
	data = (union wire_management_data){ .port_data_set = { .port_identity = { own, 1 },
								.port_state = (uint8_t)state,
								.log_sync_interval = -3,
								.delay_mechanism = GN_DELAY_E2E,
								.version_number = 2,
								.minor_version_number = 1 } };
	CHECK_EQ(give(p, STATUS_PORT_DS, 1, &data), STATUS_TAKEN);
	data = (union wire_management_data){
		.port_properties_np = { { own, 1 }, (uint8_t)state, GN_STAMPING_HARDWARE, text_of("eth0") }
	};
	CHECK_EQ(give(p, STATUS_PORT_PROPERTIES, 1, &data), STATUS_TAKEN);
	data = (union wire_management_data){ .port_stats_np = { .port_identity = { own, 1 } } };
	data.port_stats_np.received[GN_SYNC] = 12345;
	data.port_stats_np.sent[GN_DELAY_REQ] = 1543;
	CHECK_EQ(give(p, STATUS_PORT_STATS, 1, &data), STATUS_TAKEN);
	data = (union wire_management_data){ .port_hwclock_np = { { own, 1 }, 0, 0, 0 } };
	CHECK_EQ(give(p, STATUS_PORT_HWCLOCK, 1, &data), STATUS_TAKEN);
}

static union wire_management_data gnomon_status(void)
{
	return (union wire_management_data){ .gnomon_status_np = {
						     .layout_version = 1,
						     .flags = WIRE_GNOMON_HAS_OFFSET,
						     .servo_kind = 0,
						     .servo_state = 3,
						     .clock_kind = WIRE_GNOMON_CLOCK_PHC,
						     .window_samples = 64,
						     .offset_rms = ns(12),
						     .offset_max = ns(40.5),
						     .offset_mean = ns(-0.25),
						     .last_offset = ns(-34.5),
						     .mean_delay = ns(1010),
						     .delay_deviation = ns(5),
						     .frequency = INT64_C(-12345) * 4294967296,
						     .error_estimate = ns(8),
						     .seconds_since_state_change = 7200,
						     .last_sync_age = 120,
						     .steps = 1,
						     .uptime = 11520,
						     .window_seconds = 8,
						     .clock_name = text_of("/dev/ptp0"),
						     .version_text = text_of("gnomon 0.1.0"),
					     } };
}

static union wire_management_data gnomon_port(uint8_t state)
{
	return (union wire_management_data){ .gnomon_port_status_np = {
						     .layout_version = 1,
						     .flags = WIRE_GNOMON_PORT_LINK_IS_UP,
						     .port_identity = { own, 1 },
						     .port_state = state,
						     .time_stamping = GN_STAMPING_HARDWARE,
						     .delay_mechanism = GN_DELAY_E2E,
						     .network_protocol = GN_PROTOCOL_UDP_IPV4,
						     .speed = 1000,
						     .phc_index = 0,
						     .seconds_since_state_change = 7200,
						     .interface = text_of("eth0"),
					     } };
}

/* Of another servo: nothing is known. */
static union wire_management_data no_estimate(void)
{
	return (union wire_management_data){ .gnomon_servo_np = { .layout_version = 1 } };
}

static union wire_management_data an_estimate(void)
{
	return (union wire_management_data){ .gnomon_servo_np = {
						     .layout_version = 1,
						     .flags = WIRE_GNOMON_SERVO_IS_KNOWN,
						     .sync_clean = 985,
						     .delay_clean = 900,
						     .error_estimate = ns(4.5),
						     .bound = ns(15),
						     .frequency = INT64_C(123) * 4294967296,
						     .frequency_error = INT64_C(1) << 31,
						     .sync_noise = ns(6),
						     .delay_noise = ns(7),
					     } };
}

static void give_gnomons(struct status_picture *p, uint8_t state)
{
	uint8_t counters[8 * (GN_DROPS + 2)];
	struct wire_writer w = wire_writer(counters, sizeof(counters));
	union wire_management_data data = gnomon_status();

	CHECK_EQ(give(p, STATUS_GNOMON, 0, &data), STATUS_TAKEN);
	data = no_estimate();
	CHECK_EQ(give(p, STATUS_SERVO, 0, &data), STATUS_TAKEN);
	data = gnomon_port(state);
	CHECK_EQ(give(p, STATUS_GNOMON_PORT, 1, &data), STATUS_TAKEN);
	for (uint64_t i = 0; i < GN_DROPS + 2; i++) {
		wire_put_u64(&w, i == GN_DROP_DOMAIN ? 12 : i >= GN_DROPS ? 3 : 0);
	}
	data = (union wire_management_data){ .gnomon_drop_counters_np = { GN_DROPS + 2,
									  { counters, w.at } } };
	CHECK_EQ(give(p, STATUS_DROPS, 1, &data), STATUS_TAKEN);
}

/* ---- decoding ---- */

TEST(a_question_is_a_get_for_this_machine_alone)
{
	struct status_question q = question(STATUS_PORT_DS, 3);
	uint8_t octets[64];
	struct wire_message m;
	bool has_header;

	q.domain_number = 24;
	q.major_sdo_id = 1;
	CHECK_EQ(status_encode_question(&q, octets), 54);
	CHECK_EQ(wire_decode(octets, 54, &m, &has_header), GN_DROPS);
	CHECK_EQ(octets[0], 0x1D);
	CHECK_EQ(octets[1], 0x12);
	CHECK_EQ(m.header.domain_number, 24);
	CHECK_EQ(m.body.management.boundary_hops, 0);
	CHECK_EQ(m.body.management.action_field, WIRE_GET);
	CHECK_EQ(m.body.management.target_port_identity.port_number, 3);
	CHECK_EQ(m.body.management.target_port_identity.clock_identity.octets[0], 0xFF);
	CHECK_MEM_EQ(m.tlvs, "\x00\x01\x00\x02\x20\x04", 6);
}

TEST(everything_that_is_answered_finds_its_place)
{
	struct status_picture p = { .path = "x" };

	give_standard(&p, GN_PORT_TIME_RECEIVER);
	give_gnomons(&p, GN_PORT_TIME_RECEIVER);
	CHECK_EQ(p.known, (1u << STATUS_FIRST_OF_PORT) - 1);
	CHECK_EQ(p.ports[0].known, ((1u << STATUS_PARTS) - 1) & ~((1u << STATUS_FIRST_OF_PORT) - 1));
	CHECK_EQ(p.default_ds.domain_number, 24);
	CHECK_EQ(p.ports[0].stats.received[GN_SYNC], 12345);
	CHECK_EQ(p.ports[0].drops[GN_DROP_DOMAIN], 12);
	CHECK_EQ(p.ports[0].drops_other, 6);
	CHECK_STR_EQ(p.clock_name, "/dev/ptp0");
	CHECK_STR_EQ(p.version_text, "gnomon 0.1.0");
	CHECK_STR_EQ(p.ports[0].interface, "eth0");
	status_forget(&p);
	CHECK_STR_EQ(p.path, "x");
	CHECK(p.ports == NULL && p.known == 0);
}

/* docs/management-ids.md, octet by octet. */
TEST(our_layouts_are_the_documented_ones)
{
	struct status_question q = question(STATUS_GNOMON, 0);
	union wire_management_data data = gnomon_status();
	uint8_t octets[1500];
	const uint8_t *at = octets + 54;

	CHECK_EQ(answer(&q, &data, octets), 54 + 96 + 9 + 12 + 1);
	CHECK_EQ(at[0], 1);
	CHECK_EQ(at[1], 4);
	CHECK_EQ(at[3], 3);
	CHECK_EQ(at[4], 2);
	CHECK_MEM_EQ(at + 6, "\x00\x40", 2);
	CHECK_MEM_EQ(at + 8, "\0\0\0\0\0\x0C\0\0", 8);              /* offsetRms 12 ns */
	CHECK_MEM_EQ(at + 16, "\0\0\0\0\0\x28\x80\0", 8);           /* offsetMax 40.5 ns */
	CHECK_MEM_EQ(at + 24, "\xFF\xFF\xFF\xFF\xFF\xFF\xC0\0", 8); /* offsetMean -0.25 ns */
	CHECK_MEM_EQ(at + 32, "\xFF\xFF\xFF\xFF\xFF\xDD\x80\0", 8); /* lastOffset -34.5 ns */
	CHECK_MEM_EQ(at + 40, "\0\0\0\0\x03\xF2\0\0", 8);           /* meanDelay 1010 ns */
	CHECK_MEM_EQ(at + 48, "\0\0\0\0\0\x05\0\0", 8);             /* delayDeviation */
	CHECK_MEM_EQ(at + 56, "\xFF\xFF\xCF\xC7\0\0\0\0", 8);       /* frequency -12345 ppb */
	CHECK_MEM_EQ(at + 64, "\0\0\0\0\0\x08\0\0", 8);             /* errorEstimate */
	CHECK_MEM_EQ(at + 72,
		     "\0\0\x1C\x20"
		     "\0\0\0\x78"
		     "\0\0\0\x01"
		     "\0\0\0\0"
		     "\0\0\x2D\0"
		     "\0\x08",
		     22);
	CHECK_MEM_EQ(at + 94,
		     "\x09/dev/ptp0"
		     "\x0Cgnomon 0.1.0"
		     "\0",
		     24);

	q = question(STATUS_GNOMON_PORT, 1);
	data = gnomon_port(9);
	CHECK_EQ(answer(&q, &data, octets), 54 + 48 + 5 + 1);
	CHECK_MEM_EQ(at,
		     "\x01\x02"
		     "\x02\0\0\xFF\xFE\0\x0B\x01\0\x01"
		     "\x09\x01\x01\0"
		     "\0\x01\0\0"
		     "\0\0\x03\xE8",
		     24);
	CHECK_MEM_EQ(at + 24,
		     "\0\0\0\0"
		     "\0\0\x1C\x20"
		     "\0\0\0\0\0\0\0\0"
		     "\0\0\0\0\0\0\0\0"
		     "\x04"
		     "eth0",
		     29);
}

TEST(what_answers_something_else_is_passed_over)
{
	struct status_picture p = { .path = "" };
	struct status_question q = question(STATUS_DEFAULT_DS, 0);
	union wire_management_data data = { .default_data_set = { .number_ports = 1 } };
	uint8_t octets[1500];
	size_t length = answer(&q, &data, octets);

	q.sequence_id++;
	CHECK_EQ(status_take(&p, &q, octets, length), STATUS_FOREIGN);
	q.sequence_id--;
	q.asker.port_number++;
	CHECK_EQ(status_take(&p, &q, octets, length), STATUS_FOREIGN);
	q.asker.port_number--;
	octets[46] = WIRE_GET; /* actionField */
	CHECK_EQ(status_take(&p, &q, octets, length), STATUS_FOREIGN);
	CHECK_EQ(p.known, 0);
}

TEST(an_error_another_id_an_empty_tlv_and_another_port_are_refusals)
{
	static const uint8_t error[] = { 0, 2, 0, 8, 0, 2, 0xD0, 0, 0, 0, 0, 0 };
	static const uint8_t empty[] = { 0, 1, 0, 2, 0xD0, 0 };
	struct status_picture p = { .path = "" };
	struct status_question q = question(STATUS_GNOMON, 0), other;
	union wire_management_data data;
	uint8_t octets[1500];

	give_standard(&p, GN_PORT_LISTENING);
	CHECK_EQ(status_take(&p, &q, octets, answer_with(&q, error, sizeof(error), octets)), STATUS_REFUSED);
	CHECK_EQ(status_take(&p, &q, octets, answer_with(&q, empty, sizeof(empty), octets)), STATUS_REFUSED);
	CHECK_EQ(status_take(&p, &q, octets, answer_with(&q, empty, 0, octets)), STATUS_REFUSED);
	data = (union wire_management_data){ .current_data_set = { 0 } };
	other = question(STATUS_CURRENT_DS, 0);
	CHECK_EQ(status_take(&p, &q, octets, answer(&other, &data, octets)), STATUS_REFUSED);
	data = gnomon_port(1);
	other = question(STATUS_GNOMON_PORT, 2);
	q = question(STATUS_GNOMON_PORT, 1);
	CHECK_EQ(status_take(&p, &q, octets, answer(&other, &data, octets)), STATUS_REFUSED);
	CHECK_EQ(status_take(&p, &other, octets, answer(&other, &data, octets)),
		 STATUS_REFUSED); /* there is no port 2 */
	CHECK(!status_knows(&p, STATUS_GNOMON));
	status_forget(&p);
}

TEST(a_layout_of_another_version_is_not_guessed_at)
{
	struct status_picture p = { .path = "" };
	union wire_management_data data = gnomon_status();

	give_standard(&p, GN_PORT_LISTENING);
	data.gnomon_status_np.layout_version = 2;
	CHECK_EQ(give(&p, STATUS_GNOMON, 0, &data), STATUS_REFUSED);
	CHECK(!status_knows(&p, STATUS_GNOMON));
	status_forget(&p);
}

static char out[1 << 20];
static size_t used;

static void keep(void *context, const char *text, size_t length)
{
	(void)context;
	assert_true(used + length < sizeof(out));
	memcpy(out + used, text, length);
	used += length;
	out[used] = '\0';
}

static const char *shown(const struct status_picture *p, bool has_colours)
{
	struct status_verdict verdict = status_judge(p);

	used = 0;
	out[0] = '\0';
	status_show_text(p, &verdict, has_colours, keep, NULL);
	return out;
}

static const char *shown_json(const struct status_picture *p)
{
	struct status_verdict verdict = status_judge(p);

	used = 0;
	out[0] = '\0';
	status_show_json(p, &verdict, false, keep, NULL);
	return out;
}

/* Whatever a socket gives: cut at every place, and with any octets changed. */
TEST(short_and_hostile_answers_do_no_harm)
{
	uint8_t octets[1500], changed[1500];

	for (int round = 0; round < 3000; round++) {
		struct status_picture p = { .path = "" };
		enum status_part part = (enum status_part)(round % STATUS_PARTS);
		uint16_t port = part >= STATUS_FIRST_OF_PORT;
		struct status_question q = question(part, port);
		union wire_management_data data;
		size_t length;

		give_standard(&p, GN_PORT_TIME_RECEIVER);
		if (part == STATUS_GNOMON) {
			data = gnomon_status();
		} else if (part == STATUS_SERVO) {
			data = an_estimate();
		} else if (part == STATUS_GNOMON_PORT) {
			data = gnomon_port(9);
		} else {
			memset(&data, 0, sizeof(data));
		}
		length = answer(&q, &data, octets);
		memcpy(changed, octets, length);
		for (size_t i = test_random_below(6); i; i--) {
			changed[34 + test_random_below(length - 34)] = (uint8_t)test_random();
		}
		if (round % 2) {
			length = test_random_below(length + 1);
		}
		(void)status_take(&p, &q, changed, length);
		shown(&p, true);
		for (const char *c = out; *c; c++) {
			CHECK((unsigned char)*c >= 0x20 || *c == '\n' || *c == '\033');
		}
		shown_json(&p);
		status_forget(&p);
	}
}

TEST(a_name_from_the_daemon_cannot_command_the_terminal)
{
	struct status_picture p = { .path = "" };
	union wire_management_data data = { .port_properties_np = {
						    { own, 1 }, 9, 1, text_of("e\x1b[2J\xC2\x9B\x7f") } };

	give_standard(&p, GN_PORT_TIME_RECEIVER);
	CHECK_EQ(give(&p, STATUS_PORT_PROPERTIES, 1, &data), STATUS_TAKEN);
	CHECK_STR_EQ(p.ports[0].interface, "e?[2J?\x9B?");
	status_forget(&p);
}

/* ---- the verdict ---- */

static struct status_verdict verdict_with(uint8_t state, void (*change)(union wire_management_data *status,
									union wire_management_data *port))
{
	struct status_picture p = { .path = "" };
	union wire_management_data status = gnomon_status(), port = gnomon_port(state);
	struct status_verdict verdict;

	give_standard(&p, state);
	if (change) {
		change(&status, &port);
	}
	CHECK_EQ(give(&p, STATUS_GNOMON, 0, &status), STATUS_TAKEN);
	CHECK_EQ(give(&p, STATUS_GNOMON_PORT, 1, &port), STATUS_TAKEN);
	verdict = status_judge(&p);
	status_forget(&p);
	return verdict;
}

TEST(a_locked_receiver_has_good_time)
{
	struct status_verdict v = verdict_with(GN_PORT_TIME_RECEIVER, NULL);

	CHECK_EQ(v.grade, STATUS_GOOD);
	CHECK_EQ(v.reason_count, 0);
	CHECK_STR_EQ(v.headline,
		     "time is good: -34.5 ns from grandmaster 020000.fffe.000a01, servo locked and stable");
}

static void fall_back(union wire_management_data *status, union wire_management_data *port)
{
	(void)status;
	port->gnomon_port_status_np.flags |= WIRE_GNOMON_PORT_IS_FALLBACK;
	port->gnomon_port_status_np.time_stamping = GN_STAMPING_SOFTWARE;
}

static void lose_stamps(union wire_management_data *status, union wire_management_data *port)
{
	(void)status;
	port->gnomon_port_status_np.transmit_stamps_lost = 9;
	port->gnomon_port_status_np.transmit_stamps_lost_in_a_row = 4;
}

static void run_free(union wire_management_data *status, union wire_management_data *port)
{
	(void)port;
	status->gnomon_status_np.flags |= WIRE_GNOMON_IS_FREE_RUNNING;
}

static void lose_sync(union wire_management_data *status, union wire_management_data *port)
{
	(void)port;
	status->gnomon_status_np.last_sync_age = 2001;
}

static void unlock(union wire_management_data *status, union wire_management_data *port)
{
	(void)port;
	status->gnomon_status_np.servo_state = 1;
}

TEST(what_spoils_a_receivers_time_is_named_first)
{
	static const struct {
		void (*change)(union wire_management_data *status, union wire_management_data *port);
		const char *headline;
	} cases[] = {
		{ fall_back, "time is DEGRADED: port 1 (eth0) stamps in SOFTWARE although hardware was asked "
			     "for" },
		{ lose_stamps,
		  "time is DEGRADED: port 1 (eth0): the last 4 transmit timestamps did not come" },
		{ run_free, "time is DEGRADED: the clock is only measured, not set (free_running)" },
		{ lose_sync, "time is DEGRADED: the last usable Sync is 2 s old" },
		{ unlock, "time is DEGRADED: the servo is stepping" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct status_verdict v = verdict_with(GN_PORT_TIME_RECEIVER, cases[i].change);

		CHECK_EQ(v.grade, STATUS_NOT_GOOD);
		CHECK(v.is_synchronized);
		CHECK_STR_EQ(v.headline, cases[i].headline);
	}
}

static void pull_cable(union wire_management_data *status, union wire_management_data *port)
{
	(void)status;
	port->gnomon_port_status_np.flags = 0;
}

TEST(a_clock_that_follows_nobody_is_not_synchronised_whatever_its_state)
{
	static const struct {
		uint8_t state;
		void (*change)(union wire_management_data *status, union wire_management_data *port);
		const char *headline;
	} cases[] = {
		{ GN_PORT_LISTENING, NULL,
		  "NOT SYNCHRONISED: port 1 (eth0) hears no time transmitter of domain 24 that qualifies" },
		{ GN_PORT_UNCALIBRATED, NULL,
		  "NOT SYNCHRONISED yet: port 1 (eth0) hears a time transmitter, offset -34.5 ns, "
		  "the servo has not locked" },
		{ GN_PORT_FAULTY, pull_cable, "NOT SYNCHRONISED: port 1 (eth0): the link is down" },
		{ GN_PORT_FAULTY, NULL, "NOT SYNCHRONISED: port 1 (eth0) is FAULTY: failed" },
		{ GN_PORT_PASSIVE, NULL, "NOT SYNCHRONISED: no port receives time" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct status_verdict v = verdict_with(cases[i].state, cases[i].change);

		CHECK_EQ(v.grade, STATUS_NOT_GOOD);
		CHECK(!v.is_synchronized);
		CHECK_STR_EQ(v.headline, cases[i].headline);
	}
}

static void hand_on(union wire_management_data *status, union wire_management_data *port)
{
	(void)port;
	status->gnomon_status_np.servo_kind = GN_SERVO_REFCLOCK_SOCK;
	status->gnomon_status_np.servo_state = 0;
}

static void hand_on_late(union wire_management_data *status, union wire_management_data *port)
{
	hand_on(status, port);
	lose_sync(status, port);
}

static void hand_on_far(union wire_management_data *status, union wire_management_data *port)
{
	hand_on(status, port);
	status->gnomon_status_np.last_offset = ns(-1000001);
}

static void hand_on_nothing(union wire_management_data *status, union wire_management_data *port)
{
	hand_on(status, port);
	status->gnomon_status_np.flags &= (uint8_t)~WIRE_GNOMON_HAS_OFFSET;
}

TEST(what_an_ntp_daemon_steers_is_good_as_long_as_it_stays_near)
{
	struct status_verdict v = verdict_with(GN_PORT_UNCALIBRATED, hand_on);

	CHECK_EQ(v.grade, STATUS_GOOD);
	CHECK_STR_EQ(v.headline,
		     "time is good: -34.5 ns, by the NTP daemon that has the samples (refclock_sock)");
	v = verdict_with(GN_PORT_UNCALIBRATED, hand_on_late);
	CHECK_EQ(v.grade, STATUS_NOT_GOOD);
	CHECK_STR_EQ(v.headline, "time is DEGRADED: the last usable Sync is 2 s old");
	v = verdict_with(GN_PORT_LISTENING, hand_on);
	CHECK_EQ(v.grade, STATUS_NOT_GOOD);

	v = verdict_with(GN_PORT_UNCALIBRATED, hand_on_far);
	CHECK_EQ(v.grade, STATUS_NOT_GOOD);
	CHECK_STR_EQ(v.headline,
		     "time is DEGRADED: the clock is -1 ms off: does the NTP daemon run, and take the "
		     "samples of refclock_sock?");
	v = verdict_with(GN_PORT_UNCALIBRATED, hand_on_nothing);
	CHECK_EQ(v.grade, STATUS_NOT_GOOD);
	CHECK(strstr(v.headline, "no offset was measured yet") != NULL);
}

static struct status_verdict verdict_of_grandmaster(uint8_t clock_class)
{
	struct status_picture p = { .path = "" };
	struct status_verdict verdict;

	give_standard(&p, GN_PORT_TIME_TRANSMITTER);
	p.parent_ds.grandmaster_identity = own;
	p.default_ds.clock_quality = (struct gn_clock_quality){ clock_class, 0x21, 0 };
	verdict = status_judge(&p);
	status_forget(&p);
	return verdict;
}

TEST(a_grandmaster_is_good_only_if_it_is_meant_to_be_one)
{
	struct status_verdict meant = verdict_of_grandmaster(6), for_want = verdict_of_grandmaster(248);

	CHECK_EQ(meant.grade, STATUS_GOOD);
	CHECK_STR_EQ(meant.headline,
		     "time is good: this clock is the grandmaster (clockClass 6, within 100 ns)");
	CHECK_EQ(for_want.grade, STATUS_NOT_GOOD);
	CHECK(!for_want.is_synchronized);
	CHECK_STR_EQ(
		for_want.headline,
		"NOT SYNCHRONISED: this clock follows nobody, it is its own grandmaster (clockClass 248)");
	CHECK_EQ(for_want.reason_count, 1);
}

/* ---- what is shown ---- */

TEST(one_screen_for_a_person_on_call)
{
	struct status_picture p = { .path = "/var/run/ptp4l" };

	give_standard(&p, GN_PORT_TIME_RECEIVER);
	give_gnomons(&p, GN_PORT_TIME_RECEIVER);
	CHECK_STR_EQ(shown(&p, false),
		     "time is good: -34.5 ns from grandmaster 020000.fffe.000a01, servo locked and stable\n"
		     "\n"
		     "  this clock    020000.fffe.000b01, domain 24, gnomon 0.1.0, up 3 h\n"
		     "  grandmaster   020000.fffe.000a01, 1 step away, clockClass 6, within 100 ns, GNSS\n"
		     "  parent        020000.fffe.000a01-1\n"
		     "  offset        -34.5 ns, recent rms 12 ns, max 40.5 ns, mean -0.25 ns (64 in 8 s)\n"
		     "  path delay    1.01 us, deviation 5 ns\n"
		     "  servo         pi locked and stable, frequency -12345.0 ppb, error estimate 8 ns, "
		     "last Sync 120 ms ago\n"
		     "  steers        hardware clock /dev/ptp0, stepped 1 time, last change 2 h ago\n"
		     "  timescale     PTP, UTC offset 37 s, traceable\n"
		     "\n"
		     "  port 1 (eth0): TIME_RECEIVER since 2 h\n"
		     "    attached    link up 1000 Mb/s, hardware timestamps, /dev/ptp0, UDP/IPv4, E2E\n"
		     "    received    Sync 12345\n"
		     "    sent        Delay_Req 1543\n"
		     "    not used    domain 12, other 6\n");
	status_forget(&p);
}

TEST(a_servo_that_knows_its_error_has_two_lines_more)
{
	struct status_picture p = { .path = "/var/run/ptp4l" };
	union wire_management_data data = an_estimate();

	give_standard(&p, GN_PORT_TIME_RECEIVER);
	give_gnomons(&p, GN_PORT_TIME_RECEIVER);
	give(&p, STATUS_SERVO, 0, &data);
	CHECK(strstr(shown(&p, false), "  error         4.5 ns (1 sigma), bound 15 ns\n"
				       "  learnt        the clock runs +123.0 +- 0.5 ppb, noise of Sync 6 ns "
				       "(98.5 % clean), of the delay 7 ns (90.0 % clean)\n"));
	CHECK(strstr(shown_json(&p),
		     "\"estimate\": {\"error_ps\": 4500, \"bound_ps\": 15000, \"holdover_s\": 0, "
		     "\"holdover\": \"none\", \"frequency_ppt\": 123000, "
		     "\"frequency_error_ppt\": 500, \"sync_noise_ps\": 6000, "
		     "\"delay_noise_ps\": 7000, \"sync_clean\": 0.985, \"delay_clean\": 0.9, "
		     "\"asymmetry_held_ps\": 0, \"temperature_coefficient_ppt_per_k\": 0, "
		     "\"clock_fault\": \"none\"}"));
	status_forget(&p);
}

TEST(what_the_servo_found_wrong_speaks_against_the_time)
{
	struct status_picture p = { .path = "/var/run/ptp4l" };
	union wire_management_data data = an_estimate();

	data.gnomon_servo_np.clock_fault = GN_CLOCK_FAULT_NO_EFFECT;
	data.gnomon_servo_np.holdover = GN_HOLDOVER_DEGRADED;
	data.gnomon_servo_np.holdover_seconds = 300;
	data.gnomon_servo_np.asymmetry_held = ns(350);
	data.gnomon_servo_np.temperature_coefficient = -1250;
	data.gnomon_servo_np.delay_clean = UINT16_MAX;
	data.gnomon_servo_np.delay_noise.scaled_ns = INT64_MAX;
	give_standard(&p, GN_PORT_TIME_RECEIVER);
	give_gnomons(&p, GN_PORT_TIME_RECEIVER);
	give(&p, STATUS_SERVO, 0, &data);
	CHECK(strstr(shown(&p, false), "time is DEGRADED: the clock does not obey (no_effect)"));
	CHECK(strstr(shown(&p, false), "the servo is in holdover since 300 s"));
	CHECK(strstr(shown(&p, false),
		     "bound 15 ns, HOLDOVER for 5 min, beyond holdover_bound, ASYMMETRY of 350 ns "
		     "held back, THE CLOCK DOES NOT OBEY: no_effect\n"));
	CHECK(strstr(shown(&p, false), "(98.5 % clean), -1.25 ppb/K\n"));
	CHECK(strstr(shown_json(&p), "\"holdover\": \"degraded\""));
	CHECK(strstr(shown_json(&p),
		     "\"delay_noise_ps\": null, \"sync_clean\": 0.985, \"delay_clean\": null"));
	status_forget(&p);
}

TEST(a_linuxptp_daemon_shows_what_it_has)
{
	struct status_picture p = { .path = "/var/run/ptp4l" };

	give_standard(&p, GN_PORT_TIME_RECEIVER);
	CHECK_STR_EQ(shown(&p, false),
		     "time is good: -35 ns from grandmaster 020000.fffe.000a01\n"
		     "\n"
		     "  this clock    020000.fffe.000b01, domain 24\n"
		     "  grandmaster   020000.fffe.000a01, 1 step away, clockClass 6, within 100 ns, GNSS\n"
		     "  parent        020000.fffe.000a01-1\n"
		     "  offset        -35 ns\n"
		     "  path delay    1.01 us\n"
		     "  timescale     PTP, UTC offset 37 s, traceable\n"
		     "\n"
		     "  port 1 (eth0): TIME_RECEIVER\n"
		     "    attached    hardware timestamps, /dev/ptp0, E2E\n"
		     "    received    Sync 12345\n"
		     "    sent        Delay_Req 1543\n"
		     "\n"
		     "  /var/run/ptp4l is served by another daemon than Gnomon: no drop counters, no servo "
		     "state, no recent "
		     "RMS\n");
	status_forget(&p);
}

TEST(colours_are_there_only_when_wanted)
{
	struct status_picture p = { .path = "" };

	give_standard(&p, GN_PORT_TIME_RECEIVER);
	CHECK(strchr(shown(&p, false), '\033') == NULL);
	CHECK(strncmp(shown(&p, true), "\033[1;32mtime is good", 19) == 0);
	status_forget(&p);
}

TEST(software_stamps_and_other_hands_on_the_clock_are_loud)
{
	struct status_picture p = { .path = "" };
	union wire_management_data status = gnomon_status(), port = gnomon_port(GN_PORT_TIME_RECEIVER);

	give_standard(&p, GN_PORT_TIME_RECEIVER);
	status.gnomon_status_np.clock_touches = 2;
	fall_back(&status, &port);
	lose_stamps(&status, &port);
	port.gnomon_port_status_np.faults = 1;
	give(&p, STATUS_GNOMON, 0, &status);
	give(&p, STATUS_GNOMON_PORT, 1, &port);
	shown(&p, false);
	CHECK(strstr(out, "SOMEBODY ELSE set it 2 times") != NULL);
	CHECK(strstr(out, "SOFTWARE timestamps INSTEAD OF HARDWARE") != NULL);
	CHECK(strstr(out, "    trouble     9 transmit timestamps lost (4 in a row), 1 fault\n") != NULL);
	CHECK(strstr(out, "\n  - port 1 (eth0): the last 4 transmit timestamps") != NULL);
	status_forget(&p);
}

TEST(json_has_integers_for_times_and_null_for_what_is_not_known)
{
	struct status_picture p = { .path = "/run/x" };
	union wire_management_data status = gnomon_status();

	give_standard(&p, GN_PORT_TIME_RECEIVER);
	give_gnomons(&p, GN_PORT_TIME_RECEIVER);
	shown_json(&p);
	CHECK(strncmp(out, "{\"schema\": 1, \"verdict\": \"good\", ", 33) == 0);
	CHECK(strstr(out, "\"last_offset_ps\": -34500, \"offset_rms_ps\": 12000, \"offset_max_ps\": 40500, "
			  "\"offset_mean_ps\": -250, ") != NULL);
	CHECK(strstr(out, "\"frequency_ppt\": -12345000, \"last_sync_age_ms\": 120}") != NULL);
	CHECK(strstr(out, "\"domain\": 12, ") != NULL);
	CHECK(strstr(out, "\"other\": 6}") != NULL);
	status.gnomon_status_np.flags = 0;
	status.gnomon_status_np.window_samples = 0;
	status.gnomon_status_np.mean_delay = (struct gn_interval){ INT64_MAX };
	status.gnomon_status_np.last_sync_age = UINT32_MAX;
	give(&p, STATUS_GNOMON, 0, &status);
	shown_json(&p);
	CHECK(strstr(out, "\"last_offset_ps\": null, \"offset_rms_ps\": null") != NULL);
	CHECK(strstr(out, "\"mean_delay_ps\": null") != NULL);
	CHECK(strstr(out, "\"offset_ns\": null, \"mean_delay_ns\": null") != NULL);
	CHECK(strstr(out, "\"last_sync_age_ms\": null") != NULL);
	status_forget(&p);
}

TEST(picoseconds_do_not_leave_64_bits)
{
	struct status_picture p = { .path = "" };
	union wire_management_data status = gnomon_status();

	give_standard(&p, GN_PORT_TIME_RECEIVER);
	status.gnomon_status_np.last_offset = (struct gn_interval){ INT64_MIN + 1 };
	give(&p, STATUS_GNOMON, 0, &status);
	CHECK(strstr(shown_json(&p), "\"last_offset_ps\": -140737488355328000, ") != NULL);
	status_forget(&p);
}

TEST(ages_have_the_unit_that_fits)
{
	char text[24];

	CHECK_STR_EQ(fact_age(0, text), "0 s");
	CHECK_STR_EQ(fact_age(119, text), "119 s");
	CHECK_STR_EQ(fact_age(120, text), "2 min");
	CHECK_STR_EQ(fact_age(7199, text), "119 min");
	CHECK_STR_EQ(fact_age(7200, text), "2 h");
	CHECK_STR_EQ(fact_age(172800, text), "2 d");
	CHECK_STR_EQ(fact_age(UINT64_MAX, text), "213503982334601 d");
}

TEST(words_exist_for_every_number_even_unknown_ones)
{
	CHECK_STR_EQ(fact_accuracy(0x16), "accuracy unknown");
	CHECK_STR_EQ(fact_accuracy(0x17), "within 1 ps");
	CHECK_STR_EQ(fact_accuracy(0x20), "within 25 ns");
	CHECK_STR_EQ(fact_accuracy(0x31), "worse than 10 s");
	CHECK_STR_EQ(fact_accuracy(0x32), "accuracy unknown");
	for (int i = 0; i < 256; i++) {
		CHECK(fact_time_source((uint8_t)i) && fact_servo_kind((uint8_t)i) &&
		      fact_servo_state((uint8_t)i) && fact_clock_kind((uint8_t)i) && fact_stamping(i) &&
		      fact_mechanism(i) && fact_protocol((uint16_t)i));
	}
}
