/* src/tools/sim_replay.c -- reads the file twice: once to see whether it is as it was written, once to do it again, up to
 * where it is. A damaged octet so is told as damage and not as a difference of the core. */
#include "tools/sim_replay.h"

#include "core/dataset.h"
#include "linux/log.h"
#include "report/json.h"
#include "report/recording.h"
#include "report/text.h"
#include "tools/sim_words.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FILE_SIZE_MAX ((off_t)16 << 30)
#define BUILD "gnomon " GN_VERSION

struct replay {
	const char *file;
	const struct sim_replay_options *options;
	uint8_t *octets;
	size_t length;
	struct recording_header header;
	size_t first_record; /* where it is */
	size_t good_end;     /* records up to here are as they were written */
	char damage[sizeof(((struct recording_reader *)NULL)->why)]; /* what lies behind; empty: nothing */
	void *memory;
	struct gn_instance *instance;
	const char **names;
	uint16_t ports;

	uint64_t events, actions;
	int64_t first_ns, last_ns;
	struct gn_event event; /* the last; what it points to lies in the file */
	bool is_after_event;   /* the last record was an event */
	bool is_stopped;       /* at the time that was asked for, with more behind it */
	bool differs;
	bool is_of_one_kind; /* the differing actions */
	const char *recorded;
	char now[SIM_WORDS_SIZE];
};

/* ---- telling ---- */

static void to_stdout(void *context, const char *text, size_t length)
{
	(void)context;
	(void)fwrite(text, 1, length, stdout);
}

/* "12,345" */
static const char *grouped(uint64_t number, char out[32])
{
	char digits[24];
	int count = snprintf(digits, sizeof(digits), "%" PRIu64, number);
	size_t used = 0;

	for (int i = 0; i < count; i++) {
		if (i > 0 && (count - i) % 3 == 0) {
			out[used++] = ',';
		}
		out[used++] = digits[i];
	}
	out[used] = '\0';
	return out;
}

static const char *build_of(const struct replay *r)
{
	return r->header.build[0] ? r->header.build : "an unnamed build";
}

/* Octets from a file that is anybody's: what would move the cursor is not shown. */
static void say_plainly(FILE *out, const char *text)
{
	for (; *text; text++) {
		(void)fputc((unsigned char)*text < 0x20 || *text == 0x7F ? '?' : *text, out);
	}
}

static double seconds_of(const struct replay *r)
{
	return (double)(r->last_ns - r->first_ns) / 1e9;
}

static const char *wall_clock(const struct replay *r, char out[40])
{
	time_t seconds = (time_t)(r->header.wall_clock_ns / GN_NS_PER_SECOND);
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || strftime(out, 40, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0) {
		snprintf(out, 40, "at an unknown time");
	}
	return out;
}

__attribute__((format(printf, 2, 3))) static int unusable(const struct replay *r, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	fprintf(stderr, "%s: ", r->file);
	say_plainly(stderr, text);
	fputc('\n', stderr);
	if (r->options->is_json) {
		struct json json = json_to(to_stdout, NULL, true);

		json_begin_object(&json, NULL);
		json_text(&json, "file", r->file);
		json_text(&json, "unusable", text);
		json_end_object(&json);
	}
	return SIM_REPLAY_UNUSABLE;
}

static void trace(const struct replay *r, const char *key, const char *text)
{
	double at = (double)(r->event.now.ns - r->first_ns) / 1e9;

	if (r->options->is_json) {
		struct json json = json_to(to_stdout, NULL, false);

		json_begin_object(&json, NULL);
		json_integer(&json, "ns", r->event.now.ns - r->first_ns);
		json_text(&json, key, text);
		json_end_object(&json);
	} else if (strcmp(key, "event") == 0) {
		printf("%14.9f  %s\n", at, text);
	} else {
		printf("                  -> %s\n", text);
	}
}

/* ---- the file ---- */

static int read_octets(struct replay *r, int fd)
{
	struct stat st;
	size_t got = 0;

	if (fstat(fd, &st) != 0) {
		return -errno;
	}
	if (!S_ISREG(st.st_mode)) {
		return S_ISDIR(st.st_mode) ? -EISDIR : -ESPIPE; /* its length must be known */
	}
	if (st.st_size > FILE_SIZE_MAX) {
		return -EFBIG;
	}
	r->octets = malloc((size_t)st.st_size + 1);
	while (r->octets && got < (size_t)st.st_size) {
		ssize_t more = read(fd, r->octets + got, (size_t)st.st_size - got);

		if (more < 0 && errno != EINTR) {
			return -errno;
		}
		if (more == 0) {
			break;
		}
		got += more > 0 ? (size_t)more : 0;
	}
	r->length = got;
	return r->octets ? 0 : -ENOMEM;
}

static int read_file(struct replay *r)
{
	int fd = open(r->file, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	int err;

	if (fd < 0) {
		return unusable(r, "%s", strerror(errno));
	}
	err = read_octets(r, fd);
	close(fd);
	return err == 0 ? 0
			: unusable(r, "%s",
				   err == -ESPIPE ? "it is no file that can be read twice" : strerror(-err));
}

/* The header, and how far the records are good. */
static int look_through(struct replay *r)
{
	struct recording_reader reader = { .octets = r->octets, .length = r->length };
	struct recording_record record;
	enum recording_item item;

	if (!recording_get_header(&reader, &r->header)) {
		return unusable(r, "%s", reader.why);
	}
	r->first_record = reader.at;
	do {
		item = recording_get(&reader, &record);
	} while (item == RECORDING_EVENT || item == RECORDING_ACTION);
	r->good_end = reader.checked;
	if (item == RECORDING_BAD) {
		snprintf(r->damage, sizeof(r->damage), "%s", reader.why);
	} else if (reader.checked < reader.length) {
		snprintf(r->damage, sizeof(r->damage),
			 "the file ends without its last checksum, at octet %zu", reader.length);
	}
	return 0;
}

static int restore(struct replay *r)
{
	const struct recording_header *h = &r->header;
	size_t size;
	enum gn_result result;

	if (h->layout != gn_instance_layout()) {
		return unusable(r,
				"it was recorded by %s (layout %016" PRIx64 "), this is " BUILD
				" (layout %016" PRIx64 "): replay it with the program that recorded it",
				build_of(r), h->layout, gn_instance_layout());
	}
	size = gn_instance_restored_size(h->snapshot, h->snapshot_size);
	r->memory = size ? malloc(size) : NULL;
	if (size && !r->memory) {
		return unusable(r, "%s", strerror(ENOMEM));
	}
	result = gn_instance_restore(r->memory, size, h->snapshot, h->snapshot_size, &r->instance);
	if (result != GN_OK) {
		return unusable(r, "its snapshot cannot be restored: %s", gn_result_text(result));
	}
	r->ports = r->instance->port_count;
	r->names = calloc(r->ports, sizeof(*r->names));
	if (!r->names) {
		return unusable(r, "%s", strerror(ENOMEM));
	}
	for (uint16_t i = 0; i < r->ports; i++) {
		r->names[i] = r->instance->ports[i].config.name;
	}
	return 0;
}

/* ---- doing it again ---- */

static void feed(struct replay *r, const struct gn_event *event)
{
	char text[SIM_WORDS_SIZE];

	if (r->events++ == 0) {
		r->first_ns = event->now.ns;
	}
	r->event = *event;
	r->last_ns = event->now.ns;
	if (r->options->is_tracing) {
		trace(r, "event", sim_event_words(event, r->names, r->ports, text));
		(void)fflush(stdout); /* should it end the program, it was the last line */
	}
	gn_instance_event(r->instance, event);
}

/* `recorded` is a text that stays. */
static void note_difference(struct replay *r, const char *recorded, const struct gn_action *now)
{
	r->differs = true;
	r->is_of_one_kind = now && strcmp(recorded, sim_action_kind(now->type)) == 0;
	r->recorded = recorded;
	if (now) {
		sim_action_words(now, r->names, r->ports, r->now);
	} else {
		snprintf(r->now, sizeof(r->now), "nothing");
	}
}

static void compare(struct replay *r, const struct recording_record *record)
{
	char text[SIM_WORDS_SIZE];
	struct gn_action action;
	bool has_action = gn_instance_poll(r->instance, &action);

	r->actions++;
	if (has_action && r->options->is_tracing) {
		trace(r, "action", sim_action_words(&action, r->names, r->ports, text));
	}
	if (!has_action || action.type != record->action_type) {
		note_difference(r, sim_action_kind(record->action_type), has_action ? &action : NULL);
	} else if (recording_hash(&action) != record->action_hash) {
		note_difference(r, sim_action_kind(action.type), &action);
	}
}

/* More than was recorded. Where the last record is an event, its actions may not have been written any more. */
static void look_for_more(struct replay *r)
{
	struct gn_action action;

	if (!r->differs && !r->is_after_event && !r->is_stopped && gn_instance_poll(r->instance, &action)) {
		note_difference(r, "nothing more", &action);
	}
}

static bool is_over(const struct replay *r, const struct recording_record *record)
{
	return r->options->until_ns > 0 && r->events > 0 &&
	       record->event.now.ns - r->first_ns > r->options->until_ns;
}

static void do_again(struct replay *r)
{
	struct recording_reader reader = { .octets = r->octets, .length = r->good_end };
	struct recording_header header;
	struct recording_record record;
	enum recording_item item;

	/* It was read before. */
	(void)recording_get_header(&reader, &header);
	while (!r->differs) {
		item = recording_get(&reader, &record);
		if (item == RECORDING_ACTION) {
			compare(r, &record);
		} else if (item == RECORDING_EVENT && !is_over(r, &record)) {
			feed(r, &record.event);
		} else {
			r->is_stopped = item == RECORDING_EVENT;
			break;
		}
		r->is_after_event = item == RECORDING_EVENT;
	}
	look_for_more(r);
}

/* ---- the result ---- */

static void tell_header(const struct replay *r)
{
	char identity[19], time[40], seconds[32];

	printf("%s: recorded %s by ", r->file, wall_clock(r, time));
	say_plainly(stdout, build_of(r));
	printf(", clock %s on", report_clock_identity(&r->header.identity, identity));
	for (uint16_t i = 0; i < r->ports; i++) {
		fputs(i > 0 ? ", " : " ", stdout);
		say_plainly(stdout, r->names[i]);
	}
	if (r->header.sequence == 0) {
		puts("; from its start");
	} else {
		printf("; file %s of the run\n", grouped(r->header.sequence + 1, seconds));
	}
}

static void tell_difference(const struct replay *r)
{
	char text[SIM_WORDS_SIZE], number[32];

	printf("record %s, %.9f s after the first: not the same\n", grouped(r->events + r->actions, number),
	       seconds_of(r));
	printf("  the event     %s\n",
	       r->events ? sim_event_words(&r->event, r->names, r->ports, text) : "none yet");
	printf("  was recorded  %s%s\n", r->recorded, r->is_of_one_kind ? ", with other values" : "");
	printf("  is done now   %s\n", r->now);
}

static void tell(const struct replay *r)
{
	char events[32], actions[32];

	if (r->differs) {
		tell_difference(r);
	} else if (!r->options->is_quiet) {
		printf("replayed %s events, %s actions over %.1f s: all the same\n",
		       grouped(r->events, events), grouped(r->actions, actions), seconds_of(r));
	}
}

static void tell_json_header(const struct replay *r, struct json *json)
{
	char identity[19], time[40], layout[20];
	char *configuration = strndup(r->header.configuration, r->header.configuration_size);

	snprintf(layout, sizeof(layout), "%016" PRIx64, r->header.layout);
	json_text(json, "file", r->file);
	json_text(json, "build", r->header.build);
	json_text(json, "layout", layout);
	json_unsigned(json, "sequence", r->header.sequence);
	json_text(json, "recorded", wall_clock(r, time));
	json_integer(json, "recorded_ns", r->header.wall_clock_ns);
	json_text(json, "clockIdentity", report_clock_identity(&r->header.identity, identity));
	json_unsigned(json, "seed", r->header.seed);
	json_begin_array(json, "interfaces");
	for (uint16_t i = 0; i < r->ports; i++) {
		json_text(json, NULL, r->names[i]);
	}
	json_end_array(json);
	json_text(json, "configuration", configuration ? configuration : "");
	free(configuration);
}

/* What lies behind the time that was asked for does not matter. */
static bool is_damage_met(const struct replay *r)
{
	return r->damage[0] != '\0' && !r->is_stopped;
}

static void tell_json(const struct replay *r)
{
	struct json json = json_to(to_stdout, NULL, !r->options->is_tracing);
	char text[SIM_WORDS_SIZE];

	json_begin_object(&json, NULL);
	tell_json_header(r, &json);
	json_unsigned(&json, "events", r->events);
	json_unsigned(&json, "actions", r->actions);
	json_integer(&json, "duration_ns", r->last_ns - r->first_ns);
	json_bool(&json, "same", !r->differs);
	if (r->differs) {
		json_begin_object(&json, "difference");
		json_unsigned(&json, "record", r->events + r->actions);
		json_text(&json, "event",
			  r->events ? sim_event_words(&r->event, r->names, r->ports, text) : "none yet");
		json_text(&json, "recorded", r->recorded);
		json_text(&json, "now", r->now);
		json_end_object(&json);
	}
	if (is_damage_met(r)) {
		json_text(&json, "damage", r->damage);
	}
	json_end_object(&json);
}

static int run(struct replay *r)
{
	if (read_file(r) != 0 || look_through(r) != 0 || restore(r) != 0) {
		return SIM_REPLAY_UNUSABLE;
	}
	if (!r->options->is_json && !r->options->is_quiet) {
		tell_header(r);
	}
	do_again(r);
	if (r->options->is_json) {
		tell_json(r);
	} else {
		tell(r);
	}
	if (is_damage_met(r)) {
		(void)fflush(stdout);
		fprintf(stderr, "%s: damaged: %s: replayed up to octet %zu\n", r->file, r->damage,
			r->good_end);
	}
	if (r->differs) {
		return SIM_REPLAY_DIFFERS;
	}
	return is_damage_met(r) ? SIM_REPLAY_UNUSABLE : SIM_REPLAY_SAME;
}

int sim_replay(const char *file, const struct sim_replay_options *options)
{
	struct replay r = { .file = file, .options = options };
	int status;

	/* Should the core find its state impossible, it says so on standard error. */
	log_setup("gnomon sim", LOG_LEVEL_ERR, false, true, "");
	status = run(&r);
	free(r.names);
	free(r.memory);
	free(r.octets);
	return status;
}
