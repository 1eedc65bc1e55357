/* src/linux/record_test.c -- a real instance is recorded to real files, which are read again and done again. */
#include "linux/record.h"
#include "gnomon/report.h"
#include "linux/log.h"
#include "linux/test_directory.h"
#include "report/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* ---- an instance, and a driver that answers as well as it can ---- */

static struct gn_port_config port_config;
static struct gn_config config;
static struct gn_instance *instance;
static void *memory;
static const struct gn_clock_identity identity = { { 1, 2, 3, 4, 5, 6, 7, 8 } };
static struct record *record;
static int64_t now_ns;
static uint64_t events, actions;

static void make_instance(void)
{
	port_config = (struct gn_port_config){ .delay_mechanism = GN_DELAY_E2E,
					       .log_sync_interval = -4,
					       .announce_receipt_timeout = 3,
					       .delay_filter_length = 10,
					       .phc_index = -1 };
	config = (struct gn_config){ .gm_capable = 1,
				     .priority1 = 128,
				     .clock_class = 248,
				     .max_steps_removed = 255,
				     .two_step_flag = 1,
				     .port = port_config,
				     .ports = &port_config,
				     .port_count = 1 };
	memory = malloc(gn_instance_size(&config));
	CHECK_EQ(gn_instance_init(memory, gn_instance_size(&config), &config, &identity, 7, &instance),
		 GN_OK);
	now_ns = 1000000000;
	events = actions = 0;
}

static void give(struct gn_event *event);

static void answer(const struct gn_action *action)
{
	struct gn_event event = { .port = action->port };

	if (action->type == GN_ACTION_OPEN_PORT) {
		event.type = GN_EVENT_PORT_OPENED;
		event.u.opened.is_open = true;
		event.u.opened.attachment.link_is_up = true;
	} else if (action->type == GN_ACTION_CLOCK_READ) {
		event.type = GN_EVENT_CLOCK_ANSWERED;
		event.u.clock.operation = action->type;
		event.u.clock.is_done = true;
	} else if (action->type == GN_ACTION_SEND && action->u.send.token) {
		event.type = GN_EVENT_FRAME_SENT;
		event.u.sent.token = action->u.send.token;
		event.u.sent.stamp.time.whole.seconds = (uint64_t)now_ns / 1000000000;
	} else {
		return;
	}
	give(&event);
}

static void give(struct gn_event *event)
{
	struct gn_action taken[64];
	int count = 0;

	event->now.ns = now_ns;
	event->raw_ns = now_ns + 5;
	record_event(record, event);
	gn_instance_event(instance, event);
	events++;
	while (gn_instance_poll(instance, &taken[count])) {
		record_action(record, &taken[count++]);
		actions++;
	}
	for (int i = 0; i < count; i++) {
		answer(&taken[i]);
	}
}

/* It becomes grandmaster and sends. */
static void run_for(int64_t seconds)
{
	int64_t end = now_ns + seconds * 1000000000;

	while (gn_instance_deadline(instance).ns <= end) {
		struct gn_event event = { .type = GN_EVENT_DEADLINE };

		now_ns = gn_instance_deadline(instance).ns;
		give(&event);
		record_turn(record);
	}
	now_ns = end;
}

static void start(void)
{
	struct gn_event event = { .type = GN_EVENT_START };

	give(&event);
}

/* ---- files ---- */

static char why[512], path[128];

static struct record_options options_of(const char *name, uint64_t size, int files)
{
	return (struct record_options){ .path = name,
					.size = size,
					.files = files,
					.configuration = "[global]\n",
					.configuration_size = 9 };
}

static int open_record(uint64_t size, int files)
{
	struct record_options options = options_of(path, size, files);

	return record_open(&record, &options, instance, &identity, 7, why, sizeof(why));
}

static void set_up(const char *name)
{
	log_setup("test", -1, false, false, "");
	make_instance();
	snprintf(path, sizeof(path), "%s/%s", test_directory(0700), name);
}

static void tear_down(void)
{
	record_close(record);
	record = NULL;
	free(memory);
}

static uint8_t *content(int number, size_t *size)
{
	static uint8_t octets[1 << 20];
	char name[160];
	ssize_t got;
	int fd;

	snprintf(name, sizeof(name), number ? "%s.%d" : "%s", path, number);
	fd = open(name, O_RDONLY);
	if (fd < 0) {
		return NULL;
	}
	got = read(fd, octets, sizeof(octets));
	close(fd);
	CHECK(got >= 0);
	*size = (size_t)got;
	return octets;
}

struct replayed {
	uint64_t events, actions, differences, sequence;
	enum recording_item last;
	bool is_whole; /* everything stands before a checksum */
};

static struct replayed replay(int number)
{
	size_t size = 0;
	struct recording_reader reader = { .octets = content(number, &size) };
	struct recording_header header;
	struct recording_record item;
	struct replayed seen = { 0 };
	struct gn_instance *again;
	struct gn_action action;
	size_t needed;
	void *place;

	CHECK(reader.octets != NULL);
	reader.length = size;
	CHECK(recording_get_header(&reader, &header));
	CHECK_EQ(header.configuration_size, 9);
	CHECK(gn_clock_identity_equal(&header.identity, &identity));
	needed = gn_instance_restored_size(header.snapshot, header.snapshot_size);
	place = malloc(needed);
	CHECK_EQ(gn_instance_restore(place, needed, header.snapshot, header.snapshot_size, &again), GN_OK);
	seen.sequence = header.sequence;
	while ((seen.last = recording_get(&reader, &item)) == RECORDING_EVENT ||
	       seen.last == RECORDING_ACTION) {
		if (seen.last == RECORDING_EVENT) {
			gn_instance_event(again, &item.event);
			seen.events++;
		} else {
			seen.actions++;
			seen.differences += !gn_instance_poll(again, &action) ||
					    recording_hash(&action) != item.action_hash;
		}
	}
	seen.is_whole = reader.checked == reader.length;
	free(place);
	return seen;
}

/* ---- the tests ---- */

TEST(what_was_recorded_is_done_again_alike)
{
	struct replayed seen;
	struct stat st;

	set_up("one");
	CHECK_EQ(open_record(1 << 20, 2), 0);
	CHECK_EQ(stat(path, &st), 0);
	CHECK_EQ(st.st_mode & 07777, 0600);
	start();
	run_for(20);
	record_close(record);
	record = NULL;
	seen = replay(0);
	CHECK_EQ(seen.last, RECORDING_END);
	CHECK(seen.is_whole && events > 300 && actions > 600);
	CHECK_EQ(seen.events, events);
	CHECK_EQ(seen.actions, actions);
	CHECK_EQ(seen.differences, 0);
	tear_down();
}

TEST(a_full_file_moves_on_and_each_replays_alone)
{
	uint64_t total = 0;
	size_t size = 0;

	set_up("many");
	CHECK_EQ(open_record(150000, 3), 0);
	start();
	run_for(2000);
	record_close(record);
	record = NULL;
	for (int i = 0; i < 3; i++) {
		struct replayed seen = replay(i);

		CHECK_EQ(seen.last, RECORDING_END);
		CHECK(seen.is_whole);
		CHECK_EQ(seen.differences, 0);
		CHECK_EQ(seen.sequence + (uint64_t)i, replay(0).sequence);
		total += seen.events;
		CHECK(content(i, &size) != NULL);
		CHECK_LE(size, 151000);
	}
	CHECK(replay(0).sequence > 3);
	CHECK(total < events);
	CHECK(content(3, &size) == NULL);
	tear_down();
}

TEST(one_file_alone_begins_anew)
{
	size_t size;

	set_up("alone");
	CHECK_EQ(open_record(150000, 1), 0);
	start();
	run_for(400);
	record_close(record);
	record = NULL;
	CHECK(replay(0).sequence > 0 && replay(0).differences == 0);
	CHECK(content(1, &size) == NULL);
	tear_down();
}

TEST(the_recording_of_an_earlier_run_is_moved_on)
{
	uint64_t before;

	set_up("runs");
	CHECK_EQ(open_record(1 << 20, 3), 0);
	start();
	run_for(5);
	before = events;
	tear_down();
	make_instance();
	CHECK_EQ(open_record(1 << 20, 3), 0);
	start();
	record_flush(record);
	CHECK_EQ(replay(1).events, before);
	CHECK_EQ(replay(0).events, events);
	tear_down();
}

TEST(what_is_gathered_is_there_after_a_flush)
{
	set_up("flushed");
	CHECK_EQ(open_record(1 << 20, 1), 0);
	start();
	CHECK_EQ(replay(0).events, 0);
	record_flush(record);
	CHECK_EQ(replay(0).events, events);
	CHECK(replay(0).is_whole);
	tear_down();
}

static void write_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
}

TEST(what_is_no_recording_is_left_alone)
{
	char second[160];

	set_up("letter");
	write_file(path, "Dear Sir");
	CHECK_EQ(open_record(1 << 20, 2), -EEXIST);
	CHECK(strstr(why, "letter is there and is no recording") != NULL);
	CHECK_EQ(unlink(path), 0);
	snprintf(second, sizeof(second), "%s.1", path);
	write_file(second, "x");
	CHECK_EQ(open_record(1 << 20, 2), -EEXIST);
	CHECK(strstr(why, "letter.1 is there") != NULL);
	CHECK_EQ(open_record(1 << 20, 1), 0); /* which does not concern FILE.1 */
	tear_down();
}

TEST(a_file_that_is_being_recorded_to_is_refused_until_its_recorder_is_gone)
{
	struct record_options options;
	struct record *second = NULL;

	set_up("busy");
	CHECK_EQ(open_record(150000, 3), 0);
	start();
	options = options_of(path, 150000, 3);
	CHECK_EQ(record_open(&second, &options, instance, &identity, 7, why, sizeof(why)), -EBUSY);
	CHECK(strstr(why, "another gnomon is recording to busy") != NULL && second == NULL);
	run_for(1000); /* the next file is as safe */
	CHECK_EQ(record_open(&second, &options, instance, &identity, 7, why, sizeof(why)), -EBUSY);
	record_close(record);
	CHECK(replay(0).sequence > 0 && replay(0).differences == 0);
	CHECK_EQ(open_record(150000, 3), 0);
	tear_down();
}

TEST(the_little_that_a_full_disk_left_of_a_recording_may_be_replaced)
{
	set_up("little");
	write_file(path, "GNOM");
	CHECK_EQ(open_record(1 << 20, 2), 0);
	start();
	tear_down();
}

TEST(links_and_directories_are_not_written_to)
{
	char target[160];

	set_up("link");
	snprintf(target, sizeof(target), "%s.target", path);
	write_file(target, "");
	CHECK_EQ(symlink(target, path), 0);
	CHECK_EQ(open_record(1 << 20, 2), -EINVAL);
	CHECK(strstr(why, "is a symbolic link") != NULL);
	CHECK_EQ(unlink(path), 0);
	CHECK_EQ(mkdir(path, 0700), 0);
	CHECK_EQ(open_record(1 << 20, 2), -EINVAL);
	CHECK(strstr(why, "is a directory") != NULL);
	tear_down();
}

TEST(what_cannot_be_is_refused_with_a_reason)
{
	static const struct {
		const char *name;
		uint64_t size;
		int files, error;
		const char *why;
	} cases[] = {
		{ "/nonexistent/file", 1 << 20, 1, -ENOENT, "the directory /nonexistent/: No such file" },
		{ "/tmp/", 1 << 20, 1, -EISDIR, "this names no file to record to" },
		{ "/tmp/..", 1 << 20, 1, -EISDIR, "this names no file to record to" },
		{ "/tmp/gnomon-x", 1000, 1, -EINVAL, "files of 1000 octets are too small" },
		{ "/tmp/gnomon-x", 1 << 20, 0, -EINVAL, "0 files of recordings: 1 to 1000 are possible" },
		{ "/proc/gnomon-x", 1 << 20, 1, -ENOENT,
		  "/proc/gnomon-x: it cannot be recorded to: No such" },
	};

	set_up("unused");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct record_options options = options_of(cases[i].name, cases[i].size, cases[i].files);

		CHECK_EQ(record_open(&record, &options, instance, &identity, 7, why, sizeof(why)),
			 cases[i].error);
		CHECK(strstr(why, cases[i].why) != NULL);
		CHECK(record == NULL);
	}
	tear_down();
}

/* With a limit to the size of files, in a child: limits are its own. Without care its signal ends the process. */
TEST(a_full_disk_ends_the_recording_and_nothing_else)
{
	int status = 0;
	pid_t child;

	set_up("full");
	child = fork();
	if (child == 0) {
		(void)setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 40000, 40000 });
		if (open_record(1 << 20, 2) != 0) {
			_exit(2);
		}
		start();
		run_for(600);
		record_flush(record);
		run_for(10);
		record_close(record);
		_exit(events > 1000 ? 0 : 3);
	}
	waitpid(child, &status, 0);
	CHECK(WIFEXITED(status));
	CHECK_EQ(WEXITSTATUS(status), 0);
	CHECK_EQ(replay(0).differences, 0);
	CHECK(replay(0).events > 0);
	tear_down();
}

/* As after privileges were given up. */
static void lose_the_directory(void)
{
	char directory[160];

	snprintf(directory, sizeof(directory), "%s", path);
	*strrchr(directory, '/') = '\0';
	if (chmod(directory, 0500) != 0 || (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)) {
		_exit(2);
	}
}

TEST(a_directory_that_may_not_be_written_any_more_ends_the_recording_at_the_next_file)
{
	struct replayed seen;
	int status = 0;
	size_t size;
	pid_t child;

	set_up("closed");
	child = fork();
	if (child == 0) {
		if (open_record(150000, 3) != 0) {
			_exit(3);
		}
		lose_the_directory();
		record_check_directory(record);
		start();
		run_for(1000);
		record_close(record);
		_exit(0);
	}
	waitpid(child, &status, 0);
	CHECK(WIFEXITED(status));
	CHECK_EQ(WEXITSTATUS(status), 0);
	seen = replay(0);
	CHECK(seen.last == RECORDING_END && seen.is_whole && seen.differences == 0 && seen.sequence == 0);
	CHECK(content(1, &size) == NULL);
	*strrchr(path, '/') = '\0';
	CHECK_EQ(chmod(path, 0700), 0);
	tear_down();
}

TEST(last_words_are_what_was_gathered)
{
	set_up("words");
	record_last_words(); /* nobody records: nothing */
	CHECK_EQ(open_record(1 << 20, 1), 0);
	start();
	record_last_words();
	CHECK_EQ(replay(0).events, events);
	tear_down();
}
