/* src/tools/sim_replay_test.c -- a recording made here by a real instance, done again as it is, and with what is wrong. */
#include "tools/sim_replay.h"

#include "gnomon/report.h"
#include "linux/test_directory.h"
#include "report/recording.h"
#include "tools/sim_words.h"

#include <fcntl.h>

/* ---- a recording ---- */

static struct gn_port_config port_config;
static struct gn_config config;
static struct gn_instance *instance;
static struct recording_buffer buffer;
static const struct gn_clock_identity identity = { { 0, 0x11, 0x22, 0xFF, 0xFE, 0x33, 0x44, 0x55 } };
static int64_t now_ns;
static char path[160];
static const char *interface_name = "eth0";
static int lies; /* in how many actions from now on another is recorded; -1: never */

static void *make_instance(void)
{
	void *memory;

	port_config = (struct gn_port_config){ .delay_mechanism = GN_DELAY_E2E,
					       .announce_receipt_timeout = 3,
					       .delay_filter_length = 10 };
	snprintf(port_config.name, sizeof(port_config.name), "%s", interface_name);
	config = (struct gn_config){ .gm_capable = 1,
				     .priority1 = 128,
				     .clock_class = 248,
				     .max_steps_removed = 255,
				     .two_step_flag = 1,
				     .port = port_config,
				     .ports = &port_config,
				     .port_count = 1 };
	memory = malloc(gn_instance_size(&config));
	CHECK_EQ(gn_instance_init(memory, gn_instance_size(&config), &config, &identity, 7, &instance),
		 GN_OK);
	return memory;
}

static void give(struct gn_event *event);

static void answer(const struct gn_action *action)
{
	struct gn_event event = { .type = GN_EVENT_PORT_OPENED, .port = 1 };

	if (action->type == GN_ACTION_OPEN_PORT) {
		event.u.opened.is_open = true;
		event.u.opened.attachment = (struct gn_port_attachment){ .link_is_up = true,
									 .phc_index = -1 };
		give(&event);
	}
}

static void put_action(const struct gn_action *action)
{
	struct gn_action other = { .type = GN_ACTION_CLOCK_STEP };

	recording_put_action(&buffer, lies-- == 0 ? &other : action);
}

static void give(struct gn_event *event)
{
	struct gn_action taken[64];
	int count = 0;

	event->now.ns = event->raw_ns = now_ns;
	recording_put_event(&buffer, event);
	gn_instance_event(instance, event);
	while (gn_instance_poll(instance, &taken[count])) {
		put_action(&taken[count++]);
	}
	for (int i = 0; i < count; i++) {
		answer(&taken[i]);
	}
}

static void put_header(uint64_t layout)
{
	struct recording_header header = { .build = "gnomon 9.9.9",
					   .layout = layout,
					   .wall_clock_ns = 1700000000000000000,
					   .identity = identity,
					   .configuration = "[global]\n",
					   .configuration_size = 9,
					   .snapshot_size = gn_instance_snapshot_size(instance) };
	uint8_t *snapshot = malloc(header.snapshot_size);

	CHECK_EQ(gn_instance_snapshot(instance, snapshot, header.snapshot_size), GN_OK);
	header.snapshot = snapshot;
	recording_put_header(&buffer, &header);
	free(snapshot);
}

static void write_file(void)
{
	FILE *f;

	snprintf(path, sizeof(path), "%s/file", test_directory(0700));
	f = fopen(path, "wb");
	CHECK(f != NULL);
	CHECK(buffer.length == 0 || fwrite(buffer.octets, 1, buffer.length, f) == buffer.length);
	CHECK_EQ(fclose(f), 0);
	recording_buffer_free(&buffer);
}

/* From power-up to some seconds as grandmaster. */
static void make_recording(uint64_t layout, int lies_after)
{
	void *memory = make_instance();

	lies = lies_after;
	now_ns = 5000000000;
	put_header(layout);
	give(&(struct gn_event){ .type = GN_EVENT_START });
	while (gn_instance_deadline(instance).ns < 20000000000) {
		now_ns = gn_instance_deadline(instance).ns;
		give(&(struct gn_event){ .type = GN_EVENT_DEADLINE });
	}
	recording_put_check(&buffer);
	free(memory);
}

/* ---- what is said ---- */

static char said[1 << 20], complained[4096];

static size_t read_back(int fd, char *out, size_t size)
{
	ssize_t got = pread(fd, out, size - 1, 0);

	CHECK(got >= 0);
	out[got] = '\0';
	close(fd);
	return (size_t)got;
}

static int replay(struct sim_replay_options options)
{
	int out = open("/tmp", O_TMPFILE | O_RDWR, 0600), err = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	int saved_out = dup(STDOUT_FILENO), saved_err = dup(STDERR_FILENO);
	int status;

	fflush(stdout);
	CHECK(out >= 0 && err >= 0 && dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0);
	status = sim_replay(path, &options);
	fflush(stdout);
	dup2(saved_out, STDOUT_FILENO);
	dup2(saved_err, STDERR_FILENO);
	close(saved_out);
	close(saved_err);
	read_back(out, said, sizeof(said));
	read_back(err, complained, sizeof(complained));
	return status;
}

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

TEST(what_is_the_same_is_said_with_its_size)
{
	make_recording(gn_instance_layout(), -1);
	write_file();
	CHECK_EQ(replay((struct sim_replay_options){ 0 }), 0);
	CHECK(has(said,
		  "/file: recorded 2023-11-14T22:13:20Z by gnomon 9.9.9, clock 001122.fffe.334455 on eth0; "
		  "from its start\nreplayed "));
	CHECK(has(said, " s: all the same\n"));
	CHECK_STR_EQ(complained, "");
	CHECK_EQ(replay((struct sim_replay_options){ .is_quiet = true }), 0);
	CHECK_STR_EQ(said, "");
}

TEST(a_trace_has_every_event_and_action_in_words)
{
	make_recording(gn_instance_layout(), -1);
	write_file();
	CHECK_EQ(replay((struct sim_replay_options){ .is_tracing = true }), 0);
	CHECK(has(said, "   0.000000000  start\n                  -> read the clock\n"));
	CHECK(has(said, "  port 1 (eth0): opened: link up, software timestamps\n"));
	CHECK(has(said, "  a timer is due\n"));
	CHECK(has(said, "-> port 1 (eth0): send Announce 0 of 001122.fffe.334455-1, 64 octets\n"));
	CHECK(has(said, "-> report: port 1 (eth0): LISTENING -> TIME_TRANSMITTER"));
}

TEST(json_is_one_object_and_a_trace_an_object_a_line)
{
	make_recording(gn_instance_layout(), -1);
	write_file();
	CHECK_EQ(replay((struct sim_replay_options){ .is_json = true }), 0);
	CHECK(said[0] == '{' && has(said, "\"same\": true") &&
	      has(said, "\"clockIdentity\": \"001122.fffe.334455\""));
	CHECK(has(said, "\"configuration\": \"[global]"));
	CHECK_EQ(replay((struct sim_replay_options){ .is_json = true, .is_tracing = true }), 0);
	CHECK(has(said, "\"event\": \"start\"}\n{") && has(said, "\"action\": \"read the clock\"}\n{"));
}

TEST(the_first_difference_is_told_with_what_led_to_it)
{
	make_recording(gn_instance_layout(), 4);
	write_file();
	CHECK_EQ(replay((struct sim_replay_options){ .is_quiet = true }), 1);
	CHECK(has(said, "record ") && has(said, " s after the first: not the same\n  the event     "));
	CHECK(has(said, "\n  was recorded  step the clock\n  is done now   "));
	CHECK(!has(said, "all the same"));
	CHECK_EQ(replay((struct sim_replay_options){ .is_json = true }), 1);
	CHECK(has(said, "\"same\": false") && has(said, "\"recorded\": \"step the clock\""));
}

TEST(an_action_that_is_missing_or_too_many_is_a_difference)
{
	struct gn_action more = { .type = GN_ACTION_CLOCK_READ };

	make_recording(gn_instance_layout(), -1);
	recording_put_action(&buffer, &more);
	recording_put_check(&buffer);
	write_file();
	CHECK_EQ(replay((struct sim_replay_options){ 0 }), 1);
	CHECK(has(said, "was recorded  read the clock\n  is done now   nothing\n"));

	(void)make_instance();
	put_header(gn_instance_layout());
	now_ns = 1;
	recording_put_event(&buffer, &(struct gn_event){ .type = GN_EVENT_START, .now = { 1 } });
	recording_put_action(&buffer, &more);
	recording_put_check(&buffer);
	write_file();
	CHECK_EQ(replay((struct sim_replay_options){ 0 }), 1);
	CHECK(has(said, "was recorded  nothing more\n  is done now   port 1 (eth0): open the port\n"));
	free(instance);
}

TEST(a_replay_may_end_before_its_end)
{
	make_recording(gn_instance_layout(), 30);
	write_file();
	CHECK_EQ(replay((struct sim_replay_options){ 0 }), 1);
	CHECK_EQ(replay((struct sim_replay_options){ .until_ns = 1000000 }), 0);
	CHECK(has(said, "replayed 2 events"));
}

TEST(another_builds_recording_is_refused_and_both_are_named)
{
	make_recording(1, -1);
	write_file();
	CHECK_EQ(replay((struct sim_replay_options){ 0 }), 2);
	CHECK(has(complained, "it was recorded by gnomon 9.9.9 (layout 0000000000000001), this is gnomon "));
	CHECK_STR_EQ(said, "");
	CHECK_EQ(replay((struct sim_replay_options){ .is_json = true }), 2);
	CHECK(has(said, "\"unusable\": \"it was recorded by"));
}

TEST(damage_is_told_and_what_lies_before_it_is_done_again)
{
	make_recording(gn_instance_layout(), -1);
	buffer.octets[buffer.length - 10] ^= 1;
	recording_put_check(&buffer);
	write_file();
	CHECK_EQ(replay((struct sim_replay_options){ 0 }), 2);
	CHECK(has(complained, "damaged: "));
	CHECK(has(said, "replayed 0 events"));
}

TEST(damage_behind_the_time_that_was_asked_for_does_not_matter)
{
	make_recording(gn_instance_layout(), -1);
	recording_put_event(&buffer, &(struct gn_event){ .type = GN_EVENT_DEADLINE, .now = { now_ns } });
	write_file();
	CHECK_EQ(replay((struct sim_replay_options){ .until_ns = 1000000 }), 0);
	CHECK(has(said, "replayed 2 events"));
	CHECK_STR_EQ(complained, "");
	CHECK_EQ(replay((struct sim_replay_options){ .until_ns = 1000000000000 }), 2);
	CHECK(has(complained, "damaged: the file ends without its last checksum"));
}

TEST(what_would_move_the_cursor_is_not_shown)
{
	const char *const evil = "e\033[2J\n";
	char out[SIM_WORDS_SIZE];

	interface_name = evil;
	make_recording(gn_instance_layout(), -1);
	interface_name = "eth0";
	write_file();
	CHECK_EQ(replay((struct sim_replay_options){ .is_tracing = true }), 0);
	CHECK(has(said, " on e?[2J?; from its start\n") && has(said, "  port 1 (e?[2J?): opened"));
	CHECK(strchr(said, '\033') == NULL);
	sim_event_words(&(struct gn_event){ .type = GN_EVENT_PORT_ERROR, .port = 1 }, &evil, 1, out);
	CHECK_STR_EQ(out, "port 1 (e?[2J?): a socket failed");
}

TEST(what_cannot_be_read_is_unusable)
{
	snprintf(path, sizeof(path), "/nonexistent/x");
	CHECK_EQ(replay((struct sim_replay_options){ 0 }), 2);
	CHECK_STR_EQ(complained, "/nonexistent/x: No such file or directory\n");
	snprintf(path, sizeof(path), "/tmp");
	CHECK_EQ(replay((struct sim_replay_options){ 0 }), 2);
	CHECK_STR_EQ(complained, "/tmp: Is a directory\n");
	snprintf(path, sizeof(path), "/dev/null");
	CHECK_EQ(replay((struct sim_replay_options){ 0 }), 2);
	recording_buffer_free(&buffer);
	buffer = (struct recording_buffer){ 0 };
	write_file();
	CHECK_EQ(replay((struct sim_replay_options){ 0 }), 2);
	CHECK(has(complained, "it is no recording"));
}

/* ---- words ---- */

static const char *const names[] = { "eth0" };

static void check_event(struct gn_event event, const char *expected)
{
	char text[SIM_WORDS_SIZE];

	CHECK_STR_EQ(sim_event_words(&event, names, 1, text), expected);
}

TEST(events_have_words)
{
	static const uint8_t junk[] = { 1, 2, 3 };
	struct gn_event e = { .type = GN_EVENT_FRAME_RECEIVED, .port = 1 };

	e.u.received.octets = junk;
	e.u.received.length = sizeof(junk);
	e.u.received.stamp = (struct gn_stamp){ .time = { { 7, 8 }, 0x8000 }, .epoch = 3 };
	check_event(e,
		    "port 1 (eth0): received what is no PTP message, 3 octets, at 7.000000008500 (epoch 3)");
	e.u.received.stamp.status = GN_STAMP_STALE_EPOCH;
	e.port = 2;
	check_event(e, "port 2: received what is no PTP message, 3 octets, timestamp of before a step");
	e.u.received.is_local = true;
	e.port = 0;
	check_event(e, "received what is no PTP message, 3 octets, from a program of this machine");
	e = (struct gn_event){ .type = GN_EVENT_FRAME_SENT, .port = 1 };
	e.u.sent.token = 5;
	e.u.sent.stamp.status = GN_STAMP_NOT_SENT;
	check_event(e, "port 1 (eth0): sent is what had token 5, which did not leave");
	e = (struct gn_event){ .type = GN_EVENT_LINK, .port = 1 };
	e.u.link = (struct gn_port_attachment){ .phc_index = 2,
						.time_stamping = 1,
						.is_changed_provider = true };
	check_event(e, "port 1 (eth0): link down, hardware timestamps, /dev/ptp2, another clock than before");
	e = (struct gn_event){ .type = GN_EVENT_CLOCK_ANSWERED };
	e.u.clock = (struct gn_clock_answer){ .operation = GN_ACTION_CLOCK_STEP, .error = 1, .epoch = 4 };
	check_event(e, "the clock answers \"step the clock\": refused, Operation not permitted, epoch 4");
	e.u.clock.operation = GN_ACTION_CLOCK_SET_RATE;
	e.u.clock.is_done = true;
	e.u.clock.rate = gn_rate_from_ppb(-1.5);
	check_event(e, "the clock answers \"set the rate\": done, rate -1.500000 ppb, epoch 4");
	check_event((struct gn_event){ .type = GN_EVENT_CLOCK_TOUCHED },
		    "somebody else has touched the clock: epoch 0");
	check_event((struct gn_event){ .type = GN_EVENT_TEMPERATURE, .u.temperature.millidegrees = 41250 },
		    "the oscillator has 41.250 degrees Celsius");
	check_event((struct gn_event){ .type = GN_EVENT_STOP }, "stop");
	check_event((struct gn_event){ .type = 99 }, "event 99");
}

static void check_action(struct gn_action action, const char *expected)
{
	char text[SIM_WORDS_SIZE];

	CHECK_STR_EQ(sim_action_words(&action, names, 1, text), expected);
}

TEST(actions_have_words)
{
	const struct gn_report silent = { .id = GN_REPORT_GRANDMASTER_ROLE, .port = 1, .number = { 1, -2 } };

	check_action((struct gn_action){ .type = GN_ACTION_CLOSE_PORT, .port = 1 },
		     "port 1 (eth0): close the port");
	check_action((struct gn_action){ .type = GN_ACTION_CLOCK_STEP, .u.step = { -1000, 0x4000 } },
		     "step the clock by -999.750 ns");
	check_action((struct gn_action){ .type = GN_ACTION_CLOCK_SET_LEAP, .u.leap = 1 },
		     "set the leap second to +1");
	check_action((struct gn_action){ .type = GN_ACTION_CLOCK_SET_TAI_OFFSET, .u.tai_offset = 37 },
		     "set TAI - UTC to 37 s");
	check_action(
		(struct gn_action){ .type = GN_ACTION_CLOCK_IS_SYNCHRONIZED, .u.is_ptp_timescale = true },
		"mark the clock as synchronised, on the PTP timescale");
	check_action((struct gn_action){ .type = GN_ACTION_CLOCK_REMEMBER,
					 .u.memory = { { 3 * (INT64_C(1) << 32) }, { INT64_C(1) << 31 } } },
		     "remember the frequency +3.000000 ppb, uncertain by +0.500000 ppb");
	check_action((struct gn_action){ .type = GN_ACTION_REFCLOCK_SAMPLE,
					 .u.sample = { .offset = { -1000, 0x4000 }, .leap = -1 } },
		     "hand a sample on: -999.750 ns, leap -1");
	check_action((struct gn_action){ .type = GN_ACTION_REPORT, .u.report = &silent },
		     "report 4 of port 1: 1 -2 0 0 0 0 0");
	CHECK_STR_EQ(sim_action_kind(200), "unknown");
}
