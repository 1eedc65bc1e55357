/* src/report/recording.c -- the octets of a recording.
 *
 *   file:    "GNOMONR1" version build layout seed sequence wall clock identity configuration snapshot checksum, records
 *   record:  0x00 + event type    now, raw - now (differences), port, what the event says
 *            0x40 + action type   hash
 *            0x7F                 checksum of the octets since the last one (or since the header)
 *
 * Fields that are mostly zero are left out, flags say which. The reader refuses what no driver would say: a value out of
 * range is a damaged file, not an event for the instance to stumble over. */
#include "report/recording.h"

#include "gnomon/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TAG_ACTION 0x40
#define TAG_CHECK 0x7F
#define EVENT_TYPES (GN_EVENT_TEMPERATURE + 1)
#define ACTION_TYPES (GN_ACTION_REPORT + 1)

#define FRAME_LENGTH_MAX 65536          /* more than any driver has room for */
#define INSTANT_END ((int64_t)1 << 62)  /* sums with an interval fit */
#define RATE_END ((int64_t)1 << 62)     /* differences fit */
#define SECONDS_END ((uint64_t)1 << 62) /* likewise; a clock before 1970 wraps */

/* ---- checksums: CRC-32, four bits at a time ---- */

#define CHECKSUM_START 0xFFFFFFFFu

static uint32_t checksum_add(uint32_t sum, const uint8_t *octets, size_t size)
{
	static const uint32_t table[16] = {
		0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
		0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
		0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
	};

	for (size_t i = 0; i < size; i++) {
		sum ^= octets[i];
		sum = sum >> 4 ^ table[sum & 0xF];
		sum = sum >> 4 ^ table[sum & 0xF];
	}
	return sum;
}

/* ---- putting ---- */

static bool make_room(struct recording_buffer *b, size_t size)
{
	size_t room = b->room ? b->room : 4096;
	uint8_t *octets;

	if (b->is_out_of_memory) {
		return false;
	}
	if (size <= b->room - b->length) {
		return true;
	}
	while (size > room - b->length) {
		if (room > SIZE_MAX / 2) {
			b->is_out_of_memory = true;
			return false;
		}
		room *= 2;
	}
	octets = realloc(b->octets, room);
	if (!octets) {
		b->is_out_of_memory = true;
		return false;
	}
	b->octets = octets;
	b->room = room;
	return true;
}

static void put_octets(struct recording_buffer *b, const void *octets, size_t size)
{
	if (size > 0 && make_room(b, size)) {
		memcpy(b->octets + b->length, octets, size);
		b->length += size;
		b->checksum = checksum_add(b->checksum, octets, size);
	}
}

static void put_u8(struct recording_buffer *b, unsigned value)
{
	uint8_t octet = (uint8_t)value;

	put_octets(b, &octet, 1);
}

/* Fixed length, the lowest octet first. */
static void put_fixed(struct recording_buffer *b, uint64_t value, size_t size)
{
	uint8_t octets[8];

	for (size_t i = 0; i < size; i++) {
		octets[i] = (uint8_t)(value >> (8 * i));
	}
	put_octets(b, octets, size);
}

/* LEB128: seven bits an octet, the lowest first; the highest bit says that more follow. */
static void put_unsigned(struct recording_buffer *b, uint64_t value)
{
	uint8_t octets[10];
	size_t size = 0;

	do {
		octets[size++] = (uint8_t)((value & 0x7F) | (value > 0x7F ? 0x80 : 0));
		value >>= 7;
	} while (value > 0);
	put_octets(b, octets, size);
}

/* Zigzag: small magnitudes of either sign become small numbers. */
static void put_signed(struct recording_buffer *b, int64_t value)
{
	put_unsigned(b, (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0));
}

static void put_sized(struct recording_buffer *b, const void *octets, size_t size)
{
	put_unsigned(b, size);
	put_octets(b, octets, size);
}

/* An array without the zeros at its end. */
static void put_array(struct recording_buffer *b, const void *octets, size_t size)
{
	const uint8_t *o = octets;

	while (size > 0 && o[size - 1] == 0) {
		size--;
	}
	put_sized(b, octets, size);
}

static void put_precise(struct recording_buffer *b, const struct gn_precise *time)
{
	put_unsigned(b, time->whole.seconds);
	put_unsigned(b, time->whole.nanoseconds);
	put_unsigned(b, time->fraction);
}

enum stamp_flag {
	STAMP_STATUS = 0x0F,
	STAMP_HAS_TIME = 0x10,
	STAMP_HAS_EPOCH = 0x20,
	STAMP_HAS_CLOCK = 0x40
};

static void put_stamp(struct recording_buffer *b, const struct gn_stamp *stamp)
{
	bool has_time = stamp->time.whole.seconds || stamp->time.whole.nanoseconds || stamp->time.fraction;

	put_u8(b, (stamp->status & STAMP_STATUS) | (has_time ? STAMP_HAS_TIME : 0) |
			  (stamp->epoch ? STAMP_HAS_EPOCH : 0) | (stamp->clock ? STAMP_HAS_CLOCK : 0));
	if (has_time) {
		put_precise(b, &stamp->time);
	}
	if (stamp->epoch) {
		put_unsigned(b, stamp->epoch);
	}
	if (stamp->clock) {
		put_u8(b, stamp->clock);
	}
}

static void put_address(struct recording_buffer *b, const struct gn_address *address)
{
	put_unsigned(b, address->network_protocol);
	put_u8(b, address->length);
	put_array(b, address->octets, sizeof(address->octets));
}

enum frame_flag {
	FRAME_IS_UNICAST = 0x01,
	FRAME_IS_GENERAL = 0x02,
	FRAME_IS_LOCAL = 0x04,
	FRAME_MAY_CHANGE = 0x08,
	FRAME_HAS_SOFTWARE_STAMP = 0x10,
	FRAME_FLAGS = 0x1F,
};

static void put_received(struct recording_buffer *b, const struct gn_event *event)
{
	const struct gn_frame_received *frame = &event->u.received;

	put_u8(b, (frame->is_unicast ? FRAME_IS_UNICAST : 0u) | (frame->is_general ? FRAME_IS_GENERAL : 0u) |
			  (frame->is_local ? FRAME_IS_LOCAL : 0u) |
			  (frame->may_change ? FRAME_MAY_CHANGE : 0u) |
			  (frame->software_stamp.ns ? FRAME_HAS_SOFTWARE_STAMP : 0u));
	put_sized(b, frame->octets, frame->length);
	put_stamp(b, &frame->stamp);
	if (frame->software_stamp.ns) {
		put_signed(b, frame->software_stamp.ns);
	}
	put_address(b, &frame->source);
}

static void put_sent(struct recording_buffer *b, const struct gn_event *event)
{
	put_unsigned(b, event->u.sent.token);
	put_stamp(b, &event->u.sent.stamp);
}

enum attachment_flag {
	ATTACHMENT_LINK_IS_UP = 0x01,
	ATTACHMENT_IS_VIRTUAL_CLOCK = 0x02,
	ATTACHMENT_IS_FALLBACK = 0x04,
	ATTACHMENT_IS_CHANGED_PROVIDER = 0x08,
	ATTACHMENT_FLAGS = 0x0F,
};

static void put_attachment(struct recording_buffer *b, const struct gn_port_attachment *a)
{
	put_u8(b, (a->link_is_up ? ATTACHMENT_LINK_IS_UP : 0u) |
			  (a->is_virtual_clock ? ATTACHMENT_IS_VIRTUAL_CLOCK : 0u) |
			  (a->is_fallback ? ATTACHMENT_IS_FALLBACK : 0u) |
			  (a->is_changed_provider ? ATTACHMENT_IS_CHANGED_PROVIDER : 0u));
	put_unsigned(b, a->speed_mbps);
	put_u8(b, a->physical_address_length);
	put_array(b, a->physical_address, sizeof(a->physical_address));
	put_address(b, &a->protocol_address);
	put_signed(b, a->phc_index);
	put_u8(b, a->time_stamping);
	put_array(b, a->label, sizeof(a->label));
}

static void put_opened(struct recording_buffer *b, const struct gn_event *event)
{
	put_u8(b, event->u.opened.is_open);
	put_attachment(b, &event->u.opened.attachment);
}

static void put_link(struct recording_buffer *b, const struct gn_event *event)
{
	put_attachment(b, &event->u.link);
}

enum answer_flag {
	ANSWER_IS_DONE = 0x01,
	ANSWER_HAS_PREVIOUS = 0x02,
	ANSWER_IS_UTC = 0x04,
	ANSWER_HAS_MEMORY = 0x08,
	ANSWER_FLAGS = 0x0F
};

static void put_answered(struct recording_buffer *b, const struct gn_event *event)
{
	const struct gn_clock_answer *answer = &event->u.clock;

	put_u8(b, answer->operation);
	put_u8(b,
	       (answer->is_done ? ANSWER_IS_DONE : 0u) | (answer->has_previous ? ANSWER_HAS_PREVIOUS : 0u) |
		       (answer->is_utc ? ANSWER_IS_UTC : 0u) | (answer->has_memory ? ANSWER_HAS_MEMORY : 0u));
	put_signed(b, answer->error);
	put_signed(b, answer->rate.scaled_ppb);
	put_signed(b, answer->rate_limit.scaled_ppb);
	put_signed(b, answer->previous.scaled_ppb);
	put_unsigned(b, answer->epoch);
	put_precise(b, &answer->time);
	if (answer->has_memory) {
		put_signed(b, answer->memory.frequency.scaled_ppb);
		put_signed(b, answer->memory.deviation.scaled_ppb);
	}
}

static void put_touched(struct recording_buffer *b, const struct gn_event *event)
{
	put_unsigned(b, event->u.touched.epoch);
}

static void put_temperature(struct recording_buffer *b, const struct gn_event *event)
{
	put_signed(b, event->u.temperature.millidegrees);
}

static void (*const put_body[EVENT_TYPES])(struct recording_buffer *, const struct gn_event *) = {
	[GN_EVENT_FRAME_RECEIVED] = put_received, [GN_EVENT_FRAME_SENT] = put_sent,
	[GN_EVENT_PORT_OPENED] = put_opened,      [GN_EVENT_LINK] = put_link,
	[GN_EVENT_CLOCK_ANSWERED] = put_answered, [GN_EVENT_CLOCK_TOUCHED] = put_touched,
	[GN_EVENT_TEMPERATURE] = put_temperature,
};

/* Modulo 2^64, so that any two times have a difference. */
static int64_t difference(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

static int64_t sum(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

void recording_put_event(struct recording_buffer *buffer, const struct gn_event *event)
{
	int64_t now_ns = difference(event->now.ns, buffer->last_now_ns);

	put_u8(buffer, event->type);
	put_signed(buffer, now_ns);
	/* The two clocks run nearly alike. */
	put_signed(buffer, difference(difference(event->raw_ns, buffer->last_raw_ns), now_ns));
	put_unsigned(buffer, event->port);
	if (event->type < EVENT_TYPES && put_body[event->type]) {
		put_body[event->type](buffer, event);
	}
	buffer->last_now_ns = event->now.ns;
	buffer->last_raw_ns = event->raw_ns;
}

void recording_put_action(struct recording_buffer *buffer, const struct gn_action *action)
{
	put_u8(buffer, TAG_ACTION + (unsigned)action->type);
	put_fixed(buffer, recording_hash(action), 4);
}

void recording_put_check(struct recording_buffer *buffer)
{
	put_u8(buffer, TAG_CHECK);
	put_fixed(buffer, buffer->checksum, 4);
	buffer->checksum = CHECKSUM_START;
}

void recording_put_header(struct recording_buffer *buffer, const struct recording_header *header)
{
	buffer->checksum = CHECKSUM_START;
	put_octets(buffer, RECORDING_MAGIC, sizeof(RECORDING_MAGIC) - 1);
	put_unsigned(buffer, RECORDING_VERSION);
	put_array(buffer, header->build, sizeof(header->build));
	put_fixed(buffer, header->layout, 8);
	put_fixed(buffer, header->seed, 8);
	put_unsigned(buffer, header->sequence);
	put_signed(buffer, header->wall_clock_ns);
	put_octets(buffer, header->identity.octets, sizeof(header->identity.octets));
	put_sized(buffer, header->configuration, header->configuration_size);
	put_sized(buffer, header->snapshot, header->snapshot_size);
	put_fixed(buffer, buffer->checksum, 4);
	buffer->checksum = CHECKSUM_START;
	buffer->last_now_ns = 0;
	buffer->last_raw_ns = 0;
}

void recording_buffer_free(struct recording_buffer *buffer)
{
	free(buffer->octets);
	*buffer = (struct recording_buffer){ 0 };
}

/* ---- the hash of an action: FNV-1a over its numbers, never over padding ---- */

static uint64_t hash_octets(uint64_t hash, const void *octets, size_t size)
{
	const uint8_t *o = octets;

	for (size_t i = 0; i < size; i++) {
		hash = (hash ^ o[i]) * 0x100000001B3u;
	}
	return hash;
}

static uint64_t hash_number(uint64_t hash, uint64_t number)
{
	for (int i = 0; i < 8; i++) {
		hash = (hash ^ (number >> (8 * i) & 0xFF)) * 0x100000001B3u;
	}
	return hash;
}

static uint64_t hash_send(uint64_t hash, const struct gn_send *send)
{
	size_t size = send->address.length < sizeof(send->address.octets) ? send->address.length
									  : sizeof(send->address.octets);

	hash = hash_number(hash, send->length);
	hash = hash_octets(hash, send->octets, send->length);
	hash = hash_number(hash, send->token);
	hash = hash_number(hash, send->message_type | (uint64_t)send->destination << 8 |
					 (uint64_t)send->is_event << 16 | (uint64_t)send->is_one_step << 17);
	if (send->destination == GN_TO_ADDRESS) {
		hash = hash_number(hash,
				   send->address.network_protocol | (uint64_t)send->address.length << 16);
		hash = hash_octets(hash, send->address.octets, size);
	}
	return hash;
}

static uint64_t hash_sample(uint64_t hash, const struct gn_refclock_sample *sample)
{
	hash = hash_number(hash, sample->local.whole.seconds);
	hash = hash_number(hash, sample->local.whole.nanoseconds | (uint64_t)sample->local.fraction << 32);
	hash = hash_number(hash, (uint64_t)sample->offset.nanoseconds);
	return hash_number(hash, sample->offset.fraction | (uint64_t)(uint8_t)sample->leap << 16);
}

static uint64_t hash_report(uint64_t hash, const struct gn_report *report)
{
	hash = hash_number(hash, report->id | (uint64_t)report->port << 16 |
					 (uint64_t)report->identity.port_number << 32);
	hash = hash_octets(hash, report->identity.clock_identity.octets,
			   sizeof(report->identity.clock_identity.octets));
	for (size_t i = 0; i < sizeof(report->number) / sizeof(report->number[0]); i++) {
		hash = hash_number(hash, (uint64_t)report->number[i]);
	}
	return report->text ? hash_octets(hash, report->text, strlen(report->text) + 1) : hash;
}

uint32_t recording_hash(const struct gn_action *action)
{
	uint64_t hash = hash_number(0xCBF29CE484222325u, action->type | (uint64_t)action->port << 8);

	switch (action->type) {
	case GN_ACTION_SEND:
		hash = hash_send(hash, &action->u.send);
		break;
	case GN_ACTION_CLOCK_SET_RATE:
		hash = hash_number(hash, (uint64_t)action->u.rate.scaled_ppb);
		break;
	case GN_ACTION_CLOCK_STEP:
	case GN_ACTION_CLOCK_SET_PHASE:
		hash = hash_number(hash_number(hash, (uint64_t)action->u.step.nanoseconds),
				   action->u.step.fraction);
		break;
	case GN_ACTION_CLOCK_SET_TAI_OFFSET:
		hash = hash_number(hash, (uint64_t)action->u.tai_offset);
		break;
	case GN_ACTION_CLOCK_SET_LEAP:
		hash = hash_number(hash, (uint64_t)action->u.leap);
		break;
	case GN_ACTION_CLOCK_REMEMBER:
		hash = hash_number(hash_number(hash, (uint64_t)action->u.memory.frequency.scaled_ppb),
				   (uint64_t)action->u.memory.deviation.scaled_ppb);
		break;
	case GN_ACTION_CLOCK_IS_SYNCHRONIZED:
		hash = hash_number(hash, action->u.is_ptp_timescale);
		break;
	case GN_ACTION_REFCLOCK_SAMPLE:
		hash = hash_sample(hash, &action->u.sample);
		break;
	case GN_ACTION_REPORT:
		hash = hash_report(hash, action->u.report);
		break;
	default:
		break;
	}
	return (uint32_t)(hash >> 32 ^ hash);
}

/* ---- getting: the first thing that is wrong stays in `why`, and from then on everything is zero ---- */

__attribute__((format(printf, 2, 3))) static void bad(struct recording_reader *r, const char *format, ...)
{
	va_list arguments;

	if (r->why[0] == '\0') {
		va_start(arguments, format);
		vsnprintf(r->why, sizeof(r->why), format, arguments);
		va_end(arguments);
	}
}

static bool is_bad(const struct recording_reader *r)
{
	return r->why[0] != '\0';
}

static const uint8_t *get_octets(struct recording_reader *r, size_t size)
{
	const uint8_t *octets = r->octets + r->at;

	if (is_bad(r)) {
		return NULL;
	}
	if (size > r->length - r->at) {
		bad(r, "the file ends inside what begins at octet %zu", r->summed);
		return NULL;
	}
	r->at += size;
	return octets;
}

static unsigned get_u8(struct recording_reader *r)
{
	const uint8_t *octets = get_octets(r, 1);

	return octets ? *octets : 0;
}

static uint64_t get_fixed(struct recording_reader *r, size_t size)
{
	const uint8_t *octets = get_octets(r, size);
	uint64_t value = 0;

	for (size_t i = 0; octets && i < size; i++) {
		value |= (uint64_t)octets[i] << (8 * i);
	}
	return value;
}

static uint64_t get_unsigned(struct recording_reader *r)
{
	uint64_t value = 0;
	unsigned octet;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		octet = get_u8(r);
		value |= (uint64_t)(octet & 0x7F) << shift;
		if (!(octet & 0x80)) {
			if (shift == 63 && octet > 1) {
				break;
			}
			return value;
		}
	}
	bad(r, "octet %zu: a number of more than 64 bits", r->at);
	return 0;
}

/* At most `most`, which `what` names. */
static uint64_t get_at_most(struct recording_reader *r, uint64_t most, const char *what)
{
	uint64_t value = get_unsigned(r);

	if (value > most) {
		bad(r, "octet %zu: %s is %llu: at most %llu is possible", r->at, what,
		    (unsigned long long)value, (unsigned long long)most);
		return 0;
	}
	return value;
}

static unsigned get_flags(struct recording_reader *r, unsigned known, const char *what)
{
	unsigned flags = get_u8(r);

	if (flags & ~known) {
		bad(r, "octet %zu: %s are 0x%02X: no such flags", r->at, what, flags);
		return 0;
	}
	return flags;
}

static int64_t get_signed(struct recording_reader *r)
{
	uint64_t value = get_unsigned(r);

	return (int64_t)(value >> 1 ^ (value & 1 ? UINT64_MAX : 0));
}

static int64_t get_between(struct recording_reader *r, int64_t least, int64_t most, const char *what)
{
	int64_t value = get_signed(r);

	if (value < least || value > most) {
		bad(r, "octet %zu: %s is %lld: not possible", r->at, what, (long long)value);
		return 0;
	}
	return value;
}

static const uint8_t *get_sized(struct recording_reader *r, size_t most, size_t *size, const char *what)
{
	*size = (size_t)get_at_most(r, most, what);
	return get_octets(r, *size);
}

static void get_array(struct recording_reader *r, void *out, size_t size, const char *what)
{
	size_t given;
	const uint8_t *octets = get_sized(r, size, &given, what);

	if (octets && given > 0) {
		memcpy(out, octets, given);
	}
}

static void get_precise(struct recording_reader *r, struct gn_precise *out)
{
	out->whole.seconds = get_unsigned(r);
	out->whole.nanoseconds = (uint32_t)get_at_most(r, UINT32_MAX, "nanoseconds");
	out->fraction = (uint16_t)get_at_most(r, UINT16_MAX, "the fraction");
}

static void get_stamp(struct recording_reader *r, struct gn_stamp *out)
{
	unsigned flags = get_flags(r, STAMP_STATUS | STAMP_HAS_TIME | STAMP_HAS_EPOCH | STAMP_HAS_CLOCK,
				   "the flags of a timestamp");

	if ((flags & STAMP_STATUS) >= GN_STAMP_STATUSES) {
		bad(r, "octet %zu: the status of a timestamp is %u: there is none such", r->at,
		    flags & STAMP_STATUS);
		return;
	}
	out->status = (uint8_t)(flags & STAMP_STATUS);
	if (flags & STAMP_HAS_TIME) {
		get_precise(r, &out->time);
	}
	if (flags & STAMP_HAS_EPOCH) {
		out->epoch = (uint32_t)get_at_most(r, UINT32_MAX, "the epoch");
	}
	if (flags & STAMP_HAS_CLOCK) {
		out->clock = (uint8_t)get_u8(r);
	}
}

static void get_address(struct recording_reader *r, struct gn_address *out)
{
	out->network_protocol = (uint16_t)get_at_most(r, UINT16_MAX, "networkProtocol");
	out->length = (uint8_t)get_at_most(r, sizeof(out->octets), "the length of an address");
	get_array(r, out->octets, sizeof(out->octets), "the length of an address");
}

static void get_received(struct recording_reader *r, struct gn_event *event)
{
	struct gn_frame_received *frame = &event->u.received;
	unsigned flags = get_flags(r, FRAME_FLAGS, "the flags of a frame");

	frame->is_unicast = flags & FRAME_IS_UNICAST;
	frame->is_general = flags & FRAME_IS_GENERAL;
	frame->is_local = flags & FRAME_IS_LOCAL;
	frame->may_change = flags & FRAME_MAY_CHANGE;
	frame->octets = get_sized(r, FRAME_LENGTH_MAX, &frame->length, "the length of a frame");
	get_stamp(r, &frame->stamp);
	if (flags & FRAME_HAS_SOFTWARE_STAMP) {
		frame->software_stamp.ns = get_signed(r);
	}
	get_address(r, &frame->source);
}

static void get_sent(struct recording_reader *r, struct gn_event *event)
{
	event->u.sent.token = (uint32_t)get_at_most(r, UINT32_MAX, "a token");
	get_stamp(r, &event->u.sent.stamp);
}

static void get_attachment(struct recording_reader *r, struct gn_port_attachment *out)
{
	unsigned flags = get_flags(r, ATTACHMENT_FLAGS, "the flags of a port");

	out->link_is_up = flags & ATTACHMENT_LINK_IS_UP;
	out->is_virtual_clock = flags & ATTACHMENT_IS_VIRTUAL_CLOCK;
	out->is_fallback = flags & ATTACHMENT_IS_FALLBACK;
	out->is_changed_provider = flags & ATTACHMENT_IS_CHANGED_PROVIDER;
	out->speed_mbps = (uint32_t)get_at_most(r, UINT32_MAX, "the speed of a link");
	out->physical_address_length = (uint8_t)get_at_most(r, sizeof(out->physical_address),
							    "the length of an address");
	get_array(r, out->physical_address, sizeof(out->physical_address), "the length of an address");
	get_address(r, &out->protocol_address);
	out->phc_index = (int32_t)get_between(r, INT32_MIN, INT32_MAX, "the number of a hardware clock");
	out->time_stamping = (uint8_t)get_u8(r);
	get_array(r, out->label, sizeof(out->label), "the length of a name");
}

static void get_opened(struct recording_reader *r, struct gn_event *event)
{
	event->u.opened.is_open = get_flags(r, 1, "the flags of an opened port") != 0;
	get_attachment(r, &event->u.opened.attachment);
}

static void get_link(struct recording_reader *r, struct gn_event *event)
{
	get_attachment(r, &event->u.link);
}

static void get_rate(struct recording_reader *r, struct gn_rate *out)
{
	out->scaled_ppb = get_between(r, -RATE_END, RATE_END, "a rate");
}

static void get_answered(struct recording_reader *r, struct gn_event *event)
{
	struct gn_clock_answer *answer = &event->u.clock;
	unsigned flags;

	answer->operation = (uint8_t)get_at_most(r, ACTION_TYPES - 1, "what a clock answers");
	flags = get_flags(r, ANSWER_FLAGS, "the flags of a clock's answer");
	answer->is_done = flags & ANSWER_IS_DONE;
	answer->has_previous = flags & ANSWER_HAS_PREVIOUS;
	answer->is_utc = flags & ANSWER_IS_UTC;
	answer->has_memory = flags & ANSWER_HAS_MEMORY;
	answer->error = (int32_t)get_between(r, INT32_MIN, INT32_MAX, "an error");
	get_rate(r, &answer->rate);
	answer->rate_limit.scaled_ppb = get_signed(r);
	get_rate(r, &answer->previous);
	answer->epoch = (uint32_t)get_at_most(r, UINT32_MAX, "the epoch");
	get_precise(r, &answer->time);
	if (answer->time.whole.seconds >= SECONDS_END && answer->time.whole.seconds < -SECONDS_END) {
		bad(r, "octet %zu: a time that no clock shows", r->at);
	}
	if (answer->has_memory) {
		get_rate(r, &answer->memory.frequency);
		get_rate(r, &answer->memory.deviation);
	}
}

static void get_touched(struct recording_reader *r, struct gn_event *event)
{
	event->u.touched.epoch = (uint32_t)get_at_most(r, UINT32_MAX, "the epoch");
}

static void get_temperature(struct recording_reader *r, struct gn_event *event)
{
	event->u.temperature.millidegrees = (int32_t)get_between(r, INT32_MIN, INT32_MAX, "a temperature");
}

static void (*const get_body[EVENT_TYPES])(struct recording_reader *, struct gn_event *) = {
	[GN_EVENT_FRAME_RECEIVED] = get_received, [GN_EVENT_FRAME_SENT] = get_sent,
	[GN_EVENT_PORT_OPENED] = get_opened,      [GN_EVENT_LINK] = get_link,
	[GN_EVENT_CLOCK_ANSWERED] = get_answered, [GN_EVENT_CLOCK_TOUCHED] = get_touched,
	[GN_EVENT_TEMPERATURE] = get_temperature,
};

static enum recording_item get_event(struct recording_reader *r, unsigned type, struct recording_record *out)
{
	struct gn_event *event = &out->event;
	int64_t now_ns = get_signed(r);

	event->type = (uint8_t)type;
	event->now.ns = sum(r->last_now_ns, now_ns);
	event->raw_ns = sum(r->last_raw_ns, sum(get_signed(r), now_ns));
	event->port = (uint16_t)get_at_most(r, UINT16_MAX, "the number of a port");
	if (!is_bad(r) && (event->now.ns < 0 || event->now.ns >= INSTANT_END || event->raw_ns < 0 ||
			   event->raw_ns >= INSTANT_END)) {
		bad(r, "octet %zu: a time that no clock shows", r->at);
	}
	if (get_body[type]) {
		get_body[type](r, event);
	}
	r->last_now_ns = event->now.ns;
	r->last_raw_ns = event->raw_ns;
	return is_bad(r) ? RECORDING_BAD : RECORDING_EVENT;
}

static enum recording_item get_action(struct recording_reader *r, unsigned type, struct recording_record *out)
{
	out->action_type = (uint8_t)type;
	out->action_hash = (uint32_t)get_fixed(r, 4);
	return is_bad(r) ? RECORDING_BAD : RECORDING_ACTION;
}

static void add_to_checksum(struct recording_reader *r, size_t end)
{
	r->checksum = checksum_add(r->checksum, r->octets + r->summed, end - r->summed);
	r->summed = end;
}

/* `sum_at`: where the checksum stands. */
static bool is_as_written(struct recording_reader *r, size_t sum_at)
{
	uint32_t written = (uint32_t)get_fixed(r, 4);

	if (!is_bad(r)) {
		add_to_checksum(r, sum_at);
		if (r->checksum != written) {
			bad(r, "octets %zu to %zu were changed: their checksum is another", r->checked,
			    sum_at - 1);
		}
	}
	if (is_bad(r)) {
		return false;
	}
	r->checksum = CHECKSUM_START;
	r->summed = r->checked = r->at;
	return true;
}

enum recording_item recording_get(struct recording_reader *reader, struct recording_record *out)
{
	struct recording_record record = { 0 };
	enum recording_item item;
	unsigned tag;

	if (is_bad(reader)) {
		return RECORDING_BAD;
	}
	do {
		if (reader->at == reader->length) {
			return RECORDING_END;
		}
		tag = get_u8(reader);
	} while (tag == TAG_CHECK && is_as_written(reader, reader->at));
	if (is_bad(reader)) {
		return RECORDING_BAD;
	}
	if (tag < EVENT_TYPES) {
		item = get_event(reader, tag, &record);
	} else if (tag >= TAG_ACTION && tag < TAG_ACTION + ACTION_TYPES) {
		item = get_action(reader, tag - TAG_ACTION, &record);
	} else {
		bad(reader, "octet %zu: no record begins with 0x%02X", reader->at - 1, tag);
		item = RECORDING_BAD;
	}
	if (item != RECORDING_BAD) {
		add_to_checksum(reader, reader->at);
		*out = record;
	}
	return item;
}

static bool is_of_this_format(struct recording_reader *r)
{
	const uint8_t *magic = get_octets(r, sizeof(RECORDING_MAGIC) - 1);
	uint64_t version;

	if (!magic || memcmp(magic, RECORDING_MAGIC, sizeof(RECORDING_MAGIC) - 1) != 0) {
		r->why[0] = '\0';
		bad(r, "it is no recording: recordings begin with " RECORDING_MAGIC);
		return false;
	}
	version = get_unsigned(r);
	if (!is_bad(r) && version != RECORDING_VERSION) {
		bad(r, "its format is version %llu: this program reads version %d",
		    (unsigned long long)version, RECORDING_VERSION);
	}
	return !is_bad(r);
}

bool recording_get_header(struct recording_reader *reader, struct recording_header *out)
{
	struct recording_header header = { 0 };
	const uint8_t *identity;

	reader->at = reader->summed = reader->checked = 0;
	reader->checksum = CHECKSUM_START;
	reader->last_now_ns = reader->last_raw_ns = 0;
	reader->why[0] = '\0';
	if (!is_of_this_format(reader)) {
		return false;
	}
	get_array(reader, header.build, sizeof(header.build) - 1, "the length of the build's name");
	header.layout = get_fixed(reader, 8);
	header.seed = get_fixed(reader, 8);
	header.sequence = get_unsigned(reader);
	header.wall_clock_ns = get_signed(reader);
	identity = get_octets(reader, sizeof(header.identity.octets));
	if (identity) {
		memcpy(header.identity.octets, identity, sizeof(header.identity.octets));
	}
	header.configuration = (const char *)get_sized(reader, reader->length, &header.configuration_size,
						       "the size of the configuration");
	header.snapshot = get_sized(reader, reader->length, &header.snapshot_size,
				    "the size of the snapshot");
	if (!is_as_written(reader, reader->at)) {
		return false;
	}
	*out = header;
	return true;
}
