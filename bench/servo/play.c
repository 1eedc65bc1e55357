/* bench/servo/play.c -- see play.h. */
#include "bench/servo/play.h"

#include "bench/servo/oracle.h"

static bool run_optimum(struct played *p)
{
	return series_make(&p->optimum, p->trial.syncs) &&
	       oracle_run(oracle_for(&p->trial), &p->world, &p->optimum);
}

static bool run_contestants(struct played *p, const bool wanted[CONTESTANTS])
{
	for (int c = 0; c < CONTESTANTS; c++) {
		p->took_part[c] = wanted[c] && contestant_exists((enum contestant)c);
		if (!p->took_part[c]) {
			continue;
		}
		if (!series_make(&p->series[c], p->trial.syncs) ||
		    !contestant_run(&p->world, (enum contestant)c, false, &p->series[c], &p->counts[c])) {
			return false;
		}
	}
	return true;
}

bool play(struct played *played, const struct family *family, enum trial_set set, uint64_t seed,
	  const bool wanted[CONTESTANTS])
{
	*played = (struct played){ 0 };
	trial_draw(&played->trial, family, set, seed);
	if (!world_make(&played->world, &played->trial) || !run_optimum(played) ||
	    !run_contestants(played, wanted)) {
		played_free(played);
		return false;
	}
	return true;
}

void played_free(struct played *played)
{
	world_free(&played->world);
	series_free(&played->optimum);
	for (int c = 0; c < CONTESTANTS; c++) {
		series_free(&played->series[c]);
	}
}

void play_and_score(struct outcome *out, const struct family *family, enum trial_set set, uint64_t seed,
		    const bool wanted[CONTESTANTS])
{
	struct played p;

	*out = (struct outcome){ .trial = { .family = family, .set = set, .seed = seed } };
	if (!play(&p, family, set, seed, wanted)) {
		return;
	}
	out->trial = p.trial;
	out->optimum = score_of(&p.world, &p.optimum, &p.optimum);
	for (int c = 0; c < CONTESTANTS; c++) {
		out->took_part[c] = p.took_part[c];
		if (p.took_part[c]) {
			out->scores[c] = score_of(&p.world, &p.series[c], &p.optimum);
		}
	}
	out->is_done = true;
	played_free(&p);
}
