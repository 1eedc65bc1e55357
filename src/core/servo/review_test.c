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
	for (int i = 0; i < 10; i++) {
		struct sim sim = sim_default();
		struct seen s;

		sim.down_queued = sim.up_queued = 0.7;
		sim.queue_ns = 20000;
		sim_run(&sim, floor_found_s());
		CHECK(sim_run(&sim, 10).rms_ns < 200); /* not the 20 us that queues differ by */
		sim_run(&sim, 40);
		s = sim_run(&sim, 100);
		CHECK(s.rms_ns < 10);
		CHECK(s.within > 0.9);
		CHECK_NEAR(sim_quality(&sim).sync_clean, 0.3, 0.1);
		CHECK_NEAR(sim_quality(&sim).delay_clean, 0.3, 0.1);
		CHECK(sim_quality(&sim).sync_noise_ns > 5 &&
		      sim_quality(&sim).sync_noise_ns < floor_noise_ns_max());
	}
}
