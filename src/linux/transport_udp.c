/* src/linux/transport_udp.c -- UDP over IPv4 and IPv6: ports 319 (event) and 320 (general), bound to one device. */
#include "linux/log.h"
#include "linux/transport.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#define EVENT_PORT 319
#define GENERAL_PORT 320
#define EXTRA_OCTETS 2 /* room for the timestamper to keep the UDP checksum right (5.2 of Annex D) */

static int fail_group(const struct transport_setup *setup, const char *option, const char *text,
		      const char *example)
{
	log_error("invalid %s %s", option, text);
	log_error("%s: %s wants an address like %s", setup->label, option, example);
	return -EINVAL;
}

/* ---- opening ---- */

/* A group whose joining fails would leave the port deaf. */
static int join_ipv4(const struct transport_setup *setup, int fd, const struct gn_address *group)
{
	struct ip_mreqn request = { .imr_ifindex = (int)setup->index };

	memcpy(&request.imr_multiaddr, group->octets, 4);
	if (!IN_MULTICAST(ntohl(request.imr_multiaddr.s_addr))) {
		return 0; /* a unicast destination needs no group */
	}
	return transport_set(setup, fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof(request),
			     "IP_ADD_MEMBERSHIP");
}

static int set_up_ipv4(const struct transport_setup *setup, int fd, bool is_event)
{
	struct ip_mreqn interface = { .imr_ifindex = (int)setup->index };
	int off = 0, on = 1, dscp = is_event ? setup->dscp_event : setup->dscp_general, tos = dscp << 2, err;

	err = transport_set(setup, fd, IPPROTO_IP, IP_MULTICAST_TTL, &setup->ttl, sizeof(setup->ttl),
			    "IP_MULTICAST_TTL");
	for (int i = 0; i < 2 && !err; i++) {
		err = join_ipv4(setup, fd, &setup->groups[i]);
	}
	if (!err) {
		err = transport_set(setup, fd, IPPROTO_IP, IP_MULTICAST_LOOP, &off, sizeof(off),
				    "IP_MULTICAST_LOOP");
	}
	if (!err) {
		err = transport_set(setup, fd, IPPROTO_IP, IP_MULTICAST_IF, &interface, sizeof(interface),
				    "IP_MULTICAST_IF");
	}
	if (err) {
		return err;
	}
	(void)setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)); /* without it: unicastFlag tells */
	if (dscp > 0 && setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof(tos)) < 0) {
		log_warning("Failed to set %s DSCP priority.", is_event ? "event" : "general");
	}
	return 0;
}

static int join_ipv6(const struct transport_setup *setup, int fd, const struct gn_address *group)
{
	struct ipv6_mreq request = { .ipv6mr_interface = setup->index };

	memcpy(&request.ipv6mr_multiaddr, group->octets, 16);
	if (!IN6_IS_ADDR_MULTICAST(&request.ipv6mr_multiaddr)) {
		return 0;
	}
	return transport_set(setup, fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &request, sizeof(request),
			     "IPV6_ADD_MEMBERSHIP");
}

static int set_up_ipv6(const struct transport_setup *setup, int fd, bool is_event)
{
	int off = 0, on = 1, dscp = is_event ? setup->dscp_event : setup->dscp_general, tclass = dscp << 2,
	    err;

	err = transport_set(setup, fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &setup->ttl, sizeof(setup->ttl),
			    "IPV6_MULTICAST_HOPS");
	for (int i = 0; i < 2 && !err; i++) {
		err = join_ipv6(setup, fd, &setup->groups[i]);
	}
	if (!err) {
		err = transport_set(setup, fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, &off, sizeof(off),
				    "IPV6_MULTICAST_LOOP");
	}
	if (!err) {
		err = transport_set(setup, fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &setup->index,
				    sizeof(setup->index), "IPV6_MULTICAST_IF");
	}
	if (err) {
		return err;
	}
	(void)setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)); /* likewise */
	if (dscp > 0 && setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &tclass, sizeof(tclass)) < 0) {
		log_warning("Failed to set %s DSCP priority.", is_event ? "event" : "general");
	}
	return 0;
}

/* What both have. The priority goes last: setting a DSCP sets it too. */
static int open_udp(const struct transport_setup *setup, bool is_event, int domain,
		    const struct sockaddr *address, socklen_t length,
		    int (*set_up)(const struct transport_setup *, int, bool))
{
	int fd = transport_socket(setup, domain, SOCK_DGRAM, IPPROTO_UDP), on = 1, err;

	if (fd < 0) {
		return fd;
	}
	err = transport_set(setup, fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on), "SO_REUSEADDR");
	if (!err && domain == AF_INET6) {
		err = transport_set(setup, fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on), "IPV6_V6ONLY");
	}
	/* The device before the port: until then frames of other interfaces would come in. */
	if (!err) {
		err = transport_set(setup, fd, SOL_SOCKET, SO_BINDTODEVICE, setup->interface,
				    strlen(setup->interface), "SO_BINDTODEVICE");
	}
	if (!err && bind(fd, address, length) < 0) {
		return transport_fail(setup, fd, "bind");
	}
	if (!err) {
		err = set_up(setup, fd, is_event);
	}
	if (!err && setup->priority > 0) {
		err = transport_set(setup, fd, SOL_SOCKET, SO_PRIORITY, &setup->priority,
				    sizeof(setup->priority), "SO_PRIORITY");
	}
	if (err) {
		(void)close(fd); /* nothing was written to it */
		return err;
	}
	return fd;
}

static uint16_t port_of(bool is_event)
{
	return htons(is_event ? EVENT_PORT : GENERAL_PORT);
}

static int open_ipv4(const struct transport_setup *setup, bool is_event)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = port_of(is_event) };

	return open_udp(setup, is_event, AF_INET, (const struct sockaddr *)&address, sizeof(address),
			set_up_ipv4);
}

static int open_ipv6(const struct transport_setup *setup, bool is_event)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_port = port_of(is_event) };

	return open_udp(setup, is_event, AF_INET6, (const struct sockaddr *)&address, sizeof(address),
			set_up_ipv6);
}

static int find_ipv4_groups(const struct gn_port_config *config, struct transport_setup *setup)
{
	static const char *const options[] = { "ptp_dst_ipv4", "p2p_dst_ipv4" };
	const char *const texts[] = { config->ptp_dst_ipv4, config->p2p_dst_ipv4 };

	for (int i = 0; i < 2; i++) {
		setup->groups[i] = (struct gn_address){ .network_protocol = GN_PROTOCOL_UDP_IPV4,
							.length = 4 };
		if (inet_pton(AF_INET, texts[i], setup->groups[i].octets) != 1) {
			return fail_group(setup, options[i], texts[i], "224.0.1.129");
		}
	}
	return 0;
}

static int find_ipv6_groups(const struct gn_port_config *config, struct transport_setup *setup)
{
	static const char *const options[] = { "ptp_dst_ipv6", "p2p_dst_ipv6" };
	const char *const texts[] = { config->ptp_dst_ipv6, config->p2p_dst_ipv6 };

	for (int i = 0; i < 2; i++) {
		setup->groups[i] = (struct gn_address){ .network_protocol = GN_PROTOCOL_UDP_IPV6,
							.length = 16 };
		if (inet_pton(AF_INET6, texts[i], setup->groups[i].octets) != 1) {
			return fail_group(setup, options[i], texts[i], "FF0E::181");
		}
	}
	if (setup->groups[GN_TO_PRIMARY].octets[0] == 0xFF) {
		uint8_t *flags_and_scope = &setup->groups[GN_TO_PRIMARY].octets[1];

		*flags_and_scope = (uint8_t)((*flags_and_scope & 0xF0) | (config->udp6_scope & 0x0F));
	}
	return 0;
}

/* ---- sending ---- */

static const struct gn_address *destination_of(const struct transport_setup *setup,
					       const struct gn_send *send)
{
	return send->destination == GN_TO_ADDRESS ? &send->address : &setup->groups[send->destination];
}

static bool copy_message(const struct gn_send *send, size_t extra, struct transport_frame *out)
{
	if (send->length > GN_FRAME_MAX) {
		return false;
	}
	memcpy(out->octets, send->octets, send->length);
	memset(out->octets + send->length, 0, extra);
	out->length = send->length + extra;
	return true;
}

static bool wrap_ipv4(const struct transport_setup *setup, const struct gn_send *send,
		      struct transport_frame *out)
{
	const struct gn_address *to = destination_of(setup, send);
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = port_of(send->is_event) };
	bool is_rewritten = send->is_one_step && send->message_type == GN_SYNC;

	if (to->network_protocol != GN_PROTOCOL_UDP_IPV4 ||
	    !copy_message(send, is_rewritten ? EXTRA_OCTETS : 0, out)) {
		return false;
	}
	memcpy(&address.sin_addr, to->octets, 4);
	memcpy(&out->to, &address, sizeof(address));
	out->to_length = sizeof(address);
	return true;
}

static bool wrap_ipv6(const struct transport_setup *setup, const struct gn_send *send,
		      struct transport_frame *out)
{
	const struct gn_address *to = destination_of(setup, send);
	struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_port = port_of(send->is_event) };

	if (to->network_protocol != GN_PROTOCOL_UDP_IPV6 || !copy_message(send, EXTRA_OCTETS, out)) {
		return false;
	}
	memcpy(&address.sin6_addr, to->octets, 16);
	address.sin6_scope_id = setup->index; /* link-local destinations mean nothing without */
	memcpy(&out->to, &address, sizeof(address));
	out->to_length = sizeof(address);
	return true;
}

/* ---- receiving ---- */

static bool unwrap_udp(const uint8_t *octets, size_t length, const struct control *control,
		       const void *address, uint8_t address_length, uint16_t protocol,
		       struct gn_frame_received *out)
{
	out->octets = octets;
	out->length = length;
	out->source = (struct gn_address){ .network_protocol = protocol, .length = address_length };
	memcpy(out->source.octets, address, address_length);
	if (!control->has_destination) {
		out->is_unicast = transport_flag_says_unicast(octets, length);
	} else if (protocol == GN_PROTOCOL_UDP_IPV4) {
		out->is_unicast = (control->destination.octets[0] & 0xF0) != 0xE0;
	} else {
		out->is_unicast = control->destination.octets[0] != 0xFF;
	}
	return true;
}

static bool unwrap_ipv4(const uint8_t *octets, size_t length, const struct sockaddr_storage *from,
			const struct control *control, struct gn_frame_received *out)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)from;

	return from->ss_family == AF_INET &&
	       unwrap_udp(octets, length, control, &in->sin_addr, 4, GN_PROTOCOL_UDP_IPV4, out);
}

static bool unwrap_ipv6(const uint8_t *octets, size_t length, const struct sockaddr_storage *from,
			const struct control *control, struct gn_frame_received *out)
{
	const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)from;

	return from->ss_family == AF_INET6 &&
	       unwrap_udp(octets, length, control, &in->sin6_addr, 16, GN_PROTOCOL_UDP_IPV6, out);
}

const struct transport transport_udp_ipv4 = {
	.find_groups = find_ipv4_groups,
	.open = open_ipv4,
	.wrap = wrap_ipv4,
	.unwrap = unwrap_ipv4,
};

const struct transport transport_udp_ipv6 = {
	.find_groups = find_ipv6_groups,
	.open = open_ipv6,
	.wrap = wrap_ipv6,
	.unwrap = unwrap_ipv6,
};
