/* src/linux/packet_filter.h -- the classic BPF program of a packet socket: which frames of an interface are its own. */
#ifndef LINUX_PACKET_FILTER_H
#define LINUX_PACKET_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/filter.h>

#define PACKET_FILTER_LENGTH 18

/* Lets PTP frames through, untagged or with one VLAN tag (802.1Q or 802.1ad) in the octets: event messages
 * (messageType below 8) or the others. Frames that `own` sent are dropped. */
void packet_filter_build(struct sock_filter program[PACKET_FILTER_LENGTH], const uint8_t own[6],
			 bool is_event);

#endif
