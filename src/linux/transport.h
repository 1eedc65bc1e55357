/* src/linux/transport.h -- the three ways of a PTP message: UDP over IPv4 (Annex C), over IPv6 (Annex D), IEEE 802.3
 * (Annex E). Each opens its sockets, wraps a message for sending, and finds the message in what came in. */
#ifndef LINUX_TRANSPORT_H
#define LINUX_TRANSPORT_H

#include "gnomon/instance.h"
#include "linux/control.h"

#include <net/if.h>

#define TRANSPORT_FRAME_MAX (GN_FRAME_MAX + 36) /* Ethernet header, VLAN tag, octets behind the message */

/* What a transport must know of its port. */
struct transport_setup {
	const char *label; /* opens the log lines: "port 1 (eth0)" */
	char interface[IF_NAMESIZE];
	unsigned index;
	uint8_t mac[6];
	struct gn_address groups[2]; /* by enum gn_destination: primary, peer delay */
	int ttl;
	int dscp_event, dscp_general;
	int priority;
};

/* A message as it goes to sendmsg(2). */
struct transport_frame {
	uint8_t octets[TRANSPORT_FRAME_MAX];
	size_t length;
	struct sockaddr_storage to;
	socklen_t to_length;
};

struct transport {
	/* Fills in setup->groups from the port's configuration. -EINVAL: no such address, logged. */
	int (*find_groups)(const struct gn_port_config *config, struct transport_setup *setup);

	/* The event or the general socket, bound to the interface, groups joined; a file descriptor or a negative errno,
	 * logged with what to do about it. */
	int (*open)(const struct transport_setup *setup, bool is_event);

	/* False: the message is too long, or its destination is none of this transport. */
	bool (*wrap)(const struct transport_setup *setup, const struct gn_send *send,
		     struct transport_frame *out);

	/* Fills in octets, length, source and is_unicast. False: not for us. `octets` may be pointed into. */
	bool (*unwrap)(const uint8_t *octets, size_t length, const struct sockaddr_storage *from,
		       const struct control *control, struct gn_frame_received *out);
};

/* By enum gn_network_protocol; NULL: none of the three. */
const struct transport *transport_of(int network_transport);

extern const struct transport transport_udp_ipv4;
extern const struct transport transport_udp_ipv6;
extern const struct transport transport_ethernet;

/* ---- for the transports themselves ---- */

/* Logs "WHAT failed: reason" and what to do about it, closes fd if it is one, and returns -errno. */
int transport_fail(const struct transport_setup *setup, int fd, const char *what);

/* A socket of plain type, non-blocking and closed on exec. */
int transport_socket(const struct transport_setup *setup, int domain, int type, int protocol);

/* setsockopt(2) or transport_fail("setsockopt NAME"), without closing: 0 or a negative errno. */
int transport_set(const struct transport_setup *setup, int fd, int level, int option, const void *value,
		  size_t size, const char *name);

bool transport_parse_mac(const char *text, uint8_t mac[6]);

/* unicastFlag of a PTP header (13.3.2.8), where the network layer does not tell. */
bool transport_flag_says_unicast(const uint8_t *octets, size_t length);

#endif
