/* src/linux/notify_test.c -- the service manager is a socket of the test's own. */
#include "linux/notify.h"
#include "linux/test_directory.h"

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static int manager(const char *path, size_t length)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	memcpy(a.sun_path, path, length);
	CHECK_EQ(
		bind(fd, (struct sockaddr *)&a, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)),
		0);
	return fd;
}

static const char *heard(int fd)
{
	static char text[1024];
	ssize_t n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

TEST(lines_reach_the_manager_by_path_and_by_abstract_name)
{
	char path[100], abstract[64];
	int fd;

	snprintf(path, sizeof(path), "%s/notify", test_directory(0755));
	fd = manager(path, strlen(path));
	setenv("NOTIFY_SOCKET", path, 1);
	CHECK_EQ(notify_open(), 0);
	notify_send("READY=1\nSTATUS=%s\n", "fine");
	CHECK_STR_EQ(heard(fd), "READY=1\nSTATUS=fine\n");
	notify_close();
	close(fd);

	snprintf(abstract, sizeof(abstract), "@gnomon-test-%d", (int)getpid());
	setenv("NOTIFY_SOCKET", abstract, 1);
	abstract[0] = '\0';
	fd = manager(abstract, 1 + strlen(&abstract[1]));
	CHECK_EQ(notify_open(), 0);
	notify_send("STOPPING=1\n");
	CHECK_STR_EQ(heard(fd), "STOPPING=1\n");
	notify_close();
	close(fd);
}

TEST(without_a_manager_nothing_happens)
{
	unsetenv("NOTIFY_SOCKET");
	CHECK_EQ(notify_open(), 0);
	notify_send("READY=1\n");
	CHECK_EQ(notify_watchdog_ns(), 0);
	setenv("NOTIFY_SOCKET", "/no/such/socket", 1);
	CHECK_EQ(notify_open(), -ENOENT);
	setenv("NOTIFY_SOCKET", "relative", 1);
	CHECK_EQ(notify_open(), -EINVAL);
	notify_close();
}

TEST(the_watchdog_is_fed_twice_as_often_as_asked_and_only_by_who_was_asked)
{
	char path[100], pid[32];
	int fd;

	snprintf(path, sizeof(path), "%s/notify", test_directory(0755));
	fd = manager(path, strlen(path));
	setenv("NOTIFY_SOCKET", path, 1);
	CHECK_EQ(notify_open(), 0);
	setenv("WATCHDOG_USEC", "3000000", 1);
	unsetenv("WATCHDOG_PID");
	CHECK_EQ(notify_watchdog_ns(), 1500000000);
	setenv("WATCHDOG_PID", "1", 1);
	CHECK_EQ(notify_watchdog_ns(), 0);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	CHECK_EQ(notify_watchdog_ns(), 1500000000);
	setenv("WATCHDOG_USEC", "nonsense", 1);
	CHECK_EQ(notify_watchdog_ns(), 0);
	notify_close();
	close(fd);
}
