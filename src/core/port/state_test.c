/* src/core/port/state_test.c -- every state times every event, against Figures 30 and 31 as lists of their arrows. */
#include "core/port/state.h"

#include "tests/test.h"

#define I GN_PORT_INITIALIZING
#define F GN_PORT_FAULTY
#define D GN_PORT_DISABLED
#define L GN_PORT_LISTENING
#define PT GN_PORT_PRE_TIME_TRANSMITTER
#define T GN_PORT_TIME_TRANSMITTER
#define PA GN_PORT_PASSIVE
#define U GN_PORT_UNCALIBRATED
#define R GN_PORT_TIME_RECEIVER

struct arrow {
	enum gn_port_state from;
	enum gn_port_event event;
	enum gn_port_state to;
};

/* 9.2.5, Figure 30; state 0 stands for "every state". BMC_MASTER with a zero qualification timeout (M1, M2) passes
 * PRE_TIME_TRANSMITTER in the same moment. */
static const struct arrow figure_30[] = {
	{ 0, GN_EV_POWERUP, I },
	{ 0, GN_EV_INITIALIZE, I },
	{ I, GN_EV_FAULT_DETECTED, F },
	{ I, GN_EV_INIT_COMPLETE, L },
	{ I, GN_EV_DESIGNATED_DISABLED, D },
	{ F, GN_EV_FAULT_CLEARED, I },
	{ F, GN_EV_DESIGNATED_DISABLED, D },
	{ D, GN_EV_DESIGNATED_ENABLED, I },
	{ L, GN_EV_FAULT_DETECTED, F },
	{ L, GN_EV_DESIGNATED_DISABLED, D },
	{ L, GN_EV_ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES, T },
	{ L, GN_EV_RECOMMENDED_TIME_TRANSMITTER, PT },
	{ L, GN_EV_RECOMMENDED_GRANDMASTER, T },
	{ L, GN_EV_RECOMMENDED_TIME_RECEIVER, U },
	{ L, GN_EV_RECOMMENDED_PASSIVE, PA },
	{ PT, GN_EV_FAULT_DETECTED, F },
	{ PT, GN_EV_DESIGNATED_DISABLED, D },
	{ PT, GN_EV_QUALIFICATION_TIMEOUT_EXPIRES, T },
	{ PT, GN_EV_RECOMMENDED_GRANDMASTER, T },
	{ PT, GN_EV_RECOMMENDED_TIME_RECEIVER, U },
	{ PT, GN_EV_RECOMMENDED_PASSIVE, PA },
	{ T, GN_EV_FAULT_DETECTED, F },
	{ T, GN_EV_DESIGNATED_DISABLED, D },
	{ T, GN_EV_RECOMMENDED_TIME_RECEIVER, U },
	{ T, GN_EV_RECOMMENDED_PASSIVE, PA },
	{ PA, GN_EV_FAULT_DETECTED, F },
	{ PA, GN_EV_DESIGNATED_DISABLED, D },
	{ PA, GN_EV_ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES, T },
	{ PA, GN_EV_RECOMMENDED_TIME_TRANSMITTER, PT },
	{ PA, GN_EV_RECOMMENDED_GRANDMASTER, T },
	{ PA, GN_EV_RECOMMENDED_TIME_RECEIVER, U },
	{ U, GN_EV_FAULT_DETECTED, F },
	{ U, GN_EV_DESIGNATED_DISABLED, D },
	{ U, GN_EV_ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES, T },
	{ U, GN_EV_TIME_TRANSMITTER_CLOCK_SELECTED, R },
	{ U, GN_EV_RECOMMENDED_TIME_TRANSMITTER, PT },
	{ U, GN_EV_RECOMMENDED_GRANDMASTER, T },
	{ U, GN_EV_RECOMMENDED_PASSIVE, PA },
	{ R, GN_EV_FAULT_DETECTED, F },
	{ R, GN_EV_DESIGNATED_DISABLED, D },
	{ R, GN_EV_ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES, T },
	{ R, GN_EV_SYNCHRONIZATION_FAULT, U },
	{ R, GN_EV_RECOMMENDED_TIME_TRANSMITTER, PT },
	{ R, GN_EV_RECOMMENDED_GRANDMASTER, T },
	{ R, GN_EV_RECOMMENDED_PASSIVE, PA },
};

/* Figure 31: time-receiver-only. */
static const struct arrow figure_31[] = {
	{ 0, GN_EV_POWERUP, I },
	{ 0, GN_EV_INITIALIZE, I },
	{ I, GN_EV_FAULT_DETECTED, F },
	{ I, GN_EV_INIT_COMPLETE, L },
	{ I, GN_EV_DESIGNATED_DISABLED, D },
	{ F, GN_EV_FAULT_CLEARED, I },
	{ F, GN_EV_DESIGNATED_DISABLED, D },
	{ D, GN_EV_DESIGNATED_ENABLED, I },
	{ L, GN_EV_FAULT_DETECTED, F },
	{ L, GN_EV_DESIGNATED_DISABLED, D },
	{ L, GN_EV_RECOMMENDED_TIME_RECEIVER, U },
	{ U, GN_EV_FAULT_DETECTED, F },
	{ U, GN_EV_DESIGNATED_DISABLED, D },
	{ U, GN_EV_ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES, L },
	{ U, GN_EV_RECOMMENDED_TIME_TRANSMITTER, L },
	{ U, GN_EV_RECOMMENDED_GRANDMASTER, L },
	{ U, GN_EV_RECOMMENDED_PASSIVE, L },
	{ U, GN_EV_TIME_TRANSMITTER_CLOCK_SELECTED, R },
	{ R, GN_EV_FAULT_DETECTED, F },
	{ R, GN_EV_DESIGNATED_DISABLED, D },
	{ R, GN_EV_ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES, L },
	{ R, GN_EV_RECOMMENDED_TIME_TRANSMITTER, L },
	{ R, GN_EV_RECOMMENDED_GRANDMASTER, L },
	{ R, GN_EV_RECOMMENDED_PASSIVE, L },
	{ R, GN_EV_SYNCHRONIZATION_FAULT, U },
};

static enum gn_port_state expected(const struct arrow *arrows, size_t count, enum gn_port_state from,
				   enum gn_port_event event)
{
	for (size_t i = 0; i < count; i++) {
		if ((arrows[i].from == from || arrows[i].from == 0) && arrows[i].event == event) {
			return arrows[i].to;
		}
	}
	return from;
}

TEST(the_full_machine_has_the_arrows_of_figure_30_and_no_others)
{
	for (int s = I; s <= R; s++) {
		for (int e = 0; e < GN_PORT_EVENTS; e++) {
			enum gn_port_state want = expected(figure_30,
							   sizeof(figure_30) / sizeof(figure_30[0]),
							   (enum gn_port_state)s, (enum gn_port_event)e);

			CHECK_EQ(state_next(STATE_MACHINE_FULL, (enum gn_port_state)s, (enum gn_port_event)e),
				 want);
		}
	}
}

TEST(the_receiver_only_machine_has_the_arrows_of_figure_31_and_no_others)
{
	static const enum gn_port_state states[] = { I, F, D, L, U, R };

	for (size_t s = 0; s < sizeof(states) / sizeof(states[0]); s++) {
		for (int e = 0; e < GN_PORT_EVENTS; e++) {
			enum gn_port_state want = expected(figure_31,
							   sizeof(figure_31) / sizeof(figure_31[0]),
							   states[s], (enum gn_port_event)e);

			CHECK_EQ(state_next(STATE_MACHINE_TIME_RECEIVER_ONLY, states[s],
					    (enum gn_port_event)e),
				 want);
		}
	}
}

TEST(a_receiver_only_port_never_gets_into_a_transmitting_state)
{
	for (int s = I; s <= R; s++) {
		for (int e = 0; e < GN_PORT_EVENTS; e++) {
			int next = (int)state_next(STATE_MACHINE_TIME_RECEIVER_ONLY, (enum gn_port_state)s,
						   (enum gn_port_event)e);

			CHECK(next == s || (next != T && next != PT && next != PA));
		}
	}
}

TEST(a_port_with_a_configured_role_takes_it_at_once_and_only_faults_and_disabling_move_it)
{
	static const struct {
		enum state_machine machine;
		enum gn_port_state role;
	} roles[] = { { STATE_MACHINE_STATIC_RECEIVER, R }, { STATE_MACHINE_STATIC_TRANSMITTER, T } };

	for (int i = 0; i < 2; i++) {
		CHECK_EQ(state_next(roles[i].machine, I, GN_EV_INIT_COMPLETE), roles[i].role);
		for (int e = 0; e < GN_PORT_EVENTS; e++) {
			int next = (int)state_next(roles[i].machine, roles[i].role, (enum gn_port_event)e);
			bool moves = e == GN_EV_POWERUP || e == GN_EV_INITIALIZE ||
				     e == GN_EV_FAULT_DETECTED || e == GN_EV_DESIGNATED_DISABLED;

			CHECK_EQ(next != (int)roles[i].role, moves);
		}
	}
}
