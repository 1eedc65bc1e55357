/* src/report/page_topology.h -- a topology laid out, and ready to be drawn. */
#ifndef REPORT_PAGE_TOPOLOGY_H
#define REPORT_PAGE_TOPOLOGY_H

#include "report/page_parts.h"

#define TOPOLOGY_NODES_DRAWN 60
#define TOPOLOGY_NONE SIZE_MAX
#define TOPOLOGY_ITEM_HEIGHT 46.0
#define TOPOLOGY_CELL_WIDTH 92.0
#define TOPOLOGY_CELL_HEIGHT 34.0
#define TOPOLOGY_TRAY_ROWS 10
#define TOPOLOGY_TRAY_EDGE 8.0
#define TOPOLOGY_ITEM_GAP 22.0

enum topology_item_kind { TOPOLOGY_NODE, TOPOLOGY_TRAY, TOPOLOGY_GROUP, TOPOLOGY_CHAIN };

struct topology_item {
	enum topology_item_kind kind;
	size_t first, last;  /* nodes: a list by topology->next */
	size_t count, total; /* its own nodes, and with those of the items that joined it */
	size_t parent;       /* an item before this one, or TOPOLOGY_NONE */
	size_t into; /* the first item of the chain that it is in; TOPOLOGY_NONE: it stands for itself */
	size_t children, first_child, next_sibling;
	size_t depth;
	bool is_compact;
	double order;               /* within its layer */
	double x, y, width, height; /* x, y: the middle */
	size_t row;
};

struct topology_edge {
	size_t from, to; /* items, from < to */
	size_t count;
	const char *label; /* of the first */
};

struct topology {
	struct page_writer *w;
	size_t nodes, links;
	size_t *starts;              /* [nodes + 1]: into neighbours */
	size_t *neighbours;          /* [2 * links] */
	size_t *queue;               /* [nodes]: in the order of discovery */
	size_t *depth, *parent;      /* [nodes] */
	size_t *item_of, *next;      /* [nodes] */
	struct topology_item *items; /* [nodes] */
	size_t item_count, first_root;
	struct topology_edge *edges; /* [links] */
	size_t edge_count;
	size_t *sorted; /* [nodes]: the items that are drawn, by depth and order */
	size_t drawn_count;
	size_t undrawn;           /* nodes */
	const char *common_label; /* of all links, or NULL */
	double height;
};

const char *topology_role_of(const struct page_node *node); /* "" for none */
bool topology_is_grandmaster(const struct page_node *node);

/* page_topology_draw.c: everything has its place. */
void topology_draw(const struct topology *m);

#endif
