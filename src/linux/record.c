/* src/linux/record.c -- files are named relative to a directory that was opened with the first one: what becomes of the
 * path, the user or the working directory later does not matter. No name is ever followed if it is a symbolic link.
 *
 * Each write ends with a checksum, so a file from which the machine lost power is good up to the last whole one. There is
 * no fsync(): the disk must not make Sync late. The file being written is locked, so that a second recorder does not move
 * it away. */
#include "linux/record.h"

#include "gnomon/report.h"
#include "linux/log.h"
#include "report/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FLUSH_AT 65536 /* octets gathered in memory */
#define ROOM_FOR_RECORDS 65536
#define NAME_SIZE 256

struct record {
	const struct gn_instance *instance;
	char *path; /* as it was given, for people */
	char name[NAME_SIZE];
	int directory;
	int fd; /* -1: stopped */
	uint64_t size_max, written;
	int files;
	struct recording_header header;
	char *configuration;
	uint8_t *snapshot;
	struct recording_buffer buffer;
};

static struct record *the_record; /* for record_last_words() */

/* ---- names ---- */

/* "FILE", "FILE.1" and so on */
static void name_of(const struct record *r, int number, char out[NAME_SIZE + 16])
{
	if (number == 0) {
		snprintf(out, NAME_SIZE + 16, "%s", r->name);
	} else {
		snprintf(out, NAME_SIZE + 16, "%s.%d", r->name, number);
	}
}

static int open_directory(struct record *r, char *why, size_t why_size)
{
	const char *slash = strrchr(r->path, '/');
	const char *name = slash ? slash + 1 : r->path;
	char *directory = slash ? strndup(r->path, (size_t)(slash - r->path) + 1) : strdup(".");
	int err = 0;

	if (!directory) {
		return -ENOMEM;
	}
	if (name[0] == '\0' || strlen(name) >= NAME_SIZE || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0) {
		snprintf(why, why_size, "%s: this names no file to record to", r->path);
		err = -EISDIR;
	} else {
		snprintf(r->name, sizeof(r->name), "%s", name);
		r->directory = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (r->directory < 0) {
			err = -errno;
			snprintf(why, why_size, "%s: the directory %s: %s", r->path, directory,
				 strerror(errno));
		}
	}
	free(directory);
	return err;
}

/* Only a recording that nobody writes any more is moved away or overwritten, or the little that came of one. */
static int check_content(const struct record *r, const char *name, int fd, char *why, size_t why_size)
{
	char magic[sizeof(RECORDING_MAGIC) - 1];
	ssize_t got = read(fd, magic, sizeof(magic));

	if (got < 0 || memcmp(magic, RECORDING_MAGIC, (size_t)got) != 0) {
		snprintf(why, why_size,
			 "%s: %s is there and is no recording: it is left alone, name another file", r->path,
			 name);
		return -EEXIST;
	}
	/* Where a file system has no locks, there is no telling. */
	if (flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
		snprintf(why, why_size, "%s: another gnomon is recording to %s: name another file", r->path,
			 name);
		return -EBUSY;
	}
	return 0;
}

static int check_present(const struct record *r, int number, char *why, size_t why_size)
{
	char name[NAME_SIZE + 16];
	struct stat st;
	int fd, err;

	name_of(r, number, name);
	if (fstatat(r->directory, name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		return errno == ENOENT ? 0 : -errno;
	}
	if (!S_ISREG(st.st_mode)) {
		snprintf(why, why_size, "%s: %s is %s: recordings are ordinary files", r->path, name,
			 S_ISLNK(st.st_mode)   ? "a symbolic link"
			 : S_ISDIR(st.st_mode) ? "a directory"
					       : "no ordinary file");
		return -EINVAL;
	}
	fd = openat(r->directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	err = check_content(r, name, fd, why, why_size);
	close(fd);
	return err;
}

static int check_all_present(const struct record *r, char *why, size_t why_size)
{
	int err = 0;

	for (int i = 0; i < r->files && err == 0; i++) {
		err = check_present(r, i, why, why_size);
	}
	return err;
}

/* FILE becomes FILE.1 and so on; the last one goes. */
static int move_on(const struct record *r)
{
	char from[NAME_SIZE + 16], to[NAME_SIZE + 16];

	if (r->files == 1) {
		name_of(r, 0, from);
		return unlinkat(r->directory, from, 0) == 0 || errno == ENOENT ? 0 : -errno;
	}
	for (int i = r->files - 1; i > 0; i--) {
		name_of(r, i - 1, from);
		name_of(r, i, to);
		if (renameat(r->directory, from, r->directory, to) != 0 && errno != ENOENT) {
			return -errno;
		}
	}
	return 0;
}

/* ---- writing ---- */

static void stop(struct record *r, const char *what, int err)
{
	if (r->fd < 0) {
		return;
	}
	log_error("recording to %s ends: %s: %s. Everything else goes on", r->path, what, strerror(-err));
	close(r->fd);
	r->fd = -1;
	recording_buffer_free(&r->buffer);
}

static int write_all(int fd, const uint8_t *octets, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, octets, size);

		if (written < 0 && errno == EINTR) {
			continue;
		}
		if (written <= 0) {
			return written < 0 ? -errno : -EIO;
		}
		octets += written;
		size -= (size_t)written;
	}
	return 0;
}

/* What is gathered, without a checksum of its own. */
static int write_out(struct record *r)
{
	int err = r->buffer.is_out_of_memory ? -ENOMEM : write_all(r->fd, r->buffer.octets, r->buffer.length);

	r->written += r->buffer.length;
	r->buffer.length = 0;
	return err;
}

void record_flush(struct record *r)
{
	int err;

	if (r->fd < 0 || (r->buffer.length == 0 && !r->buffer.is_out_of_memory)) {
		return;
	}
	recording_put_check(&r->buffer);
	err = write_out(r);
	if (err != 0) {
		stop(r, "it cannot be written", err);
	}
}

static int64_t wall_clock_ns(void)
{
	struct timespec now;

	return clock_gettime(CLOCK_REALTIME, &now) == 0 ? now.tv_sec * (int64_t)GN_NS_PER_SECOND + now.tv_nsec
							: 0;
}

static int begin_file(struct record *r)
{
	char name[NAME_SIZE + 16];
	int err = move_on(r);
	int fd;

	if (err != 0) {
		return err;
	}
	name_of(r, 0, name);
	fd = openat(r->directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		return -errno;
	}
	(void)flock(fd, LOCK_EX | LOCK_NB); /* it is new: nobody has it */
	if (r->fd >= 0) {
		close(r->fd);
	}
	r->fd = fd;
	r->written = 0;
	r->header.wall_clock_ns = wall_clock_ns();
	recording_put_header(&r->buffer, &r->header);
	r->header.sequence++;
	return write_out(r);
}

static bool is_full(const struct record *r)
{
	return r->written + r->buffer.length >= r->size_max;
}

void record_turn(struct record *r)
{
	int err;

	/* An action that nobody took yet is in no snapshot: then the next turn does. */
	if (r->fd < 0 || !is_full(r) ||
	    gn_instance_snapshot(r->instance, r->snapshot, r->header.snapshot_size) != GN_OK) {
		return;
	}
	record_flush(r);
	if (r->fd < 0) {
		return;
	}
	err = begin_file(r);
	if (err != 0) {
		stop(r, "the next file cannot be begun", err);
	}
}

void record_event(struct record *r, const struct gn_event *event)
{
	if (r->fd >= 0) {
		recording_put_event(&r->buffer, event);
		if (r->buffer.length >= FLUSH_AT || r->buffer.is_out_of_memory) {
			record_flush(r);
		}
	}
}

void record_action(struct record *r, const struct gn_action *action)
{
	if (r->fd >= 0) {
		recording_put_action(&r->buffer, action);
	}
}

/* ---- beginning and end ---- */

static int check_size(const struct record *r, char *why, size_t why_size)
{
	uint64_t least = r->header.snapshot_size + r->header.configuration_size + ROOM_FOR_RECORDS;

	if (r->files < 1 || r->files > RECORD_FILES_MAX) {
		snprintf(why, why_size, "%s: %d files of recordings: 1 to %d are possible", r->path, r->files,
			 RECORD_FILES_MAX);
		return -EINVAL;
	}
	if (r->size_max < least) {
		snprintf(why, why_size,
			 "%s: files of %llu octets are too small: each begins with a snapshot, say at least "
			 "%llu",
			 r->path, (unsigned long long)r->size_max, (unsigned long long)least);
		return -EINVAL;
	}
	return 0;
}

static int fill_in(struct record *r, const struct record_options *options)
{
	r->path = strdup(options->path);
	r->configuration = malloc(options->configuration_size + 1);
	r->snapshot = malloc(r->header.snapshot_size);
	if (!r->path || !r->configuration || !r->snapshot) {
		return -ENOMEM;
	}
	if (options->configuration_size > 0) {
		memcpy(r->configuration, options->configuration, options->configuration_size);
	}
	r->header.configuration = r->configuration;
	r->header.configuration_size = options->configuration_size;
	r->header.snapshot = r->snapshot;
	return 0;
}

static int begin(struct record *r, const struct record_options *options, char *why, size_t why_size)
{
	int err = fill_in(r, options);

	if (err == 0) {
		err = check_size(r, why, why_size);
	}
	if (err == 0) {
		err = open_directory(r, why, why_size);
	}
	if (err == 0) {
		err = check_all_present(r, why, why_size);
	}
	if (err == 0 && gn_instance_snapshot(r->instance, r->snapshot, r->header.snapshot_size) != GN_OK) {
		err = -EBUSY; /* between events, the contract says */
	}
	return err == 0 ? begin_file(r) : err;
}

int record_open(struct record **out, const struct record_options *options, const struct gn_instance *instance,
		const struct gn_clock_identity *identity, uint64_t seed, char *why, size_t why_size)
{
	struct record *r = calloc(1, sizeof(*r));
	int err;

	why[0] = '\0';
	if (!r) {
		snprintf(why, why_size, "%s: out of memory", options->path);
		return -ENOMEM;
	}
	*r = (struct record){ .instance = instance,
			      .directory = -1,
			      .fd = -1,
			      .size_max = options->size,
			      .files = options->files,
			      .header = { .build = "gnomon " GN_VERSION,
					  .layout = gn_instance_layout(),
					  .seed = seed,
					  .identity = *identity,
					  .snapshot_size = gn_instance_snapshot_size(instance) } };
	err = begin(r, options, why, why_size);
	if (err != 0) {
		if (why[0] == '\0') {
			snprintf(why, why_size, "%s: it cannot be recorded to: %s", options->path,
				 strerror(-err));
		}
		record_close(r);
		return err;
	}
	log_info("recording to %s: %d %s of %.1f MB at most", r->path, r->files,
		 r->files == 1 ? "file" : "files", (double)r->size_max / 1e6);
	(void)signal(SIGXFSZ, SIG_IGN); /* a limit to the size of files is a full disk, no reason to end */
	the_record = r;
	*out = r;
	return 0;
}

void record_close(struct record *r)
{
	if (!r) {
		return;
	}
	record_flush(r);
	if (r->fd >= 0 && close(r->fd) != 0) {
		log_error("recording to %s: its end may be missing: %s", r->path, strerror(errno));
	}
	if (r->directory >= 0) {
		close(r->directory);
	}
	if (the_record == r) {
		the_record = NULL;
	}
	recording_buffer_free(&r->buffer);
	free(r->path);
	free(r->configuration);
	free(r->snapshot);
	free(r);
}

void record_last_words(void)
{
	if (the_record) {
		record_flush(the_record);
	}
}

void record_give_to(struct record *r, unsigned uid, unsigned gid)
{
	if (r->fd >= 0 && fchown(r->fd, uid, gid) != 0) {
		log_warning("recording to %s: the file stays whose it is: %s", r->path, strerror(errno));
	}
}

void record_check_directory(const struct record *r)
{
	/* By the effective user, who it will be. */
	if (r->fd >= 0 && faccessat(r->directory, ".", W_OK | X_OK, AT_EACCESS) != 0) {
		log_warning(
			"recording to %s ends when the file is full (%.1f MB): without privileges no further "
			"one can be made in its directory (%s). Let the user that gnomon runs as write there",
			r->path, (double)r->size_max / 1e6, strerror(errno));
	}
}
