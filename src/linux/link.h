/* src/linux/link.h -- whether an interface's link is up: told by rtnetlink as it changes, else asked by ioctl.
 *
 * Only netlink or ETHTOOL_GLINK proves a link down, never a missing IFF_RUNNING; where neither answers, the link counts
 * as up. The interface is known by its index: a rename changes nothing. */
#ifndef LINUX_LINK_H
#define LINUX_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINK_POLL_NS 1000000000 /* how often the ioctl is asked where netlink does not tell */

enum link_news {
	LINK_NOTHING,
	LINK_CHANGED, /* it is new, or its state, name, address or member changed */
	LINK_GONE,    /* the interface was removed */
};

struct link_message {
	int news; /* enum link_news */
	unsigned index;
	char name[16]; /* empty: not told */
	bool is_up;
};

struct link_watch {
	int fd;       /* rtnetlink, -1: none, poll by ioctl */
	bool answers; /* the ioctl does */
};

/* Opens it. Never fails: where there is no netlink it says so in fd. */
void link_watch_open(struct link_watch *watch);
void link_watch_close(struct link_watch *watch);

/* Reads what netlink has told and hands on every message about any interface. Lost messages are asked for again. */
void link_watch_read(struct link_watch *watch,
		     void (*take)(void *context, const struct link_message *message), void *context);

/* Asks for the state of all interfaces, which link_watch_read() will tell. False: no netlink. */
bool link_watch_ask(struct link_watch *watch);

/* Whether the link is up, by ioctl; true where nobody knows. */
bool link_is_up(struct link_watch *watch, const char *interface);

/* One netlink message, parsed; False: it is about something else, or malformed. */
bool link_parse(const void *octets, size_t length, struct link_message *out);

#endif
