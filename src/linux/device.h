/* src/linux/device.h -- what an interface can do, asked of the kernel: by netlink where it knows the question, else by
 * ioctl. Functions take the interface's name, return 0 or a negative errno, and log nothing. -EOPNOTSUPP: this kernel,
 * driver or simulator does not say. */
#ifndef LINUX_DEVICE_H
#define LINUX_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Who stamps, as the kernel says; it is told since Linux 6.14. */
enum device_provider { DEVICE_PROVIDER_UNKNOWN, DEVICE_PROVIDER_MAC, DEVICE_PROVIDER_PHY };

struct device_stamping {
	uint32_t so_flags;   /* KERNEL_TX_HARDWARE .. (kernel_facts.h) */
	uint32_t tx_types;   /* bit per enum kernel_tx_type */
	uint32_t rx_filters; /* bit per enum kernel_rx_filter */
	int phc_index;       /* -1: none */
	uint8_t provider;    /* enum device_provider */
	int phy_index;       /* of the PHY that stamps, -1 */
	bool is_approximate; /* the provider's qualifier: not of IEEE 1588 quality */
};

/* A device's hardware timestamping: enum kernel_tx_type, enum kernel_rx_filter. */
struct device_hwtstamp {
	int tx_type;
	int rx_filter;
};

int device_get_stamping(const char *interface, struct device_stamping *out);
int device_get_link(const char *interface, bool *is_up);
int device_get_speed(const char *interface, uint32_t *mbps); /* 0: unknown */

/* By netlink (TSCONFIG), and where that is not there, by ioctl; `ioctl_only` asks for the latter at once. `call` is
 * set to the name of the call that gave the answer, for the log; `why` to the kernel's own explanation, or empty. */
int device_get_hwtstamp(const char *interface, bool ioctl_only, struct device_hwtstamp *out,
			const char **call);
/* `out` is what the driver says it did set: often a wider filter than wanted. Needs CAP_NET_ADMIN. */
int device_set_hwtstamp(const char *interface, bool ioctl_only, const struct device_hwtstamp *wanted,
			struct device_hwtstamp *out, const char **call, char *why, size_t why_size);

/* The name of the device under a VLAN interface, and of the active member of a bond. -EOPNOTSUPP: it is none. */
int device_vlan_device(const char *interface, char *out, size_t out_size);
int device_bond_member(const char *interface, char *out, size_t out_size);

const char *device_tx_type_name(int tx_type);
const char *device_rx_filter_name(int rx_filter);

#endif
