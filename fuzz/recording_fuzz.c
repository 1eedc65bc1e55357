/* fuzz/recording_fuzz.c -- any octets as a recording, and as the records behind a good header (whose checksum chance does
 * not meet). The law: what is read, put again, is read the same. */
#include "report/recording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *law)
{
	fprintf(stderr, "broken law: %s\n", law);
	abort();
}

static void put_header(struct recording_buffer *buffer)
{
	const struct recording_header header = { .build = "fuzz", .layout = 1 };

	recording_put_header(buffer, &header);
}

static void put_octets(struct recording_buffer *buffer, const uint8_t *octets, size_t size)
{
	uint8_t *joined = malloc(buffer->length + size);

	if (!joined) {
		abort();
	}
	memcpy(joined, buffer->octets, buffer->length);
	if (size > 0) {
		memcpy(joined + buffer->length, octets, size);
	}
	free(buffer->octets);
	buffer->octets = joined;
	buffer->length += size;
	buffer->room = buffer->length;
}

/* Reads a file and writes the events that it has; returns how many. */
static size_t copy_events(const uint8_t *octets, size_t length, struct recording_buffer *out)
{
	struct recording_reader reader = { .octets = octets, .length = length };
	struct recording_header header;
	struct recording_record record;
	enum recording_item item;
	size_t events = 0;

	if (!recording_get_header(&reader, &header)) {
		return 0;
	}
	put_header(out);
	while ((item = recording_get(&reader, &record)) == RECORDING_EVENT || item == RECORDING_ACTION) {
		if (item == RECORDING_EVENT) {
			recording_put_event(out, &record.event);
			events++;
		}
	}
	if (item == RECORDING_BAD && reader.why[0] == '\0') {
		fail("what is bad has a reason");
	}
	if (reader.checked > reader.length) {
		fail("what is checked lies in the file");
	}
	recording_put_check(out);
	return events;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct recording_buffer file = { 0 }, first = { 0 }, second = { 0 }, raw = { 0 };
	size_t events;

	(void)copy_events(data, size, &raw);
	put_header(&file);
	put_octets(&file, data, size);
	events = copy_events(file.octets, file.length, &first);
	if (copy_events(first.octets, first.length, &second) != events) {
		fail("every event that is put comes back");
	}
	if (first.length != second.length ||
	    (first.length > 0 && memcmp(first.octets, second.octets, first.length) != 0)) {
		fail("what is read, put again, is read the same");
	}
	recording_buffer_free(&raw);
	recording_buffer_free(&file);
	recording_buffer_free(&first);
	recording_buffer_free(&second);
	return 0;
}
