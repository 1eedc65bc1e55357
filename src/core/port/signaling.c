/* src/core/port/signaling.c -- the one TLV of Signaling messages that a port without unicast negotiation heeds. */
#include "core/port/signaling.h"

#include "core/delay/rate.h"
#include "core/egress.h"
#include "core/port/port.h"
#include "core/servo/steer.h"

#include <string.h>

#define KEEP (-128)
#define INITIAL 126

static bool is_for_us(const struct port *port, const struct gn_port_identity *target)
{
	static const struct gn_clock_identity all = { { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF } };
	bool is_clock = gn_clock_identity_equal(&target->clock_identity, &all) ||
			gn_clock_identity_equal(&target->clock_identity,
						&port->ds.port_identity.clock_identity);

	return is_clock && (target->port_number == 0xFFFF || target->port_number == port->number);
}

/* The interval to use; anything outside what an interval can be is answered by keeping the present one. */
static int8_t wished(int8_t request, int8_t present, int8_t initial)
{
	if (request == KEEP || (request != INITIAL && (request < -10 || request > 22))) {
		return present;
	}
	return request == INITIAL ? initial : request;
}

static void apply(struct port *port, const struct wire_interval_request *request)
{
	struct port_ds *ds = &port->ds;
	int8_t pdelay = wished(request->link_delay_interval, ds->log_min_pdelay_req_interval,
			       port->initial_log_pdelay_interval);

	ds->log_announce_interval = wished(request->announce_interval, ds->log_announce_interval,
					   port->initial_log_announce_interval);
	ds->log_sync_interval = wished(request->time_sync_interval, ds->log_sync_interval,
				       port->initial_log_sync_interval);
	if (pdelay != ds->log_min_pdelay_req_interval) {
		ds->log_min_pdelay_req_interval = pdelay;
		rate_init(&port->neighbor_rate, port->config.freq_est_interval, pdelay);
	}
}

void signaling_receive(struct port *port, const struct ingress *in)
{
	const struct wire_message *m = in->message;
	struct wire_interval_request request;
	struct wire_tlv tlv;

	if (is_for_us(port, &m->body.signaling.target_port_identity) &&
	    wire_tlv_find_organization(m->tlvs, m->tlvs_length, WIRE_ORGANIZATION_IEEE_802_1,
				       WIRE_MESSAGE_INTERVAL_REQUEST, &tlv) &&
	    wire_tlv_get_interval_request(&tlv, &request)) {
		apply(port, &request);
	} else {
		ingress_drop(port, GN_DROP_SIGNALING_IGNORED, &m->header, 0, 0, 0);
	}
}

void signaling_request_sync_interval(struct port *port, int8_t log_interval)
{
	struct wire_message m = egress_message(port->instance, port, GN_SIGNALING);
	struct wire_interval_request request = {
		.link_delay_interval = KEEP,
		.time_sync_interval = log_interval,
		.announce_interval = KEEP,
	};
	uint8_t tlvs[32];
	struct wire_writer w = wire_writer(tlvs, sizeof(tlvs));
	struct gn_report *report = port_report(port, GN_REPORT_INTERVAL_REQUEST);

	if (report) {
		report->number[0] = log_interval;
	}
	wire_tlv_put_interval_request(&w, &request);
	m.header.sequence_id = port->signaling_sequence++;
	memset(&m.body.signaling.target_port_identity, 0xFF, sizeof(m.body.signaling.target_port_identity));
	m.tlvs = tlvs;
	m.tlvs_length = w.at;
	egress_send(port->instance, port, &m,
		    &(struct egress_target){ .destination = port_is_802_1as(port) ? GN_TO_PDELAY
										  : GN_TO_PRIMARY });
}
