/* src/core/management/linuxptp.c -- the ids 0xC000.. of linuxptp, as its programs and those of others expect them. */
#include "core/bmca/holdover.h"
#include "core/management/family.h"

#include <string.h>

#define RATE_SCALE 2199023255552.0 /* 2^41: scaled rate offsets are (ratio - 1) * 2^41 */

static int32_t saturated(double value)
{
	if (value >= INT32_MAX) {
		return INT32_MAX;
	}
	return value <= INT32_MIN ? INT32_MIN : (int32_t)value;
}

/* The grandmaster's rate against ours: what the Follow_Up told of the way to the neighbour, and the last hop. */
static int32_t cumulative_scaled_rate_offset(const struct gn_instance *instance)
{
	const struct port *port = answer_receiving_port(instance);
	double offset = 0;

	if (instance->has_follow_up_information) {
		offset = instance->follow_up_information.cumulative_scaled_rate_offset;
	}
	if (port && port->neighbor_rate.is_valid) {
		offset += (port->neighbor_rate.ratio - 1.0) * RATE_SCALE;
	}
	return saturated(offset);
}

GETTER(time_status_np)
{
	const struct gn_instance *instance = s->instance;
	struct wire_time_status_np *status = &out->time_status_np;

	status->master_offset = instance->last_offset_ns;
	status->ingress_time = (int64_t)gn_timestamp_to_ns(instance->ingress.whole);
	status->cumulative_scaled_rate_offset = cumulative_scaled_rate_offset(instance);
	if (instance->has_follow_up_information) {
		const struct wire_follow_up_information *info = &instance->follow_up_information;

		status->scaled_last_gm_phase_change = info->scaled_last_gm_freq_change;
		status->gm_time_base_indicator = info->gm_time_base_indicator;
		status->last_gm_phase_change_high = info->last_gm_phase_change_high;
		status->last_gm_phase_change_ns = info->last_gm_phase_change_ns;
		status->last_gm_phase_change_fraction = info->last_gm_phase_change_fraction;
	}
	status->gm_present = !answer_is_grandmaster(instance);
	status->gm_identity = instance->parent_ds.grandmaster_identity;
}

/* ---- what this clock announces as grandmaster; lost at the next start ---- */

GETTER(grandmaster_settings_np)
{
	const struct time_properties_ds *own = &s->instance->own_time_properties;

	out->grandmaster_settings_np = (struct wire_grandmaster_settings_np){
		.clock_quality = s->instance->default_ds.clock_quality,
		.current_utc_offset = own->current_utc_offset,
		.flags = answer_time_flags(own),
		.time_source = own->time_source,
	};
}

SETTER(grandmaster_settings_np)
{
	const struct wire_grandmaster_settings_np *settings = &data->grandmaster_settings_np;
	const struct gn_config *config = &s->instance->config;
	struct gn_clock_quality quality = settings->clock_quality;
	const uint8_t both = WIRE_TIME_LEAP61 | WIRE_TIME_LEAP59;
	const uint8_t flags = settings->flags;

	if ((flags & both) == both) {
		return WIRE_ERROR_WRONG_VALUE; /* a day has one end (9.4) */
	}
	/* What it is configured never to be, nobody sets it to be. */
	if (s->instance->default_ds.time_receiver_only || !config->gm_capable) {
		quality.clock_class = 255;
	}
	holdover_set_quality(s->instance, quality);
	s->instance->own_time_properties = (struct time_properties_ds){
		.current_utc_offset = settings->current_utc_offset,
		.current_utc_offset_valid = flags & WIRE_TIME_CURRENT_UTC_OFFSET_VALID,
		.leap59 = flags & WIRE_TIME_LEAP59,
		.leap61 = flags & WIRE_TIME_LEAP61,
		.time_traceable = flags & WIRE_TIME_TIME_TRACEABLE,
		.frequency_traceable = flags & WIRE_TIME_FREQUENCY_TRACEABLE,
		.ptp_timescale = flags & WIRE_TIME_PTP_TIMESCALE,
		.time_source = settings->time_source,
	};
	return WIRE_ERROR_NONE;
}

GETTER(synchronization_uncertain_np)
{
	out->datum.value = s->instance->synchronization_uncertain_np;
}

/* Another value is NOT_SUPPORTED rather than WRONG_VALUE: what linuxptp says. */
SETTER(synchronization_uncertain_np)
{
	const uint8_t value = data->datum.value;

	if (value > 1 && value != WIRE_UNCERTAIN_DONT_CARE) {
		return WIRE_ERROR_NOT_SUPPORTED;
	}
	s->instance->synchronization_uncertain_np = value;
	return WIRE_ERROR_NONE;
}

/* ---- ports ---- */

GETTER(port_data_set_np)
{
	const struct port *port = s->port;
	int32_t measured = port->is_as_capable ? WIRE_AS_CAPABLE_YES : WIRE_AS_CAPABLE_NO;

	out->port_data_set_np = (struct wire_port_data_set_np){
		.neighbor_prop_delay_thresh = (uint32_t)port->config.neighbor_prop_delay_thresh,
		.as_capable = port->config.as_capable == GN_AS_CAPABLE_TRUE ? WIRE_AS_CAPABLE_FORCED
									    : measured,
	};
}

/* asCapable is found out, not set: it is not looked at, as in linuxptp. */
SETTER(port_data_set_np)
{
	const uint32_t thresh = data->port_data_set_np.neighbor_prop_delay_thresh;

	if (thresh > INT32_MAX) {
		return WIRE_ERROR_WRONG_VALUE;
	}
	s->port->config.neighbor_prop_delay_thresh = (int)thresh;
	return WIRE_ERROR_NONE;
}

GETTER(port_properties_np)
{
	out->port_properties_np = (struct wire_port_properties_np){
		.port_identity = s->port->ds.port_identity,
		.port_state = (uint8_t)s->port->ds.port_state,
		.timestamping = answer_time_stamping(s->port),
		.interface = answer_interface(s->port),
	};
}

GETTER(port_stats_np)
{
	struct wire_port_stats_np *stats = &out->port_stats_np;

	stats->port_identity = s->port->ds.port_identity;
	memcpy(stats->received, s->port->received, sizeof(stats->received));
	memcpy(stats->sent, s->port->sent, sizeof(stats->sent));
}

GETTER(port_service_stats_np)
{
	struct wire_port_service_stats_np *stats = &out->port_service_stats_np;

	_Static_assert(sizeof(stats->counter) == sizeof(s->port->service),
		       "the same counters in the same order");
	stats->port_identity = s->port->ds.port_identity;
	memcpy(stats->counter, s->port->service, sizeof(stats->counter));
}

GETTER(port_hwclock_np)
{
	const struct gn_port_attachment *attachment = &s->port->attachment;
	bool is_virtual = s->port->has_attachment && attachment->is_virtual_clock;

	out->port_hwclock_np = (struct wire_port_hwclock_np){
		.port_identity = s->port->ds.port_identity,
		.phc_index = s->port->has_attachment ? attachment->phc_index : -1,
		.flags = is_virtual ? WIRE_HWCLOCK_IS_VIRTUAL : 0,
	};
}

/* ---- corrections: whole nanoseconds inside, 2^-16 ns outside ---- */

GETTER(port_corrections_np)
{
	const struct port *port = s->port;

	out->port_corrections_np = (struct wire_port_corrections_np){
		.egress_latency = (uint64_t)gn_interval_from_ns(port->config.egress_latency).scaled_ns,
		.ingress_latency = (uint64_t)gn_interval_from_ns(port->config.ingress_latency).scaled_ns,
		.delay_asymmetry = (uint64_t)port->ds.delay_asymmetry.scaled_ns,
	};
}

/* To the nearest nanosecond; false if it is more than the configuration could say. */
static bool take_ns(uint64_t bits, int32_t *out)
{
	const struct gn_interval half_ns = { 0x8000 };
	int64_t ns = gn_interval_to_ns(gn_interval_add((struct gn_interval){ (int64_t)bits }, half_ns));

	if (ns < INT32_MIN || ns > INT32_MAX) {
		return false;
	}
	*out = (int32_t)ns;
	return true;
}

SETTER(port_corrections_np)
{
	const struct wire_port_corrections_np *corrections = &data->port_corrections_np;
	struct gn_port_config *config = &s->port->config;
	int32_t egress, ingress, asymmetry;

	if (!take_ns(corrections->egress_latency, &egress) ||
	    !take_ns(corrections->ingress_latency, &ingress) ||
	    !take_ns(corrections->delay_asymmetry, &asymmetry)) {
		return WIRE_ERROR_WRONG_VALUE;
	}
	config->egress_latency = egress;
	config->ingress_latency = ingress;
	config->delay_asymmetry = asymmetry;
	s->port->ds.delay_asymmetry = gn_interval_from_ns(asymmetry);
	return WIRE_ERROR_NONE;
}
