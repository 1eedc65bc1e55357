/* src/linux/device_netlink.h -- the questions of device.h over generic netlink. Each opens a socket of its own: they
 * are asked at start and when something changed. -EOPNOTSUPP where this build, the kernel or the driver has no such
 * thing. */
#ifndef LINUX_DEVICE_NETLINK_H
#define LINUX_DEVICE_NETLINK_H

#include "linux/device.h"

int device_netlink_stamping(const char *interface, struct device_stamping *out);
int device_netlink_get_hwtstamp(const char *interface, struct device_hwtstamp *out);
int device_netlink_set_hwtstamp(const char *interface, const struct device_hwtstamp *wanted,
				struct device_hwtstamp *out, char *why, size_t why_size);

#endif
