/* src/core/port/port.h -- a PTP Port: its state machine, its timers, what it does in each state (9.2). */
#ifndef CORE_PORT_PORT_H
#define CORE_PORT_PORT_H

#include "core/dataset.h"

void port_init(struct port *port, struct gn_instance *instance, uint16_t number,
	       const struct gn_port_config *config, void *pdelay_memory);

/* An event of the state machine (9.2.5): looks up the next state, leaves and enters. */
void port_dispatch(struct port *port, enum gn_port_event event);

/* POWERUP: the port is opened for the first time. */
void port_powerup(struct port *port);

/* RECOMMENDED_TIME_RECEIVER from another parent than before: TIME_RECEIVER goes back to UNCALIBRATED, which starts over. */
void port_new_parent(struct port *port);

/* GN_EVENT_PORT_OPENED, GN_EVENT_LINK. */
void port_opened(struct port *port, bool is_open, const struct gn_port_attachment *attachment);
void port_link(struct port *port, const struct gn_port_attachment *attachment);

/* FAULT_DETECTED with its kind. */
void port_fault(struct port *port, enum gn_fault fault);

/* Timers. `in_ns` from now. */
void port_timer_start(struct port *port, enum gn_timer timer, int64_t in_ns);
void port_timer_stop(struct port *port, enum gn_timer timer);
void port_restart_announce_receipt(struct port *port);
void port_restart_sync_receipt(struct port *port);
void port_schedule_delay_req(struct port *port);

/* The timer that was due then expired; it is stopped already. */
void port_timer_expired(struct port *port, enum gn_timer timer, struct gn_instant due);

/* Reports with the port's number. */
struct gn_report *port_report(struct port *port, enum gn_report_id id);
struct gn_report *instance_report(struct gn_instance *instance, enum gn_report_id id);

/* True if a report of that kind may be made again now: at most one in `every_s` seconds. slot < 4. */
bool port_may_report(struct port *port, int slot, int every_s);

/* A uniform random number in [0, limit) of the instance's seed. */
uint64_t instance_random_below(struct gn_instance *instance, uint64_t limit);

/* The port of that number, or NULL. */
struct port *instance_port(struct gn_instance *instance, uint16_t number);

static inline bool port_is_time_receiver(const struct port *port)
{
	return port->ds.port_state == GN_PORT_TIME_RECEIVER || port->ds.port_state == GN_PORT_UNCALIBRATED;
}

/* An awaited egress timestamp came (true), or did not (counted; the port is FAULTY after a configured run of them). */
void port_tx_stamp(struct port *port, bool came, const struct pending_token *token, int status);

/* A port as IEEE 802.1AS has them. */
static inline bool port_is_802_1as(const struct port *port)
{
	return port->config.follow_up_info && port->config.as_capable == GN_AS_CAPABLE_AUTO;
}

#endif
