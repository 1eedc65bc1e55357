/* include/gnomon/types.h -- the enumerations and identities of IEEE 1588-2019.
 *
 * Values are those on the wire. Roles have the alternative terms of amendment 1588g-2022;
 * docs/glossary.md maps them to the older words. */
#ifndef GNOMON_TYPES_H
#define GNOMON_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a call came to. 0 is success; texts by gn_result_text(). */
enum gn_result {
	GN_OK = 0,
	GN_ERR_TRUNCATED,   /* octets end before the field does */
	GN_ERR_MALFORMED,   /* a length, count or value contradicts another */
	GN_ERR_VERSION,     /* versionPTP is not 2 */
	GN_ERR_UNSUPPORTED, /* known, but not by this build or in this place */
	GN_ERR_NO_SPACE,    /* the caller's memory is too small */
	GN_ERR_RANGE,       /* a value outside what its option or field allows */
};

const char *gn_result_text(enum gn_result result);

/* 5.3.4, 7.5.2.2 */
struct gn_clock_identity {
	uint8_t octets[8];
};

/* 5.3.5; port_number 1..65534, 0xFFFF addresses all */
struct gn_port_identity {
	struct gn_clock_identity clock_identity;
	uint16_t port_number;
};

/* 5.3.7 */
struct gn_clock_quality {
	uint8_t clock_class;
	uint8_t clock_accuracy;
	uint16_t offset_scaled_log_variance;
};

bool gn_clock_identity_equal(const struct gn_clock_identity *a, const struct gn_clock_identity *b);
bool gn_port_identity_equal(const struct gn_port_identity *a, const struct gn_port_identity *b);

/* 2008 style from an EUI-48: FF FE in the middle (7.5.2.2.2). */
struct gn_clock_identity gn_clock_identity_from_mac(const uint8_t mac[6]);

/* 13.3.2.3 messageType. Bit 3 clear: an event message. */
enum gn_message_type {
	GN_SYNC = 0x0,
	GN_DELAY_REQ = 0x1,
	GN_PDELAY_REQ = 0x2,
	GN_PDELAY_RESP = 0x3,
	GN_FOLLOW_UP = 0x8,
	GN_DELAY_RESP = 0x9,
	GN_PDELAY_RESP_FOLLOW_UP = 0xA,
	GN_ANNOUNCE = 0xB,
	GN_SIGNALING = 0xC,
	GN_MANAGEMENT = 0xD,
};
#define GN_MESSAGE_TYPES 16

/* "Sync" .. "Management", or NULL for a reserved type */
const char *gn_message_type_name(unsigned type);

/* 8.2.15.3.1 portState */
enum gn_port_state {
	GN_PORT_INITIALIZING = 1,
	GN_PORT_FAULTY,
	GN_PORT_DISABLED,
	GN_PORT_LISTENING,
	GN_PORT_PRE_TIME_TRANSMITTER,
	GN_PORT_TIME_TRANSMITTER,
	GN_PORT_PASSIVE,
	GN_PORT_UNCALIBRATED,
	GN_PORT_TIME_RECEIVER,
};
#define GN_PORT_STATES 10 /* size of a table indexed by state; [0] is unused */

/* The events of the port state machine (9.2.6). */
enum gn_port_event {
	GN_EV_NONE,
	GN_EV_POWERUP,
	GN_EV_INITIALIZE,
	GN_EV_INIT_COMPLETE,
	GN_EV_DESIGNATED_ENABLED,
	GN_EV_DESIGNATED_DISABLED,
	GN_EV_FAULT_DETECTED,
	GN_EV_FAULT_CLEARED,
	GN_EV_ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES,
	GN_EV_QUALIFICATION_TIMEOUT_EXPIRES,
	GN_EV_TIME_TRANSMITTER_CLOCK_SELECTED,
	GN_EV_SYNCHRONIZATION_FAULT,
	GN_EV_RECOMMENDED_GRANDMASTER,      /* M1, M2: BMC_MASTER without a qualification wait */
	GN_EV_RECOMMENDED_TIME_TRANSMITTER, /* M3 */
	GN_EV_RECOMMENDED_TIME_RECEIVER,    /* S1 */
	GN_EV_RECOMMENDED_PASSIVE,          /* P1, P2 */
};
#define GN_PORT_EVENTS 16

/* Why a port is FAULTY. */
enum gn_fault {
	GN_FAULT_NONE,
	GN_FAULT_UNSPECIFIED, /* socket error, link down, transmit timestamps lost, failed initialisation */
	GN_FAULT_BAD_PEER_NETWORK, /* several responders to Pdelay_Req (11.4.2) */
};

/* State decision codes (9.3.3, Figure 33). */
enum gn_decision {
	GN_DECISION_NONE, /* LISTENING and nothing heard */
	GN_DECISION_M1,
	GN_DECISION_M2,
	GN_DECISION_M3,
	GN_DECISION_S1,
	GN_DECISION_P1,
	GN_DECISION_P2,
};

/* 8.2.15.4.4 delayMechanism; AUTO is ours: E2E until a Pdelay_Req is heard, then P2P. */
enum gn_delay_mechanism {
	GN_DELAY_AUTO = 0,
	GN_DELAY_E2E = 1,
	GN_DELAY_P2P = 2,
	GN_DELAY_COMMON_P2P = 3,
	GN_DELAY_SPECIAL = 4,
	GN_DELAY_NONE = 0xFE,
};

/* 7.4.1 networkProtocol. LOCAL (0) is the management socket of this machine. */
enum gn_network_protocol {
	GN_PROTOCOL_LOCAL = 0,
	GN_PROTOCOL_UDP_IPV4 = 1,
	GN_PROTOCOL_UDP_IPV6 = 2,
	GN_PROTOCOL_IEEE_802_3 = 3,
};

/* Where and how event messages are timestamped. */
enum gn_time_stamping {
	GN_STAMPING_SOFTWARE = 0,
	GN_STAMPING_HARDWARE = 1,
	GN_STAMPING_LEGACY = 2,   /* hardware, asked for with the oldest interface */
	GN_STAMPING_ONESTEP = 3,  /* hardware that writes Sync itself */
	GN_STAMPING_P2P1STEP = 4, /* and Pdelay_Resp too */
};

/* 7.6.2.8 timeSource */
enum gn_time_source {
	GN_TIME_SOURCE_ATOMIC_CLOCK = 0x10,
	GN_TIME_SOURCE_GNSS = 0x20,
	GN_TIME_SOURCE_TERRESTRIAL_RADIO = 0x30,
	GN_TIME_SOURCE_SERIAL_TIME_CODE = 0x39,
	GN_TIME_SOURCE_PTP = 0x40,
	GN_TIME_SOURCE_NTP = 0x50,
	GN_TIME_SOURCE_HAND_SET = 0x60,
	GN_TIME_SOURCE_OTHER = 0x90,
	GN_TIME_SOURCE_INTERNAL_OSCILLATOR = 0xA0,
};

/* A protocol address (5.3.6). UDP addresses are without port; LOCAL is a number of the driver's own. */
struct gn_address {
	uint16_t network_protocol; /* enum gn_network_protocol */
	uint8_t length;            /* of octets in use: 4, 16 or 6 */
	uint8_t octets[16];
};

#endif
