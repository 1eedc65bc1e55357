/* src/linux/temperature.h -- temperature_source: a file that shows thousandths of a degree Celsius, as hwmon and thermal zones
 * of sysfs do. Opened once, before privileges go, and read again and again. */
#ifndef LINUX_TEMPERATURE_H
#define LINUX_TEMPERATURE_H

#include <stdbool.h>
#include <stdint.h>

struct temperature {
	int fd; /* -1: none */
	const char *path;
	bool is_failure_told;
};

/* An empty path is none. What cannot be read as a temperature is logged and done without; 0 or -errno. */
int temperature_open(struct temperature *temperature, const char *path);
void temperature_close(struct temperature *temperature);

/* 0, or -errno (logged once until it works again): -ENOENT without a source, -EINVAL for no number, -ERANGE for no
 * temperature of an oscillator (-100..200 degrees). */
int temperature_read(struct temperature *temperature, int32_t *millidegrees);

#endif
