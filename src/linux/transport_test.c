/* src/linux/transport_test.c -- messages wrapped and unwrapped; sockets are for port_io_live_test.c. */
#include "linux/transport.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>

#include <linux/if_packet.h>

static const uint8_t message[44] = { 0x00, 0x12, 0x00, 44 };

static struct transport_setup setup_of(int protocol)
{
	struct transport_setup setup = { .label = "port 1 (eth0)", .index = 7, .mac = { 2, 0, 0, 0, 0, 9 } };
	struct gn_port_config config = { .udp6_scope = 5,
					 .ptp_dst_ipv4 = "224.0.1.129",
					 .p2p_dst_ipv4 = "224.0.0.107",
					 .ptp_dst_ipv6 = "FF0E:0:0:0:0:0:0:181",
					 .p2p_dst_ipv6 = "FF02:0:0:0:0:0:0:6B",
					 .ptp_dst_mac = "01:1B:19:00:00:00",
					 .p2p_dst_mac = "01:80:C2:00:00:0E" };

	CHECK_EQ(transport_of(protocol)->find_groups(&config, &setup), 0);
	return setup;
}

static struct gn_send send_of(int destination, bool is_event, bool is_one_step)
{
	return (struct gn_send){ .octets = message,
				 .length = sizeof(message),
				 .message_type = is_event ? GN_SYNC : GN_FOLLOW_UP,
				 .destination = (uint8_t)destination,
				 .is_event = is_event,
				 .is_one_step = is_one_step };
}

TEST(every_transport_of_the_standard_is_there_and_no_other)
{
	CHECK(transport_of(GN_PROTOCOL_UDP_IPV4) == &transport_udp_ipv4);
	CHECK(transport_of(GN_PROTOCOL_UDP_IPV6) == &transport_udp_ipv6);
	CHECK(transport_of(GN_PROTOCOL_IEEE_802_3) == &transport_ethernet);
	CHECK(transport_of(GN_PROTOCOL_LOCAL) == NULL);
	CHECK(transport_of(4) == NULL);
	CHECK(transport_of(-1) == NULL);
}

TEST(ipv4_goes_to_the_groups_and_ports_of_annex_c)
{
	struct transport_setup setup = setup_of(GN_PROTOCOL_UDP_IPV4);
	static const char *const groups[] = { "224.0.1.129", "224.0.0.107" };

	for (int destination = 0; destination < 2; destination++) {
		for (int is_event = 0; is_event < 2; is_event++) {
			struct gn_send send = send_of(destination, is_event, false);
			struct transport_frame frame;
			struct sockaddr_in to;

			CHECK(transport_udp_ipv4.wrap(&setup, &send, &frame));
			memcpy(&to, &frame.to, sizeof(to));
			CHECK_EQ(to.sin_port, htons(is_event ? 319 : 320));
			CHECK_EQ(to.sin_addr.s_addr, inet_addr(groups[destination]));
			CHECK_EQ(frame.length, 44);
			CHECK_MEM_EQ(frame.octets, message, 44);
		}
	}
}

TEST(a_one_step_sync_over_ipv4_and_all_messages_over_ipv6_have_two_extra_octets)
{
	struct transport_setup v4 = setup_of(GN_PROTOCOL_UDP_IPV4), v6 = setup_of(GN_PROTOCOL_UDP_IPV6);
	struct gn_send one_step = send_of(GN_TO_PRIMARY, true, true),
		       general = send_of(GN_TO_PRIMARY, false, false);
	struct transport_frame frame;

	CHECK(transport_udp_ipv4.wrap(&v4, &one_step, &frame));
	CHECK_EQ(frame.length, 46);
	CHECK_EQ(frame.octets[44] | frame.octets[45], 0);
	CHECK(transport_udp_ipv6.wrap(&v6, &one_step, &frame));
	CHECK_EQ(frame.length, 46);
	CHECK(transport_udp_ipv6.wrap(&v6, &general, &frame));
	CHECK_EQ(frame.length, 46);
}

TEST(the_scope_of_ipv6_is_that_of_the_primary_group_alone)
{
	struct transport_setup setup = setup_of(GN_PROTOCOL_UDP_IPV6);

	CHECK_EQ(setup.groups[0].octets[0], 0xFF);
	CHECK_EQ(setup.groups[0].octets[1], 0x05);
	CHECK_EQ(setup.groups[1].octets[1], 0x02);
}

TEST(a_link_local_destination_carries_the_interface)
{
	struct transport_setup setup = setup_of(GN_PROTOCOL_UDP_IPV6);
	struct gn_send send = send_of(GN_TO_ADDRESS, true, false);
	struct transport_frame frame;
	struct sockaddr_in6 to;

	send.address = (struct gn_address){ .network_protocol = GN_PROTOCOL_UDP_IPV6,
					    .length = 16,
					    .octets = { 0xFE, 0x80 } };
	CHECK(transport_udp_ipv6.wrap(&setup, &send, &frame));
	memcpy(&to, &frame.to, sizeof(to));
	CHECK_EQ(to.sin6_scope_id, 7);
	CHECK_EQ(to.sin6_addr.s6_addr[0], 0xFE);
}

TEST(ethernet_frames_begin_with_group_own_address_and_ethertype)
{
	struct transport_setup setup = setup_of(GN_PROTOCOL_IEEE_802_3);
	struct gn_send send = send_of(GN_TO_PDELAY, true, false);
	struct transport_frame frame;

	CHECK(transport_ethernet.wrap(&setup, &send, &frame));
	CHECK_EQ(frame.length, 58);
	CHECK_MEM_EQ(frame.octets, "\x01\x80\xC2\x00\x00\x0E\x02\x00\x00\x00\x00\x09\x88\xF7", 14);
	CHECK_MEM_EQ(frame.octets + 14, message, 44);
}

TEST(a_destination_of_another_transport_or_too_long_a_message_is_refused)
{
	static const int protocols[] = { GN_PROTOCOL_UDP_IPV4, GN_PROTOCOL_UDP_IPV6, GN_PROTOCOL_IEEE_802_3 };
	static uint8_t large[GN_FRAME_MAX + 1];
	struct transport_frame frame;

	for (int i = 0; i < 3; i++) {
		struct transport_setup setup = setup_of(protocols[i]);
		struct gn_send send = send_of(GN_TO_ADDRESS, true, false);

		send.address.network_protocol = (uint16_t)protocols[(i + 1) % 3];
		CHECK(!transport_of(protocols[i])->wrap(&setup, &send, &frame));
		send = send_of(GN_TO_PRIMARY, true, true);
		send.octets = large;
		send.length = sizeof(large);
		CHECK(!transport_of(protocols[i])->wrap(&setup, &send, &frame));
		send.length--;
		CHECK(transport_of(protocols[i])->wrap(&setup, &send, &frame));
	}
}

TEST(what_is_wrapped_for_ethernet_is_unwrapped_tagged_or_not)
{
	struct transport_setup setup = setup_of(GN_PROTOCOL_IEEE_802_3);
	struct gn_send send = send_of(GN_TO_PRIMARY, true, false);
	struct sockaddr_storage from = { 0 };
	struct control control = { 0 };
	struct gn_frame_received received = { 0 };
	struct transport_frame frame;
	static const uint8_t tag[4] = { 0x81, 0x00, 0x60, 0x05 };
	uint8_t tagged[100];

	CHECK(transport_ethernet.wrap(&setup, &send, &frame));
	CHECK(transport_ethernet.unwrap(frame.octets, frame.length, &from, &control, &received));
	CHECK_EQ(received.length, 44);
	CHECK_MEM_EQ(received.octets, message, 44);
	CHECK_MEM_EQ(received.source.octets, setup.mac, 6);
	CHECK(!received.is_unicast);
	memcpy(tagged, frame.octets, 12);
	memcpy(tagged + 12, tag, sizeof(tag));
	memcpy(tagged + 16, frame.octets + 12, frame.length - 12);
	tagged[0] = 0x02;
	CHECK(transport_ethernet.unwrap(tagged, frame.length + 4, &from, &control, &received));
	CHECK_EQ(received.length, 44);
	CHECK_MEM_EQ(received.octets, message, 44);
	CHECK(received.is_unicast);
}

TEST(a_prp_trailer_is_taken_off_where_its_size_matches)
{
	/* sequence, LAN A with 0x32 = 44 + 6 octets, suffix */
	static const uint8_t trailer[6] = { 0x00, 0x01, 0xA0, 0x32, 0x88, 0xFB };
	struct transport_setup setup = setup_of(GN_PROTOCOL_IEEE_802_3);
	struct gn_send send = send_of(GN_TO_PRIMARY, true, false);
	struct sockaddr_storage from = { 0 };
	struct control control = { 0 };
	struct gn_frame_received received = { 0 };
	struct transport_frame frame;

	CHECK(transport_ethernet.wrap(&setup, &send, &frame));
	memcpy(frame.octets + frame.length, trailer, sizeof(trailer));
	CHECK(transport_ethernet.unwrap(frame.octets, frame.length + 6, &from, &control, &received));
	CHECK_EQ(received.length, 44);
	frame.octets[frame.length + 3]++;
	CHECK(transport_ethernet.unwrap(frame.octets, frame.length + 6, &from, &control, &received));
	CHECK_EQ(received.length, 50);
}

TEST(ethernet_frames_cut_anywhere_or_of_chance_are_survived)
{
	static const uint8_t types[3][2] = { { 0x88, 0xF7 }, { 0x81, 0x00 }, { 0x88, 0xFB } };
	struct sockaddr_storage from = { 0 };
	struct control control = { 0 };
	struct gn_frame_received received;

	for (int i = 0; i < 20000; i++) {
		size_t length = test_random_below(70);
		uint8_t *octets = test_malloc(length + 1);

		for (size_t j = 0; j < length; j++) {
			octets[j] = (uint8_t)test_random();
		}
		if (length > 20) {
			memcpy(octets + 12, types[test_random_below(2)], 2);
			memcpy(octets + 16, types[0], 2);
			memcpy(octets + length - 2, types[2], 2);
		}
		if (transport_ethernet.unwrap(octets, length, &from, &control, &received)) {
			CHECK(received.octets + received.length <= octets + length);
		}
		test_free(octets);
	}
}

TEST(unicast_over_udp_is_told_by_the_destination_and_else_by_the_flag)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = inet_addr("10.0.0.7") };
	struct sockaddr_storage from = { 0 };
	struct control control = { 0 };
	struct gn_frame_received received = { 0 };
	uint8_t octets[44] = { 0 };

	memcpy(&from, &in, sizeof(in));
	octets[6] = 0x04;
	CHECK(transport_udp_ipv4.unwrap(octets, 44, &from, &control, &received));
	CHECK(received.is_unicast);
	CHECK_EQ(received.source.octets[3], 7);
	CHECK_EQ(received.source.length, 4);
	control.has_destination = true;
	control.destination.octets[0] = 224;
	CHECK(transport_udp_ipv4.unwrap(octets, 44, &from, &control, &received));
	CHECK(!received.is_unicast);
	CHECK(!transport_udp_ipv6.unwrap(octets, 44, &from, &control, &received));
}

TEST(addresses_that_are_none_are_refused)
{
	static const char *const bad[] = { "", "01:1B:19:00:00", "01:1B:19:00:00:00:00", "01-1B-19-00-00-00",
					   "zz:1B:19:00:00:00" };
	struct transport_setup setup = { .label = "port 1 (eth0)" };
	struct gn_port_config config = { .ptp_dst_ipv4 = "224.0.1",
					 .p2p_dst_ipv4 = "224.0.0.107",
					 .ptp_dst_ipv6 = "FF0E::181",
					 .p2p_dst_ipv6 = "x" };
	uint8_t mac[6];

	CHECK_EQ(transport_udp_ipv4.find_groups(&config, &setup), -EINVAL);
	CHECK_EQ(transport_udp_ipv6.find_groups(&config, &setup), -EINVAL);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK(!transport_parse_mac(bad[i], mac));
	}
	CHECK(transport_parse_mac("01:1b:19:00:0a:FF", mac));
	CHECK_EQ(mac[5], 0xFF);
}
