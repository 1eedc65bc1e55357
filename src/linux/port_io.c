/* src/linux/port_io.c -- a port put together: interface, capabilities, hardware, transport, sockets, clock. */
#include "linux/port_io.h"
#include "linux/clock_calls.h"
#include "linux/clock_virtual.h"
#include "linux/kernel_facts.h"
#include "linux/log.h"
#include "linux/port_state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_MS 1000000

/* ---- clocks for the timestamper ---- */

static int read_clock(void *context, struct clock_reading *out)
{
	const struct port_io *port = context;

	return port->clock->operations->read(port->clock, out);
}

static int read_realtime(void *context, struct timestamp_realtime *out)
{
	struct clock_reading reading;
	int err = clock_bracket(&clock_calls_of_libc, CLOCK_REALTIME, &reading);

	(void)context;
	if (!err) {
		*out = (struct timestamp_realtime){ .realtime_ns = (int64_t)gn_timestamp_to_ns(
							    reading.clock.whole),
						    .raw_before_ns = reading.raw_before_ns,
						    .raw_after_ns = reading.raw_after_ns };
	}
	return err;
}

static struct gn_precise clock_at(void *context, int64_t raw_ns)
{
	const struct port_io *port = context;

	return clock_virtual_at(port->clock, raw_ns);
}

static uint32_t clock_epoch(void *context)
{
	const struct port_io *port = context;

	return port->clock->epoch;
}

static void explain(void *context, const char *line)
{
	(void)context;
	log_warning("%s", line);
}

static enum timestamp_conversion conversion_of(const struct port_io *port)
{
	if (port->time_stamping != GN_STAMPING_SOFTWARE || strcmp(port->clock->name, "CLOCK_REALTIME") == 0) {
		return TIMESTAMP_AS_IS;
	}
	return clock_is_virtual(port->clock) ? TIMESTAMP_BY_FORMULA : TIMESTAMP_BY_READINGS;
}

static void begin_timestamps(struct port_io *port)
{
	const struct timestamp_clocks clocks = { .read_clock = read_clock,
						 .read_realtime = read_realtime,
						 .clock_at = clock_at,
						 .epoch = clock_epoch,
						 .explain = explain,
						 .context = port };
	struct timestamp_counters counters = port->timestamper.counters;

	timestamper_init(&port->timestamper, &clocks, conversion_of(port), port->label);
	port->timestamper.counters = counters;
}

struct gn_event port_new_event(const struct port_io *port, enum gn_event_type type)
{
	return (struct gn_event){ .type = (uint8_t)type,
				  .port = port->number,
				  .now = { clock_monotonic_ns() },
				  .raw_ns = clock_raw_ns() };
}

/* ---- what the interface is ---- */

/* Whether stamps of the interface can be converted to that virtual clock: the kernel knows whose it is. */
static bool can_bind_phc(const struct port_io *port, int phc_index)
{
	struct port_socket probe = { .fd = socket(AF_INET, SOCK_DGRAM, 0) };
	const struct {
		uint32_t flags;
		int phc_index;
	} option = { KERNEL_RX_HARDWARE | KERNEL_RAW_HARDWARE | KERNEL_BIND_PHC, phc_index };
	bool is_accepted;

	if (probe.fd < 0) {
		return false;
	}
	is_accepted = setsockopt(probe.fd, SOL_SOCKET, SO_BINDTODEVICE, port->interface.device,
				 (socklen_t)strlen(port->interface.device)) == 0 &&
		      setsockopt(probe.fd, SOL_SOCKET, SO_TIMESTAMPING, &option, sizeof(option)) == 0;
	port_socket_close(&probe);
	return is_accepted;
}

static int phc_index_of(const struct port_io *port)
{
	int own = port->has_capabilities ? port->capabilities.phc_index : -1;

	return port->config.phc_index >= 0 && (port->is_virtual_clock || own < 0) ? port->config.phc_index
										  : own;
}

static struct gn_port_attachment attachment_of(const struct port_io *port)
{
	struct gn_port_attachment a = { 0 };

	a.link_is_up = port->is_present && port->link_is_up;
	(void)device_get_speed(port->interface.name, &a.speed_mbps); /* 0 where unknown */
	memcpy(a.physical_address, port->interface.mac, sizeof(port->interface.mac));
	a.physical_address_length = sizeof(port->interface.mac);
	a.protocol_address = interface_address(&port->interface, port->config.network_transport);
	a.phc_index = phc_index_of(port);
	a.is_virtual_clock = port->is_virtual_clock;
	a.time_stamping = (uint8_t)port->time_stamping;
	a.is_fallback = port->is_fallback;
	snprintf(a.label, sizeof(a.label), "%s", port->interface.device);
	return a;
}

void port_refresh_attachment(struct port_io *port)
{
	int own;

	port->has_capabilities = device_get_stamping(port->interface.device, &port->capabilities) == 0;
	own = port->has_capabilities ? port->capabilities.phc_index : -1;
	port->is_virtual_clock = own >= 0 && port->config.phc_index >= 0 && port->config.phc_index != own &&
				 can_bind_phc(port, port->config.phc_index);
	port->attachment = attachment_of(port);
}

static int find_interface(struct port_io *port)
{
	struct interface found;
	int err = interface_find(port->config.name, &found);

	if (err) {
		log_error("ioctl SIOCGIFINDEX failed: %s", strerror(-err));
		log_error("%s: %s; `ip link` lists the interfaces", port->label,
			  err == -ENODEV ? "there is no interface of that name"
					 : "the interface cannot be used");
		return err;
	}
	port->interface = found;
	port->is_present = true;
	return 0;
}

int port_io_new(struct port_io **out, const struct gn_config *config, uint16_t port_number,
		struct clock *clock)
{
	struct port_io *port = calloc(1, sizeof(*port));
	int err;

	if (port == NULL) {
		return -ENOMEM;
	}
	port->config = config->ports[port_number - 1];
	port->number = port_number;
	snprintf(port->label, sizeof(port->label), "port %u (%s)", port_number, port->config.name);
	port->requested_stamping = config->time_stamping;
	port->time_stamping = config->time_stamping;
	port->may_fall_back = config->time_stamping_fallback != 0;
	port->hwts_filter = config->hwts_filter;
	port->check_fup_sync = config->check_fup_sync != 0;
	port->tx_timeout_ns = (int64_t)config->tx_timestamp_timeout * NS_PER_MS;
	port->setup = (struct transport_setup){ .label = port->label,
						.ttl = port->config.udp_ttl,
						.dscp_event = config->dscp_event,
						.dscp_general = config->dscp_general,
						.priority = config->socket_priority };
	port->clock = clock;
	port->event.fd = -1;
	port->general.fd = -1;
	port->watch.fd = -1;
	port->transport = transport_of(port->config.network_transport);
	err = port->transport ? find_interface(port) : -EPROTONOSUPPORT;
	if (err) {
		free(port);
		return err;
	}
	port->link_is_up = link_is_up(&port->watch, port->interface.name);
	link_watch_open(&port->watch);
	port->link_poll_ns = port->watch.fd < 0 && port->watch.answers ? clock_monotonic_ns() + LINK_POLL_NS
								       : INT64_MAX;
	if (port->watch.fd < 0) {
		log_debug("%s: no netlink: the link is %s", port->label,
			  port->watch.answers ? "asked for once a second" : "taken to be up");
	}
	port_refresh_attachment(port);
	*out = port;
	return 0;
}

void port_io_free(struct port_io *port)
{
	if (port == NULL) {
		return;
	}
	port_io_close(port);
	hwtstamp_restore(&port->hwtstamp);
	link_watch_close(&port->watch);
	free(port);
}

void port_io_set_clock(struct port_io *port, struct clock *clock)
{
	port->clock = clock;
	if (port->is_open) {
		begin_timestamps(port);
	}
}

void port_io_attachment(struct port_io *port, struct gn_port_attachment *out)
{
	*out = port->attachment;
}

/* ---- what it can do ---- */

/* By enum gn_time_stamping: what must be there. */
static const struct need {
	uint32_t so_flags;
	int tx_type; /* -1: none */
	const char *name;
} needs[] = {
	[GN_STAMPING_SOFTWARE] = { KERNEL_TX_SOFTWARE | KERNEL_RX_SOFTWARE | KERNEL_SOFTWARE, -1,
				   "software" },
	[GN_STAMPING_HARDWARE] = { KERNEL_TX_HARDWARE | KERNEL_RX_HARDWARE | KERNEL_RAW_HARDWARE,
				   KERNEL_TX_ON, "hardware" },
	[GN_STAMPING_LEGACY] = { KERNEL_TX_HARDWARE | KERNEL_RX_HARDWARE, KERNEL_TX_ON, "hardware (legacy)" },
	[GN_STAMPING_ONESTEP] = { KERNEL_TX_HARDWARE | KERNEL_RX_HARDWARE | KERNEL_RAW_HARDWARE,
				  KERNEL_TX_ONESTEP_SYNC, "one-step" },
	[GN_STAMPING_P2P1STEP] = { KERNEL_TX_HARDWARE | KERNEL_RX_HARDWARE | KERNEL_RAW_HARDWARE,
				   KERNEL_TX_ONESTEP_P2P, "one-step P2P" },
};

static bool is_capable(const struct port_io *port, int time_stamping)
{
	const struct need *need = &needs[time_stamping];

	return (port->capabilities.so_flags & need->so_flags) == need->so_flags &&
	       (need->tx_type < 0 || (port->capabilities.tx_types >> need->tx_type & 1));
}

/* What the driver lacks for the time stamping asked for. */
static const char *missing_in(const struct port_io *port)
{
	uint32_t missing = needs[port->requested_stamping].so_flags & ~port->capabilities.so_flags;

	if (missing & (KERNEL_TX_HARDWARE | KERNEL_TX_SOFTWARE)) {
		return "transmit timestamps";
	}
	if (missing & (KERNEL_RX_HARDWARE | KERNEL_RX_SOFTWARE)) {
		return "receive timestamps";
	}
	return missing ? "a clock that can be read" : "a transmit mode";
}

/* What to do about it, by enum gn_time_stamping. */
static const char *const remedies[] = {
	[GN_STAMPING_SOFTWARE] = "use another interface",
	[GN_STAMPING_HARDWARE] = "to accept software stamps (some 10 us), say `time_stamping software`, or "
				 "`time_stamping_fallback 1`",
	[GN_STAMPING_LEGACY] = "to accept software stamps (some 10 us), say `time_stamping software`, or "
			       "`time_stamping_fallback 1`",
	[GN_STAMPING_ONESTEP] = "with `twoStepFlag 1` and `time_stamping hardware` it may do",
	[GN_STAMPING_P2P1STEP] = "with `twoStepFlag 1` and `time_stamping hardware` it may do",
};

/* Hardware stamps that were asked for are only replaced when that was allowed, and never without a word. One-step
 * transmission cannot be replaced: the instance was built for it. */
static bool fall_back(struct port_io *port, const char *reason)
{
	if (!port->may_fall_back || (port->requested_stamping != GN_STAMPING_HARDWARE &&
				     port->requested_stamping != GN_STAMPING_LEGACY)) {
		return false;
	}
	port->time_stamping = GN_STAMPING_SOFTWARE;
	port->is_fallback = true;
	log_warning("%s: %s; using software timestamps (some 10 us) as time_stamping_fallback allows",
		    port->label, reason);
	port->attachment = attachment_of(port);
	return true;
}

enum gn_result port_io_check_stamping(struct port_io *port, char *why, size_t why_size)
{
	char lack[128];

	if (!port->has_capabilities) {
		log_warning("%s: get_ts_info not supported", port->label);
		return GN_OK; /* the socket will tell */
	}
	if (!is_capable(port, port->requested_stamping)) {
		snprintf(lack, sizeof(lack), "the driver of %s has no %s for %s timestamping",
			 port->interface.device, missing_in(port), needs[port->requested_stamping].name);
		if (is_capable(port, GN_STAMPING_SOFTWARE) && fall_back(port, lack)) {
			return GN_OK;
		}
		snprintf(why, why_size, "interface '%s' does not support requested timestamping mode: %s; %s",
			 port->config.name, lack, remedies[port->requested_stamping]);
		return GN_ERR_UNSUPPORTED;
	}
	if (port->config.phc_index >= 0 && port->time_stamping != GN_STAMPING_SOFTWARE &&
	    !port->is_virtual_clock && port->capabilities.phc_index >= 0 &&
	    port->capabilities.phc_index != port->config.phc_index) {
		snprintf(why, why_size,
			 "phc_index %d: /dev/ptp%d requested, ptp%d attached to %s, and the one is no "
			 "virtual clock "
			 "of the other",
			 port->config.phc_index, port->config.phc_index, port->capabilities.phc_index,
			 port->interface.device);
		return GN_ERR_UNSUPPORTED;
	}
	return GN_OK;
}

/* ---- opening and closing ---- */

/* -EPERM stays an error even where a fallback is allowed: what is missing is a right, not hardware. */
static int set_up_hardware(struct port_io *port)
{
	const struct hwtstamp_request request = { .label = port->label,
						  .interface = port->interface.device,
						  .time_stamping = port->time_stamping,
						  .network_transport = port->config.network_transport,
						  .hwts_filter = port->hwts_filter };
	int err;

	if (port->time_stamping == GN_STAMPING_SOFTWARE) {
		return 0;
	}
	if (strcmp(port->clock->operations->kind, "phc") != 0 && phc_index_of(port) >= 0) {
		log_warning("%s: hardware timestamps are of /dev/ptp%d, but %s is steered: they will not fit",
			    port->label, phc_index_of(port), port->clock->name);
	}
	err = hwtstamp_configure(&port->hwtstamp, &hwtstamp_calls_of_kernel, &request);
	if (err && err != -EPERM && err != -EACCES &&
	    fall_back(port, "the hardware timestamping could not be switched on")) {
		return 0;
	}
	return err;
}

/* PTP over Ethernet uses the active member of a bond itself: the bond may send by another. */
static void choose_device(struct port_io *port)
{
	bool is_ethernet = port->config.network_transport == GN_PROTOCOL_IEEE_802_3;
	const char *name = is_ethernet ? port->interface.member : port->interface.name;
	unsigned index = if_nametoindex(name);

	memcpy(port->setup.mac, port->interface.mac, sizeof(port->setup.mac));
	port->setup.index = index ? index : port->interface.index;
	snprintf(port->setup.interface, sizeof(port->setup.interface), "%s", name);
}

static int open_sockets(struct port_io *port)
{
	port->event.fd = port->transport->open(&port->setup, true);
	if (port->event.fd < 0) {
		return port->event.fd;
	}
	port->general.fd = port->transport->open(&port->setup, false);
	if (port->general.fd < 0) {
		return port->general.fd;
	}
	port_socket_enlarge(&port->event);
	return port_socket_enable_stamps(&port->event, port->label, port->time_stamping,
					 port->is_virtual_clock ? port->config.phc_index : -1);
}

static int set_up(struct port_io *port)
{
	int err = port->is_present ? interface_refresh(&port->interface) : -ENODEV;

	if (err) {
		err = find_interface(port); /* it may have come back under another index */
	}
	if (err) {
		return err;
	}
	port->time_stamping = port->is_fallback ? GN_STAMPING_SOFTWARE : port->requested_stamping;
	port_refresh_attachment(port);
	choose_device(port);
	err = port->transport->find_groups(&port->config, &port->setup);
	if (!err) {
		err = set_up_hardware(port);
	}
	if (!err) {
		err = open_sockets(port);
	}
	if (!err && port->check_fup_sync) {
		err = port_socket_enable_kernel_times(&port->event);
	}
	if (!err && port->check_fup_sync) {
		err = port_socket_enable_kernel_times(&port->general);
	}
	return err;
}

int port_io_open(struct port_io *port)
{
	int err;

	port_io_close(port);
	err = set_up(port);
	if (err) {
		port_io_close(port);
		return err;
	}
	port->is_open = true;
	begin_timestamps(port);
	return 0;
}

void port_io_close(struct port_io *port)
{
	port_socket_close(&port->event);
	port_socket_close(&port->general);
	pending_clear(&port->pending);
	port->is_matching = false;
	port->is_open = false;
	port->generation++;
}
