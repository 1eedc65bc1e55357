/* src/linux/packet_filter.c -- the program, with its jumps counted by names. X holds 0, or 4 behind a VLAN tag:
 *
 *   octets    0          6          12    14 (+4)
 *             to         from       type  PTP header, messageType in the low half of its first octet */
#include "linux/packet_filter.h"
#include "linux/kernel_facts.h"

#include <string.h>

#define LOAD(size, offset)                                                                                   \
	{                                                                                                    \
		BPF_LD | (size) | BPF_ABS, 0, 0, (offset)                                                    \
	}
#define LOAD_X(size, offset)                                                                                 \
	{                                                                                                    \
		BPF_LD | (size) | BPF_IND, 0, 0, (offset)                                                    \
	}
#define SET_X(value)                                                                                         \
	{                                                                                                    \
		BPF_LDX | BPF_IMM, 0, 0, (value)                                                             \
	}
#define GO(here, there)                                                                                      \
	{                                                                                                    \
		BPF_JMP | BPF_JA, 0, 0, (there) - (here)-1                                                   \
	}
#define IF_EQUAL(here, value, yes, no)                                                                       \
	{                                                                                                    \
		BPF_JMP | BPF_JEQ | BPF_K, (uint8_t)((yes) - (here)-1), (uint8_t)((no) - (here)-1), (value)  \
	}
#define IF_ANY_BIT(here, bits, yes, no)                                                                      \
	{                                                                                                    \
		BPF_JMP | BPF_JSET | BPF_K, (uint8_t)((yes) - (here)-1), (uint8_t)((no) - (here)-1), (bits)  \
	}
#define RETURN(octets)                                                                                       \
	{                                                                                                    \
		BPF_RET | BPF_K, 0, 0, (octets)                                                              \
	}

enum {
	SOURCE_LOW,
	IF_LOW,
	SOURCE_HIGH,
	IF_HIGH,
	TYPE,
	IF_PTP,
	IF_8021Q,
	IF_8021AD,
	INNER_TYPE,
	IF_INNER_PTP,
	X_TAGGED,
	GO_MESSAGE,
	X_UNTAGGED,
	MESSAGE,
	IF_GENERAL,
	GENERAL,
	EVENT,
	DROP,
	STEPS
};
_Static_assert(STEPS == PACKET_FILTER_LENGTH, "packet_filter.h tells another length");

#define ALL_OCTETS 0xFFFF

void packet_filter_build(struct sock_filter program[PACKET_FILTER_LENGTH], const uint8_t own[6],
			 bool is_event)
{
	uint32_t high = (uint32_t)own[0] << 8 | own[1];
	uint32_t low = (uint32_t)own[2] << 24 | (uint32_t)own[3] << 16 | (uint32_t)own[4] << 8 | own[5];
	const struct sock_filter steps[PACKET_FILTER_LENGTH] = {
		[SOURCE_LOW] = LOAD(BPF_W, 8),
		[IF_LOW] = IF_EQUAL(IF_LOW, low, SOURCE_HIGH, TYPE),
		[SOURCE_HIGH] = LOAD(BPF_H, 6),
		[IF_HIGH] = IF_EQUAL(IF_HIGH, high, DROP, TYPE),
		[TYPE] = LOAD(BPF_H, 12),
		[IF_PTP] = IF_EQUAL(IF_PTP, KERNEL_ETH_P_1588, X_UNTAGGED, IF_8021Q),
		[IF_8021Q] = IF_EQUAL(IF_8021Q, ETH_P_8021Q, INNER_TYPE, IF_8021AD),
		[IF_8021AD] = IF_EQUAL(IF_8021AD, ETH_P_8021AD, INNER_TYPE, DROP),
		[INNER_TYPE] = LOAD(BPF_H, 16),
		[IF_INNER_PTP] = IF_EQUAL(IF_INNER_PTP, KERNEL_ETH_P_1588, X_TAGGED, DROP),
		[X_TAGGED] = SET_X(4),
		[GO_MESSAGE] = GO(GO_MESSAGE, MESSAGE),
		[X_UNTAGGED] = SET_X(0),
		[MESSAGE] = LOAD_X(BPF_B, 14),
		[IF_GENERAL] = IF_ANY_BIT(IF_GENERAL, 8, GENERAL, EVENT),
		[GENERAL] = RETURN(is_event ? 0 : ALL_OCTETS),
		[EVENT] = RETURN(is_event ? ALL_OCTETS : 0),
		[DROP] = RETURN(0),
	};

	memcpy(program, steps, sizeof(steps));
}
