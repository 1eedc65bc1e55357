/* src/core/bmca/decision_test.c -- Figure 33, box by box. */
#include "core/bmca/decision.h"

#include "tests/test.h"

static struct bmca_dataset dataset(int priority1, int clock_class, int grandmaster, int steps, int sender)
{
	struct bmca_dataset ds = { .priority1 = (uint8_t)priority1, .steps_removed = (uint16_t)steps };

	ds.clock_quality.clock_class = (uint8_t)clock_class;
	ds.grandmaster_identity.octets[7] = (uint8_t)grandmaster;
	ds.sender.clock_identity.octets[7] = (uint8_t)sender;
	ds.receiver.clock_identity.octets[7] = 5;
	return ds;
}

TEST(a_listening_port_that_heard_nobody_is_left_alone)
{
	struct bmca_dataset d0 = dataset(128, 6, 5, 0, 5), other = dataset(128, 248, 1, 0, 1);

	CHECK_EQ(decision_of(&d0, NULL, NULL, false, GN_PORT_LISTENING), GN_DECISION_NONE);
	/* The 2008 rule: Erbest is asked for, so another port's Ebest changes nothing here. */
	CHECK_EQ(decision_of(&d0, NULL, &other, false, GN_PORT_LISTENING), GN_DECISION_NONE);
}

TEST(a_clock_of_class_1_to_127_is_grandmaster_or_passive_and_never_a_receiver)
{
	for (int class = 1; class <= 127; class ++) {
		struct bmca_dataset d0 = dataset(128, class, 5, 0, 5);
		struct bmca_dataset better = dataset(1, 6, 1, 0, 1), worse = dataset(200, 6, 1, 0, 1);

		CHECK_EQ(decision_of(&d0, &better, &better, true, GN_PORT_LISTENING), GN_DECISION_P1);
		CHECK_EQ(decision_of(&d0, &worse, &worse, true, GN_PORT_LISTENING), GN_DECISION_M1);
		CHECK_EQ(decision_of(&d0, NULL, &better, false, GN_PORT_TIME_TRANSMITTER), GN_DECISION_M1);
	}
}

TEST(a_clock_of_class_128_and_more_follows_the_best_and_transmits_on_its_other_ports)
{
	struct bmca_dataset d0 = dataset(128, 248, 5, 0, 5);
	struct bmca_dataset better = dataset(1, 248, 1, 0, 1), worse = dataset(200, 248, 1, 0, 1);
	struct bmca_dataset other = dataset(2, 248, 2, 0, 2);

	CHECK_EQ(decision_of(&d0, &worse, &worse, true, GN_PORT_LISTENING), GN_DECISION_M2);
	CHECK_EQ(decision_of(&d0, NULL, NULL, false, GN_PORT_TIME_TRANSMITTER), GN_DECISION_M2);
	CHECK_EQ(decision_of(&d0, &better, &better, true, GN_PORT_LISTENING), GN_DECISION_S1);
	CHECK_EQ(decision_of(&d0, &other, &better, false, GN_PORT_LISTENING), GN_DECISION_M3);
	CHECK_EQ(decision_of(&d0, NULL, &better, false, GN_PORT_TIME_TRANSMITTER), GN_DECISION_M3);
}

TEST(of_two_ways_to_one_grandmaster_the_second_port_is_passive_where_only_topology_decides)
{
	struct bmca_dataset d0 = dataset(128, 248, 5, 0, 5);
	struct bmca_dataset near = dataset(1, 248, 1, 1, 2);
	struct bmca_dataset same = dataset(1, 248, 1, 1, 3); /* equally far: by topology */
	struct bmca_dataset low = dataset(1, 248, 1, 2,
					  3); /* one step more, its sender below us: by topology */
	struct bmca_dataset high = dataset(1, 248, 1, 2, 9); /* its sender above us: better, so we transmit */
	struct bmca_dataset far = dataset(1, 248, 1, 4, 3);

	CHECK_EQ(decision_of(&d0, &same, &near, false, GN_PORT_LISTENING), GN_DECISION_P2);
	CHECK_EQ(decision_of(&d0, &low, &near, false, GN_PORT_LISTENING), GN_DECISION_P2);
	CHECK_EQ(decision_of(&d0, &high, &near, false, GN_PORT_LISTENING), GN_DECISION_M3);
	CHECK_EQ(decision_of(&d0, &far, &near, false, GN_PORT_LISTENING), GN_DECISION_M3);
}
