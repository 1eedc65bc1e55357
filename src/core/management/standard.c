/* src/core/management/standard.c -- the ids of Table 59, in its order: members of the data sets, as they are. */
#include "core/management/family.h"
#include "core/port/port.h"

#include <string.h>

#define PROFILE_LENGTH 6

/* ---- all node types ---- */

GETTER(nothing)
{
	(void)s;
	(void)out;
}

/* The ping of the standard (15.5.3.1.1): may be set and commanded too, and nothing happens. */
SETTER(nothing)
{
	(void)s;
	(void)data;
	return WIRE_ERROR_NONE;
}

COMMAND(nothing)
{
	(void)s;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "00:1b:19" into octets; up to where it is that, the rest stays. */
static void octets_of(const char *text, uint8_t *out, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int high = hex_digit(text[0]), low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0) {
			return;
		}
		out[i] = (uint8_t)(high << 4 | low);
		if (text[2] == '\0') {
			return;
		}
		text += 3;
	}
}

/* With all zeros configured: that of the default profile in use (Annex I). */
static void profile_identity_of(const struct port *port, uint8_t out[PROFILE_LENGTH])
{
	static const uint8_t automatic[PROFILE_LENGTH] = { 0 };
	static const uint8_t default_e2e[PROFILE_LENGTH] = { 0x00, 0x1B, 0x19, 0x00, 0x01, 0x00 };
	static const uint8_t default_p2p[PROFILE_LENGTH] = { 0x00, 0x1B, 0x19, 0x00, 0x02, 0x00 };
	enum gn_delay_mechanism mechanism = port->ds.delay_mechanism;

	memset(out, 0, PROFILE_LENGTH);
	octets_of(port->config.profile_identity, out, PROFILE_LENGTH);
	if (memcmp(out, automatic, PROFILE_LENGTH) == 0) {
		bool is_p2p = mechanism == GN_DELAY_P2P || mechanism == GN_DELAY_COMMON_P2P;

		memcpy(out, is_p2p ? default_p2p : default_e2e, PROFILE_LENGTH);
	}
}

static uint16_t clock_type_of(const struct gn_instance *instance)
{
	const uint16_t ordinary = 0x8000, boundary = 0x4000;
	uint16_t type = (uint16_t)instance->config.clock_type;

	if (type != 0 && type != ordinary) {
		return type;
	}
	return instance->port_count > 1 ? boundary : ordinary;
}

GETTER(clock_description)
{
	struct wire_clock_description *d = &out->clock_description;
	const struct gn_config *config = &s->instance->config;
	const struct gn_port_attachment *attachment = &s->port->attachment;

	d->clock_type = clock_type_of(s->instance);
	d->physical_layer_protocol = answer_text("IEEE 802.3");
	if (s->port->has_attachment) {
		const size_t most = sizeof(attachment->physical_address); /* of the standard too: 1..16 */
		size_t length = attachment->physical_address_length;

		d->physical_address.octets = attachment->physical_address;
		d->physical_address.length = length < most ? length : most;
		d->protocol_address = wire_port_address_of(&attachment->protocol_address);
	}
	d->protocol_address.network_protocol = (uint16_t)s->port->config.network_transport;
	octets_of(config->manufacturer_identity, d->manufacturer_identity, sizeof(d->manufacturer_identity));
	d->product_description = answer_text(config->product_description);
	d->revision_data = answer_text(config->revision_data);
	d->user_description = answer_text(config->user_description);
	profile_identity_of(s->port, d->profile_identity);
}

GETTER(user_description)
{
	out->user_description.user_description = answer_text(s->instance->config.user_description);
}

/* ---- data sets (15.5.3.3 to 15.5.3.7) ---- */

GETTER(default_data_set)
{
	const struct default_ds *ds = &s->instance->default_ds;
	unsigned flags = 0;

	flags |= ds->two_step_flag ? WIRE_DEFAULT_TWO_STEP_FLAG : 0;
	flags |= ds->time_receiver_only ? WIRE_DEFAULT_SLAVE_ONLY : 0;
	out->default_data_set = (struct wire_default_data_set){
		.flags = (uint8_t)flags,
		.number_ports = ds->number_ports,
		.priority1 = ds->priority1,
		.clock_quality = ds->clock_quality,
		.priority2 = ds->priority2,
		.clock_identity = ds->clock_identity,
		.domain_number = ds->domain_number,
	};
}

GETTER(current_data_set)
{
	const struct current_ds *ds = &s->instance->current_ds;

	out->current_data_set = (struct wire_current_data_set){
		.steps_removed = ds->steps_removed,
		.offset_from_master = gn_offset_to_interval(ds->offset_from_time_transmitter),
		.mean_delay = ds->mean_delay,
	};
}

GETTER(parent_data_set)
{
	const struct parent_ds *ds = &s->instance->parent_ds;

	out->parent_data_set = (struct wire_parent_data_set){
		.parent_port_identity = ds->parent_port_identity,
		.flags = ds->parent_stats ? WIRE_PARENT_STATS : 0,
		.observed_parent_offset_scaled_log_variance = ds->observed_parent_offset_scaled_log_variance,
		.observed_parent_clock_phase_change_rate = ds->observed_parent_clock_phase_change_rate,
		.grandmaster_priority1 = ds->grandmaster_priority1,
		.grandmaster_clock_quality = ds->grandmaster_clock_quality,
		.grandmaster_priority2 = ds->grandmaster_priority2,
		.grandmaster_identity = ds->grandmaster_identity,
	};
}

GETTER(time_properties_data_set)
{
	const struct time_properties_ds *ds = &s->instance->time_properties_ds;
	unsigned flags = answer_time_flags(ds);

	flags |= s->instance->current_ds.synchronization_uncertain ? WIRE_TIME_SYNCHRONIZATION_UNCERTAIN : 0;
	out->time_properties_data_set = (struct wire_time_properties_data_set){
		.current_utc_offset = ds->current_utc_offset,
		.flags = (uint8_t)flags,
		.time_source = ds->time_source,
	};
}

/* minorVersionNumber stays 0: those who read the whole octet as the version expect a 2 (docs/compatibility.md). */
GETTER(port_data_set)
{
	const struct port_ds *ds = &s->port->ds;

	out->port_data_set = (struct wire_port_data_set){
		.port_identity = ds->port_identity,
		.port_state = (uint8_t)ds->port_state,
		.log_min_delay_req_interval = ds->log_min_delay_req_interval,
		.mean_link_delay = ds->mean_link_delay,
		.log_announce_interval = ds->log_announce_interval,
		.announce_receipt_timeout = ds->announce_receipt_timeout,
		.log_sync_interval = ds->log_sync_interval,
		.delay_mechanism = answer_delay_mechanism(s->port),
		.log_min_pdelay_req_interval = ds->log_min_pdelay_req_interval,
		.version_number = ds->version_number & 0xF,
	};
}

/* ---- single members ---- */

#define DATUM_GETTER(name, member, value_of)                                                                 \
	GETTER(name)                                                                                         \
	{                                                                                                    \
		out->member.value = (value_of);                                                              \
	}

DATUM_GETTER(priority1, datum, s->instance->default_ds.priority1)
DATUM_GETTER(priority2, datum, s->instance->default_ds.priority2)
DATUM_GETTER(domain, datum, s->instance->default_ds.domain_number)
DATUM_GETTER(slave_only, datum, s->instance->default_ds.time_receiver_only ? WIRE_ENABLED : 0)
DATUM_GETTER(log_announce_interval, signed_datum, s->port->ds.log_announce_interval)
DATUM_GETTER(announce_receipt_timeout, datum, s->port->ds.announce_receipt_timeout)
DATUM_GETTER(log_sync_interval, signed_datum, s->port->ds.log_sync_interval)
DATUM_GETTER(clock_accuracy, datum, s->instance->default_ds.clock_quality.clock_accuracy)
DATUM_GETTER(master_only, datum, s->port->ds.time_transmitter_only ? WIRE_ENABLED : 0)
DATUM_GETTER(delay_mechanism, datum, answer_delay_mechanism(s->port))
DATUM_GETTER(log_min_pdelay_req_interval, signed_datum, s->port->ds.log_min_pdelay_req_interval)

SETTER(priority1)
{
	s->instance->default_ds.priority1 = data->datum.value;
	return WIRE_ERROR_NONE;
}

SETTER(priority2)
{
	s->instance->default_ds.priority2 = data->datum.value;
	return WIRE_ERROR_NONE;
}

GETTER(version_number)
{
	out->version_number.version_number = s->port->ds.version_number & 0xF;
}

GETTER(traceability_properties)
{
	unsigned flags = answer_time_flags(&s->instance->time_properties_ds);

	out->datum.value = (uint8_t)(flags & (WIRE_TIME_TIME_TRACEABLE | WIRE_TIME_FREQUENCY_TRACEABLE));
}

GETTER(timescale_properties)
{
	const struct time_properties_ds *ds = &s->instance->time_properties_ds;

	out->timescale_properties = (struct wire_timescale_properties){
		.flags = ds->ptp_timescale ? WIRE_TIME_PTP_TIMESCALE : 0,
		.time_source = ds->time_source,
	};
}

COMMAND(enable_port)
{
	port_dispatch(s->port, GN_EV_DESIGNATED_ENABLED);
}

COMMAND(disable_port)
{
	port_dispatch(s->port, GN_EV_DESIGNATED_DISABLED);
}
