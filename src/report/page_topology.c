/* src/report/page_topology.c -- what was connected how: layers by the distance from the first grandmaster, left to right.
 *
 * What is drawn are items. Up to TOPOLOGY_NODES_DRAWN nodes each is an item of its own, but that many leaves of one node that look
 * alike share a tray; more nodes are put together: same role, reached from the same item, same distance. Items of a layer
 * stand below each other, near those that they are connected with; a long chain goes to and fro in rows. A ring becomes
 * two branches that meet, a star a fan. Memory is arrays by node or by item. */
#include "report/page_topology.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ITEMS_DRAWN 60
#define TRAY_FROM 6 /* leaves of one node */
#define PASSES 5    /* odd: the last one is toward the parents, so that siblings stand together */
#define ITEM_WIDTH 112.0
#define GROUP_WIDTH 130.0
#define GROUP_HEIGHT 76.0
#define ROW_GAP 34.0
#define LAYER_GAP_MIN 34.0
#define LABEL_GAP_MIN 78.0 /* where links have labels of their own */
#define LAYER_GAP_MAX 128.0

/* ---- the graph ---- */

static bool is_usable(const struct topology *m, const struct page_link *link)
{
	return link->from < m->nodes && link->to < m->nodes && link->from != link->to;
}

static void find_neighbours(struct topology *m)
{
	const struct page_link *links = m->w->page->links;

	memset(m->starts, 0, (m->nodes + 1) * sizeof(m->starts[0]));
	for (size_t i = 0; i < m->links; i++) {
		if (is_usable(m, &links[i])) {
			m->starts[links[i].from]++;
			m->starts[links[i].to]++;
		}
	}
	for (size_t i = 0, sum = 0; i <= m->nodes; i++) {
		sum += i < m->nodes ? m->starts[i] : 0;
		m->starts[i] = sum; /* the end: counted down to the start below */
	}
	for (size_t i = m->links; i > 0; i--) {
		const struct page_link *link = &links[i - 1];

		if (is_usable(m, link)) {
			m->neighbours[--m->starts[link->from]] = link->to;
			m->neighbours[--m->starts[link->to]] = link->from;
		}
	}
}

static size_t degree(const struct topology *m, size_t node)
{
	return m->starts[node + 1] - m->starts[node];
}

bool topology_is_grandmaster(const struct page_node *node)
{
	return node->role && strncmp(node->role, "grandmaster", strlen("grandmaster")) == 0;
}

static size_t find_root(const struct topology *m)
{
	for (size_t i = 0; i < m->nodes; i++) {
		if (topology_is_grandmaster(&m->w->page->nodes[i])) {
			return i;
		}
	}
	return 0;
}

/* Breadth first from `root`; what was found before stays. */
static size_t discover(struct topology *m, size_t root, size_t found)
{
	size_t at = found;

	if (m->depth[root] != TOPOLOGY_NONE) {
		return found;
	}
	m->depth[root] = 0;
	m->queue[found++] = root;
	for (; at < found; at++) {
		size_t node = m->queue[at];

		for (size_t k = m->starts[node]; k < m->starts[node + 1]; k++) {
			size_t other = m->neighbours[k];

			if (m->depth[other] == TOPOLOGY_NONE) {
				m->depth[other] = m->depth[node] + 1;
				m->parent[other] = node;
				m->queue[found++] = other;
			}
		}
	}
	return found;
}

static void find_depths(struct topology *m)
{
	size_t found;

	for (size_t i = 0; i < m->nodes; i++) {
		m->depth[i] = m->parent[i] = TOPOLOGY_NONE;
	}
	found = discover(m, find_root(m), 0);
	for (size_t i = 0; i < m->nodes; i++) {
		found = discover(m, i, found);
	}
}

/* ---- items ---- */

static void add_member(struct topology *m, size_t item, size_t node)
{
	struct topology_item *to = &m->items[item];

	m->next[node] = TOPOLOGY_NONE;
	m->item_of[node] = item;
	if (to->count) {
		m->next[to->last] = node;
	} else {
		to->first = node;
	}
	to->last = node;
	to->count++;
	to->total++;
}

/* The list that an item with this parent is in. */
static size_t *siblings(struct topology *m, size_t parent)
{
	return parent == TOPOLOGY_NONE ? &m->first_root : &m->items[parent].first_child;
}

static size_t new_item(struct topology *m, enum topology_item_kind kind, size_t node)
{
	size_t parent = m->parent[node] == TOPOLOGY_NONE ? TOPOLOGY_NONE : m->item_of[m->parent[node]];
	size_t *list = siblings(m, parent);

	m->items[m->item_count] = (struct topology_item){ .kind = kind,
							  .parent = parent,
							  .into = TOPOLOGY_NONE,
							  .first_child = TOPOLOGY_NONE,
							  .next_sibling = *list,
							  .depth = m->depth[node] };
	*list = m->item_count;
	return m->item_count++;
}

const char *topology_role_of(const struct page_node *node)
{
	return node->role ? node->role : "";
}

static bool is_alike(const struct topology *m, size_t a, size_t b)
{
	return strcmp(topology_role_of(&m->w->page->nodes[a]), topology_role_of(&m->w->page->nodes[b])) == 0;
}

static bool is_leaf(const struct topology *m, size_t node)
{
	return m->parent[node] != TOPOLOGY_NONE && degree(m, node) == 1;
}

static size_t leaves_like(const struct topology *m, size_t node)
{
	size_t parent = m->parent[node], count = 0;

	for (size_t k = m->starts[parent]; k < m->starts[parent + 1]; k++) {
		size_t other = m->neighbours[k];

		count += m->parent[other] == parent && is_leaf(m, other) && is_alike(m, node, other);
	}
	return count;
}

/* The item that this node belongs in, or TOPOLOGY_NONE. */
static size_t find_item(struct topology *m, enum topology_item_kind kind, size_t node)
{
	size_t item = *siblings(m, m->parent[node] == TOPOLOGY_NONE ? TOPOLOGY_NONE
								    : m->item_of[m->parent[node]]);

	while (item != TOPOLOGY_NONE &&
	       (m->items[item].kind != kind || !is_alike(m, m->items[item].first, node))) {
		item = m->items[item].next_sibling;
	}
	return item;
}

static void make_items(struct topology *m)
{
	bool is_condensed = m->nodes > TOPOLOGY_NODES_DRAWN;

	for (size_t i = 0; i < m->nodes; i++) {
		size_t node = m->queue[i];
		enum topology_item_kind kind = TOPOLOGY_NODE;
		size_t item;

		if (is_condensed) {
			kind = TOPOLOGY_GROUP;
		} else if (is_leaf(m, node) && leaves_like(m, node) > TRAY_FROM) {
			kind = TOPOLOGY_TRAY;
		}
		item = kind == TOPOLOGY_NODE ? TOPOLOGY_NONE : find_item(m, kind, node);
		add_member(m, item == TOPOLOGY_NONE ? new_item(m, kind, node) : item, node);
	}
}

/* ---- chains: items one behind the other that are alike become one ---- */

static size_t standing_for(const struct topology *m, size_t item)
{
	return m->items[item].into == TOPOLOGY_NONE ? item : m->items[item].into;
}

static bool is_chained(const struct topology *m, const struct topology_item *item)
{
	const struct topology_item *parent = item->parent == TOPOLOGY_NONE ? NULL : &m->items[item->parent];

	return parent && parent->children == 1 && parent->parent != TOPOLOGY_NONE &&
	       parent->count == item->count && is_alike(m, parent->first, item->first);
}

static void join_chains(struct topology *m)
{
	for (size_t i = 0; i < m->item_count; i++) {
		if (m->items[i].parent != TOPOLOGY_NONE) {
			m->items[m->items[i].parent].children++;
		}
	}
	for (size_t i = 0; i < m->item_count; i++) {
		struct topology_item *item = &m->items[i];

		if (is_chained(m, item)) {
			struct topology_item *chain = &m->items[standing_for(m, item->parent)];

			item->into = standing_for(m, item->parent);
			m->next[chain->last] = item->first;
			chain->last = item->last;
			chain->total += item->count;
			chain->kind = TOPOLOGY_CHAIN;
		}
	}
}

/* What is left is what is drawn, as far as there is room; depths are counted anew without what was joined. */
static void choose_drawn(struct topology *m)
{
	for (size_t i = 0; i < m->item_count; i++) {
		struct topology_item *item = &m->items[i];

		if (item->into != TOPOLOGY_NONE) {
			continue;
		}
		if (item->parent != TOPOLOGY_NONE) {
			item->depth = m->items[standing_for(m, item->parent)].depth + 1;
		}
		if (m->drawn_count < ITEMS_DRAWN) {
			item->order = (double)m->drawn_count;
			m->sorted[m->drawn_count++] = i;
		} else {
			item->row = TOPOLOGY_NONE;
			m->undrawn += item->total;
		}
	}
}

/* ---- links between items ---- */

static int compare_edges(const void *a, const void *b)
{
	const struct topology_edge *x = a, *y = b;

	if (x->from != y->from) {
		return x->from < y->from ? -1 : 1;
	}
	return (x->to > y->to) - (x->to < y->to);
}

static void find_edges(struct topology *m)
{
	const struct page_link *links = m->w->page->links;
	size_t kept = 0;

	for (size_t i = 0; i < m->links; i++) {
		size_t a, b;

		if (!is_usable(m, &links[i])) {
			continue;
		}
		a = standing_for(m, m->item_of[links[i].from]);
		b = standing_for(m, m->item_of[links[i].to]);
		if (a != b && m->items[a].row != TOPOLOGY_NONE && m->items[b].row != TOPOLOGY_NONE) {
			m->edges[m->edge_count++] = (struct topology_edge){ a < b ? a : b, a < b ? b : a, 1,
									    links[i].label };
		}
	}
	qsort(m->edges, m->edge_count, sizeof(m->edges[0]), compare_edges);
	for (size_t i = 0; i < m->edge_count; i++) {
		if (kept && compare_edges(&m->edges[kept - 1], &m->edges[i]) == 0) {
			m->edges[kept - 1].count++;
		} else {
			m->edges[kept++] = m->edges[i];
		}
	}
	m->edge_count = kept;
}

static void find_common_label(struct topology *m)
{
	const char *label = m->links ? m->w->page->links[0].label : NULL;

	for (size_t i = 0; i < m->links && label; i++) {
		const char *other = m->w->page->links[i].label;

		label = other && strcmp(other, label) == 0 ? label : NULL;
	}
	m->common_label = label && label[0] ? label : NULL;
}

/* ---- order within layers: near the middle of what an item is connected with ---- */

static int compare_items(const void *a, const void *b, void *context)
{
	const struct topology_item *items = context;
	size_t i = *(const size_t *)a, k = *(const size_t *)b;
	const struct topology_item *x = &items[i], *y = &items[k];

	if (x->depth != y->depth) {
		return x->depth < y->depth ? -1 : 1;
	}
	if (x->order < y->order || x->order > y->order) {
		return x->order < y->order ? -1 : 1;
	}
	return (i > k) - (i < k);
}

static size_t end_of_layer(const struct topology *m, size_t from)
{
	size_t to = from;

	while (to < m->drawn_count && m->items[m->sorted[to]].depth == m->items[m->sorted[from]].depth) {
		to++;
	}
	return to;
}

/* Orders become distances from the layer's middle. */
static void sort_layer(struct topology *m, size_t from, size_t to)
{
	qsort_r(&m->sorted[from], to - from, sizeof(m->sorted[0]), compare_items, m->items);
	for (size_t i = from; i < to; i++) {
		m->items[m->sorted[i]].order = (double)(i - from) - (double)(to - from - 1) / 2.0;
	}
}

static void pull_item(struct topology *m, size_t at, bool toward_parents)
{
	struct topology_item *item = &m->items[at];
	double sum = 0.0, count = 0.0;

	for (size_t k = 0; k < m->edge_count; k++) {
		const struct topology_edge *edge = &m->edges[k];
		size_t other = edge->from == at ? edge->to : edge->to == at ? edge->from : TOPOLOGY_NONE;

		if (other != TOPOLOGY_NONE && (toward_parents ? m->items[other].depth < item->depth
							      : m->items[other].depth > item->depth)) {
			sum += m->items[other].order;
			count += 1.0;
		}
	}
	if (count > 0.0) {
		item->order = sum / count + 1e-6 * item->order; /* those with the same stay as they are */
	}
}

static void pull_layer(struct topology *m, size_t from, size_t to, bool toward_parents)
{
	for (size_t i = from; i < to; i++) {
		pull_item(m, m->sorted[i], toward_parents);
	}
	sort_layer(m, from, to);
}

/* Layer by layer, each toward the one before it that has just been put in order. */
static void pull(struct topology *m, bool toward_parents)
{
	if (toward_parents) {
		for (size_t from = 0, to; from < m->drawn_count; from = to) {
			to = end_of_layer(m, from);
			pull_layer(m, from, to, true);
		}
		return;
	}
	for (size_t to = m->drawn_count, from; to > 0; to = from) {
		for (from = to;
		     from > 0 && m->items[m->sorted[from - 1]].depth == m->items[m->sorted[to - 1]].depth;
		     from--) {
		}
		pull_layer(m, from, to, false);
	}
}

static void order_layers(struct topology *m)
{
	qsort_r(m->sorted, m->drawn_count, sizeof(m->sorted[0]), compare_items, m->items);
	for (size_t from = 0, to; from < m->drawn_count; from = to) {
		to = end_of_layer(m, from);
		sort_layer(m, from, to);
	}
	for (int pass = 0; pass < PASSES; pass++) {
		pull(m, pass % 2 == 0);
	}
}

/* ---- places ---- */

static void find_size(struct topology_item *item, bool is_compact)
{
	size_t columns = (item->total + TOPOLOGY_TRAY_ROWS - 1) / TOPOLOGY_TRAY_ROWS;
	size_t rows = (item->total + columns - 1) / columns;

	item->is_compact = is_compact;
	switch (item->kind) {
	case TOPOLOGY_TRAY:
		item->width = (double)columns * TOPOLOGY_CELL_WIDTH + 2.0 * TOPOLOGY_TRAY_EDGE;
		item->height = (double)rows * TOPOLOGY_CELL_HEIGHT + 2.0 * TOPOLOGY_TRAY_EDGE;
		return;
	case TOPOLOGY_GROUP:
	case TOPOLOGY_CHAIN:
		if (item->total > 1) {
			item->width = GROUP_WIDTH;
			item->height = GROUP_HEIGHT;
			return;
		}
		item->kind = TOPOLOGY_NODE;
		break;
	case TOPOLOGY_NODE:
		break;
	}
	item->width = ITEM_WIDTH;
	item->height = is_compact ? TOPOLOGY_CELL_HEIGHT : TOPOLOGY_ITEM_HEIGHT;
}

struct layer {
	size_t from, to; /* of map->sorted */
	double width, height, gap;
};

static struct layer layer_at(struct topology *m, size_t from)
{
	struct layer layer = { .from = from, .to = end_of_layer(m, from) };
	bool is_compact = layer.to - from > TOPOLOGY_TRAY_ROWS;

	layer.gap = is_compact ? 6.0 : TOPOLOGY_ITEM_GAP;
	for (size_t i = from; i < layer.to; i++) {
		struct topology_item *item = &m->items[m->sorted[i]];

		find_size(item, is_compact);
		layer.width = fmax(layer.width, item->width);
		layer.height += item->height + (i > from ? layer.gap : 0.0);
	}
	return layer;
}

static void place_layer(struct topology *m, const struct layer *layer, double x, double middle, size_t row)
{
	double y = middle - layer->height / 2.0;

	for (size_t i = layer->from; i < layer->to; i++) {
		struct topology_item *item = &m->items[m->sorted[i]];

		item->x = x;
		item->y = y + item->height / 2.0;
		item->row = row;
		y += item->height + layer->gap;
	}
}

/* One row of layers from `from`: how many items fit, how wide and high they are. */
struct row {
	size_t to, layers;
	double width, height;
};

static struct row row_at(struct topology *m, size_t from)
{
	double gap = m->common_label || m->nodes > TOPOLOGY_NODES_DRAWN ? LAYER_GAP_MIN : LABEL_GAP_MIN;
	struct row row = { .to = from };

	while (row.to < m->drawn_count) {
		struct layer layer = layer_at(m, row.to);

		if (row.layers && row.width + layer.width + (double)row.layers * gap > PAGE_WIDTH - 8.0) {
			break;
		}
		row.width += layer.width;
		row.height = fmax(row.height, layer.height);
		row.layers++;
		row.to = layer.to;
	}
	return row;
}

static void place(struct topology *m)
{
	double top = 6.0, gap = LAYER_GAP_MAX;
	size_t number = 0;

	for (size_t from = 0; from < m->drawn_count; number++) {
		struct row row = row_at(m, from);
		bool is_alone = number == 0 && row.to == m->drawn_count;
		double x = 4.0;

		if (row.layers > 1) {
			gap = fmin(gap, (PAGE_WIDTH - 8.0 - row.width) / (double)(row.layers - 1));
		}
		if (is_alone) {
			x = (PAGE_WIDTH - row.width - gap * (double)(row.layers - 1)) / 2.0;
		}
		while (from < row.to) {
			struct layer layer = layer_at(m, from);
			double middle = x + layer.width / 2.0;

			place_layer(m, &layer, number % 2 ? PAGE_WIDTH - middle : middle,
				    top + row.height / 2.0, number);
			x += layer.width + gap;
			from = layer.to;
		}
		top += row.height + ROW_GAP;
	}
	m->height = top - ROW_GAP + 8.0;
}

/* ---- all of it ---- */

static bool make_room(struct topology *m)
{
	m->starts = page_allocate(m->w, m->nodes + 1, sizeof(m->starts[0]));
	m->neighbours = page_allocate(m->w, 2 * m->links, sizeof(m->neighbours[0]));
	m->queue = page_allocate(m->w, m->nodes, sizeof(m->queue[0]));
	m->depth = page_allocate(m->w, m->nodes, sizeof(m->depth[0]));
	m->parent = page_allocate(m->w, m->nodes, sizeof(m->parent[0]));
	m->item_of = page_allocate(m->w, m->nodes, sizeof(m->item_of[0]));
	m->next = page_allocate(m->w, m->nodes, sizeof(m->next[0]));
	m->sorted = page_allocate(m->w, m->nodes, sizeof(m->sorted[0]));
	m->items = page_allocate(m->w, m->nodes, sizeof(m->items[0]));
	m->edges = page_allocate(m->w, m->links, sizeof(m->edges[0]));
	return !m->w->is_out_of_memory;
}

static void forget(struct topology *m)
{
	free(m->starts);
	free(m->neighbours);
	free(m->queue);
	free(m->depth);
	free(m->parent);
	free(m->item_of);
	free(m->next);
	free(m->sorted);
	free(m->items);
	free(m->edges);
}

void page_put_topology(struct page_writer *w)
{
	struct topology m = { .w = w,
			      .nodes = w->page->node_count,
			      .links = w->page->link_count,
			      .first_root = TOPOLOGY_NONE };

	if (m.nodes < 2) {
		return;
	}
	if (make_room(&m)) {
		find_neighbours(&m);
		find_depths(&m);
		make_items(&m);
		if (m.nodes > TOPOLOGY_NODES_DRAWN) {
			join_chains(&m);
		}
		choose_drawn(&m);
		find_edges(&m);
		find_common_label(&m);
		order_layers(&m);
		place(&m);
		topology_draw(&m);
	}
	forget(&m);
}
