/* src/sim/world.c -- registries, looked up by name; and the leap second, which is everybody's. */
#include "sim/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UTC_OFFSET 37 /* s, since 2017 */
#define SECONDS_PER_DAY 86400

void world_init(struct world *world, uint64_t seed, uint64_t start_seconds)
{
	*world = (struct world){ .seed = seed, .start_seconds = start_seconds, .utc_offset = UTC_OFFSET };
	queue_init(&world->queue);
	frame_pool_init(&world->frames);
}

/* ---- the end: whoever points to another part goes first ---- */

static void free_attackers(struct world *world)
{
	for (size_t i = 0; i < world->attacker_count; i++) {
		attacker_free(world->attackers[i]);
	}
	free(world->attackers);
	free(world->attacker_names);
}

static void free_nodes(struct world *world)
{
	for (size_t i = 0; i < world->node_count; i++) {
		node_free(&world->nodes[i]);
	}
	free(world->nodes);
}

static void free_boxes(struct world *world)
{
	for (size_t i = 0; i < world->box_count; i++) {
		box_free(world->boxes[i]);
		free(world->boxes[i]);
	}
	free(world->boxes);
}

static void free_curves(struct world *world)
{
	for (size_t i = 0; i < world->curve_count; i++) {
		curve_free(&world->curves[i]);
	}
	free(world->curves);
	free(world->curve_names);
}

/* Parts that own nothing. */
static void free_all(void *array, size_t count)
{
	void **parts = array;

	for (size_t i = 0; i < count; i++) {
		free(parts[i]);
	}
	free(array);
}

void world_free(struct world *world)
{
	free_attackers(world);
	free_nodes(world);
	free_boxes(world);
	free_all(world->links, world->link_count);
	free_all(world->faults, world->fault_count);
	free_all(world->traffics, world->traffic_count);
	free_all(world->receivers, world->receiver_count);
	free_curves(world);
	parcel_pool_free(&world->parcels);
	frame_pool_free(&world->frames);
	queue_free(&world->queue);
}

/* ---- by name ---- */

struct node *world_node(const struct world *world, const char *name)
{
	for (size_t i = 0; i < world->node_count; i++) {
		if (strcmp(world->nodes[i].name, name) == 0) {
			return &world->nodes[i];
		}
	}
	return NULL;
}

struct link *world_link(const struct world *world, const char *name)
{
	for (size_t i = 0; i < world->link_count; i++) {
		if (strcmp(world->links[i]->name, name) == 0) {
			return world->links[i];
		}
	}
	return NULL;
}

struct box *world_box(const struct world *world, const char *name)
{
	for (size_t i = 0; i < world->box_count; i++) {
		if (strcmp(world->boxes[i]->name, name) == 0) {
			return world->boxes[i];
		}
	}
	return NULL;
}

struct curve *world_curve(const struct world *world, const char *name)
{
	for (size_t i = 0; i < world->curve_count; i++) {
		if (strcmp(world->curve_names[i], name) == 0) {
			return &world->curves[i];
		}
	}
	return NULL;
}

struct gnss *world_receiver(const struct world *world, const char *name)
{
	for (size_t i = 0; i < world->receiver_count; i++) {
		if (strcmp(world->receivers[i]->name, name) == 0) {
			return world->receivers[i];
		}
	}
	return NULL;
}

/* ---- watchers ---- */

/* The last to come is the last to be told. */
void world_watch(struct world *world, struct watch *watch)
{
	struct watch **end = &world->watches;

	while (*end) {
		end = &(*end)->next;
	}
	watch->next = NULL;
	*end = watch;
}

void world_happened(struct world *world, const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	for (struct watch *w = world->watches; w; w = w->next) {
		if (w->happened) {
			w->happened(w, text);
		}
	}
}

/* ---- time ---- */

void world_run(struct world *world, int64_t until_ps)
{
	queue_run(&world->queue, until_ps, &world->is_ended);
	if (world->queue.is_out_of_memory) {
		world->is_ended = true;
	}
}

void world_out_of_memory(struct world *world)
{
	world->queue.is_out_of_memory = true;
	world->is_ended = true;
}

/* An inserted second is counted as the last of the day once more, a deleted one is the day's last. */
int64_t world_leap_ps(const struct world *world)
{
	int64_t utc = (int64_t)world->start_seconds - world->utc_offset;
	int64_t left = SECONDS_PER_DAY - utc % SECONDS_PER_DAY;

	return world->leap == 0 ? SIM_NEVER : (left - (world->leap < 0)) * PS_PER_SECOND;
}

int32_t world_utc_offset(const struct world *world, int64_t at_ps)
{
	return at_ps < world_leap_ps(world) ? world->utc_offset : world->utc_offset + world->leap;
}
