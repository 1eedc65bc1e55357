/* src/linux/control_test.c -- control messages made by hand, whole, cut anywhere, and of pure chance. */
#include "linux/control.h"
#include "linux/kernel_facts.h"
#include "tests/test.h"

#include <errno.h>
#include <netinet/in.h>

static _Alignas(struct cmsghdr) uint8_t buffer[CONTROL_SIZE];
static struct msghdr message;

static void start(void)
{
	memset(buffer, 0, sizeof(buffer));
	message = (struct msghdr){ .msg_control = buffer, .msg_controllen = 0 };
}

static void put(int level, int type, const void *data, size_t size)
{
	struct cmsghdr header = { .cmsg_len = CMSG_LEN(size), .cmsg_level = level, .cmsg_type = type };

	memcpy(buffer + message.msg_controllen, &header, sizeof(header));
	memcpy(buffer + message.msg_controllen + CMSG_LEN(0), data, size);
	message.msg_controllen += CMSG_SPACE(size);
}

static const struct timespec stamps[3] = { { 1, 11 }, { 2, 22 }, { 3, 33 } };

static void put_error(int level, int type, uint8_t origin, uint32_t data)
{
	struct sock_extended_err error = { .ee_errno = ENOMSG, .ee_origin = origin, .ee_data = data };

	put(level, type, &error, sizeof(error));
}

TEST(a_transmit_timestamp_has_its_stamps_and_its_number_on_each_transport)
{
	static const int places[][2] = { { SOL_IP, IP_RECVERR },
					 { SOL_IPV6, IPV6_RECVERR },
					 { SOL_PACKET, KERNEL_PACKET_TX_TIMESTAMP } };

	for (size_t i = 0; i < 3; i++) {
		struct control control;

		start();
		put(SOL_SOCKET, SO_TIMESTAMPING, stamps, sizeof(stamps));
		put_error(places[i][0], places[i][1], KERNEL_ORIGIN_TIMESTAMPING, 0xFFFFFFFF);
		control_parse(&message, &control);
		CHECK(control.has_stamps && control.has_id && !control.is_short);
		CHECK_EQ(control.id, 0xFFFFFFFF);
		CHECK_EQ(control.stamps[0].tv_nsec, 11);
		CHECK_EQ(control.stamps[2].tv_sec, 3);
		CHECK_EQ(control.error, 0);
	}
}

TEST(an_error_that_is_no_timestamp_has_no_number)
{
	struct control control;

	start();
	put_error(SOL_IP, IP_RECVERR, 2 /* ICMP */, 7);
	control_parse(&message, &control);
	CHECK(!control.has_id);
	CHECK_EQ(control.error, ENOMSG);
}

TEST(the_destination_and_the_kernel_time_of_a_frame_are_found_among_strangers)
{
	struct in6_pktinfo info6 = { .ipi6_ifindex = 3 };
	struct timespec kernel = { 9, 99 };
	struct control control;

	info6.ipi6_addr.s6_addr[0] = 0xFF;
	info6.ipi6_addr.s6_addr[15] = 0x6B;
	start();
	put(SOL_SOCKET, 9999, "stranger", 8);
	put(SOL_IPV6, IPV6_PKTINFO, &info6, sizeof(info6));
	put(SOL_SOCKET, SO_TIMESTAMPNS, &kernel, sizeof(kernel));
	control_parse(&message, &control);
	CHECK(control.has_destination && control.has_kernel_time && !control.has_stamps);
	CHECK_EQ(control.destination.network_protocol, GN_PROTOCOL_UDP_IPV6);
	CHECK_EQ(control.destination.length, 16);
	CHECK_EQ(control.destination.octets[15], 0x6B);
	CHECK_EQ(control.kernel_time.tv_nsec, 99);
}

TEST(the_destination_of_ipv4_is_the_one_in_the_header)
{
	struct in_pktinfo info = { .ipi_ifindex = 3 };
	struct control control;

	info.ipi_addr.s_addr = htonl(0xE0000181);
	info.ipi_spec_dst.s_addr = htonl(0x0A000001);
	start();
	put(SOL_IP, IP_PKTINFO, &info, sizeof(info));
	control_parse(&message, &control);
	CHECK_EQ(control.destination.octets[0], 0xE0);
	CHECK_EQ(control.destination.octets[3], 0x81);
}

TEST(a_short_control_message_is_left_out_and_said)
{
	for (size_t size = 0; size < sizeof(stamps); size++) {
		struct control control;

		start();
		put(SOL_SOCKET, SO_TIMESTAMPING, stamps, size);
		control_parse(&message, &control);
		CHECK(!control.has_stamps);
		CHECK(control.is_short);
	}
}

TEST(control_messages_cut_anywhere_never_give_more_than_they_hold)
{
	struct control control;
	size_t whole;

	start();
	put(SOL_SOCKET, SO_TIMESTAMPING, stamps, sizeof(stamps));
	put_error(SOL_IP, IP_RECVERR, KERNEL_ORIGIN_TIMESTAMPING, 4711);
	whole = message.msg_controllen;
	for (size_t length = 0; length <= whole; length++) {
		message.msg_controllen = length;
		control_parse(&message, &control);
		if (length < CMSG_LEN(sizeof(stamps))) {
			CHECK(!control.has_stamps && !control.has_id);
		}
	}
	CHECK(control.has_stamps && control.has_id);
	message.msg_flags = MSG_CTRUNC;
	control_parse(&message, &control);
	CHECK(control.is_short);
}

/* For the sanitizers: nothing outside of the buffer is read, whatever stands in it. */
TEST(random_control_messages_are_survived)
{
	for (int i = 0; i < 100000; i++) {
		struct control control;

		start();
		for (size_t j = 0; j < sizeof(buffer); j++) {
			buffer[j] = (uint8_t)(test_random_below(4) ? 0 : test_random());
		}
		message.msg_controllen = test_random_below(sizeof(buffer) + 1);
		control_parse(&message, &control);
	}
}
