/* src/core/bmca/foreign.c -- a fixed table of senders a port; the newest content of each counts. A full table gives up a
 * record that fell silent, else the worst of the unqualified, else the worst of all, if the newcomer is better than
 * that; never the parent's. So a crowd cannot keep a better clock from qualifying. */
#include "core/bmca/foreign.h"

#include "core/port/port.h"

#include <string.h>

/* The sender's announceInterval if it says one that can be believed, else the port's own. */
static int64_t window_ns(const struct port *port, const struct foreign_record *record)
{
	int log = record->header.log_message_interval;

	if (log < -10 || log > 22) {
		log = port->ds.log_announce_interval;
	}
	return FOREIGN_TIME_WINDOW * gn_log_interval_ns(log);
}

static bool is_within(const struct port *port, const struct foreign_record *record, int message)
{
	return port->instance->now.ns - record->received[message].ns < window_ns(port, record);
}

bool foreign_is_qualified(const struct port *port, const struct foreign_record *record)
{
	return record->received_count > FOREIGN_THRESHOLD && is_within(port, record, FOREIGN_THRESHOLD - 1);
}

struct bmca_dataset foreign_dataset(const struct port *port, const struct foreign_record *record)
{
	return (struct bmca_dataset){
		.priority1 = record->announce.grandmaster_priority1,
		.clock_quality = record->announce.grandmaster_clock_quality,
		.priority2 = record->announce.grandmaster_priority2,
		.grandmaster_identity = record->announce.grandmaster_identity,
		.steps_removed = record->announce.steps_removed,
		.sender = record->sender,
		.receiver = port->ds.port_identity,
	};
}

static struct foreign_record *find(struct port *port, const struct gn_port_identity *sender)
{
	for (int i = 0; i < FOREIGN_RECORDS; i++) {
		struct foreign_record *record = &port->foreign[i];

		if (record->is_used && gn_port_identity_equal(&record->sender, sender)) {
			return record;
		}
	}
	return NULL;
}

void foreign_forget(struct port *port, struct foreign_record *record)
{
	if (port->best == record) {
		port->best = NULL;
	}
	memset(record, 0, sizeof(*record));
}

void foreign_forget_all(struct port *port)
{
	for (int i = 0; i < FOREIGN_RECORDS; i++) {
		foreign_forget(port, &port->foreign[i]);
	}
}

static bool is_parent(const struct port *port, const struct foreign_record *record)
{
	const struct gn_instance *instance = port->instance;

	return port_is_time_receiver(port) &&
	       gn_port_identity_equal(&record->sender, &instance->parent_ds.parent_port_identity);
}

/* How readily a record is given up; the worse of two alike goes first. */
static int dispensability(const struct port *port, const struct foreign_record *record)
{
	if (!is_within(port, record, 0)) {
		return 2;
	}
	return foreign_is_qualified(port, record) ? 0 : 1;
}

static bool goes_first(const struct port *port, const struct foreign_record *a,
		       const struct foreign_record *b)
{
	int difference = dispensability(port, a) - dispensability(port, b);
	struct bmca_dataset a_data = foreign_dataset(port, a), b_data = foreign_dataset(port, b);

	return difference ? difference > 0 : bmca_compare(&a_data, &b_data) < 0;
}

static struct foreign_record *make_room(struct port *port, const struct foreign_record *newcomer)
{
	struct foreign_record *victim = NULL;
	struct bmca_dataset worst, candidate = foreign_dataset(port, newcomer);

	for (int i = 0; i < FOREIGN_RECORDS; i++) {
		struct foreign_record *record = &port->foreign[i];

		if (!record->is_used) {
			return record;
		}
		if (!is_parent(port, record) && (!victim || goes_first(port, record, victim))) {
			victim = record;
		}
	}
	if (!victim) {
		return NULL;
	}
	worst = foreign_dataset(port, victim);
	if (dispensability(port, victim) < 2 && bmca_compare(&candidate, &worst) <= 0) {
		return NULL;
	}
	foreign_forget(port, victim);
	return victim;
}

/* PATH_TRACE (16.2), and the TLVs that a boundary clock passes on (14.2.2.2): kept as they came. */
static void keep_tlvs(struct foreign_record *record, const struct wire_message *message)
{
	const uint8_t *tlvs = message->tlvs;
	size_t left = message->tlvs_length;
	struct wire_tlv tlv;

	record->path_length = 0;
	record->propagated_length = 0;
	while (wire_tlv_next(&tlvs, &left, &tlv)) {
		size_t size = 4u + tlv.length;

		if (tlv.type == WIRE_TLV_PATH_TRACE) {
			/* One that was cut has no room for us either, and so is not passed on. */
			record->path_length = (uint8_t)(tlv.length / 8u < PATH_TRACE_MAX ? tlv.length / 8u
											 : PATH_TRACE_MAX);
			memcpy(record->path, tlv.value, 8u * record->path_length);
		}
		if (wire_tlv_is_propagated(tlv.type) &&
		    size <= sizeof(record->propagated) - record->propagated_length) {
			memcpy(record->propagated + record->propagated_length, tlv.value - 4, size);
			record->propagated_length = (uint16_t)(record->propagated_length + size);
		}
	}
}

static bool says_the_same(const struct wire_announce *a, const struct wire_announce *b)
{
	return a->grandmaster_priority1 == b->grandmaster_priority1 &&
	       a->grandmaster_clock_quality.clock_class == b->grandmaster_clock_quality.clock_class &&
	       a->grandmaster_clock_quality.clock_accuracy == b->grandmaster_clock_quality.clock_accuracy &&
	       a->grandmaster_clock_quality.offset_scaled_log_variance ==
		       b->grandmaster_clock_quality.offset_scaled_log_variance &&
	       a->grandmaster_priority2 == b->grandmaster_priority2 && a->steps_removed == b->steps_removed &&
	       gn_clock_identity_equal(&a->grandmaster_identity, &b->grandmaster_identity);
}

static void push_time(struct foreign_record *record, struct gn_instant now)
{
	for (int i = FOREIGN_THRESHOLD; i > 0; i--) {
		record->received[i] = record->received[i - 1];
	}
	record->received[0] = now;
	if (record->received_count <= FOREIGN_THRESHOLD) {
		record->received_count++;
	}
}

static void keep(struct foreign_record *record, const struct ingress *in)
{
	record->header = in->message->header;
	record->announce = in->message->body.announce;
	record->address = in->frame->source;
	keep_tlvs(record, in->message);
}

static struct foreign_record *add(struct port *port, const struct ingress *in)
{
	struct foreign_record newcomer = { .is_used = true,
					   .sender = in->message->header.source_port_identity };
	struct foreign_record *record;

	keep(&newcomer, in);
	record = make_room(port, &newcomer);
	if (record) {
		struct gn_report *report = port_report(port, GN_REPORT_NEW_FOREIGN);

		*record = newcomer;
		push_time(record, port->instance->now);
		if (report) {
			report->identity = record->sender;
		}
	}
	return record;
}

bool foreign_announce(struct port *port, const struct ingress *in, struct foreign_record **out)
{
	struct foreign_record *record = find(port, &in->message->header.source_port_identity);
	bool was_qualified, is_changed;

	if (record && !is_within(port, record, 0) && !is_parent(port, record)) {
		foreign_forget(port, record); /* silent for a whole window: it starts anew */
		record = NULL;
	}
	if (!record) {
		*out = add(port, in);
		if (!*out) {
			ingress_drop(port, GN_DROP_FOREIGN_TABLE_FULL, &in->message->header, FOREIGN_RECORDS,
				     0, 0);
		}
		return false;
	}
	was_qualified = foreign_is_qualified(port, record);
	is_changed = !says_the_same(&record->announce, &in->message->body.announce);
	keep(record, in);
	push_time(record, port->instance->now);
	*out = record;
	return is_changed || was_qualified != foreign_is_qualified(port, record);
}

struct foreign_record *foreign_best(struct port *port)
{
	struct foreign_record *best = NULL;

	for (int i = 0; i < FOREIGN_RECORDS; i++) {
		struct foreign_record *record = &port->foreign[i];
		struct bmca_dataset candidate, champion;

		if (!record->is_used || !foreign_is_qualified(port, record)) {
			continue;
		}
		if (best) {
			candidate = foreign_dataset(port, record);
			champion = foreign_dataset(port, best);
			if (bmca_compare(&candidate, &champion) <= 0) {
				continue;
			}
		}
		best = record;
	}
	return best;
}
