/* src/linux/management_socket.c -- sockets, paths, and who wrote last.
 *
 * Correspondents are kept in a table of slots. Their number counts up and is never used twice; number modulo size is
 * the slot, so that finding one is one step, and a subscriber whose slot was needed for somebody else is found gone
 * instead of being taken for that somebody. */
#include "linux/management_socket.h"
#include "linux/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define PEERS 64
#define BATCH 32
#define ADDRESS_LENGTH 4 /* of a LOCAL gn_address */

struct peer {
	uint32_t number; /* 0: empty slot */
	uint8_t socket;  /* by which it wrote, and is answered */
	socklen_t length;
	struct sockaddr_un address;
};

struct local_socket {
	int fd;
	char path[GN_PATH_SIZE];
	dev_t device; /* of the path, to know at the end whether it is still ours */
	ino_t inode;
	char link[GN_PATH_SIZE]; /* that we made; empty: none */
	bool is_directory_made;
};

struct management_socket {
	struct local_socket sockets[MANAGEMENT_SOCKET_FDS];
	struct peer peers[PEERS];
	uint32_t last_number;
	uint32_t latest[MANAGEMENT_SOCKET_FDS]; /* the most recent correspondent */
};

/* The default places of linuxptp before and after it moved them: who knows the other one finds a link. */
static const struct {
	const char *path, *link, *target;
} links[] = {
	{ "/var/run/ptp4l", "/var/run/ptp/ptp4l", "../ptp4l" },
	{ "/var/run/ptp4lro", "/var/run/ptp/ptp4lro", "../ptp4lro" },
	{ "/var/run/ptp/ptp4l", "/var/run/ptp4l", "ptp/ptp4l" },
	{ "/var/run/ptp/ptp4lro", "/var/run/ptp4lro", "ptp/ptp4lro" },
};

/* ---- paths -------------------------------------------------------------------------------------------- */

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	return address;
}

/* A datagram socket accepts connections as long as a process has it open: a left-over file refuses. */
static bool is_alive(const char *path)
{
	struct sockaddr_un address = address_of(path);
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	bool alive = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;

	if (fd >= 0) {
		close(fd);
	}
	return alive;
}

int management_socket_check(const struct gn_config *config, char *why, size_t why_size)
{
	const char *paths[] = { config->uds_address, config->uds_ro_address };

	for (size_t i = 0; i < MANAGEMENT_SOCKET_FDS; i++) {
		if (paths[i][0] != '\0' && is_alive(paths[i])) {
			snprintf(why, why_size,
				 "%s: a running daemon listens there already: stop it, or give this one its "
				 "own %s",
				 paths[i], i == 0 ? "uds_address" : "uds_ro_address");
			return -EADDRINUSE;
		}
	}
	if (config->uds_address[0] != '\0' && strcmp(config->uds_address, config->uds_ro_address) == 0) {
		snprintf(why, why_size, "%s: uds_address and uds_ro_address must differ",
			 config->uds_address);
		return -EADDRINUSE;
	}
	return 0;
}

/* The last directory of the path, if it is missing. */
static void make_directory(struct local_socket *s)
{
	char directory[GN_PATH_SIZE];
	char *slash;

	snprintf(directory, sizeof(directory), "%s", s->path);
	slash = strrchr(directory, '/');
	if (!slash || slash == directory) {
		return;
	}
	*slash = '\0';
	if (mkdir(directory, 0775) == 0) {
		s->is_directory_made = true;
	} else if (errno != EEXIST) {
		log_error("failed to create %s: %s", directory, strerror(errno));
	}
}

static void make_link(struct local_socket *s)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		char directory[GN_PATH_SIZE];

		if (strcmp(s->path, links[i].path) != 0) {
			continue;
		}
		snprintf(directory, sizeof(directory), "%s", links[i].link);
		*strrchr(directory, '/') = '\0';
		(void)mkdir(directory, 0775); /* exists, or symlink() tells why not */
		if (symlink(links[i].target, links[i].link) == 0) {
			snprintf(s->link, sizeof(s->link), "%s", links[i].link);
		} else if (errno != EEXIST) {
			log_warning("failed to create symlink %s->%s: %s", links[i].link, links[i].target,
				    strerror(errno));
		}
	}
}

/* What lies at the path goes, if it is a socket (that nobody listens on: checked before) or a link to one. */
static int clear_path(const char *path)
{
	struct stat st;

	if (lstat(path, &st) != 0) {
		return 0;
	}
	if (!S_ISSOCK(st.st_mode) && !S_ISLNK(st.st_mode)) {
		log_error("uds: %s exists and is no socket: remove it, or choose another uds_address", path);
		return -EEXIST;
	}
	if (unlink(path) != 0) {
		log_error("uds: cannot remove existing %s: %s", path, strerror(errno));
		return -errno;
	}
	log_error("uds: removed existing %s", path);
	return 0;
}

static int prepare(int fd, const char *path, int mode)
{
	struct sockaddr_un address = address_of(path);

	if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
		log_debug("uds: %s: O_NONBLOCK: %s", path, strerror(errno)); /* MSG_DONTWAIT does it too */
	}
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC); /* we start no programs; without it works as well */
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		int err = -errno;

		log_error("uds: bind failed: %s", strerror(-err));
		log_info("%s cannot be made (%s): management goes without it; choose a place this user may "
			 "write to with "
			 "uds_address and uds_ro_address",
			 path, strerror(-err));
		return err;
	}
	if (chmod(path, (mode_t)mode) != 0) {
		log_warning("uds: %s: mode %04o: %s", path, (unsigned)mode, strerror(errno));
	}
	return 0;
}

static int open_one(struct local_socket *s, const char *path, int mode)
{
	struct stat st;
	int err;

	if (path[0] == '\0') {
		return -ENOENT;
	}
	snprintf(s->path, sizeof(s->path), "%s", path);
	make_directory(s);
	err = clear_path(path);
	if (err != 0) {
		return err;
	}
	s->fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (s->fd < 0) {
		err = -errno;
		log_error("uds: failed to create socket: %s", strerror(-err));
		return err;
	}
	err = prepare(s->fd, path, mode);
	if (err != 0) {
		close(s->fd);
		s->fd = -1;
		return err;
	}
	if (lstat(path, &st) == 0) {
		s->device = st.st_dev;
		s->inode = st.st_ino;
	}
	make_link(s);
	return 0;
}

int management_socket_open(struct management_socket **out, const struct gn_config *config)
{
	struct management_socket *m = calloc(1, sizeof(*m));

	if (!m) {
		return -ENOMEM;
	}
	for (int i = 0; i < MANAGEMENT_SOCKET_FDS; i++) {
		m->sockets[i].fd = -1;
	}
	/* Logged inside; a daemon without the one or the other goes on. */
	(void)open_one(&m->sockets[0], config->uds_address, config->port.uds_file_mode);
	(void)open_one(&m->sockets[1], config->uds_ro_address, config->port.uds_ro_file_mode);
	*out = m;
	return 0;
}

static void remove_path(const struct local_socket *s)
{
	struct stat st;

	if (lstat(s->path, &st) == 0 && st.st_dev == s->device && st.st_ino == s->inode &&
	    unlink(s->path) != 0) {
		log_debug("uds: %s stays: %s", s->path, strerror(errno));
	}
	if (s->link[0] != '\0') {
		(void)unlink(s->link); /* after a change of user it may stay: harmless, it leads nowhere */
	}
}

void management_socket_close(struct management_socket *m)
{
	if (!m) {
		return;
	}
	for (int i = 0; i < MANAGEMENT_SOCKET_FDS; i++) {
		if (m->sockets[i].fd >= 0) {
			close(m->sockets[i].fd);
			remove_path(&m->sockets[i]);
		}
	}
	free(m);
}

const char *management_socket_path(const struct management_socket *m, int index)
{
	return m->sockets[index].fd >= 0 ? m->sockets[index].path : NULL;
}

void management_socket_give_to(const struct management_socket *m, unsigned uid, unsigned gid)
{
	for (int i = 0; i < MANAGEMENT_SOCKET_FDS; i++) {
		char directory[GN_PATH_SIZE];

		if (!m->sockets[i].is_directory_made) {
			continue;
		}
		snprintf(directory, sizeof(directory), "%s", m->sockets[i].path);
		*strrchr(directory, '/') = '\0';
		if (chown(directory, (uid_t)uid, (gid_t)gid) != 0) {
			log_warning("%s: it cannot be given to the user: %s", directory, strerror(errno));
		}
	}
}

/* ---- correspondents --------------------------------------------------------------------------------- */

static struct peer *peer_of(struct management_socket *m, uint32_t number)
{
	struct peer *peer = &m->peers[number % PEERS];

	return number != 0 && peer->number == number ? peer : NULL;
}

static bool is_peer(const struct peer *peer, int socket, const struct sockaddr_un *address, socklen_t length)
{
	return peer->number != 0 && peer->socket == socket && peer->length == length &&
	       memcmp(&peer->address, address, length) == 0;
}

/* The number of who wrote; 0 for a client that has no path of its own and so cannot be answered. */
static uint32_t remember(struct management_socket *m, int socket, const struct sockaddr_un *address,
			 socklen_t length)
{
	struct peer *peer;

	if (length <= offsetof(struct sockaddr_un, sun_path) || length > sizeof(*address)) {
		return 0;
	}
	for (size_t i = 0; i < PEERS; i++) {
		if (is_peer(&m->peers[i], socket, address, length)) {
			return m->peers[i].number;
		}
	}
	do {
		m->last_number++;
	} while (m->last_number == 0);
	peer = &m->peers[m->last_number % PEERS];
	*peer = (struct peer){ .number = m->last_number, .socket = (uint8_t)socket, .length = length };
	memcpy(&peer->address, address, length);
	return peer->number;
}

static struct gn_address address_from_number(uint32_t number)
{
	struct gn_address a = { .network_protocol = GN_PROTOCOL_LOCAL, .length = ADDRESS_LENGTH };

	for (int i = 0; i < ADDRESS_LENGTH; i++) {
		a.octets[i] = (uint8_t)(number >> (24 - 8 * i));
	}
	return a;
}

static uint32_t number_from_address(const struct management_socket *m, const struct gn_address *a)
{
	uint32_t number = 0;

	if (a->length != ADDRESS_LENGTH) {
		return m->latest[0];
	}
	for (int i = 0; i < ADDRESS_LENGTH; i++) {
		number = number << 8 | a->octets[i];
	}
	return number;
}

/* ---- datagrams ---------------------------------------------------------------------------------------- */

void management_socket_poll(const struct management_socket *m, struct pollfd fds[MANAGEMENT_SOCKET_FDS])
{
	for (int i = 0; i < MANAGEMENT_SOCKET_FDS; i++) {
		fds[i] = (struct pollfd){ .fd = m->sockets[i].fd, .events = POLLIN };
	}
}

/* False when there is nothing more. */
static bool receive_one(struct management_socket *m, int index, port_io_deliver deliver, void *context)
{
	uint8_t octets[GN_FRAME_MAX];
	struct sockaddr_un from;
	struct iovec iov = { octets, sizeof(octets) };
	struct msghdr header = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &iov, .msg_iovlen = 1
	};
	struct gn_event event = { .type = GN_EVENT_FRAME_RECEIVED };
	ssize_t length = recvmsg(m->sockets[index].fd, &header, MSG_DONTWAIT);
	uint32_t number;

	if (length < 0) {
		if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
			log_error("uds: recvfrom failed: %s", strerror(errno));
		}
		return errno == EINTR;
	}
	if (header.msg_flags & MSG_TRUNC) {
		log_debug("uds: %s: a datagram of more than %d octets is no PTP message",
			  m->sockets[index].path, GN_FRAME_MAX);
		return true;
	}
	number = remember(m, index, &from, header.msg_namelen);
	if (number != 0) {
		m->latest[index] = number;
	}
	event.u.received = (struct gn_frame_received){
		.octets = octets,
		.length = (size_t)length,
		.stamp = { .status = GN_STAMP_MISSING },
		.source = address_from_number(number),
		.is_unicast = true,
		.is_general = true,
		.is_local = true,
		.may_change = index == 0,
	};
	deliver(context, &event);
	return true;
}

void management_socket_receive(struct management_socket *m, const struct pollfd fds[MANAGEMENT_SOCKET_FDS],
			       port_io_deliver deliver, void *context)
{
	for (int i = 0; i < MANAGEMENT_SOCKET_FDS; i++) {
		if (fds[i].fd < 0 || !(fds[i].revents & (POLLIN | POLLERR))) {
			continue;
		}
		for (int n = 0; n < BATCH && receive_one(m, i, deliver, context); n++) {
		}
	}
}

int management_socket_send(struct management_socket *m, const struct gn_address *to, const uint8_t *octets,
			   size_t length)
{
	struct peer *peer = peer_of(m, number_from_address(m, to));
	int fd = peer ? m->sockets[peer->socket].fd : -1;
	int err = 0;

	if (fd < 0) {
		return -ENOTCONN;
	}
	if (sendto(fd, octets, length, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)&peer->address,
		   peer->length) < 0) {
		err = -errno;
	}
	if (err == -ECONNREFUSED || err == -ENOENT) {
		peer->number = 0;
	}
	return err;
}
