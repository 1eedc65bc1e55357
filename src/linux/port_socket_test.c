/* src/linux/port_socket_test.c -- real sockets on loopback: transmit timestamps under each kind of number. */
#include "linux/port_socket.h"
#include "tests/test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#define FRAMES 40

static struct transport_frame frame;

/* A socket that sends to itself. */
static struct port_socket open_loopback(void)
{
	struct port_socket s = { .fd = socket(AF_INET, SOCK_DGRAM, 0) };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(to);

	CHECK(s.fd >= 0);
	CHECK_EQ(bind(s.fd, (const struct sockaddr *)&to, sizeof(to)), 0);
	CHECK_EQ(getsockname(s.fd, (struct sockaddr *)&to, &size), 0);
	frame = (struct transport_frame){ .octets = { 1, 2, 3 }, .length = 44, .to_length = sizeof(to) };
	memcpy(&frame.to, &to, sizeof(to));
	CHECK_EQ(port_socket_enable_stamps(&s, "test", GN_STAMPING_SOFTWARE, -1), 0);
	port_socket_enlarge(&s);
	return s;
}

/* Reads all transmit timestamps that come within a second, and counts them by number. */
static int read_all(struct port_socket *s, int expected, uint8_t seen[FRAMES * 2])
{
	static struct port_socket_batch batch;
	int total = 0;

	while (total < expected) {
		struct pollfd fd = { .fd = s->fd, .events = POLLPRI };
		int count = port_socket_receive(s, &batch, true);

		CHECK(count >= 0);
		if (count == 0 && poll(&fd, 1, 1000) == 0) {
			break;
		}
		for (int i = 0; i < count; i++) {
			struct control control;

			control_parse(&batch.headers[i].msg_hdr, &control);
			CHECK(control.has_stamps);
			CHECK(control.stamps[0].tv_sec > 0);
			if (control.has_id && control.id < FRAMES * 2) {
				seen[control.id]++;
			}
			total++;
		}
	}
	return total;
}

TEST(each_send_has_the_number_under_which_its_timestamp_comes_back)
{
	static const uint8_t ways[] = { PORT_SOCKET_BY_CHOICE, PORT_SOCKET_BY_COUNTER };

	for (size_t w = 0; w < 2; w++) {
		for (int one_by_one = 0; one_by_one < 2; one_by_one++) {
			struct port_socket s = open_loopback();
			uint8_t seen[FRAMES * 2] = { 0 };
			bool is_renumbered;
			uint32_t id;

			if (s.numbering == PORT_SOCKET_BY_ORDER) {
				SKIP("this kernel does not number transmit timestamps");
			}
			s.numbering = ways[w];
			s.one_by_one = one_by_one != 0;
			for (uint32_t i = 0; i < FRAMES; i++) {
				CHECK_EQ(port_socket_send(&s, &frame, &id, &is_renumbered), 0);
				CHECK_EQ(id, i);
			}
			CHECK_EQ(read_all(&s, FRAMES, seen), FRAMES);
			for (int i = 0; i < FRAMES; i++) {
				CHECK_EQ(seen[i], 1);
			}
			port_socket_close(&s);
			CHECK_EQ(s.fd, -1);
		}
	}
}

TEST(after_a_failed_send_the_kernels_counter_begins_anew_and_agrees_again)
{
	struct port_socket s = open_loopback();
	struct transport_frame unreachable = frame;
	uint8_t seen[FRAMES * 2] = { 0 };
	bool is_renumbered;
	uint32_t id;

	if (s.numbering == PORT_SOCKET_BY_ORDER) {
		SKIP("this kernel does not number transmit timestamps");
	}
	s.numbering = PORT_SOCKET_BY_COUNTER;
	CHECK_EQ(port_socket_send(&s, &frame, &id, &is_renumbered), 0);
	CHECK(!is_renumbered);
	unreachable.to_length = 1;
	CHECK(port_socket_send(&s, &unreachable, &id, &is_renumbered) < 0);
	CHECK(is_renumbered);
	CHECK_EQ(port_socket_send(&s, &frame, &id, &is_renumbered), 0);
	CHECK_EQ(id, 0);
	CHECK_EQ(read_all(&s, 2, seen), 2);
	CHECK_EQ(seen[0], 2);
	port_socket_close(&s);
}

TEST(frames_come_in_batches_with_their_receive_timestamps)
{
	static struct port_socket_batch batch;

	for (int one_by_one = 0; one_by_one < 2; one_by_one++) {
		struct port_socket s = open_loopback();
		struct pollfd fd = { .fd = s.fd, .events = POLLIN };
		bool is_renumbered;
		int total = 0, count;
		uint32_t id;

		s.one_by_one = one_by_one != 0;
		CHECK_EQ(port_socket_receive(&s, &batch, false), 0);
		CHECK_EQ(port_socket_enable_kernel_times(&s), 0);
		for (int i = 0; i < FRAMES; i++) {
			CHECK_EQ(port_socket_send(&s, &frame, &id, &is_renumbered), 0);
		}
		while (total < FRAMES && poll(&fd, 1, 1000) > 0) {
			count = port_socket_receive(&s, &batch, false);
			CHECK(count > 0 && count <= PORT_SOCKET_BATCH);
			for (int i = 0; i < count; i++) {
				struct control control;

				control_parse(&batch.headers[i].msg_hdr, &control);
				CHECK_EQ(batch.headers[i].msg_len, 44);
				CHECK_MEM_EQ(batch.octets[i], "\1\2\3", 3);
				CHECK(control.has_stamps && control.stamps[0].tv_sec > 0);
				CHECK(control.has_kernel_time);
			}
			total += count;
		}
		CHECK_EQ(total, FRAMES);
		port_socket_close(&s);
	}
}

TEST(a_descriptor_that_is_no_socket_fails_and_does_not_hang)
{
	static struct port_socket_batch batch;
	struct port_socket s = { .fd = open("/dev/null", O_RDWR) };
	bool is_renumbered;
	uint32_t id;

	CHECK(s.fd >= 0);
	CHECK_EQ(port_socket_receive(&s, &batch, false), -ENOTSOCK);
	CHECK_EQ(port_socket_send(&s, &frame, &id, &is_renumbered), -ENOTSOCK);
	CHECK_EQ(port_socket_error(&s), ENOTSOCK);
	port_socket_close(&s);
}
