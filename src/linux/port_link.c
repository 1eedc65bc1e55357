/* src/linux/port_link.c -- what netlink and ioctl tell of a port's interface, as LINK events: one when something differs
 * from what was told last. */
#include "linux/clock.h"
#include "linux/port_state.h"

#include <errno.h>
#include <string.h>

static void deliver_link(const struct port_io *port, const struct sink *sink)
{
	struct gn_event event = port_new_event(port, GN_EVENT_LINK);

	event.u.link = port->attachment;
	sink->deliver(sink->context, &event);
}

static void take_link(void *context, const struct link_message *message)
{
	struct port_io *port = context;
	struct interface found;

	if (port->is_present && message->index == port->interface.index) {
		port->link_is_up = message->is_up;
		port->is_present = message->news != LINK_GONE;
		port->is_touched = true;
	} else if (!port->is_present && message->news == LINK_CHANGED &&
		   strcmp(message->name, port->config.name) == 0 &&
		   interface_find(message->name, &found) == 0) {
		port->interface = found;
		port->is_present = true;
		port->link_is_up = message->is_up;
		port->is_touched = true;
	} else if (message->name[0] != '\0' && (strcmp(message->name, port->interface.device) == 0 ||
						strcmp(message->name, port->interface.member) == 0)) {
		port->is_touched = true; /* under a VLAN or a bond */
	}
}

static bool differs(const struct gn_port_attachment *a, const struct gn_port_attachment *b)
{
	return a->link_is_up != b->link_is_up || a->speed_mbps != b->speed_mbps ||
	       a->phc_index != b->phc_index || a->is_virtual_clock != b->is_virtual_clock ||
	       memcmp(a->physical_address, b->physical_address, sizeof(a->physical_address)) != 0 ||
	       a->protocol_address.length != b->protocol_address.length ||
	       memcmp(a->protocol_address.octets, b->protocol_address.octets,
		      sizeof(a->protocol_address.octets)) != 0 ||
	       strcmp(a->label, b->label) != 0;
}

static void tell_link(struct port_io *port, const struct sink *sink)
{
	struct gn_port_attachment before = port->attachment;
	bool is_changed;

	if (port->is_present && interface_refresh(&port->interface) == 0) {
		port_refresh_attachment(port);
	} else {
		port->attachment.link_is_up = false;
	}
	is_changed = differs(&before, &port->attachment);
	port->attachment.is_changed_provider = before.phc_index != port->attachment.phc_index ||
					       strcmp(before.label, port->attachment.label) != 0;
	if (is_changed) {
		deliver_link(port, sink);
	}
	port->attachment.is_changed_provider = false;
}

void port_read_link(struct port_io *port, const struct sink *sink)
{
	port->is_touched = false;
	link_watch_read(&port->watch, take_link, port);
	if (port->is_touched) {
		tell_link(port, sink);
	}
}

void port_poll_link(struct port_io *port, const struct sink *sink)
{
	struct interface found;

	if (!port->is_present && interface_find(port->config.name, &found) == 0) {
		port->interface = found;
		port->is_present = true;
	} else if (port->is_present && interface_refresh(&port->interface) == -ENODEV) {
		port->is_present = false;
	}
	port->link_is_up = link_is_up(&port->watch, port->interface.name);
	tell_link(port, sink);
}
