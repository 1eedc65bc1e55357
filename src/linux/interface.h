/* src/linux/interface.h -- a network interface by its index, whatever it is called at the moment. */
#ifndef LINUX_INTERFACE_H
#define LINUX_INTERFACE_H

#include "gnomon/types.h"

#include <net/if.h>

struct interface {
	char name[IF_NAMESIZE];
	unsigned index;
	uint8_t mac[6];
	char device
		[IF_NAMESIZE]; /* where stamps are made: under a VLAN, the active member of a bond, or itself */
	char member
		[IF_NAMESIZE]; /* the active member of a bond (PTP over Ethernet uses it itself), or name */
};

/* -ENODEV: there is no interface of that name (or too long a one). */
int interface_find(const char *name, struct interface *out);

/* Asks again, by the index: name, address, lower devices. -ENODEV: it is gone. */
int interface_refresh(struct interface *interface);

/* Its address for a transport; length 0 where it has none. */
struct gn_address interface_address(const struct interface *interface, int network_transport);

#endif
