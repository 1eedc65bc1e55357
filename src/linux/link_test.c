/* src/linux/link_test.c -- rtnetlink messages made by hand; live links are for port_io_live_test.c. */
#include "linux/link.h"
#include "linux/kernel_facts.h"
#include "tests/test.h"

#include <net/if.h>

#include <linux/rtnetlink.h>

#ifdef GN_HAVE_LIBMNL

static _Alignas(struct nlmsghdr) uint8_t octets[512];
static size_t length;

static void put(const void *data, size_t size)
{
	memcpy(octets + length, data, size);
	length = (length + size + 3) & ~(size_t)3;
	memcpy(octets, &(uint32_t){ (uint32_t)length }, 4);
}

static void start(uint16_t type, int index, unsigned flags)
{
	struct nlmsghdr header = { .nlmsg_type = type };
	struct ifinfomsg info = { .ifi_index = index, .ifi_flags = flags };

	memset(octets, 0, sizeof(octets));
	length = 0;
	put(&header, sizeof(header));
	put(&info, sizeof(info));
}

static void put_attribute(uint16_t type, const void *data, size_t size)
{
	struct rtattr header = { .rta_len = (uint16_t)(sizeof(header) + size), .rta_type = type };
	uint8_t whole[64];

	memcpy(whole, &header, sizeof(header));
	memcpy(whole + sizeof(header), data, size);
	put(whole, sizeof(header) + size);
}

TEST(a_link_is_up_by_its_operational_state_and_never_down_for_a_missing_running_flag)
{
	static const struct {
		unsigned flags;
		int state, carrier; /* -1: not told */
		bool is_up;
	} cases[] = {
		{ IFF_UP, 6, -1, true },
		{ IFF_UP | IFF_RUNNING, 6, 1, true },
		{ IFF_UP, 0, -1, true },
		{ IFF_UP, 0, 1, true },
		{ IFF_UP, 0, 0, false },
		{ IFF_UP, -1, -1, true },
		{ IFF_UP | IFF_RUNNING, 2, -1, false },
		{ IFF_UP, 1, -1, false },
		{ IFF_UP, 3, -1, false },
		{ IFF_UP, 4, -1, false },
		{ IFF_UP, 5, 1, false },
		{ 0, 6, 1, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct link_message link;

		start(RTM_NEWLINK, 4, cases[i].flags);
		put_attribute(KERNEL_IFLA_IFNAME, "eth0", 5);
		if (cases[i].state >= 0) {
			put_attribute(KERNEL_IFLA_OPERSTATE, &(uint8_t){ (uint8_t)cases[i].state }, 1);
		}
		if (cases[i].carrier >= 0) {
			put_attribute(KERNEL_IFLA_CARRIER, &(uint8_t){ (uint8_t)cases[i].carrier }, 1);
		}
		CHECK(link_parse(octets, length, &link));
		CHECK_EQ(link.is_up, cases[i].is_up);
		CHECK_EQ(link.index, 4);
		CHECK_EQ(link.news, LINK_CHANGED);
		CHECK_STR_EQ(link.name, "eth0");
	}
}

TEST(a_removed_interface_is_gone_and_down)
{
	struct link_message link;

	start(RTM_DELLINK, 9, IFF_UP);
	put_attribute(KERNEL_IFLA_OPERSTATE, &(uint8_t){ 6 }, 1);
	CHECK(link_parse(octets, length, &link));
	CHECK_EQ(link.news, LINK_GONE);
	CHECK(!link.is_up);
}

TEST(messages_about_something_else_are_passed_over)
{
	struct link_message link;

	start(RTM_NEWADDR, 9, IFF_UP);
	CHECK(!link_parse(octets, length, &link));
	start(RTM_NEWLINK, 9, IFF_UP);
	octets[sizeof(struct nlmsghdr)] = AF_BRIDGE;
	CHECK(!link_parse(octets, length, &link));
}

TEST(messages_cut_anywhere_or_of_chance_are_survived)
{
	struct link_message link;

	start(RTM_NEWLINK, 9, IFF_UP);
	put_attribute(KERNEL_IFLA_IFNAME, "a_name_that_is_longer_than_any", 31);
	for (size_t cut = 0; cut < length; cut++) {
		CHECK(!link_parse(octets, cut, &link));
	}
	CHECK(link_parse(octets, length, &link));
	CHECK_EQ(strlen(link.name), 15);
	for (int i = 0; i < 50000; i++) {
		start(RTM_NEWLINK, 9, IFF_UP);
		for (size_t j = length; j < 128; j++) {
			octets[j] = (uint8_t)(test_random_below(3) ? 0 : test_random_below(40));
		}
		memcpy(octets, &(uint32_t){ (uint32_t)test_random_below(140) }, 4);
		(void)link_parse(octets, 128, &link);
	}
}

#endif

TEST(an_interface_that_nobody_knows_counts_as_up)
{
	struct link_watch watch = { .fd = -1 };

	CHECK(link_is_up(&watch, "no-such-if"));
	CHECK(!watch.answers);
}
