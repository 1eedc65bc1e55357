/* src/sim/watch/invariants_test.c -- two nodes to whom nothing is done break no invariant; what is done to them breaks one. */
#include "sim/watch/invariants.h"

#include "sim/assemble/build.h"
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char calm[] = "title two nodes\n"
			   "duration 100s\n"
			   "node gm option priority1 10\n"
			   "node client option clientOnly 1\n"
			   "oscillator * preset perfect\n"
			   "clock client offset 3s\n"
			   "link gm client\n";

struct run {
	struct scenario *scenario;
	struct world world;
	struct build *build;
	struct observation observation;
	struct invariants invariants;
	char said[4096];
};

static void say(void *context, const char *line)
{
	struct run *r = context;

	snprintf(r->said + strlen(r->said), sizeof(r->said) - strlen(r->said), "%s\n", line);
}

static char *read_text(void *context, const char *name, const char *relative_to, size_t *size, char *why,
		       size_t why_size)
{
	(void)context;
	(void)relative_to;
	(void)why;
	(void)why_size;
	*size = strlen(name);
	return strdup(name);
}

/* The text is the name of its file. */
static void begin(struct run *r, const char *more)
{
	struct scenario_reading reading = { .read = read_text, .say = say, .context = r };
	char text[2048];

	memset(r, 0, sizeof(*r));
	snprintf(text, sizeof(text), "%s%s", calm, more);
	r->scenario = scenario_read(text, &reading);
	CHECK_STR_EQ(r->said, "");
	CHECK(r->scenario);
	world_init(&r->world, r->scenario->seed, r->scenario->start_seconds);
	CHECK(build_world(r->scenario, &r->world, &r->build, say, r));
	CHECK(observation_init(&r->observation, &r->world, 100 * PS_PER_MS, r->scenario->duration_ps));
	CHECK(invariants_init(&r->invariants, &r->world, r->scenario, say, r));
}

static void run(struct run *r)
{
	world_run(&r->world, r->scenario->duration_ps);
	observation_finish(&r->observation);
}

/* `expected` is in what is said, and nothing is said when it is NULL. */
static void end(struct run *r, const char *expected)
{
	size_t broken = invariants_judge(&r->invariants, &r->observation);

	if (expected) {
		CHECK_EQ(broken, 1);
		if (!strstr(r->said, expected)) {
			CHECK_STR_EQ(r->said, expected);
		}
	} else {
		CHECK_STR_EQ(r->said, "");
		CHECK_EQ(broken, 0);
	}
	invariants_free(&r->invariants);
	observation_free(&r->observation);
	world_free(&r->world);
	build_free(r->build);
	scenario_free(r->scenario);
}

static void judge(const char *more, const char *expected)
{
	struct run r;

	begin(&r, more);
	run(&r);
	end(&r, expected);
}

static void pretend(struct run *r, const struct gn_event *event)
{
	r->invariants.watch.event(&r->invariants.watch, world_node(&r->world, "client"), event);
}

TEST(what_goes_as_it_should_breaks_nothing)
{
	judge("", NULL);
	judge("at 20s pull gm-client\nat 25s plug gm-client\nat 30s restart gm\nat 31s kill client\nat 33s "
	      "start client\n",
	      NULL);
}

TEST(trouble_that_the_network_can_do_nothing_about_is_no_complaint)
{
	judge("fault f on gm-client affects Announce loses yes\n", NULL);
	judge("nic client bug swapped-registers\n", NULL);
	judge("at 90s step client by 5ms\n", NULL);
	judge("attacker eve on gm-client act garbage rate 50\n", NULL);
	judge("attacker eve on gm-client act replay after 5s\n", NULL);
}

TEST(a_frame_that_is_not_counted_is_noticed)
{
	struct gn_event event = { .type = GN_EVENT_FRAME_RECEIVED, .now.ns = INT64_MAX };
	struct run r;

	begin(&r, "");
	run(&r);
	pretend(&r, &event);
	end(&r, "frames were given to it");
}

TEST(a_drop_that_is_not_counted_is_noticed)
{
	struct gn_report report = { .id = GN_REPORT_DROP, .number = { GN_DROP_DOMAIN, GN_SYNC, 1 } };
	struct gn_action action = { .type = GN_ACTION_REPORT, .u.report = &report };
	struct run r;

	begin(&r, "");
	run(&r);
	r.invariants.watch.action(&r.invariants.watch, world_node(&r.world, "client"), &action);
	end(&r, "0 drops for domain are counted, 1 were reported");
}

TEST(time_that_goes_back_is_noticed)
{
	struct gn_event event = { .type = GN_EVENT_DEADLINE, .now.ns = 1 };
	struct run r;

	begin(&r, "");
	run(&r);
	pretend(&r, &event);
	end(&r, "its monotonic time went back");
}

TEST(a_malformed_message_is_noticed)
{
	struct run r;

	begin(&r, "");
	run(&r);
	r.invariants.watch.malformed(&r.invariants.watch, world_node(&r.world, "gm"), 1,
				     "reserved messageType");
	end(&r, "gm: it sends a malformed message by port 1: reserved messageType");
}

TEST(a_step_against_the_settings_is_noticed)
{
	struct run r;

	begin(&r, "");
	run(&r);
	r.observation.nodes[1].refused_steps = 2;
	end(&r, "client: 2 steps of its clock that its settings forbid");
}

TEST(a_frame_that_is_never_given_back_is_noticed)
{
	struct run r;

	begin(&r, "");
	CHECK(frame_new(&r.world.frames, 44));
	run(&r);
	end(&r, "1 frames were never given back");
}

TEST(a_stamp_that_is_never_given_back_is_noticed)
{
	struct run r;

	begin(&r, "");
	r.world.parcels.living++;
	run(&r);
	end(&r, "1 stamps on their way were never given back");
}

static void nothing(void *object, void *argument)
{
	(void)object;
	(void)argument;
}

TEST(a_queue_that_grows_is_noticed)
{
	struct run r;

	begin(&r, "");
	for (int i = 0; i < 1000; i++) {
		queue_add(&r.world.queue, 101 * PS_PER_SECOND, nothing, NULL, NULL);
	}
	run(&r);
	end(&r, "at the end the queue has");
}

/* From 60 s on the state that a node says it is in. */
static void say_state(struct run *r, size_t node, enum gn_port_state state)
{
	struct observed_node *on = &r->observation.nodes[node];

	for (size_t i = 0; i < on->change_count; i++) {
		on->changes[i].to = (uint8_t)state;
	}
}

TEST(two_time_transmitters_on_a_cable_are_noticed)
{
	struct run r;

	begin(&r, "clock gm bug adjfine-sign\n"); /* only the cable is judged: its clock is not in order */
	run(&r);
	say_state(&r, 1, GN_PORT_TIME_TRANSMITTER);
	end(&r, "gm-client: both ends are TIME_TRANSMITTER");
}

TEST(a_time_receiver_that_does_not_become_one_is_noticed)
{
	struct run r;

	begin(&r, "");
	run(&r);
	say_state(&r, 1, GN_PORT_LISTENING);
	end(&r, "client: all is in order, but its port is in state");
}

TEST(a_network_without_a_time_transmitter_is_noticed)
{
	struct run r;

	begin(&r, "");
	run(&r);
	say_state(&r, 0, GN_PORT_TIME_RECEIVER);
	end(&r, "there are 0 time transmitters");
}

TEST(clocks_that_are_apart_are_noticed)
{
	struct run r;

	begin(&r, "");
	run(&r);
	node_step_clock(world_node(&r.world, "client"), 2 * PS_PER_MS);
	end(&r, "but the clocks are -");
}
