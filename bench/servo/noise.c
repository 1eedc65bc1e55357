/* bench/servo/noise.c -- see noise.h. */
#include "bench/servo/noise.h"

#include "core/servo/math.h"
#include "sim/queue.h"

#include <stdio.h>

#define PTP_FRAME_BITS (8 * (90 + 20)) /* Sync over UDP, with preamble and gap */
#define CLEAN_IN_BURST 0.05
#define BUS_READS 5
#define BUS_SHAPE 2.0

void noise_begin(struct noise_source *source, const struct noise *noise, uint64_t seed, const char *name)
{
	*source = (struct noise_source){ .noise = noise };
	rng_init(&source->rng, seed, name, "noise");
	for (int i = 0; i < noise->switches; i++) {
		char queue[80];

		snprintf(queue, sizeof(queue), "%.60s switch %d", name, i);
		traffic_init(&source->traffic[i], &noise->traffic, noise->speed, seed, queue);
	}
}

static bool is_in_burst(struct noise_source *source, double at_s)
{
	const struct noise *n = source->noise;

	if (n->burst_s <= 0) {
		return false;
	}
	while (source->phase_until_s <= at_s) {
		source->is_burst = source->phase_until_s > 0 && !source->is_burst;
		source->phase_until_s += rng_exponential(&source->rng) *
					 (source->is_burst ? n->burst_s : n->calm_s);
	}
	return source->is_burst;
}

static struct noise_sample mixture(struct noise_source *source, double at_s)
{
	const struct noise *n = source->noise;
	bool is_late = n->later_from_s > 0 && at_s >= n->later_from_s;
	const struct noise_load *load = is_late ? &n->later : &n->load;
	double clean = is_in_burst(source, at_s) ? CLEAN_IN_BURST : load->clean;
	struct noise_sample sample = { .variance = n->sigma_ns * n->sigma_ns };

	sample.is_queued = !rng_chance(&source->rng, clean);
	sample.ns = n->sigma_ns * rng_normal(&source->rng);
	if (sample.is_queued) {
		sample.ns += load->mean_ns * rng_exponential(&source->rng);
		sample.mean = load->mean_ns;
		sample.variance += load->mean_ns * load->mean_ns;
	}
	return sample;
}

/* Store and forward: each switch has a queue, and sends ours when its turn comes. */
static struct noise_sample switches(struct noise_source *source, double at_s)
{
	const struct noise *n = source->noise;
	int64_t from_ps = (int64_t)(at_s * 1e6) * PS_PER_US, now_ps = from_ps, waited_ps = 0;
	int64_t sending_ps = (int64_t)((double)PTP_FRAME_BITS * 1e12 / (double)n->speed);
	struct noise_sample sample = { .variance = n->sigma_ns * n->sigma_ns };

	for (int i = 0; i < n->switches; i++) {
		int64_t wait_ps = traffic_wait_ps(&source->traffic[i], 0, now_ps);

		traffic_occupied(&source->traffic[i], now_ps + wait_ps, now_ps + wait_ps + sending_ps);
		waited_ps += wait_ps;
		now_ps += wait_ps + sending_ps;
	}
	sample.is_queued = waited_ps > 0;
	sample.ns = n->sigma_ns * rng_normal(&source->rng) + (double)waited_ps / 1e3;
	return sample;
}

/* Before and after each reading the bus takes a gamma distributed time. The reading is off by half their difference; the
 * longer both take together, the more that can be (the variance of the difference of two gammas given their sum): by this
 * the driver weighs the readings, and it hands on the result with its deviation. */
static struct noise_sample bus(struct noise_source *source)
{
	double scale = source->noise->sigma_ns, sum = 0, weights = 0;

	for (int i = 0; i < BUS_READS; i++) {
		double before = scale * rng_gamma(&source->rng, BUS_SHAPE);
		double after = scale * rng_gamma(&source->rng, BUS_SHAPE);
		double both = before + after;
		double weight = 4.0 * (2.0 * BUS_SHAPE + 1.0) / (both * both);

		sum += weight * (before - after) / 2.0;
		weights += weight;
	}
	return (struct noise_sample){ .ns = sum / weights, .variance = 1.0 / weights };
}

struct noise_sample noise_draw(struct noise_source *source, double at_s)
{
	const struct noise *n = source->noise;
	struct noise_sample sample = { .variance = n->sigma_ns * n->sigma_ns };

	switch (n->kind) {
	case NOISE_MIXTURE:
		return mixture(source, at_s);
	case NOISE_SWITCHES:
		return switches(source, at_s);
	case NOISE_BUS:
		return bus(source);
	case NOISE_EXPONENTIAL:
		sample.ns = n->load.mean_ns * rng_exponential(&source->rng);
		sample.mean = n->load.mean_ns;
		sample.variance += n->load.mean_ns * n->load.mean_ns;
		break;
	case NOISE_GAUSSIAN:
		break;
	}
	sample.ns += n->sigma_ns * rng_normal(&source->rng);
	return sample;
}
