/* tests/engine/fake_servo.h -- a joint controller that estimates nothing: it notes what it is told and says what it was told
 * to say. For an instance that has read its clock. */
#ifndef TESTS_ENGINE_FAKE_SERVO_H
#define TESTS_ENGINE_FAKE_SERVO_H

#include "core/servo/controller.h"
#include "tests/engine/world.h"

#include <string.h>

struct fake_servo {
	struct servo_observation last[SERVO_DIRECTIONS];
	uint64_t count[SERVO_DIRECTIONS];
	bool speaks[SERVO_DIRECTIONS]; /* `says` is given out after such an observation */
	struct servo_steering says;
	double steered_ppb, found_ppb, celsius;
	struct gn_offset stepped;
	unsigned steered_count, stepped_count, paths, losses, resets, found_count, expired;
	int64_t lost_at_ns, deadline_ns;
	struct servo_news news;
	bool has_news;
	struct servo_quality quality;
	bool has_memory;
	struct servo_memory memory, recalled;
};

static struct fake_servo fake;

static void fake_init(struct servo *servo, double frequency_ppb)
{
	(void)servo;
	(void)frequency_ppb;
}

static bool fake_observe(struct servo *servo, const struct servo_observation *observation,
			 struct servo_steering *out)
{
	(void)servo;
	fake.last[observation->direction] = *observation;
	fake.count[observation->direction]++;
	if (!fake.speaks[observation->direction]) {
		return false;
	}
	*out = fake.says;
	return true;
}

static void fake_reset(struct servo *servo)
{
	(void)servo;
	fake.resets++;
}

static void fake_steered(struct servo *servo, double frequency_ppb, int64_t now_ns)
{
	(void)servo;
	(void)now_ns;
	fake.steered_ppb = frequency_ppb;
	fake.steered_count++;
}

static void fake_stepped(struct servo *servo, struct gn_offset by)
{
	(void)servo;
	fake.stepped = by;
	fake.stepped_count++;
	fake.says.state = SERVO_LOCKED;
}

static void fake_new_path(struct servo *servo)
{
	(void)servo;
	fake.paths++;
}

static void fake_reference_lost(struct servo *servo, int64_t now_ns)
{
	(void)servo;
	fake.losses++;
	fake.lost_at_ns = now_ns;
}

static int64_t fake_deadline(const struct servo *servo)
{
	(void)servo;
	return fake.deadline_ns ? fake.deadline_ns : INT64_MAX;
}

static bool fake_expire(struct servo *servo, int64_t now_ns, struct servo_steering *out)
{
	(void)servo;
	(void)now_ns;
	fake.deadline_ns = 0;
	fake.expired++;
	*out = fake.says;
	return true;
}

static void fake_temperature(struct servo *servo, double celsius, int64_t now_ns)
{
	(void)servo;
	(void)now_ns;
	fake.celsius = celsius;
}

static void fake_quality(const struct servo *servo, int64_t now_ns, struct servo_quality *out)
{
	(void)servo;
	(void)now_ns;
	*out = fake.quality;
}

static bool fake_next_news(struct servo *servo, struct servo_news *out)
{
	bool has_news = fake.has_news;

	(void)servo;
	*out = fake.news;
	fake.has_news = false;
	return has_news;
}

static bool fake_remember(const struct servo *servo, struct servo_memory *out)
{
	(void)servo;
	*out = fake.memory;
	return fake.has_memory;
}

static void fake_recall(struct servo *servo, const struct servo_memory *memory)
{
	(void)servo;
	fake.recalled = *memory;
}

static void fake_clock_found(struct servo *servo, double frequency_ppb)
{
	(void)servo;
	fake.found_ppb = frequency_ppb;
	fake.found_count++;
}

static const struct servo_controller fake_controller = {
	.name = "fake",
	.kind = GN_SERVO_ADAPTIVE,
	.init = fake_init,
	.observe = fake_observe,
	.reset = fake_reset,
	.steered = fake_steered,
	.stepped = fake_stepped,
	.new_path = fake_new_path,
	.reference_lost = fake_reference_lost,
	.deadline = fake_deadline,
	.expire = fake_expire,
	.temperature = fake_temperature,
	.quality = fake_quality,
	.next_news = fake_next_news,
	.remember = fake_remember,
	.recall = fake_recall,
	.clock_found = fake_clock_found,
};

/* The node's instance runs with it from now on. */
static inline void fake_take_over(struct world *w, int node)
{
	memset(&fake, 0, sizeof(fake));
	fake.quality.error_ns = -1;
	fake.quality.bound_ns = -1;
	w->node[node].instance->servo.controller = &fake_controller;
}

/* Locked after every Sync, at that offset and frequency. */
static inline void fake_says_locked(int64_t offset_ns, double frequency_ppb)
{
	fake.speaks[SERVO_SYNC] = true;
	fake.says = (struct servo_steering){
		.state = SERVO_LOCKED,
		.frequency_ppb = frequency_ppb,
		.offset = gn_offset_from_ns(offset_ns),
		.delay_ns = 777.5,
		.error_ns = 4,
		.bound_ns = 15,
	};
}

#endif
