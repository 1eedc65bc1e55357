/* src/sim/clock/oscillator.c -- noise by the powers of IEEE 1139, one draw of each kind for a grid interval.
 *
 *   white FM         sigma_y^2(tau) = white^2 / tau: normal, variance white^2 / grid
 *   flicker FM       sigma_y^2(tau) = flicker^2: a sum of first-order processes, their time constants in equal ratios
 *   random walk FM   sigma_y^2(tau) = random_walk^2 tau: normal steps, variance 3 random_walk^2 grid, since a frequency that
 *                    diffuses by D has (2 pi)^2 / 6 h_-2 tau = D tau / 3
 *
 * Densely placed poles of variance s^2 and ratio r add up to 1/f noise with h_-1 = s^2 / ln r and so to an Allan variance
 * of 2 ln 2 s^2 / ln r. The two outermost poles stand for all those beyond them as well (a half of their own share, as
 * in the trapezoidal rule, and 1 / ln r: what the tails of the sum come to): with the first at one grid interval
 * and the last at FLICKER_LONGEST_S the floor is flat within 2 % from 4 grid intervals to 1e5 s, whatever the grid.
 *
 * What is drawn is of standard size and multiplied by the level only when it is used: a level changes on the spot, and a
 * kind of noise that is off costs nothing. Where neither noise nor drift is, all grid intervals are alike, and any number
 * of them is passed in one multiplication. */
#include "sim/clock/oscillator.h"

#include "core/servo/math.h"

#include <assert.h>
#include <string.h>

#define PS_PER_S 1e12
#define PS_PER_DAY 8.64e16
#define PPB 1e-9
#define ROOM_TEMPERATURE 25.0
#define FLICKER_LONGEST_S 1e6
#define TWO_LN_2 1.3862943611198906
#define GRID_DEFAULT INT64_C(62500000000)

/* ---- settings ---------------------------------------------------------------------------------------------------- */

/* Orders of magnitude of what is sold under these names, taken from data sheets and from the comparison table of Vig's
 * "Quartz Crystal Resonators and Oscillators" (tutorial, US Army, SLCET-TR-88-1):
 * XO: a plain clock module of +-25 ppm, noisy supply, next to something that gets warm. good XO: the 25 MHz crystal of
 * a network card with its PLL. TCXO: of small-cell and Stratum 3 class (+-4.6 ppm over life, 1e-10 short term). OCXO: single
 * oven, Stratum 3E class. Rubidium: a lamp-pumped module of 1e-11 at 1 s and 5e-11 of ageing a month. */
static const struct {
	double frequency_spread, white, flicker, random_walk, ageing, temperature_coefficient;
} presets[] = {
	/*                      +-ppb    1 s    floor  1 s    ppb/day ppb/K */
	[OSCILLATOR_PERFECT] = { 0, 0, 0, 0, 0, 0 },
	[OSCILLATOR_XO] = { 20000, 5e-9, 8e-9, 1e-10, 10, 1000 },
	[OSCILLATOR_GOOD_XO] = { 10000, 3e-10, 1e-9, 2e-11, 5, 100 },
	[OSCILLATOR_TCXO] = { 1000, 1e-10, 1e-10, 2e-12, 2, 20 },
	[OSCILLATOR_OCXO] = { 50, 1e-11, 5e-12, 5e-14, 0.5, 0.1 },
	[OSCILLATOR_RUBIDIUM] = { 0.05, 1e-11, 3e-13, 1e-15, 0.0017, 0.005 },
};

static const struct oscillator_settings defaults = {
	.preset = OSCILLATOR_GOOD_XO,
	.frequency_spread = 10000,
	.white = 3e-10,
	.flicker = 1e-9,
	.random_walk = 2e-11,
	.ageing = 5,
	.temperature_coefficient = 100,
	.grid = GRID_DEFAULT,
};

static const struct key_label preset_labels[] = {
	{ "perfect", OSCILLATOR_PERFECT, "no error at all" },
	{ "xo", OSCILLATOR_XO, "the cheapest quartz: 20 ppm off, 1e-8 at 1 s, 1 ppm/K" },
	{ "good-xo", OSCILLATOR_GOOD_XO, "the quartz of a network card: 10 ppm off, 1e-9 at 1 s, 0.1 ppm/K" },
	{ "tcxo", OSCILLATOR_TCXO, "temperature compensated: 1 ppm off, 1e-10 at 1 s, 20 ppb/K" },
	{ "ocxo", OSCILLATOR_OCXO, "in an oven: 50 ppb off, 1e-11 at 1 s, 0.1 ppb/K" },
	{ "rubidium", OSCILLATOR_RUBIDIUM,
	  "atomic: 0.05 ppb off, 1e-11 at 1 s falling to 3e-13, 2e-12 of ageing a day" },
	{ NULL, 0, NULL },
};

#define MEMBER(member) KEY_MEMBER(struct oscillator_settings, member)

static const struct key keys[] = {
	{ "preset", KEY_WORD, MEMBER(preset), 0, 0, preset_labels,
	  "a grade of oscillator: sets its spread, noise, ageing and temperature coefficient" },
	{ "frequency", KEY_PPB, MEMBER(frequency), -1e6, 1e6, NULL, "constant frequency error" },
	{ "frequency_spread", KEY_PPB, MEMBER(frequency_spread), 0, 1e6, NULL,
	  "a further constant error of each oscillator's own, drawn uniformly from minus to plus this" },
	{ "white", KEY_NUMBER, MEMBER(white), 0, 1e-3, NULL,
	  "white frequency noise: its Allan deviation at 1 s, as a fraction; falls with the root of the "
	  "interval" },
	{ "flicker", KEY_NUMBER, MEMBER(flicker), 0, 1e-3, NULL,
	  "flicker frequency noise: its Allan deviation, the same at every interval, as a fraction" },
	{ "random_walk", KEY_NUMBER, MEMBER(random_walk), 0, 1e-3, NULL,
	  "random walk of the frequency: its Allan deviation at 1 s, as a fraction; grows with the root of "
	  "the interval" },
	{ "ageing", KEY_PPB, MEMBER(ageing), -1e6, 1e6, NULL, "change of frequency in a day" },
	{ "temperature_coefficient", KEY_PPB, MEMBER(temperature_coefficient), -1e6, 1e6, NULL,
	  "change of frequency with each kelvin above 25 degrees Celsius" },
	{ "grid", KEY_TIME, MEMBER(grid), 1e9, 1e14, NULL,
	  "how long the frequency holds until noise, ageing and temperature change it" },
	{ "temperature", KEY_TEXT, MEMBER(temperature), 0, 0, NULL,
	  "the curve its temperature follows; without one it is 25 degrees Celsius" },
};

static void apply_preset(void *settings, int preset)
{
	struct oscillator_settings *s = settings;

	s->preset = preset;
	s->frequency_spread = presets[preset].frequency_spread;
	s->white = presets[preset].white;
	s->flicker = presets[preset].flicker;
	s->random_walk = presets[preset].random_walk;
	s->ageing = presets[preset].ageing;
	s->temperature_coefficient = presets[preset].temperature_coefficient;
}

const struct part_kind oscillator_kind = {
	.name = "oscillator",
	.keys = keys,
	.key_count = sizeof(keys) / sizeof(keys[0]),
	.size = sizeof(struct oscillator_settings),
	.defaults = &defaults,
	.apply_preset = apply_preset,
	.meaning = "what a clock is driven by: a frequency that is off, noisy, ageing and sensitive to "
		   "temperature",
};

/* ---- noise ------------------------------------------------------------------------------------------------------- */

static void place_poles(struct oscillator *oscillator, double grid)
{
	double log_ratio = gn_math_log(FLICKER_LONGEST_S / grid) / (FLICKER_POLES - 1);
	double outermost = 0.5 + 1.0 / log_ratio;

	for (int i = 0; i < FLICKER_POLES; i++) {
		double share = i == 0 || i == FLICKER_POLES - 1 ? outermost : 1.0;
		double keep = gn_math_exp(
			-gn_math_exp(-i * log_ratio)); /* the time constant is grid * ratio^i */
		double variance = share * log_ratio / TWO_LN_2;

		oscillator->flicker_keep[i] = keep;
		oscillator->flicker_new[i] = gn_math_sqrt(variance * (1.0 - keep * keep));
	}
}

/* As if it had been running for ever */
static void start_flicker(struct oscillator *oscillator)
{
	for (int i = 0; i < FLICKER_POLES; i++) {
		double keep = oscillator->flicker_keep[i];
		double deviation = oscillator->flicker_new[i] / gn_math_sqrt(1.0 - keep * keep);

		oscillator->flicker_state[i] = deviation * rng_normal(&oscillator->rng);
	}
	oscillator->has_flicker_state = true;
}

static void draw_noise(struct oscillator *oscillator)
{
	const struct oscillator_settings *s = &oscillator->in_force;
	double normals[FLICKER_POLES];

	if (s->white > 0) {
		oscillator->white_state = rng_normal(&oscillator->rng);
	}
	if (s->flicker > 0) {
		rng_normals(&oscillator->rng, normals, FLICKER_POLES);
		for (int i = 0; i < FLICKER_POLES; i++) {
			oscillator->flicker_state[i] = oscillator->flicker_keep[i] *
							       oscillator->flicker_state[i] +
						       oscillator->flicker_new[i] * normals[i];
		}
	}
	if (s->random_walk > 0) {
		oscillator->walk += oscillator->walk_deviation * rng_normal(&oscillator->rng);
	}
}

static double noise_of(const struct oscillator *oscillator)
{
	double sum = 0;

	if (oscillator->in_force.flicker > 0) {
		for (int i = 0; i < FLICKER_POLES; i++) {
			sum += oscillator->flicker_state[i];
		}
	}
	return oscillator->walk + oscillator->white_deviation * oscillator->white_state +
	       oscillator->in_force.flicker * sum;
}

/* ---- frequency and phase ----------------------------------------------------------------------------------------- */

/* Of the interval that holds now. Drift is taken in its middle: then a steady one gives the phase it should. Of an interval
 * that a change cut in two, both parts have the middle of the whole, so that only what was changed differs. */
static double frequency_now(const struct oscillator *oscillator)
{
	const struct oscillator_settings *s = &oscillator->in_force;
	int64_t middle_ps = oscillator->grid_to_ps - s->grid / 2;
	double ppb = s->frequency + oscillator->own_frequency;

	if (s->ageing < 0 || s->ageing > 0) {
		ppb += s->ageing * ((double)middle_ps / PS_PER_DAY);
	}
	if (s->temperature_coefficient < 0 || s->temperature_coefficient > 0) {
		double degrees = curve_at(oscillator->temperature_in_force, middle_ps);

		ppb += s->temperature_coefficient * (degrees - ROOM_TEMPERATURE);
	}
	return ppb * PPB + noise_of(oscillator);
}

static __int128 phase_in(const struct oscillator_interval *interval, int64_t at_ps)
{
	double gained = interval->frequency * (double)(at_ps - interval->from_ps) * 0x1p32;

	/* The processor's own conversion where the number fits, which is always but on very long grids */
	if (gn_math_fabs(gained) < 0x1p62) {
		return interval->phase + (int64_t)(gained + (gained < 0 ? -0.5 : 0.5));
	}
	return interval->phase + (__int128)gained;
}

static void begin_interval(struct oscillator *oscillator, int64_t from_ps)
{
	oscillator->now.phase = phase_in(&oscillator->now, from_ps);
	oscillator->now.from_ps = from_ps;
}

/* All whole grid intervals up to that time are alike. */
static void skip_steady(struct oscillator *oscillator, int64_t at_ps)
{
	int64_t grid = oscillator->in_force.grid, intervals = (at_ps - oscillator->grid_to_ps) / grid;
	__int128 gained;

	begin_interval(oscillator, oscillator->grid_to_ps);
	gained = phase_in(&oscillator->now, oscillator->now.from_ps + grid) - oscillator->now.phase;
	if (intervals > 0) {
		oscillator->now.phase += gained * (intervals - 1);
		oscillator->now.from_ps += grid * (intervals - 1);
		oscillator->previous = oscillator->now;
		begin_interval(oscillator, oscillator->now.from_ps + grid);
	}
	oscillator->grid_to_ps = oscillator->now.from_ps + grid;
}

static void advance(struct oscillator *oscillator, int64_t at_ps)
{
	while (at_ps >= oscillator->grid_to_ps) {
		oscillator->previous = oscillator->now;
		if (!oscillator->is_noisy && !oscillator->is_drifting) {
			skip_steady(oscillator, at_ps);
			return;
		}
		begin_interval(oscillator, oscillator->grid_to_ps);
		oscillator->grid_to_ps += oscillator->in_force.grid;
		if (oscillator->is_noisy) {
			draw_noise(oscillator);
		}
		oscillator->now.frequency = frequency_now(oscillator);
	}
}

static const struct oscillator_interval *interval_at(struct oscillator *oscillator, int64_t at_ps)
{
	advance(oscillator, at_ps);
	assert(at_ps >= oscillator->previous.from_ps);
	return at_ps >= oscillator->now.from_ps ? &oscillator->now : &oscillator->previous;
}

/* Takes over settings at now.from_ps. */
static void put_in_force(struct oscillator *oscillator)
{
	const struct oscillator_settings *s = &oscillator->in_force;
	const struct curve *curve = oscillator->temperature;
	bool has_varying_temperature = curve && curve->shape != CURVE_CONSTANT;
	double grid;

	oscillator->in_force = oscillator->settings;
	oscillator->temperature_in_force = curve;
	oscillator->own_frequency = s->frequency_spread * oscillator->own_share;
	assert(s->grid > 0);
	oscillator->grid_to_ps = oscillator->now.from_ps - oscillator->now.from_ps % s->grid + s->grid;
	oscillator->is_noisy = s->white > 0 || s->flicker > 0 || s->random_walk > 0;
	oscillator->is_drifting = s->ageing < 0 || s->ageing > 0 ||
				  (has_varying_temperature &&
				   (s->temperature_coefficient < 0 || s->temperature_coefficient > 0));
	grid = (double)s->grid / PS_PER_S;
	oscillator->white_deviation = s->white / gn_math_sqrt(grid);
	oscillator->walk_deviation = s->random_walk * gn_math_sqrt(3.0 * grid);
	place_poles(oscillator, grid);
	if (s->flicker > 0 && !oscillator->has_flicker_state) {
		start_flicker(oscillator);
	}
	oscillator->now.frequency = frequency_now(oscillator);
}

void oscillator_init(struct oscillator *oscillator, const struct oscillator_settings *settings,
		     const struct curve *temperature, uint64_t seed, const char *name)
{
	struct oscillator_settings own = *settings; /* may be the oscillator's */
	struct rng spread;

	memset(oscillator, 0, sizeof(*oscillator));
	oscillator->settings = own;
	oscillator->temperature = temperature;
	rng_init(&spread, seed, name, "oscillator frequency");
	rng_init(&oscillator->rng, seed, name, "oscillator noise");
	oscillator->own_share = 2.0 * rng_uniform(&spread) - 1.0;
	oscillator->white_state = rng_normal(&oscillator->rng);
	put_in_force(oscillator);
}

void oscillator_changed(struct oscillator *oscillator, int64_t now_ps)
{
	advance(oscillator, now_ps);
	if (now_ps > oscillator->now.from_ps) {
		oscillator->previous = oscillator->now;
		begin_interval(oscillator, now_ps);
	}
	put_in_force(oscillator);
}

__int128 oscillator_phase(struct oscillator *oscillator, int64_t at_ps)
{
	return phase_in(interval_at(oscillator, at_ps), at_ps);
}

double oscillator_frequency(struct oscillator *oscillator, int64_t at_ps)
{
	return interval_at(oscillator, at_ps)->frequency;
}
