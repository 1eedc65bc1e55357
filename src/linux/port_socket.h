/* src/linux/port_socket.h -- an open event or general socket: frames and transmit timestamps in batches, sends with a
 * number under which their timestamp comes back.
 *
 * Asks little of the socket, so that simulated ones will do: where the kernel (or a simulator) refuses a newer way, the
 * next older one is taken, down to recvmsg(2) and transmit timestamps without a number. */
#ifndef LINUX_PORT_SOCKET_H
#define LINUX_PORT_SOCKET_H

#include "linux/control.h"
#include "linux/transport.h"

#include <sys/uio.h>

#define PORT_SOCKET_BATCH 16

/* How transmit timestamps are told apart. */
enum port_socket_numbering {
	PORT_SOCKET_BY_ORDER,   /* no numbers: the oldest frame's comes first */
	PORT_SOCKET_BY_COUNTER, /* the socket counts its sends (SOF_TIMESTAMPING_OPT_ID) */
	PORT_SOCKET_BY_CHOICE,  /* each send carries its number (SCM_TS_OPT_ID) */
};

struct port_socket {
	int fd; /* -1: closed */
	uint8_t numbering;
	bool is_proven;  /* BY_CHOICE: the kernel took a number */
	bool one_by_one; /* recvmmsg does not work here */
	uint32_t next_id;
	uint32_t flags; /* of SO_TIMESTAMPING as set, 0: none */
	int bind_phc;
};

/* Where a batch is received; large, one for all sockets of a port. */
struct port_socket_batch {
	struct mmsghdr headers[PORT_SOCKET_BATCH];
	struct iovec vectors[PORT_SOCKET_BATCH];
	struct sockaddr_storage from[PORT_SOCKET_BATCH];
	_Alignas(struct cmsghdr) uint8_t control[PORT_SOCKET_BATCH][CONTROL_SIZE];
	uint8_t octets[PORT_SOCKET_BATCH][TRANSPORT_FRAME_MAX];
};

/* Switches timestamping of an event socket on. bind_phc: the virtual clock to convert to, -1 none. 0 or a negative
 * errno, logged. */
int port_socket_enable_stamps(struct port_socket *s, const char *label, int time_stamping, int bind_phc);

/* Kernel receive times in addition (check_fup_sync), on any socket. */
int port_socket_enable_kernel_times(struct port_socket *s);

/* Room for what arrives between two wake-ups, and for the transmit timestamps that share it. */
void port_socket_enlarge(struct port_socket *s);

/* Receives what is there, at most PORT_SOCKET_BATCH: the count, 0 for nothing, or a negative errno. */
int port_socket_receive(struct port_socket *s, struct port_socket_batch *batch, bool error_queue);

/* The frame's number in *id. 0 or a negative errno; a failed send has no number (but may move the kernel's counter:
 * *is_renumbered tells that numbers began anew and earlier frames cannot be told apart). */
int port_socket_send(struct port_socket *s, const struct transport_frame *frame, uint32_t *id,
		     bool *is_renumbered);

/* The pending error of the socket (SO_ERROR), a positive errno, 0 for none. */
int port_socket_error(const struct port_socket *s);

void port_socket_close(struct port_socket *s);

#endif
