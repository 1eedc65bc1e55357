/* src/linux/port_traffic.c -- frames and timestamps of a port.
 *
 *   send:    wrap -> socket -> token and number into `pending` -> error queue read once
 *   receive: error queue first (a flood of frames must not cost a transmit timestamp), then one batch of event frames,
 *            one of general frames; what is left makes poll(2) return again
 *   stamps:  a whole batch is converted as soon as it is fetched, then delivered
 *
 * Whoever gets an event may send, step the clock, or close this very port before the call returns. So batches live on
 * the stack, and after each delivery `generation` tells whether the sockets are still the same. */
#include "linux/clock.h"
#include "linux/log.h"
#include "linux/port_state.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define ERROR_BATCHES_MAX 16 /* per wake-up */
#define DRAIN_BATCHES_MAX 256
#define NS_PER_MS 1000000
#define EXPLAIN_EVERY_NS 10000000000

enum { FD_EVENT, FD_GENERAL, FD_LINK };

static void deliver_sent(const struct port_io *port, uint32_t token, struct gn_stamp stamp,
			 const struct sink *sink)
{
	struct gn_event event = port_new_event(port, GN_EVENT_FRAME_SENT);

	if (token == 0) {
		return;
	}
	event.u.sent = (struct gn_frame_sent){ .token = token, .stamp = stamp };
	sink->deliver(sink->context, &event);
}

static void deliver_error(const struct port_io *port, const struct sink *sink)
{
	struct gn_event event = port_new_event(port, GN_EVENT_PORT_ERROR);

	sink->deliver(sink->context, &event);
}

/* ---- transmit timestamps ---- */

static const struct timespec *stamp_of(const struct port_io *port, const struct control *control)
{
	static const struct timespec none = { 0 };
	const struct timespec *legacy = &control->stamps[1], *hardware = &control->stamps[2];

	if (!control->has_stamps) {
		return &none;
	}
	if (port->time_stamping == GN_STAMPING_SOFTWARE) {
		return &control->stamps[0];
	}
	if (port->time_stamping == GN_STAMPING_LEGACY && (legacy->tv_sec != 0 || legacy->tv_nsec != 0)) {
		return legacy;
	}
	return hardware;
}

static void explain_late(struct port_io *port, int64_t deadline_ns)
{
	int64_t now = clock_monotonic_ns();

	if (port->late_explained_ns != 0 && now - port->late_explained_ns < EXPLAIN_EVERY_NS) {
		return;
	}
	port->late_explained_ns = now;
	log_warning("%s: a transmit timestamp came %.3f ms after its frame, %.3f ms too late: raise "
		    "tx_timestamp_timeout (now %" PRId64 " ms)",
		    port->label, (double)(now - deadline_ns + port->tx_timeout_ns) / NS_PER_MS,
		    (double)(now - deadline_ns) / NS_PER_MS, port->tx_timeout_ns / NS_PER_MS);
}

/* Whose timestamp it is. Simulators may not number, or by rules of their own: as long as no number has matched and one
 * frame alone is awaited, it is that one's. */
static bool match(struct port_io *port, const struct control *control, struct pending_frame *out)
{
	int64_t deadline_ns;

	if (!control->has_id || port->event.numbering == PORT_SOCKET_BY_ORDER) {
		return pending_take_oldest(&port->pending, out);
	}
	if (pending_take(&port->pending, control->id, out)) {
		port->is_matching = true;
		return true;
	}
	if (pending_was_given_up(&port->pending, control->id, &deadline_ns)) {
		port->counters.tx_stamps_late++;
		explain_late(port, deadline_ns);
		return false;
	}
	if (!port->is_matching && pending_awaited(&port->pending) == 1) {
		return pending_take_oldest(&port->pending, out);
	}
	port->counters.tx_stamps_unmatched++;
	return false;
}

/* One message of the error queue. False: it gives no token back. */
static bool take_stamp(struct port_io *port, struct msghdr *message, bool is_stale, struct gn_frame_sent *out)
{
	const struct timespec *kernel;
	struct pending_frame frame;
	struct control control;

	control_parse(message, &control);
	if (control.is_short) {
		log_warning("short SO_TIMESTAMPING message");
	}
	kernel = stamp_of(port, &control);
	if (kernel->tv_sec == 0 && kernel->tv_nsec == 0) {
		return false; /* another kind of stamp than wanted, or another error */
	}
	if (!match(port, &control, &frame)) {
		return false;
	}
	port->counters.tx_stamps++;
	out->token = frame.token;
	if (is_stale || frame.epoch != port->clock->epoch) {
		out->stamp = timestamper_refuse(&port->timestamper, GN_STAMP_STALE_EPOCH);
	} else {
		out->stamp = timestamper_convert(&port->timestamper, kernel, TIMESTAMP_TX);
	}
	return true;
}

/* A batch of the error queue. Returns whether there may be more. */
static bool read_stamps_once(struct port_io *port, bool is_stale, const struct sink *sink)
{
	struct port_socket_batch batch;
	struct gn_frame_sent sent[PORT_SOCKET_BATCH];
	uint32_t generation = port->generation;
	int count = port_socket_receive(&port->event, &batch, true), tokens = 0;

	if (count <= 0) {
		return false;
	}
	timestamper_begin_batch(&port->timestamper);
	for (int i = 0; i < count; i++) {
		tokens += take_stamp(port, &batch.headers[i].msg_hdr, is_stale, &sent[tokens]);
	}
	for (int i = 0; i < tokens && generation == port->generation; i++) {
		deliver_sent(port, sent[i].token, sent[i].stamp, sink);
	}
	return count == PORT_SOCKET_BATCH && generation == port->generation;
}

static void read_stamps(struct port_io *port, bool is_stale, const struct sink *sink)
{
	for (int i = 0; i < ERROR_BATCHES_MAX && read_stamps_once(port, is_stale, sink); i++) {
	}
}

/* ---- frames ---- */

/* One datagram as an event's content. False: none of ours. */
static bool take_frame(struct port_io *port, struct port_socket_batch *batch, int place, bool is_event,
		       bool is_stale, struct gn_frame_received *out)
{
	struct msghdr *message = &batch->headers[place].msg_hdr;
	size_t length = batch->headers[place].msg_len;
	struct control control;

	control_parse(message, &control);
	if (control.is_short) {
		log_warning("short SO_TIMESTAMPING message");
	}
	if (length > sizeof(batch->octets[place])) {
		length = sizeof(batch->octets[place]);
	}
	*out = (struct gn_frame_received){
		.is_general = !is_event, .stamp = { .epoch = port->clock->epoch, .status = GN_STAMP_MISSING }
	};
	if (!port->transport->unwrap(batch->octets[place], length, &batch->from[place], &control, out)) {
		return false;
	}
	if (out->length > GN_FRAME_MAX) {
		out->length = GN_FRAME_MAX;
	}
	if (control.has_kernel_time) {
		out->software_stamp.ns = (int64_t)control.kernel_time.tv_sec * GN_NS_PER_SECOND +
					 control.kernel_time.tv_nsec;
	}
	if (is_event && is_stale) {
		out->stamp = timestamper_refuse(&port->timestamper, GN_STAMP_STALE_EPOCH);
	} else if (is_event) {
		out->stamp = timestamper_convert(&port->timestamper, stamp_of(port, &control), TIMESTAMP_RX);
	}
	return true;
}

static void receive_failed(struct port_io *port, int err, const struct sink *sink)
{
	port->counters.receive_errors++;
	log_error("recvmsg failed: %s", strerror(-err));
	log_error("%s: recv message failed", port->label);
	deliver_error(port, sink);
}

/* A batch of frames. Returns whether there may be more. */
static bool receive_once(struct port_io *port, struct port_socket *s, bool is_stale, const struct sink *sink)
{
	struct port_socket_batch batch;
	struct gn_frame_received frames[PORT_SOCKET_BATCH];
	uint32_t generation = port->generation;
	bool is_event = s == &port->event;
	int count = port_socket_receive(s, &batch, false), ours = 0;

	if (count < 0) {
		receive_failed(port, count, sink);
		return false;
	}
	if (count > 0 && is_event) {
		timestamper_begin_batch(&port->timestamper);
	}
	for (int i = 0; i < count; i++) {
		ours += take_frame(port, &batch, i, is_event, is_stale, &frames[ours]);
	}
	for (int i = 0; i < ours && generation == port->generation; i++) {
		struct gn_event event = port_new_event(port, GN_EVENT_FRAME_RECEIVED);

		event.u.received = frames[i];
		sink->deliver(sink->context, &event);
	}
	return count == PORT_SOCKET_BATCH && generation == port->generation;
}

/* poll(2) told of an error: it is one only if the socket says so, since the error queue is told in the same way. */
static void check_error(struct port_io *port, const struct port_socket *s, int place, const struct sink *sink)
{
	int error = port_socket_error(s);

	if (error != 0) {
		port->counters.receive_errors++;
		log_error("%s: error on fda[%d]: %s", port->label, place, strerror(error));
		deliver_error(port, sink);
	}
}
/* ---- what the loop calls ---- */

void port_io_poll(const struct port_io *port, struct pollfd fds[PORT_IO_FDS])
{
	fds[FD_EVENT] = (struct pollfd){ .fd = port->event.fd, .events = POLLIN | POLLPRI };
	fds[FD_GENERAL] = (struct pollfd){ .fd = port->general.fd, .events = POLLIN };
	fds[FD_LINK] = (struct pollfd){ .fd = port->watch.fd, .events = POLLIN };
}

void port_io_receive(struct port_io *port, const struct pollfd fds[PORT_IO_FDS], port_io_deliver deliver,
		     void *context)
{
	const struct sink sink = { deliver, context };
	uint32_t generation = port->generation;
	const short failure = POLLERR | POLLHUP | POLLNVAL;

	if (port->is_open &&
	    (fds[FD_EVENT].revents & (POLLPRI | POLLERR) || pending_awaited(&port->pending) > 0)) {
		read_stamps(port, false, &sink);
	}
	if (generation == port->generation && port->is_open && fds[FD_EVENT].revents & POLLIN) {
		(void)receive_once(port, &port->event, false, &sink); /* more makes poll(2) return again */
	} else if (generation == port->generation && port->is_open && fds[FD_EVENT].revents & failure) {
		check_error(port, &port->event, FD_EVENT, &sink);
	}
	if (generation == port->generation && port->is_open && fds[FD_GENERAL].revents & POLLIN) {
		(void)receive_once(port, &port->general, false, &sink);
	} else if (generation == port->generation && port->is_open && fds[FD_GENERAL].revents & failure) {
		check_error(port, &port->general, FD_GENERAL, &sink);
	}
	if (fds[FD_LINK].revents && fds[FD_LINK].fd >= 0) {
		port_read_link(port, &sink);
	}
}

void port_io_drain_stale(struct port_io *port, port_io_deliver deliver, void *context)
{
	const struct sink sink = { deliver, context };
	uint32_t generation = port->generation;

	if (!port->is_open) {
		return;
	}
	timestamper_clock_stepped(&port->timestamper);
	read_stamps(port, true, &sink);
	for (int i = 0; i < DRAIN_BATCHES_MAX && generation == port->generation; i++) {
		if (!receive_once(port, &port->event, true, &sink)) {
			break;
		}
	}
}

static void await_stamp(struct port_io *port, uint32_t token, uint32_t id, const struct sink *sink)
{
	const struct pending_frame frame = { .token = token,
					     .id = id,
					     .epoch = port->clock->epoch,
					     .deadline_ns = clock_monotonic_ns() + port->tx_timeout_ns };
	struct pending_frame oldest;

	if (!pending_add(&port->pending, &frame)) {
		/* More on their way than any hardware holds: the oldest has been lost. */
		(void)pending_give_up(&port->pending, INT64_MAX, &oldest);
		(void)pending_add(&port->pending, &frame);
		port->counters.tx_stamps_lost++;
		deliver_sent(port, oldest.token, timestamper_refuse(&port->timestamper, GN_STAMP_MISSING),
			     sink);
	}
}

static int send_failed(struct port_io *port, const struct gn_send *send, int err, const struct sink *sink)
{
	port->counters.send_errors++;
	if (err != -EAGAIN &&
	    err != -ENOBUFS) { /* a full queue passes: the loop tells of it at a limited rate */
		log_error("sendto failed: %s", strerror(-err));
	}
	deliver_sent(port, send->token, (struct gn_stamp){ .status = GN_STAMP_NOT_SENT }, sink);
	return err;
}

int port_io_send(struct port_io *port, const struct gn_send *send, port_io_deliver deliver, void *context)
{
	const struct sink sink = { deliver, context };
	struct port_socket *s = send->is_event ? &port->event : &port->general;
	struct transport_frame frame;
	bool is_renumbered = false;
	uint32_t id, generation = port->generation;
	int err;

	if (!port->is_open) {
		return send_failed(port, send, -ENOTCONN, &sink);
	}
	if (!port->transport->wrap(&port->setup, send, &frame)) {
		return send_failed(port, send, send->length > GN_FRAME_MAX ? -EMSGSIZE : -EDESTADDRREQ,
				   &sink);
	}
	if (send->is_event && pending_awaited(&port->pending) > 0) {
		read_stamps(port, false, &sink); /* a simulator may hold one stamp a socket */
	}
	if (generation != port->generation) {
		return send_failed(port, send, -ENOTCONN, &sink);
	}
	err = port_socket_send(s, &frame, &id, &is_renumbered);
	if (is_renumbered) {
		pending_orphan(&port->pending);
	}
	if (err) {
		return send_failed(port, send, err, &sink);
	}
	if (send->is_event) {
		await_stamp(port, send->token, id, &sink);
		(void)read_stamps_once(port, false, &sink);
	}
	return 0;
}

int64_t port_io_deadline(const struct port_io *port)
{
	int64_t pending = pending_deadline(&port->pending);

	return pending < port->link_poll_ns ? pending : port->link_poll_ns;
}

void port_io_expire(struct port_io *port, int64_t now_ns, port_io_deliver deliver, void *context)
{
	const struct sink sink = { deliver, context };
	uint32_t generation = port->generation;
	struct pending_frame frame;

	if (port->is_open && pending_deadline(&port->pending) <= now_ns) {
		read_stamps(port, false, &sink); /* the last chance */
	}
	while (generation == port->generation && pending_give_up(&port->pending, now_ns, &frame)) {
		if (frame.token == 0) {
			continue;
		}
		port->counters.tx_stamps_lost++;
		deliver_sent(port, frame.token, timestamper_refuse(&port->timestamper, GN_STAMP_MISSING),
			     &sink);
	}
	if (port->link_poll_ns <= now_ns) {
		port->link_poll_ns = now_ns + LINK_POLL_NS;
		port_poll_link(port, &sink);
	}
}

void port_io_counters(const struct port_io *port, struct port_io_counters *out)
{
	const uint64_t *count = port->timestamper.counters.count;

	*out = port->counters;
	out->stamps_bad_nanoseconds = count[GN_STAMP_BAD_NANOSECONDS];
	out->stamps_implausible = count[GN_STAMP_IMPLAUSIBLE];
	out->stamps_clock_jumped = count[GN_STAMP_CLOCK_JUMPED];
	out->stamps_out_of_order = port->timestamper.counters.out_of_order;
	out->stamps_missing = count[GN_STAMP_MISSING];
}
