/* src/sim/rng.h -- random numbers that repeat everywhere.
 *
 * Every part of a world draws from a stream of its own, made of the world's seed and the part's name: a part that is added
 * or that draws more often does not change what the others see. Only + - * / and the core's own functions are used. */
#ifndef SIM_RNG_H
#define SIM_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
	uint64_t state[4]; /* xoshiro256++ */
};

/* `what` tells streams of one part apart ("jitter", "loss"). */
void rng_init(struct rng *rng, uint64_t seed, const char *name, const char *what);

uint64_t rng_bits(struct rng *rng);
uint64_t rng_below(struct rng *rng, uint64_t end); /* 0 <= result < end, without bias; 0 for end 0 */
double rng_uniform(struct rng *rng);               /* 0 <= result < 1 */
bool rng_chance(struct rng *rng, double probability);
double rng_normal(struct rng *rng); /* mean 0, variance 1 */
void rng_normals(struct rng *rng, double *out,
		 int count);             /* as that many calls of rng_normal(), but quicker */
double rng_exponential(struct rng *rng); /* mean 1 */
double rng_pareto(struct rng *rng,
		  double shape); /* smallest value 1; mean shape / (shape - 1) for shape > 1 */
double rng_gamma(struct rng *rng, double shape); /* scale 1: mean = variance = shape > 0 */

#endif
