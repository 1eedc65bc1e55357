/* src/core/servo/review_test.c -- what the adaptive controller believes of a direction's noise follows what its messages are. */
#include "core/servo/test_adaptive.h"

#include <math.h>

/* ---- what the small build is granted beside the full one (docs/servo.md, "The small build") ---- */

/* Until a floor is found below queues in any case, and the most that the noise upon it is believed to be: windows of half the
 * messages have half the clean ones. */
static double floor_found_s(void)
{
	return 8.0 * 64 / WINDOW;
}

static double floor_noise_ns_max(void)
{
	return 50.0 * 64 / WINDOW;
}

TEST(behind_queues_the_floor_is_found)
{
	int found_late = 0;

	for (int i = 0; i < 10; i++) {
		struct sim sim = sim_default();
		struct seen s;

		sim.down_queued = sim.up_queued = 0.7;
		sim.queue_ns = 20000;
		sim_run(&sim, floor_found_s());
		found_late += sim_run(&sim, 10).rms_ns > 200; /* not the 20 us that queues differ by */
		sim_run(&sim, 40);
		s = sim_run(&sim, 100);
		CHECK(s.rms_ns < 10);
		CHECK(s.within > 0.9);
		CHECK_NEAR(sim_quality(&sim).sync_clean, 0.3, 0.1);
		CHECK_NEAR(sim_quality(&sim).delay_clean, 0.3, 0.1);
		CHECK(sim_quality(&sim).sync_noise_ns > 5 &&
		      sim_quality(&sim).sync_noise_ns < floor_noise_ns_max());
	}
	CHECK_LE(found_late, 1); /* of 300 it is one */
}

/* ---- one direction alone ---- */

#define QUEUE_NS 20000

/* So many messages of one direction all wait, then as many as before do; the most that the clock is off until seconds later. */
static double burst(struct sim *sim, bool is_down, int messages)
{
	double *queued = is_down ? &sim->down_queued : &sim->up_queued, before = *queued, most, after;

	sim->queue_ns = QUEUE_NS;
	*queued = 1;
	most = sim_run(sim, messages * sim->interval_s).most_ns;
	*queued = before;
	after = sim_run(sim, 10).most_ns;
	return most > after ? most : after;
}

static bool has_floors(const struct sim *sim)
{
	const struct direction *d = adaptive_of_const(&sim->servo)->direction;

	return d[DIRECTION_SYNC].noise.model.shape == NOISE_QUEUED &&
	       d[DIRECTION_DELAY].noise.model.shape == NOISE_QUEUED;
}

/* Once in some hundred times no floor is found in so short a time; then it is tried again. */
static struct sim sim_behind_queues(void)
{
	struct sim sim;

	for (int i = 0; i < 3; i++) {
		sim = sim_default();
		sim.down_queued = sim.up_queued = 0.5;
		sim.queue_ns = QUEUE_NS;
		sim_run(&sim, 60);
		if (has_floors(&sim)) {
			break;
		}
	}
	CHECK(has_floors(&sim));
	CHECK(fabs(sim_off(&sim)) < 30);
	sim.news_count = 0;
	return sim;
}

static void check_noise_is_as_it_was(const struct sim *sim)
{
	struct servo_quality q = sim_quality(sim);

	CHECK(q.sync_noise_ns > 5 && q.sync_noise_ns < floor_noise_ns_max());
	CHECK(q.delay_noise_ns > 5 && q.delay_noise_ns < floor_noise_ns_max());
}

TEST(a_burst_of_queues_above_a_known_floor_disturbs_neither_direction)
{
	static const int lengths[] = { 8, 20, 30 };

	for (int i = 0; i < 2 * 3; i++) {
		struct sim sim = sim_behind_queues();

		CHECK_LE(burst(&sim, i % 2, lengths[i / 2]), 30);
		CHECK_EQ(sim.news_count, 0);
		check_noise_is_as_it_was(&sim);
	}
}

TEST(a_burst_longer_than_any_is_not_followed_either)
{
	for (int i = 0; i < 2 * 3; i++) {
		struct sim sim = sim_behind_queues();

		CHECK_LE(burst(&sim, i % 2, 100), 100); /* of 20 us */
		check_noise_is_as_it_was(&sim);
	}
}

TEST(a_few_late_messages_in_a_row_disturb_nothing_where_noise_was_plain)
{
	struct gn_servo_config config = sim_config();

	for (int i = 0; i < 2 * 3; i++) {
		struct sim sim = sim_locked(&config);

		CHECK(burst(&sim, i % 2, 8) < 25);
		CHECK_EQ(sim.news_count, 0);
		check_noise_is_as_it_was(&sim);
	}
}

TEST(a_burst_where_noise_was_plain_leaves_the_other_directions_noise_alone)
{
	struct gn_servo_config config = sim_config();
	int other = 0;

	for (int i = 0; i < 2 * 5; i++) {
		struct sim sim = sim_locked(&config);
		struct servo_quality q;

		burst(&sim, i % 2, 20);
		q = sim_quality(&sim);
		other += fabs((i % 2 ? q.delay_noise_ns : q.sync_noise_ns) - 10) > 5;
	}
	CHECK_LE(other, 1);
}

TEST(a_burst_where_noise_was_plain_is_not_followed)
{
	struct gn_servo_config config = sim_config();

	SKIP("from ten messages on it is taken for a direction that became longer, and for up to half of its "
	     "queues");
	for (int i = 0; i < 2 * 3; i++) {
		struct sim sim = sim_locked(&config);

		CHECK(burst(&sim, i % 2, 20) < 100);
		CHECK_EQ(sim.news_count, 0);
	}
}

/* After so many seconds: is the clock as good as if no request had waited? */
static bool is_floor_of_requests_found(struct sim *sim, double seconds)
{
	const struct direction *d = adaptive_of(&sim->servo)->direction;

	sim->up_queued = 0.6;
	sim->queue_ns = QUEUE_NS;
	sim_run(sim, seconds);
	return sim_run(sim, 3).most_ns < 100 && /* of 20 us */
	       d[DIRECTION_SYNC].noise.model.shape == NOISE_GAUSSIAN &&
	       d[DIRECTION_DELAY].noise.model.shape == NOISE_QUEUED && sim->news_count == 0;
}

TEST(the_floor_of_queued_requests_is_found_from_few_of_them_against_a_good_sync)
{
	int found = 0;

	for (int i = 0; i < 20; i++) {
		struct sim sim = sim_default();

		found += is_floor_of_requests_found(&sim, 4);
	}
	CHECK(found >= 18);
}

TEST(on_another_path_the_floor_of_queued_requests_is_found_as_soon)
{
	struct gn_servo_config config = sim_config();
	int found = 0;

	for (int i = 0; i < 20; i++) {
		struct sim sim = sim_locked(&config);

		servo_new_path(&sim.servo);
		found += is_floor_of_requests_found(&sim, 4);
	}
	CHECK(found >= 18);
}
