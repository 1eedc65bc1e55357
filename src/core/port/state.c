/* src/core/port/state.c -- 9.2.5 as tables, to be laid beside the figures. An empty place is "no change".
 * state_test.c walks every state and every event against lists transcribed from the standard.
 *
 * PRE_TIME_TRANSMITTER is passed over where its qualification timeout is zero (M1, M2): RECOMMENDED_GRANDMASTER leads
 * straight to TIME_TRANSMITTER. */
#include "core/port/state.h"

typedef uint8_t transitions[GN_PORT_STATES][GN_PORT_EVENTS];

/* What is alike in every machine. */
#define ALWAYS [GN_EV_POWERUP] = GN_PORT_INITIALIZING, [GN_EV_INITIALIZE] = GN_PORT_INITIALIZING
#define FAULTS_AND_DISABLING                                                                                 \
	ALWAYS, [GN_EV_FAULT_DETECTED] = GN_PORT_FAULTY, [GN_EV_DESIGNATED_DISABLED] = GN_PORT_DISABLED
#define FAULTY_AND_DISABLED                                                                                  \
	[GN_PORT_FAULTY] = {                                                                       \
		ALWAYS,                                                                            \
		[GN_EV_FAULT_CLEARED] = GN_PORT_INITIALIZING,                                      \
		[GN_EV_DESIGNATED_DISABLED] = GN_PORT_DISABLED,                                    \
	},                                                                                         \
	[GN_PORT_DISABLED] = {                                                                     \
		ALWAYS,                                                                            \
		[GN_EV_DESIGNATED_ENABLED] = GN_PORT_INITIALIZING,                                 \
	}

static const transitions full = {
	FAULTY_AND_DISABLED,
	[GN_PORT_INITIALIZING] = {
		FAULTS_AND_DISABLING,
		[GN_EV_INIT_COMPLETE] = GN_PORT_LISTENING,
	},
	[GN_PORT_LISTENING] = {
		FAULTS_AND_DISABLING,
		[GN_EV_ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES] = GN_PORT_TIME_TRANSMITTER,
		[GN_EV_RECOMMENDED_GRANDMASTER] = GN_PORT_TIME_TRANSMITTER,
		[GN_EV_RECOMMENDED_TIME_TRANSMITTER] = GN_PORT_PRE_TIME_TRANSMITTER,
		[GN_EV_RECOMMENDED_TIME_RECEIVER] = GN_PORT_UNCALIBRATED,
		[GN_EV_RECOMMENDED_PASSIVE] = GN_PORT_PASSIVE,
	},
	[GN_PORT_PRE_TIME_TRANSMITTER] = {
		FAULTS_AND_DISABLING,
		[GN_EV_QUALIFICATION_TIMEOUT_EXPIRES] = GN_PORT_TIME_TRANSMITTER,
		[GN_EV_RECOMMENDED_GRANDMASTER] = GN_PORT_TIME_TRANSMITTER, /* nothing left to wait for: ADR 0002 */
		[GN_EV_RECOMMENDED_TIME_RECEIVER] = GN_PORT_UNCALIBRATED,
		[GN_EV_RECOMMENDED_PASSIVE] = GN_PORT_PASSIVE,
	},
	[GN_PORT_TIME_TRANSMITTER] = {
		FAULTS_AND_DISABLING,
		[GN_EV_RECOMMENDED_TIME_RECEIVER] = GN_PORT_UNCALIBRATED,
		[GN_EV_RECOMMENDED_PASSIVE] = GN_PORT_PASSIVE,
	},
	[GN_PORT_PASSIVE] = {
		FAULTS_AND_DISABLING,
		[GN_EV_ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES] = GN_PORT_TIME_TRANSMITTER,
		[GN_EV_RECOMMENDED_GRANDMASTER] = GN_PORT_TIME_TRANSMITTER,
		[GN_EV_RECOMMENDED_TIME_TRANSMITTER] = GN_PORT_PRE_TIME_TRANSMITTER,
		[GN_EV_RECOMMENDED_TIME_RECEIVER] = GN_PORT_UNCALIBRATED,
	},
	[GN_PORT_UNCALIBRATED] = {
		FAULTS_AND_DISABLING,
		[GN_EV_ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES] = GN_PORT_TIME_TRANSMITTER,
		[GN_EV_TIME_TRANSMITTER_CLOCK_SELECTED] = GN_PORT_TIME_RECEIVER,
		[GN_EV_RECOMMENDED_GRANDMASTER] = GN_PORT_TIME_TRANSMITTER,
		[GN_EV_RECOMMENDED_TIME_TRANSMITTER] = GN_PORT_PRE_TIME_TRANSMITTER,
		[GN_EV_RECOMMENDED_PASSIVE] = GN_PORT_PASSIVE,
	},
	[GN_PORT_TIME_RECEIVER] = {
		FAULTS_AND_DISABLING,
		[GN_EV_ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES] = GN_PORT_TIME_TRANSMITTER,
		[GN_EV_SYNCHRONIZATION_FAULT] = GN_PORT_UNCALIBRATED,
		[GN_EV_RECOMMENDED_GRANDMASTER] = GN_PORT_TIME_TRANSMITTER,
		[GN_EV_RECOMMENDED_TIME_TRANSMITTER] = GN_PORT_PRE_TIME_TRANSMITTER,
		[GN_EV_RECOMMENDED_PASSIVE] = GN_PORT_PASSIVE,
	},
};

#define BACK_TO_LISTENING                                                                                    \
	[GN_EV_ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES] = GN_PORT_LISTENING,                                        \
	[GN_EV_RECOMMENDED_GRANDMASTER] = GN_PORT_LISTENING,                                                 \
	[GN_EV_RECOMMENDED_TIME_TRANSMITTER] = GN_PORT_LISTENING,                                            \
	[GN_EV_RECOMMENDED_PASSIVE] = GN_PORT_LISTENING

static const transitions time_receiver_only = {
	FAULTY_AND_DISABLED,
	[GN_PORT_INITIALIZING] = {
		FAULTS_AND_DISABLING,
		[GN_EV_INIT_COMPLETE] = GN_PORT_LISTENING,
	},
	[GN_PORT_LISTENING] = {
		FAULTS_AND_DISABLING,
		BACK_TO_LISTENING,
		[GN_EV_RECOMMENDED_TIME_RECEIVER] = GN_PORT_UNCALIBRATED,
	},
	[GN_PORT_UNCALIBRATED] = {
		FAULTS_AND_DISABLING,
		BACK_TO_LISTENING,
		[GN_EV_TIME_TRANSMITTER_CLOCK_SELECTED] = GN_PORT_TIME_RECEIVER,
	},
	[GN_PORT_TIME_RECEIVER] = {
		FAULTS_AND_DISABLING,
		BACK_TO_LISTENING,
		[GN_EV_SYNCHRONIZATION_FAULT] = GN_PORT_UNCALIBRATED,
	},
};

static const transitions static_receiver = {
	FAULTY_AND_DISABLED,
	[GN_PORT_INITIALIZING] = {
		FAULTS_AND_DISABLING,
		[GN_EV_INIT_COMPLETE] = GN_PORT_TIME_RECEIVER,
	},
	[GN_PORT_TIME_RECEIVER] = { FAULTS_AND_DISABLING },
};

static const transitions static_transmitter = {
	FAULTY_AND_DISABLED,
	[GN_PORT_INITIALIZING] = {
		FAULTS_AND_DISABLING,
		[GN_EV_INIT_COMPLETE] = GN_PORT_TIME_TRANSMITTER,
	},
	[GN_PORT_TIME_TRANSMITTER] = { FAULTS_AND_DISABLING },
};

static const transitions *const machines[] = {
	[STATE_MACHINE_FULL] = &full,
	[STATE_MACHINE_TIME_RECEIVER_ONLY] = &time_receiver_only,
	[STATE_MACHINE_STATIC_RECEIVER] = &static_receiver,
	[STATE_MACHINE_STATIC_TRANSMITTER] = &static_transmitter,
};

enum gn_port_state state_next(enum state_machine machine, enum gn_port_state state, enum gn_port_event event)
{
	uint8_t next = (*machines[machine])[state][event];

	return next ? (enum gn_port_state)next : state;
}
