/* src/sim/node/card_test.c */
#include "sim/node/card.h"

#include "core/dataset.h"
#include "sim/node/test_pair.h"
#include "tests/test.h"

/* pair_init() was called. */
static struct gnss *put_card(struct pair *p)
{
	struct gnss_settings settings = *(const struct gnss_settings *)gnss_kind.defaults;
	struct gnss *receiver = calloc(1, sizeof(*receiver));

	p->config[0].clock_class = 248;
	p->gm->mac.settings.offset = 5 * PS_PER_MS;
	p->gm->mac.settings.starts_at_zero = true;
	p->world.receivers = calloc(1, sizeof(struct gnss *));
	p->world.receivers[0] = receiver;
	p->world.receiver_count = 1;
	settings.has_fix = true;
	settings.is_on = true;
	gnss_init(receiver, &p->world.queue, p->world.start_seconds, p->world.utc_offset, p->world.seed,
		  "roof", &settings);
	snprintf(p->gm->settings.reference, sizeof(p->gm->settings.reference), "roof");
	CHECK(pair_make(p));
	return receiver;
}

static struct gnss *with_card(struct pair *p)
{
	pair_init(p, 1);
	return put_card(p);
}

static int class_of(const struct node *node)
{
	return node->instance->default_ds.clock_quality.clock_class;
}

TEST(the_daemon_announces_what_its_card_knows)
{
	struct pair p;
	struct gnss *receiver = with_card(&p);

	pair_run_ms(&p, 100);
	CHECK_EQ(class_of(p.gm), 248);
	pair_run(&p, 60);
	CHECK_EQ(gnss_card_state(p.gm->card), CARD_LOCKED);
	CHECK_EQ(class_of(p.gm), 6);
	CHECK(p.gm->instance->own_time_properties.time_traceable);
	CHECK_EQ(p.gm->instance->own_time_properties.current_utc_offset, 37);
	CHECK_NEAR((double)node_error(p.gm, p.world.queue.now_ps) / 65536, 0, 100);
	pair_run(&p, 30);
	CHECK_NEAR(pair_error_ns(&p), 0, 100);
	CHECK_EQ(p.client->instance->parent_ds.grandmaster_clock_quality.clock_class, 6);
	receiver->settings.has_fix = false;
	gnss_changed(receiver);
	pair_run(&p, 10);
	CHECK_EQ(class_of(p.gm), 7);
	CHECK_EQ(p.malformed, 0);
	world_free(&p.world);
}

TEST(a_daemon_that_starts_later_is_told_too)
{
	struct pair p;

	(void)with_card(&p);
	pair_run(&p, 60);
	node_kill(p.gm);
	node_start(p.gm);
	CHECK_EQ(class_of(p.gm), 6);
	CHECK(!p.gm->instance->own_time_properties.leap61);
	p.world.leap = 1; /* as the receiver knows on that day */
	node_kill(p.gm);
	node_start(p.gm);
	CHECK(p.gm->instance->own_time_properties.leap61);
	world_free(&p.world);
}

#define MIDNIGHT (UINT64_C(1483228800) + 37) /* the end of 2016 in UTC, by today's TAI - UTC */

/* Its time is UTC as it is: nobody may take it for TAI. At midnight the kernel counts the second, as the card told it. */
TEST(a_system_clock_with_a_card_is_served_as_utc_and_counts_the_leap_second)
{
	for (int leap = -1; leap <= 1; leap += 2) {
		struct pair p;

		pair_init(&p, 1);
		p.world.start_seconds = MIDNIGHT - 120;
		p.world.leap = (int8_t)leap;
		for (int i = 0; i < 2; i++) {
			p.config[i].clock_kind = GN_CLOCK_SYSTEM;
			p.config[i].time_stamping = GN_STAMPING_SOFTWARE;
		}
		p.client->system.settings.offset = 3 * PS_PER_MS;
		(void)put_card(&p);
		pair_run(&p, 110);
		CHECK_EQ(class_of(p.gm), 6);
		CHECK(!p.gm->instance->own_time_properties.ptp_timescale);
		CHECK_NEAR((double)node_error(p.gm, p.world.queue.now_ps) / 65536, 0, 100);
		CHECK_NEAR(pair_error_ns(&p), 0, 1000);
		for (int i = 0; i < 60; i++) {
			pair_run(&p, 1);
			CHECK_NEAR((double)node_error(p.gm, p.world.queue.now_ps) / 65536, 0, 100);
		}
		CHECK_EQ(p.gm->system_tai_offset, 37 + leap);
		CHECK_EQ(gnss_card_state(p.gm->card), CARD_LOCKED);
		world_free(&p.world);
	}
}

TEST(a_reference_that_does_not_exist_is_refused)
{
	struct pair p;

	pair_init(&p, 1);
	snprintf(p.gm->settings.reference, sizeof(p.gm->settings.reference), "roof");
	CHECK(!pair_make(&p));
	world_free(&p.world);
}
