/* src/report/page_topology_draw.c -- links first, so that the boxes of nodes stand on them. */
#include "report/page_topology.h"
#include "report/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void put_curve(const struct topology *m, double x1, double y1, double x2, double y2, bool is_across)
{
	double x = (x1 + x2) / 2.0, y = (y1 + y2) / 2.0;

	if (fabs(is_across ? y2 - y1 : x2 - x1) < 1.0) {
		PUT(m->w, "<path class=\"link\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n", x1, y1, x2, y2);
	} else if (is_across) {
		PUT(m->w, "<path class=\"link\" d=\"M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f\"/>\n", x1, y1,
		    x, y1, x, y2, x2, y2);
	} else {
		PUT(m->w, "<path class=\"link\" d=\"M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f\"/>\n", x1, y1,
		    x1, y, x2, y, x2, y2);
	}
}

/* Where a link begins and ends; its label stands in between. */
static void put_link(const struct topology *m, const struct topology_edge *edge, double *x, double *y)
{
	const struct topology_item *a = &m->items[edge->from], *b = &m->items[edge->to];
	const struct topology_item *left = a->x <= b->x ? a : b, *right = left == a ? b : a;
	const struct topology_item *upper = a->y <= b->y ? a : b, *lower = upper == a ? b : a;

	*x = (a->x + b->x) / 2.0;
	*y = (a->y + b->y) / 2.0;
	if (a->row == b->row && right->x - left->x > (left->width + right->width) / 2.0) {
		*x = (left->x + left->width / 2.0 + right->x - right->width / 2.0) / 2.0;
		put_curve(m, left->x + left->width / 2.0, left->y, right->x - right->width / 2.0, right->y,
			  true);
	} else if (a->row != b->row || lower->y - upper->y < upper->height / 2.0 + lower->height / 2.0 +
								     2.0 * TOPOLOGY_ITEM_GAP) {
		*y = (upper->y + upper->height / 2.0 + lower->y - lower->height / 2.0) / 2.0;
		put_curve(m, upper->x, upper->y + upper->height / 2.0, lower->x,
			  lower->y - lower->height / 2.0, false);
	} else { /* past the items between them */
		double side = upper->x + upper->width / 2.0;

		PUT(m->w, "<path class=\"link\" d=\"M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f\"/>\n", side,
		    upper->y, side + 44.0, upper->y, side + 44.0, lower->y, lower->x + lower->width / 2.0,
		    lower->y);
		*x = side + 33.0;
	}
}

static void put_links(const struct topology *m)
{
	for (size_t i = 0; i < m->edge_count; i++) {
		const struct topology_edge *edge = &m->edges[i];
		bool has_label = edge->label && edge->label[0] && !m->common_label &&
				 m->nodes <= TOPOLOGY_NODES_DRAWN && !m->items[edge->from].is_compact &&
				 !m->items[edge->to].is_compact;
		double x, y;

		put_link(m, edge, &x, &y);
		if (has_label) {
			PUT(m->w, "<text class=\"small halo\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
			    x, y - 3.0);
			page_put_name(&m->w->out, edge->label, 22);
			if (edge->count > 1 && m->items[edge->from].kind == TOPOLOGY_NODE &&
			    m->items[edge->to].kind == TOPOLOGY_NODE) {
				PUT(m->w, " &times; %zu", edge->count);
			}
			PUT(m->w, "</text>\n");
		}
	}
}

static void put_class(const struct topology *m, size_t node)
{
	const struct page_node *n = &m->w->page->nodes[node];

	PUT(m->w, "<g class=\"node%s%s%s%s\">", n->is_box ? " box" : "",
	    topology_is_grandmaster(n) ? " grandmaster" : "",
	    strncmp(topology_role_of(n), "boundary", strlen("boundary")) == 0 ? " boundary" : "",
	    m->w->failures[node] ? " wrong" : "");
}

static void put_text(const struct topology *m, const char *class, double x, double y, const char *text,
		     size_t characters)
{
	PUT(m->w, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", class, x, y);
	page_put_name(&m->w->out, text, characters);
	PUT(m->w, "</text>");
}

/* NULL: it is not measured */
static const struct page_facts *facts_of(const struct topology *m, size_t node)
{
	return m->w->facts_of[node] == SIZE_MAX ? NULL : &m->w->facts[m->w->facts_of[node]];
}

static void put_node(const struct topology *m, size_t node, double x, double y, double width, double height)
{
	const struct page_node *n = &m->w->page->nodes[node];
	const struct page_facts *facts = facts_of(m, node);
	bool has_rms = facts && facts->settled.count, is_small = height < TOPOLOGY_ITEM_HEIGHT - 1.0;
	char rms[24], text[40];
	double line = y - (is_small ? 2.0 : has_rms ? 8.0 : 2.0);

	put_class(m, node);
	PUT(m->w, "<title>");
	plot_put_escaped(&m->w->out, n->name);
	PUT(m->w, ", ");
	plot_put_escaped(&m->w->out, topology_role_of(n));
	PUT(m->w, "</title><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%d\"/>",
	    x - width / 2.0, y - height / 2.0, width, height, n->is_box ? 1 : 7);
	put_text(m, "name", x, line, n->name, (size_t)((width - 8.0) / 7.0));
	if (!is_small || !has_rms) {
		put_text(m, "small", x, line + 13.0, topology_role_of(n), (size_t)(width / 5.4));
	}
	if (has_rms) {
		snprintf(text, sizeof(text), "RMS %s", report_duration(facts->settled.rms, rms));
		put_text(m, "small", x, line + (is_small ? 13.0 : 25.0), text, 30);
	}
	if (m->w->failures[node]) {
		PUT(m->w,
		    "<text class=\"wrong-sign\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">&#10007;</text>",
		    x + width / 2.0 - 5.0, y - height / 2.0 + 13.0);
	}
	PUT(m->w, "</g>\n");
}

static void put_tray(const struct topology *m, const struct topology_item *item)
{
	size_t columns = (item->total + TOPOLOGY_TRAY_ROWS - 1) / TOPOLOGY_TRAY_ROWS, i = 0;
	double left = item->x - item->width / 2.0 + TOPOLOGY_TRAY_EDGE,
	       top = item->y - item->height / 2.0 + TOPOLOGY_TRAY_EDGE;

	PUT(m->w, "<rect class=\"tray\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"9\"/>\n",
	    item->x - item->width / 2.0, item->y - item->height / 2.0, item->width, item->height);
	for (size_t node = item->first; node != TOPOLOGY_NONE; node = m->next[node], i++) {
		size_t row = i / columns, column = i % columns;

		put_node(m, node, left + TOPOLOGY_CELL_WIDTH * ((double)column + 0.5),
			 top + TOPOLOGY_CELL_HEIGHT * ((double)row + 0.5), TOPOLOGY_CELL_WIDTH - 6.0,
			 TOPOLOGY_CELL_HEIGHT - 5.0);
	}
}

/* What is to be said of many nodes. */
struct sum {
	double worst_rms; /* NaN: none is measured */
	size_t failed;
};

static struct sum sum_up(const struct topology *m, const struct topology_item *item)
{
	struct sum sum = { (double)NAN, 0 };

	for (size_t node = item->first; node != TOPOLOGY_NONE; node = m->next[node]) {
		const struct page_facts *facts = facts_of(m, node);

		if (facts && facts->settled.count) {
			sum.worst_rms = fmax(sum.worst_rms, facts->settled.rms);
		}
		sum.failed += m->w->failures[node] > 0;
	}
	return sum;
}

static void put_group_names(const struct topology *m, const struct topology_item *item, double x, double y)
{
	PUT(m->w, "<text class=\"small\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", x, y);
	page_put_name(&m->w->out, m->w->page->nodes[item->first].name, 9);
	PUT(m->w, item->total == 2 ? ", " : " &#8230; ");
	page_put_name(&m->w->out, m->w->page->nodes[item->last].name, 9);
	PUT(m->w, "</text>");
}

static void put_group(const struct topology *m, const struct topology_item *item)
{
	struct sum sum = sum_up(m, item);
	double x = item->x - item->width / 2.0, y = item->y - item->height / 2.0;
	double middle = item->x - 4.0; /* of the card in front */
	char text[96], number[32], rms[24];

	put_class(m, item->first);
	for (int card = 2; card >= 0; card--) {
		PUT(m->w, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"7\"/>",
		    x + 4.0 * card, y + 4.0 * card, item->width - 8.0, item->height - 8.0);
	}
	PUT(m->w, "</g>\n");
	snprintf(text, sizeof(text), "%s \u00d7", page_count(item->total, number));
	put_text(m, "name", middle, item->y - 20.0, text, 22);
	put_text(m, "name", middle, item->y - 6.0, topology_role_of(&m->w->page->nodes[item->first]), 18);
	put_group_names(m, item, middle, item->y + 8.0);
	if (sum.failed) {
		snprintf(text, sizeof(text), "%s failed", page_count(sum.failed, number));
		put_text(m, "small wrong-sign", middle, item->y + 21.0, text, 30);
	} else if (item->kind == TOPOLOGY_CHAIN) {
		snprintf(text, sizeof(text), "in a row%s%s", isnan(sum.worst_rms) ? "" : ", RMS up to ",
			 isnan(sum.worst_rms) ? "" : report_duration(sum.worst_rms, rms));
		put_text(m, "small", middle, item->y + 21.0, text, 30);
	} else if (!isnan(sum.worst_rms)) {
		snprintf(text, sizeof(text), "RMS up to %s", report_duration(sum.worst_rms, rms));
		put_text(m, "small", middle, item->y + 21.0, text, 30);
	}
	PUT(m->w, "\n");
}

void topology_draw(const struct topology *m)
{
	char number[32];

	PUT(m->w, "<section>\n<h2>Topology");
	if (m->common_label) {
		PUT(m->w, " <small>each link: ");
		plot_put_escaped(&m->w->out, m->common_label);
		PUT(m->w, "</small>");
	}
	PUT(m->w, "</h2>\n<figure>\n<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"Topology\">\n",
	    PAGE_WIDTH, m->height);
	put_links(m);
	for (size_t i = 0; i < m->drawn_count; i++) {
		const struct topology_item *item = &m->items[m->sorted[i]];

		if (item->kind == TOPOLOGY_NODE) {
			put_node(m, item->first, item->x, item->y, item->width, item->height);
		} else if (item->kind == TOPOLOGY_TRAY) {
			put_tray(m, item);
		} else {
			put_group(m, item);
		}
	}
	PUT(m->w, "</svg>\n");
	if (m->undrawn) {
		PUT(m->w, "<p>%s more nodes are farther away than there is room for.</p>\n",
		    page_count(m->undrawn, number));
	}
	PUT(m->w, "</figure>\n</section>\n");
}
