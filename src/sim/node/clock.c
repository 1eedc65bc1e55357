/* src/sim/node/clock.c -- three kinds, as on a real machine: a PHC, the system clock, the daemon's own virtual one.
 *
 * What src/linux does before a value reaches the kernel is done here (rates in 2^-16 ppm, steps in whole ns, limits); what
 * the kernel's drivers do with it is the clock's own (driver.c). The kernel's leap second is here too: told by a flag, it
 * moves CLOCK_REALTIME by a second at the end of the clock's own UTC day, and does no more until the flag is cleared. */
#include "sim/node/clock.h"

#include "sim/world.h"

#include <errno.h>
#include <string.h>

#define RATE_TO_TIMEX INT64_C(65536000) /* 2^-32 ppb in 2^-16 ppm: 2^32 * 1000 / 2^16 */
#define SECONDS_PER_DAY 86400
#define HALF_FRACTION 0x8000
#define LEAP_AGAIN_NS                                                                                        \
	1000 /* so near to midnight it counts as midnight: the clock may have been slowed on the way */

/* Two looks at the system clock are compared by way of the monotonic one: what shows as a step is more than */
#define STEP_NOTICED_NS 1000
#define STEP_NOTICED_DIVISOR 1000 /* and a thousandth of the time between them */

static int64_t now_ps(const struct node *node)
{
	return node->world->queue.now_ps;
}

/* ---- which clock ---- */

static bool stamps_software(const struct gn_config *config)
{
	return config->time_stamping == GN_STAMPING_SOFTWARE;
}

static enum gn_clock_kind kind_of(const struct gn_config *config)
{
	if (config->clock_kind != GN_CLOCK_BY_STAMPING) {
		return (enum gn_clock_kind)config->clock_kind;
	}
	if (!stamps_software(config) || (config->clock_name[0] != '\0' && !config->free_running)) {
		return GN_CLOCK_PHC;
	}
	return config->software_clock_kind == GN_CLOCK_VIRTUAL && !gn_servo_only_tells(config->servo.kind)
		       ? GN_CLOCK_VIRTUAL
		       : GN_CLOCK_SYSTEM;
}

void node_clock_choose(struct node *node)
{
	const struct gn_config *config = node->config;
	enum gn_clock_kind kind = kind_of(config);
	bool is_auxiliary = kind == GN_CLOCK_SYSTEM && strncmp(config->clock_name, "CLOCK_AUX", 9) == 0;

	node->clock = kind == GN_CLOCK_PHC ? nic_clock(&node->nics[0]) : &node->system;
	node->is_virtual = kind == GN_CLOCK_VIRTUAL;
	node->is_utc = kind == GN_CLOCK_SYSTEM && !is_auxiliary;
	node->follows_phc = kind == GN_CLOCK_PHC && config->clock_name[0] == '\0' &&
			    config->ports[0].phc_index < 0;
}

static bool is_phc(const struct node *node)
{
	return node->clock != &node->system;
}

/* Opened for reading alone. A virtual clock is the daemon's whatever it does with it. */
static bool is_readonly(const struct node *node)
{
	return node->config->free_running && !node->is_virtual;
}

/* ---- arithmetic of the system calls ---- */

static struct gn_rate limit_of(const struct node *node)
{
	return gn_rate_from_ppb(node->clock->settings.max_rate);
}

/* To the nearest 2^-16 ppm, but not beyond the limit. */
static struct gn_rate as_timex(struct gn_rate rate, struct gn_rate limit)
{
	int64_t half = rate.scaled_ppb < 0 ? -RATE_TO_TIMEX / 2 : RATE_TO_TIMEX / 2;
	int64_t units = rate.scaled_ppb / RATE_TO_TIMEX +
			(rate.scaled_ppb % RATE_TO_TIMEX + half) / RATE_TO_TIMEX;

	if (units * RATE_TO_TIMEX > limit.scaled_ppb || units * RATE_TO_TIMEX < -limit.scaled_ppb) {
		units = rate.scaled_ppb / RATE_TO_TIMEX;
	}
	return (struct gn_rate){ units * RATE_TO_TIMEX };
}

static struct gn_rate clamped(struct gn_rate rate, struct gn_rate limit)
{
	if (rate.scaled_ppb > limit.scaled_ppb) {
		return limit;
	}
	return rate.scaled_ppb < -limit.scaled_ppb ? (struct gn_rate){ -limit.scaled_ppb } : rate;
}

static struct gn_offset in_whole_ns(struct gn_offset by)
{
	int64_t up = by.fraction >= HALF_FRACTION && by.nanoseconds < INT64_MAX;

	return (struct gn_offset){ .nanoseconds = by.nanoseconds + up };
}

/* ---- the operations: 0 or -errno ---- */

static int read_clock(struct node *node, const struct gn_action *action, struct gn_clock_answer *answer)
{
	(void)action;
	answer->rate = node->clock->rate_set;
	answer->rate_limit = limit_of(node);
	answer->is_utc = node->is_utc;
	answer->has_memory = node->has_remembered;
	answer->memory = node->remembered;
	return node->clock->operations->gettimex(node->clock, now_ps(node), &answer->time);
}

static int set_rate(struct node *node, const struct gn_action *action, struct gn_clock_answer *answer)
{
	struct gn_rate limit = limit_of(node);
	struct gn_rate wanted = clamped(action->u.rate, limit);
	int err = -EROFS;

	answer->has_previous = true;
	answer->previous = node->clock->rate_set;
	if (is_readonly(node)) {
		return err;
	}
	if (!node->is_virtual) {
		wanted = as_timex(wanted, limit);
	}
	err = node->clock->operations->adjfine(node->clock, now_ps(node), wanted);
	if (err == 0) {
		answer->rate = wanted;
	}
	return err;
}

/* When the kernel's second of leap is due, or to be looked for again. */
static void plan_leap(struct node *node);

static int step(struct node *node, const struct gn_action *action, struct gn_clock_answer *answer)
{
	struct gn_offset by = action->u.step;
	int err = -EROFS;

	(void)answer;
	if (is_readonly(node)) {
		return err;
	}
	if (gn_offset_is_saturated(by)) {
		return -ERANGE;
	}
	if (!node->is_virtual) {
		by = in_whole_ns(by);
	}
	err = node->clock->operations->adjtime(node->clock, now_ps(node), by);
	if (err == 0) {
		node->epoch++;
		node->foreign_step_ps = 0;
		node->looked_ps = now_ps(node);
		plan_leap(node);
	}
	return err;
}

static int set_phase(struct node *node, const struct gn_action *action, struct gn_clock_answer *answer)
{
	struct gn_offset by = in_whole_ns(action->u.step);
	int64_t limit_ns = node->clock->settings.phase_range / PS_PER_NS;

	(void)answer;
	if (!is_phc(node) || !node->clock->settings.has_phase) {
		return -EOPNOTSUPP;
	}
	if (is_readonly(node)) {
		return -EROFS;
	}
	if (by.nanoseconds > limit_ns || by.nanoseconds < -limit_ns) {
		return -ERANGE;
	}
	return node->clock->operations->adjphase(node->clock, now_ps(node), by);
}

/* The next two are of CLOCK_REALTIME; others have nothing to set, and that is no failure. */
static bool has_utc_to_set(const struct node *node)
{
	return node->is_utc && !is_readonly(node);
}

static int set_tai_offset(struct node *node, const struct gn_action *action, struct gn_clock_answer *answer)
{
	(void)answer;
	if (has_utc_to_set(node)) {
		node->system_tai_offset = action->u.tai_offset;
	}
	return 0;
}

static int set_leap(struct node *node, const struct gn_action *action, struct gn_clock_answer *answer)
{
	(void)answer;
	if (has_utc_to_set(node)) {
		node_clock_tell_leap(node, action->u.leap);
	}
	return 0;
}

/* Whose time it is, and how sure, is for those who read the clock: nobody here does. */
static int mark_synchronized(struct node *node, const struct gn_action *action,
			     struct gn_clock_answer *answer)
{
	(void)node;
	(void)action;
	(void)answer;
	return 0;
}

typedef int (*operation)(struct node *node, const struct gn_action *action, struct gn_clock_answer *answer);

static const operation operations[] = {
	[GN_ACTION_CLOCK_READ] = read_clock,
	[GN_ACTION_CLOCK_SET_RATE] = set_rate,
	[GN_ACTION_CLOCK_STEP] = step,
	[GN_ACTION_CLOCK_SET_PHASE] = set_phase,
	[GN_ACTION_CLOCK_SET_TAI_OFFSET] = set_tai_offset,
	[GN_ACTION_CLOCK_SET_LEAP] = set_leap,
	[GN_ACTION_CLOCK_IS_SYNCHRONIZED] = mark_synchronized,
};

void node_clock_act(struct node *node, const struct gn_action *action, struct gn_clock_answer *answer)
{
	int err = operations[action->type](node, action, answer);

	answer->operation = action->type;
	answer->is_done = err == 0;
	answer->error = -err;
	answer->epoch = node->epoch;
}

void node_clock_take_over(struct node *node)
{
	if (has_utc_to_set(node)) {
		node->system_leap = 0;
		node->is_leap_done = false;
	}
	if (node->is_virtual) {
		struct gn_rate rate = clamped(gn_rate_from_ppb(node->config->clock_initial_frequency),
					      limit_of(node));

		/* Cannot fail within the limit. */
		(void)node->clock->operations->adjfine(node->clock, now_ps(node), rate);
	}
	node->foreign_step_ps = 0;
	node->looked_ps = now_ps(node);
}

/* ---- the kernel's leap second ---- */

void node_clock_tell_leap(struct node *node, int8_t leap)
{
	if (leap == 0) {
		node->is_leap_done = false;
	}
	node->system_leap = leap;
	plan_leap(node);
}

/* The second of CLOCK_REALTIME at whose beginning it is set back (the next day's first), or skips (the day's last). */
static uint64_t leap_second(const struct node *node, uint64_t utc_seconds)
{
	uint64_t skipped = node->system_leap < 0;

	return ((utc_seconds + skipped) / SECONDS_PER_DAY + 1) * SECONDS_PER_DAY - skipped;
}

/* Steered or stepped on the way, the clock may show another time by then: planned anew. */
static void leap_is_due(void *object, void *argument)
{
	struct node *node = object;
	struct gn_precise due = { .whole = { .seconds = (uint64_t)(uintptr_t)argument } };
	int64_t left_ns;

	if (node->system_leap == 0 || node->is_leap_done) {
		return;
	}
	left_ns = gn_interval_to_ns(gn_precise_diff(due, phc_exact(&node->system, now_ps(node))));
	if (left_ns > LEAP_AGAIN_NS || left_ns < -GN_NS_PER_SECOND) {
		plan_leap(node);
		return;
	}
	phc_step(&node->system, now_ps(node), -node->system_leap * PS_PER_SECOND);
	node->system_tai_offset += node->system_leap;
	node->foreign_step_ps -= node->system_leap * PS_PER_SECOND;
	node->is_leap_done = true;
	if (node->card) {
		gnss_card_leapt(node->card, node->system_leap);
	}
	world_happened(node->world, "%s: leap second %s", node->name,
		       node->system_leap > 0 ? "inserted" : "deleted");
}

static void plan_leap(struct node *node)
{
	struct gn_precise now, due = { 0 };

	if (!node->is_utc || node->system_leap == 0 || node->is_leap_done) {
		return;
	}
	now = phc_exact(&node->system, now_ps(node));
	due.whole.seconds = leap_second(node, now.whole.seconds);
	queue_add(&node->world->queue, phc_when(&node->system, now_ps(node), due), leap_is_due, node,
		  (void *)(uintptr_t)due.whole.seconds);
}

/* ---- somebody else ---- */

bool node_clock_was_stepped(struct node *node)
{
	int64_t by_ns = node->foreign_step_ps / PS_PER_NS;
	int64_t between_ns = (now_ps(node) - node->looked_ps) / PS_PER_NS;
	int64_t unnoticed_ns = STEP_NOTICED_NS + between_ns / STEP_NOTICED_DIVISOR;
	bool is_watched = node->is_utc || node->is_virtual;

	node->looked_ps = now_ps(node);
	node->foreign_step_ps = 0;
	if (!is_watched || (by_ns <= unnoticed_ns && by_ns >= -unnoticed_ns)) {
		return false;
	}
	node->epoch++;
	return true;
}

void node_step_clock(struct node *node, int64_t by_ps)
{
	phc_step(node->clock, now_ps(node), by_ps);
	node->foreign_step_ps += by_ps;
	plan_leap(node);
}

/* ---- against true time ---- */

/* About a leap second the two countings are both right, as whoever counts by them may be early or late by some ns. */
static __int128 error_exact(struct node *node, int64_t at_ps)
{
	const struct world *world = node->world;
	int64_t since = node->is_utc && world->leap != 0 ? at_ps - world_leap_ps(world) : INT64_MAX;
	uint64_t start = world->start_seconds;
	__int128 error, other;

	if (node->is_utc) {
		start -= (uint64_t)world_utc_offset(world, at_ps);
	}
	error = phc_error_exact(node->clock, at_ps, start);
	if (since >= PS_PER_SECOND || since <= -PS_PER_SECOND) {
		return error;
	}
	start = world->start_seconds - (uint64_t)world->utc_offset - (uint64_t)(since < 0 ? world->leap : 0);
	other = phc_error_exact(node->clock, at_ps, start);
	return (other < 0 ? -other : other) < (error < 0 ? -error : error) ? other : error;
}

int64_t node_error(struct node *node, int64_t at_ps)
{
	__int128 error = error_exact(node, at_ps) >> 16;

	return error > INT64_MAX ? INT64_MAX : error < INT64_MIN ? INT64_MIN : (int64_t)error;
}

double node_error_ns(struct node *node, int64_t at_ps)
{
	return (double)error_exact(node, at_ps) / 4294967296.0;
}
