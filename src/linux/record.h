/* src/linux/record.h -- the recorder: what enters the instance and what it does, written to files that `gnomon sim --replay`
 * reads (report/recording.h).
 *
 * FILE is always the newest, FILE.1 the one before it, and so on; every file begins with a snapshot and replays alone. The
 * oldest goes when there would be more than `files`. Two recorders never share a FILE. Records are gathered in memory and
 * written at least once a second. Whatever goes wrong with a file ends the recording with one line in the log, and nothing
 * else. */
#ifndef LINUX_RECORD_H
#define LINUX_RECORD_H

#include "gnomon/instance.h"

#define RECORD_SIZE_DEFAULT ((uint64_t)64 << 20)
#define RECORD_FILES_DEFAULT 4
#define RECORD_FILES_MAX 1000

struct record_options {
	const char *path;
	uint64_t size; /* octets of a file; one turn of the loop more at most */
	int files;
	const char *configuration; /* text */
	size_t configuration_size;
};

struct record;

/* Begins the first file with the instance as it is. What stands under the names of the files must be recordings that
 * nobody writes any more: they are moved on. 0, or -errno with `why`. */
int record_open(struct record **out, const struct record_options *options, const struct gn_instance *instance,
		const struct gn_clock_identity *identity, uint64_t seed, char *why, size_t why_size);
void record_close(struct record *record); /* NULL: nothing to do */

/* What is about to enter the instance, and what was taken from it, in the order in which it happens. */
void record_event(struct record *record, const struct gn_event *event);
void record_action(struct record *record, const struct gn_action *action);

/* All actions were taken: the next file begins here if this one is full. */
void record_turn(struct record *record);

/* Writes what is gathered. */
void record_flush(struct record *record);

/* The files are to belong to that user, who goes on with them. */
void record_give_to(struct record *record, unsigned uid, unsigned gid);

/* Once privileges are gone: warns if no further file can be begun then. */
void record_check_directory(const struct record *record);

/* The process is about to abort: saves what the recorder has, if there is one. */
void record_last_words(void);

#endif
