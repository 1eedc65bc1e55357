/* src/linux/loop.c -- one turn: wait; frames and timestamps; local questions; deadlines.
 *
 * A deadline that is just due is served between two frames, so that no flood of requests makes Sync late. One that is
 * long over is not: after a pause of the whole process an Announce that lies in the socket counts before the timeout
 * that it prevents.
 *
 * When may the clock be stepped? A step ends an epoch: stamps from before and after must never meet. So
 *
 *   1. the clock is stepped;
 *   2. everything that lies in the sockets is read and delivered as GN_STAMP_STALE_EPOCH: it may have come before the
 *      step, and nothing shows whether it did (the other order would let frames in between pass for new ones);
 *   3. the epoch rises: whatever is read from now on was stamped by the stepped clock;
 *   4. the instance gets its answer, with the new epoch.
 *
 * A step is decided upon while a batch of frames is being delivered. Its rest was read from the socket before the step
 * and is of the old epoch: so the step (and likewise the closing of a port, whose batch it would pull away) is held
 * until the batch has ended, and after a held step the rest is delivered as stale. Actions behind a held one wait for
 * it; events go in all the while, as the contract of the instance allows. */
#include "linux/loop.h"
#include "linux/clock_virtual.h"
#include "linux/log.h"
#include "linux/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define TICK_NS GN_NS_PER_SECOND
#define DEADLINES_PER_TURN 1000
#define PUNCTUAL_NS 50000000 /* later than this, the process was stopped: frames first */

volatile int loop_is_stopped;

static void take_actions(struct loop *loop);

/* ---- events in -------------------------------------------------------------------------------------- */

static int64_t now_ns(struct loop *loop)
{
	int64_t now = clock_monotonic_ns();

	loop->last_now_ns = now > loop->last_now_ns ? now : loop->last_now_ns;
	return loop->last_now_ns;
}

static void give(struct loop *loop, const struct gn_event *event)
{
	struct gn_event e = *event;

	if (e.now.ns == 0 || e.now.ns < loop->last_now_ns) {
		e.now.ns = now_ns(loop);
	}
	loop->last_now_ns = e.now.ns;
	if (e.raw_ns == 0) {
		e.raw_ns = clock_raw_ns();
	}
	if (loop->record) {
		record_event(loop->record, &e);
	}
	gn_instance_event(loop->instance, &e);
}

void loop_event(struct loop *loop, const struct gn_event *event)
{
	give(loop, event);
	take_actions(loop);
}

/* The rest of a batch behind the decision to step. */
static void age_stamp(struct gn_event *event)
{
	struct gn_stamp *stamp = event->type == GN_EVENT_FRAME_RECEIVED ? &event->u.received.stamp
				 : event->type == GN_EVENT_FRAME_SENT   ? &event->u.sent.stamp
									: NULL;

	if (stamp && stamp->status == GN_STAMP_OK) {
		stamp->status = GN_STAMP_STALE_EPOCH;
	}
}

/* What became due while a batch of frames is being delivered. */
static void serve_due(struct loop *loop)
{
	int64_t due = gn_instance_deadline(loop->instance).ns;
	struct gn_event event = { .type = GN_EVENT_DEADLINE };

	if (due <= loop->last_now_ns && loop->last_now_ns - due < PUNCTUAL_NS && !loop->has_held &&
	    !loop->is_between_epochs) {
		loop_event(loop, &event);
	}
}

static void deliver(void *context, const struct gn_event *event)
{
	struct loop *loop = context;
	struct gn_event e = *event;

	if (loop->has_held && loop->held.type == GN_ACTION_CLOCK_STEP) {
		age_stamp(&e);
	}
	if (e.type == GN_EVENT_LINK && e.u.link.is_changed_provider && loop->follows_phc) {
		loop->switch_to = e.port;
	}
	give(loop, &e);
	if (!loop->is_sending) {
		take_actions(loop);
		serve_due(loop);
	}
}

static struct port_io *port_of(const struct loop *loop, uint16_t number)
{
	return number >= 1 && number <= loop->port_count ? loop->ports[number - 1] : NULL;
}

static const char *port_name(const struct loop *loop, uint16_t number)
{
	return loop->config->ports[number - 1].name;
}

static void port_failed(struct loop *loop, uint16_t number)
{
	struct gn_event event = { .type = GN_EVENT_PORT_ERROR, .port = number };

	give(loop, &event);
}

/* ---- the clock -------------------------------------------------------------------------------------- */

static void drain_stale(struct loop *loop)
{
	loop->busy++;
	loop->is_between_epochs = true;
	for (uint16_t i = 0; i < loop->port_count; i++) {
		port_io_drain_stale(loop->ports[i], deliver, loop);
	}
	loop->is_between_epochs = false;
	loop->busy--;
}

static int clock_read(struct loop *loop, const struct gn_action *action, struct gn_clock_answer *answer)
{
	struct clock *clock = loop->clock;
	struct clock_reading reading;
	int err = clock->operations->get_rate(clock, &answer->rate);

	(void)action;
	if (err == 0) {
		err = clock->operations->read(clock, &reading);
	}
	if (err == 0) {
		answer->rate_limit = clock->rate_limit;
		answer->time = reading.clock;
		answer->is_utc = clock->is_utc;
		answer->has_memory = loop->has_remembered;
		answer->memory = loop->remembered;
	}
	return err;
}

/* The rate found before is how another program's steering shows. */
static int clock_set_rate(struct loop *loop, const struct gn_action *action, struct gn_clock_answer *answer)
{
	answer->has_previous = loop->clock->operations->get_rate(loop->clock, &answer->previous) == 0;
	return loop->clock->operations->set_rate(loop->clock, action->u.rate, &answer->rate);
}

static int clock_step(struct loop *loop, const struct gn_action *action, struct gn_clock_answer *answer)
{
	int err = loop->clock->operations->step(loop->clock, action->u.step);

	(void)answer;
	if (err == 0) {
		drain_stale(loop);
		loop->clock->epoch++;
		clock_watch_restart(&loop->watch);
	}
	return err;
}

static int clock_set_phase(struct loop *loop, const struct gn_action *action, struct gn_clock_answer *answer)
{
	const struct clock_operations *o = loop->clock->operations;

	(void)answer;
	return o->set_phase ? o->set_phase(loop->clock, action->u.step) : -EOPNOTSUPP;
}

/* The next three are of UTC clocks; others have nothing to set, and that is no failure. */
static int clock_set_tai_offset(struct loop *loop, const struct gn_action *action,
				struct gn_clock_answer *answer)
{
	const struct clock_operations *o = loop->clock->operations;

	(void)answer;
	return o->set_tai_offset ? o->set_tai_offset(loop->clock, action->u.tai_offset) : 0;
}

static int clock_set_leap(struct loop *loop, const struct gn_action *action, struct gn_clock_answer *answer)
{
	const struct clock_operations *o = loop->clock->operations;

	(void)answer;
	return o->set_leap ? o->set_leap(loop->clock, action->u.leap) : 0;
}

static int clock_mark_synchronized(struct loop *loop, const struct gn_action *action,
				   struct gn_clock_answer *answer)
{
	const struct clock_operations *o = loop->clock->operations;

	(void)action;
	(void)answer;
	return o->mark_synchronized ? o->mark_synchronized(loop->clock, action->u.is_ptp_timescale) : 0;
}

typedef int (*clock_action)(struct loop *loop, const struct gn_action *action,
			    struct gn_clock_answer *answer);

static const clock_action clock_actions[] = {
	[GN_ACTION_CLOCK_READ] = clock_read,
	[GN_ACTION_CLOCK_SET_RATE] = clock_set_rate,
	[GN_ACTION_CLOCK_STEP] = clock_step,
	[GN_ACTION_CLOCK_SET_PHASE] = clock_set_phase,
	[GN_ACTION_CLOCK_SET_TAI_OFFSET] = clock_set_tai_offset,
	[GN_ACTION_CLOCK_SET_LEAP] = clock_set_leap,
	[GN_ACTION_CLOCK_IS_SYNCHRONIZED] = clock_mark_synchronized,
};

static void act_on_clock(struct loop *loop, const struct gn_action *action)
{
	struct gn_event event = { .type = GN_EVENT_CLOCK_ANSWERED };
	struct gn_clock_answer *answer = &event.u.clock;
	int err = clock_actions[action->type](loop, action, answer);

	answer->operation = action->type;
	answer->is_done = err == 0;
	answer->error = -err;
	answer->epoch = loop->clock->epoch;
	give(loop, &event);
}

/* Whoever stepped it has mixed what lies in the sockets, as our own step would. */
static void clock_was_touched(struct loop *loop)
{
	struct gn_event event = { .type = GN_EVENT_CLOCK_TOUCHED };

	drain_stale(loop);
	loop->clock->epoch++;
	event.u.touched.epoch = loop->clock->epoch;
	give(loop, &event);
}

static void look_for_steps(struct loop *loop)
{
	int64_t by_ns;

	if (clock_watch_look(&loop->watch, &by_ns)) {
		log_warning("clock %s: %s by about %.6f s: what was measured before counts no more",
			    loop->clock->name,
			    clock_is_virtual(loop->clock) ? "stood still while the machine slept,"
							  : "was stepped by another program",
			    (double)by_ns / 1e9);
		clock_was_touched(loop);
		take_actions(loop);
	}
}

static void switch_failed(struct loop *loop, const char *why)
{
	log_error("%s", why);
	port_failed(loop, loop->switch_to);
}

static void switch_clock(struct loop *loop)
{
	struct gn_port_attachment attachment;
	struct clock next = { .fd = -1 };
	char device[32], why[512], text[600];

	port_io_attachment(port_of(loop, loop->switch_to), &attachment);
	if (attachment.phc_index < 0 || attachment.phc_index == loop->clock->phc_index) {
		return;
	}
	snprintf(device, sizeof(device), "/dev/ptp%d", attachment.phc_index);
	if (clock_open_phc(&next, device, !loop->clock->is_readonly, why, sizeof(why)) != 0) {
		snprintf(text, sizeof(text), "Switching PHC, failed to open %s: %s", device, why);
		switch_failed(loop, text);
		return;
	}
	if (!next.is_readonly && next.rate_limit.scaled_ppb == 0) {
		clock_close(&next);
		switch_failed(loop, "Switching PHC, clock is not adjustable");
		return;
	}
	drain_stale(loop); /* these stamps are the old clock's */
	next.epoch = loop->clock->epoch;
	clock_close(loop->clock);
	*loop->clock = next;
	for (uint16_t i = 0; i < loop->port_count; i++) {
		port_io_set_clock(loop->ports[i], loop->clock);
	}
	clock_watch_start(&loop->watch, loop->clock, &clock_calls_of_libc);
	loop->memory = NULL; /* that is the other clock's */
	loop->has_remembered = false;
	log_info("Switched to %s as PTP clock", device);
	clock_was_touched(loop);
}

/* ---- actions out -------------------------------------------------------------------------------------- */

static const struct {
	const char *what; /* as linuxptp words it */
	bool is_harmless; /* the port is not faulty for it */
} send_failures[GN_MESSAGE_TYPES] = {
	[GN_SYNC] = { "send sync failed", false },
	[GN_DELAY_REQ] = { "send delay request failed", false },
	[GN_PDELAY_REQ] = { "send peer delay request failed", false },
	[GN_PDELAY_RESP] = { "send peer delay response failed", false },
	[GN_FOLLOW_UP] = { "send follow up failed", false },
	[GN_DELAY_RESP] = { "send delay response failed", false },
	[GN_PDELAY_RESP_FOLLOW_UP] = { "send pdelay_resp_fup failed", false },
	[GN_ANNOUNCE] = { "send announce failed", false },
	[GN_SIGNALING] = { "send signaling failed", true },
	[GN_MANAGEMENT] = { "management forward failed", true },
};

static bool is_local(const struct gn_action *action)
{
	const struct gn_send *send = &action->u.send;

	return action->port == 0 ||
	       (send->destination == GN_TO_ADDRESS && send->address.network_protocol == GN_PROTOCOL_LOCAL);
}

/* Full queues pass by themselves: that frame is lost as on a wire, which is no fault of the port. */
static bool is_momentary(int err)
{
	return err == -EAGAIN || err == -EWOULDBLOCK || err == -ENOBUFS;
}

static void tell_full(struct loop *loop, uint16_t number)
{
	int64_t now = clock_monotonic_ns();

	if (loop->full_told_ns == 0 || now - loop->full_told_ns > 10 * (int64_t)GN_NS_PER_SECOND) {
		loop->full_told_ns = now;
		log_warning("port %u (%s): the send queue is full: a frame was not sent (told once in 10 s); "
			    "is something else filling the interface?",
			    number, port_name(loop, number));
	}
}

static void send_frame(struct loop *loop, const struct gn_action *action)
{
	const struct gn_send *send = &action->u.send;
	struct port_io *port = port_of(loop, action->port);
	unsigned type = send->message_type & 0xF;
	int err;

	if (is_local(action)) {
		if (loop->management) {
			/* Whoever asked may have gone: nobody to tell. */
			(void)management_socket_send(loop->management, &send->address, send->octets,
						     send->length);
		}
		return;
	}
	if (!port) {
		return;
	}
	loop->is_sending = true;
	err = port_io_send(port, send, deliver, loop);
	loop->is_sending = false;
	if (is_momentary(err)) {
		tell_full(loop, action->port);
	} else if (err != 0) {
		log_error("port %u (%s): %s", action->port, port_name(loop, action->port),
			  send_failures[type].what ? send_failures[type].what : "send failed");
		if (!send_failures[type].is_harmless) {
			port_failed(loop, action->port);
		}
	}
}

static void open_port(struct loop *loop, const struct gn_action *action)
{
	struct gn_event event = { .type = GN_EVENT_PORT_OPENED, .port = action->port };
	struct port_io *port = port_of(loop, action->port);

	event.u.opened.is_open = port && port_io_open(port) == 0;
	if (port) {
		port_io_attachment(port, &event.u.opened.attachment);
	}
	give(loop, &event);
}

static void close_port(struct loop *loop, const struct gn_action *action)
{
	struct port_io *port = port_of(loop, action->port);

	if (port) {
		port_io_close(port);
	}
}

static void hand_sample_on(struct loop *loop, const struct gn_action *action)
{
	int err = refclock_tell(loop->refclock, &action->u.sample);
	int64_t now = clock_monotonic_ns();

	if (err == 0) {
		return;
	}
	if (loop->words == &report_words_linuxptp) {
		log_error("refclock_sock: send failed: %s", strerror(-err));
	} else if (loop->samples_told_ns == 0 ||
		   now - loop->samples_told_ns > 60 * (int64_t)GN_NS_PER_SECOND) {
		loop->samples_told_ns = now;
		log_warning("refclock_sock_address %s: %s: a sample is lost (told once in 60 s); is chronyd "
			    "running?",
			    loop->refclock->path, strerror(-err));
	}
}

static void remember(struct loop *loop, const struct gn_action *action)
{
	if (loop->memory) {
		(void)frequency_memory_write(loop->memory, &action->u.memory); /* it tells what is wrong */
	}
}

static void say_line(void *context, int level, const char *line)
{
	(void)context;
	log_line(level, "%s", line);
}

static void tell(struct loop *loop, const struct gn_action *action)
{
	const struct gn_report *report = action->u.report;

	report_write(loop->writer, report, loop->last_now_ns, say_line, NULL);
	if (report->id != GN_REPORT_PORT_STATE || !port_of(loop, report->port)) {
		return;
	}
	notify_send("STATUS=port %u (%s): %s\n", report->port, port_name(loop, report->port),
		    report_state_name(loop->words, (int)report->number[1]));
	if (report->number[1] == GN_PORT_UNCALIBRATED && loop->follows_phc &&
	    loop->config->ports[report->port - 1].boundary_clock_jbod) {
		loop->switch_to = report->port;
	}
}

typedef void (*carry_out)(struct loop *loop, const struct gn_action *action);

static const carry_out actions[] = {
	[GN_ACTION_SEND] = send_frame,
	[GN_ACTION_OPEN_PORT] = open_port,
	[GN_ACTION_CLOSE_PORT] = close_port,
	[GN_ACTION_CLOCK_READ] = act_on_clock,
	[GN_ACTION_CLOCK_SET_RATE] = act_on_clock,
	[GN_ACTION_CLOCK_STEP] = act_on_clock,
	[GN_ACTION_CLOCK_SET_PHASE] = act_on_clock,
	[GN_ACTION_CLOCK_SET_TAI_OFFSET] = act_on_clock,
	[GN_ACTION_CLOCK_SET_LEAP] = act_on_clock,
	[GN_ACTION_CLOCK_IS_SYNCHRONIZED] = act_on_clock,
	[GN_ACTION_REFCLOCK_SAMPLE] = hand_sample_on,
	[GN_ACTION_CLOCK_REMEMBER] = remember,
	[GN_ACTION_REPORT] = tell,
};

/* Between the epochs nothing is sent either: its timestamp would be of the new time and pass for one of the old. Only
 * reports are taken then, many as they may be. */
static bool must_wait(const struct loop *loop, const struct gn_action *action)
{
	if (loop->is_between_epochs) {
		return action->type != GN_ACTION_REPORT;
	}
	return loop->busy > 0 &&
	       (action->type == GN_ACTION_CLOCK_STEP || action->type == GN_ACTION_OPEN_PORT ||
		action->type == GN_ACTION_CLOSE_PORT);
}

static bool next_action(struct loop *loop, struct gn_action *action)
{
	if (loop->has_held) {
		if (loop->busy > 0) {
			return false;
		}
		*action = loop->held;
		loop->has_held = false;
		return true;
	}
	if (!gn_instance_poll(loop->instance, action)) {
		return false;
	}
	if (loop->record) {
		record_action(loop->record, action);
	}
	if (must_wait(loop, action)) {
		loop->held = *action;
		loop->has_held = true;
		return false;
	}
	return true;
}

/* All that there are. What is carried out may give further events; their actions follow in the same loop, or, while
 * stale frames are delivered, in one below it that leaves the held ones to this. A change of the clock goes first: what
 * follows it is meant for the new one. */
static void take_actions(struct loop *loop)
{
	struct gn_action action;

	do {
		if (loop->switch_to != 0 && loop->busy == 0) {
			switch_clock(loop);
			loop->switch_to = 0;
		}
		if (!next_action(loop, &action)) {
			return;
		}
		actions[action.type](loop, &action);
	} while (true);
}

/* ---- waiting -------------------------------------------------------------------------------------------- */

static void on_signal(int number)
{
	(void)number;
	loop_is_stopped = 1;
}

void loop_catch_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGQUIT, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		(void)sigaction(signals[i], &action, NULL); /* cannot fail for these */
	}
}

static size_t fds_count(const struct loop *loop)
{
	return (size_t)loop->port_count * PORT_IO_FDS + MANAGEMENT_SOCKET_FDS + 1;
}

int loop_open(struct loop *loop)
{
	int64_t watchdog_ns = notify_watchdog_ns();

	loop->timer_at_ns = INT64_MAX;
	loop->tick_ns = watchdog_ns > 0 && watchdog_ns < TICK_NS ? watchdog_ns : TICK_NS;
	loop->next_tick_ns = now_ns(loop) + loop->tick_ns;
	loop->fds = calloc(fds_count(loop), sizeof(*loop->fds));
	loop->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	if (!loop->fds || loop->timer < 0) {
		int err = loop->fds ? -errno : -ENOMEM;

		log_error("timerfd_create failed: %s", strerror(-err));
		loop_close(loop);
		return err;
	}
	clock_watch_start(&loop->watch, loop->clock, &clock_calls_of_libc);
	return 0;
}

void loop_close(struct loop *loop)
{
	free(loop->fds);
	loop->fds = NULL;
	if (loop->timer >= 0) {
		close(loop->timer);
	}
	loop->timer = -1;
}

static int64_t next_deadline(const struct loop *loop)
{
	int64_t first = gn_instance_deadline(loop->instance).ns;

	first = loop->next_tick_ns < first ? loop->next_tick_ns : first;
	for (uint16_t i = 0; i < loop->port_count; i++) {
		int64_t due = port_io_deadline(loop->ports[i]);

		first = due < first ? due : first;
	}
	return first;
}

/* Relative: the one form that every simulator knows. */
static void set_timer(struct loop *loop)
{
	int64_t deadline = next_deadline(loop);
	int64_t wait;
	struct itimerspec spec = { 0 };

	if (deadline == loop->timer_at_ns) {
		return;
	}
	wait = deadline - now_ns(loop);
	wait = wait > 0 ? wait : 1;
	spec.it_value.tv_sec = (time_t)(wait / GN_NS_PER_SECOND);
	spec.it_value.tv_nsec = (long)(wait % GN_NS_PER_SECOND);
	if (timerfd_settime(loop->timer, 0, &spec, NULL) == 0) {
		loop->timer_at_ns = deadline;
	}
}

static void receive(struct loop *loop)
{
	struct pollfd *fds = loop->fds;

	for (uint16_t i = 0; i < loop->port_count; i++, fds += PORT_IO_FDS) {
		if (fds[0].revents || fds[1].revents || fds[2].revents) {
			loop->busy++;
			port_io_receive(loop->ports[i], fds, deliver, loop);
			loop->busy--;
			take_actions(loop);
		}
	}
	if (loop->management && (fds[0].revents || fds[1].revents)) {
		management_socket_receive(loop->management, fds, deliver, loop);
	}
}

/* Of a sensor that is missing nothing is said: temperature.h did. */
static void take_temperature(struct loop *loop)
{
	struct gn_event event = { .type = GN_EVENT_TEMPERATURE };

	if (loop->temperature && loop->temperature->fd >= 0 &&
	    temperature_read(loop->temperature, &event.u.temperature.millidegrees) == 0) {
		loop_event(loop, &event);
	}
}

static void tick(struct loop *loop)
{
	int64_t now = now_ns(loop);

	if (now < loop->next_tick_ns) {
		return;
	}
	loop->next_tick_ns = now + loop->tick_ns;
	if (clock_is_virtual(loop->clock)) {
		clock_virtual_refresh(loop->clock);
	}
	take_temperature(loop);
	if (notify_watchdog_ns() > 0) {
		notify_send("WATCHDOG=1\n");
	}
	if (loop->record) {
		record_flush(loop->record);
	}
}

/* The instance serves one timer an event; a bound keeps frames from waiting if it should never be content. */
static void expire(struct loop *loop)
{
	int64_t now = now_ns(loop);

	for (uint16_t i = 0; i < loop->port_count; i++) {
		if (port_io_deadline(loop->ports[i]) <= now) {
			loop->busy++;
			port_io_expire(loop->ports[i], now, deliver, loop);
			loop->busy--;
			take_actions(loop);
		}
	}
	for (int n = 0; n < DEADLINES_PER_TURN && gn_instance_deadline(loop->instance).ns <= now; n++) {
		struct gn_event event = { .type = GN_EVENT_DEADLINE };

		loop_event(loop, &event);
	}
}

static void fill_fds(struct loop *loop)
{
	struct pollfd *fds = loop->fds;

	for (uint16_t i = 0; i < loop->port_count; i++, fds += PORT_IO_FDS) {
		port_io_poll(loop->ports[i], fds);
	}
	if (loop->management) {
		management_socket_poll(loop->management, fds);
	} else {
		fds[0] = fds[1] = (struct pollfd){ .fd = -1 };
	}
	fds[MANAGEMENT_SOCKET_FDS] = (struct pollfd){ .fd = loop->timer, .events = POLLIN };
}

static void clear_timer(struct loop *loop)
{
	uint64_t expirations;

	if (loop->fds[fds_count(loop) - 1].revents != 0) {
		/* How often does not matter: the deadlines tell what is due. */
		(void)!read(loop->timer, &expirations, sizeof(expirations));
		loop->timer_at_ns = INT64_MAX;
	}
}

int loop_turn(struct loop *loop)
{
	int ready;

	fill_fds(loop);
	set_timer(loop);
	ready = poll(loop->fds, (nfds_t)fds_count(loop), -1);
	if (ready < 0) {
		if (errno == EINTR) {
			return 0;
		}
		log_line(LOG_LEVEL_EMERG, "poll failed");
		log_debug("poll: %s", strerror(errno));
		return -EIO;
	}
	look_for_steps(loop); /* before anything is read that the step may have spoilt */
	receive(loop);
	clear_timer(loop);
	expire(loop);
	tick(loop);
	if (loop->record) {
		record_turn(loop->record);
	}
	return 0;
}

int loop_run(struct loop *loop)
{
	int err = 0;

	while (!loop_is_stopped && err == 0) {
		err = loop_turn(loop);
	}
	return err;
}
