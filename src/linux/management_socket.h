/* src/linux/management_socket.h -- the two local sockets by which this machine's programs ask and set the instance.
 *
 * AF_UNIX datagrams, one PTP message each, as linuxptp's: one socket for everything (uds_address, mode 0660), one that
 * answers only (uds_ro_address, 0666). A correspondent becomes a gn_address of protocol LOCAL, length 4: a number that
 * stays its own as long as it is remembered and never becomes another's. */
#ifndef LINUX_MANAGEMENT_SOCKET_H
#define LINUX_MANAGEMENT_SOCKET_H

#include "gnomon/instance.h"
#include "linux/port_io.h"

#include <poll.h>

#define MANAGEMENT_SOCKET_FDS 2 /* everything, answers only */

struct management_socket;

/* Whether a living daemon listens on one of the paths already: -EADDRINUSE, and `why` says on which and what to do
 * (linuxptp would take the path away from it). Before anything is opened. */
int management_socket_check(const struct gn_config *config, char *why, size_t why_size);

/* Opens both; a path that is empty is left out. What cannot be opened is logged and left out too: the clock is worth
 * more than the questions. -ENOMEM is the only error. */
int management_socket_open(struct management_socket **out, const struct gn_config *config);

/* Closes; unlinks the paths that are still ours, and the links that we made. NULL is nothing. */
void management_socket_close(struct management_socket *m);

/* The path of a socket that is open, else NULL. */
const char *management_socket_path(const struct management_socket *m, int index);

/* Gives the directories that were made for the sockets to a user, before the process becomes it. */
void management_socket_give_to(const struct management_socket *m, unsigned uid, unsigned gid);

void management_socket_poll(const struct management_socket *m, struct pollfd fds[MANAGEMENT_SOCKET_FDS]);

/* Reads what is there, at most some dozens, and delivers it as frames with is_local. */
void management_socket_receive(struct management_socket *m, const struct pollfd fds[MANAGEMENT_SOCKET_FDS],
			       port_io_deliver deliver, void *context);

/* Sends to a LOCAL address; of length 0: to the most recent correspondent of the first socket. A correspondent that has
 * gone is forgotten. Returns 0 or -errno; nobody is told (as in linuxptp). */
int management_socket_send(struct management_socket *m, const struct gn_address *to, const uint8_t *octets,
			   size_t length);

#endif
