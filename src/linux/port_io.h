/* src/linux/port_io.h -- one network port: its sockets, its timestamps, its link.
 *
 * Opened by GN_ACTION_OPEN_PORT, closed by GN_ACTION_CLOSE_PORT; the link goes on being watched while it is closed.
 * Nothing here blocks. Frames and transmit timestamps come out of port_io_receive() as events for the instance, with
 * their stamps already converted and checked (timestamp.h). Functions return 0 or a negative errno; what a person
 * must know is logged (log.h). */
#ifndef LINUX_PORT_IO_H
#define LINUX_PORT_IO_H

#include "gnomon/instance.h"
#include "linux/clock.h"

#include <poll.h>

#define PORT_IO_FDS 3 /* event socket, general socket, link watch */

struct port_io;

/* Takes an event to the instance and carries out what it answers (loop.c). */
typedef void (*port_io_deliver)(void *context, const struct gn_event *event);

/* `clock` is the one the instance steers: stamps are converted to it, checked against it and tagged with its epoch.
 * It may change later (port_io_set_clock). Memory is malloc'ed here; port_io_free() ends it. Finds the interface (and
 * its PHC) by name; an interface that does not exist is -ENODEV here already. */
int port_io_new(struct port_io **out, const struct gn_config *config, uint16_t port_number,
		struct clock *clock);
void port_io_free(struct port_io *port);
void port_io_set_clock(struct port_io *port, struct clock *clock);

/* What the interface is and can do, before it is opened: the clockIdentity is made of the first port's address, the
 * clock is chosen by its PHC, and the timestamping asked for is checked. */
void port_io_attachment(struct port_io *port, struct gn_port_attachment *out);

/* GN_OK if the interface can do the time_stamping of the configuration; otherwise `why` says what is missing and what
 * to do about it. With time_stamping_fallback it switches itself to software stamps and says so in the log. */
enum gn_result port_io_check_stamping(struct port_io *port, char *why, size_t why_size);

int port_io_open(struct port_io *port); /* sockets, groups, filters, hardware timestamping */
void port_io_close(struct port_io *port);

/* Fills in what to poll for: `count` = PORT_IO_FDS; fds may be -1. Transmit timestamps are POLLPRI of the event
 * socket (SO_SELECT_ERR_QUEUE). */
void port_io_poll(const struct port_io *port, struct pollfd fds[PORT_IO_FDS]);

/* Reads what is there, in batches, transmit timestamps first, and delivers it. `revents` as poll gave them. */
void port_io_receive(struct port_io *port, const struct pollfd fds[PORT_IO_FDS], port_io_deliver deliver,
		     void *context);

/* Reads everything that is there now and delivers it with stamps of status GN_STAMP_STALE_EPOCH: called when the
 * clock was stepped, before its epoch rises. */
void port_io_drain_stale(struct port_io *port, port_io_deliver deliver, void *context);

/* Sends; a send with a token will deliver GN_EVENT_FRAME_SENT exactly once, at the latest after tx_timestamp_timeout
 * (see port_io_deadline). -errno: the frame did not leave, and the token is delivered as missing. */
int port_io_send(struct port_io *port, const struct gn_send *send, port_io_deliver deliver, void *context);

/* When the oldest awaited transmit timestamp is given up (CLOCK_MONOTONIC ns; INT64_MAX: none awaited), and doing so.
 * Where netlink does not tell of the link, asking for it is due here too. */
int64_t port_io_deadline(const struct port_io *port);
void port_io_expire(struct port_io *port, int64_t now_ns, port_io_deliver deliver, void *context);

/* Counters for status: stamps that came late, were lost, out of order ... */
struct port_io_counters {
	uint64_t tx_stamps, tx_stamps_late, tx_stamps_lost, tx_stamps_unmatched;
	uint64_t stamps_bad_nanoseconds, stamps_implausible, stamps_clock_jumped, stamps_out_of_order,
		stamps_missing;
	uint64_t receive_errors, send_errors;
};
void port_io_counters(const struct port_io *port, struct port_io_counters *out);

#endif
