/* src/linux/transport.c -- what the transports share: sockets that fail with a reason, and the table of the three. */
#include "linux/transport.h"
#include "linux/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FLAG_FIELD 6
#define FLAG_UNICAST 0x04 /* of its first octet */

const struct transport *transport_of(int network_transport)
{
	static const struct transport *const transports[] = {
		[GN_PROTOCOL_UDP_IPV4] = &transport_udp_ipv4,
		[GN_PROTOCOL_UDP_IPV6] = &transport_udp_ipv6,
		[GN_PROTOCOL_IEEE_802_3] = &transport_ethernet,
	};

	if (network_transport < 0 ||
	    (size_t)network_transport >= sizeof(transports) / sizeof(transports[0])) {
		return NULL;
	}
	return transports[network_transport];
}

/* What a person can do about it. */
static const struct {
	const char *what; /* NULL: whatever was tried */
	int error;
	const char *advice;
} advices[] = {
	{ "bind", EACCES,
	  "the UDP ports 319 and 320 need CAP_NET_BIND_SERVICE: run as root, or grant it (setcap "
	  "cap_net_bind_service+ep, or AmbientCapabilities= of systemd)" },
	{ "bind", EADDRINUSE,
	  "another program holds UDP port 319 or 320 for itself: find it with `ss -ulpn`" },
	{ "bind", ENODEV, "the interface is gone" },
	{ "bind", ENETDOWN, "the interface is down: `ip link set dev ... up`" },
	{ NULL, EPERM,
	  "this needs CAP_NET_RAW (and CAP_NET_ADMIN for priorities above 6): run as root, or grant it "
	  "(setcap cap_net_raw,cap_net_admin+ep, or AmbientCapabilities= of systemd)" },
	{ NULL, EAFNOSUPPORT,
	  "the kernel was built or started without this protocol: choose another "
	  "network_transport" },
	{ NULL, ENODEV, "the interface is gone, or has no address of this protocol" },
	{ NULL, ENOBUFS, "too many multicast groups: raise net.ipv4.igmp_max_memberships" },
	{ NULL, EMFILE, "too many open files: raise `ulimit -n` (LimitNOFILE= of systemd)" },
};

int transport_fail(const struct transport_setup *setup, int fd, const char *what)
{
	int error = errno;

	log_error("%s failed: %s", what, strerror(error));
	for (size_t i = 0; i < sizeof(advices) / sizeof(advices[0]); i++) {
		if (advices[i].error == error && (!advices[i].what || strcmp(advices[i].what, what) == 0)) {
			log_error("%s: %s", setup->label, advices[i].advice);
			break;
		}
	}
	if (fd >= 0) {
		(void)close(fd); /* nothing was written to it */
	}
	return -error;
}

int transport_socket(const struct transport_setup *setup, int domain, int type, int protocol)
{
	int fd = socket(domain, type, protocol);

	if (fd < 0) {
		return transport_fail(setup, -1, "socket");
	}
	/* Simulated sockets may know neither; every call here asks not to wait by MSG_DONTWAIT as well. */
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

int transport_set(const struct transport_setup *setup, int fd, int level, int option, const void *value,
		  size_t size, const char *name)
{
	char what[64];

	if (setsockopt(fd, level, option, value, (socklen_t)size) == 0) {
		return 0;
	}
	snprintf(what, sizeof(what), "setsockopt %s", name);
	return transport_fail(setup, -1, what);
}

bool transport_parse_mac(const char *text, uint8_t mac[6])
{
	unsigned octets[6];
	char end;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%c", &octets[0], &octets[1], &octets[2], &octets[3],
		   &octets[4], &octets[5], &end) != 6) {
		return false;
	}
	for (int i = 0; i < 6; i++) {
		mac[i] = (uint8_t)octets[i];
	}
	return true;
}

bool transport_flag_says_unicast(const uint8_t *octets, size_t length)
{
	return length > FLAG_FIELD && (octets[FLAG_FIELD] & FLAG_UNICAST) != 0;
}
