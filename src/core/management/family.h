/* src/core/management/family.h -- the functions of the rows, by family; for answer.c alone. */
#ifndef CORE_MANAGEMENT_FAMILY_H
#define CORE_MANAGEMENT_FAMILY_H

#include "core/management/answer.h"

#define GETTER(name)                                                                                         \
	void management_get_##name(const struct answer_subject *s, union wire_management_data *out)
#define SETTER(name)                                                                                         \
	enum wire_management_error management_set_##name(const struct answer_subject *s,                     \
							 const union wire_management_data *data)
#define COMMAND(name) void management_command_##name(const struct answer_subject *s)

/* standard.c: Table 59 */
GETTER(nothing);
SETTER(nothing);
COMMAND(nothing);
GETTER(clock_description);
GETTER(user_description);
GETTER(default_data_set);
GETTER(current_data_set);
GETTER(parent_data_set);
GETTER(time_properties_data_set);
GETTER(port_data_set);
GETTER(priority1);
SETTER(priority1);
GETTER(priority2);
SETTER(priority2);
GETTER(domain);
GETTER(slave_only);
GETTER(log_announce_interval);
GETTER(announce_receipt_timeout);
GETTER(log_sync_interval);
GETTER(version_number);
COMMAND(enable_port);
COMMAND(disable_port);
GETTER(clock_accuracy);
GETTER(traceability_properties);
GETTER(timescale_properties);
GETTER(master_only);
GETTER(delay_mechanism);
GETTER(log_min_pdelay_req_interval);

/* linuxptp.c: 0xC000.. */
GETTER(time_status_np);
GETTER(grandmaster_settings_np);
SETTER(grandmaster_settings_np);
GETTER(port_data_set_np);
SETTER(port_data_set_np);
GETTER(port_properties_np);
GETTER(port_stats_np);
GETTER(synchronization_uncertain_np);
SETTER(synchronization_uncertain_np);
GETTER(port_service_stats_np);
GETTER(port_hwclock_np);
GETTER(port_corrections_np);
SETTER(port_corrections_np);

/* gnomon.c: 0xD000.. */
GETTER(gnomon_status_np);
GETTER(gnomon_port_status_np);
GETTER(gnomon_drop_counters_np);
GETTER(gnomon_servo_np);

#endif
