/* src/linux/kernel_facts.h -- facts of the Linux user interface under our own names.
 *
 * The headers of the machine that builds may be years older than the kernel that runs. What is newer than Linux 6.1,
 * or an enumerator (which #ifdef cannot see), stands here by number; where the system's header has the macro, the
 * two are held equal. Whether the running kernel knows a thing is always asked of the kernel. */
#ifndef LINUX_KERNEL_FACTS_H
#define LINUX_KERNEL_FACTS_H

#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/errqueue.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>

#define KERNEL_SAME(ours, theirs)                                                                            \
	_Static_assert((ours) == (theirs), #ours " differs from the system's header")

/* ---- sockets ---- */

/* SOF_TIMESTAMPING_* (linux/net_tstamp.h): what to stamp, what to report, how. */
#define KERNEL_TX_HARDWARE 0x1u
#define KERNEL_TX_SOFTWARE 0x2u
#define KERNEL_RX_HARDWARE 0x4u
#define KERNEL_RX_SOFTWARE 0x8u
#define KERNEL_SOFTWARE 0x10u
#define KERNEL_SYS_HARDWARE 0x20u
#define KERNEL_RAW_HARDWARE 0x40u
#define KERNEL_OPT_ID 0x80u
#define KERNEL_OPT_TSONLY 0x800u
#define KERNEL_BIND_PHC 0x8000u
#define KERNEL_OPT_RX_FILTER 0x20000u /* since 6.12 */

/* sendmsg control message: the number that comes back with the transmit timestamp (since 6.13). */
#if defined(__sparc__)
#define KERNEL_SCM_TS_OPT_ID 0x005a
#elif defined(__hppa__)
#define KERNEL_SCM_TS_OPT_ID 0x404C
#else
#define KERNEL_SCM_TS_OPT_ID 81
#endif
#ifdef SCM_TS_OPT_ID
KERNEL_SAME(KERNEL_SCM_TS_OPT_ID, SCM_TS_OPT_ID);
#endif

#define KERNEL_ETH_P_1588 0x88F7
KERNEL_SAME(KERNEL_ETH_P_1588, ETH_P_1588);
#define KERNEL_PACKET_TX_TIMESTAMP 16
KERNEL_SAME(KERNEL_PACKET_TX_TIMESTAMP, PACKET_TX_TIMESTAMP);
#define KERNEL_PACKET_IGNORE_OUTGOING 23
#ifdef PACKET_IGNORE_OUTGOING
KERNEL_SAME(KERNEL_PACKET_IGNORE_OUTGOING, PACKET_IGNORE_OUTGOING);
#endif
#define KERNEL_ORIGIN_TIMESTAMPING 4
KERNEL_SAME(KERNEL_ORIGIN_TIMESTAMPING, SO_EE_ORIGIN_TIMESTAMPING);

/* ---- hardware timestamping of a device (linux/net_tstamp.h) ---- */

#define KERNEL_SIOCSHWTSTAMP 0x89b0
#define KERNEL_SIOCGHWTSTAMP 0x89b1
KERNEL_SAME(KERNEL_SIOCSHWTSTAMP, SIOCSHWTSTAMP);
KERNEL_SAME(KERNEL_SIOCGHWTSTAMP, SIOCGHWTSTAMP);

struct kernel_hwtstamp_config {
	int flags;
	int tx_type;
	int rx_filter;
};

enum kernel_tx_type {
	KERNEL_TX_OFF,
	KERNEL_TX_ON,
	KERNEL_TX_ONESTEP_SYNC,
	KERNEL_TX_ONESTEP_P2P,
	KERNEL_TX_TYPES,
};

enum kernel_rx_filter {
	KERNEL_RX_NONE,
	KERNEL_RX_ALL,
	KERNEL_RX_SOME,
	KERNEL_RX_V1_L4_EVENT,
	KERNEL_RX_V1_L4_SYNC,
	KERNEL_RX_V1_L4_DELAY_REQ,
	KERNEL_RX_V2_L4_EVENT,
	KERNEL_RX_V2_L4_SYNC,
	KERNEL_RX_V2_L4_DELAY_REQ,
	KERNEL_RX_V2_L2_EVENT,
	KERNEL_RX_V2_L2_SYNC,
	KERNEL_RX_V2_L2_DELAY_REQ,
	KERNEL_RX_V2_EVENT,
	KERNEL_RX_V2_SYNC,
	KERNEL_RX_V2_DELAY_REQ,
	KERNEL_RX_NTP_ALL,
	KERNEL_RX_FILTERS,
};

/* ---- ethtool over generic netlink (family "ethtool", version 1) ---- */

/* Requests and replies are numbered apart. */
#define KERNEL_ETHTOOL_TSINFO_GET 25
#define KERNEL_ETHTOOL_TSINFO_GET_REPLY 26
#define KERNEL_ETHTOOL_TSCONFIG_GET 46 /* these since 6.14 */
#define KERNEL_ETHTOOL_TSCONFIG_GET_REPLY 47
#define KERNEL_ETHTOOL_TSCONFIG_SET 47
#define KERNEL_ETHTOOL_TSCONFIG_SET_REPLY 48

enum { KERNEL_A_HEADER_DEV_INDEX = 1, KERNEL_A_HEADER_DEV_NAME = 2, KERNEL_A_HEADER_FLAGS = 3 };
#define KERNEL_ETHTOOL_FLAG_COMPACT_BITSETS 1u

enum {
	KERNEL_A_BITSET_NOMASK = 1,
	KERNEL_A_BITSET_SIZE = 2,
	KERNEL_A_BITSET_BITS = 3,
	KERNEL_A_BITSET_VALUE = 4,
	KERNEL_A_BITSET_MASK = 5,
	KERNEL_A_BITSET_BITS_BIT = 1,
	KERNEL_A_BITSET_BIT_INDEX = 1,
	KERNEL_A_BITSET_BIT_VALUE = 3,
};

enum {
	KERNEL_A_TSINFO_HEADER = 1,
	KERNEL_A_TSINFO_TIMESTAMPING,
	KERNEL_A_TSINFO_TX_TYPES,
	KERNEL_A_TSINFO_RX_FILTERS,
	KERNEL_A_TSINFO_PHC_INDEX,
	KERNEL_A_TSINFO_STATS,
	KERNEL_A_TSINFO_PROVIDER, /* these since 6.14 */
	KERNEL_A_TSINFO_SOURCE,   /* 1: the MAC, 2: a PHY */
	KERNEL_A_TSINFO_PHY_INDEX,
};

enum {
	KERNEL_A_TSCONFIG_HEADER = 1,
	KERNEL_A_TSCONFIG_PROVIDER,
	KERNEL_A_TSCONFIG_TX_TYPES,
	KERNEL_A_TSCONFIG_RX_FILTERS,
	KERNEL_A_TSCONFIG_FLAGS,
};

enum { KERNEL_A_PROVIDER_INDEX = 1, KERNEL_A_PROVIDER_QUALIFIER = 2 };
enum { KERNEL_SOURCE_MAC = 1, KERNEL_SOURCE_PHY = 2 };

/* ---- links (linux/if_link.h, RFC 2863) ---- */

enum {
	KERNEL_IFLA_ADDRESS = 1,
	KERNEL_IFLA_IFNAME = 3,
	KERNEL_IFLA_OPERSTATE = 16,
	KERNEL_IFLA_CARRIER = 33
};
enum { KERNEL_OPERSTATE_UNKNOWN = 0, KERNEL_OPERSTATE_UP = 6 };
#define KERNEL_RTNLGRP_LINK 1

#endif
