/* bench/servo/families.c -- the situations that a servo has to cope with, and how their trials are drawn.
 *
 * Ranges are wide on purpose: gains that fit one end are wrong by orders of magnitude at the other. */
#include "bench/servo/trial.h"

#include "core/servo/math.h"

#define SYNCS_SCORED 1200
#define STARTUP_S 60.0
#define STARTUP_SYNCS 60.0

static double between(struct rng *rng, double low, double high)
{
	return low + (high - low) * rng_uniform(rng);
}

static double log_between(struct rng *rng, double low, double high)
{
	return low * gn_math_exp(gn_math_log(high / low) * rng_uniform(rng));
}

static double either_sign(struct rng *rng, double value)
{
	return rng_chance(rng, 0.5) ? -value : value;
}

static double power_of_two(int exponent)
{
	return exponent < 0 ? 1.0 / (double)(1 << -exponent) : (double)(1 << exponent);
}

/* ---- parts ------------------------------------------------------------------------------------------------------ */

static double startup_s(double interval_s)
{
	return interval_s * STARTUP_SYNCS > STARTUP_S ? interval_s * STARTUP_SYNCS : STARTUP_S;
}

static void count_syncs(struct trial *t, double score_from_s)
{
	t->score_from_s = score_from_s;
	t->syncs = SYNCS_SCORED + (size_t)(score_from_s / t->interval_s);
}

static double duration_s(const struct trial *t)
{
	return t->interval_s * (double)t->syncs;
}

static void draw_intervals(struct trial *t, struct rng *rng, int low, int high)
{
	t->interval_s = power_of_two(low + (int)rng_below(rng, (uint64_t)(high - low) + 1));
	t->request_interval_s = t->interval_s * power_of_two((int)rng_below(rng, 5) - 1);
	t->jitter = between(rng, 0, 0.1);
	t->latency_s = log_between(rng, 1e-4, 5e-3);
	if (t->latency_s > t->interval_s / 20) {
		t->latency_s = t->interval_s / 20;
	}
	count_syncs(t, startup_s(t->interval_s));
}

/* White and random walk of frequency are equal in Allan's deviation at 3 (w/q)^2 seconds: 0.3 to 300 of them. */
static void draw_oscillator(struct trial *t, struct rng *rng, double walk_low, double walk_high)
{
	const double white_max = 10.0;

	t->oscillator.walk = log_between(rng, walk_low, walk_high);
	t->oscillator.white = t->oscillator.walk * log_between(rng, 0.3, 10);
	if (t->oscillator.white > white_max) {
		t->oscillator.white = white_max;
	}
}

static void draw_start(struct trial *t, struct rng *rng)
{
	for (size_t i = 0; i < t->hops; i++) {
		t->offset_ns[i] = either_sign(rng, log_between(rng, 1e3, 1e6));
		t->frequency_ppb[i] = between(rng, -1e5, 1e5);
	}
}

/* Hardware stamps: OCXO to XO. */
static void draw_hardware(struct trial *t, struct rng *rng)
{
	static const double resolutions[] = { 0, 0, 0, 1, 4, 8 };

	draw_intervals(t, rng, -4, 4);
	draw_oscillator(t, rng, 1e-3, 10);
	draw_start(t, rng);
	t->frequency_limit_ppb = 6.25e7;
	t->down = (struct noise){ .kind = NOISE_GAUSSIAN, .sigma_ns = log_between(rng, 5, 50) };
	t->up = t->down;
	t->up.sigma_ns *= log_between(rng, 0.5, 2);
	t->resolution_ns = resolutions[rng_below(rng, sizeof(resolutions) / sizeof(resolutions[0]))];
	if (t->resolution_ns > t->down.sigma_ns || t->resolution_ns > t->up.sigma_ns) {
		t->resolution_ns = 0; /* its error would be no noise any more */
	}
	t->delay_ns = log_between(rng, 100, 1e5);
}

/* Software stamps on a computer's own crystal. */
static void draw_software(struct trial *t, struct rng *rng)
{
	draw_intervals(t, rng, -4, 4);
	draw_oscillator(t, rng, 1e-2, 10);
	draw_start(t, rng);
	t->is_software_stamped = true;
	t->frequency_limit_ppb = 5e5;
	t->delay_ns = log_between(rng, 1e4, 1e6);
}

static void draw_software_gaussian(struct trial *t, struct rng *rng)
{
	draw_software(t, rng);
	t->down = (struct noise){ .kind = NOISE_GAUSSIAN, .sigma_ns = log_between(rng, 1e3, 1e5) };
	t->up = t->down;
	t->up.sigma_ns *= log_between(rng, 0.5, 2);
}

static struct noise exponential(struct rng *rng, double mean_ns)
{
	return (struct noise){ .kind = NOISE_EXPONENTIAL,
			       .load = { .mean_ns = mean_ns },
			       .sigma_ns = mean_ns * log_between(rng, 0.005, 0.05) };
}

static void draw_software_exponential(struct trial *t, struct rng *rng)
{
	double mean_ns = log_between(rng, 1e3, 1e5);

	draw_software(t, rng);
	t->down = exponential(rng, mean_ns);
	t->up = exponential(rng, mean_ns * log_between(rng, 0.5, 2));
}

static struct noise_load draw_load(struct rng *rng, double sigma_ns)
{
	return (struct noise_load){ .clean = log_between(rng, 0.05, 0.95),
				    .mean_ns = sigma_ns * log_between(rng, 30, 3000) };
}

static struct noise draw_queue(struct rng *rng, double sigma_ns)
{
	return (struct noise){ .kind = NOISE_MIXTURE,
			       .sigma_ns = sigma_ns,
			       .load = draw_load(rng, sigma_ns) };
}

static void add_bursts(struct noise *n, struct rng *rng, double interval_s)
{
	n->calm_s = interval_s * log_between(rng, 10, 100);
	n->burst_s = interval_s * log_between(rng, 3, 30);
	n->load.clean = between(rng, 0.3, 1);
}

static void add_load_step(struct noise *n, struct rng *rng, double duration_s)
{
	n->later = draw_load(rng, n->sigma_ns);
	n->later_from_s = duration_s * between(rng, 0.2, 0.8);
}

/* Loads under which one of twenty messages still meets no queue. */
static void make_switches(struct noise *n, struct rng *rng)
{
	static const int64_t speeds[] = { 100000000, 1000000000, INT64_C(10000000000) };
	double load_max;

	n->kind = NOISE_SWITCHES;
	n->switches = 1 + (int)rng_below(rng, NOISE_SWITCHES_MAX);
	n->speed = speeds[rng_below(rng, 3)];
	load_max = 1.0 - gn_math_pow(0.05, 1.0 / n->switches);
	n->traffic = (struct traffic_settings){ .load = between(rng, 0.1, 1) * load_max,
						.model = TRAFFIC_POISSON,
						.size = (int)rng_below(rng, 3),
						.burst = 8,
						.period = 10 * INT64_C(1000000000) };
}

static void draw_pdv(struct trial *t, struct rng *rng)
{
	double sigma_ns = log_between(rng, 5, 500);
	unsigned sort = (unsigned)rng_below(rng, 5);

	draw_hardware(t, rng);
	t->resolution_ns = 0;
	t->down = draw_queue(rng, sigma_ns);
	t->up = draw_queue(rng, sigma_ns);
	switch (sort) {
	case 0:
		add_bursts(&t->down, rng, t->interval_s);
		add_bursts(&t->up, rng, t->interval_s);
		break;
	case 1:
		add_load_step(&t->down, rng, duration_s(t));
		add_load_step(&t->up, rng, duration_s(t));
		break;
	case 2:
		make_switches(&t->down, rng);
		make_switches(&t->up, rng);
		break;
	default:
		break;
	}
}

static void draw_loss(struct trial *t, struct rng *rng)
{
	unsigned sort = (unsigned)rng_below(rng, 3);

	if (sort == 0) {
		draw_software_gaussian(t, rng);
	} else {
		draw_hardware(t, rng);
	}
	t->loss = between(rng, 0, 0.5);
	t->request_loss = between(rng, 0, 0.5);
	if (sort == 1) {
		t->outage_s = t->interval_s * log_between(rng, 3, 30);
		t->outage_gap_s = duration_s(t) / between(rng, 3, 10);
	}
}

static void draw_temperature(struct trial *t, struct rng *rng)
{
	draw_hardware(t, rng);
	draw_oscillator(t, rng, 1e-3, 0.1);
	t->oscillator.temperature_ppb = log_between(rng, 3, 300);
	t->oscillator.air_s = log_between(rng, 300, 3000);
	t->oscillator.crystal_s = t->oscillator.air_s * log_between(rng, 0.05, 0.5);
}

static double largest_sigma(const struct trial *t)
{
	return t->down.sigma_ns > t->up.sigma_ns ? t->down.sigma_ns : t->up.sigma_ns;
}

static double change_at(const struct trial *t, struct rng *rng, size_t index, size_t count)
{
	double from_s = t->score_from_s * 1.5, each_s = (duration_s(t) - from_s) / (double)count;

	return from_s + each_s * ((double)index + between(rng, 0, 0.7));
}

/* Half the time of the same grandmaster, silently; else of another one, which is known, by another path. Their frequencies are
 * equal, as they are of clocks that are traceable. */
static void draw_gm_change(struct trial *t, struct rng *rng)
{
	bool is_silent = rng_chance(rng, 0.5);

	draw_hardware(t, rng);
	t->change_count = 1 + rng_below(rng, 2);
	for (size_t i = 0; i < t->change_count; i++) {
		t->changes[i] = (struct trial_change){
			.kind = is_silent ? TRIAL_TIME_STEP : TRIAL_NEW_PARENT,
			.at_s = change_at(t, rng, i, t->change_count),
			.amount_ns = either_sign(rng, largest_sigma(t) * log_between(rng, 20, 1e4)),
			.delay_ns = log_between(rng, 100, 1e5),
			.noise_scale = log_between(rng, 0.5, 2),
		};
	}
}

static void draw_path_change(struct trial *t, struct rng *rng)
{
	draw_hardware(t, rng);
	t->change_count = 1 + rng_below(rng, 3);
	for (size_t i = 0; i < t->change_count; i++) {
		double amount_ns = largest_sigma(t) * log_between(rng, 20, 1e4);

		if (amount_ns < t->delay_ns) {
			amount_ns = either_sign(rng, amount_ns);
		}
		t->changes[i] = (struct trial_change){ .kind = TRIAL_PATH,
						       .at_s = change_at(t, rng, i, t->change_count),
						       .amount_ns = amount_ns };
	}
}

/* One direction gets longer, and after a while shorter again. */
static void draw_asymmetry(struct trial *t, struct rng *rng)
{
	enum trial_change_kind kind = rng_chance(rng, 0.5) ? TRIAL_DOWN : TRIAL_UP;
	double amount_ns;

	draw_hardware(t, rng);
	amount_ns = largest_sigma(t) * log_between(rng, 20, 1e4);
	t->change_count = 2;
	for (size_t i = 0; i < 2; i++) {
		t->changes[i] = (struct trial_change){ .kind = kind,
						       .at_s = change_at(t, rng, i, 2),
						       .amount_ns = i == 0 ? amount_ns : -amount_ns };
	}
}

/* Found by a trial of a few thousand Syncs at most: slower ones for longer times. */
static void draw_holdover(struct trial *t, struct rng *rng)
{
	double learning_s = log_between(rng, 300, 1800), holdover_s = log_between(rng, 60, 1800);

	draw_hardware(t, rng);
	t->interval_s = power_of_two((int)rng_below(rng, 3) - (learning_s < 600 ? 2 : 0));
	t->request_interval_s = t->interval_s * power_of_two((int)rng_below(rng, 4) - 1);
	if (rng_chance(rng, 0.5)) {
		t->oscillator.drift = log_between(rng, 1e-4, 1e-2) * t->oscillator.walk;
	}
	t->holdover_from_s = learning_s;
	t->score_from_s = learning_s + 2 * t->interval_s;
	t->syncs = (size_t)((learning_s + holdover_s) / t->interval_s);
}

static void draw_chain(struct trial *t, struct rng *rng)
{
	t->hops = TRIAL_HOPS_MAX;
	draw_hardware(t, rng);
	draw_intervals(t, rng, -4, 0);
	count_syncs(t, 2 * startup_s(t->interval_s)); /* each clock can only begin when the one before has */
}

static void draw_clock_to_clock(struct trial *t, struct rng *rng)
{
	draw_hardware(t, rng);
	draw_intervals(t, rng, -4, 0);
	t->is_direct = true;
	t->is_bus_read = rng_chance(rng, 0.5);
	t->is_deviation_told = t->is_bus_read || rng_chance(rng, 0.5);
	t->request_interval_s = 0;
	t->resolution_ns = 0;
	t->delay_ns = 0;
	t->down = (struct noise){ .kind = NOISE_GAUSSIAN, .sigma_ns = log_between(rng, 1, 10) };
	if (t->is_bus_read) {
		t->down = (struct noise){ .kind = NOISE_BUS, .sigma_ns = log_between(rng, 30, 1000) };
	}
}

static void draw_initial(struct trial *t, struct rng *rng)
{
	if (rng_chance(rng, 0.3)) {
		draw_software_gaussian(t, rng);
	} else {
		draw_hardware(t, rng);
	}
	t->interval_s = power_of_two((int)rng_below(rng, 6) - 4);
	t->request_interval_s = t->interval_s * power_of_two((int)rng_below(rng, 5) - 1);
	t->offset_ns[0] = either_sign(rng, log_between(rng, 1e3, 5e9));
	count_syncs(t, startup_s(t->interval_s));
}

const struct family families[] = {
	{ "hardware", "hardware stamps, 5..50 ns of gaussian noise, from OCXO to XO", draw_hardware,
	  LIMIT_GEOMEAN, 1.15, false },
	{ "software-gaussian", "software stamps, 1..100 us of gaussian noise", draw_software_gaussian,
	  LIMIT_GEOMEAN, 1.15, false },
	{ "software-exponential", "software stamps late by exponential times, 1..100 us in the mean",
	  draw_software_exponential, LIMIT_GEOMEAN, 1.6, true },
	{ "pdv", "queues: by chance, in bursts, with load steps, of real switches", draw_pdv, LIMIT_GEOMEAN,
	  1.35, false },
	{ "loss", "up to half of all messages lost, and outages", draw_loss, LIMIT_GEOMEAN, 1.25, false },
	{ "temperature", "a good oscillator whose temperature wanders", draw_temperature, LIMIT_GEOMEAN, 1.1,
	  false },
	{ "gm-change", "another grandmaster, or the same with another time", draw_gm_change, LIMIT_GEOMEAN,
	  1.5, false },
	{ "path-change", "the path gets longer and shorter, both ways alike", draw_path_change, LIMIT_GEOMEAN,
	  1.5, false },
	{ "asymmetry", "one direction gets longer for a while", draw_asymmetry, LIMIT_NONE, 0, false },
	{ "holdover", "1..30 minutes without messages after 5..30 minutes with", draw_holdover, LIMIT_POOLED,
	  1.5, false },
	{ "chain", "eight clocks in a row; the last one counts", draw_chain, LIMIT_GEOMEAN, 2.5, false },
	{ "clock-to-clock", "cross timestamps, or reads over a bus", draw_clock_to_clock, LIMIT_GEOMEAN, 1.2,
	  false },
	{ "initial", "how long until it is settled: up to seconds and 100 ppm off", draw_initial,
	  LIMIT_SETTLE, 1.5, false },
};
const size_t family_count = sizeof(families) / sizeof(families[0]);
