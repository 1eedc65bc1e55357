/* src/linux/link.c -- one rtnetlink socket in the group of links; without libmnl, the ioctl alone. */
#include "linux/link.h"
#include "linux/device.h"
#include "linux/kernel_facts.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool link_is_up(struct link_watch *watch, const char *interface)
{
	bool is_up = true;

	watch->answers = device_get_link(interface, &is_up) == 0;
	return is_up;
}

#ifdef GN_HAVE_LIBMNL

#include <fcntl.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#define BUFFER_SIZE 32768
#define READS_MAX 64 /* per wake-up */

struct attributes {
	int operstate, carrier; /* -1: not told */
	char name[16];
};

static void take_attribute(const struct nlattr *a, struct attributes *out)
{
	switch (mnl_attr_get_type(a)) {
	case KERNEL_IFLA_OPERSTATE:
		out->operstate = mnl_attr_validate(a, MNL_TYPE_U8) < 0 ? out->operstate : mnl_attr_get_u8(a);
		break;
	case KERNEL_IFLA_CARRIER:
		out->carrier = mnl_attr_validate(a, MNL_TYPE_U8) < 0 ? out->carrier : mnl_attr_get_u8(a);
		break;
	case KERNEL_IFLA_IFNAME:
		if (mnl_attr_validate(a, MNL_TYPE_NUL_STRING) >= 0) {
			snprintf(out->name, sizeof(out->name), "%s", mnl_attr_get_str(a));
		}
		break;
	default:
		break;
	}
}

/* RFC 2863: "up" carries frames; "unknown" is what drivers without carrier detection say. */
static bool is_up(unsigned flags, const struct attributes *a)
{
	if (!(flags & IFF_UP)) {
		return false;
	}
	if (a->operstate == KERNEL_OPERSTATE_UP) {
		return true;
	}
	return (a->operstate == KERNEL_OPERSTATE_UNKNOWN || a->operstate == -1) && a->carrier != 0;
}

bool link_parse(const void *octets, size_t length, struct link_message *out)
{
	const struct nlmsghdr *message = octets;
	struct attributes attributes = { .operstate = -1, .carrier = -1 };
	const struct ifinfomsg *info;
	const struct nlattr *a;
	const char *end;

	if (!mnl_nlmsg_ok(message, (int)length) ||
	    (message->nlmsg_type != RTM_NEWLINK && message->nlmsg_type != RTM_DELLINK) ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*info)) {
		return false;
	}
	info = mnl_nlmsg_get_payload(message);
	if (info->ifi_family != AF_UNSPEC) {
		return false; /* a bridge tells about its members with the same type */
	}
	end = (const char *)message + message->nlmsg_len;
	for (a = mnl_nlmsg_get_payload_offset(message, sizeof(*info));
	     mnl_attr_ok(a, (int)(end - (const char *)a)); a = mnl_attr_next(a)) {
		take_attribute(a, &attributes);
	}
	*out = (struct link_message){ .news = message->nlmsg_type == RTM_DELLINK ? LINK_GONE : LINK_CHANGED,
				      .index = (unsigned)info->ifi_index,
				      .is_up = message->nlmsg_type == RTM_NEWLINK &&
					       is_up(info->ifi_flags, &attributes) };
	memcpy(out->name, attributes.name, sizeof(out->name));
	return true;
}

void link_watch_open(struct link_watch *watch)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK,
				       .nl_groups = 1u << (KERNEL_RTNLGRP_LINK - 1) };

	watch->fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	if (watch->fd < 0) {
		return;
	}
	(void)fcntl(watch->fd, F_SETFD, FD_CLOEXEC); /* as good as possible */
	if (fcntl(watch->fd, F_SETFL, O_NONBLOCK) < 0 ||
	    bind(watch->fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    !link_watch_ask(watch)) {
		link_watch_close(watch);
	}
}

bool link_watch_ask(struct link_watch *watch)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg info;
	} question = {
		.header = { .nlmsg_len = sizeof(question),
			    .nlmsg_type = RTM_GETLINK,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
	};

	return watch->fd >= 0 && send(watch->fd, &question, sizeof(question), 0) == (ssize_t)sizeof(question);
}

static void take_datagram(const char *buffer, size_t length,
			  void (*take)(void *, const struct link_message *), void *context)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)(const void *)buffer;
	int rest = (int)length;

	while (mnl_nlmsg_ok(message, rest)) {
		struct link_message link;

		if (link_parse(message, (size_t)rest, &link)) {
			take(context, &link);
		}
		message = mnl_nlmsg_next(message, &rest);
	}
}

void link_watch_read(struct link_watch *watch, void (*take)(void *, const struct link_message *),
		     void *context)
{
	_Alignas(struct nlmsghdr) char buffer[BUFFER_SIZE];

	for (int i = 0; i < READS_MAX && watch->fd >= 0; i++) {
		ssize_t received = recv(watch->fd, buffer, sizeof(buffer), MSG_DONTWAIT);

		if (received > 0) {
			take_datagram(buffer, (size_t)received, take, context);
		} else if (received < 0 && errno == ENOBUFS) {
			(void)link_watch_ask(
				watch); /* messages were lost; if this fails, the next one tells */
		} else if (received == 0 || errno != EINTR) {
			return;
		}
	}
}

#else

bool link_parse(const void *octets, size_t length, struct link_message *out)
{
	(void)octets, (void)length, (void)out;
	return false;
}

void link_watch_open(struct link_watch *watch)
{
	watch->fd = -1;
}

bool link_watch_ask(struct link_watch *watch)
{
	(void)watch;
	return false;
}

void link_watch_read(struct link_watch *watch, void (*take)(void *, const struct link_message *),
		     void *context)
{
	(void)watch, (void)take, (void)context;
}

#endif

void link_watch_close(struct link_watch *watch)
{
	if (watch->fd >= 0) {
		(void)close(watch->fd); /* read only */
	}
	watch->fd = -1;
}
