/* src/linux/temperature.c */
#include "linux/temperature.h"

#include "linux/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LEAST (-100000)
#define MOST 200000

static int parse(char *text, int32_t *millidegrees)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (end == text || (*end != '\0' && *end != '\n')) {
		return -EINVAL;
	}
	if (errno == ERANGE || value < LEAST || value > MOST) {
		return -ERANGE;
	}
	*millidegrees = (int32_t)value;
	return 0;
}

static int read_now(const struct temperature *temperature, int32_t *millidegrees)
{
	char text[32];
	ssize_t length = pread(temperature->fd, text, sizeof(text) - 1, 0);

	if (length < 0) {
		return -errno;
	}
	text[length] = '\0';
	return parse(text, millidegrees);
}

static const char *words_of(int err)
{
	return err == -EINVAL   ? "it shows no number of thousandths of a degree"
	       : err == -ERANGE ? "it shows no temperature that an oscillator has (-100000 to 200000)"
				: strerror(-err);
}

int temperature_read(struct temperature *temperature, int32_t *millidegrees)
{
	int err;

	if (temperature->fd < 0) {
		return -ENOENT;
	}
	err = read_now(temperature, millidegrees);
	if (err != 0 && !temperature->is_failure_told) {
		log_warning("temperature_source %s: %s: the servo does without", temperature->path,
			    words_of(err));
	}
	temperature->is_failure_told = err != 0;
	return err;
}

int temperature_open(struct temperature *temperature, const char *path)
{
	int32_t millidegrees;
	int err;

	*temperature = (struct temperature){ .fd = -1, .path = path };
	if (path[0] == '\0') {
		return 0;
	}
	temperature->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (temperature->fd < 0) {
		err = -errno;
		log_warning("temperature_source %s: %s: the servo does without", path, strerror(-err));
		return err;
	}
	err = temperature_read(temperature, &millidegrees);
	if (err != 0) {
		temperature_close(temperature);
	}
	return err;
}

void temperature_close(struct temperature *temperature)
{
	if (temperature->fd >= 0) {
		close(temperature->fd);
	}
	temperature->fd = -1;
}
