/* src/sim/watch/observe.c -- one entry in the queue looks at all clocks; the rest is told by the nodes' own events and actions.
 *
 * A daemon that is killed says nothing, nor does a clock that somebody steps. So all nodes are also looked at when
 * something happens: before, and in an entry of its own behind it. Drops are taken from the ports' counters where an
 * instance can still be read, and from its reports until then: they differ only when its queue of actions was full. */
#include "sim/watch/observe.h"

#include "core/dataset.h"
#include "sim/node/node.h"
#include "sim/watch/trace_hash.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCALED_PER_NS 65536.0

#define CHANGES_AT_FIRST 16
#define TOUCH_NS_MIN 1e-3 /* less is rounding */

/* ---- memory ---- */

/* Room for one more element. False: the run ends. */
static bool grow(struct observation *o, void **array, size_t *room, size_t used, size_t size)
{
	size_t wanted = *room < CHANGES_AT_FIRST ? CHANGES_AT_FIRST : *room * 2;
	void *larger;

	if (used < *room) {
		return true;
	}
	larger = realloc(*array, wanted * size);
	if (!larger) {
		o->is_out_of_memory = true;
		o->world->is_ended = true;
		return false;
	}
	*array = larger;
	*room = wanted;
	return true;
}

/* The new change, now, zeroed but for its kind; NULL without memory. */
static struct observed_change *add_change(struct observation *o, struct observed_node *on,
					  enum observed_kind kind)
{
	void *array = on->changes;
	struct observed_change *change;

	if (!grow(o, &array, &on->change_room, on->change_count, sizeof(*change))) {
		return NULL;
	}
	on->changes = array;
	change = &on->changes[on->change_count++];
	*change = (struct observed_change){ .at_ps = o->world->queue.now_ps, .kind = (uint8_t)kind };
	return change;
}

static void add_value(struct observation *o, struct observed_node *on, enum observed_kind kind,
		      double value_ns)
{
	struct observed_change *change = add_change(o, on, kind);

	if (change) {
		change->value_ns = value_ns;
	}
}

static bool make_room_for_samples(struct observation *o, size_t room)
{
	for (size_t i = 0; i < o->node_count; i++) {
		struct observed_node *on = &o->nodes[i];
		struct observed_sample *samples;

		if (!on->is_measured) {
			continue;
		}
		samples = realloc(on->samples, room * sizeof(*samples));
		if (!samples) {
			return false;
		}
		on->samples = samples;
	}
	o->sample_room = room;
	return true;
}

/* ---- looking at a node ---- */

static double ns_of(struct gn_offset offset)
{
	return (double)offset.nanoseconds + offset.fraction / SCALED_PER_NS;
}

static double error_now(const struct observation *o, struct node *node)
{
	return node_error_ns(node, o->world->queue.now_ps);
}

/* What the servo has measured since, if anything. */
static void note_measurement(struct observation *o, struct observed_node *on, struct node *node)
{
	const struct gn_instance *instance = node->instance;

	if (!on->is_measured || !instance || instance->last_sample.ns <= 0 ||
	    instance->last_sample.ns == on->now.measured_ns) {
		return;
	}
	on->now.measured_ns = instance->last_sample.ns;
	on->now.own_offset_ns = (float)ns_of(instance->current_ds.offset_from_time_transmitter);
	on->now.own_error_ns = (float)(ns_of(instance->current_ds.offset_from_time_transmitter) -
				       error_now(o, node));
	if (instance->has_delay) {
		on->now.path_delay_ns = (float)((double)instance->current_ds.mean_delay.scaled_ns /
						SCALED_PER_NS);
	}
}

static void note_grandmaster(struct observation *o, struct observed_node *on, const struct node *node)
{
	struct observed_change *change;

	if (!node->instance ||
	    gn_clock_identity_equal(&node->instance->parent_ds.grandmaster_identity, &on->now.grandmaster)) {
		return;
	}
	on->now.grandmaster = node->instance->parent_ds.grandmaster_identity;
	change = add_change(o, on, OBSERVED_GRANDMASTER);
	if (change) {
		change->identity = on->now.grandmaster;
	}
}

static uint8_t best_state(const struct gn_instance *instance)
{
	for (uint16_t i = 0; i < instance->port_count; i++) {
		if (instance->ports[i].ds.port_state == GN_PORT_TIME_RECEIVER) {
			return GN_PORT_TIME_RECEIVER;
		}
	}
	return (uint8_t)instance->ports[0].ds.port_state;
}

static void take_counters(struct observed_node *on, const struct gn_instance *instance)
{
	for (int reason = 0; reason < GN_DROPS; reason++) {
		uint64_t drops = on->now.drops_before[reason];

		for (uint16_t i = 0; i < instance->port_count; i++) {
			drops += instance->ports[i].drops[reason];
		}
		on->drops[reason] = drops;
	}
}

/* ---- lives of a daemon ---- */

static void forget_life(struct observed_node *on)
{
	on->now.is_running = false;
	on->now.has_steered = false;
	on->now.measured_ns = 0;
	on->now.own_offset_ns = on->now.path_delay_ns = on->now.own_error_ns = NAN;
	memset(&on->now.grandmaster, 0, sizeof(on->now.grandmaster));
	memcpy(on->now.drops_before, on->drops, sizeof(on->drops));
}

static void note_end(struct observation *o, struct observed_node *on)
{
	if (on->now.is_running) {
		forget_life(on);
		add_change(o, on, OBSERVED_END);
	}
}

static void note_start(struct observation *o, struct observed_node *on, const struct node *node)
{
	note_end(o, on); /* killed and started at one moment */
	on->now.is_running = true;
	add_change(o, on, OBSERVED_START);
	note_grandmaster(o, on, node);
}

/* What nobody told: an end without last words, a grandmaster that changed far away. */
static void look_at_all(struct observation *o)
{
	for (size_t i = 0; i < o->node_count; i++) {
		const struct node *node = &o->world->nodes[i];

		if (!node->instance) {
			note_end(o, &o->nodes[i]);
		} else if (o->nodes[i].now.is_running) {
			note_grandmaster(o, &o->nodes[i], node);
		}
	}
}

/* No time has passed: what a clock is off otherwise than before was somebody. */
static void look_for_touches(struct observation *o)
{
	for (size_t i = 0; i < o->node_count; i++) {
		struct observed_node *on = &o->nodes[i];
		double by_ns;

		if (!on->is_measured) {
			continue;
		}
		by_ns = error_now(o, &o->world->nodes[i]) - on->now.before_ns;
		if (by_ns > TOUCH_NS_MIN || by_ns < -TOUCH_NS_MIN) {
			add_value(o, on, OBSERVED_TOUCH, by_ns);
		}
	}
}

static void look_afterwards(void *object, void *argument)
{
	struct observation *o = object;

	(void)argument;
	o->is_look_due = false;
	look_for_touches(o);
	look_at_all(o);
}

/* Something is about to happen: the look comes behind all that is to be done at this moment already. */
static void look_before(struct observation *o)
{
	if (o->is_look_due) {
		return;
	}
	o->is_look_due = true;
	for (size_t i = 0; i < o->node_count; i++) {
		if (o->nodes[i].is_measured) {
			o->nodes[i].now.before_ns = error_now(o, &o->world->nodes[i]);
		}
	}
	queue_add(&o->world->queue, o->world->queue.now_ps, look_afterwards, o, NULL);
}

/* ---- samples ---- */

static void take_sample(struct observation *o, struct observed_node *on, struct node *node)
{
	int64_t now_ps = o->world->queue.now_ps;
	bool is_running = node->instance != NULL;
	struct observed_sample *sample = &on->samples[o->sample_count];

	note_measurement(o, on, node);
	*sample = (struct observed_sample){
		.own_offset_ns = on->now.own_offset_ns,
		.path_delay_ns = on->now.path_delay_ns,
		.own_error_ns = on->now.own_error_ns,
		.offset_ns = error_now(o, node),
		.frequency_ppb = (float)phc_frequency_error(node->clock, now_ps),
		.state = is_running ? best_state(node->instance) : 0,
		.is_running = is_running,
	};
}

static void sample_all(void *object, void *argument)
{
	struct observation *o = object;

	(void)argument;
	if (o->sample_count == o->sample_room &&
	    !make_room_for_samples(o, o->sample_room + o->sample_room / 2 + 1)) {
		o->is_out_of_memory = true;
		o->world->is_ended = true;
		return;
	}
	look_at_all(o);
	for (size_t i = 0; i < o->node_count; i++) {
		if (o->nodes[i].is_measured) {
			take_sample(o, &o->nodes[i], &o->world->nodes[i]);
		}
	}
	o->sample_count++;
	queue_add(&o->world->queue, (int64_t)o->sample_count * o->interval_ps, sample_all, o, NULL);
}

/* ---- events of a node ---- */

static void note_received(struct observed_node *on, const struct gn_frame_received *frame)
{
	if (frame->length > 0 && !frame->is_local) {
		on->received[frame->octets[0] & 0xF]++;
	}
}

static void see_event(struct watch *watch, struct node *node, const struct gn_event *event)
{
	struct observation *o = watch->context;
	struct observed_node *on = &o->nodes[node->index];

	if (o->is_tracing) {
		trace_event(&o->trace, o->world->queue.now_ps, node, event);
	}
	note_measurement(o, on, node);
	switch (event->type) {
	case GN_EVENT_START:
		note_start(o, on, node);
		break;
	case GN_EVENT_STOP:
		if (node->instance) {
			take_counters(on, node->instance);
		}
		look_before(o);
		break;
	case GN_EVENT_FRAME_RECEIVED:
		note_received(on, &event->u.received);
		break;
	default:
		break;
	}
}

/* ---- actions of a node ---- */

static bool is_beyond(double by_ns, double threshold_s)
{
	return threshold_s > 0 && (by_ns > threshold_s * 1e9 || -by_ns > threshold_s * 1e9);
}

/* first_step_threshold counts from a daemon's start until its servo was locked or has stepped, step_threshold always. */
static bool is_step_allowed(const struct observed_node *on, const struct node *node, double by_ns)
{
	const struct gn_servo_config *config = &node->config->servo;

	return is_beyond(by_ns, config->step_threshold) ||
	       (!on->now.has_steered && is_beyond(by_ns, config->first_step_threshold));
}

static void note_step(struct observation *o, struct observed_node *on, const struct node *node,
		      struct gn_offset by)
{
	double by_ns = ns_of(by);

	if (!is_step_allowed(on, node, by_ns)) {
		on->refused_steps++;
	}
	on->now.has_steered = true;
	on->now.before_ns += by_ns;
	add_value(o, on, OBSERVED_STEP, by_ns);
}

static void note_state(struct observation *o, struct observed_node *on, const struct gn_report *report)
{
	struct observed_change *change = add_change(o, on, OBSERVED_STATE);

	if (change) {
		change->port = report->port;
		change->from = (uint8_t)report->number[0];
		change->to = (uint8_t)report->number[1];
	}
}

static void note_report(struct observation *o, struct observed_node *on, const struct node *node,
			const struct gn_report *report)
{
	if (report->id < GN_REPORTS) {
		on->reports[report->id]++;
	}
	switch (report->id) {
	case GN_REPORT_PORT_STATE:
		note_state(o, on, report);
		note_grandmaster(o, on, node);
		break;
	case GN_REPORT_NEW_FOREIGN:
	case GN_REPORT_BEST_FOREIGN:
	case GN_REPORT_BEST_LOCAL:
		note_grandmaster(o, on, node);
		break;
	case GN_REPORT_DROP:
		if (report->number[0] >= 0 && report->number[0] < GN_DROPS) {
			on->drops[report->number[0]]++;
		}
		break;
	default:
		break;
	}
}

static void see_action(struct watch *watch, struct node *node, const struct gn_action *action)
{
	struct observation *o = watch->context;
	struct observed_node *on = &o->nodes[node->index];

	if (o->is_tracing) {
		trace_action(&o->trace, o->world->queue.now_ps, node, action);
	}
	note_measurement(o, on, node);
	switch (action->type) {
	case GN_ACTION_SEND:
		if (action->port != 0) {
			on->sent[action->u.send.message_type % GN_MESSAGE_TYPES]++;
		}
		break;
	case GN_ACTION_CLOCK_STEP:
		note_step(o, on, node, action->u.step);
		break;
	case GN_ACTION_CLOCK_SET_PHASE:
	case GN_ACTION_CLOCK_IS_SYNCHRONIZED:
		on->now.has_steered = true;
		break;
	case GN_ACTION_REPORT:
		note_report(o, on, node, action->u.report);
		break;
	default:
		break;
	}
}

static void see_malformed(struct watch *watch, struct node *node, uint16_t port, const char *why)
{
	struct observation *o = watch->context;
	struct observed_node *on = &o->nodes[node->index];

	if (on->malformed++ == 0) {
		snprintf(on->first_malformed, sizeof(on->first_malformed), "port %u: %s", port, why);
	}
}

static void see_happening(struct watch *watch, const char *text)
{
	struct observation *o = watch->context;
	void *array = o->marks;

	look_before(o);
	if (!grow(o, &array, &o->mark_room, o->mark_count, sizeof(*o->marks))) {
		return;
	}
	o->marks = array;
	o->marks[o->mark_count].at_ps = o->world->queue.now_ps;
	snprintf(o->marks[o->mark_count].text, sizeof(o->marks[0].text), "%s", text);
	o->mark_count++;
}

/* ---- from the outside ---- */

bool observation_init(struct observation *o, struct world *world, int64_t interval_ps, int64_t until_ps)
{
	*o = (struct observation){
		.world = world,
		.interval_ps = interval_ps,
		.node_count = world->node_count,
		.watch = { see_event, see_action, see_malformed, see_happening, .context = o },
	};
	o->nodes = calloc(world->node_count ? world->node_count : 1, sizeof(*o->nodes));
	if (!o->nodes) {
		return false;
	}
	for (size_t i = 0; i < world->node_count; i++) {
		o->nodes[i].name = world->nodes[i].name;
		o->nodes[i].identity = world->nodes[i].identity;
		o->nodes[i].is_measured = world->nodes[i].settings.is_measured;
		forget_life(&o->nodes[i]);
	}
	if (!make_room_for_samples(o, (size_t)(until_ps / interval_ps) + 1)) {
		observation_free(o);
		return false;
	}
	for (size_t i = 0; i < world->node_count; i++) {
		if (world->nodes[i].instance) {
			note_start(o, &o->nodes[i], &world->nodes[i]);
		}
	}
	world_watch(world, &o->watch);
	queue_add(&world->queue, world->queue.now_ps, sample_all, o, NULL);
	return !o->is_out_of_memory;
}

void observation_finish(struct observation *o)
{
	look_at_all(o);
	for (size_t i = 0; i < o->node_count; i++) {
		if (o->nodes[i].now.is_running) {
			take_counters(&o->nodes[i], o->world->nodes[i].instance);
		}
	}
}

void observation_free(struct observation *o)
{
	for (size_t i = 0; i < o->node_count && o->nodes; i++) {
		free(o->nodes[i].samples);
		free(o->nodes[i].changes);
	}
	free(o->nodes);
	free(o->marks);
	o->nodes = NULL;
	o->marks = NULL;
	o->node_count = o->mark_count = o->mark_room = 0;
	o->sample_count = o->sample_room = 0;
}

const struct observed_node *observation_node(const struct observation *o, const char *name)
{
	for (size_t i = 0; i < o->node_count; i++) {
		if (strcmp(o->nodes[i].name, name) == 0) {
			return &o->nodes[i];
		}
	}
	return NULL;
}

enum gn_port_state observation_state(const struct observed_node *node, uint16_t port, int64_t at_ps)
{
	enum gn_port_state state = (enum gn_port_state)0;

	for (size_t i = 0; i < node->change_count && node->changes[i].at_ps <= at_ps; i++) {
		const struct observed_change *change = &node->changes[i];

		if (change->kind == OBSERVED_START) {
			state = GN_PORT_INITIALIZING;
		} else if (change->kind == OBSERVED_END) {
			state = (enum gn_port_state)0;
		} else if (change->kind == OBSERVED_STATE && change->port == port) {
			state = (enum gn_port_state)change->to;
		}
	}
	return state;
}

struct gn_clock_identity observation_grandmaster(const struct observed_node *node, int64_t at_ps)
{
	struct gn_clock_identity identity = { { 0 } };

	for (size_t i = 0; i < node->change_count && node->changes[i].at_ps <= at_ps; i++) {
		const struct observed_change *change = &node->changes[i];

		if (change->kind == OBSERVED_START || change->kind == OBSERVED_END) {
			identity = (struct gn_clock_identity){ { 0 } };
		} else if (change->kind == OBSERVED_GRANDMASTER) {
			identity = change->identity;
		}
	}
	return identity;
}
