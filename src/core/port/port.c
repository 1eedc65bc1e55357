/* src/core/port/port.c -- what is done on entering a state, and when a timer expires: two tables. */
#include "core/port/port.h"

#include "core/bmca/foreign.h"
#include "core/delay/e2e.h"
#include "core/delay/p2p.h"
#include "core/egress.h"
#include "core/port/announce.h"
#include "core/port/state.h"
#include "core/port/sync.h"
#include "core/servo/steer.h"

#include <string.h>

#define NEVER ((struct gn_instant){ INT64_MAX })
#define FIRST_ANNOUNCE_NS 1000000
#define FAULT_RESET_AT_ONCE (-128)
#define AT_ONCE_NS 1000000         /* not within the event that failed */
#define REOPEN_NS GN_NS_PER_SECOND /* what could not be opened would fail at once again */

/* Intervals of which more cannot be meant, in log2 s: from 1 ms, so that no timer keeps the processor to itself. */
#define LOG_INTERVAL_MIN (-10)
#define LOG_INTERVAL_MAX 22

/* ---- small things ---- */

struct gn_report *instance_report(struct gn_instance *instance, enum gn_report_id id)
{
	struct gn_action *action = action_add(&instance->actions, GN_ACTION_REPORT, 0);
	struct gn_report *report;

	if (!action) {
		return NULL;
	}
	report = &instance->actions.reports[action - instance->actions.actions];
	memset(report, 0, sizeof(*report));
	report->id = (uint16_t)id;
	action->u.report = report;
	return report;
}

struct gn_report *port_report(struct port *port, enum gn_report_id id)
{
	struct gn_report *report = instance_report(port->instance, id);

	if (report) {
		report->port = port->number;
	}
	return report;
}

bool port_may_report(struct port *port, int slot, int every_s)
{
	struct gn_instant *last = &port->limited[slot];
	int64_t now = port->instance->now.ns;

	if (last->ns && now - last->ns < (int64_t)every_s * GN_NS_PER_SECOND) {
		return false;
	}
	last->ns = now ? now : 1;
	return true;
}

/* splitmix64: every seed gives a good sequence, and the state is one word. */
static uint64_t next_random(struct gn_instance *instance)
{
	uint64_t z = (instance->random += 0x9E3779B97F4A7C15u);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

uint64_t instance_random_below(struct gn_instance *instance, uint64_t limit)
{
	return limit ? next_random(instance) % limit : 0;
}

struct port *instance_port(struct gn_instance *instance, uint16_t number)
{
	return number >= 1 && number <= instance->port_count ? &instance->ports[number - 1] : NULL;
}

static enum state_machine machine_of(const struct port *port)
{
	if (port->config.bmca == GN_BMCA_NOOP) {
		return port->ds.time_transmitter_only ? STATE_MACHINE_STATIC_TRANSMITTER
						      : STATE_MACHINE_STATIC_RECEIVER;
	}
	return port->instance->default_ds.time_receiver_only ? STATE_MACHINE_TIME_RECEIVER_ONLY
							     : STATE_MACHINE_FULL;
}

/* ---- timers ---- */

void port_timer_start(struct port *port, enum gn_timer timer, int64_t in_ns)
{
	int64_t now = port->instance->now.ns;

	port->timer[timer].ns = in_ns > INT64_MAX - now ? INT64_MAX : now + in_ns;
}

void port_timer_stop(struct port *port, enum gn_timer timer)
{
	port->timer[timer] = NEVER;
}

static int64_t interval_ns(int8_t log_interval)
{
	return gn_log_interval_ns(log_interval < LOG_INTERVAL_MIN   ? LOG_INTERVAL_MIN
				  : log_interval > LOG_INTERVAL_MAX ? LOG_INTERVAL_MAX
								    : log_interval);
}

static void stop_all_timers(struct port *port)
{
	for (int t = 0; t < GN_TIMERS; t++) {
		port_timer_stop(port, (enum gn_timer)t);
	}
}

/* The next of a row: from when the last was due, so that lateness does not add up; unless it is a whole interval late. */
static void timer_continue(struct port *port, enum gn_timer timer, struct gn_instant due, int64_t interval)
{
	int64_t late = port->instance->now.ns - due.ns;

	port_timer_start(port, timer, late < interval ? interval - late : interval);
}

/* announceReceiptTimeout announceIntervals and a random share of one (9.2.6.12), so that not all react together. */
void port_restart_announce_receipt(struct port *port)
{
	int64_t interval = interval_ns(port->ds.log_announce_interval);
	int64_t share = (int64_t)instance_random_below(port->instance, (uint64_t)interval);
	int64_t count = port->ds.announce_receipt_timeout;

	if (port->config.inhibit_announce) {
		return; /* nobody announces here */
	}
	port_timer_start(port, GN_TIMER_ANNOUNCE_RECEIPT, count * interval + share);
}

void port_restart_sync_receipt(struct port *port)
{
	int64_t interval = interval_ns(port->ds.log_sync_interval);

	if (port->config.sync_receipt_timeout && !port->config.inhibit_announce) {
		port_timer_start(port, GN_TIMER_SYNC_RECEIPT, port->config.sync_receipt_timeout * interval);
	}
}

/* Uniform in (1 -+ variability) times the minimum mean interval (9.5.11.2); Pdelay_Req at its nominal interval. */
void port_schedule_delay_req(struct port *port)
{
	int64_t interval = interval_ns(port_is_p2p(port) ? port->ds.log_min_pdelay_req_interval
							 : port->ds.log_min_delay_req_interval);
	double variability = port->config.delay_request_variability;
	int64_t spread = variability >= 0.0 && variability <= 1.0 ? (int64_t)((double)interval * variability)
								  : 0;

	if (port->config.inhibit_delay_req || port->ds.delay_mechanism == GN_DELAY_NONE) {
		return;
	}
	if (!port_is_p2p(port) && spread > 0) {
		interval += (int64_t)instance_random_below(port->instance, 2 * (uint64_t)spread + 1) - spread;
	}
	port_timer_start(port, GN_TIMER_DELAY_REQ, interval);
}

/* ---- states ---- */

static void open_port(struct port *port)
{
	port->is_open = false;
	stop_all_timers(port);
	action_add(&port->instance->actions, GN_ACTION_OPEN_PORT, port->number);
}

/* What ends with FAULTY and DISABLED: sockets, timers, everything learnt from the network. */
static void close_port(struct port *port)
{
	stop_all_timers(port);
	foreign_forget_all(port);
	egress_forget_tokens(port);
	e2e_forget(port);
	p2p_reset(port);
	port->pair.state = PAIR_EMPTY;
	port->is_open = false;
	action_add(&port->instance->actions, GN_ACTION_CLOSE_PORT, port->number);
	port->instance->is_decision_due = true;
}

static void report_fault_wait(struct port *port, int64_t wait)
{
	struct gn_report *report = port_report(port, GN_REPORT_FAULT_WAIT);

	if (report) {
		report->number[0] = port->fault;
		report->number[1] = wait;
	}
}

static void report_fault_clearing(struct port *port, bool at_once)
{
	struct gn_report *report = port_report(port, GN_REPORT_FAULT_CLEARING);

	if (report) {
		report->number[0] = at_once;
	}
}

static bool is_cleared_at_once(const struct port *port)
{
	return port->fault == GN_FAULT_BAD_PEER_NETWORK
		       ? port->config.fault_badpeernet_interval == 0
		       : port->config.fault_reset_interval == FAULT_RESET_AT_ONCE;
}

static int64_t fault_interval_ns(const struct port *port)
{
	return port->fault == GN_FAULT_BAD_PEER_NETWORK
		       ? (int64_t)port->config.fault_badpeernet_interval * GN_NS_PER_SECOND
		       : gn_log_interval_ns(port->config.fault_reset_interval);
}

static void enter_faulty(struct port *port)
{
	int64_t wait = fault_interval_ns(port);

	if (is_cleared_at_once(port)) {
		wait = port->is_open ? AT_ONCE_NS : REOPEN_NS;
	} else {
		report_fault_wait(port, wait);
	}
	port->faults++;
	close_port(port);
	port_timer_start(port, GN_TIMER_FAULT, wait < 0 ? 0 : wait);
}

static void enter_listening(struct port *port)
{
	port_restart_announce_receipt(port);
}

static void enter_pre_time_transmitter(struct port *port)
{
	int64_t interval = interval_ns(port->ds.log_announce_interval);
	int64_t count = 1 + (int64_t)port->instance->current_ds.steps_removed; /* 9.2.6.11, M3 */

	port_timer_start(port, GN_TIMER_QUALIFICATION,
			 interval > INT64_MAX / 65537 ? INT64_MAX : count * interval);
}

static void enter_time_transmitter(struct port *port)
{
	if (!port->config.inhibit_announce) {
		port_timer_start(port, GN_TIMER_ANNOUNCE, FIRST_ANNOUNCE_NS);
	}
	port_timer_start(port, GN_TIMER_SYNC, interval_ns(port->ds.log_sync_interval));
}

static void enter_passive(struct port *port)
{
	port_restart_announce_receipt(port);
}

static void enter_uncalibrated(struct port *port)
{
	port_restart_announce_receipt(port);
	port_restart_sync_receipt(port);
}

static void enter_time_receiver(struct port *port)
{
	if (port->timer[GN_TIMER_ANNOUNCE_RECEIPT].ns == INT64_MAX && port->config.bmca != GN_BMCA_NOOP) {
		port_restart_announce_receipt(port);
	}
}

static void (*const enter[GN_PORT_STATES])(struct port *) = {
	[GN_PORT_INITIALIZING] = open_port,
	[GN_PORT_FAULTY] = enter_faulty,
	[GN_PORT_DISABLED] = close_port,
	[GN_PORT_LISTENING] = enter_listening,
	[GN_PORT_PRE_TIME_TRANSMITTER] = enter_pre_time_transmitter,
	[GN_PORT_TIME_TRANSMITTER] = enter_time_transmitter,
	[GN_PORT_PASSIVE] = enter_passive,
	[GN_PORT_UNCALIBRATED] = enter_uncalibrated,
	[GN_PORT_TIME_RECEIVER] = enter_time_receiver,
};

static bool is_receiving(enum gn_port_state state)
{
	return state == GN_PORT_UNCALIBRATED || state == GN_PORT_TIME_RECEIVER;
}

/* Between UNCALIBRATED and TIME_RECEIVER everything runs on; otherwise only peer delay does. */
static void leave(struct port *port, enum gn_port_state old, enum gn_port_state next)
{
	if (is_receiving(old) && is_receiving(next)) {
		return;
	}
	if (is_receiving(old) &&
	    (next == GN_PORT_FAULTY || next == GN_PORT_DISABLED || next == GN_PORT_INITIALIZING)) {
		steer_reference_lost(port->instance);
	}
	port_timer_stop(port, GN_TIMER_ANNOUNCE_RECEIPT);
	port_timer_stop(port, GN_TIMER_SYNC_RECEIPT);
	port_timer_stop(port, GN_TIMER_QUALIFICATION);
	port_timer_stop(port, GN_TIMER_ANNOUNCE);
	port_timer_stop(port, GN_TIMER_SYNC);
	port_timer_stop(port, GN_TIMER_FAULT);
	if (!port_is_p2p(port)) {
		port_timer_stop(port, GN_TIMER_DELAY_REQ);
		e2e_forget(port);
	}
	port->pair.state = PAIR_EMPTY;
	port->pair.has_last = false;
}

static void report_state(struct port *port, enum gn_port_state old, enum gn_port_event event)
{
	struct gn_report *report = port_report(port, GN_REPORT_PORT_STATE);

	if (report) {
		report->number[0] = old;
		report->number[1] = port->ds.port_state;
		report->number[2] = event;
		report->number[3] = port->fault;
		report->number[4] = port->is_grandmaster_port;
	}
}

static void change_state(struct port *port, enum gn_port_state next, enum gn_port_event event)
{
	enum gn_port_state old = port->ds.port_state;

	port->ds.port_state = next;
	port->is_grandmaster_port = next == GN_PORT_TIME_TRANSMITTER &&
				    event == GN_EV_RECOMMENDED_GRANDMASTER;
	port->state_since = port->instance->now;
	port->transitions++;
	report_state(port, old, event);
	leave(port, old, next);
	enter[next](port);
	if (event == GN_EV_INIT_COMPLETE) {
		port->fault = GN_FAULT_NONE;
	}
}

void port_dispatch(struct port *port, enum gn_port_event event)
{
	enum gn_port_state next = state_next(machine_of(port), port->ds.port_state, event);

	if (next != port->ds.port_state || event == GN_EV_POWERUP || event == GN_EV_INITIALIZE) {
		change_state(port, next, event);
	} else if (event == GN_EV_ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES && next == GN_PORT_LISTENING) {
		port_restart_announce_receipt(port);
	}
}

void port_powerup(struct port *port)
{
	open_port(port);
}

void port_new_parent(struct port *port)
{
	if (port->ds.port_state == GN_PORT_TIME_RECEIVER) {
		change_state(port, GN_PORT_UNCALIBRATED, GN_EV_RECOMMENDED_TIME_RECEIVER);
	} else {
		enter_uncalibrated(port); /* calibration starts over */
	}
	if (!port_is_p2p(port)) {
		port_timer_stop(port, GN_TIMER_DELAY_REQ); /* until the first Sync of this parent */
	}
	port->pair.state = PAIR_EMPTY;
	port->pair.has_last = false;
	e2e_forget(port);
}

void port_fault(struct port *port, enum gn_fault fault)
{
	if (port->ds.port_state == GN_PORT_FAULTY || port->ds.port_state == GN_PORT_DISABLED) {
		return;
	}
	port->fault = fault;
	port_dispatch(port, GN_EV_FAULT_DETECTED);
}

/* ---- the driver's news ---- */

static void keep_attachment(struct port *port, const struct gn_port_attachment *attachment)
{
	port->attachment = *attachment;
	port->attachment.label[sizeof(port->attachment.label) - 1] = 0;
	port->has_attachment = true;
}

/* While the link is down nothing is cleared: the link coming up does it. */
static bool is_link_down(const struct port *port)
{
	return port->has_attachment && !port->attachment.link_is_up;
}

static void clear_fault(struct port *port)
{
	if (!is_link_down(port)) {
		port_dispatch(port, GN_EV_FAULT_CLEARED);
	}
}

static void start_peer_delay(struct port *port)
{
	if (port_is_p2p(port) && !port->config.inhibit_delay_req) {
		port_timer_start(port, GN_TIMER_DELAY_REQ, interval_ns(port->ds.log_min_pdelay_req_interval));
	}
}

void port_opened(struct port *port, bool is_open, const struct gn_port_attachment *attachment)
{
	if (port->ds.port_state != GN_PORT_INITIALIZING) {
		return;
	}
	keep_attachment(port, attachment);
	if (!is_open) {
		port_fault(port, GN_FAULT_UNSPECIFIED);
		return;
	}
	port->is_open = true;
	port->tx_losses_in_a_row = 0;
	port_dispatch(port, GN_EV_INIT_COMPLETE);
	start_peer_delay(port);
	if (!attachment->link_is_up) {
		struct gn_report *report = port_report(port, GN_REPORT_LINK);

		if (report) {
			report->number[0] = 0;
		}
		port_fault(port, GN_FAULT_UNSPECIFIED);
	}
}

/* Up to the terminator, which keep_attachment() saw to; what lies behind it is nobody's. */
static bool is_same_label(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static void report_link(struct port *port, bool was_up, const char *old_label)
{
	struct gn_report *report;

	if (was_up != port->attachment.link_is_up) {
		report = port_report(port, GN_REPORT_LINK);
		if (report) {
			report->number[0] = port->attachment.link_is_up;
		}
	}
	if (!is_same_label(old_label, port->attachment.label)) {
		report = port_report(port, GN_REPORT_LABEL_CHANGED);
		if (report) {
			report->text = port->attachment.label;
		}
	}
}

void port_link(struct port *port, const struct gn_port_attachment *attachment)
{
	bool was_up = port->attachment.link_is_up;
	char old_label[sizeof(port->attachment.label)];

	memcpy(old_label, port->attachment.label, sizeof(old_label));
	keep_attachment(port, attachment);
	report_link(port, was_up, old_label);
	if (!attachment->link_is_up || attachment->is_changed_provider) {
		port_fault(port, GN_FAULT_UNSPECIFIED);
	} else if (!was_up && port->ds.port_state == GN_PORT_FAULTY) {
		clear_fault(port);
	}
}

static void report_tx_missing(struct port *port, const struct pending_token *token, int status)
{
	struct gn_report *report = port_report(port, GN_REPORT_TX_STAMP_MISSING);

	if (report) {
		report->number[0] = token->message_type;
		report->number[1] = token->sequence_id;
		report->number[2] = port->tx_losses_in_a_row;
		report->number[3] = status;
	}
}

void port_tx_stamp(struct port *port, bool came, const struct pending_token *token, int status)
{
	int limit = port->config.tx_timestamp_losses_max;

	if (came) {
		port->tx_losses_in_a_row = 0;
		return;
	}
	port->tx_losses++;
	port->tx_losses_in_a_row++;
	report_tx_missing(port, token, status);
	if (limit > 0 && port->tx_losses_in_a_row >= (uint32_t)limit) {
		struct gn_report *report = port_report(port, GN_REPORT_TX_STAMPS_LOST);

		if (report) {
			report->number[0] = port->tx_losses_in_a_row;
			report->number[1] = limit;
		}
		port_fault(port, GN_FAULT_UNSPECIFIED);
	}
}

/* ---- timers expire ---- */

static void fault_expired(struct port *port, struct gn_instant due)
{
	(void)due;
	if (!is_cleared_at_once(port) || !is_link_down(port)) {
		report_fault_clearing(port, is_cleared_at_once(port));
	}
	clear_fault(port);
}

static void announce_receipt_expired(struct port *port, struct gn_instant due)
{
	(void)due;
	port->service[SERVICE_ANNOUNCE_TIMEOUT]++;
	announce_receipt_timeout(port);
}

static void sync_receipt_expired(struct port *port, struct gn_instant due)
{
	(void)due;
	port->service[SERVICE_SYNC_TIMEOUT]++;
	announce_receipt_timeout(port);
}

static void qualification_expired(struct port *port, struct gn_instant due)
{
	(void)due;
	port->service[SERVICE_QUALIFICATION_TIMEOUT]++;
	port_dispatch(port, GN_EV_QUALIFICATION_TIMEOUT_EXPIRES);
}

static void sync_expired(struct port *port, struct gn_instant due)
{
	port->service[SERVICE_TIME_TRANSMITTER_SYNC_TIMEOUT]++;
	timer_continue(port, GN_TIMER_SYNC, due, interval_ns(port->ds.log_sync_interval));
	sync_transmit(port);
}

static void announce_expired(struct port *port, struct gn_instant due)
{
	port->service[SERVICE_TIME_TRANSMITTER_ANNOUNCE_TIMEOUT]++;
	timer_continue(port, GN_TIMER_ANNOUNCE, due, interval_ns(port->ds.log_announce_interval));
	announce_transmit(port);
}

static void delay_req_expired(struct port *port, struct gn_instant due)
{
	port->service[SERVICE_DELAY_TIMEOUT]++;
	if (port_is_p2p(port)) {
		timer_continue(port, GN_TIMER_DELAY_REQ, due,
			       interval_ns(port->ds.log_min_pdelay_req_interval));
		p2p_request_transmit(port);
	} else {
		port_schedule_delay_req(port);
		e2e_request_transmit(port);
	}
}

static void (*const expired[GN_TIMERS])(struct port *, struct gn_instant) = {
	[GN_TIMER_FAULT] = fault_expired,
	[GN_TIMER_ANNOUNCE_RECEIPT] = announce_receipt_expired,
	[GN_TIMER_SYNC_RECEIPT] = sync_receipt_expired,
	[GN_TIMER_QUALIFICATION] = qualification_expired,
	[GN_TIMER_SYNC] = sync_expired,
	[GN_TIMER_ANNOUNCE] = announce_expired,
	[GN_TIMER_DELAY_REQ] = delay_req_expired,
};

void port_timer_expired(struct port *port, enum gn_timer timer, struct gn_instant due)
{
	struct gn_report *report = port_report(port, GN_REPORT_TIMER);

	if (report) {
		report->number[0] = timer;
	}
	expired[timer](port, due);
}

/* ---- the beginning ---- */

static enum gn_delay_mechanism mechanism_of(const struct gn_port_config *config)
{
	return config->delay_mechanism == GN_DELAY_AUTO ? GN_DELAY_E2E
							: (enum gn_delay_mechanism)config->delay_mechanism;
}

void port_init(struct port *port, struct gn_instance *instance, uint16_t number,
	       const struct gn_port_config *config, void *pdelay_memory)
{
	memset(port, 0, sizeof(*port));
	port->instance = instance;
	port->number = number;
	port->config = *config;
	port->ds = (struct port_ds){
		.port_identity = { instance->default_ds.clock_identity, number },
		.port_state = GN_PORT_INITIALIZING,
		.log_min_delay_req_interval = (int8_t)config->log_min_delay_req_interval,
		.log_announce_interval = (int8_t)config->log_announce_interval,
		.announce_receipt_timeout = (uint8_t)config->announce_receipt_timeout,
		.log_sync_interval = (int8_t)config->log_sync_interval,
		.delay_mechanism = mechanism_of(config),
		.log_min_pdelay_req_interval = (int8_t)config->log_min_pdelay_req_interval,
		.version_number = 2,
		.minor_version_number = (uint8_t)instance->config.ptp_minor_version,
		.delay_asymmetry = gn_interval_from_ns(config->delay_asymmetry),
		.time_transmitter_only = config->server_only,
	};
	port->initial_log_announce_interval = port->ds.log_announce_interval;
	port->initial_log_sync_interval = port->ds.log_sync_interval;
	port->initial_log_pdelay_interval = port->ds.log_min_pdelay_req_interval;
	delay_process_init(&port->pdelay_process, (enum gn_tsproc_mode)config->tsproc_mode,
			   (enum gn_filter_kind)config->delay_filter, config->delay_filter_length,
			   pdelay_memory);
	stop_all_timers(port);
	p2p_reset(port);
}
