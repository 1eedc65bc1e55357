/* src/tools/status_ask.h -- asks a daemon over its local socket, one question after the other.
 *
 * The client binds a socket of its own beside the daemon's, since answers go to bound addresses alone; where it may not
 * write there, to a name that the kernel makes up. It is connected, so that nobody but the daemon can answer. */
#ifndef TOOLS_STATUS_ASK_H
#define TOOLS_STATUS_ASK_H

#include "tools/status_picture.h"

struct status_asker {
	int fd;                      /* -1: closed */
	char own_path[GN_PATH_SIZE]; /* empty: a name without a file */
	uint16_t sequence_id;
	struct gn_port_identity identity;
	int domain_number;      /* -1: find it out */
	int transport_specific; /* -1: likewise */
};

/* Opens the socket; 0 or -errno. */
int status_asker_open(struct status_asker *asker, const char *path);
void status_asker_close(struct status_asker *asker);

/* Asks everything. False if there was no answer at all (picture->known is 0): errno says why, ETIMEDOUT if the socket is
 * there and nobody speaks. Domain and transportSpecific that were found out are kept for the next time. */
bool status_ask(struct status_asker *asker, struct status_picture *picture);

#endif
