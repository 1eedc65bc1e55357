/* bench/flood.c -- many Delay_Req a second at a grandmaster, and what it does with them.
 *
 *     flood INTERFACE REQUESTS_PER_SECOND SECONDS
 *
 * Sends Delay_Req over UDPv4 (domain 0) at an even rate, counts the Delay_Resp that name it, and watches the Syncs
 * that arrive meanwhile: gaps in their sequenceIds are lost ones, and the deviation of their distances (by the
 * kernel's receive stamps) from the mean is the jitter. With a rate of 0 it only watches. One line of "name value"
 * pairs is the result. */
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENT_PORT 319
#define GENERAL_PORT 320
#define PRIMARY_GROUP "224.0.1.129"
#define DELAY_REQ_OCTETS 44
#define DELAY_RESP_OCTETS 54
#define BATCH 64
#define SYNCS_MAX 65536
#define RECEIVE_BUFFER (8 << 20)

static const uint8_t our_port_identity[10] = { 0x02, 0xF1, 0x00, 0xFF, 0xFE, 0x0D, 0x00, 0x01, 0x00, 0x01 };

struct flood {
	int event, general;
	struct sockaddr_in group;
	uint16_t sequence_id;
	uint64_t sent, answered, sync_lost;
	bool has_sync;
	uint8_t sync_source[10];
	uint16_t sync_sequence_id;
	int64_t sync_ns[SYNCS_MAX];
	size_t syncs;
};

static void die(const char *what)
{
	fprintf(stderr, "flood: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static int open_socket(const char *interface, uint16_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct ip_mreqn group = { .imr_ifindex = (int)if_nametoindex(interface) };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int on = 1, off = 0, octets = RECEIVE_BUFFER;

	if (group.imr_ifindex == 0) {
		die(interface);
	}
	inet_pton(AF_INET, PRIMARY_GROUP, &group.imr_multiaddr);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group)) ||
	    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &group, sizeof(group)) ||
	    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &off, sizeof(off)) ||
	    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on))) {
		die("socket");
	}
	/* Answers must not be lost here, where they are counted: beyond the limit if we may, else as far as it goes. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &octets, sizeof(octets))) {
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &octets, sizeof(octets));
	}
	return fd;
}

static void put_u16(uint8_t *octets, uint16_t value)
{
	octets[0] = (uint8_t)(value >> 8);
	octets[1] = (uint8_t)value;
}

static uint16_t get_u16(const uint8_t *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

/* Delay_Req (13.6): the header and an originTimestamp of 0. */
static void make_delay_req(uint8_t frame[DELAY_REQ_OCTETS], uint16_t sequence_id)
{
	memset(frame, 0, DELAY_REQ_OCTETS);
	frame[0] = 0x1;
	frame[1] = 0x2;
	put_u16(&frame[2], DELAY_REQ_OCTETS);
	memcpy(&frame[20], our_port_identity, sizeof(our_port_identity));
	put_u16(&frame[30], sequence_id);
	frame[32] = 1; /* controlField */
	frame[33] = 0x7F;
}

static void send_requests(struct flood *f, uint64_t count)
{
	static uint8_t frames[BATCH][DELAY_REQ_OCTETS];
	struct iovec parts[BATCH];
	struct mmsghdr messages[BATCH];

	while (count > 0) {
		unsigned batch = count < BATCH ? (unsigned)count : BATCH;
		int sent;

		memset(messages, 0, sizeof(messages));
		for (unsigned i = 0; i < batch; i++) {
			make_delay_req(frames[i], (uint16_t)(f->sequence_id + i));
			parts[i] = (struct iovec){ frames[i], DELAY_REQ_OCTETS };
			messages[i].msg_hdr.msg_name = &f->group;
			messages[i].msg_hdr.msg_namelen = sizeof(f->group);
			messages[i].msg_hdr.msg_iov = &parts[i];
			messages[i].msg_hdr.msg_iovlen = 1;
		}
		sent = sendmmsg(f->event, messages, batch, 0);
		if (sent <= 0) {
			return; /* a full queue: the next turn sends what is due then */
		}
		f->sequence_id = (uint16_t)(f->sequence_id + sent);
		f->sent += (uint64_t)sent;
		count -= (uint64_t)sent;
	}
}

static int64_t stamp_of(struct msghdr *message)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			struct timespec t;

			memcpy(&t, CMSG_DATA(c), sizeof(t));
			return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
		}
	}
	return 0;
}

/* The first source of Syncs is the one that is watched. */
static void take_sync(struct flood *f, const uint8_t *frame, int64_t stamp_ns)
{
	uint16_t sequence_id = get_u16(&frame[30]);

	if (!f->has_sync) {
		f->has_sync = true;
		memcpy(f->sync_source, &frame[20], sizeof(f->sync_source));
	} else if (memcmp(f->sync_source, &frame[20], sizeof(f->sync_source)) != 0) {
		return;
	} else {
		f->sync_lost += (uint16_t)(sequence_id - f->sync_sequence_id - 1);
	}
	f->sync_sequence_id = sequence_id;
	if (f->syncs < SYNCS_MAX) {
		f->sync_ns[f->syncs++] = stamp_ns;
	}
}

static void take_frame(struct flood *f, const uint8_t *frame, size_t octets, int64_t stamp_ns)
{
	if (octets >= DELAY_REQ_OCTETS && (frame[0] & 0x0F) == 0x0) {
		take_sync(f, frame, stamp_ns);
	} else if (octets >= DELAY_RESP_OCTETS && (frame[0] & 0x0F) == 0x9 &&
		   memcmp(&frame[44], our_port_identity, sizeof(our_port_identity)) == 0) {
		f->answered++;
	}
}

static void receive_all(struct flood *f, int fd)
{
	static uint8_t frames[BATCH][256];
	static union {
		struct cmsghdr align;
		uint8_t octets[64];
	} controls[BATCH];
	struct iovec parts[BATCH];
	struct mmsghdr messages[BATCH];
	int count;

	do {
		memset(messages, 0, sizeof(messages));
		for (unsigned i = 0; i < BATCH; i++) {
			parts[i] = (struct iovec){ frames[i], sizeof(frames[i]) };
			messages[i].msg_hdr.msg_iov = &parts[i];
			messages[i].msg_hdr.msg_iovlen = 1;
			messages[i].msg_hdr.msg_control = &controls[i];
			messages[i].msg_hdr.msg_controllen = sizeof(controls[i]);
		}
		count = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
		for (int i = 0; i < count; i++) {
			take_frame(f, frames[i], messages[i].msg_len, stamp_of(&messages[i].msg_hdr));
		}
	} while (count == BATCH);
}

static void run(struct flood *f, uint64_t rate, int64_t duration_ns)
{
	int64_t start = now_ns();
	int64_t tail_ns = 500000000; /* for the answers to the last ones */

	for (;;) {
		struct pollfd fds[] = { { .fd = f->event, .events = POLLIN },
					{ .fd = f->general, .events = POLLIN } };
		int64_t elapsed = now_ns() - start;

		if (elapsed >= duration_ns + tail_ns) {
			return;
		}
		if (elapsed < duration_ns) {
			uint64_t due = (uint64_t)elapsed * rate / 1000000000;

			send_requests(f, due > f->sent ? due - f->sent : 0);
		}
		if (poll(fds, 2, 1) > 0) {
			receive_all(f, f->event);
			receive_all(f, f->general);
		}
	}
}

/* Root mean square and maximum of how far the Syncs' distances are from their mean. */
static void print_result(const struct flood *f)
{
	double mean = 0, square = 0, max = 0;
	size_t intervals = f->syncs > 0 ? f->syncs - 1 : 0;

	if (intervals > 0) {
		mean = (double)(f->sync_ns[intervals] - f->sync_ns[0]) / (double)intervals;
	}
	for (size_t i = 0; i < intervals; i++) {
		double deviation = fabs((double)(f->sync_ns[i + 1] - f->sync_ns[i]) - mean);

		square += deviation * deviation;
		max = fmax(max, deviation);
	}
	printf("sent %llu answered %llu syncs %zu sync_lost %llu jitter_rms_us %.1f jitter_max_us %.1f\n",
	       (unsigned long long)f->sent, (unsigned long long)f->answered, f->syncs,
	       (unsigned long long)f->sync_lost, intervals > 0 ? sqrt(square / (double)intervals) / 1e3 : 0,
	       max / 1e3);
}

int main(int argc, char **argv)
{
	static struct flood f;

	if (argc != 4) {
		fprintf(stderr, "usage: flood INTERFACE REQUESTS_PER_SECOND SECONDS\n");
		return 2;
	}
	f.event = open_socket(argv[1], EVENT_PORT);
	f.general = open_socket(argv[1], GENERAL_PORT);
	f.group = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(EVENT_PORT) };
	inet_pton(AF_INET, PRIMARY_GROUP, &f.group.sin_addr);
	run(&f, strtoull(argv[2], NULL, 10), (int64_t)(strtod(argv[3], NULL) * 1e9));
	print_result(&f);
	return 0;
}
