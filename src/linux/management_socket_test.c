/* src/linux/management_socket_test.c -- real sockets in a directory of the test's own. */
#include "linux/management_socket.h"
#include "linux/log.h"
#include "linux/test_directory.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>

static struct gn_config config;

static struct {
	int count;
	struct gn_frame_received last;
	uint8_t octets[GN_FRAME_MAX];
} got;

static void collect(void *context, const struct gn_event *event)
{
	(void)context;
	CHECK_EQ(event->type, GN_EVENT_FRAME_RECEIVED);
	CHECK_EQ(event->port, 0);
	got.count++;
	got.last = event->u.received;
	memcpy(got.octets, event->u.received.octets, event->u.received.length);
}

static const char *in(const char *directory, const char *name)
{
	static char paths[8][GN_PATH_SIZE];
	static unsigned next;
	char *path = paths[next++ % 8];

	snprintf(path, GN_PATH_SIZE, "%s/%s", directory, name);
	return path;
}

static const char *configure(void)
{
	const char *directory = test_directory(0755);

	log_setup("test", LOG_LEVEL_EMERG, false, false, "");
	memset(&got, 0, sizeof(got));
	config = (struct gn_config){ .port = { .uds_file_mode = 0640, .uds_ro_file_mode = 0604 } };
	snprintf(config.uds_address, GN_PATH_SIZE, "%s", in(directory, "rw"));
	snprintf(config.uds_ro_address, GN_PATH_SIZE, "%s", in(directory, "ro"));
	return directory;
}

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	return a;
}

/* A client with its own path; NULL: without. */
static int client(const char *path)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	CHECK(fd >= 0);
	if (path) {
		struct sockaddr_un a = address_of(path);

		CHECK_EQ(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	}
	return fd;
}

static void say(int fd, const char *to, const char *text)
{
	struct sockaddr_un a = address_of(to);

	CHECK_EQ(sendto(fd, text, strlen(text), 0, (struct sockaddr *)&a, sizeof(a)), (ssize_t)strlen(text));
}

static int receive(struct management_socket *m)
{
	struct pollfd fds[MANAGEMENT_SOCKET_FDS];

	got.count = 0;
	management_socket_poll(m, fds);
	poll(fds, MANAGEMENT_SOCKET_FDS, 0);
	management_socket_receive(m, fds, collect, NULL);
	return got.count;
}

/* What a client finds, or "" */
static const char *heard(int fd)
{
	static char text[2000];
	ssize_t n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static int answer(struct management_socket *m, const struct gn_address *to, const char *text)
{
	return management_socket_send(m, to, (const uint8_t *)text, strlen(text));
}

TEST(the_first_socket_may_change_the_second_may_only_ask_and_both_answer_to_the_sender)
{
	const char *directory = configure();
	struct management_socket *m;
	int a, b;

	CHECK_EQ(management_socket_open(&m, &config), 0);
	a = client(in(directory, "a"));
	b = client(in(directory, "b"));
	say(a, config.uds_address, "set");
	CHECK_EQ(receive(m), 1);
	CHECK(got.last.may_change && got.last.is_local && got.last.is_general);
	CHECK_EQ(got.last.length, 3);
	CHECK_MEM_EQ(got.octets, "set", 3);
	CHECK_EQ(got.last.stamp.status, GN_STAMP_MISSING);
	CHECK_EQ(answer(m, &got.last.source, "done"), 0);
	CHECK_STR_EQ(heard(a), "done");

	say(b, config.uds_ro_address, "get");
	CHECK_EQ(receive(m), 1);
	CHECK(!got.last.may_change && got.last.is_local);
	CHECK_EQ(answer(m, &got.last.source, "here"), 0);
	CHECK_STR_EQ(heard(b), "here");
	CHECK_STR_EQ(heard(a), "");
	close(a);
	close(b);
	management_socket_close(m);
}

TEST(an_address_stays_one_correspondent_s_for_good)
{
	const char *directory = configure();
	struct management_socket *m;
	struct gn_address first, again;
	int a, others[80];

	CHECK_EQ(management_socket_open(&m, &config), 0);
	a = client(in(directory, "a"));
	say(a, config.uds_address, "1");
	CHECK_EQ(receive(m), 1);
	first = got.last.source;
	CHECK_EQ(first.network_protocol, GN_PROTOCOL_LOCAL);
	CHECK_EQ(first.length, 4);
	say(a, config.uds_address, "2");
	CHECK_EQ(receive(m), 1);
	again = got.last.source;
	CHECK_MEM_EQ(&first, &again, sizeof(first));

	for (int i = 0; i < 80; i++) { /* more than are remembered */
		char name[32];

		snprintf(name, sizeof(name), "other%d", i);
		others[i] = client(in(directory, name));
		say(others[i], config.uds_address, "x");
		CHECK_EQ(receive(m), 1);
		CHECK(memcmp(&first, &got.last.source, sizeof(first)) != 0);
	}
	CHECK_EQ(answer(m, &first, "late"), -ENOTCONN); /* forgotten, and nobody else's */
	for (int i = 0; i < 80; i++) {
		CHECK_STR_EQ(heard(others[i]), "");
		close(others[i]);
	}
	close(a);
	management_socket_close(m);
}

TEST(an_empty_address_means_the_most_recent_correspondent_of_the_first_socket)
{
	const char *directory = configure();
	const struct gn_address empty = { .network_protocol = GN_PROTOCOL_LOCAL };
	struct management_socket *m;
	int a, b;

	CHECK_EQ(management_socket_open(&m, &config), 0);
	CHECK_EQ(answer(m, &empty, "nobody"), -ENOTCONN);
	a = client(in(directory, "a"));
	b = client(in(directory, "b"));
	say(a, config.uds_address, "1");
	say(b, config.uds_ro_address, "2");
	CHECK_EQ(receive(m), 2);
	CHECK_EQ(answer(m, &empty, "relayed"), 0);
	CHECK_STR_EQ(heard(a), "relayed");
	CHECK_STR_EQ(heard(b), "");
	close(a);
	close(b);
	management_socket_close(m);
}

TEST(a_client_without_a_path_is_heard_but_cannot_be_answered)
{
	struct management_socket *m;
	int a;

	(void)configure();
	CHECK_EQ(management_socket_open(&m, &config), 0);
	a = client(NULL);
	say(a, config.uds_address, "command");
	CHECK_EQ(receive(m), 1);
	CHECK_EQ(answer(m, &got.last.source, "?"), -ENOTCONN);
	close(a);
	management_socket_close(m);
}

TEST(a_correspondent_that_has_gone_is_forgotten)
{
	const char *directory = configure();
	struct management_socket *m;
	struct gn_address gone;
	int a;

	CHECK_EQ(management_socket_open(&m, &config), 0);
	a = client(in(directory, "a"));
	say(a, config.uds_address, "1");
	CHECK_EQ(receive(m), 1);
	gone = got.last.source;
	close(a);
	CHECK_EQ(answer(m, &gone, "?"), -ECONNREFUSED);
	CHECK_EQ(answer(m, &gone, "?"), -ENOTCONN);
	management_socket_close(m);
}

TEST(modes_are_as_configured_and_paths_go_at_the_end)
{
	struct management_socket *m;
	struct stat st;

	(void)configure();
	CHECK_EQ(management_socket_open(&m, &config), 0);
	CHECK_EQ(stat(config.uds_address, &st), 0);
	CHECK_EQ(st.st_mode & 0777, 0640);
	CHECK_EQ(stat(config.uds_ro_address, &st), 0);
	CHECK_EQ(st.st_mode & 0777, 0604);
	CHECK_STR_EQ(management_socket_path(m, 0), config.uds_address);
	management_socket_close(m);
	CHECK(stat(config.uds_address, &st) != 0);
	CHECK(stat(config.uds_ro_address, &st) != 0);
}

TEST(a_path_that_somebody_else_took_over_is_left_to_them)
{
	struct management_socket *m;
	struct stat st;
	int other;

	(void)configure();
	CHECK_EQ(management_socket_open(&m, &config), 0);
	CHECK_EQ(unlink(config.uds_address), 0);
	other = client(config.uds_address);
	management_socket_close(m);
	CHECK_EQ(stat(config.uds_address, &st), 0);
	close(other);
}

TEST(a_dead_socket_is_replaced_and_a_living_one_refuses_the_start)
{
	struct management_socket *first, *second;
	struct gn_config other;
	char why[512];

	(void)configure();
	close(client(config.uds_address)); /* dead: the file stays */
	CHECK_EQ(management_socket_check(&config, why, sizeof(why)), 0);
	CHECK_EQ(management_socket_open(&first, &config), 0);
	CHECK(management_socket_path(first, 0) != NULL);

	CHECK_EQ(management_socket_check(&config, why, sizeof(why)), -EADDRINUSE);
	CHECK(strstr(why, "uds_address") != NULL && strstr(why, config.uds_address) != NULL);
	other = config;
	snprintf(other.uds_address, GN_PATH_SIZE, "%.90s-2", config.uds_address);
	CHECK_EQ(management_socket_check(&other, why, sizeof(why)), -EADDRINUSE);
	CHECK(strstr(why, "uds_ro_address") != NULL);
	snprintf(other.uds_ro_address, GN_PATH_SIZE, "%.90s-2", config.uds_ro_address);
	CHECK_EQ(management_socket_check(&other, why, sizeof(why)), 0);
	CHECK_EQ(management_socket_open(&second, &other), 0);
	CHECK(management_socket_path(second, 1) != NULL);
	management_socket_close(second);
	management_socket_close(first);
}

TEST(a_file_that_is_no_socket_is_not_removed)
{
	struct management_socket *m;
	struct stat st;
	FILE *f;

	(void)configure();
	f = fopen(config.uds_address, "w");
	CHECK(f != NULL);
	fclose(f);
	CHECK_EQ(management_socket_open(&m, &config), 0);
	CHECK(management_socket_path(m, 0) == NULL);
	CHECK(management_socket_path(m, 1) != NULL);
	management_socket_close(m);
	CHECK_EQ(stat(config.uds_address, &st), 0);
}

TEST(a_missing_directory_is_made_and_an_impossible_path_leaves_the_rest_running)
{
	const char *directory = configure();
	struct management_socket *m;
	struct pollfd fds[MANAGEMENT_SOCKET_FDS];
	struct stat st;

	snprintf(config.uds_address, GN_PATH_SIZE, "%s/new/rw", directory);
	snprintf(config.uds_ro_address, GN_PATH_SIZE, "%s/no/such/ro", directory);
	CHECK_EQ(management_socket_open(&m, &config), 0);
	CHECK_EQ(stat(config.uds_address, &st), 0);
	CHECK(management_socket_path(m, 1) == NULL);
	management_socket_poll(m, fds);
	CHECK(fds[0].fd >= 0 && fds[1].fd == -1);
	management_socket_close(m);
}

TEST(a_datagram_that_is_no_ptp_message_by_its_size_is_dropped)
{
	const char *directory = configure();
	static char long_text[GN_FRAME_MAX + 2];
	struct management_socket *m;
	int a;

	memset(long_text, 'x', sizeof(long_text) - 1);
	CHECK_EQ(management_socket_open(&m, &config), 0);
	a = client(in(directory, "a"));
	say(a, config.uds_address, long_text);
	say(a, config.uds_address, &long_text[1]);
	CHECK_EQ(receive(m), 1);
	CHECK_EQ(got.last.length, GN_FRAME_MAX);
	close(a);
	management_socket_close(m);
}
