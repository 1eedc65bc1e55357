/* src/linux/loop_test.c -- the real loop between an instance, ports and a clock of the test's own. Everything that
 * reaches one of them is written into one diary, in order. */
#include "linux/loop.h"
#include "linux/log.h"
#include "linux/test_directory.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

/* ---- the diary ---------------------------------------------------------------------------------------- */

static char diary[4096];

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
	size_t used = strlen(diary);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(&diary[used], sizeof(diary) - used, format, arguments);
	va_end(arguments);
}

/* ---- the instance: answers events with what the test has written down ---------------------------------- */

struct gn_instance {
	int unused;
};

#define QUEUE 64

static struct gn_action queue[QUEUE];
static int queue_head, queue_tail;
static int64_t deadline_ns = INT64_MAX, last_now_ns;
static void (*on_event)(const struct gn_event *event);

static struct gn_action *ask(enum gn_action_type type, uint16_t port)
{
	CHECK(queue_tail < QUEUE);
	queue[queue_tail] = (struct gn_action){ .type = (uint8_t)type, .port = port };
	return &queue[queue_tail++];
}

static const char *const event_names[] = {
	[GN_EVENT_START] = "start",
	[GN_EVENT_STOP] = "stop",
	[GN_EVENT_DEADLINE] = "deadline",
	[GN_EVENT_FRAME_RECEIVED] = "frame",
	[GN_EVENT_FRAME_SENT] = "sent",
	[GN_EVENT_PORT_OPENED] = "opened",
	[GN_EVENT_PORT_ERROR] = "error",
	[GN_EVENT_LINK] = "link",
	[GN_EVENT_CLOCK_ANSWERED] = "answer",
	[GN_EVENT_CLOCK_TOUCHED] = "touched",
	[GN_EVENT_TEMPERATURE] = "temperature",
};

void gn_instance_event(struct gn_instance *instance, const struct gn_event *event)
{
	(void)instance;
	CHECK(event->now.ns >= last_now_ns && event->now.ns > 0);
	CHECK(event->raw_ns > 0);
	last_now_ns = event->now.ns;
	note("%s%u", event_names[event->type], event->port);
	if (event->type == GN_EVENT_FRAME_RECEIVED) {
		note("%c%s", event->u.received.octets[0],
		     event->u.received.stamp.status == GN_STAMP_OK ? "" : "!");
	}
	if (event->type == GN_EVENT_CLOCK_ANSWERED) {
		note("(%d,%u)", event->u.clock.is_done ? 0 : event->u.clock.error, event->u.clock.epoch);
	}
	note(" ");
	if (on_event) {
		on_event(event);
	}
}

bool gn_instance_poll(struct gn_instance *instance, struct gn_action *action)
{
	(void)instance;
	if (queue_head == queue_tail) {
		queue_head = queue_tail = 0;
		return false;
	}
	*action = queue[queue_head++];
	return true;
}

struct gn_instant gn_instance_deadline(const struct gn_instance *instance)
{
	(void)instance;
	return (struct gn_instant){ deadline_ns };
}

/* ---- ports: frames are letters; a capital one waits until the next receive ---------------------------- */

struct port_io {
	uint16_t number;
	const char *batch, *lying; /* read at the next receive, at the next drain */
	int send_error;
	bool is_inside;
	int fd;
	int64_t deadline_ns;
	struct gn_port_attachment attachment;
};

static void frame(struct port_io *port, char letter, int status, port_io_deliver deliver, void *context)
{
	const uint8_t octets[1] = { (uint8_t)letter };
	struct gn_event event = { .type = GN_EVENT_FRAME_RECEIVED, .port = port->number };

	event.now.ns = 1; /* long ago: the loop does not let time go back */
	event.u.received = (struct gn_frame_received){ .octets = octets,
						       .length = 1,
						       .stamp = { .status = (uint8_t)status } };
	deliver(context, &event);
}

void port_io_poll(const struct port_io *port, struct pollfd fds[PORT_IO_FDS])
{
	fds[0] = fds[1] = fds[2] = (struct pollfd){ .fd = -1 };
	fds[0] = (struct pollfd){ .fd = port->fd, .events = POLLIN };
}

void port_io_receive(struct port_io *port, const struct pollfd fds[PORT_IO_FDS], port_io_deliver deliver,
		     void *context)
{
	const char *batch = port->batch;
	char byte;

	CHECK(fds[0].revents & POLLIN);
	CHECK_EQ(recv(port->fd, &byte, 1, MSG_DONTWAIT), 1);
	port->batch = NULL;
	port->is_inside = true;
	for (; batch && *batch; batch++) {
		if (*batch == 'L') {
			struct gn_event event = { .type = GN_EVENT_LINK, .port = port->number };

			event.u.link = port->attachment;
			event.u.link.is_changed_provider = true;
			deliver(context, &event);
		} else {
			frame(port, *batch, GN_STAMP_OK, deliver, context);
		}
	}
	port->is_inside = false;
}

void port_io_drain_stale(struct port_io *port, port_io_deliver deliver, void *context)
{
	const char *lying = port->lying;

	CHECK(!port->is_inside);
	note("drain%u ", port->number);
	port->lying = NULL;
	port->is_inside = true;
	for (; lying && *lying; lying++) {
		frame(port, *lying, GN_STAMP_STALE_EPOCH, deliver, context);
	}
	port->is_inside = false;
}

int port_io_send(struct port_io *port, const struct gn_send *send, port_io_deliver deliver, void *context)
{
	note("send%u ", port->number);
	if (send->token != 0) {
		struct gn_event event = { .type = GN_EVENT_FRAME_SENT, .port = port->number };

		event.u.sent.token = send->token;
		deliver(context, &event);
	}
	return port->send_error;
}

int port_io_open(struct port_io *port)
{
	CHECK(!port->is_inside);
	note("open%u ", port->number);
	return 0;
}

void port_io_close(struct port_io *port)
{
	CHECK(!port->is_inside);
	note("close%u ", port->number);
}

void port_io_attachment(struct port_io *port, struct gn_port_attachment *out)
{
	*out = port->attachment;
}

void port_io_set_clock(struct port_io *port, struct clock *clock)
{
	(void)port;
	(void)clock;
}

int64_t port_io_deadline(const struct port_io *port)
{
	return port->deadline_ns;
}

void port_io_expire(struct port_io *port, int64_t now_ns, port_io_deliver deliver, void *context)
{
	struct gn_event event = { .type = GN_EVENT_FRAME_SENT, .port = port->number };

	CHECK(port->deadline_ns <= now_ns);
	port->deadline_ns = INT64_MAX;
	event.u.sent.stamp.status = GN_STAMP_MISSING;
	deliver(context, &event);
}

/* ---- the recorder: small letters in the diary, if there is one ------------------------------------------- */

struct record {
	int unused;
};

void record_event(struct record *record, const struct gn_event *event)
{
	(void)record;
	CHECK(event->now.ns > 0 && event->raw_ns > 0);
	note("e%u:", event->type);
}

void record_action(struct record *record, const struct gn_action *action)
{
	(void)record;
	note("a%u:", action->type);
}

void record_turn(struct record *record)
{
	(void)record;
	CHECK_EQ(queue_head, queue_tail);
	note("turn ");
}

void record_flush(struct record *record)
{
	(void)record;
	note("flush ");
}

/* ---- words and the clock ---------------------------------------------------------------------------------- */

struct report_words {
	int unused;
};

const struct report_words report_words_linuxptp;

void report_write(struct report_writer *writer, const struct gn_report *report, int64_t now_ns,
		  report_line say, void *context)
{
	(void)writer;
	(void)now_ns;
	note("report%u ", report->port);
	say(context, LOG_LEVEL_DEBUG, "a report");
}

const char *report_state_name(const struct report_words *words, int state)
{
	(void)words;
	(void)state;
	return "STATE";
}

static int refuses; /* errno of every operation */
static struct clock the_clock;

static int fake_read(struct clock *clock, struct clock_reading *out)
{
	(void)clock;
	*out = (struct clock_reading){ .clock = { { 42, 7 }, 0 } };
	return -refuses;
}

static int fake_get_rate(struct clock *clock, struct gn_rate *out)
{
	(void)clock;
	*out = (struct gn_rate){ 99 };
	return 0;
}

static int fake_set_rate(struct clock *clock, struct gn_rate rate, struct gn_rate *applied)
{
	(void)clock;
	*applied = rate;
	note("rate ");
	return -refuses;
}

static int fake_step(struct clock *clock, struct gn_offset by)
{
	(void)clock;
	note("step%lld@%u ", (long long)by.nanoseconds, the_clock.epoch);
	return -refuses;
}

static void fake_close(struct clock *clock)
{
	(void)clock;
}

static const struct clock_operations fake_operations = {
	.kind = "fake",
	.read = fake_read,
	.get_rate = fake_get_rate,
	.set_rate = fake_set_rate,
	.step = fake_step,
	.close = fake_close,
};

/* ---- the loop ----------------------------------------------------------------------------------------------- */

#define PORTS 2

static struct port_io port[PORTS];
static struct port_io *ports[PORTS] = { &port[0], &port[1] };
static struct gn_port_config port_configs[PORTS] = { { .name = "eth0" }, { .name = "eth1" } };
static const struct gn_config config = { .ports = port_configs, .port_count = PORTS };
static struct gn_instance instance;
static int wires[PORTS];
static struct loop loop;

static void set_up(void)
{
	log_setup("test", -1, false, false, "");
	diary[0] = '\0';
	queue_head = queue_tail = refuses = 0;
	deadline_ns = INT64_MAX;
	on_event = NULL;
	the_clock = (struct clock){
		.operations = &fake_operations, .epoch = 5, .phc_index = -1, .fd = -1, .lock = -1
	};
	for (uint16_t i = 0; i < PORTS; i++) {
		int pair[2];

		CHECK_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
		port[i] = (struct port_io){ .number = (uint16_t)(i + 1),
					    .fd = pair[0],
					    .deadline_ns = INT64_MAX };
		wires[i] = pair[1];
	}
	loop = (struct loop){ .instance = &instance,
			      .config = &config,
			      .clock = &the_clock,
			      .ports = ports,
			      .port_count = PORTS };
	CHECK_EQ(loop_open(&loop), 0);
}

static void tear_down(void)
{
	loop_close(&loop);
	for (int i = 0; i < PORTS; i++) {
		close(port[i].fd);
		close(wires[i]);
	}
}

static void arrive(int index, const char *letters)
{
	port[index].batch = letters;
	CHECK_EQ(send(wires[index], "x", 1, 0), 1);
}

static void step_at_a(const struct gn_event *event)
{
	if (event->type == GN_EVENT_FRAME_RECEIVED && event->u.received.octets[0] == 'a') {
		ask(GN_ACTION_CLOCK_SET_RATE, 0);
		ask(GN_ACTION_CLOCK_STEP, 0)->u.step.nanoseconds = 100;
		ask(GN_ACTION_SEND, 2);
	}
}

TEST(a_step_waits_for_the_batch_then_drains_under_the_old_epoch_then_raises_it)
{
	set_up();
	on_event = step_at_a;
	port[0].lying = "x";
	port[1].lying = "yz";
	arrive(0, "abc");
	CHECK_EQ(loop_turn(&loop), 0);
	CHECK_STR_EQ(diary, "frame1a rate answer0(0,5) frame1b! frame1c! "
			    "step100@5 drain1 frame1x! drain2 frame2y! frame2z! answer0(0,6) send2 ");
	CHECK_EQ(the_clock.epoch, 6);
	tear_down();
}

TEST(a_step_that_is_refused_leaves_the_epoch_and_says_why)
{
	set_up();
	refuses = EPERM;
	ask(GN_ACTION_CLOCK_STEP, 0)->u.step.nanoseconds = -3;
	loop_event(&loop, &(struct gn_event){ .type = GN_EVENT_START });
	CHECK_STR_EQ(diary, "start0 step-3@5 answer0(1,5) ");
	CHECK_EQ(the_clock.epoch, 5);
	tear_down();
}

TEST(what_is_recorded_is_in_the_order_of_the_instances_calls)
{
	struct record record;

	set_up();
	loop.record = &record;
	on_event = step_at_a;
	arrive(0, "ab");
	CHECK_EQ(loop_turn(&loop), 0);
	/* The step is taken when it is polled, although it is carried out after the batch. */
	CHECK_STR_EQ(diary, "e3:frame1a a4:rate e8:answer0(0,5) a5:e3:frame1b! "
			    "step100@5 drain1 drain2 e8:answer0(0,6) a0:send2 turn ");
	diary[0] = '\0';
	loop.next_tick_ns = 1;
	arrive(0, "b");
	CHECK_EQ(loop_turn(&loop), 0);
	CHECK_STR_EQ(diary, "e3:frame1b flush turn ");
	tear_down();
}

static void step_twice(const struct gn_event *event)
{
	char letter = event->type == GN_EVENT_FRAME_RECEIVED ? (char)event->u.received.octets[0] : '-';

	if (letter == 'a' || letter == 'x') {
		ask(GN_ACTION_CLOCK_STEP, 0)->u.step.nanoseconds = letter;
	}
}

TEST(a_step_decided_while_stale_frames_are_read_waits_as_well)
{
	set_up();
	on_event = step_twice;
	port[0].lying = "xy";
	arrive(0, "a");
	CHECK_EQ(loop_turn(&loop), 0);
	CHECK_STR_EQ(diary, "frame1a step97@5 drain1 frame1x! frame1y! drain2 answer0(0,6) "
			    "step120@6 drain1 drain2 answer0(0,7) ");
	tear_down();
}

static void close_at_a(const struct gn_event *event)
{
	if (event->type == GN_EVENT_FRAME_RECEIVED && event->u.received.octets[0] == 'a') {
		ask(GN_ACTION_CLOSE_PORT, 1);
		ask(GN_ACTION_OPEN_PORT, 1);
	}
}

TEST(a_port_is_not_closed_under_the_hands_of_who_reads_it)
{
	set_up();
	on_event = close_at_a;
	arrive(0, "ab");
	CHECK_EQ(loop_turn(&loop), 0);
	CHECK_STR_EQ(diary, "frame1a frame1b close1 open1 opened1 ");
	tear_down();
}

static void send_after_sent(const struct gn_event *event)
{
	if (event->type == GN_EVENT_START) {
		ask(GN_ACTION_SEND, 1)->u.send.token = 3;
		ask(GN_ACTION_SEND, 2);
	} else if (event->type == GN_EVENT_FRAME_SENT) {
		ask(GN_ACTION_SEND, 1);
	}
}

TEST(what_a_sent_frame_leads_to_comes_after_what_was_wanted_before)
{
	set_up();
	on_event = send_after_sent;
	loop_event(&loop, &(struct gn_event){ .type = GN_EVENT_START });
	CHECK_STR_EQ(diary, "start0 send1 sent1 send2 send1 ");
	tear_down();
}

TEST(a_full_send_queue_costs_the_frame_and_is_no_fault_of_the_port)
{
	static const int errors[] = { -EAGAIN, -ENOBUFS };

	for (size_t i = 0; i < 2; i++) {
		set_up();
		port[0].send_error = errors[i];
		ask(GN_ACTION_SEND, 1)->u.send.message_type = GN_SYNC;
		loop_event(&loop, &(struct gn_event){ .type = GN_EVENT_START });
		CHECK_STR_EQ(diary, "start0 send1 ");
		tear_down();
	}
}

TEST(a_failed_send_is_a_fault_of_the_port_except_for_signaling_and_management)
{
	for (uint8_t type = 0; type < GN_MESSAGE_TYPES; type++) {
		bool is_harmless = type == GN_SIGNALING || type == GN_MANAGEMENT;

		set_up();
		port[0].send_error = -ENETDOWN;
		ask(GN_ACTION_SEND, 1)->u.send.message_type = type;
		loop_event(&loop, &(struct gn_event){ .type = GN_EVENT_START });
		CHECK_STR_EQ(diary, is_harmless ? "start0 send1 " : "start0 send1 error1 ");
		tear_down();
	}
}

static struct gn_clock_answer answers[GN_ACTION_REPORT];

static void keep_answer(const struct gn_event *event)
{
	if (event->type == GN_EVENT_CLOCK_ANSWERED) {
		answers[event->u.clock.operation] = event->u.clock;
	}
}

TEST(every_clock_action_is_answered_at_once)
{
	set_up();
	on_event = keep_answer;
	the_clock.rate_limit.scaled_ppb = 77;
	memset(answers, 0, sizeof(answers));
	for (int type = GN_ACTION_CLOCK_READ; type <= GN_ACTION_CLOCK_IS_SYNCHRONIZED; type++) {
		ask((enum gn_action_type)type, 0)->u.rate.scaled_ppb = 11;
	}
	loop_event(&loop, &(struct gn_event){ .type = GN_EVENT_START });
	CHECK(answers[GN_ACTION_CLOCK_READ].is_done);
	CHECK_EQ(answers[GN_ACTION_CLOCK_READ].rate.scaled_ppb, 99);
	CHECK_EQ(answers[GN_ACTION_CLOCK_READ].rate_limit.scaled_ppb, 77);
	CHECK_EQ(answers[GN_ACTION_CLOCK_READ].time.whole.seconds, 42);
	CHECK_EQ(answers[GN_ACTION_CLOCK_SET_RATE].rate.scaled_ppb, 11);
	CHECK(answers[GN_ACTION_CLOCK_SET_RATE].has_previous);
	CHECK_EQ(answers[GN_ACTION_CLOCK_SET_RATE].previous.scaled_ppb, 99);
	CHECK_EQ(answers[GN_ACTION_CLOCK_STEP].epoch, 6);
	CHECK(!answers[GN_ACTION_CLOCK_SET_PHASE].is_done); /* this clock has none */
	CHECK_EQ(answers[GN_ACTION_CLOCK_SET_PHASE].error, EOPNOTSUPP);
	CHECK(answers[GN_ACTION_CLOCK_SET_TAI_OFFSET].is_done); /* nothing to set is no failure */
	CHECK(answers[GN_ACTION_CLOCK_SET_LEAP].is_done);
	CHECK(answers[GN_ACTION_CLOCK_IS_SYNCHRONIZED].is_done);
	tear_down();
}

static void no_more_deadlines(const struct gn_event *event)
{
	if (event->type == GN_EVENT_DEADLINE) {
		CHECK(event->now.ns >= deadline_ns);
		deadline_ns = INT64_MAX;
	}
}

TEST(a_deadline_that_is_just_due_does_not_wait_for_the_batch_and_one_long_over_does)
{
	static const int64_t late_ns[] = { 1000000, 10000000000 };
	static const char *const expected[] = { "frame1a deadline0 frame1b frame1c ",
						"frame1a frame1b frame1c deadline0 " };

	for (size_t i = 0; i < 2; i++) {
		set_up();
		on_event = no_more_deadlines;
		arrive(0, "abc");
		deadline_ns = clock_monotonic_ns() - late_ns[i];
		CHECK_EQ(loop_turn(&loop), 0);
		CHECK_STR_EQ(diary, expected[i]);
		tear_down();
	}
}

TEST(a_deadline_is_served_when_it_has_passed_and_not_before)
{
	set_up();
	on_event = no_more_deadlines;
	deadline_ns = clock_monotonic_ns() + 2000000;
	while (deadline_ns != INT64_MAX) {
		CHECK_EQ(loop_turn(&loop), 0);
	}
	CHECK_STR_EQ(diary, "deadline0 ");
	tear_down();
}

TEST(a_frame_that_lies_there_goes_before_the_timeout_it_prevents)
{
	set_up();
	on_event = no_more_deadlines;
	deadline_ns = clock_monotonic_ns() - 1000000000;
	arrive(1, "a");
	CHECK_EQ(loop_turn(&loop), 0);
	CHECK_STR_EQ(diary, "frame2a deadline0 ");
	tear_down();
}

TEST(an_instance_that_is_never_content_does_not_keep_frames_waiting)
{
	set_up();
	deadline_ns = 0;
	CHECK_EQ(loop_turn(&loop), 0);
	diary[0] = '\0';
	arrive(0, "a");
	CHECK_EQ(loop_turn(&loop), 0);
	CHECK(strncmp(diary, "frame1a ", 8) == 0);
	tear_down();
}

TEST(a_transmit_timestamp_that_does_not_come_is_given_up_in_time)
{
	set_up();
	port[1].deadline_ns = clock_monotonic_ns() + 1000000;
	while (port[1].deadline_ns != INT64_MAX) {
		CHECK_EQ(loop_turn(&loop), 0);
	}
	CHECK_STR_EQ(diary, "sent2 ");
	tear_down();
}

static void change_provider(const struct gn_event *event)
{
	if (event->type == GN_EVENT_LINK) {
		ask(GN_ACTION_CLOSE_PORT, 1);
	}
}

TEST(another_provider_s_clock_is_opened_first_and_a_clock_that_cannot_be_is_a_fault)
{
	set_up();
	on_event = change_provider;
	loop.follows_phc = true;
	the_clock.phc_index = 3;
	port[0].attachment.phc_index = 9999;
	arrive(0, "La");
	CHECK_EQ(loop_turn(&loop), 0);
	CHECK_STR_EQ(diary, "link1 frame1a error1 close1 ");
	CHECK_EQ(the_clock.phc_index, 3);
	tear_down();
}

TEST(the_same_provider_s_clock_stays)
{
	set_up();
	loop.follows_phc = true;
	the_clock.phc_index = 4;
	port[0].attachment.phc_index = 4;
	arrive(0, "L");
	CHECK_EQ(loop_turn(&loop), 0);
	CHECK_STR_EQ(diary, "link1 ");
	CHECK_EQ(the_clock.epoch, 5);
	tear_down();
}

static void answer_request(const struct gn_event *event)
{
	static const uint8_t text[] = { 'o', 'k' };

	if (event->type == GN_EVENT_FRAME_RECEIVED && event->u.received.is_local) {
		struct gn_action *action = ask(GN_ACTION_SEND, 0);

		action->u.send = (struct gn_send){ .octets = text,
						   .length = 2,
						   .message_type = GN_MANAGEMENT,
						   .destination = GN_TO_ADDRESS,
						   .address = event->u.received.source };
	}
}

TEST(a_local_request_is_heard_and_answered)
{
	const char *directory = test_directory(0755);
	struct gn_config sockets = { .port = { .uds_file_mode = 0660, .uds_ro_file_mode = 0666 } };
	struct sockaddr_un own = { .sun_family = AF_UNIX }, to = { .sun_family = AF_UNIX };
	char text[8];
	int client = socket(AF_UNIX, SOCK_DGRAM, 0);

	set_up();
	on_event = answer_request;
	snprintf(sockets.uds_address, GN_PATH_SIZE, "%s/rw", directory);
	snprintf(own.sun_path, sizeof(own.sun_path), "%s/client", directory);
	snprintf(to.sun_path, sizeof(to.sun_path), "%s/rw", directory);
	CHECK_EQ(management_socket_open(&loop.management, &sockets), 0);
	CHECK_EQ(bind(client, (struct sockaddr *)&own, sizeof(own)), 0);
	CHECK_EQ(sendto(client, "q", 1, 0, (struct sockaddr *)&to, sizeof(to)), 1);
	CHECK_EQ(loop_turn(&loop), 0);
	CHECK_STR_EQ(diary, "frame0q! ");
	CHECK_EQ(recv(client, text, sizeof(text), MSG_DONTWAIT), 2);
	management_socket_close(loop.management);
	loop.management = NULL;
	close(client);
	tear_down();
}

TEST(a_report_is_written_and_actions_for_unknown_ports_do_nothing)
{
	static const struct gn_report report = { .id = GN_REPORT_PORT_STATE, .port = 1, .number = { 1, 4 } };

	set_up();
	ask(GN_ACTION_REPORT, 0)->u.report = &report;
	ask(GN_ACTION_SEND, 3);
	ask(GN_ACTION_CLOSE_PORT, 7);
	ask(GN_ACTION_OPEN_PORT, 7);
	loop_event(&loop, &(struct gn_event){ .type = GN_EVENT_START });
	CHECK_STR_EQ(diary, "start0 report1 opened7 ");
	tear_down();
}

static struct gn_clock_answer first_answer;

static void keep_first_answer(const struct gn_event *event)
{
	if (event->type == GN_EVENT_CLOCK_ANSWERED) {
		first_answer = event->u.clock;
	}
}

TEST(what_is_to_be_remembered_is_written_and_what_was_goes_with_a_reading)
{
	struct frequency_memory memory = { .clock = "x" };
	struct gn_clock_memory what = { { 5 }, { 7 } }, again;

	set_up();
	snprintf(memory.path, sizeof(memory.path), "%s/f", test_directory(0700));
	loop.memory = &memory;
	loop.has_remembered = true;
	loop.remembered = what;
	on_event = keep_first_answer;
	ask(GN_ACTION_CLOCK_READ, 0);
	ask(GN_ACTION_CLOCK_REMEMBER, 0)->u.memory.frequency = gn_rate_from_ppb(3);
	loop_event(&loop, &(struct gn_event){ .type = GN_EVENT_START });
	CHECK(first_answer.has_memory);
	CHECK_EQ(first_answer.memory.frequency.scaled_ppb, 5);
	CHECK(frequency_memory_read(&memory, &again));
	CHECK_NEAR(gn_rate_to_ppb(again.frequency), 3, 1e-6);
	loop.memory = NULL;
	loop.has_remembered = false;
	ask(GN_ACTION_CLOCK_READ, 0);
	ask(GN_ACTION_CLOCK_REMEMBER, 0);
	loop_event(&loop, &(struct gn_event){ .type = GN_EVENT_START });
	CHECK(!first_answer.has_memory);
	on_event = NULL;
	tear_down();
}

TEST(a_sample_goes_to_who_takes_it_and_a_lost_one_is_told_now_and_then)
{
	struct refclock nobody = { .kind = GN_SERVO_REFCLOCK_SOCK, .fd = -1, .path = "/none" };
	struct refclock_sock_sample s;
	struct refclock somebody;
	int fds[2];

	CHECK_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds), 0);
	somebody = (struct refclock){ .kind = GN_SERVO_REFCLOCK_SOCK, .fd = fds[0] };
	set_up();
	loop.refclock = &somebody;
	ask(GN_ACTION_REFCLOCK_SAMPLE, 0)->u.sample.local.whole.seconds = 7;
	loop_event(&loop, &(struct gn_event){ .type = GN_EVENT_START });
	CHECK_EQ(recv(fds[1], &s, sizeof(s), MSG_DONTWAIT), sizeof(s));
	CHECK_EQ(s.time.tv_sec, 7);
	CHECK_EQ(loop.samples_told_ns, 0);

	loop.refclock = &nobody;
	ask(GN_ACTION_REFCLOCK_SAMPLE, 0);
	ask(GN_ACTION_REFCLOCK_SAMPLE, 0);
	loop_event(&loop, &(struct gn_event){ .type = GN_EVENT_START });
	CHECK(loop.samples_told_ns != 0);
	CHECK_STR_EQ(diary, "start0 start0 "); /* not answered */
	tear_down();

	set_up();
	loop.refclock = &nobody;
	loop.words = &report_words_linuxptp; /* each, as it does */
	ask(GN_ACTION_REFCLOCK_SAMPLE, 0);
	loop_event(&loop, &(struct gn_event){ .type = GN_EVENT_START });
	CHECK_EQ(loop.samples_told_ns, 0);
	loop.words = NULL;
	tear_down();
	close(fds[0]);
	close(fds[1]);
}

static void raise_at_deadline(const struct gn_event *event)
{
	if (event->type == GN_EVENT_DEADLINE) {
		deadline_ns = INT64_MAX;
		raise(SIGTERM);
	}
}

TEST(a_signal_ends_the_loop)
{
	set_up();
	loop_catch_signals();
	on_event = raise_at_deadline;
	deadline_ns = 0;
	CHECK_EQ(loop_run(&loop), 0);
	CHECK(loop_is_stopped);
	loop_is_stopped = 0;
	tear_down();
}

TEST(when_poll_fails_the_loop_ends_with_an_error)
{
	struct rlimit limit, few;

	set_up();
	CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
	few = (struct rlimit){ 3, limit.rlim_max }; /* poll(2) refuses more entries than that */
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
	CHECK_EQ(loop_run(&loop), -EIO);
	CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
	tear_down();
}
