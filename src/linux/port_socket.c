/* src/linux/port_socket.c -- ladders: each facility is tried, and where it is refused the older one below it is used.
 *
 * Numbers chosen by us run as the kernel's own counter would, from 0 for each send: a simulator that takes our number
 * without looking at it then still gives the same one back. */
#include "linux/port_socket.h"
#include "linux/kernel_facts.h"
#include "linux/log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define RECEIVE_BUFFER (4 * 1024 * 1024)

/* ---- timestamping ---- */

static const uint32_t wanted_flags[] = {
	[GN_STAMPING_SOFTWARE] = KERNEL_TX_SOFTWARE | KERNEL_RX_SOFTWARE | KERNEL_SOFTWARE,
	[GN_STAMPING_HARDWARE] = KERNEL_TX_HARDWARE | KERNEL_RX_HARDWARE | KERNEL_RAW_HARDWARE,
	[GN_STAMPING_LEGACY] = KERNEL_TX_HARDWARE | KERNEL_RX_HARDWARE | KERNEL_SYS_HARDWARE |
			       KERNEL_RAW_HARDWARE,
	[GN_STAMPING_ONESTEP] = KERNEL_TX_HARDWARE | KERNEL_RX_HARDWARE | KERNEL_RAW_HARDWARE,
	[GN_STAMPING_P2P1STEP] = KERNEL_TX_HARDWARE | KERNEL_RX_HARDWARE | KERNEL_RAW_HARDWARE,
};

static int set_flags(const struct port_socket *s, uint32_t flags)
{
	const struct {
		uint32_t flags;
		int bind_phc;
	} option = { flags | (s->bind_phc >= 0 ? KERNEL_BIND_PHC : 0), s->bind_phc };
	socklen_t size = s->bind_phc >= 0 ? sizeof(option) : sizeof(option.flags);

	return setsockopt(s->fd, SOL_SOCKET, SO_TIMESTAMPING, &option, size) < 0 ? -errno : 0;
}

int port_socket_enable_stamps(struct port_socket *s, const char *label, int time_stamping, int bind_phc)
{
	static const uint32_t ladder[] = {
		KERNEL_OPT_ID | KERNEL_OPT_TSONLY | KERNEL_OPT_RX_FILTER,
		KERNEL_OPT_ID | KERNEL_OPT_TSONLY,
		0,
	};
	int on = 1, err = 0;

	s->bind_phc = bind_phc;
	for (size_t i = 0; i < sizeof(ladder) / sizeof(ladder[0]); i++) {
		s->flags = wanted_flags[time_stamping] | ladder[i];
		err = set_flags(s, s->flags);
		if (err == 0) {
			break;
		}
	}
	if (err) {
		log_error("ioctl SO_TIMESTAMPING failed: %s", strerror(-err));
		log_error("%s: the kernel does not give %s timestamps on this socket", label,
			  time_stamping == GN_STAMPING_SOFTWARE ? "software" : "hardware");
		return err;
	}
	s->numbering = s->flags & KERNEL_OPT_ID ? PORT_SOCKET_BY_CHOICE : PORT_SOCKET_BY_ORDER;
	s->next_id = 0;
	if (setsockopt(s->fd, SOL_SOCKET, SO_SELECT_ERR_QUEUE, &on, sizeof(on)) < 0) {
		log_warning("%s: SO_SELECT_ERR_QUEUE: %s", label, strerror(errno));
	}
	return 0;
}

int port_socket_enable_kernel_times(struct port_socket *s)
{
	int on = 1;

	if (setsockopt(s->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) < 0) {
		int err = -errno;

		log_error("ioctl SO_TIMESTAMPNS failed: %s", strerror(-err));
		return err;
	}
	return 0;
}

void port_socket_enlarge(struct port_socket *s)
{
	int size = RECEIVE_BUFFER;

	/* The second is cut to net.core.rmem_max: what can be had without privilege. */
	if (setsockopt(s->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0) {
		(void)setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	}
}

/* ---- receiving ---- */

static void prepare(struct port_socket_batch *batch, int place)
{
	batch->vectors[place] = (struct iovec){ batch->octets[place], sizeof(batch->octets[place]) };
	batch->headers[place] = (struct mmsghdr){
		.msg_hdr = { .msg_name = &batch->from[place],
			     .msg_namelen = sizeof(batch->from[place]),
			     .msg_iov = &batch->vectors[place],
			     .msg_iovlen = 1,
			     .msg_control = batch->control[place],
			     .msg_controllen = sizeof(batch->control[place]) },
	};
	batch->from[place].ss_family = AF_UNSPEC;
}

static bool means_nothing_there(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

static bool means_not_known(int error)
{
	return error == ENOSYS || error == EINVAL || error == EOPNOTSUPP || error == ENOTSOCK ||
	       error == EBADF;
}

static int receive_singly(const struct port_socket *s, struct port_socket_batch *batch, int flags)
{
	int count = 0;

	while (count < PORT_SOCKET_BATCH) {
		ssize_t length = recvmsg(s->fd, &batch->headers[count].msg_hdr, flags);

		if (length < 0) {
			return count > 0 || means_nothing_there(errno) ? count : -errno;
		}
		batch->headers[count++].msg_len = (unsigned)length;
	}
	return count;
}

int port_socket_receive(struct port_socket *s, struct port_socket_batch *batch, bool error_queue)
{
	int flags = MSG_DONTWAIT | (error_queue ? MSG_ERRQUEUE : 0), count;

	for (int i = 0; i < PORT_SOCKET_BATCH; i++) {
		prepare(batch, i);
	}
	if (s->one_by_one) {
		return receive_singly(s, batch, flags);
	}
	count = recvmmsg(s->fd, batch->headers, PORT_SOCKET_BATCH, flags, NULL);
	if (count >= 0) {
		return count;
	}
	if (means_nothing_there(errno)) {
		return 0;
	}
	if (!means_not_known(errno)) {
		return -errno;
	}
	count = receive_singly(s, batch, flags);
	s->one_by_one = count >= 0;
	return count;
}

/* ---- sending ---- */

static int send_numbered(const struct port_socket *s, const struct transport_frame *frame, bool with_number)
{
	union {
		struct cmsghdr header;
		uint8_t octets[CMSG_SPACE(sizeof(uint32_t))];
	} control = { .octets = { 0 } };
	struct iovec vector = { (void *)(uintptr_t)frame->octets, frame->length };
	struct msghdr message = { .msg_name = (void *)(uintptr_t)&frame->to,
				  .msg_namelen = frame->to_length,
				  .msg_iov = &vector,
				  .msg_iovlen = 1 };

	if (with_number) {
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = KERNEL_SCM_TS_OPT_ID;
		control.header.cmsg_len = CMSG_LEN(sizeof(uint32_t));
		memcpy(CMSG_DATA(&control.header), &s->next_id, sizeof(s->next_id));
		message.msg_control = control.octets;
		message.msg_controllen = sizeof(control.octets);
	}
	return sendmsg(s->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* After a failed send nobody knows whether the kernel counted it. Switching the option off and on sets it to 0. */
static bool renumber(struct port_socket *s)
{
	if (s->numbering != PORT_SOCKET_BY_COUNTER) {
		return false;
	}
	if (set_flags(s, s->flags & ~(KERNEL_OPT_ID | KERNEL_OPT_TSONLY)) == 0 &&
	    set_flags(s, s->flags) == 0) {
		s->next_id = 0;
	}
	return true;
}

int port_socket_send(struct port_socket *s, const struct transport_frame *frame, uint32_t *id,
		     bool *is_renumbered)
{
	bool by_choice = s->numbering == PORT_SOCKET_BY_CHOICE;
	int err = send_numbered(s, frame, by_choice);

	*is_renumbered = false;
	if (err == -EINVAL && by_choice && !s->is_proven) {
		s->numbering = PORT_SOCKET_BY_COUNTER; /* a kernel before 6.13 */
		*is_renumbered = renumber(s);
		err = send_numbered(s, frame, false);
	}
	if (err) {
		*is_renumbered = renumber(s) || *is_renumbered;
		return err;
	}
	s->is_proven = by_choice;
	*id = s->next_id++;
	return 0;
}

int port_socket_error(const struct port_socket *s)
{
	int error = 0;
	socklen_t size = sizeof(error);

	return getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0 ? errno : error;
}

void port_socket_close(struct port_socket *s)
{
	if (s->fd >= 0) {
		(void)close(s->fd); /* datagrams: nothing is left to be written */
	}
	*s = (struct port_socket){ .fd = -1 };
}
