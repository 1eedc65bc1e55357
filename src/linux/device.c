/* src/linux/device.c -- the ioctl side, and the choice between it and netlink (device_netlink.c). */
#include "linux/device.h"
#include "linux/device_netlink.h"
#include "linux/kernel_facts.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/if_bonding.h>
#include <linux/if_vlan.h>

#define LINK_MODE_WORDS_MAX 381 /* three masks of at most INT8_MAX words */

/* An ioctl on an interface by name, over a socket of its own. */
static int request(unsigned long number, const char *interface, void *data)
{
	struct ifreq ifr = { .ifr_data = data };
	int fd, result;

	if (strlen(interface) >= sizeof(ifr.ifr_name)) {
		return -ENODEV;
	}
	memcpy(ifr.ifr_name, interface, strlen(interface) + 1);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0) {
		return -errno;
	}
	result = ioctl(fd, number, &ifr) < 0 ? -errno : 0;
	(void)close(fd); /* nothing was written to it */
	return result == -ENOTTY || result == -ENOSYS || result == -EINVAL ? -EOPNOTSUPP : result;
}

static int stamping_by_ioctl(const char *interface, struct device_stamping *out)
{
	struct ethtool_ts_info info = { .cmd = ETHTOOL_GET_TS_INFO };
	int err = request(SIOCETHTOOL, interface, &info);

	if (err) {
		return err;
	}
	*out = (struct device_stamping){ .so_flags = info.so_timestamping,
					 .tx_types = info.tx_types,
					 .rx_filters = info.rx_filters,
					 .phc_index = info.phc_index,
					 .phy_index = -1 };
	return 0;
}

int device_get_stamping(const char *interface, struct device_stamping *out)
{
	return device_netlink_stamping(interface, out) == 0 ? 0 : stamping_by_ioctl(interface, out);
}

int device_get_link(const char *interface, bool *is_up)
{
	struct ethtool_value value = { .cmd = ETHTOOL_GLINK };
	int err = request(SIOCETHTOOL, interface, &value);

	if (!err) {
		*is_up = value.data != 0;
	}
	return err;
}

/* The first call tells, as a negative number, how many words of link modes the kernel has; the second is answered. */
static int speed_by_settings(const char *interface, uint32_t *mbps)
{
	union {
		struct ethtool_link_settings settings;
		uint32_t words[sizeof(struct ethtool_link_settings) / 4 + LINK_MODE_WORDS_MAX];
	} u;
	int8_t modes = 0;
	int err;

	for (int i = 0; i < 2; i++) {
		memset(&u, 0, sizeof(u));
		u.settings.cmd = ETHTOOL_GLINKSETTINGS;
		u.settings.link_mode_masks_nwords = modes;
		err = request(SIOCETHTOOL, interface, &u);
		if (err) {
			return err;
		}
		if (u.settings.link_mode_masks_nwords > 0) {
			*mbps = u.settings.speed;
			return 0;
		}
		modes = (int8_t)-u.settings.link_mode_masks_nwords;
	}
	return -EOPNOTSUPP;
}

static int speed_by_old_settings(const char *interface, uint32_t *mbps)
{
	struct ethtool_cmd command = { .cmd = ETHTOOL_GSET };
	int err = request(SIOCETHTOOL, interface, &command);

	if (!err) {
		*mbps = (uint32_t)command.speed_hi << 16 | command.speed;
	}
	return err;
}

int device_get_speed(const char *interface, uint32_t *mbps)
{
	uint32_t speed;
	int err = speed_by_settings(interface, &speed);

	if (err) {
		err = speed_by_old_settings(interface, &speed);
	}
	if (!err) {
		*mbps = speed == UINT32_MAX || speed == UINT16_MAX ? 0 : speed;
	}
	return err;
}

int device_get_hwtstamp(const char *interface, bool ioctl_only, struct device_hwtstamp *out,
			const char **call)
{
	struct kernel_hwtstamp_config config = { 0 };
	int err = ioctl_only ? -EOPNOTSUPP : device_netlink_get_hwtstamp(interface, out);

	*call = "TSCONFIG_GET";
	if (err == 0) {
		return 0;
	}
	*call = "ioctl SIOCGHWTSTAMP";
	err = request(KERNEL_SIOCGHWTSTAMP, interface, &config);
	if (!err) {
		*out = (struct device_hwtstamp){ .tx_type = config.tx_type, .rx_filter = config.rx_filter };
	}
	return err;
}

int device_set_hwtstamp(const char *interface, bool ioctl_only, const struct device_hwtstamp *wanted,
			struct device_hwtstamp *out, const char **call, char *why, size_t why_size)
{
	struct kernel_hwtstamp_config config = { .tx_type = wanted->tx_type, .rx_filter = wanted->rx_filter };
	int err = -EOPNOTSUPP;

	if (why_size > 0) {
		why[0] = '\0';
	}
	if (!ioctl_only) {
		*call = "TSCONFIG_SET";
		err = device_netlink_set_hwtstamp(interface, wanted, out, why, why_size);
	}
	/* A driver that was not converted to the newer hooks, or an older kernel: it may know the ioctl. */
	if (err == -EOPNOTSUPP || err == -ENOSYS || err == -ENOENT) {
		*call = "ioctl SIOCSHWTSTAMP";
		err = request(KERNEL_SIOCSHWTSTAMP, interface, &config);
		if (!err) {
			*out = (struct device_hwtstamp){ .tx_type = config.tx_type,
							 .rx_filter = config.rx_filter };
		}
	}
	return err;
}

int device_vlan_device(const char *interface, char *out, size_t out_size)
{
	struct vlan_ioctl_args vlan = { .cmd = GET_VLAN_REALDEV_NAME_CMD };
	int fd, err;

	if (strlen(interface) >= sizeof(vlan.device1)) {
		return -ENODEV;
	}
	memcpy(vlan.device1, interface, strlen(interface) + 1);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0) {
		return -errno;
	}
	err = ioctl(fd, SIOCGIFVLAN, &vlan) < 0 ? -EOPNOTSUPP : 0;
	(void)close(fd); /* nothing was written to it */
	if (!err) {
		snprintf(out, out_size, "%.*s", (int)sizeof(vlan.u.device2), vlan.u.device2);
	}
	return err;
}

int device_bond_member(const char *interface, char *out, size_t out_size)
{
	ifbond bond = { 0 };
	int err = request(SIOCBONDINFOQUERY, interface, &bond);

	for (int i = 0; !err && i < bond.num_slaves; i++) {
		ifslave member = { .slave_id = i };

		err = request(SIOCBONDSLAVEINFOQUERY, interface, &member);
		if (!err && member.state == BOND_STATE_ACTIVE) {
			snprintf(out, out_size, "%.*s", (int)sizeof(member.slave_name), member.slave_name);
			return 0;
		}
	}
	return -EOPNOTSUPP;
}

static const char *const tx_type_names[KERNEL_TX_TYPES] = {
	[KERNEL_TX_OFF] = "off",
	[KERNEL_TX_ON] = "on",
	[KERNEL_TX_ONESTEP_SYNC] = "one-step Sync",
	[KERNEL_TX_ONESTEP_P2P] = "one-step Sync and Pdelay_Resp",
};

const char *device_tx_type_name(int tx_type)
{
	return tx_type >= 0 && tx_type < KERNEL_TX_TYPES ? tx_type_names[tx_type] : "unknown";
}

static const char *const rx_filter_names[KERNEL_RX_FILTERS] = {
	[KERNEL_RX_NONE] = "none",
	[KERNEL_RX_ALL] = "all",
	[KERNEL_RX_SOME] = "some",
	[KERNEL_RX_V1_L4_EVENT] = "PTP v1 UDP event",
	[KERNEL_RX_V1_L4_SYNC] = "PTP v1 UDP Sync",
	[KERNEL_RX_V1_L4_DELAY_REQ] = "PTP v1 UDP Delay_Req",
	[KERNEL_RX_V2_L4_EVENT] = "PTP v2 UDP event",
	[KERNEL_RX_V2_L4_SYNC] = "PTP v2 UDP Sync",
	[KERNEL_RX_V2_L4_DELAY_REQ] = "PTP v2 UDP Delay_Req",
	[KERNEL_RX_V2_L2_EVENT] = "PTP v2 Ethernet event",
	[KERNEL_RX_V2_L2_SYNC] = "PTP v2 Ethernet Sync",
	[KERNEL_RX_V2_L2_DELAY_REQ] = "PTP v2 Ethernet Delay_Req",
	[KERNEL_RX_V2_EVENT] = "PTP v2 event",
	[KERNEL_RX_V2_SYNC] = "PTP v2 Sync",
	[KERNEL_RX_V2_DELAY_REQ] = "PTP v2 Delay_Req",
	[KERNEL_RX_NTP_ALL] = "NTP",
};

const char *device_rx_filter_name(int rx_filter)
{
	return rx_filter >= 0 && rx_filter < KERNEL_RX_FILTERS ? rx_filter_names[rx_filter] : "unknown";
}
