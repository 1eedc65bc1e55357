/* src/sim/node/card.c -- as a site's own daemon for its timing card does it: a SET of GRANDMASTER_SETTINGS_NP with each
 * change of the card's state. */
#include "sim/node/card.h"

#include "core/wire/management.h"
#include "sim/node/clock.h"
#include "sim/world.h"

#include <string.h>

#define UNKNOWN_VARIANCE 0xFFFF
#define PRIMARY_VARIANCE 0x4E5D
#define OF_PTP_TIMESCALE (WIRE_TIME_PTP_TIMESCALE | WIRE_TIME_CURRENT_UTC_OFFSET_VALID) /* alone */
#define TRACEABLE                                                                                            \
	(WIRE_TIME_CURRENT_UTC_OFFSET_VALID | WIRE_TIME_PTP_TIMESCALE | WIRE_TIME_TIME_TRACEABLE |           \
	 WIRE_TIME_FREQUENCY_TRACEABLE)

/* Tables 4 and 5 of IEEE 1588-2019: a primary reference, one that was, a clock like any other. */
static const struct wire_grandmaster_settings_np settings_by_state[] = {
	[CARD_SEARCHING] = { { 248, 0xFE, UNKNOWN_VARIANCE },
			     0,
			     WIRE_TIME_PTP_TIMESCALE,
			     GN_TIME_SOURCE_INTERNAL_OSCILLATOR },
	[CARD_LOCKED] = { { 6, 0x21, PRIMARY_VARIANCE }, 0, TRACEABLE, GN_TIME_SOURCE_GNSS },
	[CARD_HOLDOVER] = { { 7, 0x21, PRIMARY_VARIANCE }, 0, TRACEABLE, GN_TIME_SOURCE_GNSS },
};

/* A leap second is announced on its day (9.4): which, in a world, is its first. */
static uint8_t leap_flag(const struct world *world)
{
	if (world->queue.now_ps >= world_leap_ps(world)) {
		return 0;
	}
	return world->leap > 0 ? WIRE_TIME_LEAP61 : world->leap < 0 ? WIRE_TIME_LEAP59 : 0;
}

static size_t encode(const struct node *node, enum card_state state, uint8_t *out, size_t size)
{
	const struct wire_management_kind *kind = wire_management_kind(WIRE_GRANDMASTER_SETTINGS_NP);
	const struct world *world = node->world;
	union wire_management_data data = { .grandmaster_settings_np = settings_by_state[state] };
	struct wire_message m = wire_message_of(GN_MANAGEMENT, (uint8_t)node->config->ptp_minor_version);
	uint8_t tlv[64], field[32];
	struct wire_writer f = wire_writer(field, sizeof(field));
	struct wire_writer w = wire_writer(tlv, sizeof(tlv));

	data.grandmaster_settings_np.current_utc_offset = (int16_t)world_utc_offset(world,
										    world->queue.now_ps);
	if (node->is_utc) {
		data.grandmaster_settings_np.flags &= (uint8_t)~OF_PTP_TIMESCALE;
	} else if (state != CARD_SEARCHING) {
		data.grandmaster_settings_np.flags |= leap_flag(world);
	}
	wire_management_encode(&f, kind, &data);
	wire_put_u16(&w, WIRE_TLV_MANAGEMENT);
	wire_put_u16(&w, (uint16_t)(2 + f.at));
	wire_put_u16(&w, WIRE_GRANDMASTER_SETTINGS_NP);
	wire_put_octets(&w, field, f.at);
	m.header.domain_number = (uint8_t)node->config->domain_number;
	m.header.major_sdo_id = (uint8_t)node->config->port.transport_specific;
	m.header.source_port_identity.port_number = 1;
	memset(&m.body.management.target_port_identity, 0xFF, sizeof(m.body.management.target_port_identity));
	m.body.management.action_field = WIRE_SET;
	m.tlvs = tlv;
	m.tlvs_length = w.at;
	return wire_encode(&m, out, size);
}

/* A clock on UTC is served as it is, as an arbitrary timescale: its kernel, not the network, learns of the leap second. */
static void tell(struct node *node, enum card_state state)
{
	uint8_t octets[GN_FRAME_MAX];
	size_t length = encode(node, state, octets, sizeof(octets));

	if (node->is_utc && state != CARD_SEARCHING) {
		node_clock_tell_leap(node, leap_flag(node->world) ? node->world->leap : 0);
	}
	node_manage(node, octets, length);
}

static void tell_touched(void *object, void *argument)
{
	struct node *node = object;
	struct gn_event touched = { .type = GN_EVENT_CLOCK_TOUCHED, .u.touched.epoch = node->epoch };

	if (!node_defers(node, tell_touched, object, argument)) {
		node_feed(node, &touched);
	}
}

static void told(void *context, enum card_state state, bool has_stepped)
{
	struct node *node = context;

	if (has_stepped) {
		node->epoch++;
		tell_touched(node, NULL);
	}
	tell(node, state);
}

bool node_card_insert(struct node *node)
{
	struct gnss *receiver = world_receiver(node->world, node->settings.reference);

	node->card = receiver ? gnss_card_new(receiver, node->clock, told, node) : NULL;
	if (node->card && node->is_utc) {
		gnss_card_keep_behind(node->card, node->world->utc_offset);
	}
	return node->card;
}

void node_card_tell(struct node *node)
{
	if (node->card && gnss_card_state(node->card) != CARD_SEARCHING) {
		tell(node, gnss_card_state(node->card));
	}
}
