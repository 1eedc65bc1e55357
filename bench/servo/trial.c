/* bench/servo/trial.c -- the common part of drawing a trial; families.c has what makes a family. */
#include "bench/servo/trial.h"

#include <stdio.h>
#include <string.h>

const struct family *family_named(const char *name)
{
	for (size_t i = 0; i < family_count; i++) {
		if (!strcmp(families[i].name, name)) {
			return &families[i];
		}
	}
	return NULL;
}

void trial_name(const struct trial *trial, char *out, size_t size)
{
	snprintf(out, size, "%s %s", trial->set == TRIAL_TUNING ? "tuning" : "judging", trial->family->name);
}

void trial_draw(struct trial *trial, const struct family *family, enum trial_set set, uint64_t seed)
{
	char name[64];
	struct rng rng;

	*trial = (struct trial){ .family = family, .set = set, .seed = seed, .hops = 1 };
	trial_name(trial, name, sizeof(name));
	rng_init(&rng, seed, name, "trial");
	family->draw(trial, &rng);
}
