/* src/sim/network/capture.c -- wraps PTP octets in the headers that a transport puts around them, from the outside in; lengths and
 * checksums are put in when what they cover is there. */
#include "sim/network/capture.h"

#include <string.h>

#define MAGIC_NANOSECONDS 0xA1B23C4Du
#define LINK_TYPE_ETHERNET 1
#define ETHERTYPE_PTP 0x88F7
#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86DD
#define ETHERTYPE_VLAN 0x8100
#define UDP_PORT_EVENT 319
#define UDP_PORT_GENERAL 320
#define PROTOCOL_UDP 17
#define FRAME_MIN 60 /* without the check sequence */

/* ---- octets ------------------------------------------------------------------------------------------------------ */

static uint8_t *put_u16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return at + 2;
}

/* The file's header and records are of the writer's byte order; ours is little-endian on every machine. */
static uint8_t *put_u32_little(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++) {
		at[i] = (uint8_t)(value >> (8 * i));
	}
	return at + 4;
}

static uint8_t *put_octets(uint8_t *at, const void *from, size_t length)
{
	memcpy(at, from, length);
	return at + length;
}

/* ---- checksums --------------------------------------------------------------------------------------------------- */

static uint32_t sum_octets(uint32_t sum, const uint8_t *octets, size_t length)
{
	for (size_t i = 0; i + 1 < length; i += 2) {
		sum += (uint32_t)(octets[i] << 8 | octets[i + 1]);
	}
	return length % 2 ? sum + (uint32_t)(octets[length - 1] << 8) : sum;
}

static uint16_t folded(uint32_t sum)
{
	while (sum >> 16) {
		sum = (sum & 0xFFFF) + (sum >> 16);
	}
	return (uint16_t)~sum;
}

/* ---- UDP --------------------------------------------------------------------------------------------------------- */

static const uint8_t ipv4_groups[2][4] = { { 224, 0, 1, 129 }, { 224, 0, 0, 107 } };
static const uint8_t ipv6_groups[2][16] = { { 0xFF, 0x0E, [14] = 0x01, 0x81 }, { 0xFF, 0x02, [15] = 0x6B } };

/* The sender's address; one that has none of this protocol gets a private one made of its hardware address. */
static void source_address(const struct frame *f, unsigned size, uint8_t out[16])
{
	if (f->source.length == size) {
		memcpy(out, f->source.octets, size);
		return;
	}
	memset(out, 0, 16);
	out[0] = size == 4 ? 10 : 0xFE;
	out[1] = size == 4 ? f->source_mac[3] : 0x80;
	memcpy(out + size - 2, f->source_mac + 4, 2);
	if (size == 16) {
		memcpy(out + 10, f->source_mac, 6);
	}
}

static const uint8_t *destination_address(const struct frame *f, unsigned size)
{
	if (f->is_unicast && f->destination.length == size) {
		return f->destination.octets;
	}
	return size == 4 ? ipv4_groups[f->is_pdelay] : ipv6_groups[f->is_pdelay];
}

static uint8_t *put_udp(uint8_t *at, const struct frame *f, const uint8_t *addresses, unsigned size)
{
	unsigned port = f->is_event ? UDP_PORT_EVENT : UDP_PORT_GENERAL;
	unsigned length = 8u + f->length;
	uint8_t *start = at;
	uint32_t sum = PROTOCOL_UDP + length;
	uint16_t check;

	at = put_u16(at, port);
	at = put_u16(at, port);
	at = put_u16(at, length);
	at = put_u16(at, 0);
	at = put_octets(at, f->octets, f->length);
	sum = sum_octets(sum, addresses, (size_t)2 * size);
	check = folded(sum_octets(sum, start, length));
	put_u16(start + 6, check ? check : 0xFFFF);
	return at;
}

static uint8_t *put_ipv4(uint8_t *at, const struct frame *f)
{
	uint8_t *start = at, source[16];

	*at++ = 0x45;
	*at++ = 0xB8; /* DSCP 46 */
	at = put_u16(at, 28u + f->length);
	at = put_u16(at, 0);
	at = put_u16(at, 0x4000); /* not to be fragmented */
	*at++ = 1;
	*at++ = PROTOCOL_UDP;
	at = put_u16(at, 0);
	source_address(f, 4, source);
	at = put_octets(at, source, 4);
	at = put_octets(at, destination_address(f, 4), 4);
	put_u16(start + 10, folded(sum_octets(0, start, 20)));
	return put_udp(at, f, start + 12, 4);
}

static uint8_t *put_ipv6(uint8_t *at, const struct frame *f)
{
	uint8_t *start = at, source[16];

	at = put_u16(at, 0x6000);
	at = put_u16(at, 0);
	at = put_u16(at, 8u + f->length);
	*at++ = PROTOCOL_UDP;
	*at++ = 1;
	source_address(f, 16, source);
	at = put_octets(at, source, 16);
	at = put_octets(at, destination_address(f, 16), 16);
	return put_udp(at, f, start + 8, 16);
}

/* ---- Ethernet ---------------------------------------------------------------------------------------------------- */

size_t capture_wrap(const struct frame *f, uint8_t out[CAPTURE_FRAME_MAX])
{
	uint8_t *at = put_octets(out, f->destination_mac, 6);

	at = put_octets(at, f->source_mac, 6);
	if (f->vlan || f->priority) {
		at = put_u16(at, ETHERTYPE_VLAN);
		at = put_u16(at, (unsigned)f->priority << 13 | (f->vlan & 0xFFFu));
	}
	if (f->transport == GN_PROTOCOL_UDP_IPV4) {
		at = put_ipv4(put_u16(at, ETHERTYPE_IPV4), f);
	} else if (f->transport == GN_PROTOCOL_UDP_IPV6) {
		at = put_ipv6(put_u16(at, ETHERTYPE_IPV6), f);
	} else {
		at = put_octets(put_u16(at, ETHERTYPE_PTP), f->octets, f->length);
	}
	while (at - out < FRAME_MIN) {
		*at++ = 0;
	}
	return (size_t)(at - out);
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

static void give(struct capture *c, const uint8_t *octets, size_t length)
{
	c->sink(c->context, (const char *)octets, length);
}

static void take_frame(struct tap *tap, struct link *link, int from_side, const struct frame *frame)
{
	struct capture *c = tap->context;
	uint8_t record[16 + CAPTURE_FRAME_MAX], *at = record;
	int64_t now_ps = link->queue->now_ps;
	size_t length = capture_wrap(frame, record + 16);

	(void)from_side;
	at = put_u32_little(at, (uint32_t)(c->start_seconds + (uint64_t)(now_ps / PS_PER_SECOND)));
	at = put_u32_little(at, (uint32_t)(now_ps % PS_PER_SECOND / PS_PER_NS));
	at = put_u32_little(at, (uint32_t)length);
	put_u32_little(at, (uint32_t)length);
	give(c, record, 16 + length);
	c->frames++;
}

void capture_init(struct capture *capture, struct link *link, uint64_t start_seconds, report_sink sink,
		  void *context)
{
	uint8_t header[24] = { 0 }, *at = put_u32_little(header, MAGIC_NANOSECONDS);

	*capture = (struct capture){
		.link = link, .start_seconds = start_seconds, .sink = sink, .context = context
	};
	capture->tap = (struct tap){ .frame = take_frame, .context = capture, .sees_injected = true };
	link_add_tap(link, &capture->tap);
	*at = 2; /* version 2.4 */
	header[6] = 4;
	put_u32_little(header + 16, CAPTURE_FRAME_MAX);
	put_u32_little(header + 20, LINK_TYPE_ETHERNET);
	give(capture, header, sizeof(header));
}
