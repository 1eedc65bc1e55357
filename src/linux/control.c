/* src/linux/control.c -- a table of the control messages we know: level, type, the octets they must have, and what
 * each says. */
#include "linux/control.h"
#include "linux/kernel_facts.h"

#include <netinet/in.h>
#include <string.h>

static void take_stamps(const void *data, struct control *out)
{
	memcpy(out->stamps, data, sizeof(out->stamps));
	out->has_stamps = true;
}

static void take_kernel_time(const void *data, struct control *out)
{
	memcpy(&out->kernel_time, data, sizeof(out->kernel_time));
	out->has_kernel_time = true;
}

static void take_error(const void *data, struct control *out)
{
	struct sock_extended_err error;

	memcpy(&error, data, sizeof(error));
	if (error.ee_origin == KERNEL_ORIGIN_TIMESTAMPING) {
		out->has_id = true;
		out->id = error.ee_data;
	} else {
		out->error = (int)error.ee_errno;
	}
}

static void take_destination(struct control *out, uint16_t protocol, const void *address, uint8_t length)
{
	out->has_destination = true;
	out->destination = (struct gn_address){ .network_protocol = protocol, .length = length };
	memcpy(out->destination.octets, address, length);
}

static void take_ipv4_info(const void *data, struct control *out)
{
	struct in_pktinfo info;

	memcpy(&info, data, sizeof(info));
	take_destination(out, GN_PROTOCOL_UDP_IPV4, &info.ipi_addr, 4);
}

static void take_ipv6_info(const void *data, struct control *out)
{
	struct in6_pktinfo info;

	memcpy(&info, data, sizeof(info));
	take_destination(out, GN_PROTOCOL_UDP_IPV6, &info.ipi6_addr, 16);
}

static const struct kind {
	int level, type;
	size_t size;
	void (*take)(const void *data, struct control *out);
} kinds[] = {
	{ SOL_SOCKET, SO_TIMESTAMPING, 3 * sizeof(struct timespec), take_stamps },
	{ SOL_SOCKET, SO_TIMESTAMPNS, sizeof(struct timespec), take_kernel_time },
	{ SOL_IP, IP_RECVERR, sizeof(struct sock_extended_err), take_error },
	{ SOL_IPV6, IPV6_RECVERR, sizeof(struct sock_extended_err), take_error },
	{ SOL_PACKET, KERNEL_PACKET_TX_TIMESTAMP, sizeof(struct sock_extended_err), take_error },
	{ SOL_IP, IP_PKTINFO, sizeof(struct in_pktinfo), take_ipv4_info },
	{ SOL_IPV6, IPV6_PKTINFO, sizeof(struct in6_pktinfo), take_ipv6_info },
};

static const struct kind *kind_of(const struct cmsghdr *c)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].level == c->cmsg_level && kinds[i].type == c->cmsg_type) {
			return &kinds[i];
		}
	}
	return NULL;
}

/* The octets of `c` that are really there: a header may claim more than the buffer holds. */
static size_t data_size(const struct msghdr *message, const struct cmsghdr *c)
{
	const unsigned char *end = (const unsigned char *)message->msg_control + message->msg_controllen;
	const unsigned char *data = CMSG_DATA(c);
	size_t claimed, held;

	if (c->cmsg_len < CMSG_LEN(0) || data > end) {
		return 0;
	}
	claimed = c->cmsg_len - CMSG_LEN(0);
	held = (size_t)(end - data);
	return claimed < held ? claimed : held;
}

void control_parse(struct msghdr *message, struct control *out)
{
	*out = (struct control){ .is_short = (message->msg_flags & MSG_CTRUNC) != 0 };
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
		const struct kind *kind = kind_of(c);

		if (kind == NULL) {
			continue;
		}
		if (data_size(message, c) < kind->size) {
			out->is_short = true;
			continue;
		}
		kind->take(CMSG_DATA(c), out);
	}
}
