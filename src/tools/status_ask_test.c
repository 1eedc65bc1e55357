#include "tools/status.h"
#include "tools/status_ask.h"

#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a daemon of two ports that knows one thing: DEFAULT_DATA_SET; of domain 24 and majorSdoId 1 ---- */

static char folder[] = "/tmp/gnomon-test-XXXXXX";
static char path[64];
static pid_t daemon_pid;

static int open_daemon(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	return fd;
}

static size_t make_answer(const struct wire_message *request, uint8_t out[256])
{
	struct wire_message m = wire_message_of(GN_MANAGEMENT, 1);
	uint16_t id = (uint16_t)(request->tlvs[4] << 8 | request->tlvs[5]);
	union wire_management_data data = { .default_data_set = { .number_ports = 2, .domain_number = 24 } };
	uint8_t tlv[64] = { 0, WIRE_TLV_MANAGEMENT_ERROR_STATUS, 0, 8, 0, WIRE_ERROR_NO_SUCH_ID };
	struct wire_writer w = wire_writer(tlv, sizeof(tlv));

	m.header.major_sdo_id = 1;
	m.header.domain_number = 24;
	m.header.sequence_id = request->header.sequence_id;
	m.header.source_port_identity.port_number = request->body.management.target_port_identity.port_number;
	m.body.management.target_port_identity = request->header.source_port_identity;
	m.body.management.action_field = WIRE_RESPONSE;
	m.tlvs = tlv;
	m.tlvs_length = 12;
	if (id == WIRE_DEFAULT_DATA_SET) {
		wire_put_u16(&w, WIRE_TLV_MANAGEMENT);
		wire_put_u16(&w, 22);
		wire_put_u16(&w, id);
		wire_management_encode(&w, wire_management_kind(id), &data);
		m.tlvs_length = w.at;
	}
	return wire_encode(&m, out, 256);
}

static _Noreturn void serve(int fd)
{
	for (;;) {
		struct sockaddr_un from;
		socklen_t from_length = sizeof(from);
		uint8_t octets[1500];
		ssize_t n = recvfrom(fd, octets, sizeof(octets), 0, (struct sockaddr *)&from, &from_length);
		struct wire_message m;
		bool has_header;
		size_t length;

		if (n <= 0 || wire_decode(octets, (size_t)n, &m, &has_header) != GN_DROPS ||
		    m.header.domain_number != 24 || m.header.major_sdo_id != 1) {
			continue;
		}
		/* First something that is no answer, as a daemon may have for others. */
		(void)sendto(fd, "noise", 5, 0, (struct sockaddr *)&from, from_length);
		length = make_answer(&m, octets);
		(void)sendto(fd, octets, length, 0, (struct sockaddr *)&from, from_length);
	}
}

static void begin(bool serves)
{
	int fd;

	if (!path[0]) {
		CHECK(mkdtemp(folder) != NULL);
		snprintf(path, sizeof(path), "%s/ptp4l", folder);
	}
	fd = open_daemon();
	daemon_pid = 0;
	if (serves) {
		fflush(NULL);
		daemon_pid = fork();
		CHECK(daemon_pid >= 0);
		if (daemon_pid == 0) {
			serve(fd);
		}
	}
	close(fd);
}

static void end(void)
{
	if (daemon_pid) {
		kill(daemon_pid, SIGKILL);
		waitpid(daemon_pid, NULL, 0);
	}
	unlink(path);
	CHECK_EQ(rmdir(folder), 0); /* nothing of ours is left behind */
	path[0] = '\0';
	memcpy(folder + sizeof(folder) - 7, "XXXXXX", 6);
}

TEST(domain_and_sdo_are_found_out_and_refusals_end_the_asking)
{
	struct status_asker asker = { .domain_number = -1, .transport_specific = -1 };
	struct status_picture p = { .path = "p" };

	begin(true);
	CHECK_EQ(status_asker_open(&asker, path), 0);
	CHECK(status_ask(&asker, &p));
	CHECK_EQ(asker.domain_number, 24);
	CHECK_EQ(asker.transport_specific, 1);
	CHECK_EQ(p.known, 1u << STATUS_DEFAULT_DS);
	CHECK_EQ(p.port_count, 2);
	CHECK_EQ(p.ports[1].known, 0);
	/* asked again, it is known where */
	CHECK(status_ask(&asker, &p));
	status_asker_close(&asker);
	status_forget(&p);
	end();
}

TEST(a_socket_without_a_daemon_refuses_and_a_missing_one_is_missing)
{
	struct status_asker asker = { .domain_number = 24, .transport_specific = 1 };
	struct status_picture p = { .path = "p" };

	begin(false);
	CHECK_EQ(status_asker_open(&asker, path), -ECONNREFUSED);
	CHECK_EQ(asker.fd, -1);
	end();
	CHECK_EQ(status_asker_open(&asker, "/nowhere/ptp4l"), -ENOENT);
	status_forget(&p);
}

TEST(a_daemon_of_another_domain_than_the_one_asked_for_is_silent)
{
	struct status_asker asker = { .domain_number = 3, .transport_specific = 1 };
	struct status_picture p = { .path = "p" };

	begin(true);
	CHECK_EQ(status_asker_open(&asker, path), 0);
	CHECK(!status_ask(&asker, &p));
	CHECK_EQ(errno, ETIMEDOUT);
	CHECK_EQ(p.known, 0);
	status_asker_close(&asker);
	status_forget(&p);
	end();
}

TEST(a_path_that_is_too_long_is_no_harm)
{
	struct status_asker asker = { .domain_number = 0, .transport_specific = 0 };
	char text[300];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	CHECK_EQ(status_asker_open(&asker, text), -ENAMETOOLONG);
	status_asker_close(&asker);
}

/* ---- the command ---- */

static char said[2][4096]; /* stdout, stderr */

static void redirect(int fd, const char *to, int saved[2], int which)
{
	int file = open(to, O_RDWR | O_CREAT | O_TRUNC, 0600);

	CHECK(file >= 0);
	saved[which] = dup(fd);
	dup2(file, fd);
	close(file);
}

static void restore(int fd, const char *from, int saved)
{
	int file = open(from, O_RDONLY);
	ssize_t n = read(file, said[fd - 1], sizeof(said[0]) - 1);

	said[fd - 1][n > 0 ? n : 0] = '\0';
	close(file);
	unlink(from);
	dup2(saved, fd);
	close(saved);
}

/* Runs it with up to four arguments; what it said is in said[]. */
static int run(const char *a, const char *b, const char *c, const char *d)
{
	char *argv[] = { (char *)(uintptr_t) "status", (char *)(uintptr_t)a, (char *)(uintptr_t)b,
			 (char *)(uintptr_t)c,         (char *)(uintptr_t)d, NULL };
	int argc = 1, saved[2], status;

	while (argv[argc]) {
		argc++;
	}
	fflush(NULL);
	redirect(1, "status-test.out", saved, 0);
	redirect(2, "status-test.err", saved, 1);
	status = status_main(argc, argv);
	fflush(NULL);
	restore(1, "status-test.out", saved[0]);
	restore(2, "status-test.err", saved[1]);
	return status;
}

TEST(the_command_says_what_it_wants)
{
	CHECK_EQ(run("--help", NULL, NULL, NULL), 0);
	CHECK(strncmp(said[0], "Usage: gnomon status", 20) == 0);
	CHECK_EQ(run("--nonsense", NULL, NULL, NULL), 255);
	CHECK_EQ(run("operand", NULL, NULL, NULL), 255);
	CHECK_STR_EQ(said[1],
		     "gnomon status: operand: no operand is expected\nTry `gnomon status --help'.\n");
	CHECK_EQ(run("--domain", "256", NULL, NULL), 255);
	CHECK_EQ(run("--domain", "-1", NULL, NULL), 255);
	CHECK_EQ(run("--transport-specific", "x", NULL, NULL), 255);
}

TEST(the_command_says_where_it_looked_for_a_daemon)
{
	CHECK_EQ(run("--socket", "/nowhere/ptp4l", NULL, NULL), 2);
	CHECK_STR_EQ(said[0], "");
	CHECK_STR_EQ(said[1], "gnomon status: no PTP daemon answered. Tried:\n"
			      "  /nowhere/ptp4l: there is no such socket\n"
			      "Start one with `gnomon run -i INTERFACE', or say where it is with --socket "
			      "PATH (its uds_address).\n");
}

TEST(the_command_shows_a_daemon_that_is_not_synchronised_and_exits_with_1)
{
	begin(true);
	CHECK_EQ(run("--socket", path, "--domain", "24"), 1);
	CHECK(strncmp(said[0], "NOT SYNCHRONISED: ", 18) == 0);
	CHECK_EQ(run("--json", "--socket", path, NULL), 1);
	CHECK(strstr(said[0], "\"verdict\": \"not_synchronised\",\n") != NULL);
	end();
}
