/* src/sim/scenario/chaos.c -- first who is there and how they are joined, then what each is like, then what happens, each line drawn from
 * the tables of chaos_tables.c. Nothing is drawn that the language refuses: chaos_test.c reads thousands.
 *
 * Nodes have one port each, so networks are made of switches and hubs. A ring of them has one cable that is out, or the
 * frames would go round for ever; a happening exchanges it for another. */
#include "sim/scenario/chaos.h"

#include "sim/scenario/chaos_tables.h"
#include "sim/rng.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NODES_MAX 12
#define BOXES_MAX 4
#define LINKS_MAX (NODES_MAX + BOXES_MAX)
#define HAPPENINGS_MAX 12
#define NAME_SIZE 32
#define VALUE_SIZE 256
#define QUIET_S 70 /* from the last trouble to the end, in worlds that recover */
#define LINE_WIDTH 100
#define SMALL_NETWORK 5 /* nodes: more of them get fewer messages */

enum mood { CALM, TROUBLED, WILD };

struct chaos_box {
	char name[NAME_SIZE];
	bool is_hub;
	unsigned ports; /* with cables, so far */
};

struct draft {
	struct rng rng;
	report_sink sink;
	void *context;
	enum mood mood;
	unsigned tameness; /* of wild worlds: one of so many keys that do harm is kept */
	unsigned duration_s;
	unsigned node_count, box_count, link_count, fault_count, attacker_count;
	struct chaos_box box[BOXES_MAX];
	char link[LINKS_MAX][NAME_SIZE];
	bool has_gnss, has_oven;
	size_t column;
};

/* ---- drawing: one number in an expression, as compilers are free in which of two comes first ---- */

static unsigned below(struct draft *d, unsigned end)
{
	return (unsigned)rng_below(&d->rng, end);
}

static bool one_in(struct draft *d, unsigned n)
{
	return below(d, n) == 0;
}

/* One of the words. */
static void draw_word(struct draft *d, const char *words, char out[VALUE_SIZE])
{
	unsigned count = 1, chosen;

	for (const char *c = words; *c; c++) {
		count += *c == ' ';
	}
	for (chosen = below(d, count); chosen > 0; chosen--) {
		words = strchr(words, ' ') + 1;
	}
	snprintf(out, VALUE_SIZE, "%.*s", (int)strcspn(words, " "), words);
}

/* ---- writing ---- */

__attribute__((format(printf, 2, 3))) static void say(struct draft *d, const char *format, ...)
{
	char text[1024];
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	d->sink(d->context, text, (size_t)length);
	d->column += (size_t)length;
}

static void end_line(struct draft *d)
{
	say(d, "\n");
	d->column = 0;
}

/* Settings stand behind each other, with the next line for what would be too wide. */
static void say_pair(struct draft *d, const char *before, const char *name, const char *value)
{
	if (d->column + strlen(before) + strlen(name) + strlen(value) > LINE_WIDTH) {
		end_line(d);
		say(d, "         ");
	}
	say(d, "  %s%s %s", before, name, value);
}

static bool is_drawn(struct draft *d, const struct chaos_choice *choice)
{
	return one_in(d, choice->one_in) &&
	       (!choice->does_harm || (d->mood == WILD && one_in(d, d->tameness)));
}

static void say_choices(struct draft *d, const char *before, const struct chaos_choice *choices)
{
	const char *last = "";
	char value[VALUE_SIZE];

	for (; choices->name; choices++) {
		if (!is_drawn(d, choices) || strcmp(choices->name, last) == 0) {
			continue;
		}
		draw_word(d, choices->values, value);
		if (strcmp(value, "oven") != 0 || d->has_oven) {
			say_pair(d, before, choices->name, value);
			last = choices->name;
		}
	}
}

/* ---- the frame ---- */

static void write_head(struct draft *d, uint64_t seed)
{
	static const char *const moods[] = { "calm", "troubled, then quiet", "wild" };

	say(d, "title     Random world %llu: %s\n", (unsigned long long)seed, moods[d->mood]);
	say(d, "duration  %us\nseed      %llu\n", d->duration_s, (unsigned long long)seed);
	if (d->mood == WILD && one_in(d, 6)) {
		say(d, "start     2026-12-31T23:59:%02u\n", below(d, 60));
		say(d, "leap      %s\n", one_in(d, 3) ? "delete" : "insert");
	}
	if (d->has_oven) {
		say(d, "curve     oven %s\n",
		    one_in(d, 2) ? "ramp 20C 55C from 20s to 100s" : "sinusoid 25C amplitude 10C period 60s");
	}
	if (d->has_gnss) {
		say(d, "gnss      roof");
		say_choices(d, "", chaos_gnss_keys);
		end_line(d);
	}
}

/* ---- nodes ---- */

/* What all nodes have in common, drawn once: kept as text. */
struct shared {
	char text[512];
	size_t length;
};

static void keep_shared(void *context, const char *text, size_t length)
{
	struct shared *shared = context;

	if (shared->length + length < sizeof(shared->text)) {
		memcpy(shared->text + shared->length, text, length);
		shared->length += length;
	}
}

static void draw_shared(struct draft *d, struct shared *shared)
{
	static const char small[] = "-4 -3 -2 -1 0 1", large[] = "-2 -1 0 1";
	report_sink sink = d->sink;
	void *context = d->context;
	char interval[VALUE_SIZE];

	d->sink = keep_shared;
	d->context = shared;
	d->column = 0;
	draw_word(d, d->node_count <= SMALL_NETWORK ? small : large, interval);
	say_pair(d, "option ", "logSyncInterval", interval);
	/* Peer delay does not pass a bridge. */
	if ((d->mood == WILD || d->box_count == 0) && one_in(d, 3)) {
		say_pair(d, "option ", "delay_mechanism", "P2P");
	}
	say_choices(d, "option ", chaos_network_options);
	d->sink = sink;
	d->context = context;
	d->column = 0;
}

static const char *draw_stamping(struct draft *d)
{
	static const char *const stampings[] = { "hardware", "hardware", "hardware", "software",
						 "software", "onestep",  "p2p1step" };

	return stampings[below(d, sizeof(stampings) / sizeof(stampings[0]))];
}

/* They exclude each other. */
static void say_role(struct draft *d)
{
	unsigned role = below(d, 24);

	if (role < 6) {
		say_pair(d, "option ", "clientOnly", "1");
	} else if (role == 6 && d->mood == WILD) {
		say_pair(d, "option ", "serverOnly", "1");
	} else if (role == 7 && d->mood == WILD) {
		say_pair(d, "option ", "gmCapable", "0");
	}
}

static void write_node(struct draft *d, unsigned number, const struct shared *shared)
{
	const char *stamping = draw_stamping(d);
	char clock[VALUE_SIZE];

	say(d, "node      n%u%.*s", number, (int)shared->length, shared->text);
	end_line(d);
	say(d, "         ");
	say_pair(d, "option ", "time_stamping", stamping);
	if (strcmp(stamping, "software") == 0 && one_in(d, 3)) {
		draw_word(d, "system virtual", clock);
		say_pair(d, "option ", "clock", clock);
	}
	say_role(d);
	say_choices(d, "option ", chaos_node_options);
	if (d->has_gnss && number == 1) {
		say_pair(d, "", "reference", "roof");
	}
	if (one_in(d, 4)) {
		say_pair(d, "", "starts_within", one_in(d, 2) ? "20s" : "2s");
	}
	end_line(d);
}

static void write_parts(struct draft *d, unsigned number)
{
	for (const struct chaos_part *part = chaos_node_parts; part->statement; part++) {
		char before[VALUE_SIZE];
		struct shared settings = { .length = 0 };
		report_sink sink = d->sink;
		void *context = d->context;

		if (!one_in(d, part->one_in)) {
			continue;
		}
		snprintf(before, sizeof(before), "%-9s n%u", part->statement, number);
		d->sink = keep_shared;
		d->context = &settings;
		d->column = strlen(before);
		say_choices(d, "", part->keys);
		d->sink = sink;
		d->context = context;
		if (settings.length > 0) { /* else there is nothing to be said */
			say(d, "%s%.*s", before, (int)settings.length, settings.text);
			end_line(d);
		}
		d->column = 0;
	}
}

/* Cards that cannot do what is asked of them are for wild worlds; hardware that can do more is for all. */
static void write_capabilities(struct draft *d, unsigned number)
{
	if (d->mood != WILD || !one_in(d, 8)) {
		say(d, "nic       n%u  one_step yes  p2p_one_step yes\n", number);
	}
}

static void write_nodes(struct draft *d)
{
	struct shared shared = { .length = 0 };

	draw_shared(d, &shared);
	for (unsigned i = 1; i <= d->node_count; i++) {
		write_node(d, i, &shared);
		write_parts(d, i);
		write_capabilities(d, i);
	}
}

/* ---- cables ---- */

static void write_link(struct draft *d, const char *from, const char *to, const char *more)
{
	char name[NAME_SIZE];

	snprintf(name, sizeof(name), "%.14s-%.14s", from, to); /* the ends may be names of the draft's own */
	memcpy(d->link[d->link_count++], name, sizeof(name));
	say(d, "link      %s %s%s", from, to, more);
	say_choices(d, "", chaos_link_keys);
	end_line(d);
}

static void write_boxes(struct draft *d)
{
	for (unsigned i = 0; i < d->box_count; i++) {
		struct chaos_box *box = &d->box[i];

		box->is_hub = one_in(d, 4);
		snprintf(box->name, sizeof(box->name), "%s%u", box->is_hub ? "hub" : "sw", i + 1);
		say(d, "%-9s %s", box->is_hub ? "hub" : "switch", box->name);
		say_choices(d, "", box->is_hub ? chaos_hub_keys : chaos_switch_keys);
		end_line(d);
	}
}

static void write_trunk(struct draft *d, unsigned a, unsigned b, const char *more)
{
	write_link(d, d->box[a].name, d->box[b].name, more);
	d->box[a].ports++;
	d->box[b].ports++;
}

/* Boxes in a line, a tree, a star, or a ring that is cut. */
static void write_trunks(struct draft *d, bool is_ring)
{
	unsigned shape = below(d, 3);

	for (unsigned i = 1; i < d->box_count; i++) {
		unsigned upper = is_ring || shape == 0 ? i - 1 : shape == 1 ? (i - 1) / 2 : 0;

		write_trunk(d, upper, i, "");
	}
	if (is_ring) {
		unsigned cut_s = d->duration_s / 3;

		write_trunk(d, d->box_count - 1, 0, "  up no");
		say(d, "at %us    pull %s\n", cut_s, d->link[0]);
		say(d, "at %us    plug %s\n", cut_s + 1 + below(d, 5), d->link[d->link_count - 1]);
		/* Whoever pulls and plugs these cables must know what he does. */
		d->link_count = 0;
	}
}

static void write_cables(struct draft *d)
{
	bool is_ring = d->box_count >= 3 && one_in(d, 2);
	char name[NAME_SIZE];

	write_boxes(d);
	if (d->box_count == 0) {
		write_link(d, "n1", "n2", "");
		return;
	}
	write_trunks(d, is_ring);
	for (unsigned i = 1; i <= d->node_count; i++) {
		struct chaos_box *box = &d->box[below(d, d->box_count)];

		snprintf(name, sizeof(name), "n%u", i);
		box->ports++;
		if (one_in(d, 2)) {
			write_link(d, name, box->name, "");
		} else {
			write_link(d, box->name, name, "");
		}
	}
}

/* ---- trouble ---- */

static void write_traffic(struct draft *d)
{
	for (unsigned i = 0; i < d->box_count; i++) {
		const struct chaos_box *box = &d->box[i];

		if (!box->is_hub && box->ports > 0 && one_in(d, 2)) {
			say(d, "traffic   t%u at %s.%u", i + 1, box->name, 1 + below(d, box->ports));
			say_choices(d, "", chaos_traffic_keys);
			end_line(d);
		}
	}
}

static const char *draw_link(struct draft *d)
{
	return d->link[below(d, d->link_count)];
}

static void write_faults(struct draft *d)
{
	while (d->mood == WILD && d->fault_count < 3 && one_in(d, 2)) {
		say(d, "fault     f%u on %s", ++d->fault_count, draw_link(d));
		say_choices(d, "", chaos_fault_keys);
		end_line(d);
	}
	while (d->mood == WILD && d->attacker_count < 2 && one_in(d, 4)) {
		say(d, "attacker  a%u on %s", ++d->attacker_count, draw_link(d));
		say_choices(d, "", chaos_attacker_keys);
		end_line(d);
	}
}

/* ---- happenings ---- */

/* The names and numbers of one happening: those of its end too. */
struct cast {
	unsigned node, box, fault, attacker;
	const char *link;
};

static bool can_be(const struct draft *d, const struct chaos_happening *h, const struct cast *cast)
{
	if (h->is_wild && d->mood != WILD) {
		return false;
	}
	if (strstr(h->what, "$w") &&
	    (d->box_count == 0 || d->box[cast->box].is_hub != !!strstr(h->what, "set hub"))) {
		return false;
	}
	return (!strstr(h->what, "$f") || d->fault_count > 0) &&
	       (!strstr(h->what, "$a") || d->attacker_count > 0) && (!strstr(h->what, "$g") || d->has_gnss);
}

static void say_name(struct draft *d, const struct cast *cast, char kind)
{
	static const char spans[] = "10ms 500ms 2s 8s", offsets[] = "-2s -1ms 300ns 20us 10ms 40s",
			  octets[] = "0 1 2 127 128 200 248 255", intervals[] = "-3 -1 0 1 2";
	const char *words = kind == 's' ? spans : kind == 'o' ? offsets : kind == 'b' ? octets : intervals;
	char value[VALUE_SIZE];

	switch (kind) {
	case 'n':
		say(d, "n%u", cast->node);
		break;
	case 'l':
		say(d, "%s", cast->link);
		break;
	case 'w':
		say(d, "%s", d->box[cast->box].name);
		break;
	case 'f':
		say(d, "f%u", cast->fault);
		break;
	case 'a':
		say(d, "a%u", cast->attacker);
		break;
	case 'g':
		say(d, "roof");
		break;
	default:
		draw_word(d, words, value);
		say(d, "%s", value);
		break;
	}
}

static void say_happening(struct draft *d, unsigned at_ms, const char *what, const struct cast *cast)
{
	say(d, "at %ums  ", at_ms);
	while (*what) {
		size_t plain = strcspn(what, "$");

		say(d, "%.*s", (int)plain, what);
		what += plain;
		if (*what) {
			say_name(d, cast, what[1]);
			what += 2;
		}
	}
	end_line(d);
}

static void write_happening(struct draft *d, unsigned until_s)
{
	struct cast cast;
	const struct chaos_happening *h;
	unsigned count = 0, at_ms, end_ms;

	cast.node = 1 + below(d, d->node_count);
	cast.link = draw_link(d);
	at_ms = 1000 * (2 + below(d, until_s - 4));
	at_ms += below(d, 1000);
	cast.box = d->box_count ? below(d, d->box_count) : 0;
	cast.fault = d->fault_count ? 1 + below(d, d->fault_count) : 0;
	cast.attacker = d->attacker_count ? 1 + below(d, d->attacker_count) : 0;
	while (chaos_happenings[count].what) {
		count++;
	}
	do {
		h = &chaos_happenings[below(d, count)];
	} while (!can_be(d, h, &cast));
	say_happening(d, at_ms, h->what, &cast);
	end_ms = at_ms + 10 + below(d, 15000);
	if (h->end && (d->mood != WILD || !one_in(d, 4))) {
		say_happening(d, end_ms < until_s * 1000 ? end_ms : until_s * 1000, h->end, &cast);
	}
}

static void write_happenings(struct draft *d)
{
	unsigned until_s = d->mood == WILD ? d->duration_s - 1 : d->duration_s - QUIET_S;

	if (d->mood == CALM) {
		return;
	}
	for (unsigned left = 1 + below(d, HAPPENINGS_MAX); left > 0; left--) {
		write_happening(d, until_s);
	}
}

/* ---- the whole ---- */

static void draw_size(struct draft *d)
{
	/* Two nodes with a cable are a third of all, many nodes are few. */
	d->box_count = one_in(d, 3) ? 0 : 1 + (one_in(d, 3) ? below(d, BOXES_MAX) : 0);
	d->node_count = 2;
	while (d->box_count > 0 && d->node_count < NODES_MAX && !one_in(d, 7)) {
		d->node_count++;
	}
}

void chaos_write(uint64_t seed, report_sink sink, void *context)
{
	struct draft d = { .sink = sink, .context = context };
	unsigned mood;

	rng_init(&d.rng, seed, "chaos", "world");
	mood = below(&d, 4);
	d.mood = mood == 0 ? CALM : mood == 1 ? TROUBLED : WILD;
	d.tameness = 1 + below(&d, 4);
	d.duration_s = d.mood == WILD ? 60 + below(&d, 121) : 120 + below(&d, 61);
	d.has_gnss = one_in(&d, 6);
	d.has_oven = one_in(&d, 4);
	draw_size(&d);
	write_head(&d, seed);
	write_nodes(&d);
	write_cables(&d);
	write_traffic(&d);
	write_faults(&d);
	write_happenings(&d);
	say(&d, "expect    all malformed = 0\nexpect    all refused-steps = 0\n");
}
