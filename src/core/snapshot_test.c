/* src/core/snapshot_test.c -- a node of a small world has a shadow: an instance restored from a snapshot of it, which gets
 * the same events and has to give the same actions, octet for octet. */
#include "core/dataset.h"
#include "gnomon/instance.h"
#include "tests/test.h"

#include <stdlib.h>

/* The world's calls into the instances pass by here. */
static void mirrored_event(struct gn_instance *instance, const struct gn_event *event);
static bool mirrored_poll(struct gn_instance *instance, struct gn_action *action);

#define gn_instance_event mirrored_event
#define gn_instance_poll mirrored_poll
#include "tests/engine/world.c" /* NOLINT(bugprone-suspicious-include) */
#undef gn_instance_event
#undef gn_instance_poll

static struct world world;

/* ---- the shadow ---- */

static struct gn_instance *original, *shadow; /* of node 1; NULL: none */
static void *shadow_memory;
static uint64_t compared, snapshots;

/* Events given to node 1, kept for mutated instances. */
#define KEPT 400

static struct gn_event kept[KEPT];
static uint8_t kept_octets[KEPT][GN_FRAME_MAX];
static size_t kept_count;

static void keep(const struct gn_event *event)
{
	struct gn_event *e = &kept[kept_count];

	if (kept_count == KEPT) {
		return;
	}
	*e = *event;
	if (e->type == GN_EVENT_FRAME_RECEIVED) {
		CHECK_LE(e->u.received.length, GN_FRAME_MAX);
		memcpy(kept_octets[kept_count], e->u.received.octets, e->u.received.length);
		e->u.received.octets = kept_octets[kept_count];
	}
	kept_count++;
}

static void check_same_send(const struct gn_send *a, const struct gn_send *b)
{
	CHECK_EQ(a->length, b->length);
	CHECK_MEM_EQ(a->octets, b->octets, a->length);
	CHECK_EQ(a->token, b->token);
	CHECK_EQ(a->message_type, b->message_type);
	CHECK_EQ(a->destination, b->destination);
	CHECK_EQ(a->is_event, b->is_event);
	CHECK_EQ(a->is_one_step, b->is_one_step);
	CHECK_EQ(a->address.network_protocol, b->address.network_protocol);
	CHECK_EQ(a->address.length, b->address.length);
	CHECK_MEM_EQ(a->address.octets, b->address.octets, sizeof(a->address.octets));
}

static void check_same_report(const struct gn_report *a, const struct gn_report *b)
{
	CHECK_EQ(a->id, b->id);
	CHECK_EQ(a->port, b->port);
	CHECK(gn_port_identity_equal(&a->identity, &b->identity));
	CHECK_MEM_EQ(a->number, b->number, sizeof(a->number));
	CHECK_EQ(a->text == NULL, b->text == NULL);
	if (a->text) {
		CHECK_STR_EQ(a->text, b->text);
	}
}

static void check_same_action(const struct gn_action *a, const struct gn_action *b)
{
	CHECK_EQ(a->type, b->type);
	CHECK_EQ(a->port, b->port);
	switch (a->type) {
	case GN_ACTION_SEND:
		check_same_send(&a->u.send, &b->u.send);
		break;
	case GN_ACTION_REPORT:
		check_same_report(a->u.report, b->u.report);
		break;
	case GN_ACTION_CLOCK_SET_RATE:
		CHECK_EQ(a->u.rate.scaled_ppb, b->u.rate.scaled_ppb);
		break;
	case GN_ACTION_CLOCK_STEP:
	case GN_ACTION_CLOCK_SET_PHASE:
		CHECK_EQ(a->u.step.nanoseconds, b->u.step.nanoseconds);
		CHECK_EQ(a->u.step.fraction, b->u.step.fraction);
		break;
	case GN_ACTION_CLOCK_SET_TAI_OFFSET:
		CHECK_EQ(a->u.tai_offset, b->u.tai_offset);
		break;
	case GN_ACTION_CLOCK_SET_LEAP:
		CHECK_EQ(a->u.leap, b->u.leap);
		break;
	case GN_ACTION_REFCLOCK_SAMPLE:
		CHECK_EQ(gn_timestamp_compare(a->u.sample.local.whole, b->u.sample.local.whole), 0);
		CHECK_EQ(a->u.sample.local.fraction, b->u.sample.local.fraction);
		CHECK_EQ(a->u.sample.offset.nanoseconds, b->u.sample.offset.nanoseconds);
		CHECK_EQ(a->u.sample.offset.fraction, b->u.sample.offset.fraction);
		CHECK_EQ(a->u.sample.leap, b->u.sample.leap);
		break;
	case GN_ACTION_CLOCK_IS_SYNCHRONIZED:
		CHECK_EQ(a->u.is_ptp_timescale, b->u.is_ptp_timescale);
		break;
	default:
		break;
	}
	compared++;
}

static void mirrored_event(struct gn_instance *instance, const struct gn_event *event)
{
	gn_instance_event(instance, event);
	if (instance == original) {
		keep(event);
		gn_instance_event(shadow, event);
	}
}

static bool mirrored_poll(struct gn_instance *instance, struct gn_action *action)
{
	bool has_action = gn_instance_poll(instance, action);
	struct gn_action other;

	if (instance == original) {
		CHECK_EQ(gn_instance_poll(shadow, &other), has_action);
		if (has_action) {
			check_same_action(action, &other);
		}
		CHECK_EQ(gn_instance_deadline(shadow).ns, gn_instance_deadline(original).ns);
	}
	return has_action;
}

static void drop_shadow(void)
{
	original = shadow = NULL;
	free(shadow_memory);
	shadow_memory = NULL;
}

/* A new shadow; what it would be restored from itself is the same again. */
static void cast_shadow(void)
{
	struct gn_instance *from = world.node[1].instance;
	size_t size = gn_instance_snapshot_size(from);
	uint8_t *first = malloc(size), *second = malloc(size);

	drop_shadow();
	CHECK_EQ(gn_instance_snapshot(from, first, size), GN_OK);
	CHECK_EQ(gn_instance_restored_size(first, size), gn_instance_size(&world.node[1].config));
	shadow_memory = malloc(gn_instance_restored_size(first, size));
	CHECK_EQ(gn_instance_restore(shadow_memory, gn_instance_restored_size(first, size), first, size,
				     &shadow),
		 GN_OK);
	CHECK_EQ(gn_instance_snapshot_size(shadow), size);
	CHECK_EQ(gn_instance_snapshot(shadow, second, size), GN_OK);
	CHECK_MEM_EQ(first, second, size);
	original = from;
	snapshots++;
	free(first);
	free(second);
}

/* ---- worlds ---- */

#define DELAY_NS 300

static void set_up(struct gn_config *c, int kind)
{
	static const int servos[] = { GN_SERVO_PI, GN_SERVO_LINREG, GN_SERVO_NTPSHM, GN_SERVO_NULL };

	for (int i = 0; i < 2; i++) {
		struct gn_port_config *p = &c->ports[i];

		p->delay_mechanism = kind & 1 ? GN_DELAY_P2P : GN_DELAY_E2E;
		p->delay_filter = kind & 2 ? GN_FILTER_MOVING_AVERAGE : GN_FILTER_MOVING_MEDIAN;
		p->delay_filter_length = kind & 4 ? 3 : 10;
		p->log_sync_interval = -3;
		p->log_announce_interval = -1;
		p->path_trace_enabled = kind & 8 ? 1 : 0;
		p->follow_up_info = kind & 1;
		c->port = *p;
	}
	c->free_running = (kind & 12) == 12;
	c->clock_kind = kind & 16 ? GN_CLOCK_SYSTEM : GN_CLOCK_PHC;
	c->servo.kind = servos[kind >> 4 & 3];
	c->servo.step_threshold = kind & 4 ? 1e-6 : 0;
}

/* A grandmaster, the node that is watched with two ports, and another better one on its second port. */
static void build(int kind)
{
	world_init(&world, test_random());
	for (int n = 0; n < 3; n++) {
		world_add(&world, 2, (int64_t)test_random_between(-2000000000, 2000000000),
			  test_random_between(-50000, 50000));
		set_up(&world.node[n].config, kind);
	}
	world.node[0].config.priority1 = 100;
	world.node[2].config.priority1 = 90;
	world_link(&world, DELAY_NS, 0, 1, 1, 1);
	world_link(&world, DELAY_NS, 1, 2, 2, 1);
}

static void disturb(void)
{
	switch (test_random_below(8)) {
	case 0:
		world_set_link(&world, 1, 1, false);
		break;
	case 1:
		world_set_link(&world, 1, 1, true);
		break;
	case 2:
		world_step_clock(&world, 1, test_random_between(-1000000, 1000000));
		break;
	case 3:
		world.node[1].tx_loss_every = (int)test_random_below(5);
		break;
	case 4:
		world.node[1].fails_clock = !world.node[1].fails_clock;
		break;
	default:
		break;
	}
}

TEST(a_restored_instance_answers_the_same_events_with_the_same_actions)
{
	for (int kind = 0; kind < 64; kind++) {
		build(kind);
		world_start(&world, 0);
		world_start(&world, 1);
		cast_shadow();
		world_run_ms(&world, (int64_t)test_random_below(9000));
		world_start(&world, 2);
		for (int i = 0; i < 12; i++) {
			cast_shadow();
			world_run_ms(&world, (int64_t)test_random_below(1500));
			disturb();
		}
		drop_shadow();
		world_free(&world);
	}
	CHECK(compared > 20000 && snapshots > 800);
}

/* ---- snapshots from anybody ---- */

static uint8_t *image;
static size_t image_size;
static void *memory;
static size_t memory_size;

/* One of a node that is synchronised, and the events that came to it afterwards. */
static void take_image(int kind)
{
	build(kind);
	world_start(&world, 0);
	world_start(&world, 1);
	world_start(&world, 2);
	world_run_ms(&world, 12345);
	cast_shadow();
	kept_count = 0;
	image_size = gn_instance_snapshot_size(original);
	image = malloc(image_size);
	CHECK_EQ(gn_instance_snapshot(original, image, image_size), GN_OK);
	memory_size = gn_instance_restored_size(image, image_size);
	memory = malloc(memory_size);
	world_run_ms(&world, 3000);
	CHECK_LE(50, kept_count);
	drop_shadow();
	world_free(&world);
}

static void drop_image(void)
{
	free(image);
	free(memory);
}

static void go_on(struct gn_instance *instance, size_t events)
{
	struct gn_action action;

	for (size_t i = 0; i < events && i < kept_count; i++) {
		gn_instance_event(instance, &kept[i]);
		while (gn_instance_poll(instance, &action)) {
			CHECK_LE(action.type, GN_ACTION_REPORT);
		}
	}
}

TEST(a_snapshot_that_was_cut_is_refused)
{
	struct gn_instance *instance = NULL;

	take_image(0);
	for (size_t size = 0; size < image_size; size++) {
		uint8_t *cut = malloc(size + !size); /* so that sanitizers see its end */

		memcpy(cut, image, size);
		CHECK(gn_instance_restore(memory, memory_size, cut, size, &instance) != GN_OK);
		CHECK_EQ(gn_instance_restored_size(cut, size), 0);
		CHECK(instance == NULL);
		free(cut);
	}
	drop_image();
}

TEST(too_little_memory_and_a_queue_that_is_not_empty_are_refused)
{
	const struct gn_event start = { .type = GN_EVENT_START, .now = { 1 } };
	struct gn_instance *instance;
	struct gn_action action;

	build(0);
	original = NULL;
	world_start(&world, 1);
	instance = world.node[1].instance;
	image_size = gn_instance_snapshot_size(instance);
	image = malloc(image_size);
	CHECK_EQ(gn_instance_snapshot(instance, image, image_size - 1), GN_ERR_NO_SPACE);
	CHECK_EQ(gn_instance_snapshot(instance, image, image_size), GN_OK);
	memory_size = gn_instance_restored_size(image, image_size);
	memory = malloc(memory_size);
	CHECK_EQ(gn_instance_restore(memory, memory_size - 1, image, image_size, &instance), GN_ERR_NO_SPACE);
	CHECK_EQ(gn_instance_init(memory, memory_size, &world.node[1].config,
				  &(struct gn_clock_identity){ { 1 } }, 1, &instance),
		 GN_OK);
	gn_instance_event(instance, &start);
	CHECK_EQ(gn_instance_snapshot(instance, image, image_size), GN_ERR_UNSUPPORTED);
	while (gn_instance_poll(instance, &action)) {
		continue;
	}
	CHECK_EQ(gn_instance_snapshot(instance, image, image_size), GN_OK);
	image[0] ^= 1;
	CHECK_EQ(gn_instance_restore(memory, memory_size, image, image_size, &instance), GN_ERR_UNSUPPORTED);
	drop_image();
	world_free(&world);
}

TEST(whatever_octet_of_a_snapshot_is_changed_the_instance_goes_on_or_is_refused)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x7F, 0x80, 0xFF };
	uint64_t refused = 0, restored = 0;

	take_image(2);
	for (size_t at = 8; at < image_size; at++) {
		uint8_t was = image[at];
		struct gn_instance *instance;

		image[at] = at % 7 ? values[test_random_below(5)] : (uint8_t)test_random();
		if (gn_instance_restore(memory, memory_size, image, image_size, &instance) == GN_OK) {
			restored++;
			go_on(instance, 40);
		} else {
			refused++;
		}
		image[at] = was;
	}
	CHECK(refused > 500 && restored > 500);
	drop_image();
}

TEST(many_changes_at_once_do_no_harm_either)
{
	uint8_t *changed;
	uint64_t restored = 0;

	take_image(5);
	changed = malloc(image_size);
	for (int i = 0; i < 6000; i++) {
		struct gn_instance *instance;
		int changes = 1 + (int)test_random_below(6);

		memcpy(changed, image, image_size);
		while (changes-- > 0) {
			size_t at = 8 + test_random_below(image_size - 8);
			size_t length = 1 + test_random_below(8);

			for (size_t n = at; n < at + length && n < image_size; n++) {
				changed[n] = (uint8_t)test_random();
			}
		}
		if (gn_instance_restore(memory, memory_size, changed, image_size, &instance) == GN_OK) {
			restored++;
			go_on(instance, 60);
		}
	}
	CHECK(restored > 500);
	free(changed);
	drop_image();
}

TEST(the_layout_is_one_number)
{
	CHECK_EQ(gn_instance_layout(), gn_instance_layout());
	CHECK(gn_instance_layout() != 0);
}
