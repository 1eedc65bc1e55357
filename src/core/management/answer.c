/* src/core/management/answer.c -- the rows, in the order of Table 59, and what several ids show. */
#include "core/management/answer.h"

#include "core/management/family.h"
#include "core/port/port.h"

static const struct answer_row rows[] = {
	{ WIRE_NULL_PTP_MANAGEMENT, .get = management_get_nothing, .set = management_set_nothing,
	  .command = management_command_nothing },
	{ WIRE_CLOCK_DESCRIPTION, .get = management_get_clock_description },
	{ WIRE_USER_DESCRIPTION, .get = management_get_user_description },
	{ WIRE_DEFAULT_DATA_SET, .get = management_get_default_data_set },
	{ WIRE_CURRENT_DATA_SET, .get = management_get_current_data_set },
	{ WIRE_PARENT_DATA_SET, .get = management_get_parent_data_set },
	{ WIRE_TIME_PROPERTIES_DATA_SET, .get = management_get_time_properties_data_set },
	{ WIRE_PORT_DATA_SET, .get = management_get_port_data_set },
	{ WIRE_PRIORITY1, .get = management_get_priority1, .set = management_set_priority1 },
	{ WIRE_PRIORITY2, .get = management_get_priority2, .set = management_set_priority2 },
	{ WIRE_DOMAIN, .get = management_get_domain },
	{ WIRE_SLAVE_ONLY, .get = management_get_slave_only },
	{ WIRE_LOG_ANNOUNCE_INTERVAL, .get = management_get_log_announce_interval },
	{ WIRE_ANNOUNCE_RECEIPT_TIMEOUT, .get = management_get_announce_receipt_timeout },
	{ WIRE_LOG_SYNC_INTERVAL, .get = management_get_log_sync_interval },
	{ WIRE_VERSION_NUMBER, .get = management_get_version_number },
	/* linuxptp answers their GET, empty */
	{ WIRE_ENABLE_PORT, .get = management_get_nothing, .command = management_command_enable_port },
	{ WIRE_DISABLE_PORT, .get = management_get_nothing, .command = management_command_disable_port },
	{ WIRE_CLOCK_ACCURACY, .get = management_get_clock_accuracy },
	{ WIRE_TRACEABILITY_PROPERTIES, .get = management_get_traceability_properties },
	{ WIRE_TIMESCALE_PROPERTIES, .get = management_get_timescale_properties },
	{ WIRE_MASTER_ONLY, .get = management_get_master_only },
	{ WIRE_DELAY_MECHANISM, .get = management_get_delay_mechanism },
	{ WIRE_LOG_MIN_PDELAY_REQ_INTERVAL, .get = management_get_log_min_pdelay_req_interval },

	{ WIRE_TIME_STATUS_NP, .get = management_get_time_status_np },
	{ WIRE_GRANDMASTER_SETTINGS_NP, .get = management_get_grandmaster_settings_np,
	  .set = management_set_grandmaster_settings_np },
	{ WIRE_PORT_DATA_SET_NP, .get = management_get_port_data_set_np,
	  .set = management_set_port_data_set_np },
	{ WIRE_PORT_PROPERTIES_NP, .is_private = true, .get = management_get_port_properties_np },
	{ WIRE_PORT_STATS_NP, .get = management_get_port_stats_np },
	{ WIRE_SYNCHRONIZATION_UNCERTAIN_NP, .get = management_get_synchronization_uncertain_np,
	  .set = management_set_synchronization_uncertain_np },
	{ WIRE_PORT_SERVICE_STATS_NP, .get = management_get_port_service_stats_np },
	{ WIRE_PORT_HWCLOCK_NP, .is_private = true, .get = management_get_port_hwclock_np },
	{ WIRE_PORT_CORRECTIONS_NP, .get = management_get_port_corrections_np,
	  .set = management_set_port_corrections_np },

	{ WIRE_GNOMON_STATUS_NP, .get = management_get_gnomon_status_np },
	{ WIRE_GNOMON_PORT_STATUS_NP, .get = management_get_gnomon_port_status_np },
	{ WIRE_GNOMON_DROP_COUNTERS_NP, .get = management_get_gnomon_drop_counters_np },
	{ WIRE_GNOMON_SERVO_NP, .get = management_get_gnomon_servo_np },
};

const struct answer_row *answer_row(uint16_t id)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].id == id) {
			return &rows[i];
		}
	}
	return NULL;
}

struct wire_text answer_text(const char *text)
{
	size_t length = 0;

	while (text[length] && length < UINT8_MAX) {
		length++;
	}
	/* Cut within a symbol of UTF-8, whose later octets are 10xxxxxx: all of it goes. */
	while (length > 0 && ((uint8_t)text[length] & 0xC0) == 0x80) {
		length--;
	}
	return (struct wire_text){ .octets = (const uint8_t *)text, .length = (uint8_t)length };
}

uint8_t answer_delay_mechanism(const struct port *port)
{
	enum gn_delay_mechanism mechanism = port->ds.delay_mechanism;

	return (uint8_t)(mechanism == GN_DELAY_AUTO ? GN_DELAY_E2E : mechanism);
}

uint8_t answer_time_flags(const struct time_properties_ds *time_properties)
{
	unsigned flags = 0;

	flags |= time_properties->leap61 ? WIRE_TIME_LEAP61 : 0;
	flags |= time_properties->leap59 ? WIRE_TIME_LEAP59 : 0;
	flags |= time_properties->current_utc_offset_valid ? WIRE_TIME_CURRENT_UTC_OFFSET_VALID : 0;
	flags |= time_properties->ptp_timescale ? WIRE_TIME_PTP_TIMESCALE : 0;
	flags |= time_properties->time_traceable ? WIRE_TIME_TIME_TRACEABLE : 0;
	flags |= time_properties->frequency_traceable ? WIRE_TIME_FREQUENCY_TRACEABLE : 0;
	return (uint8_t)flags;
}

bool answer_is_grandmaster(const struct gn_instance *instance)
{
	return gn_clock_identity_equal(&instance->parent_ds.grandmaster_identity,
				       &instance->default_ds.clock_identity);
}

struct wire_text answer_interface(const struct port *port)
{
	bool is_told = port->has_attachment && port->attachment.label[0];

	return answer_text(is_told ? port->attachment.label : port->config.name);
}

uint8_t answer_time_stamping(const struct port *port)
{
	return port->has_attachment ? port->attachment.time_stamping
				    : (uint8_t)port->instance->config.time_stamping;
}

struct port *answer_receiving_port(const struct gn_instance *instance)
{
	for (uint16_t i = 0; i < instance->port_count; i++) {
		if (port_is_time_receiver(&instance->ports[i])) {
			return &instance->ports[i];
		}
	}
	return NULL;
}
