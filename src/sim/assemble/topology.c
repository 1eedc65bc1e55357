/* src/sim/assemble/topology.c -- a shape is a rule that says which of the listed parts are joined. */
#include "sim/assemble/topology.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

/* "bc.2" is port 2 of bc: a port number only if what stands before is a part's name. */
static bool find_end(const struct world *world, const char *word, struct topology_end *out)
{
	const char *dot = strrchr(word, '.');
	char name[64];
	char *end;
	unsigned long port;

	*out = (struct topology_end){ world_node(world, word), NULL, 0 };
	out->box = out->node ? NULL : world_box(world, word);
	if (out->node || out->box || !dot || (size_t)(dot - word) >= sizeof(name)) {
		return out->node || out->box;
	}
	memcpy(name, word, (size_t)(dot - word));
	name[dot - word] = '\0';
	port = strtoul(dot + 1, &end, 10);
	if (end == dot + 1 || *end || port == 0 || port > UINT16_MAX) {
		return false;
	}
	*out = (struct topology_end){ world_node(world, name), NULL, (uint16_t)port };
	out->box = out->node ? NULL : world_box(world, name);
	return out->node || out->box;
}

static const char *name_of(const struct topology_end *end)
{
	return end->node ? end->node->name : end->box->name;
}

/* ---- the list ---- */

static bool add_edge(struct topology *t, const struct scenario_declaration *d, const struct topology_end *a,
		     const struct topology_end *b, const char *a_name, const char *b_name, char *why,
		     size_t why_size)
{
	struct topology_edge *edge;

	if ((a->node && a->node == b->node) || (a->box && a->box == b->box)) {
		snprintf(why, why_size, "%s cannot be joined with itself", name_of(a));
		return false;
	}
	if (t->count == TOPOLOGY_EDGES_MAX) {
		snprintf(why, why_size, "more than %d cables", TOPOLOGY_EDGES_MAX);
		return false;
	}
	if (t->count == t->room) {
		size_t room = t->room ? t->room * 2 : 64;
		struct topology_edge *grown = reallocarray(t->edges, room, sizeof(*grown));

		if (!grown) {
			snprintf(why, why_size, "out of memory");
			return false;
		}
		t->edges = grown;
		t->room = room;
	}
	edge = &t->edges[t->count++];
	*edge = (struct topology_edge){ .end = { *a, *b }, .declaration = d };
	snprintf(edge->name, sizeof(edge->name), "%s-%s", a_name, b_name);
	return true;
}

/* ---- shapes ---- */

struct members {
	struct topology_end *ends;
	size_t count, room;
};

static bool add_member(struct members *m, const struct topology_end *end)
{
	if (m->count == m->room) {
		size_t room = m->room ? m->room * 2 : 64;
		struct topology_end *grown = reallocarray(m->ends, room, sizeof(*grown));

		if (!grown) {
			return false;
		}
		m->ends = grown;
		m->room = room;
	}
	m->ends[m->count++] = *end;
	return true;
}

/* All that a word names: parts by pattern, or one port. */
static bool add_members(struct members *m, const struct world *world, const char *word, char *why,
			size_t why_size)
{
	size_t before = m->count;
	struct topology_end end;
	bool fits = true;

	if (!strchr(word, '*')) {
		if (!find_end(world, word, &end)) {
			snprintf(why, why_size, "%s: there is no node, switch or hub of that name", word);
			return false;
		}
		fits = add_member(m, &end);
	} else {
		for (size_t i = 0; fits && i < world->node_count; i++) {
			if (scenario_matches(word, world->nodes[i].name)) {
				fits = add_member(m, &(struct topology_end){ .node = &world->nodes[i] });
			}
		}
		for (size_t i = 0; fits && i < world->box_count; i++) {
			if (scenario_matches(word, world->boxes[i]->name)) {
				fits = add_member(m, &(struct topology_end){ .box = world->boxes[i] });
			}
		}
		if (fits && m->count == before) {
			snprintf(why, why_size, "%s: no node, switch or hub has such a name", word);
			return false;
		}
	}
	if (!fits) {
		snprintf(why, why_size, "out of memory");
	}
	return fits;
}

/* The one that member i is joined with, as the j-th; false: there is no j-th. Each pair comes once. */
typedef bool (*shape_rule)(size_t i, size_t j, size_t count, int64_t fanout, size_t *other);

static bool line_rule(size_t i, size_t j, size_t count, int64_t fanout, size_t *other)
{
	(void)fanout;
	*other = i + 1;
	return j == 0 && i + 1 < count;
}

static bool ring_rule(size_t i, size_t j, size_t count, int64_t fanout, size_t *other)
{
	(void)fanout;
	*other = (i + 1) % count;
	return j == 0 && count > 2;
}

static bool star_rule(size_t i, size_t j, size_t count, int64_t fanout, size_t *other)
{
	(void)fanout;
	*other = j + 1;
	return i == 0 && j + 1 < count;
}

static bool tree_rule(size_t i, size_t j, size_t count, int64_t fanout, size_t *other)
{
	*other = i * (size_t)fanout + 1 + j;
	return j < (size_t)fanout && *other < count;
}

static bool full_rule(size_t i, size_t j, size_t count, int64_t fanout, size_t *other)
{
	(void)fanout;
	*other = i + 1 + j;
	return *other < count;
}

static const struct shape {
	const char *name;
	shape_rule rule;
	size_t least;
} shapes[] = {
	{ "line", line_rule, 2 }, { "ring", ring_rule, 3 }, { "star", star_rule, 2 },
	{ "tree", tree_rule, 2 }, { "full", full_rule, 2 },
};

static const struct shape *find_shape(const char *name)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		if (strcmp(shapes[i].name, name) == 0) {
			return &shapes[i];
		}
	}
	return NULL;
}

static bool join(struct topology *t, const struct scenario_declaration *d, const struct shape *shape,
		 const struct members *m, char *why, size_t why_size)
{
	int64_t fanout = d->fanout > 0 ? d->fanout : 2;
	size_t other;

	for (size_t i = 0; i < m->count; i++) {
		for (size_t j = 0; shape->rule(i, j, m->count, fanout, &other); j++) {
			if (!add_edge(t, d, &m->ends[i], &m->ends[other], name_of(&m->ends[i]),
				      name_of(&m->ends[other]), why, why_size)) {
				return false;
			}
		}
	}
	return true;
}

static bool add_connect(struct topology *t, const struct world *world, const struct scenario_declaration *d,
			char *why, size_t why_size)
{
	const struct shape *shape = d->word_count ? find_shape(d->words[0]) : NULL;
	struct members m = { 0 };
	bool fits = shape;

	if (!shape) {
		snprintf(why, why_size, "line, ring, star, tree or full was expected");
	}
	for (size_t i = 1; fits && i < d->word_count; i++) {
		fits = add_members(&m, world, d->words[i], why, why_size);
	}
	if (fits && m.count < shape->least) {
		snprintf(why, why_size, "a %s needs at least %zu parts, not %zu", shape->name, shape->least,
			 m.count);
		fits = false;
	}
	fits = fits && join(t, d, shape, &m, why, why_size);
	free(m.ends);
	return fits;
}

static bool add_link(struct topology *t, const struct world *world, const struct scenario_declaration *d,
		     char *why, size_t why_size)
{
	struct topology_end end[2];

	if (d->word_count != 2) {
		snprintf(why, why_size, "two ends were expected, such as `gm client' or `bc.2 client'");
		return false;
	}
	for (size_t i = 0; i < 2; i++) {
		if (!find_end(world, d->words[i], &end[i])) {
			snprintf(why, why_size, "%s: there is no node, switch or hub of that name",
				 d->words[i]);
			return false;
		}
	}
	return add_edge(t, d, &end[0], &end[1], d->words[0], d->words[1], why, why_size);
}

bool topology_add(struct topology *topology, const struct world *world,
		  const struct scenario_declaration *declaration, char *why, size_t why_size)
{
	return declaration->statement == SCENARIO_LINK
		       ? add_link(topology, world, declaration, why, why_size)
		       : add_connect(topology, world, declaration, why, why_size);
}

void topology_ports(const struct topology *topology, const struct world *world, uint16_t *of_nodes,
		    uint16_t *of_boxes)
{
	uint16_t *ports;

	memset(of_nodes, 0, world->node_count * sizeof(*of_nodes));
	memset(of_boxes, 0, world->box_count * sizeof(*of_boxes));
	for (int pass = 0; pass < 2; pass++) { /* how many are joined; then the highest number */
		for (size_t i = 0; i < topology->count * 2; i++) {
			const struct topology_end *e = &topology->edges[i / 2].end[i % 2];
			size_t box = 0;

			while (e->box && world->boxes[box] != e->box) {
				box++;
			}
			ports = e->node ? &of_nodes[e->node->index] : &of_boxes[box];
			if (pass == 0 && *ports < UINT16_MAX) {
				(*ports)++;
			} else if (pass == 1 && e->port > *ports) {
				*ports = e->port;
			}
		}
	}
}

void topology_free(struct topology *topology)
{
	free(topology->edges);
	*topology = (struct topology){ 0 };
}
