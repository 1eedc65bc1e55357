/* src/linux/notify.c -- sd_notify(3) by hand: one connected datagram socket, which never blocks. */
#include "linux/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int notify_fd = -1;

int notify_open(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	size_t length = path ? strlen(path) : 0;
	int fd, err;

	if (length == 0) {
		return 0;
	}
	if (length >= sizeof(address.sun_path) || (path[0] != '/' && path[0] != '@')) {
		return -EINVAL;
	}
	memcpy(address.sun_path, path, length);
	if (path[0] == '@') {
		address.sun_path[0] = '\0'; /* the abstract name space */
	}
	fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (fd < 0) {
		return -errno;
	}
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC); /* we start no programs; without it works as well */
	(void)fcntl(fd, F_SETFL, O_NONBLOCK); /* every send says MSG_DONTWAIT too */
	if (connect(fd, (struct sockaddr *)&address,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) != 0) {
		err = -errno;
		close(fd);
		return err;
	}
	notify_fd = fd;
	return 0;
}

void notify_close(void)
{
	if (notify_fd >= 0) {
		close(notify_fd);
		notify_fd = -1;
	}
}

void notify_send(const char *format, ...)
{
	char text[512];
	va_list arguments;
	int length;

	if (notify_fd < 0) {
		return;
	}
	va_start(arguments, format);
	length = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (length > 0) {
		size_t size = (size_t)length < sizeof(text) ? (size_t)length : sizeof(text) - 1;

		/* A manager that does not read is its own problem: the next line comes soon. */
		(void)send(notify_fd, text, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	}
}

int64_t notify_watchdog_ns(void)
{
	const char *usec = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");
	long long value = usec ? strtoll(usec, NULL, 10) : 0;

	if (notify_fd < 0 || value <= 0 || value > INT64_MAX / 1000 ||
	    (pid && strtoll(pid, NULL, 10) != (long long)getpid())) {
		return 0;
	}
	return value * 1000 / 2;
}
