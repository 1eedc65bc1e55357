/* src/linux/port_io_live_test.c -- two ports on the two ends of a virtual cable, each in a network namespace of its own.
 *
 * Real sockets, real software timestamps, real link changes; needs the right to make namespaces (root) and `ip`. Exits
 * 77 with the reason where it has not; otherwise prints each sentence that it proved. */
#include "linux/clock_calls.h"
#include "linux/log.h"
#include "linux/port_io.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

#define SKIPPED 77
#define SECOND INT64_C(1000000000)
#define TOKENS 4096

#define CHECK(condition)                                                                                     \
	do {                                                                                                 \
		if (!(condition)) {                                                                          \
			fprintf(stderr, "%s:%d: %s (%s)\n", __FILE__, __LINE__, #condition, what_is_tested); \
			exit(1);                                                                             \
		}                                                                                            \
	} while (0)

static const char *what_is_tested = "set-up";

/* ---- a clock: REALTIME and some seconds ---- */

static int64_t clock_ahead_ns;

static int read_clock(struct clock *clock, struct clock_reading *out)
{
	int err = clock_bracket(&clock_calls_of_libc, CLOCK_REALTIME, out);

	(void)clock;
	out->clock = gn_precise_add(out->clock, gn_interval_from_ns(clock_ahead_ns));
	return err;
}

static const struct clock_operations operations = { .kind = "system", .read = read_clock };
static struct clock test_clock = {
	.operations = &operations, .name = "CLOCK_REALTIME", .epoch = 5, .fd = -1
};

static int64_t clock_now(void)
{
	struct clock_reading reading;

	CHECK(read_clock(&test_clock, &reading) == 0);
	return (int64_t)gn_timestamp_to_ns(reading.clock.whole);
}

/* ---- two ends ---- */

struct frame {
	uint8_t octets[64];
	size_t length;
	struct gn_frame_received received;
};

static struct end {
	const char *interface;
	int namespace;
	struct gn_config config;
	struct gn_port_config port_config;
	struct port_io *port;
	struct gn_port_attachment attachment;
	struct frame last;
	int events, generals, errors, links;
	uint32_t sequence_sum;
	int sent[TOKENS]; /* how often each token came back */
	struct gn_stamp sent_stamp[TOKENS];
	bool link_is_up;
} a = { .interface = "gnlive0" }, b = { .interface = "gnlive1" };

__attribute__((format(printf, 2, 3))) static int run(const struct end *end, const char *format, ...)
{
	char command[256];
	va_list arguments;

	CHECK(setns(end->namespace, CLONE_NEWNET) == 0);
	va_start(arguments, format);
	vsnprintf(command, sizeof(command), format, arguments);
	va_end(arguments);
	return system(command);
}

static int skip(const char *why)
{
	printf("skipped: %s\n", why);
	return SKIPPED;
}

/* A namespace that a sleeping child keeps open for `ip`. */
static pid_t new_namespace(struct end *end)
{
	int ready[2];
	char path[64], octet;
	pid_t child;

	CHECK(pipe(ready) == 0);
	child = fork();
	CHECK(child >= 0);
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		octet = unshare(CLONE_NEWNET) == 0;
		if (write(ready[1], &octet, 1) != 1) {
			_exit(1);
		}
		for (;;) {
			pause();
		}
	}
	if (read(ready[0], &octet, 1) != 1 || !octet) {
		kill(child, SIGKILL);
		return -1;
	}
	close(ready[0]);
	close(ready[1]);
	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)child);
	end->namespace = open(path, O_RDONLY | O_CLOEXEC);
	CHECK(end->namespace >= 0);
	return child;
}

static int lay_cable(void)
{
	pid_t child_a = new_namespace(&a), child_b;

	if (child_a < 0) {
		return skip("no right to make a network namespace (run as root)");
	}
	child_b = new_namespace(&b);
	CHECK(child_b > 0);
	if (system("ip -V >/dev/null 2>&1") != 0) {
		return skip("there is no `ip` (package iproute2)");
	}
	if (run(&a, "ip link add %s type veth peer name %s netns %d 2>/dev/null", a.interface, b.interface,
		(int)child_b) != 0) {
		return skip("no virtual Ethernet in this kernel");
	}
	/* Addresses stay where the link goes away, and are there at once. */
	for (int i = 0; i < 2; i++) {
		CHECK(run(i ? &b : &a,
			  "cd /proc/sys/net/ipv6/conf && echo 1 >all/keep_addr_on_down && "
			  "echo 0 >%s/accept_dad",
			  i ? b.interface : a.interface) == 0);
	}
	CHECK(run(&a,
		  "ip addr add 192.0.2.1/24 dev %s && ip addr add 2001:db8::1/64 dev %s nodad && "
		  "ip link set %s up",
		  a.interface, a.interface, a.interface) == 0);
	CHECK(run(&b,
		  "ip addr add 192.0.2.2/24 dev %s && ip addr add 2001:db8::2/64 dev %s nodad && "
		  "ip link set %s up",
		  b.interface, b.interface, b.interface) == 0);
	return 0;
}

static void note(void *context, const struct gn_event *event)
{
	struct end *end = context;

	switch (event->type) {
	case GN_EVENT_FRAME_RECEIVED:
		end->last.received = event->u.received;
		end->last.length = event->u.received.length;
		memcpy(end->last.octets, event->u.received.octets,
		       end->last.length < sizeof(end->last.octets) ? end->last.length
								   : sizeof(end->last.octets));
		end->sequence_sum += (uint32_t)(end->last.octets[30] << 8 | end->last.octets[31]);
		if (event->u.received.is_general) {
			end->generals++;
		} else {
			end->events++;
		}
		break;
	case GN_EVENT_FRAME_SENT:
		CHECK(event->u.sent.token < TOKENS);
		end->sent[event->u.sent.token]++;
		end->sent_stamp[event->u.sent.token] = event->u.sent.stamp;
		break;
	case GN_EVENT_LINK:
		end->links++;
		end->link_is_up = event->u.link.link_is_up;
		end->attachment = event->u.link;
		break;
	case GN_EVENT_PORT_ERROR:
		end->errors++;
		break;
	default:
		CHECK(event->type == GN_EVENT_FRAME_RECEIVED); /* nothing else comes from a port */
	}
}

static void forget(struct end *end)
{
	end->events = end->generals = end->errors = end->links = 0;
	end->sequence_sum = 0;
	memset(end->sent, 0, sizeof(end->sent));
}

/* One turn of a loop: waits at most `wait_ms`. Returns what poll(2) did. */
static int turn(struct end *end, int wait_ms)
{
	struct pollfd fds[PORT_IO_FDS];
	int ready;

	CHECK(setns(end->namespace, CLONE_NEWNET) == 0);
	port_io_poll(end->port, fds);
	ready = poll(fds, PORT_IO_FDS, wait_ms);
	if (ready > 0) {
		port_io_receive(end->port, fds, note, end);
	}
	if (port_io_deadline(end->port) <= clock_monotonic_ns()) {
		port_io_expire(end->port, clock_monotonic_ns(), note, end);
	}
	return ready;
}

/* Turns until nothing comes any more for that long. */
static void settle(struct end *end, int wait_ms)
{
	while (turn(end, wait_ms) > 0) {
	}
}

static int send_message(struct end *end, int destination, bool is_event, uint32_t token, unsigned sequence)
{
	uint8_t octets[44] = { (uint8_t)(is_event ? GN_SYNC : GN_FOLLOW_UP), 0x12, 0, 44 };
	struct gn_send send = { .octets = octets,
				.length = sizeof(octets),
				.token = token,
				.message_type = octets[0],
				.destination = (uint8_t)destination,
				.is_event = is_event };

	octets[30] = (uint8_t)(sequence >> 8);
	octets[31] = (uint8_t)sequence;
	if (destination == GN_TO_ADDRESS) {
		send.address = (end == &a ? &b : &a)->attachment.protocol_address;
		octets[6] = 0x04;
	}
	CHECK(setns(end->namespace, CLONE_NEWNET) == 0);
	return port_io_send(end->port, &send, note, end);
}

static void configure(struct end *end, int transport)
{
	end->port_config = (struct gn_port_config){ .network_transport = transport,
						    .phc_index = -1,
						    .udp_ttl = 3,
						    .udp6_scope = 5,
						    .ptp_dst_ipv4 = "224.0.1.129",
						    .p2p_dst_ipv4 = "224.0.0.107",
						    .ptp_dst_ipv6 = "FF0E:0:0:0:0:0:0:181",
						    .p2p_dst_ipv6 = "FF02:0:0:0:0:0:0:6B",
						    .ptp_dst_mac = "01:1B:19:00:00:00",
						    .p2p_dst_mac = "01:80:C2:00:00:0E" };
	snprintf(end->port_config.name, sizeof(end->port_config.name), "%s", end->interface);
	end->config = (struct gn_config){ .time_stamping = GN_STAMPING_SOFTWARE,
					  .tx_timestamp_timeout = 1000,
					  .dscp_event = 46,
					  .dscp_general = 34,
					  .socket_priority = 4,
					  .check_fup_sync = 1,
					  .ports = &end->port_config,
					  .port_count = 1 };
}

static void open_end(struct end *end, int transport)
{
	char why[300] = "";

	configure(end, transport);
	CHECK(setns(end->namespace, CLONE_NEWNET) == 0);
	CHECK(port_io_new(&end->port, &end->config, 1, &test_clock) == 0);
	CHECK(port_io_check_stamping(end->port, why, sizeof(why)) == GN_OK);
	CHECK(port_io_open(end->port) == 0);
	port_io_attachment(end->port, &end->attachment);
	forget(end);
}

static void open_both(int transport)
{
	open_end(&a, transport);
	open_end(&b, transport);
	settle(&a, 20);
	settle(&b, 20);
	forget(&a);
	forget(&b);
}

static void free_both(void)
{
	CHECK(setns(a.namespace, CLONE_NEWNET) == 0);
	port_io_free(a.port);
	CHECK(setns(b.namespace, CLONE_NEWNET) == 0);
	port_io_free(b.port);
}

static void proved(const char *transport, const char *sentence)
{
	printf("ok: %s: %s\n", transport, sentence);
	fflush(stdout);
}

/* ---- what is proved on every transport ---- */

static void frames_and_stamps(const char *name)
{
	static const int destinations[] = { GN_TO_PRIMARY, GN_TO_PDELAY, GN_TO_ADDRESS };

	for (unsigned i = 0; i < 3; i++) {
		int64_t before, tx, rx, after;

		forget(&a);
		forget(&b);
		before = clock_now();
		CHECK(send_message(&a, destinations[i], true, 7, 100 + i) == 0);
		settle(&b, 50);
		settle(&a, 50);
		after = clock_now();
		CHECK(b.events == 1 && b.generals == 0 && a.events == 0);
		CHECK(b.last.octets[31] == 100 + i && b.last.length >= 44);
		CHECK(b.last.received.is_unicast == (destinations[i] == GN_TO_ADDRESS));
		CHECK(memcmp(&b.last.received.source, &a.attachment.protocol_address, 3) == 0);
		CHECK(b.last.received.software_stamp.ns > 0);
		CHECK(a.sent[7] == 1);
		CHECK(a.sent_stamp[7].status == GN_STAMP_OK && a.sent_stamp[7].epoch == test_clock.epoch);
		CHECK(b.last.received.stamp.status == GN_STAMP_OK);
		tx = (int64_t)gn_timestamp_to_ns(a.sent_stamp[7].time.whole);
		rx = (int64_t)gn_timestamp_to_ns(b.last.received.stamp.time.whole);
		CHECK(before - 1000 <= tx && tx <= rx + 1000 && rx <= after + 1000);

		CHECK(send_message(&a, destinations[i], false, 0, 200 + i) == 0);
		settle(&b, 50);
		CHECK(b.generals == 1 && b.last.octets[31] == 200 + i);
		CHECK(b.last.received.stamp.status == GN_STAMP_MISSING);
		CHECK(b.last.received.software_stamp.ns >= before);
	}
	proved(name,
	       "event and general messages reach both groups and a unicast address, with stamps where due");
}

static void own_frames(const char *name)
{
	forget(&a);
	CHECK(send_message(&a, GN_TO_PRIMARY, true, 1, 1) == 0);
	CHECK(send_message(&a, GN_TO_PRIMARY, false, 0, 1) == 0);
	settle(&a, 50);
	CHECK(a.events == 0 && a.generals == 0 && a.sent[1] == 1);
	settle(&b, 50);
	proved(name, "a port does not hear itself");
}

static void tokens(const char *name)
{
	struct pollfd fds[PORT_IO_FDS];
	struct port_io_counters counters;
	int lost = 0;

	forget(&a);
	for (uint32_t token = 1; token < 1000; token++) {
		CHECK(send_message(&a, GN_TO_PRIMARY, true, token, token) == 0);
		if (token % 100 == 0) {
			settle(&b, 0);
		}
	}
	settle(&a, 50);
	settle(&b, 50);
	for (uint32_t token = 1; token < 1000; token++) {
		CHECK(a.sent[token] == 1);
		lost += a.sent_stamp[token].status != GN_STAMP_OK;
	}
	port_io_counters(a.port, &counters);
	CHECK(lost == 0 && counters.tx_stamps_lost == 0 && counters.tx_stamps_unmatched == 0);
	CHECK(counters.tx_stamps_late == 0 && counters.stamps_implausible == 0);
	port_io_poll(a.port, fds); /* without netlink, asking for the link is always due some time */
	CHECK(fds[2].fd < 0 || port_io_deadline(a.port) == INT64_MAX);
	proved(name, "every token comes back once, with its timestamp");
}

static void stale(const char *name)
{
	forget(&a);
	forget(&b);
	CHECK(send_message(&a, GN_TO_PRIMARY, true, 3, 1) == 0);
	usleep(10000);
	port_io_drain_stale(b.port, note, &b);
	CHECK(b.events == 1 && b.last.received.stamp.status == GN_STAMP_STALE_EPOCH);
	test_clock.epoch++;
	CHECK(send_message(&a, GN_TO_PRIMARY, true, 4, 2) == 0);
	settle(&b, 50);
	settle(&a, 50);
	CHECK(b.events == 2 && b.last.received.stamp.status == GN_STAMP_OK);
	CHECK(b.last.received.stamp.epoch == test_clock.epoch && a.sent_stamp[4].status == GN_STAMP_OK);
	proved(name, "what lay in the sockets at a step is stale, what comes later is of the new epoch");
}

static void converted(const char *name)
{
	static const char *const old_name = "CLOCK_REALTIME";
	int64_t before, after, rx;

	snprintf(test_clock.name, sizeof(test_clock.name), "another");
	clock_ahead_ns = 37 * SECOND;
	test_clock.epoch++;
	port_io_set_clock(a.port, &test_clock);
	port_io_set_clock(b.port, &test_clock);
	forget(&b);
	before = clock_now();
	CHECK(send_message(&a, GN_TO_PRIMARY, true, 3, 1) == 0);
	settle(&b, 50);
	after = clock_now();
	rx = (int64_t)gn_timestamp_to_ns(b.last.received.stamp.time.whole);
	CHECK(b.events == 1 && b.last.received.stamp.status == GN_STAMP_OK);
	CHECK(before - 10000 <= rx && rx <= after + 10000);
	snprintf(test_clock.name, sizeof(test_clock.name), "%s", old_name);
	clock_ahead_ns = 0;
	test_clock.epoch++;
	port_io_set_clock(a.port, &test_clock);
	port_io_set_clock(b.port, &test_clock);
	settle(&a, 50);
	proved(name, "software stamps are converted to another clock that is steered");
}

/* B is flooded while it sends. General messages wait elsewhere: it may look at its sockets now and then only. Event
 * messages share the buffer with the timestamps: it must take them about as fast as they come, as a loop does. */
static void flood(const char *name, bool by_events)
{
	struct port_io_counters counters;
	uint32_t token = 1;

	forget(&a);
	forget(&b);
	for (int i = 0; i < 20000; i++) {
		CHECK(send_message(&a, GN_TO_PRIMARY, by_events, by_events ? 1 : 0, (unsigned)i) == 0);
		if (i % 10 == 0) {
			CHECK(send_message(&b, GN_TO_PRIMARY, true, token++, 0) == 0);
		}
		if (i % (by_events ? 10 : 50) == 0) {
			(void)turn(&b, 0);
			settle(&a, 0);
		}
	}
	settle(&b, 50);
	settle(&a, 50);
	for (uint32_t t = 1; t < token; t++) {
		CHECK(b.sent[t] == 1 && b.sent_stamp[t].status == GN_STAMP_OK);
	}
	port_io_counters(b.port, &counters);
	CHECK(counters.tx_stamps_lost == 0 && counters.tx_stamps_late == 0);
	CHECK(b.errors == 0 && (by_events ? b.events : b.generals) > 1000);
	proved(name, by_events ? "a flood of 20000 event messages costs no transmit timestamp"
			       : "a flood of 20000 general messages costs no transmit timestamp");
}

static void wait_for_link(struct end *end, bool is_up)
{
	int64_t give_up = clock_monotonic_ns() + 5 * SECOND;

	while ((end->links == 0 || end->link_is_up != is_up) && clock_monotonic_ns() < give_up) {
		(void)turn(end, 100);
	}
	CHECK(end->links > 0 && end->link_is_up == is_up);
}

/* Into a cable that is not there: whether the send fails or its timestamp never comes, the token does. */
static void unanswered(void)
{
	int64_t sent_ns = clock_monotonic_ns(), give_up = sent_ns + 3 * SECOND;
	bool is_refused = send_message(&b, GN_TO_PRIMARY, true, 11, 1) != 0;

	CHECK(b.sent[11] == is_refused);
	while (b.sent[11] == 0 && clock_monotonic_ns() < give_up) {
		(void)turn(&b, 100);
	}
	CHECK(b.sent[11] == 1 && b.sent_stamp[11].status == GN_STAMP_MISSING);
	CHECK(is_refused || clock_monotonic_ns() - sent_ns >= SECOND);
}

static void link_changes(const char *name)
{
	port_io_attachment(b.port, &b.attachment);
	CHECK(b.attachment.link_is_up && b.attachment.speed_mbps > 0);
	forget(&b);
	CHECK(run(&a, "ip link set %s down", a.interface) == 0);
	wait_for_link(&b, false);
	unanswered();
	port_io_close(b.port); /* the link goes on being watched */
	forget(&b);
	CHECK(run(&a, "ip link set %s up", a.interface) == 0);
	wait_for_link(&b, true);
	CHECK(setns(b.namespace, CLONE_NEWNET) == 0);
	CHECK(port_io_open(b.port) == 0);
	forget(&a);
	settle(&a, 50);
	CHECK(setns(a.namespace, CLONE_NEWNET) == 0);
	CHECK(port_io_open(a.port) == 0);
	proved(name,
	       "a cable pulled and put back is told, also while the port is closed; no token is lost in it");
}

static void rename_interface(const char *name)
{
	forget(&b);
	CHECK(run(&b, "ip link set %s down && ip link set %s name gnrenamed && ip link set gnrenamed up",
		  b.interface, b.interface) == 0);
	wait_for_link(&b, true);
	CHECK(strcmp(b.attachment.label, "gnrenamed") == 0);
	CHECK(setns(b.namespace, CLONE_NEWNET) == 0);
	CHECK(port_io_open(b.port) == 0);
	sleep(1); /* IPv6 takes its addresses up again */
	settle(&a, 50);
	settle(&b, 50);
	CHECK(setns(a.namespace, CLONE_NEWNET) == 0);
	CHECK(port_io_open(a.port) == 0);
	forget(&b);
	CHECK(send_message(&a, GN_TO_PRIMARY, true, 1, 9) == 0);
	settle(&b, 50);
	CHECK(b.events == 1);
	CHECK(run(&b,
		  "ip link set gnrenamed down && ip link set gnrenamed name %s && ip link set %s up && "
		  "{ ip addr add 2001:db8::2/64 dev %s nodad 2>/dev/null || true; }",
		  b.interface, b.interface, b.interface) == 0);
	sleep(1);
	proved(name, "a renamed interface is followed by its index");
}

/* ---- what frames look like on the cable ---- */

static size_t capture(int fd, unsigned port_or_type, uint8_t *octets, size_t size)
{
	int64_t give_up = clock_monotonic_ns() + SECOND;

	while (clock_monotonic_ns() < give_up) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t length = poll(&p, 1, 100) > 0 ? recv(fd, octets, size, 0) : 0;
		unsigned type = length > 14 ? (unsigned)(octets[12] << 8 | octets[13]) : 0;
		size_t at = type == ETH_P_IP ? 14 + 20 + 2 : type == ETH_P_IPV6 ? 14 + 40 + 2 : 12;

		if (length > (ssize_t)at + 2 &&
		    (unsigned)(octets[at] << 8 | octets[at + 1]) == port_or_type) {
			return (size_t)length;
		}
	}
	return 0;
}

static void on_the_cable(const char *name, int transport)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	uint8_t octets[200];
	size_t length;
	int fd;

	CHECK(setns(b.namespace, CLONE_NEWNET) == 0);
	fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	address.sll_ifindex = (int)if_nametoindex(b.interface);
	CHECK(fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0);
	for (int is_event = 0; is_event < 2; is_event++) {
		int dscp = is_event ? 46 : 34;

		CHECK(send_message(&a, GN_TO_PRIMARY, is_event, is_event ? 9 : 0, 5) == 0);
		length = capture(fd,
				 transport == GN_PROTOCOL_IEEE_802_3 ? 0x88F7
				 : is_event                          ? 319
								     : 320,
				 octets, sizeof(octets));
		CHECK(length > 0);
		if (transport == GN_PROTOCOL_UDP_IPV4) {
			CHECK(memcmp(octets, "\x01\x00\x5E\x00\x01\x81", 6) == 0);
			CHECK(octets[15] == dscp << 2 && octets[22] == 3);
			CHECK(length == 14 + 20 + 8 + 44);
		} else if (transport == GN_PROTOCOL_UDP_IPV6) {
			CHECK(memcmp(octets, "\x33\x33\x00\x00\x01\x81", 6) == 0);
			CHECK(((octets[14] & 0xF) << 4 | octets[15] >> 4) == dscp << 2 && octets[21] == 3);
			CHECK(octets[38] == 0xFF && octets[39] == 0x05);
			CHECK(length == 14 + 40 + 8 + 44 + 2);
		} else {
			CHECK(memcmp(octets, "\x01\x1B\x19\x00\x00\x00", 6) == 0);
			CHECK(memcmp(octets + 6, a.attachment.physical_address, 6) == 0);
			CHECK(length == 14 + 44);
		}
	}
	close(fd);
	settle(&a, 50);
	settle(&b, 50);
	proved(name, "frames have the addresses, hop limit, DSCP and length of their transport");
}

static void groups_joined(const char *name, int transport)
{
	static const char *const files[] = { [GN_PROTOCOL_UDP_IPV4] = "cat /proc/net/igmp",
					     [GN_PROTOCOL_UDP_IPV6] = "cat /proc/net/igmp6",
					     [GN_PROTOCOL_IEEE_802_3] = "cat /proc/net/dev_mcast" };
	static const char *const groups[][2] = {
		[GN_PROTOCOL_UDP_IPV4] = { "810100E0 +2 ", "6B0000E0 +2 " },
		[GN_PROTOCOL_UDP_IPV6] = { "ff050000000000000000000000000181 +2 ",
					   "ff02000000000000000000000000006b +2 " },
		[GN_PROTOCOL_IEEE_802_3] = { "2 +0 +011b19000000", "2 +0 +0180c200000e" },
	};

	for (int i = 0; i < 2; i++) {
		CHECK(run(&a, "%s | grep -Eq '%s'", files[transport], groups[transport][i]) == 0);
	}
	proved(name, "both groups are joined on both sockets");
}

/* ---- what needs no transport ---- */

static void refusals(void)
{
	struct port_io *port = NULL;
	char why[400] = "";

	configure(&a, GN_PROTOCOL_UDP_IPV4);
	CHECK(setns(a.namespace, CLONE_NEWNET) == 0);
	snprintf(a.port_config.name, sizeof(a.port_config.name), "gnnone");
	CHECK(port_io_new(&port, &a.config, 1, &test_clock) == -ENODEV && port == NULL);
	configure(&a, GN_PROTOCOL_UDP_IPV4);
	a.config.time_stamping = GN_STAMPING_HARDWARE;
	CHECK(port_io_new(&port, &a.config, 1, &test_clock) == 0);
	CHECK(port_io_check_stamping(port, why, sizeof(why)) == GN_ERR_UNSUPPORTED);
	CHECK(strstr(why, "interface 'gnlive0' does not support requested timestamping mode") == why);
	CHECK(port_io_open(port) == -EOPNOTSUPP);
	port_io_free(port);
	proved("hardware", "an interface without hardware timestamps is refused, with the reason");

	a.config.time_stamping_fallback = 1;
	CHECK(port_io_new(&port, &a.config, 1, &test_clock) == 0);
	CHECK(port_io_check_stamping(port, why, sizeof(why)) == GN_OK);
	CHECK(port_io_open(port) == 0);
	port_io_attachment(port, &a.attachment);
	CHECK(a.attachment.is_fallback && a.attachment.time_stamping == GN_STAMPING_SOFTWARE);
	port_io_free(port);
	proved("hardware",
	       "with time_stamping_fallback software stamps take over, and the attachment says so");

	configure(&a, GN_PROTOCOL_UDP_IPV4);
	snprintf(a.port_config.ptp_dst_ipv4, sizeof(a.port_config.ptp_dst_ipv4), "224.0.1");
	CHECK(port_io_new(&port, &a.config, 1, &test_clock) == 0);
	CHECK(port_io_open(port) == -EINVAL);
	port_io_free(port);
	proved("configuration", "a destination that is no address is refused");
}

static void removal(void)
{
	open_both(GN_PROTOCOL_UDP_IPV4);
	CHECK(run(&b, "ip link del %s", b.interface) == 0);
	wait_for_link(&b, false);
	CHECK(setns(b.namespace, CLONE_NEWNET) == 0);
	CHECK(port_io_open(b.port) == -ENODEV);
	forget(&b);
	CHECK(run(&b, "ip link add %s type dummy 2>/dev/null || ip link add %s type veth peer name gnother",
		  b.interface, b.interface) == 0);
	CHECK(run(&b, "ip link set %s up; ip link set gnother up 2>/dev/null; true", b.interface) == 0);
	wait_for_link(&b, true);
	CHECK(setns(b.namespace, CLONE_NEWNET) == 0);
	CHECK(port_io_open(b.port) == 0);
	free_both();
	proved("link", "an interface that is removed and made anew is taken up again by its name");
}

int main(void)
{
	static const struct {
		int transport;
		const char *name;
	} transports[] = { { GN_PROTOCOL_UDP_IPV4, "UDPv4" },
			   { GN_PROTOCOL_UDP_IPV6, "UDPv6" },
			   { GN_PROTOCOL_IEEE_802_3, "L2" } };
	int status = lay_cable();

	log_setup("test-port-io-live", LOG_LEVEL_WARNING, false, true, NULL);

	if (status != 0) {
		return status;
	}
	what_is_tested = "refusals";
	refusals();
	sleep(1); /* IPv6 */
	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++) {
		const char *name = transports[i].name;

		what_is_tested = name;
		open_both(transports[i].transport);
		groups_joined(name, transports[i].transport);
		frames_and_stamps(name);
		own_frames(name);
		on_the_cable(name, transports[i].transport);
		tokens(name);
		stale(name);
		converted(name);
		flood(name, false);
		flood(name, true);
		link_changes(name);
		rename_interface(name);
		free_both();
	}
	what_is_tested = "removal";
	removal();
	return 0;
}
