/* src/linux/frequency_memory.c */
#include "linux/frequency_memory.h"

#include "linux/log.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_SIZE_MAX 1024
#define FREQUENCY_MAX_PPB 1e9 /* no clock is farther off, nor that unsure */
#define FIRST_LINE "gnomon-frequency 1\n"

/* ---- which file ---- */

/* Letters, digits, dots and the like; no name leads out of the directory. */
static void keep_harmless(char *text)
{
	for (; *text; text++) {
		bool is_letter = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z');
		bool is_digit = *text >= '0' && *text <= '9';

		if (!is_letter && !is_digit && *text != '.' && *text != '_' && *text != '-') {
			*text = '_';
		}
	}
}

/* /sys/class/ptp/ptp0/clock_name; false where that cannot be read. */
static bool read_driver_name(const char *sys_ptp, int phc_index, char out[64])
{
	char path[256];
	FILE *f;
	bool is_read;

	snprintf(path, sizeof(path), "%s/ptp%d/clock_name", sys_ptp, phc_index);
	f = fopen(path, "re");
	if (!f) {
		return false;
	}
	is_read = fgets(out, 64, f) != NULL;
	fclose(f);
	out[is_read ? strcspn(out, "\n") : 0] = '\0';
	return is_read && out[0] != '\0';
}

void frequency_memory_open(struct frequency_memory *memory, const char *directory,
			   const struct gn_clock_identity *identity, const struct clock *clock,
			   const char *sys_ptp)
{
	const uint8_t *id = identity->octets;
	char identity_text[24], name[GN_NAME_SIZE];
	int length;

	*memory = (struct frequency_memory){ .path = "" };
	if (directory[0] == '\0') {
		return;
	}
	snprintf(name, sizeof(name), "%s", clock->name);
	if (clock->phc_index >= 0) {
		char driver[64];

		if (read_driver_name(sys_ptp, clock->phc_index, driver)) {
			snprintf(name, sizeof(name), "%s", driver);
		}
	}
	keep_harmless(name);
	snprintf(identity_text, sizeof(identity_text), "%02x%02x%02x.%02x%02x.%02x%02x%02x", id[0], id[1],
		 id[2], id[3], id[4], id[5], id[6], id[7]);
	snprintf(memory->clock, sizeof(memory->clock), "%s %s %s", identity_text, clock->operations->kind,
		 name);
	length = snprintf(memory->path, sizeof(memory->path), "%s/%s-%s-%s.frequency", directory,
			  identity_text, clock->operations->kind, name);
	if (length < 0 || (size_t)length >= sizeof(memory->path) - 16) {
		log_warning("frequency_memory %s: the name is too long: nothing is remembered", directory);
		memory->path[0] = '\0';
	}
}

/* ---- reading ---- */

static bool is_number(double value, double least, double most)
{
	return isfinite(value) && value >= least && value <= most;
}

/* "NAME NUMBER\n" at *at, which moves on. */
static bool take_number(const char **at, const char *name, double *out)
{
	size_t length = strlen(name);
	char *end;

	if (strncmp(*at, name, length) != 0 || (*at)[length] != ' ') {
		return false;
	}
	*out = strtod(*at + length + 1, &end);
	if (end == *at + length + 1 || *end != '\n') {
		return false;
	}
	*at = end + 1;
	return true;
}

static bool take_text(const char **at, const char *text)
{
	size_t length = strlen(text);

	if (strncmp(*at, text, length) != 0) {
		return false;
	}
	*at += length;
	return true;
}

/* What is wrong with it, or NULL. */
static const char *parse(const struct frequency_memory *memory, const char *text, struct gn_clock_memory *out)
{
	double frequency, deviation;

	if (!take_text(&text, FIRST_LINE)) {
		return "it is none of this version's";
	}
	if (!take_text(&text, "clock ") || !take_text(&text, memory->clock) || !take_text(&text, "\n")) {
		return "it is of another clock";
	}
	if (!take_number(&text, "frequency_ppb", &frequency) ||
	    !take_number(&text, "deviation_ppb", &deviation) || *text != '\0') {
		return "a line is not as it should be";
	}
	if (!is_number(frequency, -FREQUENCY_MAX_PPB, FREQUENCY_MAX_PPB) ||
	    !is_number(deviation, 0, FREQUENCY_MAX_PPB)) {
		return "a number is out of range";
	}
	out->frequency = gn_rate_from_ppb(frequency);
	out->deviation = gn_rate_from_ppb(deviation);
	return NULL;
}

bool frequency_memory_read(const struct frequency_memory *memory, struct gn_clock_memory *out)
{
	char text[FILE_SIZE_MAX + 1];
	const char *wrong;
	ssize_t length;
	int fd;

	if (memory->path[0] == '\0') {
		return false;
	}
	fd = open(memory->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0) {
		if (errno != ENOENT && errno != ENOTDIR) {
			log_warning("%s: %s: the clock's frequency is learnt anew", memory->path,
				    strerror(errno));
		}
		return false;
	}
	length = read(fd, text, sizeof(text));
	wrong = length < 0 ? strerror(errno) : NULL;
	close(fd);
	if (!wrong && (size_t)length > FILE_SIZE_MAX) {
		wrong = "it is too long";
	} else if (!wrong) {
		text[length] = '\0';
		wrong = strlen(text) < (size_t)length ? "it is no text" : parse(memory, text, out);
	}
	if (wrong) {
		log_warning("%s: %s: ignored, the clock's frequency is learnt anew", memory->path, wrong);
	}
	return !wrong;
}

/* ---- writing ---- */

static int write_all(int fd, const char *text, size_t length)
{
	ssize_t written = write(fd, text, length);

	if (written < 0) {
		return -errno;
	}
	return (size_t)written == length ? 0 : -ENOSPC;
}

static int replace(const char *path, const char *text, size_t length)
{
	char temporary[FREQUENCY_MEMORY_PATH_SIZE + 16];
	int fd, err;

	snprintf(temporary, sizeof(temporary), "%s.new", path);
	(void)unlink(temporary); /* of a process that ended in between; there mostly is none */
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0) {
		return -errno;
	}
	err = write_all(fd, text, length);
	if (close(fd) != 0 && err == 0) {
		err = -errno;
	}
	if (err == 0 && rename(temporary, path) != 0) {
		err = -errno;
	}
	if (err != 0) {
		(void)unlink(temporary);
	}
	return err;
}

/* A default directory that nobody made is no failure to speak of. */
static void tell_failure(struct frequency_memory *memory, int err)
{
	if (!memory->is_failure_told) {
		log_line(err == -ENOENT ? LOG_LEVEL_INFO : LOG_LEVEL_WARNING,
			 "frequency_memory: %s cannot be written: %s; the clock's frequency will be learnt "
			 "anew after a restart",
			 memory->path, strerror(-err));
	}
	memory->is_failure_told = true;
}

int frequency_memory_write(struct frequency_memory *memory, const struct gn_clock_memory *what)
{
	char text[FILE_SIZE_MAX];
	int length, err;

	if (memory->path[0] == '\0') {
		return 0;
	}
	length = snprintf(text, sizeof(text), FIRST_LINE "clock %s\nfrequency_ppb %.9f\ndeviation_ppb %.9f\n",
			  memory->clock, gn_rate_to_ppb(what->frequency), gn_rate_to_ppb(what->deviation));
	err = length > 0 && (size_t)length < sizeof(text) ? replace(memory->path, text, (size_t)length)
							  : -EMSGSIZE;
	if (err != 0) {
		tell_failure(memory, err);
	} else {
		memory->is_failure_told = false;
	}
	return err;
}
