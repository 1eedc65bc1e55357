/* src/tools/sim_page.c -- the world and what was seen of it, as report/page.h wants them: clocks first, then switches and
 * hubs. Ends of links are found by their plugs' names ("sw.3"), as plugs do not say what kind of thing owns them. */
#include "tools/sim_output.h"

#include "report/masks.h"
#include "report/page.h"
#include "report/text.h"
#include "sim/network/box.h"
#include "sim/node/node.h"
#include "sim/world.h"
#include "tools/sim_figures.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PS_PER_S 1e12
#define LABEL_SIZE 48
#define FIXED_SETTINGS 10
#define VALUE_SIZE 128
#define MASK_POINTS 64

struct named {
	const char *name;
	size_t index;
};

struct mask_copy {
	struct page_mask mask;
	double tau_s[MASK_POINTS], limit_ns[MASK_POINTS];
};

struct making {
	const struct sim_run_seen *run;
	const struct observation *o;
	const struct world *world;
	struct sim_all_figures all;
	struct page page;
	struct page_node *nodes;
	struct named *names; /* of all nodes, sorted */
	struct page_link *links;
	char (*labels)[LABEL_SIZE]; /* [links] */
	struct report_mark *marks;
	struct page_expectation *expectations;
	struct page_setting *settings;
	char (*values)[VALUE_SIZE]; /* [FIXED_SETTINGS] */
	struct mask_copy *copies;
	struct page_mask *masks;
	double *offsets, *delays; /* [node * sample_count + sample] */
	uint8_t *states;
};

/* ---- nodes ---- */

static void take_samples(struct making *m, size_t index, struct page_node *out)
{
	const struct observed_sample *samples = m->o->nodes[index].samples;
	size_t count = m->o->sample_count, at = index * count;

	for (size_t i = 0; i < count; i++) {
		bool runs = samples[i].is_running;

		m->offsets[at + i] = sim_offset(&m->o->nodes[index], m->all.reference, i);
		m->delays[at + i] = runs ? (double)samples[i].path_delay_ns : (double)NAN;
		m->states[at + i] = runs ? samples[i].state : 0;
	}
	out->is_measured = true;
	out->offset_ns = m->offsets + at;
	out->path_delay_ns = m->delays + at;
	out->state = m->states + at;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static void make_nodes(struct making *m)
{
	size_t count = m->all.count;

	for (size_t i = 0; i < count; i++) {
		m->nodes[i] = (struct page_node){ .name = m->all.nodes[i].observed->name,
						  .role = m->all.nodes[i].role,
						  .settled_s = m->all.nodes[i].settled_s };
		if (m->o->nodes[i].samples) {
			take_samples(m, i, &m->nodes[i]);
		}
	}
	for (size_t i = 0; i < m->world->box_count; i++) {
		const struct box *box = m->world->boxes[i];

		m->nodes[count++] = (struct page_node){ .name = box->name,
							.role = box->is_hub ? "hub" : "switch",
							.is_box = true,
							.settled_s = (double)NAN };
	}
	for (size_t i = 0; i < count; i++) {
		m->names[i] = (struct named){ m->nodes[i].name, i };
	}
	qsort(m->names, count, sizeof(m->names[0]), compare_names);
	m->page.nodes = m->nodes;
	m->page.node_count = count;
}

/* ---- links ---- */

/* Whose plug it is, by its name without the port; SIZE_MAX: nobody's. */
static size_t owner_of(const struct making *m, const struct plug *plug)
{
	const char *dot = plug ? strrchr(plug->name, '.') : NULL;
	struct named wanted, *found;
	char name[sizeof(plug->name)];

	if (!dot) {
		return SIZE_MAX;
	}
	memcpy(name, plug->name, (size_t)(dot - plug->name));
	name[dot - plug->name] = '\0';
	wanted.name = name;
	found = bsearch(&wanted, m->names, m->page.node_count, sizeof(m->names[0]), compare_names);
	return found ? found->index : SIZE_MAX;
}

static const char *speed_text(int64_t bits_per_second, char out[24])
{
	static const struct {
		double unit;
		const char *name;
	} units[] = { { 1e9, "G" }, { 1e6, "M" }, { 1e3, "k" } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if ((double)bits_per_second >= units[i].unit) {
			snprintf(out, 24, "%.3g%s", (double)bits_per_second / units[i].unit, units[i].name);
			return out;
		}
	}
	return "";
}

static void make_links(struct making *m)
{
	for (size_t i = 0; i < m->world->link_count; i++) {
		const struct link *link = m->world->links[i];
		size_t from = owner_of(m, link->plug[0]), to = owner_of(m, link->plug[1]);
		char delay[24], speed[24];

		if (from == SIZE_MAX || to == SIZE_MAX) {
			continue;
		}
		if (link->settings.medium == LINK_WIFI) {
			snprintf(m->labels[i], LABEL_SIZE, "Wi-Fi");
		} else {
			snprintf(m->labels[i], LABEL_SIZE, "%s, %s",
				 report_duration((double)link->settings.delay / 1000.0, delay),
				 speed_text(link->settings.speed, speed));
		}
		m->links[m->page.link_count++] = (struct page_link){ from, to, m->labels[i] };
	}
	m->page.links = m->links;
}

/* ---- expectations and masks ---- */

static void make_expectations(struct making *m)
{
	double end_s = m->all.end_s;

	for (size_t i = 0; i < m->run->judgements->count; i++) {
		const struct sim_judgement *j = &m->run->judgements->list[i];
		const struct expectation *e = j->expectation;

		m->expectations[i] = (struct page_expectation){
			.text = e->text,
			.seen = j->verdict.text,
			.node = j->verdict.node,
			.holds = j->verdict.holds,
			.from_s = (double)e->from_ps / PS_PER_S,
			.to_s = e->to_ps < 0 ? end_s : (double)e->to_ps / PS_PER_S
		};
	}
	m->page.expectations = m->expectations;
	m->page.expectation_count = m->run->judgements->count;
}

static void take_points(struct mask_copy *copy, const struct expectation *e, const struct mask *mask)
{
	size_t count = 0;

	if (mask) {
		for (const struct mask_point *p = mask->points; p->tau_s > 0.0 && count < MASK_POINTS; p++) {
			copy->tau_s[count] = p->tau_s;
			copy->limit_ns[count++] = p->limit_ns;
		}
	} else {
		for (; count < e->point_count && count < MASK_POINTS; count++) {
			copy->tau_s[count] = e->points[count].tau_s;
			copy->limit_ns[count] = e->points[count].limit_ns;
		}
	}
	copy->mask.count = count;
	copy->mask.tau_s = copy->tau_s;
	copy->mask.limit_ns = copy->limit_ns;
}

static bool is_known(const struct making *m, const char *name, bool is_tdev)
{
	for (size_t i = 0; i < m->page.mask_count; i++) {
		const struct page_mask *mask = &m->masks[i];

		if (mask->is_tdev == is_tdev && mask->name && strcmp(mask->name, name) == 0) {
			return true;
		}
	}
	return false;
}

/* Each mask that an expectation names, once; limits given as points are named by the expectation's line. */
static void make_masks(struct making *m)
{
	for (size_t i = 0; i < m->run->scenario->expectation_count; i++) {
		const struct expectation *e = &m->run->scenario->expectations[i];
		bool is_tdev = e->subject == EXPECT_TDEV;
		const struct mask *mask = e->other[0] ? mask_find(e->other, is_tdev ? MASK_TDEV : MASK_MTIE)
						      : NULL;
		struct mask_copy *copy = &m->copies[m->page.mask_count];

		if ((e->subject != EXPECT_MTIE && !is_tdev) || (!mask && !e->point_count) ||
		    (mask && is_known(m, mask->name, is_tdev))) {
			continue;
		}
		copy->mask.name = mask ? mask->name : "limit";
		copy->mask.is_tdev = is_tdev;
		copy->mask.low_pass_hz = mask && mask->low_pass_hz > 0.0 ? mask->low_pass_hz : 0.0;
		take_points(copy, e, mask);
		m->masks[m->page.mask_count++] = copy->mask;
	}
	m->page.masks = m->masks;
}

/* ---- the rest ---- */

static void make_marks(struct making *m)
{
	for (size_t i = 0; i < m->o->mark_count; i++) {
		m->marks[i] = (struct report_mark){ (double)m->o->marks[i].at_ps / PS_PER_S,
						    m->o->marks[i].text };
	}
	m->page.marks = m->marks;
	m->page.mark_count = m->o->mark_count;
}

__attribute__((format(printf, 3, 4))) static void add_setting(struct making *m, const char *name,
							      const char *format, ...)
{
	char *value = m->values[m->page.setting_count];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(value, VALUE_SIZE, format, arguments);
	va_end(arguments);
	m->settings[m->page.setting_count++] = (struct page_setting){ name, value };
}

static void make_settings(struct making *m)
{
	const struct scenario *s = m->run->scenario;
	char text[24];

	add_setting(m, "scenario", "%s", s->file ? s->file : "");
	add_setting(m, "seed", "%" PRIu64, m->world->seed);
	add_setting(m, "duration", "%.6g s", m->all.end_s);
	add_setting(m, "a sample every", "%s", report_duration((double)m->o->interval_ps / 1000.0, text));
	add_setting(m, "start", "%" PRIu64 " s TAI", m->world->start_seconds);
	if (m->o->is_tracing) {
		add_setting(m, "trace", "%016" PRIx64, m->o->trace);
	}
	add_setting(m, "version", "gnomon %s", GN_VERSION);
	for (size_t i = 0; i < s->parameter_count; i++) {
		m->settings[m->page.setting_count++] = (struct page_setting){ s->parameters[i].name,
									      s->parameters[i].value };
	}
	m->page.settings = m->settings;
}

static bool make_room(struct making *m)
{
	size_t nodes = m->o->node_count + m->world->box_count + 1;
	size_t samples = m->o->node_count * m->o->sample_count + 1;

	m->nodes = calloc(nodes, sizeof(m->nodes[0]));
	m->names = calloc(nodes, sizeof(m->names[0]));
	m->links = calloc(m->world->link_count + 1, sizeof(m->links[0]));
	m->labels = calloc(m->world->link_count + 1, sizeof(m->labels[0]));
	m->marks = calloc(m->o->mark_count + 1, sizeof(m->marks[0]));
	m->expectations = calloc(m->run->judgements->count + 1, sizeof(m->expectations[0]));
	m->settings = calloc(m->run->scenario->parameter_count + FIXED_SETTINGS, sizeof(m->settings[0]));
	m->values = calloc(FIXED_SETTINGS, sizeof(m->values[0]));
	m->copies = calloc(m->run->scenario->expectation_count + 1, sizeof(m->copies[0]));
	m->masks = calloc(m->run->scenario->expectation_count + 1, sizeof(m->masks[0]));
	m->offsets = calloc(samples, sizeof(m->offsets[0]));
	m->delays = calloc(samples, sizeof(m->delays[0]));
	m->states = calloc(samples, sizeof(m->states[0]));
	return m->nodes && m->names && m->links && m->labels && m->marks && m->expectations && m->settings &&
	       m->values && m->copies && m->masks && m->offsets && m->delays && m->states;
}

static void forget(struct making *m)
{
	free(m->nodes);
	free(m->names);
	free(m->links);
	free(m->labels);
	free(m->marks);
	free(m->expectations);
	free(m->settings);
	free(m->values);
	free(m->copies);
	free(m->masks);
	free(m->offsets);
	free(m->delays);
	free(m->states);
	sim_figures_free(&m->all);
}

bool sim_page(const struct sim_run_seen *run, report_sink sink, void *context)
{
	struct making m = { .run = run, .o = run->observation, .world = run->observation->world };
	bool is_done;

	if (!sim_figures_find(&m.all, run)) {
		return false;
	}
	is_done = make_room(&m);
	if (is_done) {
		make_nodes(&m);
		make_links(&m);
		make_expectations(&m);
		make_masks(&m);
		make_marks(&m);
		make_settings(&m);
		m.page.title = run->scenario->title && run->scenario->title[0] ? run->scenario->title
									       : run->scenario->file;
		m.page.reference = m.all.reference ? m.all.reference->name : NULL;
		m.page.about = run->scenario->about;
		m.page.interval_s = (double)m.o->interval_ps / PS_PER_S;
		m.page.sample_count = m.o->sample_count;
		m.page.command = run->command;
		is_done = page_write(&m.page, sink, context);
	}
	forget(&m);
	return is_done;
}
