/* tests/sim/simulate.c */
#include "tests/sim/simulate.h"

#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *give_text(void *context, const char *name, const char *relative_to, size_t *size, char *why,
		       size_t why_size)
{
	if (relative_to) {
		snprintf(why, why_size, "%s: there are no files in this test", name);
		return NULL;
	}
	*size = strlen(context);
	return strdup(context);
}

static void say(void *context, const char *line)
{
	(void)context;
	fprintf(stderr, "%s\n", line);
}

void simulate(struct simulation *s, const char *text)
{
	simulate_watched(s, text, NULL);
}

void simulate_watched(struct simulation *s, const char *text, struct watch *watch)
{
	struct scenario_reading reading = { .read = give_text,
					    .say = say,
					    .context = (void *)(uintptr_t)text };

	memset(s, 0, sizeof(*s));
	s->scenario = scenario_read("test", &reading);
	CHECK(s->scenario);
	world_init(&s->world, s->scenario->seed, s->scenario->start_seconds);
	CHECK(build_world(s->scenario, &s->world, &s->build, say, NULL));
	CHECK(observation_init(&s->observation, &s->world, s->scenario->sample_ps, s->scenario->duration_ps));
	s->observation.is_tracing = true;
	if (watch) {
		world_watch(&s->world, watch);
	}
	world_run(&s->world, s->scenario->duration_ps);
	observation_finish(&s->observation);
}

void simulation_free(struct simulation *s)
{
	observation_free(&s->observation);
	world_free(&s->world);
	build_free(s->build);
	scenario_free(s->scenario);
}

const struct observed_node *simulation_node(const struct simulation *s, const char *name)
{
	const struct observed_node *node = observation_node(&s->observation, name);

	CHECK(node);
	return node;
}

double simulation_error_ns(const struct simulation *s, const char *name, double wanted_ns, int from_s)
{
	const struct observed_node *node = simulation_node(s, name);
	size_t first = (size_t)(from_s * PS_PER_SECOND / s->observation.interval_ps);
	double worst = 0.0;

	CHECK(first < s->observation.sample_count);
	for (size_t i = first; i < s->observation.sample_count; i++) {
		double error = node->samples[i].offset_ns - wanted_ns;

		if (!node->samples[i].is_running) {
			return 1e300;
		}
		error = error < 0.0 ? -error : error;
		worst = error > worst ? error : worst;
	}
	return worst;
}
