/* src/core/bmca/compare_test.c */
#include "core/bmca/compare.h"

#include "tests/test.h"

/* Of few values each, so that ties at every depth are met. */
static struct bmca_dataset any_dataset(void)
{
	struct bmca_dataset ds = { 0 };

	ds.priority1 = (uint8_t)test_random_below(2);
	ds.clock_quality.clock_class = (uint8_t)(6 + test_random_below(2));
	ds.clock_quality.clock_accuracy = (uint8_t)(0x20 + test_random_below(2));
	ds.clock_quality.offset_scaled_log_variance = (uint16_t)test_random_below(2);
	ds.priority2 = (uint8_t)test_random_below(2);
	ds.grandmaster_identity.octets[7] = (uint8_t)test_random_below(2);
	ds.steps_removed = (uint16_t)test_random_below(4);
	ds.sender.clock_identity.octets[7] = (uint8_t)test_random_below(3);
	ds.sender.port_number = (uint16_t)(1 + test_random_below(2));
	ds.receiver.clock_identity.octets[7] = 1;
	ds.receiver.port_number = (uint16_t)(1 + test_random_below(2));
	return ds;
}

static struct bmca_dataset plain(void)
{
	struct bmca_dataset ds = { .priority1 = 128, .priority2 = 128, .steps_removed = 3 };

	ds.clock_quality = (struct gn_clock_quality){ 248, 0xFE, 0xFFFF };
	ds.grandmaster_identity.octets[0] = 5;
	ds.sender.clock_identity.octets[0] = 7;
	ds.sender.port_number = 1;
	ds.receiver.clock_identity.octets[0] = 6;
	ds.receiver.port_number = 1;
	return ds;
}

TEST(swapping_the_grandmasters_swaps_the_verdict)
{
	for (int i = 0; i < 100000; i++) {
		struct bmca_dataset a = any_dataset(), b = any_dataset();

		CHECK_EQ(bmca_compare(&a, &b), -bmca_compare(&b, &a));
	}
}

TEST(between_grandmasters_the_first_different_field_decides_and_the_lower_value_wins)
{
	struct bmca_dataset a = plain();

	for (int field = 0; field < 6; field++) {
		struct bmca_dataset b = a;

		b.grandmaster_identity.octets[7]++; /* another grandmaster: worse in the last field */
		b.priority1 = (uint8_t)(b.priority1 - (field == 0));
		b.clock_quality.clock_class = (uint8_t)(b.clock_quality.clock_class - (field == 1));
		b.clock_quality.clock_accuracy = (uint8_t)(b.clock_quality.clock_accuracy - (field == 2));
		b.clock_quality.offset_scaled_log_variance =
			(uint16_t)(b.clock_quality.offset_scaled_log_variance - (field == 3));
		b.priority2 = (uint8_t)(b.priority2 - (field == 4));
		CHECK_EQ(bmca_compare(&a, &b), field == 5 ? BMCA_A_BETTER : BMCA_B_BETTER);
		/* and everything behind it is of no account */
		b.clock_quality.clock_class = field < 1 ? 255 : b.clock_quality.clock_class;
		b.priority2 = field < 4 ? 255 : b.priority2;
		b.steps_removed = 200;
		CHECK_EQ(bmca_compare(&a, &b), field == 5 ? BMCA_A_BETTER : BMCA_B_BETTER);
	}
}

TEST(variance_is_compared_as_an_unsigned_16_bit_number)
{
	struct bmca_dataset a = plain(), b = plain();

	b.grandmaster_identity.octets[7] = 1;
	a.clock_quality.offset_scaled_log_variance = 0x7FFF;
	b.clock_quality.offset_scaled_log_variance = 0x8000;
	CHECK_EQ(bmca_compare(&a, &b), BMCA_A_BETTER);
	a.clock_quality.offset_scaled_log_variance = 0x00FF;
	b.clock_quality.offset_scaled_log_variance = 0x0100;
	CHECK_EQ(bmca_compare(&a, &b), BMCA_A_BETTER);
}

/* Figure 35, row by row: steps of A and B, whether receiver < = > sender of the longer one, and the verdict. */
TEST(with_one_grandmaster_the_path_decides_as_in_figure_35)
{
	static const struct {
		int steps_a, steps_b;
		int receiver, sender; /* of the longer path */
		enum bmca_verdict verdict;
	} rows[] = {
		{ 5, 3, 1, 9, BMCA_B_BETTER },
		{ 5, 3, 9, 1, BMCA_B_BETTER },
		{ 3, 5, 1, 9, BMCA_A_BETTER },
		{ 3, 5, 9, 1, BMCA_A_BETTER },
		{ 4, 3, 1, 9, BMCA_B_BETTER },
		{ 4, 3, 9, 1, BMCA_B_BETTER_BY_TOPOLOGY },
		{ 4, 3, 5, 5, BMCA_EQUAL },
		{ 3, 4, 1, 9, BMCA_A_BETTER },
		{ 3, 4, 9, 1, BMCA_A_BETTER_BY_TOPOLOGY },
		{ 3, 4, 5, 5, BMCA_EQUAL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bmca_dataset a = plain(), b = plain();
		struct bmca_dataset *longer = rows[i].steps_a > rows[i].steps_b ? &a : &b;

		a.steps_removed = (uint16_t)rows[i].steps_a;
		b.steps_removed = (uint16_t)rows[i].steps_b;
		longer->receiver.clock_identity.octets[0] = (uint8_t)rows[i].receiver;
		longer->sender.clock_identity.octets[0] = (uint8_t)rows[i].sender;
		CHECK_EQ(bmca_compare(&a, &b), rows[i].verdict);
	}
}

TEST(with_equal_steps_the_lower_sender_then_the_lower_receiving_port_wins_by_topology)
{
	struct bmca_dataset a = plain(), b = plain();

	CHECK_EQ(bmca_compare(&a, &b), BMCA_EQUAL); /* error-2 */
	b.sender.clock_identity.octets[7] = 1;
	CHECK_EQ(bmca_compare(&a, &b), BMCA_A_BETTER_BY_TOPOLOGY);
	b = a;
	b.receiver.port_number = 2;
	CHECK_EQ(bmca_compare(&a, &b), BMCA_A_BETTER_BY_TOPOLOGY);
	b = a;
	b.sender.port_number = 2;
	CHECK_EQ(bmca_compare(&a, &b), BMCA_A_BETTER_BY_TOPOLOGY);
}

TEST(the_best_of_many_does_not_depend_on_the_order_of_arrival)
{
	for (int round = 0; round < 2000; round++) {
		struct bmca_dataset set[6], *best_up, *best_down;

		for (int i = 0; i < 6; i++) {
			set[i] = any_dataset();
			set[i].receiver.clock_identity.octets[7] = 9; /* not a sender */
			set[i].steps_removed = (uint16_t)(2 * test_random_below(3));
			set[i].sender.clock_identity.octets[6] = (uint8_t)i;
			/* One grandmaster says one thing of itself. */
			set[i].priority1 = set[i].grandmaster_identity.octets[7];
			set[i].priority2 = 0;
			set[i].clock_quality = (struct gn_clock_quality){ 248, 0, 0 };
		}
		best_up = &set[0];
		best_down = &set[5];
		for (int i = 1; i < 6; i++) {
			best_up = bmca_compare(&set[i], best_up) > 0 ? &set[i] : best_up;
			best_down = bmca_compare(&set[5 - i], best_down) > 0 ? &set[5 - i] : best_down;
		}
		CHECK(best_up == best_down);
	}
}
