/* tests/servo/bench_test.c -- the parts of the servos' bench: noise is as it is said to be, scores are what they are called. */
#include "tests/test.h"

#include "bench/servo/play.h"
#include "bench/servo/results.h"
#include "bench/servo/tournament.h"
#include "bench/servo/verdict.h"
#include "core/servo/controller.h"
#include "core/servo/math.h"

#include <math.h>

/* ---- noise ---- */

#define SAMPLES 20000

struct seen {
	double queued;                        /* share */
	double mean, normal;                  /* of clean ones: mean, and square over the variance told */
	double queued_mean, queued_deviation; /* less what is told */
};

static struct seen look_at(const struct noise *noise)
{
	struct noise_source source;
	struct gathered queued = { 0 }, mean = { 0 }, normal = { 0 }, late = { 0 }, spread = { 0 };

	noise_begin(&source, noise, test_random(), "test");
	for (int i = 0; i < SAMPLES; i++) {
		struct noise_sample s = noise_draw(&source, 0.125 * i);
		double apart = s.ns - s.mean;

		gather(&queued, s.is_queued);
		gather(s.is_queued ? &late : &mean, apart);
		gather(s.is_queued ? &spread : &normal, apart * apart / s.variance);
	}
	return (struct seen){ gathered_mean(&queued), gathered_mean(&mean), gathered_mean(&normal),
			      gathered_mean(&late), gathered_mean(&spread) };
}

TEST(noise_has_the_mean_and_variance_that_the_optimum_is_told)
{
	const struct noise kinds[] = {
		{ .kind = NOISE_GAUSSIAN, .sigma_ns = 20 },
		{ .kind = NOISE_EXPONENTIAL, .sigma_ns = 2, .load = { .mean_ns = 50 } },
		{ .kind = NOISE_BUS, .sigma_ns = 100 },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct seen seen = look_at(&kinds[i]);

		CHECK_NEAR(seen.normal, 1.0, 0.1);
		CHECK(gn_math_fabs(seen.mean) < 3.0);
		CHECK(seen.queued == 0);
	}
}

TEST(of_a_mixture_as_many_messages_are_queued_as_it_says)
{
	const struct noise mixture = { .kind = NOISE_MIXTURE,
				       .sigma_ns = 10,
				       .load = { .clean = 0.3, .mean_ns = 400 } };
	struct seen seen = look_at(&mixture);

	CHECK_NEAR(seen.queued, 0.7, 0.02);
	CHECK_NEAR(seen.normal, 1.0, 0.1);
	CHECK_NEAR(seen.queued_mean, 0, 15);
	CHECK_NEAR(seen.queued_deviation, 1.0, 0.1);
}

TEST(in_bursts_hardly_any_message_is_clean)
{
	const struct noise bursts = { .kind = NOISE_MIXTURE,
				      .sigma_ns = 10,
				      .load = { .clean = 1, .mean_ns = 400 },
				      .calm_s = 30,
				      .burst_s = 10 };

	CHECK_NEAR(look_at(&bursts).queued, 0.25 * 0.95, 0.05);
}

TEST(a_switch_has_a_queue_as_often_as_it_is_busy)
{
	struct noise switches = {
		.kind = NOISE_SWITCHES,
		.sigma_ns = 10,
		.switches = 2,
		.speed = 1000000000,
		.traffic = { .load = 0.3, .model = TRAFFIC_POISSON, .burst = 1, .period = 1000000000 }
	};

	CHECK_NEAR(look_at(&switches).queued, 1 - 0.7 * 0.7, 0.03);
}

/* ---- worlds ---- */

TEST(what_a_servo_sees_has_the_signs_of_the_standard)
{
	struct trial t;
	struct world w = { .trial = &t };
	struct world_message sync = { .direction = SERVO_SYNC, .extra_ns = 1000.5 };
	struct world_message request = { .direction = SERVO_DELAY_REQ, .extra_ns = 1000.5 };
	struct gn_precise local;
	struct gn_offset value;

	t = (struct trial){ .resolution_ns = 0 };
	world_measure(&w, &sync, 2000000000, 250.25, 50.25, &local, &value);
	CHECK_NEAR(servo_ns(value), 1200.5, 1e-4);
	CHECK_EQ(local.whole.seconds, 1700000002);
	CHECK_EQ(local.whole.nanoseconds, 250);
	CHECK_EQ(local.fraction, 0x4000);
	world_measure(&w, &request, 2000000000, 250.25, 50.25, &local, &value);
	CHECK_NEAR(servo_ns(value), 800.5, 1e-4);
	t.resolution_ns = 8;
	world_measure(&w, &request, 2000000000, 250.25, 50.25, &local, &value);
	CHECK_EQ(local.whole.nanoseconds, 248);
	CHECK_EQ(value.nanoseconds % 8, 0);
	CHECK_EQ(value.fraction, 0);
}

TEST(messages_are_lost_as_often_as_the_trial_says)
{
	struct trial t;
	struct world w;
	size_t lost = 0;

	trial_draw(&t, family_named("hardware"), TRIAL_TUNING, 1);
	t.loss = 0.25;
	t.request_loss = 0.25;
	CHECK(world_make(&w, &t));
	for (size_t i = 0; i < w.message_count; i++) {
		lost += w.messages[i].is_lost;
	}
	CHECK_NEAR((double)lost / (double)w.message_count, 0.25, 0.05);
	world_free(&w);
}

TEST(in_an_outage_nothing_comes_either_way)
{
	struct trial t;
	struct world w;
	size_t lost = 0, there = 0;

	trial_draw(&t, family_named("hardware"), TRIAL_TUNING, 1);
	t.holdover_from_s = 200 * t.interval_s;
	CHECK(world_make(&w, &t));
	for (size_t i = 0; i < w.message_count; i++) {
		bool is_late = (double)w.messages[i].taken_ns > t.holdover_from_s * 1e9 + 2000;

		CHECK(w.messages[i].is_lost || !is_late);
		lost += is_late;
		there += !is_late;
	}
	CHECK(lost > 100 && there > 100);
	world_free(&w);
}

TEST(who_else_takes_part_changes_nothing)
{
	const bool all[CONTESTANTS] = { true, true, true, true },
		   one[CONTESTANTS] = { [CONTESTANT_PI] = true };
	struct outcome a, b;

	play_and_score(&a, family_named("loss"), TRIAL_TUNING, 3, all);
	play_and_score(&b, family_named("loss"), TRIAL_TUNING, 3, one);
	CHECK(a.scores[CONTESTANT_PI].rms_ns == b.scores[CONTESTANT_PI].rms_ns);
	CHECK(a.optimum.rms_ns == b.optimum.rms_ns);
	CHECK(!b.took_part[CONTESTANT_ADAPTIVE]);
}

/* ---- scores ---- */

TEST(scores_are_of_what_is_scored)
{
	struct trial t = { .interval_s = 1, .syncs = 100, .hops = 1 };
	bool is_scored[100] = { false };
	struct world w = { .trial = &t, .is_scored = is_scored };
	struct series s, best;
	struct score score;

	CHECK(series_make(&s, 100) && series_make(&best, 100));
	for (size_t i = 0; i < 100; i++) {
		is_scored[i] = i >= 20;
		s.error_ns[i] = i < 20 ? 1000 : i % 2 ? 4 : -4;
		s.parent_ns[i] = s.error_ns[i];
		s.bound_ns[i] = i % 4 ? 5 : 3;
		best.bound_ns[i] = 6;
	}
	score = score_of(&w, &s, &best);
	CHECK_EQ(score.samples, 80);
	CHECK_NEAR(score.rms_ns, 4, 1e-12);
	CHECK_NEAR(score.normal, 4, 1e-12); /* twice a sigma of 2 */
	CHECK_NEAR(score.covered, 0.75, 1e-12);
	CHECK_NEAR(score.bound, 4.5 / 6, 1e-12);
	CHECK_NEAR(score.settle_s, 21, 1e-12);
	s.error_ns[60] = 7;
	s.error_ns[30] = 7;
	CHECK_NEAR(score_of(&w, &s, &best).settle_s, 62, 1e-12);
	s.error_ns[90] = 7;
	CHECK(isnan(score_of(&w, &s, &best).settle_s));
	series_free(&s);
	series_free(&best);
}

static struct outcome outcome_of(const struct family *family, double adaptive, double pi)
{
	struct outcome o = { .trial = { .family = family, .interval_s = 0.5, .syncs = 200 },
			     .is_done = true,
			     .optimum = { .rms_ns = 10, .normal = 1, .settle_s = 5 },
			     .took_part = { [CONTESTANT_ADAPTIVE] = true, [CONTESTANT_PI] = true } };

	o.scores[CONTESTANT_ADAPTIVE] = (struct score){ .rms_ns = 10 * adaptive,
							.normal = adaptive * adaptive,
							.covered = 1,
							.bound = 1,
							.settle_s = 10 };
	o.scores[CONTESTANT_PI] = (struct score){ .rms_ns = 10 * pi,
						  .normal = pi * pi,
						  .settle_s = (double)NAN };
	return o;
}

TEST(a_verdict_is_the_geometric_mean_and_no_trial_may_be_worse_than_pi)
{
	const struct family family = { .name = "test", .limit_of = LIMIT_GEOMEAN, .limit = 1.5 };
	struct outcome outcomes[2] = { outcome_of(&family, 1, 4), outcome_of(&family, 2, 2) };
	struct verdict v;

	verdict_of(outcomes, 2, &v);
	CHECK_NEAR(v.ratio[CONTESTANT_ADAPTIVE], gn_math_sqrt(2), 1e-12);
	CHECK_NEAR(v.pooled[CONTESTANT_ADAPTIVE], gn_math_sqrt(2.5), 1e-12);
	CHECK_NEAR(v.settle[CONTESTANT_ADAPTIVE], 2, 1e-12);
	CHECK_EQ(v.unsettled[CONTESTANT_PI], 2);
	CHECK_NEAR(v.settle[CONTESTANT_PI], 20, 1e-12); /* 100 s, the optimum 5 s */
	CHECK_NEAR(v.worst[CONTESTANT_PI], 1, 1e-12);
	CHECK(verdict_is_good(&v));
	outcomes[1] = outcome_of(&family, 2, 1.9);
	verdict_of(outcomes, 2, &v);
	CHECK(!v.is_never_worse && !verdict_is_good(&v));
	outcomes[1] = outcome_of(&family, 2.5, 9);
	verdict_of(outcomes, 2, &v);
	CHECK(!v.is_within && v.is_never_worse);
	outcomes[1] = outcome_of(&family, (double)NAN, 9);
	verdict_of(outcomes, 2, &v);
	CHECK(!verdict_is_good(&v));
}

/* ---- what is told ---- */

static void count(void *context, const char *text, size_t length)
{
	size_t *octets = context;

	(void)text;
	*octets += length;
}

TEST(a_tournament_side_by_side_is_what_its_trials_are_alone)
{
	struct tournament t = { .wanted = { family_named("hardware"), family_named("loss") },
				.family_count = 2,
				.contestants = { [CONTESTANT_PI] = true },
				.set = TRIAL_TUNING,
				.seed_from = 5,
				.seed_to = 7,
				.jobs = 2 };
	struct verdict verdicts[2];
	struct results results = { &t, verdicts, NULL };
	struct outcome alone;
	size_t octets = 0;

	CHECK(tournament_run(&t));
	play_and_score(&alone, t.wanted[1], t.set, 6, t.contestants);
	CHECK(t.outcomes[4].scores[CONTESTANT_PI].rms_ns == alone.scores[CONTESTANT_PI].rms_ns);
	for (size_t i = 0; i < 2; i++) {
		verdict_of(&t.outcomes[i * 3], 3, &verdicts[i]);
		CHECK_EQ(verdicts[i].trials, 3);
	}
	results_put_json(&results, count, &octets);
	CHECK(octets > 1000);
	CHECK(results_put_html(&results, count, &octets));
	CHECK(octets > 20000);
	tournament_free(&t);
}

TEST(every_family_draws_trials_that_can_be_played)
{
	for (size_t i = 0; i < family_count; i++) {
		CHECK(family_named(families[i].name) == &families[i]);
		for (uint64_t seed = 1; seed <= 200; seed++) {
			struct trial t;

			trial_draw(&t, &families[i], TRIAL_JUDGING, seed);
			CHECK(t.syncs >= 100 && t.syncs <= 10000 && t.hops <= TRIAL_HOPS_MAX);
			CHECK(t.score_from_s < t.interval_s * (double)t.syncs);
			CHECK(t.interval_s >= 1.0 / 16 && t.interval_s <= 16);
			CHECK(t.latency_s < t.interval_s && t.jitter < 0.5);
		}
	}
	CHECK(!family_named("unheard of"));
}
