/* src/linux/interface.c -- the index is kept; the rest is looked up anew by refresh. */
#include "linux/interface.h"
#include "linux/device.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LAYERS_MAX 4 /* a VLAN on a bond's member is two */

static int read_mac(const char *name, uint8_t mac[6])
{
	struct ifreq ifr = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0), err;

	if (fd < 0) {
		return -errno;
	}
	memcpy(ifr.ifr_name, name, strlen(name) + 1);
	err = ioctl(fd, SIOCGIFHWADDR, &ifr) < 0 ? -errno : 0;
	(void)close(fd); /* nothing was written to it */
	if (!err) {
		memcpy(mac, ifr.ifr_hwaddr.sa_data, 6);
	}
	return err;
}

/* Down through VLANs and bonds. A lower device may live in another network namespace: then the upper one answers. */
static void find_device(struct interface *interface)
{
	char lower[IF_NAMESIZE];

	snprintf(interface->device, sizeof(interface->device), "%s", interface->name);
	snprintf(interface->member, sizeof(interface->member), "%s", interface->name);
	for (int i = 0; i < LAYERS_MAX; i++) {
		if (device_bond_member(interface->device, lower, sizeof(lower)) == 0) {
			if (i == 0) {
				snprintf(interface->member, sizeof(interface->member), "%s", lower);
			}
		} else if (device_vlan_device(interface->device, lower, sizeof(lower)) != 0) {
			return;
		}
		if (if_nametoindex(lower) == 0) {
			return;
		}
		snprintf(interface->device, sizeof(interface->device), "%s", lower);
	}
}

int interface_find(const char *name, struct interface *out)
{
	struct interface found = { 0 };
	int err;

	if (strlen(name) >= sizeof(found.name)) {
		return -ENODEV;
	}
	memcpy(found.name, name, strlen(name) + 1);
	found.index = if_nametoindex(name);
	if (found.index == 0) {
		return -ENODEV;
	}
	err = read_mac(name, found.mac);
	if (err) {
		return err;
	}
	find_device(&found);
	*out = found;
	return 0;
}

int interface_refresh(struct interface *interface)
{
	char name[IF_NAMESIZE];
	int err;

	if (if_indextoname(interface->index, name) == NULL) {
		return -ENODEV;
	}
	err = read_mac(name, interface->mac);
	if (err) {
		return err;
	}
	memcpy(interface->name, name, sizeof(name));
	find_device(interface);
	return 0;
}

static bool take_address(const struct ifaddrs *entry, int family, struct gn_address *out)
{
	if (entry->ifa_addr == NULL || entry->ifa_addr->sa_family != family) {
		return false;
	}
	if (family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)entry->ifa_addr;

		out->length = 4;
		memcpy(out->octets, &in->sin_addr, 4);
	} else {
		const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)(const void *)entry->ifa_addr;

		out->length = 16;
		memcpy(out->octets, &in->sin6_addr, 16);
	}
	return true;
}

struct gn_address interface_address(const struct interface *interface, int network_transport)
{
	struct gn_address address = { .network_protocol = (uint16_t)network_transport };
	struct ifaddrs *list;
	int family = network_transport == GN_PROTOCOL_UDP_IPV6 ? AF_INET6 : AF_INET;

	if (network_transport == GN_PROTOCOL_IEEE_802_3) {
		address.length = 6;
		memcpy(address.octets, interface->mac, 6);
		return address;
	}
	if (getifaddrs(&list) != 0) {
		return address;
	}
	for (const struct ifaddrs *entry = list; entry != NULL; entry = entry->ifa_next) {
		if (strcmp(entry->ifa_name, interface->name) == 0 && take_address(entry, family, &address)) {
			break;
		}
	}
	freeifaddrs(list);
	return address;
}
