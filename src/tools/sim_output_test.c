/* A world of three nodes (gm, client, spare) is put together by hand, with 60 s of samples, two a second. */
#include "tools/sim_output.h"

#include "report/json.h"
#include "sim/network/box.h"
#include "sim/node/node.h"
#include "sim/world.h"
#include "tests/test.h"
#include "tools/sim_figures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define NODES 3
#define SAMPLES 121

/* ---- memory that ends: the linker hands us every calloc() ---- */

static long allocations_left = -1; /* -1: no limit */

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	if (allocations_left == 0) {
		return NULL;
	}
	allocations_left -= allocations_left > 0;
	return __real_calloc(count, size);
}

/* ---- a world ---- */

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

static struct world world;
static struct node nodes[NODES];
static struct gn_config config, boundary_config;
static struct gn_port_config ports[2];
static struct link cable;
static struct link *links[1];
static struct plug plugs[2];
static struct observation observation;
static struct observed_node observed[NODES];
static struct observed_sample samples[NODES][SAMPLES];
static struct observed_change changes[NODES][4];
static struct observed_mark marks[1];
static struct scenario scenario;
static struct expectation expectations[4];
static struct scenario_option parameters[1];
static struct sim_judgements judgements;
static struct sim_run_seen run;

static struct gn_clock_identity identity_of(uint8_t node)
{
	return (struct gn_clock_identity){ { 2, 0, 0, 0xFF, 0xFE, 0, 0, node } };
}

/* The client is 1 ms off for 5 s, then +-10 ns in turn; gm is right. */
static void make_samples(void)
{
	for (size_t i = 0; i < SAMPLES; i++) {
		double offset = i < 10 ? 1e6 : i % 2 ? 10.0 : -10.0;

		samples[0][i] = (struct observed_sample){ .own_offset_ns = NAN,
							  .path_delay_ns = NAN,
							  .state = GN_PORT_TIME_TRANSMITTER,
							  .is_running = true };
		samples[1][i] = (struct observed_sample){ .own_offset_ns = 1.5F,
							  .path_delay_ns = 500.0F,
							  .offset_ns = offset,
							  .frequency_ppb = -12.25F,
							  .state = GN_PORT_TIME_RECEIVER,
							  .is_running = true };
	}
}

static void make_changes(void)
{
	for (uint8_t n = 0; n < 2; n++) {
		bool is_gm = n == 0;

		changes[n][0] = (struct observed_change){ .kind = OBSERVED_START };
		changes[n][1] = (struct observed_change){ .at_ps = PS_PER_SECOND,
							  .kind = OBSERVED_STATE,
							  .port = 1,
							  .from = GN_PORT_LISTENING,
							  .to = is_gm ? GN_PORT_TIME_TRANSMITTER
								      : GN_PORT_TIME_RECEIVER };
		changes[n][2] = (struct observed_change){ .at_ps = PS_PER_SECOND,
							  .kind = OBSERVED_GRANDMASTER,
							  .identity = identity_of(0) };
		changes[n][3] = (struct observed_change){ .at_ps = 5 * PS_PER_SECOND,
							  .kind = is_gm ? OBSERVED_TOUCH : OBSERVED_STEP,
							  .value_ns = -1e6 };
		observed[n].changes = changes[n];
		observed[n].change_count = 4;
	}
}

static void expect(const char *line)
{
	char copy[256], why[256] = "", *words[32], *save = NULL;
	struct expectation *e = &expectations[scenario.expectation_count++];
	size_t count = 0;

	(void)snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		words[count++] = word;
	}
	CHECK(expect_parse(e, words, count, why, sizeof(why)));
}

static void make_world(void)
{
	static const char *const names[NODES] = { "gm", "client", "spare" };

	memset(&world, 0, sizeof(world));
	memset(nodes, 0, sizeof(nodes));
	memset(observed, 0, sizeof(observed));
	config = (struct gn_config){ .ports = ports, .port_count = 1 };
	boundary_config = (struct gn_config){ .ports = ports, .port_count = 2 };
	for (uint8_t n = 0; n < NODES; n++) {
		(void)snprintf(nodes[n].name, sizeof(nodes[n].name), "%s", names[n]);
		nodes[n].config = &config;
		nodes[n].index = n;
		observed[n] = (struct observed_node){ .name = nodes[n].name, .identity = identity_of(n) };
	}
	for (uint8_t n = 0; n < 2; n++) {
		observed[n].is_measured = true;
		observed[n].samples = samples[n];
	}
	(void)snprintf(ports[0].name, sizeof(ports[0].name), "eth0");
	plugs[0] = (struct plug){ .name = "gm.1" };
	plugs[1] = (struct plug){ .name = "client.1" };
	cable = (struct link){ .settings = { .delay = 500000, .speed = 1000000000 },
			       .plug = { &plugs[0], &plugs[1] } };
	links[0] = &cable;
	world = (struct world){ .seed = 4711,
				.start_seconds = WORLD_START_SECONDS,
				.nodes = nodes,
				.node_count = NODES,
				.links = links,
				.link_count = 1 };
	world.queue.now_ps = 60 * PS_PER_SECOND;
}

static void begin(void)
{
	used = 0;
	make_world();
	make_samples();
	make_changes();
	observed[1].drops[GN_DROP_DUPLICATE] = 7;
	observed[1].sent[GN_DELAY_REQ] = 41;
	marks[0] = (struct observed_mark){ 30 * PS_PER_SECOND, "cable gm-client <pulled>" };
	observation = (struct observation){ .world = &world,
					    .interval_ps = PS_PER_SECOND / 2,
					    .sample_count = SAMPLES,
					    .nodes = observed,
					    .node_count = NODES,
					    .marks = marks,
					    .mark_count = 1,
					    .trace = 0x0123456789ABCDEF,
					    .is_tracing = true };
	memset(expectations, 0, sizeof(expectations));
	parameters[0] = (struct scenario_option){ .name = "jitter", .value = "4ns" };
	scenario = (struct scenario){ .file = "a.scenario",
				      .title = "A <test>",
				      .about = "Of what is said.",
				      .duration_ps = 60 * PS_PER_SECOND,
				      .expectations = expectations,
				      .parameters = parameters,
				      .parameter_count = 1 };
	sim_judgements_free(&judgements);
	run = (struct sim_run_seen){ &scenario, &observation, &judgements,
				     "gnomon sim a.scenario --seed 4711" };
}

static void judge(void)
{
	CHECK(sim_judge(&judgements, &scenario, &observation));
}

static const char *summary(bool has_colours, bool is_quiet)
{
	const struct sim_look look = { .has_colours = has_colours, .is_utf8 = true, .is_quiet = is_quiet };

	used = 0;
	CHECK(sim_summary(&run, &look, keep, NULL));
	return text;
}

/* ---- figures ---- */

static struct sim_all_figures figures(void)
{
	struct sim_all_figures all;

	CHECK(sim_figures_find(&all, &run));
	return all;
}

TEST(figures_are_of_what_comes_after_settling)
{
	struct sim_all_figures all;

	begin();
	all = figures();
	CHECK_NEAR(all.nodes[1].settled_s, 5.0, 1e-9);
	CHECK_EQ(all.nodes[1].samples, SAMPLES - 10);
	CHECK_NEAR(all.nodes[1].rms_ns, 10.0, 1e-9);
	CHECK_NEAR(all.nodes[1].largest_ns, 10.0, 1e-9);
	CHECK_NEAR(all.nodes[1].p999_ns, 10.0, 1e-9);
	CHECK_NEAR(all.nodes[1].path_delay_ns, 500.0, 1e-9);
	CHECK_EQ(all.nodes[1].steps, 1);
	CHECK_EQ(all.nodes[1].drops, 7);
	CHECK(isnan(all.nodes[0].path_delay_ns));
	CHECK_EQ(all.nodes[0].steps, 0);
	CHECK_STR_EQ(all.nodes[0].role, "grandmaster");
	CHECK_STR_EQ(all.nodes[1].role, "time receiver");
	CHECK_STR_EQ(all.nodes[1].grandmaster_name, "gm");
	CHECK_STR_EQ(all.nodes[2].role, "never started");
	CHECK_EQ(all.nodes[2].samples, 0);
	CHECK(isnan(all.nodes[2].rms_ns));
	sim_figures_free(&all);
}

TEST(a_clock_that_waits_to_serve_is_no_time_receiver)
{
	struct sim_all_figures all;

	begin();
	changes[0][1].to = GN_PORT_PASSIVE;
	all = figures();
	CHECK_STR_EQ(all.nodes[0].role, "ordinary clock");
	sim_figures_free(&all);
	begin();
	changes[0][1].to = GN_PORT_LISTENING;
	config.client_only = 1;
	all = figures();
	CHECK_STR_EQ(all.nodes[0].role, "time receiver");
	sim_figures_free(&all);
	config.client_only = 0;
}

TEST(a_settles_expectation_says_what_settled_means)
{
	struct sim_all_figures all;

	begin();
	for (size_t i = 10; i < 40; i++) {
		samples[1][i].offset_ns = 20.0;
	}
	all = figures();
	CHECK_NEAR(all.nodes[1].settled_s, 5.0, 1e-9); /* 20 ns are less than three times the usual 10 */
	sim_figures_free(&all);
	expect("client settles within 10s threshold 15ns hold 30s");
	judge();
	all = figures();
	CHECK_NEAR(all.nodes[1].settled_s, 20.0, 1e-9);
	CHECK_EQ(all.nodes[1].failures, 1);
	CHECK_EQ(all.worst[0], 1);
	sim_figures_free(&all);
}

TEST(a_clock_that_never_settles_is_said_to)
{
	struct sim_all_figures all;

	begin();
	expect("client settles within 10s threshold 5ns hold 30s");
	judge();
	all = figures();
	CHECK(isnan(all.nodes[1].settled_s));
	CHECK_EQ(all.nodes[1].samples, SAMPLES);
	sim_figures_free(&all);
	CHECK(strstr(summary(false, false), "never"));
}

TEST(offsets_are_against_the_clock_that_the_expectations_are_against)
{
	struct sim_all_figures all;

	begin();
	for (size_t i = 0; i < SAMPLES; i++) {
		samples[0][i].offset_ns = 1e9;
		samples[1][i].offset_ns += 1e9;
	}
	expect("client offset rms < 50ns from 20s against gm");
	judge();
	all = figures();
	CHECK_NEAR(all.nodes[1].rms_ns, 10.0, 1e-6);
	sim_figures_free(&all);
	CHECK(strstr(summary(false, false), "offsets against gm"));
	expect("client offset rms < 50ns from 20s");
	CHECK(sim_reference(&run) == NULL);
}

TEST(a_verdict_about_a_port_is_one_about_its_node)
{
	struct sim_all_figures all;

	begin();
	expect("client.1 state is PASSIVE at 30s");
	judge();
	CHECK_EQ(judgements.failed, 1);
	all = figures();
	CHECK_EQ(all.nodes[1].failures, 1);
	sim_figures_free(&all);
}

TEST(a_boundary_clock_is_one_with_several_ports)
{
	struct sim_all_figures all;

	begin();
	nodes[1].config = &boundary_config;
	all = figures();
	CHECK_STR_EQ(all.nodes[1].role, "boundary clock");
	sim_figures_free(&all);
}

/* ---- the summary ---- */

TEST(the_summary_has_a_row_for_each_node_and_a_line_for_each_expectation)
{
	begin();
	expect("client offset rms < 50ns from 20s");
	expect("client steps = 0");
	judge();
	summary(false, false);
	CHECK(strstr(text, "A <test>\n60 s of 3 nodes, seed 4711, jitter 4ns\n"));
	CHECK(strstr(text, "client  time receiver  gm "));
	CHECK(strstr(text, "  10 ns      10 ns      10 ns       5 s      500 ns      1        7\n"));
	CHECK(strstr(text, "grandmaster    itself"));
	CHECK(strstr(text, "  ok      client offset rms < 50ns from 20s  --  "));
	CHECK(strstr(text, "  FAILED  client steps = 0  --  "));
	CHECK(strstr(text, "          gnomon sim a.scenario --seed 4711\n"));
	CHECK(strstr(text, "1 of 2 expectations FAILED\n"));
	CHECK(strchr(text, '\033') == NULL);
	CHECK(strstr(summary(true, false), "\033[1;31m  FAILED\033[0m"));
}

TEST(a_quiet_summary_has_only_what_did_not_hold)
{
	begin();
	expect("client offset rms < 50ns from 20s");
	judge();
	used = 0;
	keep(NULL, "", 0);
	CHECK_STR_EQ(summary(false, true), "");
	expect("client steps = 0");
	sim_judgements_free(&judgements);
	judge();
	summary(false, true);
	CHECK(strstr(text, "FAILED  client steps") == text + 2);
	CHECK(strstr(text, "offset rms") == NULL);
}

TEST(expectations_of_times_that_were_not_reached_are_not_judged)
{
	begin();
	expect("client offset rms < 50ns from 20s to 50s");
	expect("client offset rms < 50ns from 30s");
	world.queue.now_ps = 40 * PS_PER_SECOND;
	observation.sample_count = 81;
	judge();
	CHECK_EQ(judgements.count, 1);
	CHECK_EQ(judgements.failed, 0);
}

/* Many nodes: an array of their own, all like the client, the k-th k ns off. */
static struct observed_node *make_many(size_t count)
{
	struct observed_node *many = calloc(count, sizeof(*many));
	struct observed_sample *all = calloc(count * SAMPLES, sizeof(*all));
	struct node *their = calloc(count, sizeof(*their));

	assert_true(many && all && their);
	for (size_t n = 0; n < count; n++) {
		(void)snprintf(their[n].name, sizeof(their[n].name), "leaf%zu", n);
		their[n].config = &config;
		their[n].index = (uint32_t)n;
		many[n] = observed[1];
		many[n].name = their[n].name;
		many[n].identity.octets[5] = (uint8_t)(n / 256);
		many[n].identity.octets[6] = (uint8_t)n;
		many[n].samples = all + n * SAMPLES;
		memcpy(many[n].samples, samples[1], sizeof(samples[1]));
		for (size_t i = 10; i < SAMPLES; i++) {
			many[n].samples[i].offset_ns = (double)n;
		}
	}
	world.nodes = their;
	world.node_count = observation.node_count = count;
	world.link_count = 0;
	observation.nodes = many;
	return many;
}

TEST(of_many_nodes_the_worst_are_shown_and_the_rest_is_counted)
{
	struct observed_node *many;

	begin();
	many = make_many(3000);
	expect("leaf* offset max < 2990.5ns from 20s");
	judge();
	CHECK_EQ(judgements.count, 3000);
	CHECK_EQ(judgements.failed, 9);
	summary(false, false);
	CHECK(strstr(text, "  leaf2999  "));
	CHECK(strstr(text, "  leaf2980  "));
	CHECK(strstr(text, "  leaf2979  ") == NULL);
	CHECK(strstr(text, "\xE2\x80\xA6 and 2,980 more, worst first\n"));
	CHECK(strstr(text, "  FAILED  leaf* offset max < 2990.5ns from 20s  --  4 more nodes\n"));
	CHECK(strstr(text, "  ok      leaf* offset max < 2990.5ns from 20s  --  the other 2,991 nodes\n"));
	CHECK(strstr(text, "9 of 3,000 expectations FAILED\n"));
	used = 0;
	CHECK(sim_page(&run, keep, NULL));
	CHECK(strstr(text, "and 2,980 more"));
	free(many[0].samples);
	free(many);
	free(world.nodes);
}

/* ---- CSV ---- */

TEST(csv_has_a_line_for_every_sample_of_every_measured_clock)
{
	size_t lines = 0;

	begin();
	samples[1][3].is_running = false;
	samples[1][4].offset_ns = (double)NAN;
	scenario.title = "two\nlines";
	sim_csv(&run, keep, NULL);
	for (const char *at = text; *at; at++) {
		lines += *at == '\n';
	}
	CHECK_EQ(lines, 4 + 1 + 2 * SAMPLES);
	CHECK(strstr(text, "# scenario: a.scenario\n# title: two lines\n# seed: 4711\n# jitter: 4ns\n"
			   "time_s,node,offset_ns,own_offset_ns,frequency_ppb,path_delay_ns,state\n"
			   "0.000000000,gm,0.000,,0.0000,,TIME_TRANSMITTER\n"
			   "0.000000000,client,1000000.000,1.500,-12.2500,500.000,TIME_RECEIVER\n"
			   "0.500000000,gm,") == text);
	CHECK(strstr(text, "\n1.500000000,client,,,,,\n"));
	CHECK(strstr(text, "\n2.000000000,client,,1.500,-12.2500,500.000,TIME_RECEIVER\n"));
	CHECK(strstr(text, "nan") == NULL);
}

TEST(csv_times_do_not_drift_where_samples_are_no_whole_nanoseconds_apart)
{
	begin();
	observation.interval_ps = 1500;
	sim_csv(&run, keep, NULL);
	CHECK(strstr(text, "\n0.000000001,gm,") && strstr(text, "\n0.000000003,gm,"));
}

/* ---- JSON ---- */

/* Brackets and quotes match; that is what the writer cannot know of its caller. */
static void check_json(const char *json)
{
	char open[32] = "";
	size_t depth = 0;
	bool is_quoted = false;

	for (const char *at = json; *at; at++) {
		if (is_quoted && *at == '\\') {
			at++;
		} else if (*at == '"') {
			is_quoted = !is_quoted;
		} else if (!is_quoted && (*at == '{' || *at == '[')) {
			CHECK(depth < sizeof(open));
			open[depth++] = *at;
		} else if (!is_quoted && (*at == '}' || *at == ']')) {
			CHECK(depth > 0);
			CHECK_EQ(open[--depth], *at == '}' ? '{' : '[');
		}
	}
	CHECK_EQ(depth, 0);
	CHECK(!is_quoted);
	CHECK(strstr(json, "nan") == NULL && strstr(json, "inf,") == NULL);
}

TEST(json_has_all_that_is_known)
{
	begin();
	expect("client offset rms < 50ns from 20s");
	expect("client steps = 0");
	judge();
	CHECK(sim_json(&run, keep, NULL));
	check_json(text);
	CHECK(strstr(text, "\"status\": \"failed\""));
	CHECK(strstr(text, "\"seed\": 4711"));
	CHECK(strstr(text, "\"duration_ps\": 60000000000000"));
	CHECK(strstr(text, "\"jitter\": \"4ns\""));
	CHECK(strstr(text, "\"rms_ns\": 10,") || strstr(text, "\"rms_ns\": 10.0"));
	CHECK(strstr(text, "\"settled_ns\": 5000000000"));
	CHECK(strstr(text, "\"grandmaster_name\": \"gm\""));
	CHECK(strstr(text, "\"duplicate\": 7"));
	CHECK(strstr(text, "\"Delay_Req\": 41"));
	CHECK(strstr(text, "\"what\": \"step\""));
	CHECK(strstr(text, "\"by_ns\": -1000000"));
	CHECK(strstr(text, "\"text\": \"client steps = 0\""));
	CHECK(strstr(text, "\"holds\": true") && strstr(text, "\"holds\": false"));
	CHECK(strstr(text, "\"trace\": \"0123456789abcdef\""));
	CHECK(strstr(text, "\"path_delay_ns\": null"));
	CHECK(strstr(text, "cable gm-client <pulled>"));
}

/* ---- the page ---- */

TEST(the_page_is_made_of_the_world_and_what_was_seen_of_it)
{
	begin();
	expect("client offset rms < 50ns from 20s");
	expect("client mtie below G.8273.2-A from 10s");
	expect("client tdev below 0.1s:40ns,1000s:40ns from 10s");
	judge();
	CHECK(sim_page(&run, keep, NULL));
	CHECK(strstr(text, "<title>A &lt;test&gt;</title>"));
	CHECK(strstr(text, "each link: 500 ns, 1G"));
	CHECK(strstr(text, "client offset rms &lt; 50ns from 20s"));
	CHECK(strstr(text, "cable gm-client &lt;pulled&gt;"));
	CHECK(strstr(text, "G.8273.2-A</text>") && strstr(text, ">limit</text>"));
	CHECK(strstr(text, "low-pass of 0.1 Hz"));
	CHECK(strstr(text, "jitter") && strstr(text, "4711") && strstr(text, "0123456789abcdef"));
	CHECK(strstr(text, "gnomon sim a.scenario --seed 4711</pre>"));
	CHECK(strstr(text, "Offset from true time"));
	CHECK(strstr(text, "time receiver") && strstr(text, "grandmaster") && strstr(text, "never started"));
	CHECK(strstr(text, "</html>"));
}

TEST(switches_are_drawn_between_the_nodes_they_join)
{
	static struct box box = { .name = "sw" };
	static struct box *boxes[] = { &box };

	begin();
	world.boxes = boxes;
	world.box_count = 1;
	(void)snprintf(plugs[1].name, sizeof(plugs[1].name), "sw.3");
	cable.settings.medium = LINK_WIFI;
	CHECK(sim_page(&run, keep, NULL));
	CHECK(strstr(text, "<title>sw, switch</title>"));
	CHECK(strstr(text, "each link: Wi-Fi"));
	CHECK(strstr(text, "<path class=\"link\""));
}

TEST(a_run_without_samples_has_all_faces_too)
{
	begin();
	observation.sample_count = 0;
	judge();
	summary(false, false);
	CHECK(strstr(text, "client"));
	used = 0;
	CHECK(sim_json(&run, keep, NULL));
	check_json(text);
	CHECK(strstr(text, "\"rms_ns\": null"));
	used = 0;
	CHECK(sim_page(&run, keep, NULL));
	CHECK(strstr(text, "</html>"));
}

/* ---- the trace ---- */

static void tell(void)
{
	const struct gn_event start = { .type = GN_EVENT_START };
	const struct gn_event opened = { .type = GN_EVENT_PORT_OPENED, .port = 1, .u.opened.is_open = true };
	const struct gn_action step = { .type = GN_ACTION_CLOCK_STEP, .u.step = { .nanoseconds = 1500 } };
	const struct gn_report state = { .id = GN_REPORT_PORT_STATE,
					 .port = 1,
					 .number = { GN_PORT_LISTENING, GN_PORT_UNCALIBRATED } };
	const struct gn_action report = { .type = GN_ACTION_REPORT, .u.report = &state };
	struct watch *watch = world.watches;

	assert_non_null(watch);
	world.queue.now_ps = 1500000000001;
	for (size_t n = 0; n < 2; n++) {
		watch->event(watch, &nodes[n], &start);
		watch->event(watch, &nodes[n], &opened);
		watch->action(watch, &nodes[n], &step);
		watch->action(watch, &nodes[n], &report);
		watch->malformed(watch, &nodes[n], 1, "too short");
	}
	watch->happened(watch, "cable gm-client pulled");
}

TEST(a_trace_has_a_line_for_all_that_goes_in_and_out_of_the_chosen_nodes)
{
	static const char *const patterns[] = { "cl*" };
	struct sim_trace *trace;

	begin();
	trace = sim_trace_start(&world, patterns, 1, keep, NULL);
	assert_non_null(trace);
	tell();
	CHECK(strstr(text, "     1.500000000001  client  start\n") == text);
	CHECK(strstr(text, "port 1 (eth0)"));
	CHECK(strstr(text, "client  -> step the clock by "));
	CHECK(strstr(text, "LISTENING -> UNCALIBRATED"));
	CHECK(strstr(text, "MALFORMED: too short"));
	CHECK(strstr(text, "  *       cable gm-client pulled\n"));
	CHECK(strstr(text, "  gm  ") == NULL);
	sim_trace_free(trace);
}

TEST(without_patterns_all_nodes_are_traced)
{
	struct sim_trace *trace;

	begin();
	trace = sim_trace_start(&world, NULL, 0, keep, NULL);
	assert_non_null(trace);
	tell();
	CHECK(strstr(text, "  gm      start\n") && strstr(text, "  client  start\n"));
	sim_trace_free(trace);
}

static bool summarize_again(void)
{
	const struct sim_look look = { .is_utf8 = true };

	return sim_summary(&run, &look, keep, NULL);
}

static bool json_again(void)
{
	return sim_json(&run, keep, NULL);
}

static bool page_again(void)
{
	return sim_page(&run, keep, NULL);
}

static bool trace_again(void)
{
	struct sim_trace *trace = sim_trace_start(&world, NULL, 0, keep, NULL);
	bool is_there = trace != NULL;

	sim_trace_free(trace);
	world.watches = NULL;
	return is_there;
}

TEST(without_memory_every_face_says_so)
{
	static bool (*const faces[])(void) = { summarize_again, json_again, page_again, trace_again };

	begin();
	expect("client steps = 0");
	judge();
	for (size_t i = 0; i < sizeof(faces) / sizeof(faces[0]); i++) {
		long needed;

		allocations_left = 1000;
		CHECK(faces[i]());
		needed = 1000 - allocations_left;
		CHECK(needed > 0);
		for (long k = 0; k < needed; k++) {
			bool is_done;

			allocations_left = k;
			is_done = faces[i]();
			allocations_left = -1;
			CHECK(!is_done);
		}
	}
}
