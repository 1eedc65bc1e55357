/* src/linux/interface_test.c -- the one interface that every machine has, and one that none has. */
#include "linux/device.h"
#include "linux/interface.h"
#include "linux/kernel_facts.h"
#include "tests/test.h"

#include <errno.h>

TEST(an_interface_that_is_not_there_or_whose_name_is_too_long_is_enodev)
{
	struct interface found;
	struct device_stamping stamping;
	struct device_hwtstamp config;
	const char *call;
	uint32_t speed;
	bool is_up;

	CHECK_EQ(interface_find("no-such-if", &found), -ENODEV);
	CHECK_EQ(interface_find("a-name-longer-than-the-kernel-allows", &found), -ENODEV);
	CHECK(device_get_stamping("no-such-if", &stamping) < 0);
	CHECK(device_get_link("a-name-longer-than-the-kernel-allows", &is_up) < 0);
	CHECK(device_get_speed("no-such-if", &speed) < 0);
	CHECK(device_get_hwtstamp("no-such-if", false, &config, &call) < 0);
	CHECK(call != NULL);
}

TEST(loopback_stamps_by_itself_in_software_and_has_no_phc)
{
	struct interface found;
	struct device_stamping stamping;

	if (interface_find("lo", &found) != 0) {
		SKIP("no interface lo here");
	}
	CHECK_STR_EQ(found.device, "lo");
	CHECK_STR_EQ(found.member, "lo");
	CHECK(found.index > 0);
	CHECK_EQ(interface_refresh(&found), 0);
	CHECK_STR_EQ(found.name, "lo");
	CHECK_EQ(interface_address(&found, GN_PROTOCOL_IEEE_802_3).length, 6);
	if (device_get_stamping("lo", &stamping) == 0) {
		CHECK_EQ(stamping.phc_index, -1);
		CHECK(stamping.so_flags & KERNEL_RX_SOFTWARE);
		CHECK(!(stamping.so_flags & KERNEL_RX_HARDWARE));
	}
}

TEST(a_removed_interface_is_found_out_by_its_index)
{
	struct interface gone = { .name = "eth0", .index = 0x7FFFFFFF };

	CHECK_EQ(interface_refresh(&gone), -ENODEV);
}

TEST(every_transmit_type_and_receive_filter_has_a_name)
{
	for (int i = 0; i < KERNEL_TX_TYPES; i++) {
		CHECK(strcmp(device_tx_type_name(i), "unknown") != 0);
	}
	for (int i = 0; i < KERNEL_RX_FILTERS; i++) {
		CHECK(strcmp(device_rx_filter_name(i), "unknown") != 0);
	}
	CHECK_STR_EQ(device_tx_type_name(KERNEL_TX_TYPES), "unknown");
	CHECK_STR_EQ(device_rx_filter_name(-1), "unknown");
}
