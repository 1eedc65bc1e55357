/* fuzz/snapshot_fuzz.c -- a good snapshot with octets changed, then events: whatever gn_instance_restore() lets pass, the
 * instance goes on with.
 *
 * Input: which snapshot; how many octets are changed; those, as offset (2) and value (1); then events, as kind, length and
 * octets. */
#include "gnomon/report.h"
#include "tests/engine/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define IMAGES 6

static struct image {
	uint8_t *octets;
	size_t size;
	int64_t now_ns;
	uint32_t epoch;
} images[IMAGES];

/* ---- good snapshots: a node of two ports that has found its time transmitter ---- */

static void set_up(struct gn_config *config, int kind)
{
	for (int i = 0; i < 2; i++) {
		struct gn_port_config *port = &config->ports[i];

		port->delay_mechanism = kind & 1 ? GN_DELAY_P2P : GN_DELAY_E2E;
		port->delay_filter = kind & 1 ? GN_FILTER_MOVING_AVERAGE : GN_FILTER_MOVING_MEDIAN;
		port->delay_filter_length = 5;
		port->log_sync_interval = -2;
		port->follow_up_info = kind & 1;
		port->path_trace_enabled = 1;
	}
	config->free_running = kind == 2;
	config->servo.kind = kind == 3 ? GN_SERVO_LINREG : kind >= 4 ? GN_SERVO_ADAPTIVE : GN_SERVO_PI;
	config->servo.asymmetry_hold = 60;
	config->holdover_bound = kind >= 4 ? 1000 : 0;
	config->frequency_memory[0] = '/';
}

static void make_image(struct image *image, int kind)
{
	static struct world world;

	world_init(&world, 1);
	for (int node = 0; node < 2; node++) {
		world_add(&world, 2, node * 1000000, 1000);
		set_up(&world.node[node].config, kind);
	}
	world.node[0].config.priority1 = 1;
	world_link(&world, 500, 0, 1, 1, 1);
	world_start_all(&world);
	world_run(&world, 20);
	image->now_ns = world.now_ns;
	image->epoch = world.node[1].epoch;
	image->size = gn_instance_snapshot_size(world.node[1].instance);
	image->octets = malloc(image->size);
	if (!image->octets ||
	    gn_instance_snapshot(world.node[1].instance, image->octets, image->size) != GN_OK) {
		abort();
	}
	world_free(&world);
}

static const struct image *image_of(unsigned number)
{
	struct image *image = &images[number % IMAGES];

	if (!image->octets) {
		make_image(image, (int)(number % IMAGES));
	}
	return image;
}

/* ---- input ---- */

struct input {
	const uint8_t *data;
	size_t size;
};

static unsigned next(struct input *in)
{
	if (in->size == 0) {
		return 0;
	}
	in->size--;
	return *in->data++;
}

static const uint8_t *next_octets(struct input *in, size_t *size)
{
	const uint8_t *octets = in->data;

	*size = *size < in->size ? *size : in->size;
	in->data += *size;
	in->size -= *size;
	return octets;
}

/* ---- events ---- */

enum kind { FRAME, GENERAL_FRAME, LOCAL_FRAME, DEADLINE, TOKEN, CLOCK, LINK, OPENED, OTHER, KINDS };

static void fill_in(struct gn_event *event, unsigned kind, struct input *in, const struct image *image)
{
	struct gn_stamp stamp = { .time = { { 1700000100, 5 }, 7 }, .epoch = image->epoch };

	event->port = (uint16_t)(1 + kind / KINDS % 2);
	switch (kind % KINDS) {
	case FRAME:
	case GENERAL_FRAME:
	case LOCAL_FRAME:
		event->type = GN_EVENT_FRAME_RECEIVED;
		event->u.received.length = next(in);
		event->u.received.octets = next_octets(in, &event->u.received.length);
		event->u.received.stamp = stamp;
		event->u.received.is_general = kind % KINDS == GENERAL_FRAME;
		event->u.received.is_local = event->u.received.may_change = kind % KINDS == LOCAL_FRAME;
		break;
	case TOKEN:
		event->type = GN_EVENT_FRAME_SENT;
		event->u.sent.token = next(in);
		event->u.sent.stamp = stamp;
		break;
	case CLOCK:
		event->type = GN_EVENT_CLOCK_ANSWERED;
		event->u.clock.operation = (uint8_t)(next(in) % (GN_ACTION_REPORT + 1));
		event->u.clock.is_done = event->u.clock.has_previous = next(in) & 1;
		event->u.clock.epoch = image->epoch;
		event->u.clock.rate_limit = gn_rate_from_ppb(1e6);
		event->u.clock.time = stamp.time;
		event->u.clock.has_memory = next(in) & 1;
		event->u.clock.memory.frequency = gn_rate_from_ppb(1e9 * ((int)next(in) - 128));
		event->u.clock.memory.deviation = gn_rate_from_ppb((int)next(in) - 1);
		break;
	case LINK:
		event->type = GN_EVENT_LINK;
		event->u.link.link_is_up = next(in) & 1;
		break;
	case OPENED:
		event->type = GN_EVENT_PORT_OPENED;
		event->u.opened.is_open = event->u.opened.attachment.link_is_up = true;
		break;
	case OTHER:
		event->type = (uint8_t)(const int[]){ GN_EVENT_PORT_ERROR, GN_EVENT_CLOCK_TOUCHED,
						      GN_EVENT_TEMPERATURE }[next(in) % 3];
		if (event->type == GN_EVENT_TEMPERATURE) {
			event->u.temperature.millidegrees = (int32_t)(next(in) << 24);
		}
		break;
	default:
		event->type = GN_EVENT_DEADLINE;
		break;
	}
}

static void go_on(struct gn_instance *instance, struct input *in, const struct image *image)
{
	int64_t now_ns = image->now_ns;
	struct gn_action action;

	while (in->size > 0) {
		unsigned kind = next(in);
		struct gn_event event = { .raw_ns = now_ns };

		fill_in(&event, kind, in, image);
		now_ns += (int64_t)(kind >> 4) * 100000000;
		event.now.ns = now_ns;
		gn_instance_event(instance, &event);
		while (gn_instance_poll(instance, &action)) {
			if (action.type > GN_ACTION_REPORT) {
				fprintf(stderr, "broken law: actions are of the types there are\n");
				abort();
			}
		}
		(void)gn_instance_deadline(instance);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	const struct image *image = image_of(next(&in));
	uint8_t *octets = malloc(image->size);
	struct gn_instance *instance;
	size_t needed;
	void *memory;

	if (!octets) {
		abort();
	}
	memcpy(octets, image->octets, image->size);
	for (unsigned count = next(&in); count > 0 && in.size > 0; count--) {
		size_t at = next(&in);

		at |= (size_t)next(&in) << 8;
		octets[at % image->size] = (uint8_t)next(&in);
	}
	needed = gn_instance_restored_size(octets, image->size);
	memory = needed ? malloc(needed) : NULL;
	if (memory && gn_instance_restore(memory, needed, octets, image->size, &instance) == GN_OK) {
		go_on(instance, &in, image);
	}
	free(memory);
	free(octets);
	return 0;
}
