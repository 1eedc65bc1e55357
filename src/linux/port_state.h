/* src/linux/port_state.h -- the inside of a port, for the three files that make it: port_io.c (what it is, opening and
 * closing), port_traffic.c (frames and timestamps), port_link.c (its link). */
#ifndef LINUX_PORT_STATE_H
#define LINUX_PORT_STATE_H

#include "linux/device.h"
#include "linux/hwtstamp.h"
#include "linux/interface.h"
#include "linux/link.h"
#include "linux/pending.h"
#include "linux/port_io.h"
#include "linux/port_socket.h"
#include "linux/timestamp.h"
#include "linux/transport.h"

struct port_io {
	struct gn_port_config config;
	uint16_t number;
	char label[GN_NAME_SIZE + 16];
	int requested_stamping, time_stamping; /* enum gn_time_stamping */
	bool may_fall_back, is_fallback;
	int hwts_filter;
	bool check_fup_sync;
	int64_t tx_timeout_ns;
	struct clock *clock;

	struct interface interface;
	bool is_present; /* false: the interface was removed */
	struct device_stamping capabilities;
	bool has_capabilities;
	bool is_virtual_clock; /* stamps are converted to the virtual clock config.phc_index */
	struct gn_port_attachment attachment;
	struct link_watch watch;
	bool link_is_up, is_touched;
	int64_t link_poll_ns; /* when to ask by ioctl; INT64_MAX: never */

	bool is_open;
	uint32_t generation; /* raised by opening and closing */
	const struct transport *transport;
	struct transport_setup setup;
	struct port_socket event, general;
	struct pending pending;
	bool is_matching; /* a number has matched since the port was opened */
	struct timestamper timestamper;
	struct hwtstamp hwtstamp;
	struct port_io_counters counters;
	int64_t late_explained_ns;
};

struct sink {
	port_io_deliver deliver;
	void *context;
};

/* An event of this port, of now. */
struct gn_event port_new_event(const struct port_io *port, enum gn_event_type type);

/* Looks up again what the interface is and can do. */
void port_refresh_attachment(struct port_io *port);

/* Reads what netlink has told, or asks by ioctl, and delivers what changed. */
void port_read_link(struct port_io *port, const struct sink *sink);
void port_poll_link(struct port_io *port, const struct sink *sink);

#endif
