#include "report/page.h"

#include "gnomon/types.h"
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- memory that ends: the linker hands us every malloc() of the library ---- */

static long allocations_left = -1; /* -1: no limit */

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_malloc(size_t size)
{
	if (allocations_left == 0) {
		return NULL;
	}
	allocations_left -= allocations_left > 0;
	return __real_malloc(size);
}

/* ---- a page as text ---- */

static char *text;
static size_t used, room;

static void keep(void *context, const char *piece, size_t length)
{
	(void)context;
	if (used + length + 1 > room) {
		room = 2 * (used + length + 1);
		text = realloc(text, room);
		assert_non_null(text);
	}
	memcpy(text + used, piece, length);
	used += length;
	text[used] = '\0';
}

static const char *page_of(const struct page *page)
{
	used = 0;
	CHECK(page_write(page, keep, NULL));
	return text;
}

/* The end of a tag, quotes being passed over. */
static const char *end_of_tag(const char *at)
{
	bool is_quoted = false;

	for (; *at && (is_quoted || *at != '>'); at++) {
		is_quoted ^= *at == '"';
		CHECK(*at != '<' || at[-1] != '<');
	}
	CHECK_EQ(*at, '>');
	CHECK(!is_quoted);
	return at;
}

static bool is_void(const char *name, size_t length)
{
	static const char *const voids[] = { "meta", "!DOCTYPE" };

	for (size_t i = 0; i < sizeof(voids) / sizeof(voids[0]); i++) {
		if (strlen(voids[i]) == length && memcmp(voids[i], name, length) == 0) {
			return true;
		}
	}
	return false;
}

/* Every element is closed, in order; nothing is fetched or run; no number is nan or inf. */
static void check_well_formed(const char *page)
{
	struct {
		const char *name;
		size_t length;
	} open[64] = { 0 };
	size_t depth = 0;

	for (const char *at = strchr(page, '<'); at; at = strchr(at, '<')) {
		const char *name = at + 1 + (at[1] == '/');
		size_t length = strcspn(name, " />\n");
		const char *end = end_of_tag(at + 1);

		if (at[1] == '/') {
			CHECK(depth > 0);
			depth--;
			CHECK_EQ(open[depth].length, length);
			CHECK_MEM_EQ(open[depth].name, name, length);
		} else if (end[-1] != '/' && !is_void(name, length)) {
			CHECK(depth < 64);
			open[depth].name = name;
			open[depth++].length = length;
		}
		at = end;
	}
	CHECK_EQ(depth, 0);
	CHECK(strstr(page, "nan") == NULL);
	CHECK(strstr(page, "inf ") == NULL && strstr(page, "inf\"") == NULL && strstr(page, "infL") == NULL);
	CHECK(strstr(page, "<script") == NULL && strstr(page, "http") == NULL &&
	      strstr(page, "url(") == NULL);
	CHECK(strstr(page, "src=") == NULL && strstr(page, "href") == NULL &&
	      strstr(page, "@import") == NULL);
	CHECK(strstr(page, "</html>\n") == page + strlen(page) - strlen("</html>\n"));
}

static size_t occurrences(const char *of)
{
	size_t count = 0;

	for (const char *at = strstr(text, of); at; at = strstr(at + 1, of)) {
		count++;
	}
	return count;
}

/* ---- worlds ---- */

struct world {
	struct page page;
	struct page_node *nodes;
	struct page_link *links;
	struct page_expectation *expectations;
	char (*names)[24];
	double *offsets, *delays;
	uint8_t *states;
};

enum shape { LINE, STAR, RING, TREE };

static size_t parent_of(enum shape shape, size_t node)
{
	return shape == STAR ? 0 : shape == TREE ? (node - 1) / 3 : node - 1;
}

/* Clocks n0 (the grandmaster), n1 ..., that settle after 10 samples to some 20 ns. */
static struct world world_of(enum shape shape, size_t nodes, size_t samples)
{
	struct world w = { .nodes = calloc(nodes + 1, sizeof(w.nodes[0])),
			   .links = calloc(nodes + 1, sizeof(w.links[0])),
			   .expectations = calloc(nodes + 1, sizeof(w.expectations[0])),
			   .names = calloc(nodes + 1, sizeof(w.names[0])),
			   .offsets = calloc(nodes * samples + 1, sizeof(double)),
			   .delays = calloc(nodes * samples + 1, sizeof(double)),
			   .states = calloc(nodes * samples + 1, 1) };

	assert_true(w.nodes && w.links && w.expectations && w.names && w.offsets && w.delays && w.states);
	w.page = (struct page){ .title = "A test",
				.interval_s = 0.5,
				.nodes = w.nodes,
				.node_count = nodes,
				.links = w.links,
				.sample_count = samples,
				.expectations = w.expectations };
	for (size_t i = 0; i < nodes; i++) {
		size_t from = i * samples;

		(void)snprintf(w.names[i], sizeof(w.names[i]), "n%zu", i);
		w.nodes[i] = (struct page_node){ .name = w.names[i],
						 .role = i ? "time receiver" : "grandmaster",
						 .is_measured = true,
						 .offset_ns = w.offsets + from,
						 .path_delay_ns = w.delays + from,
						 .state = w.states + from,
						 .settled_s = i ? 5.0 : 0.0 };
		for (size_t k = 0; k < samples; k++) {
			w.offsets[from + k] = i && k < 10 ? 1e6 / (double)(k + 1)
							  : (double)test_random_between(-20, 20);
			w.delays[from + k] = i ? 500.0 + (double)test_random_below(5) : (double)NAN;
			w.states[from + k] = i ? k < 10 ? GN_PORT_UNCALIBRATED : GN_PORT_TIME_RECEIVER
					       : GN_PORT_TIME_TRANSMITTER;
		}
		if (i) {
			w.links[w.page.link_count++] = (struct page_link){ parent_of(shape, i), i,
									   "500 ns, 1G" };
		}
	}
	if (shape == RING) {
		w.links[w.page.link_count++] = (struct page_link){ nodes - 1, 0, "700 ns, 1G" };
	}
	return w;
}

static void world_end(struct world *w)
{
	free(w->nodes);
	free(w->links);
	free(w->expectations);
	free(w->names);
	free(w->offsets);
	free(w->delays);
	free(w->states);
}

static void expect(struct world *w, const char *node, bool holds)
{
	w->expectations[w->page.expectation_count++] = (struct page_expectation){
		"all offset rms < 50ns from 20s", "offset rms 71.3 ns", node, holds, 20.0, 40.0
	};
}

/* ---- the page ---- */

TEST(a_page_says_everything_that_is_known_of_a_run)
{
	static const double tau[] = { 0.1, 1000.0 }, limit[] = { 40.0, 40.0 };
	const struct page_setting settings[] = { { "seed", "4711" }, { "parameter <j>", "4ns & more" } };
	const struct report_mark marks[] = { { 30.0, "cable n0-n1 <pulled>" } };
	const struct page_mask masks[] = { { "G.8273.2-A", false, tau, limit, 2, 0.1 },
					   { "T", true, tau, limit, 2, 0.0 } };
	struct world w = world_of(LINE, 2, 200);

	w.page.title = "One <cable>";
	w.page.about = "First & foremost.\n\nSecond \"paragraph\".";
	w.page.settings = settings;
	w.page.setting_count = 2;
	w.page.marks = marks;
	w.page.mark_count = 1;
	w.page.masks = masks;
	w.page.mask_count = 2;
	w.page.command = "gnomon sim a.scenario --seed 4711 --set 'j=<4ns>'";
	expect(&w, "n1", false);
	expect(&w, "n0", true);
	page_of(&w.page);
	check_well_formed(text);
	CHECK(strstr(text, "<title>One &lt;cable&gt;</title>"));
	CHECK(strstr(text, "<p>First &amp; foremost.</p>\n<p>Second &quot;paragraph&quot;.</p>"));
	CHECK(strstr(text, "1 of 2 expectations FAILED"));
	CHECK(strstr(text, "offset rms 71.3 ns") && strstr(text, "all offset rms &lt; 50ns from 20s"));
	CHECK(strstr(text, "each link: 500 ns, 1G"));
	CHECK(strstr(text, "cable n0-n1 &lt;pulled&gt;"));
	CHECK(strstr(text, ">4711<") && strstr(text, "parameter &lt;j&gt;") &&
	      strstr(text, "4ns &amp; more"));
	CHECK(strstr(text, "--set 'j=&lt;4ns&gt;'"));
	CHECK(strstr(text, "G.8273.2-A</text>") && strstr(text, "low-pass of 0.1 Hz"));
	CHECK(strstr(text, "from 5 s (settled)") && strstr(text, "20 s to 40 s"));
	CHECK(strstr(text, "Offset from true time") && strstr(text, "Offset once settled"));
	CHECK(strstr(text, "MTIE") && strstr(text, "TDEV") && strstr(text, "Mean path delay"));
	CHECK(strstr(text, "uncalibrated") && strstr(text, "prefers-color-scheme: dark") &&
	      strstr(text, "@media print"));
	world_end(&w);
}

TEST(the_budget_has_the_numbers_of_what_comes_after_settling)
{
	struct world w = world_of(LINE, 2, 110);

	for (size_t k = 10; k < 110; k++) {
		w.offsets[110 + k] = k == 50 ? -300.0 : 3.0;
	}
	page_of(&w.page);
	/* 99 times 3 and once -300: mean -0.03, RMS sqrt((99 * 9 + 90000) / 100) */
	CHECK(strstr(text, "<td>100</td><td>-0.03 ns</td><td>30.1 ns</td><td>3 ns</td><td>3 ns</td>"));
	CHECK(strstr(text, "<td>300 ns</td>"));
	world_end(&w);
}

TEST(what_held_and_what_was_not_expected_is_said_too)
{
	struct world w = world_of(LINE, 2, 50);

	CHECK(strstr(page_of(&w.page), "nothing was expected"));
	expect(&w, "n1", true);
	CHECK(strstr(page_of(&w.page), "the expectation holds"));
	expect(&w, NULL, true);
	CHECK(strstr(page_of(&w.page), "all 2 expectations hold"));
	check_well_formed(text);
	world_end(&w);
}

TEST(no_samples_one_sample_and_no_nodes_make_pages)
{
	struct page empty = { 0 };

	check_well_formed(page_of(&empty));
	for (size_t samples = 0; samples < 6; samples++) {
		for (size_t nodes = 1; nodes < 4; nodes++) {
			struct world w = world_of(LINE, nodes, samples);

			expect(&w, "n0", true);
			check_well_formed(page_of(&w.page));
			w.nodes[0].settled_s = (double)NAN;
			check_well_formed(page_of(&w.page));
			world_end(&w);
		}
	}
}

TEST(odd_values_do_not_reach_the_page)
{
	static const double odd[] = {
		0.0, -0.0, 1.0, 1e300, -1e300, 4e-320, 1e18, -7.5, HUGE_VAL, (double)NAN
	};

	for (int i = 0; i < 200; i++) {
		struct world w = world_of((enum shape)(i % 4), 1 + test_random_below(4),
					  1 + test_random_below(60));

		for (size_t k = 0; k < w.page.node_count * w.page.sample_count; k++) {
			w.offsets[k] = odd[test_random_below(i % 2 ? 10 : 4)];
			w.delays[k] = odd[test_random_below(10)];
			w.states[k] = (uint8_t)test_random_below(12);
		}
		w.nodes[0].settled_s = odd[test_random_below(10)];
		w.page.settled_from_s = i % 3 ? 0.0 : 3.0;
		check_well_formed(page_of(&w.page));
		world_end(&w);
	}
}

TEST(nodes_without_a_clock_or_samples_are_drawn_and_not_judged)
{
	struct world w = world_of(STAR, 4, 50);

	w.nodes[1] = (struct page_node){
		.name = "sw<1>", .role = "switch", .is_box = true, .settled_s = 0.0
	};
	w.nodes[2].path_delay_ns = NULL;
	w.nodes[2].state = NULL;
	page_of(&w.page);
	check_well_formed(text);
	CHECK(strstr(text, "sw&lt;1&gt;"));
	CHECK(strstr(text, "<b>3</b><span>clocks</span>"));
	world_end(&w);
}

TEST(of_many_nodes_the_worst_are_shown_and_the_others_counted)
{
	struct world w = world_of(STAR, 1000, 40);

	for (size_t i = 0; i < 1000; i++) {
		expect(&w, w.names[i], i != 77);
	}
	for (size_t k = 0; k < 40; k++) {
		w.offsets[500 * 40 + k] = 12345.0;
	}
	page_of(&w.page);
	check_well_formed(text);
	CHECK(strstr(text, "999 &times;") || strstr(text, "999 \u00d7"));
	CHECK(strstr(text, "&#8230; and 980 more, worst first"));
	CHECK(strstr(text, "of the worst 20 of 1,000"));
	CHECK(strstr(text, "992 others"));
	CHECK(strstr(text, "999 other nodes"));
	CHECK(strstr(text, "<th>n77</th>") && strstr(text, "<th>n500</th>"));
	CHECK(strstr(text, "<th>n77</th>") < strstr(text, "<th>n500</th>"));
	CHECK_LE(used, 400000);
	world_end(&w);
}

TEST(worlds_of_every_shape_and_size_are_drawn)
{
	static const size_t sizes[] = { 2, 3, 7, 9, 20, 41, 60, 61, 200, 3000 };

	for (int shape = LINE; shape <= TREE; shape++) {
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			struct world w = world_of((enum shape)shape, sizes[i], 3);

			page_of(&w.page);
			check_well_formed(text);
			if (sizes[i] <= 60) {
				CHECK_EQ(occurrences("<g class=\"node"), sizes[i]);
			} else {
				CHECK_LE(occurrences("<g class=\"node"), 60);
			}
			world_end(&w);
		}
	}
}

TEST(any_network_is_drawn_also_one_with_links_that_lead_nowhere)
{
	for (int i = 0; i < 300; i++) {
		size_t nodes = 2 + test_random_below(i % 10 ? 30 : 150);
		struct world w = world_of(LINE, nodes, 2);

		for (size_t k = 0; k < w.page.link_count; k++) {
			w.links[k].from = test_random_below(nodes + 1);
			w.links[k].to = test_random_below(nodes + 1);
			w.links[k].label = test_random_below(2) ? "a" : NULL;
		}
		w.nodes[test_random_below(nodes)].role = "switch";
		w.nodes[test_random_below(nodes)].role = NULL;
		check_well_formed(page_of(&w.page));
		world_end(&w);
	}
}

/* The boxes of a plan do not cover each other. */
TEST(nodes_of_a_topology_do_not_overlap)
{
	for (int shape = LINE; shape <= TREE; shape++) {
		for (size_t nodes = 2; nodes <= 60; nodes += 1 + nodes / 4) {
			struct world w = world_of((enum shape)shape, nodes, 2);
			struct {
				double x, y, width, height;
			} box[64];
			size_t count = 0;

			page_of(&w.page);
			for (const char *at = strstr(text, "<g class=\"node"); at;
			     at = strstr(at + 1, "<g class=\"node")) {
				CHECK_EQ(sscanf(strstr(at, "<rect"),
						"<rect x=\"%lf\" y=\"%lf\" width=\"%lf\" height=\"%lf\"",
						&box[count].x, &box[count].y, &box[count].width,
						&box[count].height),
					 4);
				CHECK(box[count].x >= 0.0 && box[count].x + box[count].width <= 960.0 &&
				      box[count].y >= 0.0);
				for (size_t k = 0; k < count; k++) {
					CHECK(box[k].x + box[k].width <= box[count].x ||
					      box[count].x + box[count].width <= box[k].x ||
					      box[k].y + box[k].height <= box[count].y ||
					      box[count].y + box[count].height <= box[k].y);
				}
				count++;
			}
			CHECK_EQ(count, nodes);
			world_end(&w);
		}
	}
}

/* A single value among thousands reaches the area around a line. */
TEST(a_single_spike_is_not_lost_among_many_samples)
{
	struct world w = world_of(LINE, 1, 20000);
	const char *path;
	double least = 1e9, x, y;

	for (size_t k = 0; k < 20000; k++) {
		w.offsets[k] = k == 12345 ? 20.0 : 1.0;
	}
	path = strstr(page_of(&w.page), "class=\"area a0\" d=\"");
	assert_non_null(path);
	path += strlen("class=\"area a0\" d=\"");
	while (sscanf(path, "%*1[ML]%lf %lf", &x, &y) == 2) {
		least = fmin(least, y);
		path += 1 + strcspn(path + 1, "MLZ\"");
	}
	CHECK(least < 60.0);
	CHECK_LE(used, 120000);
	world_end(&w);
}

TEST(long_names_are_cut_between_characters)
{
	struct world w = world_of(LINE, 2, 20);

	w.nodes[1].name = "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4"
			  "\xC3\xB6\xC3\xBC"
			  "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6\xC3\xBC";
	page_of(&w.page);
	check_well_formed(text);
	CHECK(strstr(text, "\xC3\xBC&#8230;") || strstr(text, "\xC3\xA4&#8230;") ||
	      strstr(text, "\xC3\xB6&#8230;"));
	CHECK(strstr(text, "\xC3&#8230;") == NULL);
	world_end(&w);
}

TEST(without_memory_the_page_is_cut_short_and_says_so)
{
	struct world w = world_of(LINE, 3, 100);
	long needed;

	expect(&w, "n1", false);
	allocations_left = 1000;
	page_of(&w.page);
	needed = 1000 - allocations_left;
	CHECK(needed > 10);
	for (long i = 0; i < needed; i++) {
		bool is_whole;

		used = 0;
		text = realloc(text, room = 1 << 20);
		assert_non_null(text);
		allocations_left = i;
		is_whole = page_write(&w.page, keep, NULL);
		allocations_left = -1;
		CHECK(!is_whole);
		check_well_formed(text);
	}
	w.page.sample_count = SIZE_MAX / 4;
	CHECK(!page_write(&w.page, keep, NULL));
	world_end(&w);
}
