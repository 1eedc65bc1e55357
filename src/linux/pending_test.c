/* src/linux/pending_test.c */
#include "linux/pending.h"
#include "tests/test.h"

static struct pending table;

static bool add(uint32_t token, uint32_t id, int64_t deadline)
{
	const struct pending_frame frame = { .token = token, .id = id, .deadline_ns = deadline };

	return pending_add(&table, &frame);
}

TEST(a_frame_is_taken_by_its_number_once)
{
	struct pending_frame frame;
	int64_t deadline;

	pending_clear(&table);
	CHECK(add(71, 5, 100) && add(72, 6, 101));
	CHECK(pending_take(&table, 6, &frame));
	CHECK_EQ(frame.token, 72);
	CHECK(!pending_take(&table, 6, &frame));
	CHECK(!pending_was_given_up(&table, 6, &deadline));
	CHECK(!pending_take(&table, 7, &frame));
	CHECK_EQ(pending_awaited(&table), 1);
	CHECK_EQ(pending_deadline(&table), 100);
}

TEST(an_empty_table_waits_for_nothing)
{
	struct pending_frame frame;

	pending_clear(&table);
	CHECK_EQ(pending_deadline(&table), INT64_MAX);
	CHECK(!pending_give_up(&table, INT64_MAX, &frame));
	CHECK(!pending_take_oldest(&table, &frame));
}

TEST(a_frame_is_given_up_at_its_deadline_and_its_stamp_is_then_known_as_late_once)
{
	struct pending_frame frame;
	int64_t deadline = 0;

	pending_clear(&table);
	CHECK(add(1, 10, 100));
	CHECK(!pending_give_up(&table, 99, &frame));
	CHECK(pending_give_up(&table, 100, &frame));
	CHECK_EQ(frame.token, 1);
	CHECK(!pending_take(&table, 10, &frame));
	CHECK(pending_was_given_up(&table, 10, &deadline));
	CHECK_EQ(deadline, 100);
	CHECK(!pending_was_given_up(&table, 10, &deadline));
}

TEST(a_full_table_refuses_and_has_room_again_when_the_oldest_is_given_up)
{
	struct pending_frame frame;

	pending_clear(&table);
	for (uint32_t i = 0; i < PENDING_MAX; i++) {
		CHECK(add(i + 1, i, i));
	}
	CHECK(!add(9999, 9999, 9999));
	CHECK(pending_give_up(&table, INT64_MAX, &frame));
	CHECK_EQ(frame.token, 1);
	CHECK(add(9999, 9999, 9999));
}

TEST(after_a_renumbering_old_frames_are_given_up_and_never_taken_for_new_ones)
{
	struct pending_frame frame;

	pending_clear(&table);
	CHECK(add(1, 0, 10));
	pending_orphan(&table);
	CHECK(!pending_take(&table, 0, &frame));
	CHECK(add(2, 0, 20));
	CHECK(pending_take(&table, 0, &frame));
	CHECK_EQ(frame.token, 2);
	CHECK(pending_give_up(&table, 10, &frame));
	CHECK_EQ(frame.token, 1);
}

/* Sends, stamps in any order, duplicates, losses: the law is that every token comes back exactly once. */
TEST(every_token_leaves_exactly_once_whatever_happens)
{
	static uint8_t returned[100001];
	struct pending_frame frame;
	uint32_t sent = 0;
	int64_t now = 0;

	pending_clear(&table);
	memset(returned, 0, sizeof(returned));
	while (sent < 100000 || pending_awaited(&table) > 0) {
		uint64_t what = test_random_below(10);

		now++;
		if (what < 4 && sent < 100000) {
			if (!add(sent + 1, sent, now + 300)) {
				CHECK(pending_give_up(&table, INT64_MAX, &frame));
				returned[frame.token]++;
				CHECK(add(sent + 1, sent, now + 300));
			}
			sent++;
		} else if (what < 8 && sent > 0) {
			uint32_t id = sent - 1 - (uint32_t)test_random_below(sent < 20 ? sent : 20);

			if (pending_take(&table, id, &frame)) {
				CHECK_EQ(frame.token, id + 1);
				returned[frame.token]++;
			}
		} else {
			while (pending_give_up(&table, now, &frame)) {
				returned[frame.token]++;
			}
		}
	}
	for (uint32_t token = 1; token <= sent; token++) {
		CHECK_EQ(returned[token], 1);
	}
}
