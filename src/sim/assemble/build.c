/* src/sim/assemble/build.c -- in the order in which one part needs the other: curves and receivers, names of nodes and boxes, who is
 * joined with whom, configurations (they say how many ports there are), settings, nodes, cables, what is attached to
 * them, and at last what is to happen. */
#include "sim/assemble/build.h"

#include "config/config.h"
#include "sim/assemble/happen.h"
#include "sim/assemble/topology.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE 1024
#define WHY_SIZE 700

/* One configuration for all nodes of a statement that have as many ports. */
struct shared_config {
	const struct scenario_declaration *declaration;
	uint16_t ports;
	struct config config;
	struct shared_config *next;
};

struct build {
	struct shared_config *configs;
	struct happening *happenings;
};

struct maker {
	const struct scenario *scenario;
	struct world *world;
	struct build *build;
	struct topology topology;
	uint16_t *node_ports, *box_ports;
	const struct scenario_declaration **node_declarations, **box_declarations;
	void (*say)(void *context, const char *line);
	void *say_context;
	struct scenario_where where; /* of what is being made: errors of others name it */
	const char *who;
	bool is_fine;
};

__attribute__((format(printf, 3, 4))) static void refuse(struct maker *m, struct scenario_where where,
							 const char *format, ...)
{
	char text[WHY_SIZE], line[LINE_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	snprintf(line, sizeof(line), "%s:%d: %s", where.file, where.line, text);
	m->say(m->say_context, line);
	m->is_fine = false;
}

/* One of the world's lists of parts, with room for one more. */
static void *grow(struct maker *m, void *array, size_t *room, size_t count)
{
	size_t more = *room ? *room * 2 : 16;
	void *grown;

	if (count < *room) {
		return array;
	}
	grown = reallocarray(array, more, sizeof(void *));
	if (!grown) {
		m->say(m->say_context, "out of memory");
		m->is_fine = false;
		return NULL;
	}
	*room = more;
	return grown;
}

static void out_of_memory(struct maker *m)
{
	m->say(m->say_context, "out of memory");
	m->is_fine = false;
}

/* Defaults, a preset in front, then the rest: into memory of the kind's size. */
static void fill(const struct scenario_declaration *d, void *settings)
{
	memcpy(settings, d->kind->defaults, d->kind->size);
	happen_apply(d->kind, d->settings, d->setting_count, settings);
}

/* ---- curves, receivers ------------------------------------------------------------------------------------- */

static size_t count_of(const struct maker *m, enum scenario_statement statement)
{
	size_t count = 0;

	for (size_t i = 0; i < m->scenario->declaration_count; i++) {
		count += m->scenario->declarations[i].statement == statement;
	}
	return count;
}

static void make_curves(struct maker *m)
{
	struct world *w = m->world;
	size_t count = count_of(m, SCENARIO_CURVE);
	char why[WHY_SIZE];

	w->curves = calloc(count + 1, sizeof(w->curves[0]));
	w->curve_names = calloc(count + 1, sizeof(w->curve_names[0]));
	if (!w->curves || !w->curve_names) {
		out_of_memory(m);
		return;
	}
	for (size_t i = 0; i < m->scenario->declaration_count; i++) {
		const struct scenario_declaration *d = &m->scenario->declarations[i];

		if (d->statement != SCENARIO_CURVE) {
			continue;
		}
		snprintf(w->curve_names[w->curve_count], sizeof(w->curve_names[0]), "%s", d->name);
		if (!scenario_curve(d, &w->curves[w->curve_count], why, sizeof(why))) {
			refuse(m, d->where, "curve %s: %s", d->name, why);
		}
		w->curve_count++;
	}
}

static void make_receiver(struct maker *m, const struct scenario_declaration *d)
{
	struct world *w = m->world;
	struct gnss_settings settings;
	struct gnss *receiver = calloc(1, sizeof(*receiver));
	struct gnss **grown = grow(m, w->receivers, &w->receiver_room, w->receiver_count);

	if (!receiver || !grown) {
		free(receiver);
		m->is_fine = false;
		return;
	}
	w->receivers = grown;
	w->receivers[w->receiver_count++] = receiver;
	fill(d, &settings);
	gnss_init(receiver, &w->queue, w->start_seconds, w->utc_offset, w->seed, d->name, &settings);
}

/* ---- names of nodes and boxes ------------------------------------------------------------------------------------ */

static size_t count_nodes(const struct scenario *s)
{
	size_t count = 0;

	for (size_t i = 0; i < s->declaration_count; i++) {
		const struct scenario_declaration *d = &s->declarations[i];

		if (d->statement == SCENARIO_NODE) {
			count += d->count > 0 ? (size_t)d->count : 1;
		}
	}
	return count;
}

static void name_nodes(struct maker *m, const struct scenario_declaration *d)
{
	struct world *w = m->world;

	for (int64_t i = 0; i < (d->count > 0 ? d->count : 1); i++) {
		struct node *node = &w->nodes[w->node_count];

		if (d->count > 0) {
			snprintf(node->name, sizeof(node->name), "%.40s%" PRId64, d->name, i + 1);
		} else {
			snprintf(node->name, sizeof(node->name), "%s", d->name);
		}
		node->index = (uint32_t)w->node_count;
		m->node_declarations[w->node_count++] = d;
	}
}

static void name_box(struct maker *m, const struct scenario_declaration *d)
{
	struct world *w = m->world;
	struct box *box = calloc(1, sizeof(*box));
	struct box **grown = grow(m, w->boxes, &w->box_room, w->box_count);

	if (!box || !grown) {
		free(box);
		m->is_fine = false;
		return;
	}
	snprintf(box->name, sizeof(box->name), "%s", d->name);
	w->boxes = grown;
	m->box_declarations[w->box_count] = d;
	w->boxes[w->box_count++] = box;
}

static void name_all(struct maker *m)
{
	const struct scenario *s = m->scenario;
	size_t nodes = count_nodes(s), boxes = count_of(m, SCENARIO_SWITCH) + count_of(m, SCENARIO_HUB);

	m->world->nodes = calloc(nodes + 1, sizeof(struct node));
	m->node_declarations = calloc(nodes + 1, sizeof(void *));
	m->box_declarations = calloc(boxes + 1, sizeof(void *));
	m->node_ports = calloc(nodes + 1, sizeof(*m->node_ports));
	m->box_ports = calloc(boxes + 1, sizeof(*m->box_ports));
	if (!m->world->nodes || !m->node_declarations || !m->box_declarations || !m->node_ports ||
	    !m->box_ports) {
		out_of_memory(m);
		return;
	}
	for (size_t i = 0; i < s->declaration_count && m->is_fine; i++) {
		const struct scenario_declaration *d = &s->declarations[i];

		if (d->statement == SCENARIO_NODE) {
			name_nodes(m, d);
		} else if (d->statement == SCENARIO_SWITCH || d->statement == SCENARIO_HUB) {
			name_box(m, d);
		} else if (d->statement == SCENARIO_GNSS) {
			make_receiver(m, d);
		}
	}
	if (nodes == 0) {
		refuse(m, (struct scenario_where){ s->file, 1 },
		       "there is no node in it: nothing to simulate");
	}
}

static void check_cables(struct maker *m, const char *name, const struct scenario_declaration *d,
			 uint16_t ports, int most)
{
	if (ports > most) {
		refuse(m, d->where, "%s: there can be %d ports, but its cables need more", name, most);
	}
}

static void list_edges(struct maker *m)
{
	char why[WHY_SIZE];

	for (size_t i = 0; i < m->scenario->declaration_count; i++) {
		const struct scenario_declaration *d = &m->scenario->declarations[i];

		if ((d->statement == SCENARIO_LINK || d->statement == SCENARIO_CONNECT) &&
		    !topology_add(&m->topology, m->world, d, why, sizeof(why))) {
			refuse(m, d->where, "%s", why);
		}
	}
	topology_ports(&m->topology, m->world, m->node_ports, m->box_ports);
	for (size_t i = 0; i < m->world->node_count && m->is_fine; i++) {
		check_cables(m, m->world->nodes[i].name, m->node_declarations[i], m->node_ports[i],
			     GN_PORTS_MAX);
	}
	for (size_t i = 0; i < m->world->box_count && m->is_fine; i++) {
		check_cables(m, m->world->boxes[i]->name, m->box_declarations[i], m->box_ports[i],
			     TOPOLOGY_BOX_PORTS_MAX);
	}
}

/* ---- configurations --------------------------------------------------------------------------------------------- */

/* What the reader of configurations has to say becomes the scenario's own error, at its level of warnings and above. */
static void say_of_config(void *context, int level, const char *text)
{
	struct maker *m = context;
	char line[LINE_SIZE];

	if (level > 4) {
		return;
	}
	snprintf(line, sizeof(line), "%s:%d: node %s: %s", m->where.file, m->where.line, m->who, text);
	m->say(m->say_context, line);
}

static bool add_ports(struct config *config, uint16_t needed)
{
	char name[16];

	for (unsigned i = 0; config->gn.port_count < needed; i++) {
		snprintf(name, sizeof(name), "eth%u", i);
		if (!config_add_port(config, name)) {
			return false;
		}
	}
	return true;
}

static bool set_options(struct maker *m, struct config *config, const struct scenario_declaration *d)
{
	for (size_t i = 0; i < d->option_count; i++) {
		m->where = d->options[i].where;
		if (!config_set(config, d->options[i].name, d->options[i].value)) {
			return false;
		}
	}
	m->where = d->where;
	return true;
}

/* As `gnomon run` has it: software stamps steer a virtual clock unless told otherwise. */
static void choose_clock(struct config *config)
{
	if (config->is_set[config_option_index(config_option_find("clock"))]) {
		return;
	}
	config->gn.software_clock_kind = GN_CLOCK_VIRTUAL;
	if (config->gn.time_stamping == GN_STAMPING_SOFTWARE) {
		config->gn.clock_kind = GN_CLOCK_VIRTUAL;
	}
}

static bool read_config(struct maker *m, struct config *config, const struct scenario_declaration *d,
			uint16_t joined)
{
	uint16_t needed = joined;

	if (!set_options(m, config, d) ||
	    (d->config_text && !config_parse_text(config, d->config_text, d->config_size))) {
		return false;
	}
	if (config->gn.port_count > 0 && joined > config->gn.port_count) {
		refuse(m, d->where, "node %s: its cables need %u ports, but its configuration has %u", m->who,
		       joined, config->gn.port_count);
		return false;
	}
	if (config->gn.port_count > 0 && d->ports == 0) {
		needed = config->gn.port_count;
	}
	needed = d->ports > needed ? (uint16_t)d->ports : needed;
	if (!add_ports(config, needed > 0 ? needed : 1)) {
		return false;
	}
	choose_clock(config);
	return config_complete(config) == CONFIG_FINE;
}

static struct gn_config *config_of(struct maker *m, const struct scenario_declaration *d, const char *who,
				   uint16_t joined)
{
	struct shared_config *c = m->build->configs;

	for (; c; c = c->next) {
		if (c->declaration == d && c->ports == joined) {
			return &c->config.gn;
		}
	}
	c = calloc(1, sizeof(*c));
	if (!c) {
		out_of_memory(m);
		return NULL;
	}
	m->where = d->where;
	m->who = who;
	c->declaration = d;
	c->ports = joined;
	c->next = m->build->configs;
	m->build->configs = c;
	config_init(&c->config, say_of_config, m);
	config_prefer(&c->config, "clock_servo", "adaptive"); /* as `gnomon run` has it */
	c->config.explains = true;
	c->config.takes_several_ports = true;
	if (!read_config(m, &c->config, d, joined)) {
		m->is_fine = false;
		return NULL;
	}
	return &c->config.gn;
}

/* ---- nodes and boxes ---------------------------------------------------------------------------------------------- */

static void give_defaults(struct node *node)
{
	node->settings = *(const struct node_settings *)node_kind.defaults;
	node->shim = *(const struct shim_settings *)shim_kind.defaults;
	node->host.settings = *(const struct host_settings *)host_kind.defaults;
	node->mac.settings = *(const struct phc_settings *)phc_kind.defaults;
	node->phy.settings = node->mac.settings;
	node->system.settings = *(const struct phc_settings *)system_kind.defaults;
	node->host_oscillator.settings = *(const struct oscillator_settings *)oscillator_kind.defaults;
	node->mac_oscillator.settings = node->host_oscillator.settings;
	node->phy_oscillator.settings = node->host_oscillator.settings;
	for (uint16_t i = 0; i < node->config->port_count; i++) {
		node->nics[i].settings = *(const struct nic_settings *)nic_kind.defaults;
		node->nics[i].mac = *(const struct unit_settings *)mac_kind.defaults;
		node->nics[i].phy = *(const struct unit_settings *)phy_kind.defaults;
	}
}

static void prepare_node(struct maker *m, struct node *node)
{
	const struct scenario_declaration *d = m->node_declarations[node->index];

	node->config = config_of(m, d, node->name, m->node_ports[node->index]);
	if (!node->config) {
		return;
	}
	node->nics = calloc(node->config->port_count, sizeof(*node->nics));
	if (!node->nics) {
		out_of_memory(m);
		return;
	}
	give_defaults(node);
	happen_apply(&node_kind, d->settings, d->setting_count, &node->settings);
	if (node->settings.reference[0] && !world_receiver(m->world, node->settings.reference)) {
		refuse(m, d->where, "node %s: reference %s: there is no gnss of that name", node->name,
		       node->settings.reference);
	}
}

/* Statements about parts of nodes, in the order of the file. */
static void describe_parts(struct maker *m)
{
	for (size_t i = 0; i < m->scenario->declaration_count; i++) {
		const struct scenario_declaration *d = &m->scenario->declarations[i];

		if (d->statement == SCENARIO_PART &&
		    happen_set(m->world, d->kind, d->name, d->settings, d->setting_count, HAPPEN_FILL) == 0) {
			refuse(m, d->where,
			       "%s %s: there is no such port; as many there are as have cables, or as "
			       "the node's `ports` or configuration say",
			       d->kind->name, d->name);
		}
	}
}

static void check_curve(struct maker *m, const struct node *node, const struct oscillator *oscillator)
{
	const char *name = oscillator->settings.temperature;

	if (name[0] && !world_curve(m->world, name)) {
		refuse(m, m->node_declarations[node->index]->where,
		       "oscillator %s: temperature %s: there is no curve of that name", node->name, name);
	}
}

static void make_nodes(struct maker *m)
{
	struct world *w = m->world;

	for (size_t i = 0; i < w->node_count && m->is_fine; i++) {
		prepare_node(m, &w->nodes[i]);
	}
	if (!m->is_fine) {
		return;
	}
	describe_parts(m);
	for (size_t i = 0; i < w->node_count && m->is_fine; i++) {
		struct node *node = &w->nodes[i];

		check_curve(m, node, &node->host_oscillator);
		check_curve(m, node, &node->mac_oscillator);
		check_curve(m, node, &node->phy_oscillator);
		if (!node_init(node, w, (uint32_t)i)) {
			out_of_memory(m);
		}
	}
}

static void make_boxes(struct maker *m)
{
	for (size_t i = 0; i < m->world->box_count && m->is_fine; i++) {
		const struct scenario_declaration *d = m->box_declarations[i];
		uint16_t ports = m->box_ports[i];
		struct box_settings settings;

		fill(d, &settings);
		if (d->ports > 0 && ports > d->ports) {
			refuse(m, d->where, "%s %s: `ports %lld`, but its cables need %u", d->kind->name,
			       d->name, (long long)d->ports, ports);
			return;
		}
		ports = d->ports > 0 ? (uint16_t)d->ports : ports;
		if (!box_init(m->world->boxes[i], d->statement == SCENARIO_HUB, &m->world->queue,
			      m->world->seed, d->name, &settings, ports > 0 ? ports : 1)) {
			out_of_memory(m);
		}
	}
}

/* ---- cables and what is attached to them ---------------------------------------------------------------------------- */

/* Where the search for a free port goes on: a star's middle has thousands. */
static struct plug *plug_of(struct topology_end *end, uint16_t *next_of_box)
{
	uint16_t count = end->node ? end->node->config->port_count : end->box->port_count;

	if (end->port > count) {
		return NULL;
	}
	if (end->port > 0) {
		return end->node ? &end->node->nics[end->port - 1].plug : box_plug(end->box, end->port);
	}
	for (uint16_t p = end->box ? *next_of_box : 1; p <= count; p++) {
		struct plug *plug = end->node ? &end->node->nics[p - 1].plug : box_plug(end->box, p);

		if (!plug->link) {
			if (end->box) {
				*next_of_box = p;
			}
			return plug;
		}
	}
	return NULL;
}

static uint16_t *next_port_of(struct maker *m, const struct topology_end *end, uint16_t *next)
{
	size_t i = 0;

	while (end->box && m->world->boxes[i] != end->box) {
		i++;
	}
	return &next[i];
}

static void refuse_port(struct maker *m, const struct scenario_declaration *d, const char *name,
			uint16_t port, bool is_there)
{
	if (port == 0) {
		refuse(m, d->where, "%s: all its ports have a cable", name);
	} else {
		refuse(m, d->where, "%s: port %u %s", name, port,
		       is_there ? "has a cable already" : "does not exist");
	}
}

static void make_link(struct maker *m, struct topology_edge *edge, uint16_t *next)
{
	const struct scenario_declaration *d = edge->declaration;
	struct world *w = m->world;
	struct link_settings settings;
	struct plug *plug[2];
	struct link **grown, *link;

	for (int side = 0; side < 2; side++) {
		struct topology_end *end = &edge->end[side];
		const char *name = end->node ? end->node->name : end->box->name;

		plug[side] = plug_of(end, next_port_of(m, end, next));
		if (!plug[side] || plug[side]->link) {
			refuse_port(m, d, name, end->port, plug[side]);
			return;
		}
	}
	link = calloc(1, sizeof(*link));
	grown = grow(m, w->links, &w->link_room, w->link_count);
	if (!link || !grown) {
		free(link);
		m->is_fine = false;
		return;
	}
	w->links = grown;
	w->links[w->link_count++] = link;
	fill(d, &settings);
	link_init(link, &w->queue, w->seed, &settings, edge->name, plug[0], plug[1]);
}

static void make_links(struct maker *m)
{
	uint16_t *next = calloc(m->world->box_count + 1, sizeof(*next));

	if (!next) {
		out_of_memory(m);
		return;
	}
	for (size_t i = 0; i < m->world->box_count; i++) {
		next[i] = 1;
	}
	for (size_t i = 0; i < m->topology.count && m->is_fine; i++) {
		make_link(m, &m->topology.edges[i], next);
	}
	free(next);
}

static void make_traffic(struct maker *m, const struct scenario_declaration *d)
{
	const char *place = d->word_count ? d->words[0] : "";
	const char *dot = strrchr(place, '.');
	char name[64];
	struct world *w = m->world;
	struct traffic_settings settings;
	struct traffic **grown, *traffic;
	struct box *box;
	unsigned long port = dot ? strtoul(dot + 1, NULL, 10) : 0;
	struct plug *plug;

	snprintf(name, sizeof(name), "%.*s", dot ? (int)(dot - place) : 0, place);
	box = world_box(w, name);
	if (!box || port == 0 || port > box->port_count) {
		refuse(m, d->where, "traffic %s at %s: a port of a switch was expected, such as sw.2",
		       d->name, place);
		return;
	}
	traffic = calloc(1, sizeof(*traffic));
	grown = grow(m, w->traffics, &w->traffic_room, w->traffic_count);
	if (!traffic || !grown) {
		free(traffic);
		m->is_fine = false;
		return;
	}
	w->traffics = grown;
	w->traffics[w->traffic_count++] = traffic;
	plug = box_plug(box, (uint16_t)port);
	fill(d, &settings);
	traffic_init(traffic, &settings, plug->link ? plug->link->settings.speed : INT64_C(1000000000),
		     w->seed, d->name);
	box_add_traffic(box, (uint16_t)port, traffic);
}

static void make_fault(struct maker *m, const struct scenario_declaration *d, struct link *link)
{
	struct world *w = m->world;
	struct fault *fault = calloc(1, sizeof(*fault));
	struct fault **grown = grow(m, w->faults, &w->fault_room, w->fault_count);

	if (!fault || !grown) {
		free(fault);
		m->is_fine = false;
		return;
	}
	w->faults = grown;
	w->faults[w->fault_count++] = fault;
	snprintf(fault->name, sizeof(fault->name), "%s", d->name);
	fill(d, &fault->settings);
	link_add_fault(link, fault, w->seed);
}

static void make_attacker(struct maker *m, const struct scenario_declaration *d, struct link *link)
{
	struct world *w = m->world;
	struct attacker_settings settings;
	struct attacker **grown = reallocarray(w->attackers, w->attacker_count + 1, sizeof(void *));
	char(*names)[64];

	w->attackers = grown ? grown : w->attackers;
	names = grown ? reallocarray(w->attacker_names, w->attacker_count + 1, sizeof(*names)) : NULL;
	if (!names) {
		out_of_memory(m);
		return;
	}
	w->attacker_names = names;
	fill(d, &settings);
	grown[w->attacker_count] = attacker_new(link, &w->frames, w->seed, d->name, &settings);
	if (!grown[w->attacker_count]) {
		out_of_memory(m);
		return;
	}
	snprintf(names[w->attacker_count++], sizeof(names[0]), "%s", d->name);
}

/* A fault or an attacker of that name on every link that fits. */
static void attach(struct maker *m, const struct scenario_declaration *d)
{
	const char *pattern = d->word_count ? d->words[0] : "";
	size_t found = 0;

	for (size_t i = 0; i < m->world->link_count; i++) {
		if (!scenario_matches(pattern, m->world->links[i]->name)) {
			continue;
		}
		found++;
		if (d->statement == SCENARIO_FAULT) {
			make_fault(m, d, m->world->links[i]);
		} else {
			make_attacker(m, d, m->world->links[i]);
		}
	}
	if (found == 0) {
		refuse(m, d->where, "%s: there is no link of that name", pattern);
	}
}

static void make_attachments(struct maker *m)
{
	for (size_t i = 0; i < m->scenario->declaration_count && m->is_fine; i++) {
		const struct scenario_declaration *d = &m->scenario->declarations[i];

		if (d->statement == SCENARIO_TRAFFIC) {
			make_traffic(m, d);
		} else if (d->statement == SCENARIO_FAULT || d->statement == SCENARIO_ATTACKER) {
			attach(m, d);
		}
	}
}

/* ---- expectations name nodes -------------------------------------------------------------------------------------------- */

/* Whether one fits, and has that port (0: any). */
static bool is_node(const struct world *world, const char *pattern, uint16_t port)
{
	bool is_any = strcmp(pattern, "all") == 0;

	for (size_t i = 0; i < world->node_count; i++) {
		if ((is_any || scenario_matches(pattern, world->nodes[i].name)) &&
		    port <= world->nodes[i].config->port_count) {
			return true;
		}
	}
	return false;
}

static void check_expectations(struct maker *m)
{
	for (size_t i = 0; i < m->scenario->expectation_count; i++) {
		const struct expectation *e = &m->scenario->expectations[i];
		const char *names[] = { e->who, e->against,
					e->subject == EXPECT_GRANDMASTER ? e->other : "" };
		const struct scenario_where where = { e->file, e->line };

		for (size_t n = 0; n < 3; n++) {
			if (names[n][0] && !is_node(m->world, names[n], 0)) {
				refuse(m, where, "expect: there is no node %s", names[n]);
			}
		}
		if (e->port > 0 && is_node(m->world, e->who, 0) && !is_node(m->world, e->who, e->port)) {
			refuse(m, where, "expect: %s has no port %u", e->who, e->port);
		}
	}
}

/* ---- the whole ---------------------------------------------------------------------------------------------------------- */

static void (*const stages[])(struct maker *m) = { make_curves,      name_all,          list_edges,
						   make_nodes,       make_boxes,        make_links,
						   make_attachments, check_expectations };

bool build_world(const struct scenario *scenario, struct world *world, struct build **build,
		 void (*say)(void *context, const char *line), void *context)
{
	struct maker m = {
		.scenario = scenario, .world = world, .say = say, .say_context = context, .is_fine = true
	};

	m.build = calloc(1, sizeof(*m.build));
	*build = m.build;
	if (!m.build) {
		out_of_memory(&m);
		return false;
	}
	world->leap = scenario->leap;
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]) && m.is_fine; i++) {
		stages[i](&m);
	}
	if (m.is_fine && !happenings_plan(scenario, world, &m.build->happenings, say, context)) {
		m.is_fine = false;
	}
	topology_free(&m.topology);
	free(m.node_ports);
	free(m.box_ports);
	free(m.node_declarations);
	free(m.box_declarations);
	return m.is_fine;
}

void build_free(struct build *build)
{
	if (!build) {
		return;
	}
	happenings_free(build->happenings);
	while (build->configs) {
		struct shared_config *next = build->configs->next;

		config_free(&build->configs->config);
		free(build->configs);
		build->configs = next;
	}
	free(build);
}
