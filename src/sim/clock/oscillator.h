/* src/sim/clock/oscillator.h -- what a clock is driven by: a frequency that is off, noisy, ageing and sensitive to temperature.
 *
 * Its noise is drawn on a fixed grid of true time (`grid`), from streams of its own: how often it is read changes nothing,
 * so that two servos can be compared on the very same oscillator. Between grid points the frequency is constant. */
#ifndef SIM_OSCILLATOR_H
#define SIM_OSCILLATOR_H

#include "sim/curve.h"
#include "sim/key.h"
#include "sim/rng.h"

enum oscillator_preset {
	OSCILLATOR_PERFECT,
	OSCILLATOR_XO, /* the cheapest: some 20 ppm off, 1e-8 at 1 s, 1 ppm/K */
	OSCILLATOR_GOOD_XO,
	OSCILLATOR_TCXO,
	OSCILLATOR_OCXO,
	OSCILLATOR_RUBIDIUM,
};

struct oscillator_settings {
	int preset;
	double frequency;        /* ppb: constant error */
	double frequency_spread; /* ppb: and each oscillator's own, uniform within +- this */
	double white;            /* white frequency noise: Allan deviation at 1 s, as a fraction (1e-10) */
	double flicker;          /* flicker frequency noise: its Allan deviation, at every tau */
	double random_walk;      /* random walk of frequency: Allan deviation at 1 s */
	double ageing;           /* ppb per day */
	double temperature_coefficient; /* ppb/K, from 25 C */
	int64_t grid;                   /* ps */
	char temperature[32];           /* the name of a curve; "": 25 C always */
};

extern const struct part_kind oscillator_kind;

#define FLICKER_POLES 12

/* The frequency holds from a grid point (or a change) to the next grid point. Grid points are the multiples of `grid`. */
struct oscillator_interval {
	int64_t from_ps;
	__int128 phase;   /* at its start: local time gained over true time, in 2^-32 ps */
	double frequency; /* fractional */
};

struct oscillator {
	struct oscillator_settings
		settings;                /* to be changed by anybody; in force after oscillator_changed() */
	const struct curve *temperature; /* the caller's; NULL: 25 C. Likewise */
	struct oscillator_settings in_force;
	const struct curve *temperature_in_force;
	struct rng rng;
	double own_share;                       /* of frequency_spread, -1..1, drawn once */
	double own_frequency;                   /* ppb: that share of it */
	double white_state;                     /* of the interval that holds now, standard normal */
	double white_deviation, walk_deviation; /* of a grid interval, fractional frequency */
	double flicker_state[FLICKER_POLES], flicker_keep[FLICKER_POLES], flicker_new[FLICKER_POLES];
	bool has_flicker_state;
	double walk;                /* fractional frequency */
	bool is_noisy, is_drifting; /* the frequency changes from one grid interval to the next */
	int64_t grid_to_ps;         /* the end of `now` */
	struct oscillator_interval now, previous;
};

void oscillator_init(struct oscillator *oscillator, const struct oscillator_settings *settings,
		     const struct curve *temperature, uint64_t seed, const char *name);

/* After settings were changed: from now on, or from the last grid point that was read if that is later. Its phase goes on
 * where it was, its noise too: only what was changed differs. */
void oscillator_changed(struct oscillator *oscillator, int64_t now_ps);

/* Local time gained over true time since the start, in 2^-32 ps. Times must not go backward beyond the start of the grid
 * interval before the last one that was read (asserted). */
__int128 oscillator_phase(struct oscillator *oscillator, int64_t at_ps);

/* Its fractional frequency error now. */
double oscillator_frequency(struct oscillator *oscillator, int64_t at_ps);

#endif
