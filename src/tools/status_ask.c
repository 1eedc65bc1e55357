/* src/tools/status_ask.c -- one question at a time: the daemon's answers would not fit into a socket's queue (10
 * datagrams) if all were asked at once. What was not answered is asked again twice; what a daemon never answers for one
 * port is not asked of the others. */
#include "tools/status_ask.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define TRIES 3
#define TIMEOUT_MS 300
#define PROBE_TIMEOUT_MS 500
#define DOMAINS 256
#define SDO_IDS 2 /* 0, and 1 of IEEE 802.1AS */

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- the socket ---- */

static bool fill_address(struct sockaddr_un *address, const char *path)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(address->sun_path)) {
		return false;
	}
	memcpy(address->sun_path, path, strlen(path) + 1);
	return true;
}

/* A daemon that runs as another user must be able to write to our socket. */
static void let_answer(const char *own, const char *daemon)
{
	struct stat s;

	if (stat(daemon, &s) != 0 || s.st_uid == geteuid() || s.st_uid == 0) {
		return;
	}
	if (lchown(own, s.st_uid, s.st_gid) != 0) {
		(void)chmod(own, 0666); /* it is connected: nobody else gets through */
	}
}

static bool bind_beside(struct status_asker *asker, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct sockaddr_un address;
	int n = snprintf(asker->own_path, sizeof(asker->own_path), "%.*sgnomon-status.%ld",
			 slash ? (int)(slash + 1 - path) : 0, path, (long)getpid());

	if (n < 0 || (size_t)n >= sizeof(asker->own_path) || !fill_address(&address, asker->own_path)) {
		return false;
	}
	(void)unlink(asker->own_path); /* of a process that had our number and was killed */
	if (bind(asker->fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		return false;
	}
	let_answer(asker->own_path, path);
	return true;
}

static bool bind_somewhere(struct status_asker *asker)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	asker->own_path[0] = '\0';
	return bind(asker->fd, (struct sockaddr *)&address, sizeof(address.sun_family)) == 0;
}

/* As linuxptp's clients: nobody's clock, told apart by the process. */
static void make_identity(struct status_asker *asker)
{
	uint32_t pid = (uint32_t)getpid();

	memset(&asker->identity, 0, sizeof(asker->identity));
	asker->identity.clock_identity.octets[6] = (uint8_t)(pid >> 24);
	asker->identity.clock_identity.octets[7] = (uint8_t)(pid >> 16);
	asker->identity.port_number = (uint16_t)pid;
}

int status_asker_open(struct status_asker *asker, const char *path)
{
	struct sockaddr_un daemon;
	struct stat s;
	int error;

	asker->fd = -1;
	asker->own_path[0] = '\0';
	make_identity(asker);
	if (!fill_address(&daemon, path)) {
		return -ENAMETOOLONG;
	}
	if (stat(path, &s) != 0) {
		return -errno; /* before anything is left in that directory */
	}
	asker->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (asker->fd < 0) {
		return -errno;
	}
	if ((!bind_beside(asker, path) && !bind_somewhere(asker)) ||
	    connect(asker->fd, (struct sockaddr *)&daemon, sizeof(daemon)) != 0) {
		error = errno;
		status_asker_close(asker);
		return -error;
	}
	return 0;
}

void status_asker_close(struct status_asker *asker)
{
	if (asker->fd >= 0) {
		close(asker->fd);
		asker->fd = -1;
		if (asker->own_path[0]) {
			(void)unlink(asker->own_path);
		}
	}
}

/* ---- a question ---- */

static bool wait_for(int fd, short what, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = what };
	int64_t left = deadline - now_ms();
	int n = poll(&p, 1, left > 0 ? (int)left : 0);

	if (n == 0) {
		errno = ETIMEDOUT;
	}
	return n > 0;
}

static bool send_question(struct status_asker *asker, const struct status_question *question,
			  int64_t deadline)
{
	uint8_t octets[64];
	size_t length = status_encode_question(question, octets);

	while (send(asker->fd, octets, length, MSG_DONTWAIT) < 0) {
		if (errno != EAGAIN || !wait_for(asker->fd, POLLOUT, deadline)) {
			return false;
		}
	}
	return true;
}

static enum status_taken receive_answer(struct status_asker *asker, struct status_picture *picture,
					const struct status_question *question, int64_t deadline)
{
	uint8_t octets[2048];
	enum status_taken taken = STATUS_FOREIGN;

	while (taken == STATUS_FOREIGN && wait_for(asker->fd, POLLIN, deadline)) {
		ssize_t n = recv(asker->fd, octets, sizeof(octets), MSG_DONTWAIT);

		if (n < 0 && errno != EAGAIN && errno != EINTR) {
			return STATUS_FOREIGN;
		}
		taken = n > 0 ? status_take(picture, question, octets, (size_t)n) : STATUS_FOREIGN;
	}
	return taken;
}

static struct status_question question_of(struct status_asker *asker, enum status_part part, uint16_t port)
{
	return (struct status_question){
		.part = part,
		.port = port,
		.sequence_id = asker->sequence_id++,
		.asker = asker->identity,
		.domain_number = (uint8_t)(asker->domain_number < 0 ? 0 : asker->domain_number),
		.major_sdo_id = (uint8_t)(asker->transport_specific < 0 ? 0 : asker->transport_specific),
	};
}

/* True if there was an answer, of either kind. */
static bool ask(struct status_asker *asker, struct status_picture *picture, enum status_part part,
		uint16_t port, int tries)
{
	for (int i = 0; i < tries; i++) {
		struct status_question question = question_of(asker, part, port);
		int64_t deadline = now_ms() + TIMEOUT_MS;

		if (!send_question(asker, &question, deadline)) {
			return false;
		}
		if (receive_answer(asker, picture, &question, deadline) != STATUS_FOREIGN) {
			return true;
		}
	}
	return false;
}

/* ---- which domain? ---- */

/* A daemon is silent unless domain and transportSpecific are its own: try them all, the first answer wins. */
static bool probe(struct status_asker *asker, struct status_picture *picture)
{
	struct status_question question = question_of(asker, STATUS_DEFAULT_DS, 0);
	int64_t deadline = now_ms() + PROBE_TIMEOUT_MS;
	int first_sdo = asker->transport_specific < 0 ? 0 : asker->transport_specific;
	int sdos = asker->transport_specific < 0 ? SDO_IDS : 1;
	int first_domain = asker->domain_number < 0 ? 0 : asker->domain_number;
	int domains = asker->domain_number < 0 ? DOMAINS : 1;

	for (int i = 0; i < sdos * domains; i++) {
		question.major_sdo_id = (uint8_t)(first_sdo + i % sdos);
		question.domain_number = (uint8_t)(first_domain + i / sdos);
		if (!send_question(asker, &question, deadline)) {
			return false;
		}
		if (receive_answer(asker, picture, &question, now_ms()) == STATUS_TAKEN) {
			break;
		}
	}
	if (!status_knows(picture, STATUS_DEFAULT_DS)) {
		(void)receive_answer(asker, picture, &question, deadline);
	}
	if (!status_knows(picture, STATUS_DEFAULT_DS)) {
		return false;
	}
	asker->domain_number = picture->default_ds.domain_number;
	asker->transport_specific = picture->major_sdo_id;
	return true;
}

static bool ask_for_identity(struct status_asker *asker, struct status_picture *picture)
{
	bool is_certain = asker->domain_number >= 0 && asker->transport_specific >= 0;

	if (ask(asker, picture, STATUS_DEFAULT_DS, 0, is_certain ? TRIES : 1)) {
		return status_knows(picture, STATUS_DEFAULT_DS);
	}
	return !is_certain && errno == ETIMEDOUT && probe(asker, picture);
}

bool status_ask(struct status_asker *asker, struct status_picture *picture)
{
	uint32_t silent = 0; /* parts that a port did not answer */

	status_forget(picture);
	errno = ETIMEDOUT;
	if (!ask_for_identity(asker, picture)) {
		return false;
	}
	for (int part = STATUS_DEFAULT_DS + 1; part < STATUS_FIRST_OF_PORT; part++) {
		(void)ask(asker, picture, (enum status_part)part, 0,
			  TRIES); /* what is missing is not shown */
	}
	for (uint16_t port = 1; port <= picture->port_count; port++) {
		for (int part = STATUS_FIRST_OF_PORT; part < STATUS_PARTS; part++) {
			if (!(silent >> part & 1) &&
			    !ask(asker, picture, (enum status_part)part, port, TRIES)) {
				silent |= 1u << part;
			}
		}
	}
	return true;
}
