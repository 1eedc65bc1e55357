/* src/sim/watch/observe_test.c -- what is seen of two nodes and a cable, and that looking changes nothing. */
#include "sim/watch/observe.h"

#include "core/dataset.h"
#include "sim/node/test_pair.h"
#include "tests/test.h"

#include <math.h>

#define STEP_NS 123456789 /* the client's clock at the start, ahead of true time */

struct watched {
	struct pair p;
	struct observation o;
	const struct observed_node *gm, *client;
};

/* Settings may still be changed. */
static void prepare(struct watched *w)
{
	memset(w, 0, sizeof(*w));
	pair_init(&w->p, 1);
}

static void begin(struct watched *w, int64_t interval_ps, int64_t until_ps)
{
	CHECK(pair_make(&w->p));
	CHECK(observation_init(&w->o, &w->p.world, interval_ps, until_ps));
	w->gm = observation_node(&w->o, "gm");
	w->client = observation_node(&w->o, "client");
	CHECK(w->gm && w->client);
}

static void end(struct watched *w)
{
	observation_free(&w->o);
	world_free(&w->p.world);
}

static size_t count_of(const struct observed_node *on, enum observed_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < on->change_count; i++) {
		count += on->changes[i].kind == kind;
	}
	return count;
}

/* The n-th of its kind, from 0. */
static const struct observed_change *change_of(const struct observed_node *on, enum observed_kind kind,
					       size_t n)
{
	for (size_t i = 0; i < on->change_count; i++) {
		if (on->changes[i].kind == kind && n-- == 0) {
			return &on->changes[i];
		}
	}
	fail();
	return NULL;
}

/* ---- samples ---- */

TEST(clocks_are_sampled_on_the_grid_against_true_time)
{
	struct watched w;
	const struct observed_sample *first, *last;

	prepare(&w);
	begin(&w, 100 * PS_PER_MS, 30 * PS_PER_SECOND);
	pair_run(&w.p, 30);
	CHECK_EQ(w.o.sample_count, 301);
	first = &w.client->samples[0];
	CHECK_NEAR(first->offset_ns, STEP_NS, 0.01);
	CHECK(isnan(first->own_offset_ns) && isnan(first->path_delay_ns) && isnan(first->own_error_ns));
	CHECK(!isnan(first->frequency_ppb));
	last = &w.client->samples[300];
	CHECK(last->is_running);
	CHECK_NEAR(last->offset_ns, pair_error_ns(&w.p), 1e-9);
	CHECK_NEAR(last->offset_ns, 0.0, 1.0);
	CHECK_NEAR((double)last->own_offset_ns, 0.0, 2.0);
	CHECK_NEAR((double)last->own_error_ns, 0.0, 2.0);
	CHECK_NEAR((double)last->path_delay_ns, 500.0, 1.0);
	CHECK_NEAR((double)last->frequency_ppb, 0.0, 50.0);
	CHECK_EQ(last->state, GN_PORT_TIME_RECEIVER);
	CHECK_EQ(w.gm->samples[300].state, GN_PORT_TIME_TRANSMITTER);
	CHECK(isnan(w.gm->samples[300].own_offset_ns));
	end(&w);
}

/* The servo slews some 14 us in the second between two Sync: the truth of any other moment would be far from what it
 * said. */
TEST(the_own_error_is_that_of_the_moment_at_which_it_was_measured)
{
	struct watched w;
	double largest = 0.0;

	prepare(&w);
	for (int i = 0; i < 2; i++) {
		w.p.ports[i].log_sync_interval = 0;
		w.p.ports[i].delay_mechanism = GN_DELAY_P2P; /* a delay that slewing does not change */
	}
	w.p.config[1].servo.first_step_threshold = 0;
	w.p.client->mac.settings.offset = 20 * PS_PER_US;
	begin(&w, 10 * PS_PER_MS, 60 * PS_PER_SECOND);
	pair_run(&w.p, 60);
	for (size_t i = 0; i < w.o.sample_count; i++) {
		const struct observed_sample *sample = &w.client->samples[i];
		double other = fabs((double)sample->own_offset_ns - sample->offset_ns);

		CHECK(isnan(sample->own_error_ns) || fabs((double)sample->own_error_ns) < 100.0);
		largest = other > largest ? other : largest;
	}
	CHECK(largest > 10000.0);
	CHECK(!isnan(w.client->samples[w.o.sample_count - 1].own_error_ns));
	end(&w);
}

TEST(nodes_that_are_not_measured_have_no_samples)
{
	struct watched w;

	prepare(&w);
	w.p.gm->settings.is_measured = false;
	begin(&w, 100 * PS_PER_MS, 10 * PS_PER_SECOND);
	pair_run(&w.p, 10);
	CHECK(!w.gm->samples);
	CHECK(w.client->samples);
	CHECK_EQ(count_of(w.gm, OBSERVED_START), 1);
	end(&w);
}

TEST(a_run_may_be_longer_than_said)
{
	struct watched w;

	prepare(&w);
	begin(&w, PS_PER_SECOND, PS_PER_SECOND);
	pair_run(&w.p, 50);
	CHECK_EQ(w.o.sample_count, 51);
	CHECK_NEAR(w.client->samples[50].offset_ns, pair_error_ns(&w.p), 1e-9);
	CHECK_NEAR(w.client->samples[0].offset_ns, STEP_NS, 0.01);
	end(&w);
}

/* ---- changes ---- */

TEST(states_and_grandmasters_are_written_down_as_they_change)
{
	struct watched w;
	struct gn_clock_identity gm;

	prepare(&w);
	begin(&w, PS_PER_SECOND, 30 * PS_PER_SECOND);
	pair_run(&w.p, 30);
	CHECK_EQ(w.client->changes[0].kind, OBSERVED_START);
	CHECK_EQ(w.client->changes[1].kind, OBSERVED_GRANDMASTER);
	CHECK_EQ(count_of(w.client, OBSERVED_GRANDMASTER), 2);
	CHECK_MEM_EQ(&change_of(w.client, OBSERVED_GRANDMASTER, 0)->identity, &w.p.client->identity, 8);
	CHECK_MEM_EQ(&change_of(w.client, OBSERVED_GRANDMASTER, 1)->identity, &w.p.gm->identity, 8);
	CHECK_EQ(observation_state(w.client, 1, 30 * PS_PER_SECOND), GN_PORT_TIME_RECEIVER);
	CHECK_EQ(observation_state(w.gm, 1, 30 * PS_PER_SECOND), GN_PORT_TIME_TRANSMITTER);
	CHECK_EQ(observation_state(w.client, 2, 30 * PS_PER_SECOND), GN_PORT_INITIALIZING);
	CHECK_EQ(observation_state(w.client, 1, -1), 0);
	gm = observation_grandmaster(w.client, 30 * PS_PER_SECOND);
	CHECK_MEM_EQ(&gm, &w.p.gm->identity, 8);
	gm = observation_grandmaster(w.client, 0);
	CHECK_MEM_EQ(&gm, &w.p.client->identity, 8);
	for (size_t i = 1; i < w.client->change_count; i++) {
		CHECK_LE(w.client->changes[i - 1].at_ps, w.client->changes[i].at_ps);
	}
	end(&w);
}

TEST(the_first_step_is_seen_and_allowed)
{
	struct watched w;
	const struct observed_change *step;

	prepare(&w);
	begin(&w, 100 * PS_PER_MS, 30 * PS_PER_SECOND);
	pair_run(&w.p, 30);
	CHECK_EQ(count_of(w.client, OBSERVED_STEP), 1);
	step = change_of(w.client, OBSERVED_STEP, 0);
	CHECK_NEAR(step->value_ns, -(double)STEP_NS, 100.0);
	CHECK_NEAR(w.client->samples[step->at_ps / (100 * PS_PER_MS)].offset_ns, STEP_NS, 100.0); /* before */
	CHECK_EQ(w.client->refused_steps, 0);
	CHECK_EQ(count_of(w.gm, OBSERVED_STEP), 0);
	CHECK_EQ(w.client->reports[GN_REPORT_CLOCK_STEPPED], 1);
	end(&w);
}

static void step(struct watched *w, int64_t by_ns)
{
	struct gn_action action = { .type = GN_ACTION_CLOCK_STEP, .u.step = gn_offset_from_ns(by_ns) };

	w->o.watch.action(&w->o.watch, w->p.client, &action);
}

/* With the servo's rules: first_step_threshold until it was locked or has stepped, step_threshold always. */
TEST(steps_that_the_thresholds_forbid_are_counted)
{
	struct gn_event start = { .type = GN_EVENT_START };
	struct gn_action locked = { .type = GN_ACTION_CLOCK_IS_SYNCHRONIZED };
	struct watched w;

	prepare(&w);
	w.p.config[1].servo.first_step_threshold = 20e-6;
	w.p.config[1].servo.step_threshold = 0;
	begin(&w, PS_PER_SECOND, PS_PER_SECOND);
	step(&w, 20001);
	CHECK_EQ(w.client->refused_steps, 0);
	step(&w, 20001); /* the second one */
	CHECK_EQ(w.client->refused_steps, 1);
	w.p.config[1].servo.step_threshold = 1e-3;
	step(&w, -1000001);
	CHECK_EQ(w.client->refused_steps, 1);
	step(&w, -1000000); /* not beyond */
	CHECK_EQ(w.client->refused_steps, 2);
	w.o.watch.event(&w.o.watch, w.p.client, &start); /* a new life */
	step(&w, 20000);
	CHECK_EQ(w.client->refused_steps, 3);
	w.o.watch.event(&w.o.watch, w.p.client, &start);
	w.o.watch.action(&w.o.watch, w.p.client, &locked);
	step(&w, 20001);
	CHECK_EQ(w.client->refused_steps, 4);
	CHECK_EQ(count_of(w.client, OBSERVED_STEP), 6);
	end(&w);
}

/* ---- lives ---- */

static void kill_client(void *object, void *argument)
{
	(void)argument;
	world_happened(object, "kill client");
	node_kill(world_node(object, "client"));
}

static void kill_in_silence(void *object, void *argument)
{
	(void)argument;
	node_kill(world_node(object, "client"));
}

static void stop_client(void *object, void *argument)
{
	(void)argument;
	node_stop(world_node(object, "client"));
}

static void start_client(void *object, void *argument)
{
	(void)argument;
	node_start(world_node(object, "client"));
}

static void check_end(queue_handler handler, int64_t seen_ps)
{
	const int64_t end_ps = 20 * PS_PER_SECOND + 345 * PS_PER_MS, start_ps = 25 * PS_PER_SECOND + 1;
	struct gn_clock_identity nobody = { { 0 } }, gm;
	struct watched w;

	prepare(&w);
	begin(&w, PS_PER_SECOND, 60 * PS_PER_SECOND);
	queue_add(&w.p.world.queue, end_ps, handler, &w.p.world, NULL);
	queue_add(&w.p.world.queue, start_ps, start_client, &w.p.world, NULL);
	pair_run(&w.p, 60);
	CHECK_EQ(count_of(w.client, OBSERVED_START), 2);
	CHECK_EQ(count_of(w.client, OBSERVED_END), 1);
	CHECK_EQ(change_of(w.client, OBSERVED_END, 0)->at_ps, seen_ps);
	CHECK_EQ(change_of(w.client, OBSERVED_START, 1)->at_ps, start_ps);
	CHECK_EQ(observation_state(w.client, 1, end_ps - 1), GN_PORT_TIME_RECEIVER);
	CHECK_EQ(observation_state(w.client, 1, seen_ps), 0);
	CHECK_EQ(observation_state(w.client, 1, start_ps - 1), 0);
	CHECK_EQ(observation_state(w.client, 1, 60 * PS_PER_SECOND), GN_PORT_TIME_RECEIVER);
	gm = observation_grandmaster(w.client, seen_ps);
	CHECK_MEM_EQ(&gm, &nobody, 8);
	gm = observation_grandmaster(w.client, 60 * PS_PER_SECOND);
	CHECK_MEM_EQ(&gm, &w.p.gm->identity, 8);
	CHECK(w.client->samples[20].is_running);
	CHECK(!w.client->samples[22].is_running);
	CHECK(isnan(w.client->samples[22].own_offset_ns));
	CHECK_EQ(w.client->samples[22].state, 0);
	CHECK(w.client->samples[26].is_running);
	end(&w);
}

TEST(an_end_is_seen_at_its_moment)
{
	check_end(kill_client, 20 * PS_PER_SECOND + 345 * PS_PER_MS);
	check_end(stop_client, 20 * PS_PER_SECOND + 345 * PS_PER_MS);
}

TEST(an_end_that_nobody_announced_is_seen_at_the_next_sample)
{
	check_end(kill_in_silence, 21 * PS_PER_SECOND);
}

static void restart_client(void *object, void *argument)
{
	kill_client(object, argument);
	start_client(object, argument);
}

TEST(a_restart_at_one_moment_is_an_end_and_a_start)
{
	struct watched w;

	prepare(&w);
	begin(&w, PS_PER_SECOND, 30 * PS_PER_SECOND);
	queue_add(&w.p.world.queue, 10 * PS_PER_SECOND, restart_client, &w.p.world, NULL);
	pair_run(&w.p, 30);
	CHECK_EQ(count_of(w.client, OBSERVED_START), 2);
	CHECK_EQ(count_of(w.client, OBSERVED_END), 1);
	CHECK_EQ(change_of(w.client, OBSERVED_END, 0)->at_ps, 10 * PS_PER_SECOND);
	CHECK_EQ(change_of(w.client, OBSERVED_START, 1)->at_ps, 10 * PS_PER_SECOND);
	CHECK_EQ(observation_state(w.client, 1, 30 * PS_PER_SECOND), GN_PORT_TIME_RECEIVER);
	end(&w);
}

/* ---- counters ---- */

TEST(drops_are_counted_over_all_lives)
{
	for (int i = 0; i < 2; i++) {
		struct watched w;
		uint64_t before;

		prepare(&w);
		w.p.config[0].domain_number = 7;
		begin(&w, PS_PER_SECOND, 20 * PS_PER_SECOND);
		queue_add(&w.p.world.queue, 10 * PS_PER_SECOND, i ? kill_client : stop_client, &w.p.world,
			  NULL);
		pair_run(&w.p, 11);
		before = w.client->drops[GN_DROP_DOMAIN];
		CHECK(before > 100);
		CHECK_EQ(before, w.p.drops[GN_DROP_DOMAIN]);
		node_start(w.p.client);
		pair_run(&w.p, 9);
		observation_finish(&w.o);
		CHECK_EQ(w.client->drops[GN_DROP_DOMAIN],
			 before + w.p.client->instance->ports[0].drops[GN_DROP_DOMAIN]);
		CHECK(w.client->drops[GN_DROP_DOMAIN] > before + 50);
		observation_finish(&w.o);
		CHECK_EQ(w.client->drops[GN_DROP_DOMAIN], w.p.drops[GN_DROP_DOMAIN]);
		end(&w);
	}
}

/* An instance whose queue is full counts what it cannot report. */
TEST(a_drop_that_was_not_reported_counts)
{
	struct watched w;
	uint64_t reported;

	prepare(&w);
	begin(&w, PS_PER_SECOND, 10 * PS_PER_SECOND);
	pair_run(&w.p, 10);
	reported = w.client->drops[GN_DROP_DUPLICATE];
	w.p.client->instance->ports[0].drops[GN_DROP_DUPLICATE] += 5;
	observation_finish(&w.o);
	CHECK_EQ(w.client->drops[GN_DROP_DUPLICATE], reported + 5);
	end(&w);
}

TEST(messages_and_reports_are_counted)
{
	struct watched w;

	prepare(&w);
	begin(&w, PS_PER_SECOND, 20 * PS_PER_SECOND);
	pair_run(&w.p, 20);
	CHECK(w.gm->sent[GN_SYNC] > 200);
	CHECK_EQ(w.gm->sent[GN_SYNC], w.client->received[GN_SYNC]);
	CHECK_EQ(w.gm->sent[GN_FOLLOW_UP], w.client->received[GN_FOLLOW_UP]);
	CHECK_EQ(w.client->sent[GN_DELAY_REQ], w.gm->received[GN_DELAY_REQ]);
	CHECK_EQ(w.client->sent[GN_SYNC], 0);
	CHECK_EQ(w.client->reports[GN_REPORT_PORT_STATE], count_of(w.client, OBSERVED_STATE));
	CHECK_EQ(w.client->malformed, 0);
	end(&w);
}

TEST(the_first_malformed_message_is_kept_in_words)
{
	struct watched w;

	prepare(&w);
	begin(&w, PS_PER_SECOND, PS_PER_SECOND);
	w.o.watch.malformed(&w.o.watch, w.p.gm, 3, "its messageLength is 7");
	w.o.watch.malformed(&w.o.watch, w.p.gm, 1, "another");
	CHECK_EQ(w.gm->malformed, 2);
	CHECK_STR_EQ(w.gm->first_malformed, "port 3: its messageLength is 7");
	CHECK_EQ(w.client->malformed, 0);
	end(&w);
}

/* ---- what happens ---- */

static void step_client(void *object, void *argument)
{
	(void)argument;
	world_happened(object, "step client by 1ms");
	node_step_clock(world_node(object, "client"), PS_PER_MS);
}

TEST(somebody_elses_step_is_seen_to_the_picosecond)
{
	struct watched w;
	const struct observed_change *touch;

	prepare(&w);
	w.p.client->mac_oscillator.settings.frequency = 20000;
	begin(&w, PS_PER_SECOND, 30 * PS_PER_SECOND);
	queue_add(&w.p.world.queue, 20 * PS_PER_SECOND + 123456789, step_client, &w.p.world, NULL);
	pair_run(&w.p, 30);
	CHECK_EQ(count_of(w.client, OBSERVED_TOUCH), 1);
	touch = change_of(w.client, OBSERVED_TOUCH, 0);
	CHECK_EQ(touch->at_ps, 20 * PS_PER_SECOND + 123456789);
	CHECK_NEAR(touch->value_ns, 1e6, 1e-3);
	CHECK_EQ(count_of(w.gm, OBSERVED_TOUCH), 0);
	CHECK_EQ(w.o.mark_count, 1);
	CHECK_EQ(w.o.marks[0].at_ps, touch->at_ps);
	CHECK_STR_EQ(w.o.marks[0].text, "step client by 1ms");
	end(&w);
}

TEST(many_marks_and_changes_are_kept)
{
	struct watched w;

	prepare(&w);
	begin(&w, PS_PER_SECOND, PS_PER_SECOND);
	for (int i = 0; i < 1000; i++) {
		world_happened(&w.p.world,
			       "happening %d of a name so long that it would not fit into the room that a "
			       "mark has for it, %s",
			       i, "not by far");
		step(&w, i);
	}
	CHECK_EQ(w.o.mark_count, 1000);
	CHECK(strncmp(w.o.marks[999].text, "happening 999 of a name", 23) == 0);
	CHECK_EQ(count_of(w.client, OBSERVED_STEP), 1000);
	CHECK_NEAR(change_of(w.client, OBSERVED_STEP, 999)->value_ns, 999.0, 0);
	end(&w);
}

/* ---- the trace ---- */

static uint64_t trace_of(uint64_t seed, int64_t interval_ps)
{
	struct watched w;
	uint64_t trace;

	memset(&w, 0, sizeof(w));
	pair_init(&w.p, seed);
	w.p.cable.jitter = 10 * PS_PER_NS;
	begin(&w, interval_ps, 20 * PS_PER_SECOND);
	w.o.is_tracing = true;
	pair_run(&w.p, 20);
	observation_finish(&w.o);
	trace = w.o.trace;
	end(&w);
	return trace;
}

TEST(the_same_seed_gives_the_same_trace_however_often_clocks_are_sampled)
{
	uint64_t trace = trace_of(1, PS_PER_SECOND);

	CHECK(trace != 0);
	CHECK(trace == trace_of(1, PS_PER_SECOND));
	CHECK(trace == trace_of(1, 7 * PS_PER_MS));
	CHECK(trace != trace_of(2, PS_PER_SECOND));
}

TEST(a_run_is_the_same_whether_it_is_watched_or_not)
{
	uint64_t hashes[2];

	for (int i = 0; i < 2; i++) {
		struct watched w;

		prepare(&w);
		w.p.client->mac_oscillator.settings = *(const struct oscillator_settings *)
							       oscillator_kind.defaults;
		if (i == 0) {
			CHECK(pair_make(&w.p));
		} else {
			begin(&w, 3 * PS_PER_MS, 20 * PS_PER_SECOND);
		}
		pair_run(&w.p, 20);
		hashes[i] = w.p.hash;
		end(&w);
	}
	CHECK(hashes[0] == hashes[1]);
}

/* The trace of one event or action that a test gives. */
static uint64_t trace_of_event(struct watched *w, const struct gn_event *event)
{
	w->o.trace = 0;
	w->o.watch.event(&w->o.watch, w->p.client, event);
	return w->o.trace;
}

static uint64_t trace_of_action(struct watched *w, const struct gn_action *action)
{
	w->o.trace = 0;
	w->o.watch.action(&w->o.watch, w->p.client, action);
	return w->o.trace;
}

TEST(every_octet_of_a_frame_is_in_the_trace)
{
	uint8_t octets[61] = { 0 };
	struct gn_event event = { .type = GN_EVENT_FRAME_RECEIVED,
				  .port = 1,
				  .u.received = { .octets = octets, .length = sizeof(octets) } };
	struct gn_action action = { .type = GN_ACTION_SEND,
				    .port = 1,
				    .u.send = { .octets = octets, .length = sizeof(octets) } };
	struct watched w;
	uint64_t received, sent;

	prepare(&w);
	begin(&w, PS_PER_SECOND, PS_PER_SECOND);
	w.o.is_tracing = true;
	received = trace_of_event(&w, &event);
	sent = trace_of_action(&w, &action);
	CHECK(received != sent);
	for (size_t i = 0; i < 8 * sizeof(octets); i++) {
		octets[i / 8] ^= (uint8_t)(1 << i % 8);
		CHECK(trace_of_event(&w, &event) != received);
		CHECK(trace_of_action(&w, &action) != sent);
		octets[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	CHECK(trace_of_event(&w, &event) == received);
	event.u.received.length--;
	CHECK(trace_of_event(&w, &event) != received);
	end(&w);
}

TEST(what_events_and_actions_say_is_in_the_trace)
{
	struct gn_event stamp = { .type = GN_EVENT_FRAME_SENT };
	struct gn_event answer = { .type = GN_EVENT_CLOCK_ANSWERED,
				   .u.clock = { .operation = GN_ACTION_CLOCK_READ, .is_done = true } };
	struct gn_action rate = { .type = GN_ACTION_CLOCK_SET_RATE };
	struct gn_report text = { .id = GN_REPORT_LABEL_CHANGED };
	struct gn_action report = { .type = GN_ACTION_REPORT, .u.report = &text };
	struct watched w;
	uint64_t before;

	prepare(&w);
	begin(&w, PS_PER_SECOND, PS_PER_SECOND);
	w.o.is_tracing = true;
	before = trace_of_event(&w, &stamp);
	stamp.u.sent.stamp.time.fraction = 1;
	CHECK(trace_of_event(&w, &stamp) != before);
	before = trace_of_event(&w, &stamp);
	stamp.now.ns = 1;
	CHECK(trace_of_event(&w, &stamp) != before);
	before = trace_of_event(&w, &answer);
	answer.u.clock.time.whole.nanoseconds = 1;
	CHECK(trace_of_event(&w, &answer) != before);
	before = trace_of_action(&w, &rate);
	rate.u.rate.scaled_ppb = 1;
	CHECK(trace_of_action(&w, &rate) != before);
	before = trace_of_action(&w, &report);
	text.number[6] = 1;
	CHECK(trace_of_action(&w, &report) != before);
	before = trace_of_action(&w, &report);
	text.text = "eth0";
	CHECK(trace_of_action(&w, &report) != before);
	w.o.is_tracing = false;
	CHECK(trace_of_action(&w, &report) == 0);
	end(&w);
}
