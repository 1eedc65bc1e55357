/* src/core/bmca/decision.c -- Figure 33 and the tables behind it, for all ports from one consistent view.
 *
 * Data sets first, then the state events, so that nothing is sent from half-updated data. */
#include "core/bmca/decision.h"

#include "core/bmca/holdover.h"
#include "core/port/port.h"
#include "core/servo/steer.h"
#include "core/servo/timescale.h"

#include <string.h>

/* `is_never_receiver`: of a clock whose class is up to 127 (7.6.2.5). */
static enum gn_decision decision_by(bool is_never_receiver, const struct bmca_dataset *d0,
				    const struct bmca_dataset *erbest, const struct bmca_dataset *ebest,
				    bool is_best_port, enum gn_port_state state)
{
	/* The 2019 print asks for Ebest here and so leaves a grandmaster in LISTENING: ADR 0002. */
	if (!erbest && state == GN_PORT_LISTENING) {
		return GN_DECISION_NONE;
	}
	if (is_never_receiver) {
		return !erbest || bmca_compare(d0, erbest) > 0 ? GN_DECISION_M1 : GN_DECISION_P1;
	}
	if (!ebest || bmca_compare(d0, ebest) > 0) {
		return GN_DECISION_M2;
	}
	if (is_best_port) {
		return GN_DECISION_S1;
	}
	if (erbest && bmca_compare(ebest, erbest) == BMCA_A_BETTER_BY_TOPOLOGY) {
		return GN_DECISION_P2;
	}
	return GN_DECISION_M3;
}

enum gn_decision decision_of(const struct bmca_dataset *d0, const struct bmca_dataset *erbest,
			     const struct bmca_dataset *ebest, bool is_best_port, enum gn_port_state state)
{
	return decision_by(d0->clock_quality.clock_class <= 127, d0, erbest, ebest, is_best_port, state);
}

static struct bmca_dataset local_dataset(const struct gn_instance *instance)
{
	const struct default_ds *ds = &instance->default_ds;
	struct gn_port_identity own = { .clock_identity = ds->clock_identity, .port_number = 0 };

	return (struct bmca_dataset){
		.priority1 = ds->priority1,
		.clock_quality = ds->clock_quality,
		.priority2 = ds->priority2,
		.grandmaster_identity = ds->clock_identity,
		.steps_removed = 0,
		.sender = own,
		.receiver = own,
	};
}

void decision_update_as_grandmaster(struct gn_instance *instance)
{
	struct parent_ds *parent = &instance->parent_ds;
	const struct default_ds *own = &instance->default_ds;

	instance->current_ds = (struct current_ds){ 0 };
	*parent = (struct parent_ds){
		.parent_port_identity = { .clock_identity = own->clock_identity, .port_number = 0 },
		.observed_parent_offset_scaled_log_variance = 0xFFFF,
		.observed_parent_clock_phase_change_rate = INT32_MAX,
		.grandmaster_identity = own->clock_identity,
		.grandmaster_clock_quality = own->clock_quality,
		.grandmaster_priority1 = own->priority1,
		.grandmaster_priority2 = own->priority2,
	};
	instance->time_properties_ds = instance->own_time_properties;
	holdover_add_time_properties(instance, &instance->time_properties_ds);
	instance->path_length = 0;
	instance->propagated_length = 0;
}

static void update_time_properties(struct gn_instance *instance, struct port *port,
				   const struct foreign_record *record, bool is_decision)
{
	const uint16_t flags = record->header.flags;
	struct time_properties_ds *tp = &instance->time_properties_ds;

	*tp = (struct time_properties_ds){
		.current_utc_offset = record->announce.current_utc_offset,
		.current_utc_offset_valid = flags & WIRE_FLAG_CURRENT_UTC_OFFSET_VALID,
		.leap59 = flags & WIRE_FLAG_LEAP59,
		.leap61 = flags & WIRE_FLAG_LEAP61,
		.time_traceable = flags & WIRE_FLAG_TIME_TRACEABLE,
		.frequency_traceable = flags & WIRE_FLAG_FREQUENCY_TRACEABLE,
		.ptp_timescale = flags & WIRE_FLAG_PTP_TIMESCALE,
		.time_source = record->announce.time_source,
	};
	timescale_learn(instance, port, is_decision);
}

void decision_update_from_parent(struct gn_instance *instance, struct port *port,
				 const struct foreign_record *record, bool is_decision)
{
	struct parent_ds *parent = &instance->parent_ds;
	const struct wire_announce *announce = &record->announce;
	uint16_t steps = announce->steps_removed;

	instance->current_ds.steps_removed = steps == UINT16_MAX ? UINT16_MAX : (uint16_t)(steps + 1);
	parent->parent_port_identity = record->sender;
	parent->grandmaster_identity = announce->grandmaster_identity;
	parent->grandmaster_clock_quality = announce->grandmaster_clock_quality;
	parent->grandmaster_priority1 = announce->grandmaster_priority1;
	parent->grandmaster_priority2 = announce->grandmaster_priority2;
	parent->protocol_address = record->address;
	parent->synchronization_uncertain = record->header.flags & WIRE_FLAG_SYNCHRONIZATION_UNCERTAIN;
	instance->current_ds.synchronization_uncertain = parent->synchronization_uncertain;
	instance->path_length = record->path_length;
	memcpy(instance->path, record->path, sizeof(instance->path));
	instance->propagated_length = record->propagated_length;
	memcpy(instance->propagated, record->propagated, sizeof(instance->propagated));
	update_time_properties(instance, port, record, is_decision);
}

/* Erbest of every port, then Ebest of them; a port that may only transmit does not compete. */
static void find_best(struct gn_instance *instance)
{
	instance->best_port = NULL;
	for (uint16_t i = 0; i < instance->port_count; i++) {
		struct port *port = &instance->ports[i];
		struct bmca_dataset candidate, champion;

		port->best = port->ds.time_transmitter_only ? NULL : foreign_best(port);
		if (!port->best) {
			continue;
		}
		if (instance->best_port) {
			candidate = foreign_dataset(port, port->best);
			champion = foreign_dataset(instance->best_port, instance->best_port->best);
			if (bmca_compare(&candidate, &champion) <= 0) {
				continue;
			}
		}
		instance->best_port = port;
	}
}

/* Says which clock is the best one, when that changed. */
static void report_best(struct gn_instance *instance)
{
	struct gn_clock_identity identity = instance->default_ds.clock_identity;
	struct gn_report *report;

	if (instance->best_port) {
		identity = instance->best_port->best->announce.grandmaster_identity;
	}
	if (gn_clock_identity_equal(&identity, &instance->best_identity)) {
		return;
	}
	instance->best_identity = identity;
	report = instance_report(instance,
				 instance->best_port ? GN_REPORT_BEST_FOREIGN : GN_REPORT_BEST_LOCAL);
	if (report) {
		report->identity.clock_identity = identity;
	}
}

static enum gn_decision decide(const struct gn_instance *instance, const struct port *port)
{
	struct bmca_dataset d0 = local_dataset(instance), erbest, ebest;

	if (port->best) {
		erbest = foreign_dataset(port, port->best);
	}
	if (instance->best_port) {
		ebest = foreign_dataset(instance->best_port, instance->best_port->best);
	}
	/* The class of holdover ranks it among others; whether it may follow again is a matter of its own. */
	return decision_by(instance->own_clock_quality.clock_class <= 127, &d0, port->best ? &erbest : NULL,
			   instance->best_port ? &ebest : NULL, port == instance->best_port,
			   port->ds.port_state);
}

/* A role by configuration stays what it is: a receiver takes the data sets of the Announce it hears, if any (17.6). */
static enum gn_decision decide_static(const struct gn_instance *instance, const struct port *port)
{
	return port == instance->best_port ? GN_DECISION_S1 : GN_DECISION_NONE;
}

static void become_receiver(struct gn_instance *instance, struct port *port)
{
	const struct foreign_record *record = port->best;
	bool is_same_parent = port_is_time_receiver(port) &&
			      gn_port_identity_equal(&record->sender,
						     &instance->parent_ds.parent_port_identity);

	bool is_static = port->config.bmca == GN_BMCA_NOOP;

	if (!is_same_parent) {
		instance->is_delay_disabled = port->ds.delay_mechanism == GN_DELAY_NONE;
		steer_new_parent(instance);
	}
	instance->had_parent = true;
	decision_update_from_parent(instance, port, record, true);
	if (!is_same_parent && port_is_time_receiver(port) && !is_static) {
		port_new_parent(port);
	} else {
		port_dispatch(port, GN_EV_RECOMMENDED_TIME_RECEIVER);
	}
}

static const enum gn_port_event event_of[] = {
	[GN_DECISION_NONE] = GN_EV_NONE,
	[GN_DECISION_M1] = GN_EV_RECOMMENDED_GRANDMASTER,
	[GN_DECISION_M2] = GN_EV_RECOMMENDED_GRANDMASTER,
	[GN_DECISION_M3] = GN_EV_RECOMMENDED_TIME_TRANSMITTER,
	[GN_DECISION_S1] = GN_EV_RECOMMENDED_TIME_RECEIVER,
	[GN_DECISION_P1] = GN_EV_RECOMMENDED_PASSIVE,
	[GN_DECISION_P2] = GN_EV_RECOMMENDED_PASSIVE,
};

static void apply_decision(struct gn_instance *instance, struct port *port)
{
	bool is_grandmaster = port->decision == GN_DECISION_M1 || port->decision == GN_DECISION_M2;

	if (is_grandmaster) {
		port_report(port, GN_REPORT_GRANDMASTER_ROLE);
		if (instance->default_ds.time_receiver_only) {
			port_report(port, GN_REPORT_RECEIVER_ONLY_CONFLICT);
		}
	}
	if (port->decision == GN_DECISION_S1) {
		become_receiver(instance, port);
	} else if (port->decision != GN_DECISION_NONE) {
		port_dispatch(port, event_of[port->decision]);
	}
}

static bool is_any_initializing(const struct gn_instance *instance)
{
	for (uint16_t i = 0; i < instance->port_count; i++) {
		if (instance->ports[i].ds.port_state == GN_PORT_INITIALIZING) {
			return true;
		}
	}
	return false;
}

/* Without a parent to take data from it still is not a grandmaster's port. */
static bool is_static_receiver(const struct port *port)
{
	return port->config.bmca == GN_BMCA_NOOP && !port->ds.time_transmitter_only;
}

void decision_run(struct gn_instance *instance)
{
	bool is_receiver = false;

	if (is_any_initializing(instance)) {
		return; /* 9.3.1: postponed; `is_decision_due` stays */
	}
	instance->is_decision_due = false;
	find_best(instance);
	report_best(instance);
	holdover_consider(instance);
	for (uint16_t i = 0; i < instance->port_count; i++) {
		struct port *port = &instance->ports[i];

		port->decision = port->config.bmca == GN_BMCA_NOOP ? decide_static(instance, port)
								   : decide(instance, port);
		is_receiver = is_receiver || port->decision == GN_DECISION_S1 || is_static_receiver(port);
	}
	holdover_settle(instance, instance->best_port && instance->best_port->decision == GN_DECISION_S1);
	if (!is_receiver) {
		steer_no_parent(instance);
		decision_update_as_grandmaster(instance);
	}
	/* The new receiver first: the other ports announce what it learnt. */
	if (instance->best_port && instance->best_port->decision == GN_DECISION_S1) {
		apply_decision(instance, instance->best_port);
	}
	for (uint16_t i = 0; i < instance->port_count; i++) {
		struct port *port = &instance->ports[i];

		if (port->decision != GN_DECISION_S1) {
			apply_decision(instance, port);
		}
	}
}
