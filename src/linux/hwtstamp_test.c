/* src/linux/hwtstamp_test.c -- drivers that accept, widen, refuse and lie. */
#include "linux/hwtstamp.h"
#include "linux/kernel_facts.h"
#include "tests/test.h"

#include "gnomon/types.h"

#include <errno.h>

static struct driver {
	struct device_hwtstamp now;
	uint32_t filters, tx_types; /* what it accepts */
	int widens_to;              /* -1: sets what was asked for */
	bool is_liar;               /* answers with what was asked for, whatever it set */
	int get_error, set_error;
	int sets;
	bool saw_netlink;
} driver;

static int get(const char *interface, bool ioctl_only, struct device_hwtstamp *out, const char **call)
{
	(void)interface;
	driver.saw_netlink |= !ioctl_only;
	*call = "get";
	if (!driver.get_error) {
		*out = driver.now;
	}
	return driver.get_error;
}

static int set(const char *interface, bool ioctl_only, const struct device_hwtstamp *wanted,
	       struct device_hwtstamp *out, const char **call, char *why, size_t why_size)
{
	(void)interface, (void)why, (void)why_size;
	driver.saw_netlink |= !ioctl_only;
	driver.sets++;
	*call = "set";
	if (driver.set_error) {
		return driver.set_error;
	}
	if (!(driver.filters >> wanted->rx_filter & 1) || !(driver.tx_types >> wanted->tx_type & 1)) {
		return -ERANGE;
	}
	driver.now = *wanted;
	if (driver.widens_to >= 0) {
		driver.now.rx_filter = driver.widens_to;
	}
	*out = driver.is_liar ? *wanted : driver.now;
	return 0;
}

static const struct hwtstamp_calls calls = { get, set };
static struct hwtstamp h;

static void start(uint32_t filters)
{
	h = (struct hwtstamp){ 0 };
	driver = (struct driver){ .filters = filters | 1u << KERNEL_RX_NONE,
				  .tx_types = 0xF,
				  .widens_to = -1 };
}

static int configure(int stamping, int transport, int filter)
{
	const struct hwtstamp_request request = { "port 1 (eth0)", "eth0", stamping, transport, filter };

	return hwtstamp_configure(&h, &calls, &request);
}

#define BIT(n) (1u << (n))

TEST(the_most_general_filter_that_the_driver_takes_is_set)
{
	static const struct {
		uint32_t filters;
		int transport, expected;
	} cases[] = {
		{ 0xFFFF, GN_PROTOCOL_UDP_IPV4, KERNEL_RX_V2_EVENT },
		{ BIT(KERNEL_RX_V2_L4_EVENT) | BIT(KERNEL_RX_V2_L2_EVENT), GN_PROTOCOL_UDP_IPV6,
		  KERNEL_RX_V2_L4_EVENT },
		{ BIT(KERNEL_RX_V2_L4_EVENT) | BIT(KERNEL_RX_V2_L2_EVENT), GN_PROTOCOL_IEEE_802_3,
		  KERNEL_RX_V2_L2_EVENT },
		{ BIT(KERNEL_RX_ALL), GN_PROTOCOL_IEEE_802_3, KERNEL_RX_ALL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start(cases[i].filters);
		CHECK_EQ(configure(GN_STAMPING_HARDWARE, cases[i].transport, GN_HWTS_FILTER_NORMAL), 0);
		CHECK_EQ(driver.now.rx_filter, cases[i].expected);
		CHECK_EQ(driver.now.tx_type, KERNEL_TX_ON);
	}
}

TEST(a_driver_that_has_only_filters_for_the_other_transport_is_refused)
{
	start(BIT(KERNEL_RX_V2_L4_EVENT));
	CHECK_EQ(configure(GN_STAMPING_HARDWARE, GN_PROTOCOL_IEEE_802_3, GN_HWTS_FILTER_NORMAL), -ERANGE);
}

TEST(full_asks_for_all_packets_and_for_nothing_less)
{
	start(BIT(KERNEL_RX_ALL) | BIT(KERNEL_RX_V2_EVENT));
	CHECK_EQ(configure(GN_STAMPING_HARDWARE, GN_PROTOCOL_UDP_IPV4, GN_HWTS_FILTER_FULL), 0);
	CHECK_EQ(driver.now.rx_filter, KERNEL_RX_ALL);
	start(BIT(KERNEL_RX_V2_EVENT));
	CHECK_EQ(configure(GN_STAMPING_HARDWARE, GN_PROTOCOL_UDP_IPV4, GN_HWTS_FILTER_FULL), -ERANGE);
}

TEST(a_widened_filter_serves_and_a_narrowed_one_is_seen_through_even_if_the_driver_lies)
{
	start(0xFFFF);
	driver.widens_to = KERNEL_RX_ALL;
	CHECK_EQ(configure(GN_STAMPING_HARDWARE, GN_PROTOCOL_UDP_IPV4, GN_HWTS_FILTER_NORMAL), 0);
	start(0xFFFF);
	driver.widens_to = KERNEL_RX_V2_L4_SYNC;
	driver.is_liar = true;
	CHECK_EQ(configure(GN_STAMPING_HARDWARE, GN_PROTOCOL_UDP_IPV4, GN_HWTS_FILTER_NORMAL), -ERANGE);
}

TEST(the_transmit_type_follows_the_time_stamping)
{
	static const int expected[][2] = { { GN_STAMPING_HARDWARE, KERNEL_TX_ON },
					   { GN_STAMPING_LEGACY, KERNEL_TX_ON },
					   { GN_STAMPING_ONESTEP, KERNEL_TX_ONESTEP_SYNC },
					   { GN_STAMPING_P2P1STEP, KERNEL_TX_ONESTEP_P2P } };

	for (size_t i = 0; i < 4; i++) {
		start(0xFFFF);
		CHECK_EQ(configure(expected[i][0], GN_PROTOCOL_UDP_IPV4, GN_HWTS_FILTER_NORMAL), 0);
		CHECK_EQ(driver.now.tx_type, expected[i][1]);
		CHECK_EQ(driver.saw_netlink, expected[i][0] != GN_STAMPING_LEGACY);
	}
}

TEST(what_is_sufficient_already_is_neither_set_nor_restored)
{
	start(0xFFFF);
	driver.now = (struct device_hwtstamp){ KERNEL_TX_ON, KERNEL_RX_ALL };
	CHECK_EQ(configure(GN_STAMPING_HARDWARE, GN_PROTOCOL_UDP_IPV4, GN_HWTS_FILTER_NORMAL), 0);
	hwtstamp_restore(&h);
	CHECK_EQ(driver.sets, 0);
}

TEST(check_reads_only)
{
	start(0xFFFF);
	CHECK_EQ(configure(GN_STAMPING_HARDWARE, GN_PROTOCOL_UDP_IPV4, GN_HWTS_FILTER_CHECK), -ERANGE);
	driver.now = (struct device_hwtstamp){ KERNEL_TX_ON, KERNEL_RX_V2_EVENT };
	CHECK_EQ(configure(GN_STAMPING_HARDWARE, GN_PROTOCOL_UDP_IPV4, GN_HWTS_FILTER_CHECK), 0);
	driver.get_error = -EOPNOTSUPP;
	CHECK_EQ(configure(GN_STAMPING_HARDWARE, GN_PROTOCOL_UDP_IPV4, GN_HWTS_FILTER_CHECK), -EOPNOTSUPP);
	CHECK_EQ(driver.sets, 0);
}

TEST(the_old_setting_comes_back_once_unless_somebody_changed_it_since)
{
	start(0xFFFF);
	driver.now = (struct device_hwtstamp){ KERNEL_TX_ON, KERNEL_RX_V1_L4_EVENT };
	CHECK_EQ(configure(GN_STAMPING_HARDWARE, GN_PROTOCOL_UDP_IPV4, GN_HWTS_FILTER_NORMAL), 0);
	hwtstamp_restore(&h);
	CHECK_EQ(driver.now.rx_filter, KERNEL_RX_V1_L4_EVENT);
	CHECK_EQ(driver.sets, 2);
	hwtstamp_restore(&h);
	CHECK_EQ(driver.sets, 2);

	start(0xFFFF);
	CHECK_EQ(configure(GN_STAMPING_HARDWARE, GN_PROTOCOL_UDP_IPV4, GN_HWTS_FILTER_NORMAL), 0);
	driver.now.rx_filter = KERNEL_RX_NTP_ALL;
	hwtstamp_restore(&h);
	CHECK_EQ(driver.now.rx_filter, KERNEL_RX_NTP_ALL);
}

TEST(opening_again_keeps_the_setting_of_before_the_first_time)
{
	start(0xFFFF);
	CHECK_EQ(configure(GN_STAMPING_HARDWARE, GN_PROTOCOL_UDP_IPV4, GN_HWTS_FILTER_NORMAL), 0);
	driver.now = (struct device_hwtstamp){ KERNEL_TX_ON, KERNEL_RX_V1_L4_SYNC }; /* somebody's */
	CHECK_EQ(configure(GN_STAMPING_HARDWARE, GN_PROTOCOL_UDP_IPV4, GN_HWTS_FILTER_NORMAL), 0);
	hwtstamp_restore(&h);
	CHECK_EQ(driver.now.tx_type, KERNEL_TX_OFF);
	CHECK_EQ(driver.now.rx_filter, KERNEL_RX_NONE);
}

TEST(a_missing_privilege_ends_the_attempt_at_once)
{
	start(0xFFFF);
	driver.set_error = -EPERM;
	CHECK_EQ(configure(GN_STAMPING_HARDWARE, GN_PROTOCOL_UDP_IPV4, GN_HWTS_FILTER_NORMAL), -EPERM);
	CHECK_EQ(driver.sets, 1);
	hwtstamp_restore(&h);
	CHECK_EQ(driver.sets, 1);
}
