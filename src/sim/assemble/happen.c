/* src/sim/assemble/happen.c -- the hand that pulls cables: every verb of a scenario is a row of a table. */
#include "sim/assemble/happen.h"

#include "core/wire/management.h"
#include "sim/assemble/manage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct happening {
	struct world *world;
	const struct scenario_happening *plan;
	int64_t next_ps;
	struct happening *next; /* all of one scenario: the first is what the caller keeps */
};

/* ---- settings ---- */

void happen_apply(const struct part_kind *kind, const struct scenario_setting *settings, size_t count,
		  void *target)
{
	char why[8]; /* checked when it was read */

	for (size_t i = 0; i < count; i++) {
		const struct key *key = settings[i].key;

		(void)key_set(key, target, settings[i].text, why, sizeof(why));
		if (kind->apply_preset && strcmp(key->name, "preset") == 0) {
			kind->apply_preset(target,
					   *(const int *)(const void *)((const char *)target + key->offset));
		}
	}
}

/* "gm.2" fits the pattern "gm.2" (port 2), "gm" and "g*" (all ports). */
static bool fits_port(const char *pattern, const char *name, uint16_t port)
{
	char with_port[72];

	snprintf(with_port, sizeof(with_port), "%s.%u", name, port);
	return scenario_matches(pattern, name) || scenario_matches(pattern, with_port);
}

static size_t set_ports(struct node *node, const struct part_kind *kind, const char *pattern,
			const struct scenario_setting *settings, size_t count, enum happen_how how)
{
	size_t found = 0;

	for (uint16_t p = 1; p <= node->config->port_count; p++) {
		struct nic *nic = &node->nics[p - 1];

		if (!fits_port(pattern, node->name, p)) {
			continue;
		}
		found++;
		if (how != HAPPEN_COUNT) {
			happen_apply(kind, settings, count,
				     kind == &nic_kind   ? (void *)&nic->settings
				     : kind == &mac_kind ? (void *)&nic->mac
							 : (void *)&nic->phy);
		}
		if (how == HAPPEN_CHANGE) {
			node_part_changed(node, kind, p);
		}
	}
	return found;
}

/* An oscillator by its own name ("gm/mac"), or all three of a node. */
static size_t set_oscillators(struct node *node, const char *pattern, const struct scenario_setting *settings,
			      size_t count, enum happen_how how)
{
	struct {
		const char *suffix;
		struct oscillator *oscillator;
	} const all[] = { { "host", &node->host_oscillator },
			  { "mac", &node->mac_oscillator },
			  { "phy", &node->phy_oscillator } };
	size_t found = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		char name[72];

		snprintf(name, sizeof(name), "%s/%s", node->name, all[i].suffix);
		if (scenario_matches(pattern, node->name) || scenario_matches(pattern, name)) {
			found++;
			if (how != HAPPEN_COUNT) {
				happen_apply(&oscillator_kind, settings, count, &all[i].oscillator->settings);
			}
		}
	}
	if (found && how == HAPPEN_CHANGE) {
		node_part_changed(node, &oscillator_kind, 0);
	}
	return found;
}

static size_t set_of_node(struct node *node, const struct part_kind *kind, const char *pattern,
			  const struct scenario_setting *settings, size_t count, enum happen_how how)
{
	if (kind == &nic_kind || kind == &mac_kind || kind == &phy_kind) {
		return set_ports(node, kind, pattern, settings, count, how);
	}
	if (kind == &oscillator_kind) {
		return set_oscillators(node, pattern, settings, count, how);
	}
	if (!scenario_matches(pattern, node->name)) {
		return 0;
	}
	if (how == HAPPEN_COUNT) {
		return 1;
	}
	if (kind == &phc_kind) {
		happen_apply(kind, settings, count, &node->mac.settings);
		happen_apply(kind, settings, count, &node->phy.settings);
	} else {
		happen_apply(kind, settings, count,
			     kind == &system_kind ? (void *)&node->system.settings
			     : kind == &host_kind ? (void *)&node->host.settings
			     : kind == &shim_kind ? (void *)&node->shim
						  : (void *)&node->settings);
	}
	if (how == HAPPEN_CHANGE) {
		node_part_changed(node, kind, 0);
	}
	return 1;
}

/* Kinds that are no part of a node: the world's list of them, walked by place. */
struct listed {
	const char *name;
	void *settings;
	void *part;
};

static bool link_at(struct world *w, size_t i, struct listed *out)
{
	if (i >= w->link_count) {
		return false;
	}
	*out = (struct listed){ w->links[i]->name, &w->links[i]->settings, w->links[i] };
	return true;
}

static bool fault_at(struct world *w, size_t i, struct listed *out)
{
	if (i >= w->fault_count) {
		return false;
	}
	*out = (struct listed){ w->faults[i]->name, &w->faults[i]->settings, w->faults[i] };
	return true;
}

static bool traffic_at(struct world *w, size_t i, struct listed *out)
{
	if (i >= w->traffic_count) {
		return false;
	}
	*out = (struct listed){ w->traffics[i]->name, &w->traffics[i]->settings, w->traffics[i] };
	return true;
}

static bool box_at(struct world *w, size_t i, struct listed *out)
{
	if (i >= w->box_count) {
		return false;
	}
	*out = (struct listed){ w->boxes[i]->name, &w->boxes[i]->settings, w->boxes[i] };
	return true;
}

static bool attacker_at(struct world *w, size_t i, struct listed *out)
{
	if (i >= w->attacker_count) {
		return false;
	}
	*out = (struct listed){ w->attacker_names[i], attacker_settings(w->attackers[i]), w->attackers[i] };
	return true;
}

static bool receiver_at(struct world *w, size_t i, struct listed *out)
{
	if (i >= w->receiver_count) {
		return false;
	}
	*out = (struct listed){ w->receivers[i]->name, &w->receivers[i]->settings, w->receivers[i] };
	return true;
}

static void link_told(struct world *w, void *part)
{
	(void)w;
	link_changed(part);
}

static void traffic_told(struct world *w, void *part)
{
	traffic_changed(part, w->queue.now_ps);
}

static void box_told(struct world *w, void *part)
{
	(void)w;
	box_changed(part);
}

static void attacker_told(struct world *w, void *part)
{
	(void)w;
	attacker_changed(part);
}

static void receiver_told(struct world *w, void *part)
{
	(void)w;
	gnss_changed(part);
}

static const struct list {
	const struct part_kind *kind;
	bool (*at)(struct world *world, size_t i, struct listed *out);
	void (*told)(struct world *world, void *part); /* NULL: it looks at its settings each time */
} lists[] = {
	{ &link_kind, link_at, link_told },
	{ &fault_kind, fault_at, NULL },
	{ &traffic_kind, traffic_at, traffic_told },
	{ &switch_kind, box_at, box_told },
	{ &hub_kind, box_at, box_told },
	{ &attacker_kind, attacker_at, attacker_told },
	{ &gnss_kind, receiver_at, receiver_told },
};

static size_t set_listed(struct world *world, const struct list *list, const char *pattern,
			 const struct scenario_setting *settings, size_t count, enum happen_how how)
{
	struct listed listed;
	size_t found = 0;

	for (size_t i = 0; list->at(world, i, &listed); i++) {
		if (!scenario_matches(pattern, listed.name)) {
			continue;
		}
		found++;
		if (how != HAPPEN_COUNT) {
			happen_apply(list->kind, settings, count, listed.settings);
		}
		if (how == HAPPEN_CHANGE && list->told) {
			list->told(world, listed.part);
		}
	}
	return found;
}

size_t happen_set(struct world *world, const struct part_kind *kind, const char *pattern,
		  const struct scenario_setting *settings, size_t count, enum happen_how how)
{
	size_t found = 0;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (lists[i].kind == kind) {
			return set_listed(world, &lists[i], pattern, settings, count, how);
		}
	}
	for (size_t i = 0; i < world->node_count; i++) {
		found += set_of_node(&world->nodes[i], kind, pattern, settings, count, how);
	}
	return found;
}

/* ---- verbs ---- */

static void set_link_up(struct world *world, const char *pattern, bool is_up)
{
	for (size_t i = 0; i < world->link_count; i++) {
		if (scenario_matches(pattern, world->links[i]->name)) {
			world->links[i]->settings.is_up = is_up;
			link_changed(world->links[i]);
		}
	}
}

static void pull(struct world *world, struct node *node, const struct scenario_happening *plan)
{
	(void)node;
	set_link_up(world, plan->target, false);
}

static void plug(struct world *world, struct node *node, const struct scenario_happening *plan)
{
	(void)node;
	set_link_up(world, plan->target, true);
}

static void set(struct world *world, struct node *node, const struct scenario_happening *plan)
{
	(void)node;
	(void)happen_set(world, plan->kind, plan->target, plan->settings, plan->setting_count, HAPPEN_CHANGE);
}

static void kill_node(struct world *world, struct node *node, const struct scenario_happening *plan)
{
	(void)world;
	(void)plan;
	node_kill(node);
}

static void start_node(struct world *world, struct node *node, const struct scenario_happening *plan)
{
	(void)world;
	(void)plan;
	if (!node->instance) {
		node_start(node);
	}
}

static void stop_node(struct world *world, struct node *node, const struct scenario_happening *plan)
{
	(void)world;
	(void)plan;
	node_stop(node);
}

static void restart_node(struct world *world, struct node *node, const struct scenario_happening *plan)
{
	(void)world;
	(void)plan;
	node_stop(node);
	node_start(node);
}

static void freeze_node(struct world *world, struct node *node, const struct scenario_happening *plan)
{
	(void)world;
	node_freeze(node, plan->by_ps);
}

static void step_node(struct world *world, struct node *node, const struct scenario_happening *plan)
{
	(void)world;
	node_step_clock(node, plan->by_ps);
}

static void manage_node(struct world *world, struct node *node, const struct scenario_happening *plan)
{
	uint8_t octets[GN_FRAME_MAX];
	char why[8];
	size_t length = manage_encode(plan->words, plan->word_count, (uint8_t)node->config->domain_number,
				      (uint8_t)node->config->port.transport_specific, octets, sizeof(octets),
				      why, sizeof(why));

	(void)world;
	if (length) {
		node_manage(node, octets, length);
	}
}

static const struct verb {
	void (*act)(struct world *world, struct node *node, const struct scenario_happening *plan);
	bool is_of_nodes; /* called for each node whose name fits */
} verbs[] = {
	[VERB_SET] = { set, false },
	[VERB_PULL] = { pull, false },
	[VERB_PLUG] = { plug, false },
	[VERB_KILL] = { kill_node, true },
	[VERB_START] = { start_node, true },
	[VERB_STOP] = { stop_node, true },
	[VERB_RESTART] = { restart_node, true },
	[VERB_FREEZE] = { freeze_node, true },
	[VERB_STEP] = { step_node, true },
	[VERB_MANAGE] = { manage_node, true },
};

/* ---- when it is time ---- */

static void happen(void *object, void *argument)
{
	struct happening *h = object;
	const struct scenario_happening *plan = h->plan;
	const struct verb *verb = &verbs[plan->verb];
	struct world *world = h->world;

	(void)argument;
	world_happened(world, "%s", plan->text);
	if (!verb->is_of_nodes) {
		verb->act(world, NULL, plan);
	}
	for (size_t i = 0; verb->is_of_nodes && i < world->node_count; i++) {
		if (scenario_matches(plan->target, world->nodes[i].name)) {
			verb->act(world, &world->nodes[i], plan);
		}
	}
	h->next_ps += plan->every_ps;
	if (plan->every_ps > 0 && (plan->until_ps < 0 || h->next_ps <= plan->until_ps)) {
		queue_add(&world->queue, h->next_ps, happen, h, NULL);
	}
}

/* How many parts the target names. */
static size_t count_targets(struct world *world, const struct scenario_happening *plan)
{
	size_t found = 0;

	if (plan->verb == VERB_SET) {
		return happen_set(world, plan->kind, plan->target, NULL, 0, HAPPEN_COUNT);
	}
	if (!verbs[plan->verb].is_of_nodes) {
		return happen_set(world, &link_kind, plan->target, NULL, 0, HAPPEN_COUNT);
	}
	for (size_t i = 0; i < world->node_count; i++) {
		found += scenario_matches(plan->target, world->nodes[i].name) ? 1 : 0;
	}
	return found;
}

static bool check(struct world *world, const struct scenario_happening *plan, char *why, size_t why_size)
{
	uint8_t octets[GN_FRAME_MAX];

	if (count_targets(world, plan) == 0) {
		const char *kind = plan->verb == VERB_SET          ? plan->kind->name
				   : verbs[plan->verb].is_of_nodes ? "node"
								   : "link";

		snprintf(why, why_size, "%s: there is no %s of that name", plan->target, kind);
		return false;
	}
	return plan->verb != VERB_MANAGE ||
	       manage_encode(plan->words, plan->word_count, 0, 0, octets, sizeof(octets), why, why_size) > 0;
}

bool happenings_plan(const struct scenario *scenario, struct world *world, struct happening **out,
		     void (*say)(void *context, const char *line), void *context)
{
	struct happening *first = NULL;
	bool is_fine = true;
	char why[700], line[900];

	for (size_t i = 0; i < scenario->happening_count; i++) {
		const struct scenario_happening *plan = &scenario->happenings[i];
		struct happening *h;

		if (!check(world, plan, why, sizeof(why))) {
			snprintf(line, sizeof(line), "%s:%d: %s", plan->where.file, plan->where.line, why);
			say(context, line);
			is_fine = false;
			continue;
		}
		h = malloc(sizeof(*h));
		if (!h) {
			say(context, "out of memory");
			is_fine = false;
			break;
		}
		*h = (struct happening){ world, plan, plan->at_ps, first };
		first = h;
		queue_add(&world->queue, plan->at_ps, happen, h, NULL);
	}
	*out = first;
	return is_fine;
}

void happenings_free(struct happening *happenings)
{
	while (happenings) {
		struct happening *next = happenings->next;

		free(happenings);
		happenings = next;
	}
}
