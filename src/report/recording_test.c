/* src/report/recording_test.c -- what is put comes back; what anybody else has put does no harm. */
#include "report/recording.h"

#include "gnomon/report.h"
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>

static uint8_t frame[2000];

/* Small numbers, ends of ranges and anything: each as often. */
static uint64_t any_number(unsigned bits)
{
	uint64_t all = bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;

	switch (test_random_below(4)) {
	case 0:
		return test_random_below(3);
	case 1:
		return all - test_random_below(2);
	default:
		return test_random() >> test_random_below(64) & all;
	}
}

static int64_t any_signed(int64_t end)
{
	int64_t magnitude = (int64_t)(any_number(63) % (uint64_t)end);

	return test_random_below(2) ? magnitude : -magnitude;
}

static bool any_truth(void)
{
	return test_random_below(2) > 0;
}

static void any_octets(void *out, size_t size)
{
	uint8_t *o = out;
	size_t used = test_random_below(size + 1);

	for (size_t i = 0; i < used; i++) {
		o[i] = (uint8_t)test_random();
	}
}

static void any_precise(struct gn_precise *out)
{
	out->whole.seconds = any_number(48);
	out->whole.nanoseconds = (uint32_t)any_number(32);
	out->fraction = (uint16_t)any_number(16);
}

static void any_stamp(struct gn_stamp *out)
{
	out->status = (uint8_t)test_random_below(GN_STAMP_STATUSES);
	if (any_truth()) {
		any_precise(&out->time);
		out->epoch = (uint32_t)any_number(32);
		out->clock = (uint8_t)any_number(8);
	}
}

static void any_address(struct gn_address *out)
{
	out->network_protocol = (uint16_t)any_number(16);
	out->length = (uint8_t)test_random_below(17);
	any_octets(out->octets, sizeof(out->octets));
}

static void any_attachment(struct gn_port_attachment *out)
{
	out->link_is_up = any_truth();
	out->speed_mbps = (uint32_t)any_number(32);
	any_octets(out->physical_address, sizeof(out->physical_address));
	out->physical_address_length = (uint8_t)test_random_below(17);
	any_address(&out->protocol_address);
	out->phc_index = (int32_t)any_signed((int64_t)1 << 31);
	out->is_virtual_clock = any_truth();
	out->time_stamping = (uint8_t)any_number(8);
	out->is_fallback = any_truth();
	out->is_changed_provider = any_truth();
	any_octets(out->label, sizeof(out->label));
}

static void any_received(struct gn_frame_received *out)
{
	out->octets = frame;
	out->length = test_random_below(sizeof(frame));
	any_stamp(&out->stamp);
	out->software_stamp.ns = any_truth() ? any_signed(INT64_MAX) : 0;
	any_address(&out->source);
	out->is_unicast = any_truth();
	out->is_general = any_truth();
	out->is_local = any_truth();
	out->may_change = any_truth();
}

static void any_answer(struct gn_clock_answer *out)
{
	out->operation = (uint8_t)test_random_below(GN_ACTION_REPORT + 1);
	out->is_done = any_truth();
	out->error = (int32_t)any_signed((int64_t)1 << 31);
	out->rate.scaled_ppb = any_signed((int64_t)1 << 62);
	out->rate_limit.scaled_ppb = any_signed(INT64_MAX);
	out->previous.scaled_ppb = any_signed((int64_t)1 << 62);
	out->has_previous = any_truth();
	out->is_utc = any_truth();
	out->epoch = (uint32_t)any_number(32);
	any_precise(&out->time);
	out->has_memory = any_truth();
	if (out->has_memory) {
		out->memory.frequency.scaled_ppb = -(int64_t)any_number(61);
		out->memory.deviation.scaled_ppb = (int64_t)any_number(61);
	}
}

static struct gn_event any_event(void)
{
	struct gn_event event;

	memset(&event, 0, sizeof(event));
	event.type = (uint8_t)test_random_below(GN_EVENT_TEMPERATURE + 1);
	event.port = (uint16_t)any_number(16);
	event.now.ns = (int64_t)any_number(62);
	event.raw_ns = (int64_t)any_number(62);
	switch (event.type) {
	case GN_EVENT_FRAME_RECEIVED:
		any_received(&event.u.received);
		break;
	case GN_EVENT_FRAME_SENT:
		event.u.sent.token = (uint32_t)any_number(32);
		any_stamp(&event.u.sent.stamp);
		break;
	case GN_EVENT_PORT_OPENED:
		event.u.opened.is_open = any_truth();
		any_attachment(&event.u.opened.attachment);
		break;
	case GN_EVENT_LINK:
		any_attachment(&event.u.link);
		break;
	case GN_EVENT_CLOCK_ANSWERED:
		any_answer(&event.u.clock);
		break;
	case GN_EVENT_CLOCK_TOUCHED:
		event.u.touched.epoch = (uint32_t)any_number(32);
		break;
	case GN_EVENT_TEMPERATURE:
		event.u.temperature.millidegrees = (int32_t)any_number(32);
		break;
	default:
		break;
	}
	return event;
}

/* ---- what came back ---- */

static void check_same_precise(const struct gn_precise *a, const struct gn_precise *b)
{
	CHECK_EQ(a->whole.seconds, b->whole.seconds);
	CHECK_EQ(a->whole.nanoseconds, b->whole.nanoseconds);
	CHECK_EQ(a->fraction, b->fraction);
}

static void check_same_stamp(const struct gn_stamp *a, const struct gn_stamp *b)
{
	CHECK_EQ(a->status, b->status);
	check_same_precise(&a->time, &b->time);
	CHECK_EQ(a->epoch, b->epoch);
	CHECK_EQ(a->clock, b->clock);
}

static void check_same_address(const struct gn_address *a, const struct gn_address *b)
{
	CHECK_EQ(a->network_protocol, b->network_protocol);
	CHECK_EQ(a->length, b->length);
	CHECK_MEM_EQ(a->octets, b->octets, sizeof(a->octets));
}

static void check_same_attachment(const struct gn_port_attachment *a, const struct gn_port_attachment *b)
{
	CHECK_EQ(a->link_is_up, b->link_is_up);
	CHECK_EQ(a->speed_mbps, b->speed_mbps);
	CHECK_MEM_EQ(a->physical_address, b->physical_address, sizeof(a->physical_address));
	CHECK_EQ(a->physical_address_length, b->physical_address_length);
	check_same_address(&a->protocol_address, &b->protocol_address);
	CHECK_EQ(a->phc_index, b->phc_index);
	CHECK_EQ(a->is_virtual_clock, b->is_virtual_clock);
	CHECK_EQ(a->time_stamping, b->time_stamping);
	CHECK_EQ(a->is_fallback, b->is_fallback);
	CHECK_EQ(a->is_changed_provider, b->is_changed_provider);
	CHECK_MEM_EQ(a->label, b->label, sizeof(a->label));
}

static void check_same_received(const struct gn_frame_received *a, const struct gn_frame_received *b)
{
	CHECK_EQ(a->length, b->length);
	CHECK_MEM_EQ(a->octets, b->octets, a->length);
	check_same_stamp(&a->stamp, &b->stamp);
	CHECK_EQ(a->software_stamp.ns, b->software_stamp.ns);
	check_same_address(&a->source, &b->source);
	CHECK_EQ(a->is_unicast, b->is_unicast);
	CHECK_EQ(a->is_general, b->is_general);
	CHECK_EQ(a->is_local, b->is_local);
	CHECK_EQ(a->may_change, b->may_change);
}

static void check_same_answer(const struct gn_clock_answer *a, const struct gn_clock_answer *b)
{
	CHECK_EQ(a->operation, b->operation);
	CHECK_EQ(a->is_done, b->is_done);
	CHECK_EQ(a->error, b->error);
	CHECK_EQ(a->rate.scaled_ppb, b->rate.scaled_ppb);
	CHECK_EQ(a->rate_limit.scaled_ppb, b->rate_limit.scaled_ppb);
	CHECK_EQ(a->previous.scaled_ppb, b->previous.scaled_ppb);
	CHECK_EQ(a->has_previous, b->has_previous);
	CHECK_EQ(a->is_utc, b->is_utc);
	CHECK_EQ(a->epoch, b->epoch);
	check_same_precise(&a->time, &b->time);
	CHECK_EQ(a->has_memory, b->has_memory);
	CHECK_EQ(a->memory.frequency.scaled_ppb, b->memory.frequency.scaled_ppb);
	CHECK_EQ(a->memory.deviation.scaled_ppb, b->memory.deviation.scaled_ppb);
}

static void check_same_event(const struct gn_event *a, const struct gn_event *b)
{
	CHECK_EQ(a->type, b->type);
	CHECK_EQ(a->port, b->port);
	CHECK_EQ(a->now.ns, b->now.ns);
	CHECK_EQ(a->raw_ns, b->raw_ns);
	switch (a->type) {
	case GN_EVENT_FRAME_RECEIVED:
		check_same_received(&a->u.received, &b->u.received);
		break;
	case GN_EVENT_FRAME_SENT:
		CHECK_EQ(a->u.sent.token, b->u.sent.token);
		check_same_stamp(&a->u.sent.stamp, &b->u.sent.stamp);
		break;
	case GN_EVENT_PORT_OPENED:
		CHECK_EQ(a->u.opened.is_open, b->u.opened.is_open);
		check_same_attachment(&a->u.opened.attachment, &b->u.opened.attachment);
		break;
	case GN_EVENT_LINK:
		check_same_attachment(&a->u.link, &b->u.link);
		break;
	case GN_EVENT_CLOCK_ANSWERED:
		check_same_answer(&a->u.clock, &b->u.clock);
		break;
	case GN_EVENT_CLOCK_TOUCHED:
		CHECK_EQ(a->u.touched.epoch, b->u.touched.epoch);
		break;
	case GN_EVENT_TEMPERATURE:
		CHECK_EQ(a->u.temperature.millidegrees, b->u.temperature.millidegrees);
		break;
	default:
		break;
	}
}

/* ---- files ---- */

static const struct recording_header some_header = {
	.build = "gnomon 1.2.3",
	.layout = 0x1122334455667788,
	.seed = UINT64_MAX,
	.sequence = 3,
	.wall_clock_ns = 1700000000123456789,
	.identity = { { 1, 2, 3, 0xFF, 0xFE, 4, 5, 6 } },
	.configuration = "[global]\npriority1 5\n",
	.configuration_size = 21,
	.snapshot = (const uint8_t *)"snap\0shot",
	.snapshot_size = 9,
};

static struct gn_action some_action(enum gn_action_type type)
{
	struct gn_action action;

	memset(&action, 0, sizeof(action));
	action.type = (uint8_t)type;
	action.port = 1;
	return action;
}

#define EVENTS 200
static struct gn_event events[EVENTS];

/* A header, events each with two actions, a checksum after every tenth and at the end. */
static void put_file(struct recording_buffer *buffer)
{
	struct gn_action open = some_action(GN_ACTION_OPEN_PORT);
	struct gn_action read = some_action(GN_ACTION_CLOCK_READ);

	recording_put_header(buffer, &some_header);
	for (int i = 0; i < EVENTS; i++) {
		events[i] = any_event();
		recording_put_event(buffer, &events[i]);
		recording_put_action(buffer, &open);
		recording_put_action(buffer, &read);
		if (i % 10 == 9) {
			recording_put_check(buffer);
		}
	}
	CHECK(!buffer->is_out_of_memory);
}

static struct recording_reader reader_of(const uint8_t *octets, size_t length)
{
	return (struct recording_reader){ .octets = octets, .length = length };
}

TEST(every_event_comes_back_as_it_was)
{
	for (int n = 0; n < 100; n++) {
		struct recording_buffer buffer = { 0 };
		struct recording_header header;
		struct recording_record record;
		struct recording_reader reader;
		struct gn_action open = some_action(GN_ACTION_OPEN_PORT);

		any_octets(frame, sizeof(frame));
		put_file(&buffer);
		reader = reader_of(buffer.octets, buffer.length);
		CHECK(recording_get_header(&reader, &header));
		for (int i = 0; i < EVENTS; i++) {
			CHECK_EQ(recording_get(&reader, &record), RECORDING_EVENT);
			check_same_event(&events[i], &record.event);
			CHECK_EQ(recording_get(&reader, &record), RECORDING_ACTION);
			CHECK_EQ(record.action_type, GN_ACTION_OPEN_PORT);
			CHECK_EQ(record.action_hash, recording_hash(&open));
			CHECK_EQ(recording_get(&reader, &record), RECORDING_ACTION);
			CHECK_EQ(record.action_type, GN_ACTION_CLOCK_READ);
		}
		CHECK_EQ(recording_get(&reader, &record), RECORDING_END);
		CHECK_EQ(reader.checked, reader.length);
		recording_buffer_free(&buffer);
	}
}

TEST(the_header_comes_back_as_it_was)
{
	struct recording_buffer buffer = { 0 };
	struct recording_reader reader;
	struct recording_header header;
	struct recording_record record;

	recording_put_header(&buffer, &some_header);
	reader = reader_of(buffer.octets, buffer.length);
	CHECK(recording_get_header(&reader, &header));
	CHECK_STR_EQ(header.build, some_header.build);
	CHECK(header.layout == some_header.layout && header.seed == some_header.seed);
	CHECK_EQ(header.sequence, some_header.sequence);
	CHECK_EQ(header.wall_clock_ns, some_header.wall_clock_ns);
	CHECK(gn_clock_identity_equal(&header.identity, &some_header.identity));
	CHECK_EQ(header.configuration_size, some_header.configuration_size);
	CHECK_MEM_EQ(header.configuration, some_header.configuration, header.configuration_size);
	CHECK_EQ(header.snapshot_size, some_header.snapshot_size);
	CHECK_MEM_EQ(header.snapshot, some_header.snapshot, header.snapshot_size);
	CHECK_EQ(recording_get(&reader, &record), RECORDING_END);
	recording_buffer_free(&buffer);
}

TEST(an_idle_second_costs_some_ten_octets)
{
	struct recording_buffer buffer = { 0 };
	struct gn_event event = { .type = GN_EVENT_DEADLINE, .now = { 5000000000 }, .raw_ns = 4999000000 };
	size_t before;

	recording_put_event(&buffer, &event);
	before = buffer.length;
	event.now.ns += 1000000123;
	event.raw_ns += 1000013456; /* 13 ppm away */
	recording_put_event(&buffer, &event);
	CHECK_LE(buffer.length - before, 10);
	recording_buffer_free(&buffer);
}

/* All records of a file, or those up to the first that is none; how many. */
static size_t read_all(const uint8_t *octets, size_t length, struct recording_reader *reader,
		       enum recording_item *last)
{
	struct recording_header header;
	struct recording_record record;
	size_t count = 0, touched = 0;

	*reader = reader_of(octets, length);
	*last = RECORDING_BAD;
	if (!recording_get_header(reader, &header)) {
		return 0;
	}
	for (size_t i = 0; i < header.snapshot_size; i++) {
		touched += header.snapshot[i];
	}
	while ((*last = recording_get(reader, &record)) == RECORDING_EVENT || *last == RECORDING_ACTION) {
		count++;
		if (*last == RECORDING_EVENT) {
			CHECK_LE(record.event.type, GN_EVENT_TEMPERATURE);
		}
		for (size_t i = 0; *last == RECORDING_EVENT && record.event.type == GN_EVENT_FRAME_RECEIVED &&
				   i < record.event.u.received.length;
		     i++) {
			touched += record.event.u.received.octets[i];
		}
	}
	CHECK(touched < SIZE_MAX);
	return count;
}

TEST(a_file_that_was_cut_gives_what_is_there_and_says_so)
{
	struct recording_buffer buffer = { 0 };
	struct recording_reader reader;
	enum recording_item last;

	any_octets(frame, sizeof(frame));
	put_file(&buffer);
	for (size_t length = 0; length < buffer.length; length += 1 + length / 97) {
		uint8_t *cut = malloc(length + !length); /* so that sanitizers see its end */
		size_t count;

		memcpy(cut, buffer.octets, length);
		count = read_all(cut, length, &reader, &last);
		CHECK_LE(count, 3 * EVENTS);
		CHECK(last == RECORDING_BAD || reader.checked <= length);
		CHECK(last == RECORDING_END || reader.why[0] != '\0');
		CHECK(count == 3 * EVENTS || last == RECORDING_BAD || reader.at == length);
		free(cut);
	}
	CHECK_EQ(read_all(buffer.octets, buffer.length, &reader, &last), 3 * EVENTS);
	CHECK_EQ(last, RECORDING_END);
	recording_buffer_free(&buffer);
}

TEST(whatever_octet_is_changed_is_noticed)
{
	struct recording_buffer buffer = { 0 };
	struct recording_reader reader;
	enum recording_item last;

	any_octets(frame, sizeof(frame));
	put_file(&buffer);
	for (size_t at = 0; at < buffer.length; at += 1 + test_random_below(1 + buffer.length / 3000)) {
		uint8_t bit = (uint8_t)(1u << test_random_below(8));

		buffer.octets[at] ^= bit;
		(void)read_all(buffer.octets, buffer.length, &reader, &last);
		CHECK(last == RECORDING_BAD || reader.checked < reader.length);
		CHECK(last != RECORDING_BAD || reader.why[0] != '\0');
		buffer.octets[at] ^= bit;
	}
	recording_buffer_free(&buffer);
}

TEST(octets_of_any_kind_do_no_harm)
{
	struct recording_buffer buffer = { 0 };
	struct recording_reader reader;
	enum recording_item last;
	uint8_t *changed;

	any_octets(frame, sizeof(frame));
	put_file(&buffer);
	changed = malloc(buffer.length);
	for (int i = 0; i < 300; i++) {
		int changes = 1 + (int)test_random_below(30);

		memcpy(changed, buffer.octets, buffer.length);
		while (changes-- > 0) {
			changed[test_random_below(buffer.length)] = (uint8_t)test_random();
		}
		(void)read_all(changed, buffer.length, &reader, &last);
	}
	free(changed);
	recording_buffer_free(&buffer);
}

TEST(what_is_no_recording_is_told_from_one_of_another_version)
{
	struct recording_reader reader;
	struct recording_header header;

	reader = reader_of((const uint8_t *)"PK\3\4whatever", 12);
	CHECK(!recording_get_header(&reader, &header));
	CHECK_STR_EQ(reader.why, "it is no recording: recordings begin with GNOMONR1");
	reader = reader_of((const uint8_t *)"", 0);
	CHECK(!recording_get_header(&reader, &header));
	CHECK_STR_EQ(reader.why, "it is no recording: recordings begin with GNOMONR1");
	reader = reader_of((const uint8_t *)"GNOMONR1\x7Fwhatever", 17);
	CHECK(!recording_get_header(&reader, &header));
	CHECK_STR_EQ(reader.why, "its format is version 127: this program reads version 1");
}

/* ---- hashes ---- */

static void check_differs(struct gn_action a, struct gn_action b)
{
	CHECK(recording_hash(&a) != recording_hash(&b));
	CHECK_EQ(recording_hash(&a), recording_hash(&a));
}

TEST(the_hash_of_an_action_is_of_all_that_it_says)
{
	const uint8_t octets[] = { 1, 2, 3 }, others[] = { 1, 2, 4 };
	struct gn_report report = { .id = GN_REPORT_LINK }, other_report;
	struct gn_action a = some_action(GN_ACTION_SEND), b;

	a.u.send.octets = octets;
	a.u.send.length = 3;
	b = a;
	b.u.send.octets = others;
	check_differs(a, b);
	b = a;
	b.u.send.length = 2;
	check_differs(a, b);
	b = a;
	b.u.send.token = 1;
	check_differs(a, b);
	b = a;
	b.u.send.is_one_step = true;
	check_differs(a, b);
	b = a;
	b.port = 2;
	check_differs(a, b);
	a.u.send.destination = b.u.send.destination = GN_TO_ADDRESS;
	b.port = a.port;
	a.u.send.address.length = b.u.send.address.length = 4;
	b.u.send.address.octets[3] = 9;
	check_differs(a, b);
	b = a;
	b.u.send.address.octets[4] = 9; /* beyond its length: nobody's */
	CHECK_EQ(recording_hash(&a), recording_hash(&b));

	a = b = some_action(GN_ACTION_CLOCK_STEP);
	b.u.step.fraction = 1;
	check_differs(a, b);
	a = b = some_action(GN_ACTION_CLOCK_SET_RATE);
	b.u.rate.scaled_ppb = -1;
	check_differs(a, b);
	a = b = some_action(GN_ACTION_CLOCK_SET_LEAP);
	b.u.leap = -1;
	check_differs(a, b);
	a = b = some_action(GN_ACTION_CLOCK_SET_TAI_OFFSET);
	b.u.tai_offset = 37;
	check_differs(a, b);
	a = b = some_action(GN_ACTION_CLOCK_IS_SYNCHRONIZED);
	b.u.is_ptp_timescale = true;
	check_differs(a, b);
	a = b = some_action(GN_ACTION_CLOCK_REMEMBER);
	b.u.memory.frequency.scaled_ppb = -1;
	check_differs(a, b);
	b = a;
	b.u.memory.deviation.scaled_ppb = 1;
	check_differs(a, b);
	a = b = some_action(GN_ACTION_REFCLOCK_SAMPLE);
	b.u.sample.local.whole.seconds = 1;
	check_differs(a, b);
	b = a;
	b.u.sample.local.fraction = 1;
	check_differs(a, b);
	b = a;
	b.u.sample.offset.nanoseconds = -1;
	check_differs(a, b);
	b = a;
	b.u.sample.offset.fraction = 1;
	check_differs(a, b);
	b = a;
	b.u.sample.leap = -1;
	check_differs(a, b);
	check_differs(some_action(GN_ACTION_OPEN_PORT), some_action(GN_ACTION_CLOSE_PORT));

	a = b = some_action(GN_ACTION_REPORT);
	a.u.report = &report;
	b.u.report = &other_report;
	other_report = report;
	other_report.number[6] = 1;
	check_differs(a, b);
	other_report = report;
	other_report.text = "eth0";
	check_differs(a, b);
	other_report = report;
	other_report.identity.port_number = 3;
	check_differs(a, b);
}
