/* src/report/recording.h -- what entered an instance and what it did, octet for octet, so that it can be done again.
 *
 * A file: a header (version, build, seed, identity, configuration as text, a snapshot of the instance), then records.
 * Integers are variable-length (LEB128, zigzag where negative), times are differences: an idle second costs some ten
 * octets. Checksums stand between the records, one a flush. Everything read back is checked: a file may come from
 * anybody. No I/O here.
 *
 * Actions are recorded as their type and 32 bits of a hash over what they say, in the order and at the place where the
 * driver took them, so a replay can take exactly as many before the next event. */
#ifndef REPORT_RECORDING_H
#define REPORT_RECORDING_H

#include "gnomon/instance.h"

#define RECORDING_VERSION 1
#define RECORDING_MAGIC "GNOMONR1"

struct recording_header {
	char build[32];  /* GN_VERSION and what the snapshot's layout depends on */
	uint64_t layout; /* of gn_instance_layout(): another build cannot restore the snapshot */
	uint64_t seed;
	uint64_t sequence;     /* 0 for the first file of a run, then 1 .. */
	int64_t wall_clock_ns; /* TAI or UTC, for people */
	struct gn_clock_identity identity;
	const char *configuration; /* text that src/config reads back */
	size_t configuration_size;
	const uint8_t *snapshot; /* gn_instance_snapshot() */
	size_t snapshot_size;
};

/* A growing buffer; the caller writes it out and empties it. */
struct recording_buffer {
	uint8_t *octets;
	size_t length, room;
	bool is_out_of_memory;
	int64_t last_now_ns, last_raw_ns; /* what the next record's differences are against */
	uint32_t checksum;                /* of what was put since the last one */
};

void recording_put_header(struct recording_buffer *buffer, const struct recording_header *header);
void recording_put_event(struct recording_buffer *buffer, const struct gn_event *event);
void recording_put_action(struct recording_buffer *buffer, const struct gn_action *action);

/* A checksum over everything since the last: to be put before the buffer is written out. */
void recording_put_check(struct recording_buffer *buffer);
void recording_buffer_free(struct recording_buffer *buffer);

/* Of everything that an action says. */
uint32_t recording_hash(const struct gn_action *action);

struct recording_reader {
	const uint8_t *octets;
	size_t length, at;
	int64_t last_now_ns, last_raw_ns;
	uint32_t checksum;
	size_t summed;  /* octets up to here are in `checksum` */
	size_t checked; /* octets up to here are as they were written */
	char why[160];  /* after RECORDING_BAD: what, at which octet */
};

enum recording_item { RECORDING_END, RECORDING_EVENT, RECORDING_ACTION, RECORDING_BAD };

struct recording_record {
	struct gn_event event; /* octets point into the file */
	uint8_t action_type;
	uint32_t action_hash;
};

/* The header first. False with `why`. What `out` points to lies in the file. */
bool recording_get_header(struct recording_reader *reader, struct recording_header *out);

/* The next record. At the end `checked` tells whether everything was followed by its checksum. */
enum recording_item recording_get(struct recording_reader *reader, struct recording_record *out);

#endif
