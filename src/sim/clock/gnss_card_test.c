#include "sim/clock/gnss.h"

#include "tests/test.h"

#define START 1700000037U
#define UTC_OFFSET 37
#define SEEN_MAX 64

struct seen {
	int64_t at_s;
	enum card_state state;
	bool has_stepped;
};

struct site {
	struct queue queue;
	struct gnss gnss;
	struct oscillator oscillator;
	struct phc phc;
	struct gnss_card *card;
	struct seen seen[SEEN_MAX];
	size_t seen_count;
};

static void told(void *context, enum card_state state, bool has_stepped)
{
	struct site *site = context;

	CHECK(site->seen_count < SEEN_MAX);
	site->seen[site->seen_count] = (struct seen){ site->queue.now_ps / PS_PER_SECOND, state,
						      has_stepped };
	site->seen_count++;
}

static struct gnss_settings quiet(void)
{
	return (struct gnss_settings){
		.has_fix = true, .leap_known = 1, .is_on = true, .nmea_delay = 100 * PS_PER_MS
	};
}

static struct gnss_settings noisy(void)
{
	struct gnss_settings settings = *(const struct gnss_settings *)gnss_kind.defaults;

	settings.jitter = 20 * PS_PER_NS;
	settings.sawtooth = 0;
	return settings;
}

static void build(struct site *site, struct gnss_settings of_gnss, int64_t offset_ps, double ppb)
{
	struct oscillator_settings of = { .preset = OSCILLATOR_PERFECT,
					  .frequency = ppb,
					  .grid = 100 * PS_PER_MS };
	struct phc_settings settings = *(const struct phc_settings *)phc_kind.defaults;

	settings.offset = offset_ps;
	settings.offset_spread = 0;
	*site = (struct site){ .seen_count = 0 };
	queue_init(&site->queue);
	oscillator_init(&site->oscillator, &of, NULL, 1, "site");
	phc_init(&site->phc, &settings, &site->oscillator, START, 1, "site");
	gnss_init(&site->gnss, &site->queue, START, UTC_OFFSET, test_random(), "roof", &of_gnss);
	site->card = gnss_card_new(&site->gnss, &site->phc, told, site);
	CHECK(site->card != NULL);
}

static void tear_down(struct site *site)
{
	gnss_card_free(site->card);
	CHECK(site->gnss.cards == NULL);
	queue_free(&site->queue);
}

/* A quarter of a second after second `s`, when its sentence is in. */
static void run_to(struct site *site, int64_t s)
{
	queue_run(&site->queue, s * PS_PER_SECOND + PS_PER_SECOND / 4, NULL);
}

static double error_ns(struct site *site)
{
	return (double)phc_error(&site->phc, site->queue.now_ps, START) / 65536;
}

static void lock(struct site *site)
{
	run_to(site, 200);
	CHECK_EQ(gnss_card_state(site->card), CARD_LOCKED);
	CHECK_NEAR(error_ns(site), 0, 60);
}

TEST(a_card_locks_within_half_a_minute_wherever_its_clock_starts)
{
	const int64_t offsets[] = { 0,
				    700 * PS_PER_NS,
				    -400 * PS_PER_US,
				    5 * PS_PER_MS,
				    -PS_PER_SECOND,
				    499 * PS_PER_MS,
				    9000000 * PS_PER_SECOND };
	const double ppbs[] = { 0, 10000, -50000 };
	static struct site site;

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		for (size_t k = 0; k < sizeof(ppbs) / sizeof(ppbs[0]); k++) {
			build(&site, noisy(), offsets[i], ppbs[k]);
			run_to(&site, 30);
			CHECK_EQ(gnss_card_state(site.card), CARD_LOCKED);
			for (int64_t s = 31; s < 100; s++) {
				run_to(&site, s);
				CHECK_NEAR(error_ns(&site), 0, 60); /* three times the jitter */
			}
			CHECK_EQ(site.phc.steps, offsets[i] > PS_PER_MS || offsets[i] < -PS_PER_MS);
			CHECK_EQ(gnss_card_implausible(site.card), 0);
			tear_down(&site);
		}
	}
}

TEST(locked_a_card_halves_the_edges_jitter)
{
	static struct site site;
	double squares = 0;

	build(&site, noisy(), 0, 1000);
	lock(&site);
	for (int64_t s = 201; s <= 1200; s++) {
		run_to(&site, s);
		squares += error_ns(&site) * error_ns(&site);
	}
	CHECK(squares / 1000 < 10 * 10);
	CHECK(squares / 1000 > 2 * 2);
	tear_down(&site);
}

TEST(it_says_that_it_stepped_and_that_it_locked)
{
	static struct site site;

	build(&site, quiet(), -3 * PS_PER_SECOND, 0);
	run_to(&site, 30);
	CHECK_EQ(site.seen_count, 2);
	CHECK(site.seen[0].state == CARD_SEARCHING && site.seen[0].has_stepped);
	CHECK_EQ(site.seen[0].at_s, 2);
	CHECK(site.seen[1].state == CARD_LOCKED && !site.seen[1].has_stepped);
	tear_down(&site);
}

TEST(a_clock_that_starts_at_1970_or_far_beyond_is_set)
{
	static struct site site;

	build(&site, noisy(), 0, 5000);
	CHECK_EQ(site.phc.operations->settime(&site.phc, 0, (struct gn_precise){ { 0, 0 }, 0 }), 0);
	lock(&site);
	tear_down(&site);

	build(&site, noisy(), 0, 5000);
	CHECK_EQ(site.phc.operations->settime(&site.phc, 0,
					      (struct gn_precise){ { (uint64_t)1 << 47, 0 }, 0 }),
		 0);
	lock(&site);
	tear_down(&site);
}

TEST(a_clock_that_keeps_utc_is_set_to_utc)
{
	static struct site site;

	build(&site, quiet(), 0, 0);
	gnss_card_keep_behind(site.card, UTC_OFFSET);
	run_to(&site, 30);
	CHECK_NEAR(error_ns(&site), -37e9, 100);
	tear_down(&site);
}

TEST(without_edges_it_holds_its_frequency)
{
	static struct site site;
	double at_start;

	build(&site, noisy(), 0, 4000);
	run_to(&site, 400);
	at_start = error_ns(&site);
	site.gnss.settings.has_fix = false;
	gnss_changed(&site.gnss);
	run_to(&site, 410);
	CHECK_EQ(gnss_card_state(site.card), CARD_HOLDOVER);
	CHECK_EQ(site.seen[site.seen_count - 1].state, CARD_HOLDOVER);
	CHECK(site.seen[site.seen_count - 1].at_s >= 403 && site.seen[site.seen_count - 1].at_s <= 404);
	run_to(&site, 1400);
	CHECK_NEAR(error_ns(&site), at_start, 3000); /* 3 ppb over 1,000 s */
	tear_down(&site);
}

TEST(in_holdover_it_drifts_by_what_its_oscillator_changes)
{
	static struct site site;
	double at_start;

	build(&site, quiet(), 0, 4000);
	run_to(&site, 400);
	site.gnss.settings.has_fix = false;
	gnss_changed(&site.gnss);
	run_to(&site, 410);
	at_start = error_ns(&site);
	phc_rebase(&site.phc, site.queue.now_ps);
	site.oscillator.settings.frequency += 25;
	oscillator_changed(&site.oscillator, site.queue.now_ps);
	phc_rebase(&site.phc, site.queue.now_ps);
	run_to(&site, 1410);
	CHECK_NEAR(error_ns(&site) - at_start, 25000, 300);

	/* Back: 25 us off, it is pulled in and not stepped. */
	site.gnss.settings.has_fix = true;
	gnss_changed(&site.gnss);
	run_to(&site, 1500);
	CHECK_EQ(gnss_card_state(site.card), CARD_LOCKED);
	CHECK_EQ(site.phc.steps, 0);
	CHECK_NEAR(error_ns(&site), 0, 20);
	tear_down(&site);
}

TEST(after_so_long_a_holdover_that_it_is_a_millisecond_off_it_is_stepped)
{
	static struct site site;

	build(&site, quiet(), 0, 0);
	run_to(&site, 100);
	site.gnss.settings.is_on = false;
	gnss_changed(&site.gnss);
	run_to(&site, 110);
	phc_step(&site.phc, site.queue.now_ps, 3 * PS_PER_MS);
	site.gnss.settings.is_on = true;
	gnss_changed(&site.gnss);
	run_to(&site, 150);
	CHECK_EQ(gnss_card_state(site.card), CARD_LOCKED);
	CHECK_EQ(site.phc.steps, 2);
	CHECK_NEAR(error_ns(&site), 0, 20);
	tear_down(&site);
}

TEST(locked_it_survives_the_week_rollover_even_through_an_outage)
{
	static struct site site;

	for (int64_t eras = -2; eras <= 2; eras++) {
		uint64_t implausible;

		build(&site, noisy(), 0, 0);
		lock(&site);
		site.gnss.settings.weeks_off = eras;
		run_to(&site, 400);
		CHECK_EQ(gnss_card_state(site.card), CARD_LOCKED);
		implausible = gnss_card_implausible(site.card);
		CHECK(eras == 0 ? implausible == 0 : implausible >= 199);

		site.gnss.settings.has_fix = false;
		run_to(&site, 500);
		phc_step(&site.phc, site.queue.now_ps, 5 * PS_PER_MS); /* so that it must be set anew */
		site.gnss.settings.has_fix = true;
		run_to(&site, 600);
		CHECK_EQ(gnss_card_state(site.card), CARD_LOCKED);
		CHECK_NEAR(error_ns(&site), 0, 60);
		tear_down(&site);
	}
}

TEST(before_it_ever_locked_it_can_only_believe_the_date)
{
	static struct site site;
	struct gnss_settings settings = quiet();

	settings.weeks_off = -1;
	build(&site, settings, 0, 0);
	run_to(&site, 30);
	CHECK_EQ(gnss_card_state(site.card), CARD_LOCKED);
	CHECK_EQ(phc_exact(&site.phc, site.queue.now_ps).whole.seconds,
		 START + 30 - UINT64_C(1024) * 7 * 86400);
	tear_down(&site);
}

TEST(leap_seconds_that_become_known_are_followed_once_they_persist)
{
	static struct site site;
	struct gnss_settings settings = quiet();

	settings.leap_known = 0;
	build(&site, settings, 0, 0);
	run_to(&site, 100);
	CHECK_EQ(gnss_card_state(site.card), CARD_LOCKED);
	CHECK_NEAR(error_ns(&site), 18e9, 100);
	site.gnss.settings.leap_known = 1;
	run_to(&site, 120);
	CHECK_NEAR(error_ns(&site), 18e9, 100);
	CHECK_EQ(gnss_card_state(site.card), CARD_LOCKED);
	run_to(&site, 160);
	CHECK_NEAR(error_ns(&site), 0, 100);
	CHECK_EQ(gnss_card_state(site.card), CARD_LOCKED);
	CHECK(gnss_card_implausible(site.card) >= 30);
	tear_down(&site);
}

TEST(a_sentence_that_is_wrong_now_and_then_is_not_followed)
{
	static struct site site;
	uint64_t steps;

	build(&site, quiet(), 0, 0);
	lock(&site);
	steps = site.phc.steps;
	for (int64_t s = 200; s < 400; s++) {
		site.gnss.settings.leap_known = s % 30 == 0 || s % 30 > 3;
		run_to(&site, s);
	}
	CHECK_EQ(site.phc.steps, steps);
	CHECK_EQ(gnss_card_state(site.card), CARD_LOCKED);
	CHECK(gnss_card_implausible(site.card) >= 15);
	tear_down(&site);
}

TEST(single_edges_that_jump_are_ignored_and_lasting_ones_followed)
{
	static struct site site;

	build(&site, quiet(), 0, 0);
	lock(&site);
	site.gnss.settings.offset = 40 * PS_PER_US;
	run_to(&site, 203);
	CHECK_EQ(gnss_card_implausible(site.card), 3);
	site.gnss.settings.offset = 0;
	run_to(&site, 210);
	CHECK_NEAR(error_ns(&site), 0, 5);
	CHECK_EQ(gnss_card_state(site.card), CARD_LOCKED);

	site.gnss.settings.offset = 40 * PS_PER_US;
	run_to(&site, 300);
	CHECK_NEAR(error_ns(&site), -40000, 20);
	CHECK_EQ(gnss_card_state(site.card), CARD_LOCKED);
	CHECK_EQ(site.phc.steps, 0);
	CHECK_EQ(site.seen[site.seen_count - 2].state, CARD_SEARCHING);

	site.gnss.settings.offset = -100 * PS_PER_MS;
	run_to(&site, 400);
	CHECK_NEAR(error_ns(&site), 100e6, 20);
	CHECK_EQ(gnss_card_state(site.card), CARD_LOCKED);
	CHECK_EQ(site.phc.steps, 1);
	tear_down(&site);
}

TEST(a_small_jump_is_pulled_in_without_losing_the_lock)
{
	static struct site site;
	size_t seen;

	build(&site, quiet(), 0, 0);
	lock(&site);
	seen = site.seen_count;
	site.gnss.settings.offset = 500 * PS_PER_NS;
	run_to(&site, 300);
	CHECK_NEAR(error_ns(&site), -500, 5);
	CHECK_EQ(site.seen_count, seen);
	tear_down(&site);
}

TEST(somebody_elses_step_of_the_clock_is_undone)
{
	static struct site site;
	const int64_t steps[] = { 20 * PS_PER_US, -20 * PS_PER_MS, PS_PER_SECOND, -5 * PS_PER_SECOND };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		build(&site, quiet(), 0, 0);
		lock(&site);
		phc_step(&site.phc, site.queue.now_ps, steps[i]);
		run_to(&site, 300);
		CHECK_EQ(gnss_card_state(site.card), CARD_LOCKED);
		CHECK_NEAR(error_ns(&site), 0, 20);
		tear_down(&site);
	}
}

TEST(sentences_that_come_a_second_late_set_the_clock_a_second_short)
{
	static struct site site;
	struct gnss_settings settings = quiet();

	settings.nmea_delay = 1200 * PS_PER_MS;
	build(&site, settings, 0, 0);
	run_to(&site, 60);
	CHECK_EQ(gnss_card_state(site.card), CARD_LOCKED);
	CHECK_NEAR(error_ns(&site), -1e9, 20);
	tear_down(&site);
}

TEST(a_driver_that_does_not_steer_never_locks)
{
	const enum driver_bug bugs[] = { BUG_ADJFINE_SIGN, BUG_ADJFINE_NOTHING, BUG_ADJTIME_NOTHING };
	static struct site site;

	for (size_t i = 0; i < sizeof(bugs) / sizeof(bugs[0]); i++) {
		build(&site, quiet(), 5 * PS_PER_SECOND, 20000);
		site.phc.settings.bug = (int)bugs[i];
		phc_changed(&site.phc, 0);
		for (int64_t s = 1; s < 25; s++) {
			run_to(&site, s);
			CHECK_EQ(gnss_card_state(site.card), CARD_SEARCHING);
		}
		tear_down(&site);
	}
}

TEST(several_cards_follow_one_receiver_and_leave_it_in_any_order)
{
	static struct site site;
	struct oscillator_settings of = { .preset = OSCILLATOR_PERFECT,
					  .frequency = -700,
					  .grid = 100 * PS_PER_MS };
	static struct oscillator oscillator;
	static struct phc phc;
	struct gnss_card *other;

	build(&site, quiet(), 0, 300);
	oscillator_init(&oscillator, &of, NULL, 1, "other");
	phc_init(&phc, phc_kind.defaults, &oscillator, START, 1, "other");
	other = gnss_card_new(&site.gnss, &phc, told, &site);
	CHECK(other != NULL);
	run_to(&site, 50);
	CHECK_EQ(gnss_card_state(site.card), CARD_LOCKED);
	CHECK_EQ(gnss_card_state(other), CARD_LOCKED);
	gnss_card_free(site.card);
	run_to(&site, 60);
	CHECK_EQ(gnss_card_state(other), CARD_LOCKED);
	CHECK(site.gnss.cards == other && gnss_card_next(other) == NULL);
	site.card = other;
	tear_down(&site);
}
