/* src/linux/transport_ethernet.c -- IEEE 802.3: packet sockets, kept apart by a filter in the kernel.
 *
 * They take all protocols (ETH_P_ALL) and let the filter choose: a socket of one protocol would not see the frames of
 * an interface that is the port of a bridge, and so of no switch. */
#include "linux/kernel_facts.h"
#include "linux/log.h"
#include "linux/packet_filter.h"
#include "linux/transport.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <linux/filter.h>

#define MAC_SIZE 6
#define HEADER_SIZE 14
#define TAG_SIZE 4

/* Redundancy trailer of PRP (IEC 62439-3): sequence (2), LAN (4 bits) and size of the payload with it (12), suffix (2). */
#define PRP_TRAILER_SIZE 6
#define PRP_SUFFIX 0x88FB

static uint16_t get_u16(const uint8_t *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

static int find_groups(const struct gn_port_config *config, struct transport_setup *setup)
{
	static const char *const options[] = { "ptp_dst_mac", "p2p_dst_mac" };
	const char *const texts[] = { config->ptp_dst_mac, config->p2p_dst_mac };

	for (int i = 0; i < 2; i++) {
		setup->groups[i] = (struct gn_address){ .network_protocol = GN_PROTOCOL_IEEE_802_3,
							.length = MAC_SIZE };
		if (!transport_parse_mac(texts[i], setup->groups[i].octets)) {
			log_error("invalid %s %s", options[i], texts[i]);
			log_error("%s: %s wants an address like 01:1B:19:00:00:00", setup->label, options[i]);
			return -EINVAL;
		}
	}
	return 0;
}

/* The group itself; where a device cannot filter it, all groups; else everything. */
static int join(const struct transport_setup *setup, int fd, const struct gn_address *group)
{
	static const struct {
		unsigned short type;
		const char *name;
	} ways[] = {
		{ PACKET_MR_MULTICAST, "PACKET_MR_MULTICAST" },
		{ PACKET_MR_ALLMULTI, "PACKET_MR_ALLMULTI" },
		{ PACKET_MR_PROMISC, "PACKET_MR_PROMISC" },
	};
	struct packet_mreq request = { .mr_ifindex = (int)setup->index, .mr_alen = MAC_SIZE };

	if (!(group->octets[0] & 1)) {
		return 0; /* a unicast destination needs no group */
	}
	memcpy(request.mr_address, group->octets, MAC_SIZE);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		request.mr_type = ways[i].type;
		if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof(request)) == 0) {
			return 0;
		}
		log_warning("setsockopt %s failed: %s", ways[i].name, strerror(errno));
	}
	log_error("all socket options failed");
	return -EOPNOTSUPP;
}

static int set_up(const struct transport_setup *setup, int fd, bool is_event)
{
	struct sock_filter program[PACKET_FILTER_LENGTH];
	const struct sock_fprog filter = { .len = PACKET_FILTER_LENGTH, .filter = program };
	const struct sockaddr_ll address = { .sll_family = AF_PACKET,
					     .sll_protocol = htons(ETH_P_ALL),
					     .sll_ifindex = (int)setup->index };
	int on = 1, err;

	packet_filter_build(program, setup->mac, is_event);
	err = transport_set(setup, fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter),
			    "SO_ATTACH_FILTER");
	if (err) {
		return err;
	}
	/* Cheaper than letting the filter look at them; older kernels do without. */
	(void)setsockopt(fd, SOL_PACKET, KERNEL_PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	/* Timestamps of a virtual clock (phc_index) are given to sockets bound in this way too; bind() does the rest. */
	(void)setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, setup->interface,
			 (socklen_t)strlen(setup->interface));
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		return transport_fail(setup, -1, "bind");
	}
	for (int i = 0; i < 2 && !err; i++) {
		err = join(setup, fd, &setup->groups[i]);
	}
	if (!err && setup->priority > 0) {
		err = transport_set(setup, fd, SOL_SOCKET, SO_PRIORITY, &setup->priority,
				    sizeof(setup->priority), "SO_PRIORITY");
	}
	return err;
}

/* Protocol 0: nothing comes in before the filter is there and bind() names the protocol. */
static int open_packet(const struct transport_setup *setup, bool is_event)
{
	int fd = transport_socket(setup, AF_PACKET, SOCK_RAW, 0), err;

	if (fd < 0) {
		return fd;
	}
	err = set_up(setup, fd, is_event);
	if (err) {
		(void)close(fd); /* nothing was written to it */
		return err;
	}
	return fd;
}

static bool wrap(const struct transport_setup *setup, const struct gn_send *send, struct transport_frame *out)
{
	const struct gn_address *to = send->destination == GN_TO_ADDRESS ? &send->address
									 : &setup->groups[send->destination];
	struct sockaddr_ll address = { .sll_family = AF_PACKET,
				       .sll_protocol = htons(KERNEL_ETH_P_1588),
				       .sll_ifindex = (int)setup->index,
				       .sll_halen = MAC_SIZE };

	if (to->network_protocol != GN_PROTOCOL_IEEE_802_3 || send->length > GN_FRAME_MAX) {
		return false;
	}
	memcpy(out->octets, to->octets, MAC_SIZE);
	memcpy(out->octets + MAC_SIZE, setup->mac, MAC_SIZE);
	out->octets[12] = KERNEL_ETH_P_1588 >> 8;
	out->octets[13] = KERNEL_ETH_P_1588 & 0xFF;
	memcpy(out->octets + HEADER_SIZE, send->octets, send->length);
	out->length = HEADER_SIZE + send->length;
	memcpy(address.sll_addr, to->octets, MAC_SIZE);
	memcpy(&out->to, &address, sizeof(address));
	out->to_length = sizeof(address);
	return true;
}

static size_t without_prp_trailer(const uint8_t *message, size_t length)
{
	const uint8_t *trailer = message + length - PRP_TRAILER_SIZE;

	if (length < PRP_TRAILER_SIZE || get_u16(trailer + 4) != PRP_SUFFIX ||
	    (get_u16(trailer + 2) & 0x0FFF) != length) {
		return length;
	}
	return length - PRP_TRAILER_SIZE;
}

static bool unwrap(const uint8_t *octets, size_t length, const struct sockaddr_storage *from,
		   const struct control *control, struct gn_frame_received *out)
{
	size_t start = HEADER_SIZE;

	(void)from, (void)control; /* the frame tells it all */
	if (length < HEADER_SIZE + TAG_SIZE) {
		return false;
	}
	if (get_u16(octets + 12) == ETH_P_8021Q || get_u16(octets + 12) == ETH_P_8021AD) {
		start += TAG_SIZE;
	}
	if (get_u16(octets + start - 2) != KERNEL_ETH_P_1588) {
		return false;
	}
	out->octets = octets + start;
	out->length = without_prp_trailer(octets + start, length - start);
	out->source = (struct gn_address){ .network_protocol = GN_PROTOCOL_IEEE_802_3, .length = MAC_SIZE };
	memcpy(out->source.octets, octets + MAC_SIZE, MAC_SIZE);
	out->is_unicast = !(octets[0] & 1);
	return true;
}

const struct transport transport_ethernet = {
	.find_groups = find_groups,
	.open = open_packet,
	.wrap = wrap,
	.unwrap = unwrap,
};
