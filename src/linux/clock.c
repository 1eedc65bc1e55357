/* src/linux/clock.c -- what all kinds of clocks share: names, ownership, and the arithmetic of their system calls.
 *
 * Ownership is an open-file-description lock for writing on a file of the clock's name. Not flock(): anybody who may
 * read the file could take that, and keep the owner out; this one needs the right to write. The file stays when the
 * lock is gone (unlinking it would let two processes lock two files of one name). */
#include "linux/clock_calls.h"
#include "linux/clock_virtual.h"
#include "linux/log.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_NAME_SIZE (GN_NAME_SIZE + 32)
#define RATE_TO_TIMEX 65536000 /* 2^-32 ppb in 2^-16 ppm: 2^32 * 1000 / 2^16 */
#define BRACKETS 3

/* ---- system calls ----------------------------------------------------------------------------------- */

static int libc_ioctl(int fd, unsigned long request, void *argument)
{
	return ioctl(fd, request, argument);
}

const struct clock_calls clock_calls_of_libc = { clock_adjtime, clock_gettime, libc_ioctl };

int64_t clock_timespec_ns(const struct timespec *ts)
{
	return (int64_t)ts->tv_sec * GN_NS_PER_SECOND + ts->tv_nsec;
}

static int raw_now(const struct clock_calls *calls, int64_t *ns)
{
	struct timespec ts;

	if (calls->gettime(CLOCK_MONOTONIC_RAW, &ts) != 0 && calls->gettime(CLOCK_MONOTONIC, &ts) != 0) {
		return -errno;
	}
	*ns = clock_timespec_ns(&ts);
	return 0;
}

int64_t clock_raw_ns(void)
{
	int64_t ns = 0;

	(void)raw_now(&clock_calls_of_libc, &ns); /* a machine without a monotonic clock has no time at all */
	return ns;
}

int64_t clock_monotonic_ns(void)
{
	struct timespec ts = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &ts); /* cannot fail for this clock */
	return clock_timespec_ns(&ts);
}

struct gn_precise clock_precise_from_timespec(const struct timespec *ts)
{
	struct gn_precise p = { { 0, 0 }, 0 };

	if (ts->tv_sec >= 0) {
		p.whole.seconds = (uint64_t)ts->tv_sec;
		p.whole.nanoseconds = (uint32_t)ts->tv_nsec;
	}
	return p;
}

int clock_bracket(const struct clock_calls *calls, clockid_t id, struct clock_reading *out)
{
	struct clock_reading best = { .raw_after_ns = INT64_MAX };

	for (int i = 0; i < BRACKETS; i++) {
		struct clock_reading r = { 0 };
		struct timespec ts;
		int err = raw_now(calls, &r.raw_before_ns);

		if (err == 0 && calls->gettime(id, &ts) != 0) {
			err = -errno;
		}
		if (err == 0) {
			err = raw_now(calls, &r.raw_after_ns);
		}
		if (err != 0) {
			return err;
		}
		r.clock = clock_precise_from_timespec(&ts);
		if (r.raw_after_ns - r.raw_before_ns < best.raw_after_ns - best.raw_before_ns) {
			best = r;
		}
	}
	*out = best;
	return 0;
}

/* ---- arithmetic --------------------------------------------------------------------------------------- */

/* To the nearest, halves away from zero, as a person would round. */
int64_t clock_rate_to_timex(struct gn_rate rate)
{
	int64_t half = rate.scaled_ppb < 0 ? -RATE_TO_TIMEX / 2 : RATE_TO_TIMEX / 2;
	int64_t rest = rate.scaled_ppb % RATE_TO_TIMEX;

	return rate.scaled_ppb / RATE_TO_TIMEX + (rest + half) / RATE_TO_TIMEX;
}

struct gn_rate clock_rate_from_timex(int64_t freq)
{
	return (struct gn_rate){ freq * RATE_TO_TIMEX };
}

struct gn_rate clock_clamp_rate(struct gn_rate rate, struct gn_rate limit)
{
	if (rate.scaled_ppb > limit.scaled_ppb) {
		return limit;
	}
	if (rate.scaled_ppb < -limit.scaled_ppb) {
		return (struct gn_rate){ -limit.scaled_ppb };
	}
	return rate;
}

struct timeval clock_offset_to_timeval(struct gn_offset by)
{
	int64_t ns = by.nanoseconds;
	int64_t rest;

	if (by.fraction >= 0x8000 && ns < INT64_MAX) {
		ns++;
	}
	rest = ns % GN_NS_PER_SECOND;
	return (struct timeval){ .tv_sec = (time_t)(ns / GN_NS_PER_SECOND - (rest < 0)),
				 .tv_usec = (suseconds_t)(rest < 0 ? rest + GN_NS_PER_SECOND : rest) };
}

/* ---- ownership ---------------------------------------------------------------------------------------- */

struct lock_place {
	char directory[PATH_MAX];
	bool for_all; /* others must be able to look who owns the clock */
	bool may_make; /* where everybody may make directories, only root makes ours: it would be the trap otherwise */
};

/* The places in order. Returns false behind the last one; a place that does not apply has an empty directory. */
static bool lock_place(unsigned index, struct lock_place *place)
{
	const char *chosen = secure_getenv("GNOMON_RUNTIME_DIR");
	const char *session = secure_getenv("XDG_RUNTIME_DIR");

	*place = (struct lock_place){ .for_all = index != 4,
				      .may_make = (index != 1 && index != 2) || geteuid() == 0 };
	switch (index) {
	case 0:
		snprintf(place->directory, sizeof(place->directory), "%s", chosen ? chosen : "");
		return true;
	case 1:
		snprintf(place->directory, sizeof(place->directory), "/run/lock/gnomon");
		return true;
	case 2:
		snprintf(place->directory, sizeof(place->directory), "/run/gnomon");
		return true;
	case 3:
		if (session && session[0] == '/') {
			snprintf(place->directory, sizeof(place->directory), "%s/gnomon", session);
		}
		return true;
	case 4:
		snprintf(place->directory, sizeof(place->directory), "/tmp/gnomon-%u", (unsigned)geteuid());
		return true;
	default:
		return false;
	}
}

/* Nobody but root and ourselves may put files there: a name in a directory of others could be a trap. */
static bool is_safe_directory(const char *directory)
{
	struct stat st;

	return lstat(directory, &st) == 0 && S_ISDIR(st.st_mode) &&
	       (st.st_uid == 0 || st.st_uid == geteuid()) && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* "/dev/ptp0" and whatever leads there is one clock: named by the device it is. */
static void lock_file_name(const char *clock, char out[LOCK_NAME_SIZE])
{
	char real[PATH_MAX];
	const char *name = clock;

	if (clock[0] == '/') {
		const char *slash = strrchr(realpath(clock, real) ? real : clock, '/');

		name = slash ? slash + 1 : clock;
		snprintf(out, LOCK_NAME_SIZE, "device.%.*s.lock", GN_NAME_SIZE - 1, name);
	} else {
		snprintf(out, LOCK_NAME_SIZE, "clock.%.*s.lock", GN_NAME_SIZE - 1, name);
	}
	for (char *c = out; *c; c++) {
		if (!isalnum((unsigned char)*c) && !strchr("._-", *c)) {
			*c = '_';
		}
	}
}

static int lock_whole_file(int fd, int command, short type, struct flock *out)
{
	*out = (struct flock){ .l_type = type, .l_whence = SEEK_SET };
	return fcntl(fd, command, out);
}

static int owner_in_file(int fd)
{
	char text[32] = "";
	ssize_t length = pread(fd, text, sizeof(text) - 1, 0);
	long pid = length > 0 ? strtol(text, NULL, 10) : 0;

	return pid > 0 && pid <= INT_MAX ? (int)pid : -1;
}

/* The owner according to the lock file in one directory: 0 nobody, -1 somebody without a pid. */
static int owner_in(const char *directory, const char *file)
{
	struct flock lock;
	int owner = 0;
	int at = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd = at >= 0 ? openat(at, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) : -1;

	if (fd >= 0 && lock_whole_file(fd, F_OFD_GETLK, F_RDLCK, &lock) == 0 && lock.l_type != F_UNLCK) {
		owner = owner_in_file(fd);
	}
	if (fd >= 0) {
		close(fd);
	}
	if (at >= 0) {
		close(at);
	}
	return owner;
}

static int owner_of_file(const char *file)
{
	struct lock_place place;
	int owner = 0;

	for (unsigned i = 0; owner == 0 && lock_place(i, &place); i++) {
		if (place.directory[0] && is_safe_directory(place.directory)) {
			owner = owner_in(place.directory, file);
		}
	}
	return owner;
}

int clock_owner(const char *name)
{
	char file[LOCK_NAME_SIZE];

	lock_file_name(name, file);
	return owner_of_file(file);
}

static void command_of(int pid, char *out, size_t size)
{
	char path[64];
	FILE *f;

	snprintf(out, size, "unknown program");
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = pid > 0 ? fopen(path, "re") : NULL;
	if (f && fgets(out, (int)size, f)) {
		out[strcspn(out, "\n")] = '\0';
	}
	if (f) {
		fclose(f);
	}
}

static int say_owner(const char *name, int pid, char *why, size_t why_size)
{
	char command[32];

	command_of(pid, command, sizeof(command));
	snprintf(why, why_size,
		 "clock %s: process %d (%s) owns it: a clock has one owner; stop that one, or steer another "
		 "clock",
		 name, pid, command);
	return -EBUSY;
}

static int lock_in(const struct lock_place *place, const char *file)
{
	const char *directory = place->directory;
	struct flock lock;
	char text[16];
	int at, fd;

	if (place->may_make && mkdir(directory, place->for_all ? 0755 : 0700) != 0 && errno != EEXIST) {
		return -errno;
	}
	if (!is_safe_directory(directory)) {
		return -EPERM;
	}
	at = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at < 0) {
		return -errno;
	}
	fd = openat(at, file, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0) {
		int err = -errno;

		close(at);
		return err;
	}
	close(at);
	if (lock_whole_file(fd, F_OFD_SETLK, F_WRLCK, &lock) != 0) {
		int err = errno == EAGAIN || errno == EACCES ? -EBUSY : -errno;

		close(fd);
		return err;
	}
	snprintf(text, sizeof(text), "%d\n", (int)getpid());
	if (ftruncate(fd, 0) != 0 || pwrite(fd, text, strlen(text), 0) < 0) {
		log_debug("%s/%s: the owner's pid cannot be written: %s", directory, file, strerror(errno));
	}
	return fd;
}

int clock_lock(const char *name, char *why, size_t why_size)
{
	char file[LOCK_NAME_SIZE];
	struct lock_place place;
	int owner, err = -ENOENT;

	lock_file_name(name, file);
	owner = owner_of_file(file);
	if (owner != 0) {
		return say_owner(name, owner, why, why_size);
	}
	for (unsigned i = 0; lock_place(i, &place); i++) {
		int fd = place.directory[0] ? lock_in(&place, file) : -ENOENT;

		if (fd >= 0) {
			return fd;
		}
		if (fd == -EBUSY) {
			return say_owner(name, owner_in(place.directory, file), why, why_size);
		}
		err = fd;
	}
	snprintf(why, why_size,
		 "clock %s: no place for its lock file (last tried %s: %s); set GNOMON_RUNTIME_DIR", name,
		 place.directory, strerror(-err));
	return err;
}

/* ---- other servos ------------------------------------------------------------------------------------- */

/* As /proc/PID/comm has them: cut at 15 octets. */
static const char *const servo_names[] = {
	"chronyd", "ntpd", "systemd-timesyn", "ptp4l", "phc2sys", "ptpd", "ptpd2", "timed", "sptp",
};

static bool is_servo(const char *command)
{
	for (size_t i = 0; i < sizeof(servo_names) / sizeof(servo_names[0]); i++) {
		if (strcmp(command, servo_names[i]) == 0) {
			return true;
		}
	}
	return false;
}

static bool servo_of(const char *proc, const char *pid, char command[32])
{
	char path[PATH_MAX];
	FILE *f;
	bool found = false;

	snprintf(path, sizeof(path), "%s/%.20s/comm", proc, pid);
	f = fopen(path, "re");
	if (!f) {
		return false;
	}
	if (fgets(command, 32, f)) {
		command[strcspn(command, "\n")] = '\0';
		found = is_servo(command);
	}
	fclose(f);
	return found;
}

int clock_warn_of_other_servos(const char *proc)
{
	DIR *dir = opendir(proc);
	struct dirent *entry;
	int count = 0;

	if (!dir) {
		return 0;
	}
	while ((entry = readdir(dir)) != NULL) {
		char command[32];

		if (!isdigit((unsigned char)entry->d_name[0]) || atoi(entry->d_name) == (int)getpid() ||
		    !servo_of(proc, entry->d_name, command)) {
			continue;
		}
		log_warning("clock CLOCK_REALTIME: %s (process %s) is running and may steer it too: two "
			    "servos on one "
			    "clock work against each other, stop one of them",
			    command, entry->d_name);
		count++;
	}
	closedir(dir);
	return count;
}

/* ---- any clock ---------------------------------------------------------------------------------------- */

int clock_open_readonly(struct clock *clock, const char *name, char *why, size_t why_size)
{
	if (name[0] == '/') {
		return clock_open_phc(clock, name, false, why, why_size);
	}
	if (strncmp(name, "CLOCK_", 6) == 0) {
		return clock_open_system_readonly(clock, name, why, why_size);
	}
	return clock_open_virtual_readonly(clock, name, why, why_size);
}

void clock_close(struct clock *clock)
{
	if (clock->operations) {
		clock->operations->close(clock);
	}
	if (clock->operations && clock->lock >= 0) {
		close(clock->lock);
	}
	*clock = (struct clock){ .fd = -1, .phc_index = -1, .lock = -1 };
}
