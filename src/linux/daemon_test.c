/* src/linux/daemon_test.c -- which clock a configuration steers, what is said where it cannot start, and in which order
 * things begin and end. Everything below the daemon is the test's own. */
#include "linux/daemon.h"
#include "linux/clock_virtual.h"
#include "linux/log.h"
#include "linux/loop.h"
#include "linux/notify.h"
#include "linux/privilege.h"
#include "tests/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- the diary, and what the log got ------------------------------------------------------------------ */

static char diary[4096], logged[8192];

__attribute__((format(printf, 3, 0))) static void append(char *text, size_t size, const char *format,
							 va_list arguments)
{
	size_t used = strlen(text);

	vsnprintf(&text[used], size - used, format, arguments);
}

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	append(diary, sizeof(diary), format, arguments);
	va_end(arguments);
}

void log_line(int level, const char *format, ...)
{
	va_list arguments;
	size_t used = strlen(logged);

	snprintf(&logged[used], sizeof(logged) - used, "%d ", level);
	va_start(arguments, format);
	append(logged, sizeof(logged), format, arguments);
	va_end(arguments);
	strcat(logged, "\n");
}

/* ---- ports ---------------------------------------------------------------------------------------------- */

#define PORTS 2

struct port_io {
	struct gn_port_attachment attachment;
	enum gn_result stamping;
	int error;
};

static struct port_io port[PORTS];

int port_io_new(struct port_io **out, const struct gn_config *config, uint16_t port_number,
		struct clock *clock)
{
	(void)config;
	(void)clock;
	if (port[port_number - 1].error == 0) {
		*out = &port[port_number - 1];
	}
	return port[port_number - 1].error;
}

void port_io_free(struct port_io *p)
{
	(void)p;
	note("free ");
}

void port_io_set_clock(struct port_io *p, struct clock *clock)
{
	(void)p;
	CHECK(clock->operations != NULL);
}

void port_io_attachment(struct port_io *p, struct gn_port_attachment *out)
{
	*out = p->attachment;
}

enum gn_result port_io_check_stamping(struct port_io *p, char *why, size_t why_size)
{
	snprintf(why, why_size, "it has none");
	return p->stamping;
}

/* ---- clocks ----------------------------------------------------------------------------------------------- */

static struct gn_rate rate_limit;
static bool has_phase;
static int clock_error;

static int give_clock(struct clock *clock, const char *how, const char *name, char *why, size_t why_size)
{
	static const struct clock_operations operations = { .kind = "fake" };

	note("%s(%s) ", how, name);
	snprintf(why, why_size, "somebody has it");
	if (clock_error != 0) {
		return clock_error;
	}
	*clock = (struct clock){
		.operations = &operations, .rate_limit = rate_limit, .has_phase = has_phase, .phc_index = 3
	};
	snprintf(clock->name, sizeof(clock->name), "%s", name);
	return 0;
}

int clock_open_system(struct clock *clock, const char *name, char *why, size_t why_size)
{
	return give_clock(clock, "system", name, why, why_size);
}

int clock_open_system_readonly(struct clock *clock, const char *name, char *why, size_t why_size)
{
	return give_clock(clock, "system-ro", name, why, why_size);
}

int clock_open_phc(struct clock *clock, const char *device, bool may_write, char *why, size_t why_size)
{
	return give_clock(clock, may_write ? "phc" : "phc-ro", device, why, why_size);
}

int clock_virtual_create(struct clock *clock, const char *name, double initial_offset_s,
			 double initial_frequency_ppb, int utc_offset, char *why, size_t why_size)
{
	CHECK(initial_offset_s == 0.5 && initial_frequency_ppb == -7.0 && utc_offset == 38);
	return give_clock(clock, "virtual", name, why, why_size);
}

void clock_close(struct clock *clock)
{
	note(clock->operations ? "close " : "");
}

int64_t clock_monotonic_ns(void)
{
	return 1;
}

/* ---- the rest --------------------------------------------------------------------------------------------- */

static struct gn_clock_identity identity;
static int socket_error, user_error, drop_error;

size_t gn_instance_size(const struct gn_config *config)
{
	return config->port_count * sizeof(max_align_t);
}

enum gn_result gn_instance_init(void *memory, size_t size, const struct gn_config *config,
				const struct gn_clock_identity *own, uint64_t seed, struct gn_instance **out)
{
	(void)config;
	(void)seed;
	CHECK(memory && size > 0);
	identity = *own;
	*out = memory;
	return GN_OK;
}

int loop_open(struct loop *loop)
{
	CHECK(loop->clock && loop->ports && loop->config && loop->writer && loop->instance);
	return 0;
}

void loop_close(struct loop *loop)
{
	(void)loop;
}

void loop_event(struct loop *loop, const struct gn_event *event)
{
	(void)loop;
	note(event->type == GN_EVENT_START ? "START " : event->type == GN_EVENT_STOP ? "STOP " : "? ");
}

int loop_run(struct loop *loop)
{
	note("%s ", loop->follows_phc ? "run-following" : "run");
	return 0;
}

void loop_catch_signals(void)
{
}

int management_socket_check(const struct gn_config *config, char *why, size_t why_size)
{
	(void)config;
	snprintf(why, why_size, "a running daemon listens there");
	return socket_error;
}

int management_socket_open(struct management_socket **out, const struct gn_config *config)
{
	(void)config;
	note("sockets ");
	*out = (struct management_socket *)(void *)diary;
	return 0;
}

const char *management_socket_path(const struct management_socket *m, int index)
{
	(void)m;
	return index == 0 ? "/rw" : "/ro";
}

void management_socket_give_to(const struct management_socket *m, unsigned uid, unsigned gid)
{
	(void)m;
	note("give%u:%u ", uid, gid);
}

void management_socket_close(struct management_socket *m)
{
	note(m ? "unlink " : "");
}

int privilege_warn_missing(const struct gn_config *config)
{
	(void)config;
	return 0;
}

int privilege_find_user(const char *user, int64_t *uid, int64_t *gid, char *why, size_t why_size)
{
	snprintf(why, why_size, "there is no such user");
	*uid = user[0] ? 7 : -1;
	*gid = user[0] ? 8 : -1;
	return user_error;
}

int privilege_drop(const char *user, char *why, size_t why_size)
{
	note("drop(%s) ", user);
	snprintf(why, why_size, "it cannot be");
	return drop_error;
}

void frequency_memory_open(struct frequency_memory *memory, const char *directory,
			   const struct gn_clock_identity *of, const struct clock *clock, const char *sys_ptp)
{
	(void)memory;
	(void)of;
	(void)clock;
	CHECK_STR_EQ(sys_ptp, "/sys/class/ptp");
	note("memory(%s) ", directory);
}

static bool has_memory;

bool frequency_memory_read(const struct frequency_memory *memory, struct gn_clock_memory *out)
{
	(void)memory;
	out->frequency = gn_rate_from_ppb(12.5);
	out->deviation = gn_rate_from_ppb(0.5);
	return has_memory;
}

int temperature_open(struct temperature *temperature, const char *path)
{
	temperature->fd = -1;
	note("temperature(%s) ", path);
	return 0;
}

void temperature_close(struct temperature *temperature)
{
	CHECK_EQ(temperature->fd, -1);
}

static int refclock_error;

int refclock_open(struct refclock *refclock, const struct gn_config *c, int patience_ms, const char **what,
		  char *why, size_t why_size)
{
	(void)refclock;
	CHECK_EQ(patience_ms, 1000);
	if (gn_servo_only_tells(c->servo.kind)) {
		note("refclock ");
	}
	*what = "ntpshm: shmget failed";
	snprintf(why, why_size, "somebody else has the segment");
	return refclock_error;
}

void refclock_close(struct refclock *refclock)
{
	CHECK_EQ(refclock->fd, -1);
}

static int record_error;

int record_open(struct record **out, const struct record_options *options, const struct gn_instance *instance,
		const struct gn_clock_identity *own, uint64_t seed, char *why, size_t why_size)
{
	(void)own;
	(void)seed;
	CHECK(instance != NULL);
	note("record(%s) ", options->path);
	if (record_error != 0) {
		snprintf(why, why_size, "%s: it is full", options->path);
		return record_error;
	}
	*out = (struct record *)(void *)diary;
	return 0;
}

void record_close(struct record *record)
{
	note(record ? "recorded " : "");
}

void record_give_to(struct record *record, unsigned uid, unsigned gid)
{
	CHECK(record != NULL);
	note("record-give%u:%u ", uid, gid);
}

void record_check_directory(const struct record *record)
{
	CHECK(record != NULL);
	note("record-check ");
}

int notify_open(void)
{
	return 0;
}

void notify_close(void)
{
}

void notify_send(const char *format, ...)
{
	note("%.5s ", format);
}

struct report_words {
	int unused;
};

const struct report_words report_words_native, report_words_linuxptp;

struct report_writer *report_writer_new(const struct report_words *words, const char *const *names,
					uint16_t ports)
{
	(void)words;
	for (uint16_t i = 0; i < ports; i++) {
		CHECK(names[i] != NULL);
	}
	return (struct report_writer *)(void *)logged;
}

void report_writer_free(struct report_writer *writer)
{
	(void)writer;
}

/* ---- the tests ---------------------------------------------------------------------------------------------- */

static struct gn_port_config port_configs[PORTS];
static struct gn_config config;
static const struct record_options *recording;

static void set_up(int time_stamping)
{
	diary[0] = logged[0] = '\0';
	rate_limit.scaled_ppb = 1;
	has_phase = false;
	clock_error = socket_error = user_error = drop_error = record_error = refclock_error = 0;
	recording = NULL;
	config = (struct gn_config){ .time_stamping = time_stamping,
				     .ports = port_configs,
				     .port_count = 1,
				     .verbose = 1,
				     .utc_offset = 38,
				     .clock_initial_offset = 0.5,
				     .clock_initial_frequency = -7.0 };
	for (int i = 0; i < PORTS; i++) {
		port_configs[i] = (struct gn_port_config){ .phc_index = -1 };
		snprintf(port_configs[i].name, sizeof(port_configs[i].name), "eth%d", i);
		port[i] = (struct port_io){ .attachment = { .time_stamping = (uint8_t)time_stamping,
							    .phc_index = 3,
							    .physical_address = { 2, 0, 0, 0, 0, 9 },
							    .physical_address_length = 6 } };
	}
}

/* With standard error away: "failed to create a clock" is not for the test's reader. */
static int run(const struct report_words *words)
{
	int saved = dup(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY);
	int status;

	CHECK(dup2(nowhere, STDERR_FILENO) >= 0);
	status = recording ? daemon_run_recorded(&config, words, recording) : daemon_run(&config, words);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(nowhere);
	return status;
}

static bool has(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

#define RUNS "START sockets drop() READY run STOPP STOP unlink free close "

TEST(who_stamps_decides_which_clock_is_steered_unless_one_is_named)
{
	static const struct {
		int time_stamping, clock_kind, free_running;
		const char *clock_name, *expected;
	} cases[] = {
		{ GN_STAMPING_SOFTWARE, GN_CLOCK_BY_STAMPING, 0, "", "system(CLOCK_REALTIME) START" },
		{ GN_STAMPING_LEGACY, GN_CLOCK_BY_STAMPING, 0, "", "system(CLOCK_REALTIME) START" },
		{ GN_STAMPING_SOFTWARE, GN_CLOCK_BY_STAMPING, 1, "", "system-ro(CLOCK_REALTIME) START" },
		{ GN_STAMPING_SOFTWARE, GN_CLOCK_BY_STAMPING, 0, "/dev/ptp9", "phc(/dev/ptp9) START" },
		{ GN_STAMPING_SOFTWARE, GN_CLOCK_BY_STAMPING, 1, "/dev/ptp9",
		  "system-ro(CLOCK_REALTIME) START" },
		{ GN_STAMPING_HARDWARE, GN_CLOCK_BY_STAMPING, 0, "", "phc(/dev/ptp3) START" },
		{ GN_STAMPING_ONESTEP, GN_CLOCK_BY_STAMPING, 0, "", "phc(/dev/ptp3) START" },
		{ GN_STAMPING_HARDWARE, GN_CLOCK_BY_STAMPING, 1, "", "phc-ro(/dev/ptp3) START" },
		{ GN_STAMPING_HARDWARE, GN_CLOCK_BY_STAMPING, 0, "/dev/ptp9", "phc(/dev/ptp9) START" },
		{ GN_STAMPING_SOFTWARE, GN_CLOCK_VIRTUAL, 0, "", "virtual(gnomon) START" },
		{ GN_STAMPING_HARDWARE, GN_CLOCK_VIRTUAL, 0, "mine", "virtual(mine) START" },
		{ GN_STAMPING_SOFTWARE, GN_CLOCK_SYSTEM, 0, "", "system(CLOCK_REALTIME) START" },
		{ GN_STAMPING_SOFTWARE, GN_CLOCK_SYSTEM, 0, "CLOCK_AUX1", "system(CLOCK_AUX1) START" },
		{ GN_STAMPING_SOFTWARE, GN_CLOCK_PHC, 0, "", "phc(/dev/ptp3) START" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set_up(cases[i].time_stamping);
		config.clock_kind = cases[i].clock_kind;
		config.free_running = cases[i].free_running;
		snprintf(config.clock_name, sizeof(config.clock_name), "%s", cases[i].clock_name);
		CHECK_EQ(run(&report_words_linuxptp), 0);
		if (strncmp(diary, cases[i].expected, strlen(cases[i].expected)) != 0) {
			CHECK_STR_EQ(diary, cases[i].expected);
		}
	}
}

TEST(a_servo_that_learns_gets_its_memory_and_its_sensor_before_privileges_go)
{
	set_up(GN_STAMPING_SOFTWARE);
	config.servo.kind = GN_SERVO_ADAPTIVE;
	snprintf(config.frequency_memory, sizeof(config.frequency_memory), "/kept");
	snprintf(config.temperature_source, sizeof(config.temperature_source), "/warm");
	has_memory = true;
	CHECK_EQ(run(&report_words_native), 0);
	CHECK_STR_EQ(diary, "system(CLOCK_REALTIME) memory(/kept) temperature(/warm) " RUNS);
	CHECK(has(logged,
		  "clock CLOCK_REALTIME: starts with +12.500 ppb +- 0.500, learnt by an earlier run"));
	has_memory = false;
	set_up(GN_STAMPING_SOFTWARE);
	config.servo.kind = GN_SERVO_ADAPTIVE;
	config.free_running = 1;
	CHECK_EQ(run(&report_words_native), 0);
	CHECK(!has(diary, "memory"));
}

TEST(it_starts_and_ends_in_order)
{
	set_up(GN_STAMPING_SOFTWARE);
	CHECK_EQ(run(&report_words_linuxptp), 0);
	CHECK_STR_EQ(diary, "system(CLOCK_REALTIME) " RUNS);
	CHECK_STR_EQ(logged, "5 port 0 (/rw): INITIALIZING to LISTENING on INIT_COMPLETE\n"
			     "5 port 0 (/ro): INITIALIZING to LISTENING on INIT_COMPLETE\n");
}

TEST(a_recording_begins_before_the_first_event_and_ends_after_the_last)
{
	static const struct record_options options = { .path = "/r" };

	set_up(GN_STAMPING_SOFTWARE);
	recording = &options;
	snprintf(config.user, sizeof(config.user), "ptp");
	CHECK_EQ(run(&report_words_native), 0);
	CHECK_STR_EQ(diary,
		     "system(CLOCK_REALTIME) record(/r) START sockets give7:8 record-give7:8 drop(ptp) "
		     "record-check READY run STOPP STOP recorded unlink free close ");
	set_up(GN_STAMPING_SOFTWARE);
	recording = &options;
	record_error = -28;
	CHECK_EQ(run(&report_words_native), 255);
	CHECK(!has(diary, "START") && has(logged, "3 /r: it is full\n"));
}

TEST(a_fallback_to_software_stamps_steers_what_those_would)
{
	set_up(GN_STAMPING_HARDWARE);
	port[0].attachment.time_stamping = GN_STAMPING_SOFTWARE;
	CHECK_EQ(run(&report_words_native), 0);
	CHECK(has(diary, "system(CLOCK_REALTIME) START"));
}

TEST(a_fallback_under_gnomon_run_steers_the_virtual_clock)
{
	set_up(GN_STAMPING_HARDWARE);
	config.software_clock_kind = GN_CLOCK_VIRTUAL;
	port[0].attachment.time_stamping = GN_STAMPING_SOFTWARE;
	CHECK_EQ(run(&report_words_native), 0);
	CHECK(has(diary, "virtual(gnomon) START"));
}

TEST(a_clock_that_an_ntp_daemon_owns_is_only_read_and_never_a_virtual_one)
{
	static const int kinds[] = { GN_SERVO_NTPSHM, GN_SERVO_REFCLOCK_SOCK };

	for (size_t i = 0; i < 2; i++) {
		set_up(GN_STAMPING_SOFTWARE);
		config.servo.kind = kinds[i];
		config.software_clock_kind = GN_CLOCK_VIRTUAL;
		config.write_phase_mode = 1;
		CHECK_EQ(run(&report_words_native), 0);
		CHECK_STR_EQ(diary, "system-ro(CLOCK_REALTIME) refclock " RUNS);
		set_up(GN_STAMPING_HARDWARE);
		config.servo.kind = kinds[i];
		rate_limit.scaled_ppb = 0;
		CHECK_EQ(run(&report_words_linuxptp), 0);
		CHECK(has(diary, "phc-ro(/dev/ptp3) refclock START"));
	}
}

TEST(who_does_not_take_samples_ends_the_start)
{
	set_up(GN_STAMPING_SOFTWARE);
	config.servo.kind = GN_SERVO_NTPSHM;
	refclock_error = -EACCES;
	CHECK_EQ(run(&report_words_linuxptp), 255);
	CHECK_STR_EQ(logged, "3 ntpshm: shmget failed: Permission denied\n6 somebody else has the segment\n");
	CHECK(!has(diary, "START"));
	set_up(GN_STAMPING_SOFTWARE);
	config.servo.kind = GN_SERVO_NTPSHM;
	refclock_error = -EACCES;
	CHECK_EQ(run(&report_words_native), 255);
	CHECK_STR_EQ(logged, "3 somebody else has the segment\n");
}

TEST(the_clock_follows_the_interface_only_if_nobody_named_it)
{
	set_up(GN_STAMPING_HARDWARE);
	CHECK_EQ(run(&report_words_linuxptp), 0);
	CHECK(has(diary, "run-following") && has(logged, "6 selected /dev/ptp3 as PTP clock\n"));
	set_up(GN_STAMPING_HARDWARE);
	port_configs[0].phc_index = 3;
	CHECK_EQ(run(&report_words_linuxptp), 0);
	CHECK(has(diary, " run "));
	set_up(GN_STAMPING_HARDWARE);
	snprintf(config.clock_name, sizeof(config.clock_name), "/dev/ptp9");
	port[0].attachment.phc_index = 4;
	CHECK_EQ(run(&report_words_linuxptp), 0);
	CHECK(has(diary, " run "));
	CHECK(has(logged,
		  "4 port 1 (eth0): taking /dev/ptp9 from the command line, not the attached ptp4\n"));
}

TEST(ports_on_different_clocks_are_refused_unless_they_are_a_bunch_of_devices)
{
	set_up(GN_STAMPING_HARDWARE);
	config.port_count = 2;
	port[1].attachment.phc_index = 5;
	CHECK_EQ(run(&report_words_linuxptp), 255);
	CHECK_STR_EQ(logged, "3 port 2 (eth1): PHC device mismatch\n"
			     "3 port 2 (eth1): /dev/ptp3 requested, ptp5 attached\n");
	CHECK(!has(diary, "START"));

	set_up(GN_STAMPING_HARDWARE);
	config.port_count = 2;
	port[1].attachment.phc_index = 5;
	port_configs[1].boundary_clock_jbod = 1;
	CHECK_EQ(run(&report_words_linuxptp), 0);
}

/* What each hindrance does to an otherwise fine configuration, and what linuxptp says to it. */
static void bad_interface(void)
{
	port[0].error = -ENODEV;
}

static void bad_stamping(void)
{
	port[0].stamping = GN_ERR_UNSUPPORTED;
}

static void no_phc(void)
{
	port[0].attachment.phc_index = -1;
}

static void busy_clock(void)
{
	clock_error = -EBUSY;
}

static void stiff_clock(void)
{
	rate_limit.scaled_ppb = 0;
}

static void no_phase(void)
{
	config.write_phase_mode = 1;
}

static void bad_identity(void)
{
	snprintf(config.clock_identity, sizeof(config.clock_identity), "001122.3344");
}

static void no_address(void)
{
	port[0].attachment.physical_address_length = 0;
}

static void taken_socket(void)
{
	socket_error = -EADDRINUSE;
}

TEST(what_hinders_the_start_is_said_in_linuxptp_s_words_and_in_ours)
{
	static const struct {
		void (*hinder)(void);
		const char *words, *ours;
	} cases[] = {
		{ bad_interface, "3 interface 'eth0' does not support requested timestamping mode\n", "" },
		{ bad_stamping, "3 interface 'eth0' does not support requested timestamping mode\n",
		  "3 it has none\n" },
		{ no_phc,
		  "3 PTP device not specified and automatic determination is not supported. Please specify "
		  "PTP device.\n",
		  "" },
		{ busy_clock, "3 Failed to open /dev/ptp3: Device or resource busy\n",
		  "3 somebody has it\n" },
		{ stiff_clock, "3 clock is not adjustable\n", "it cannot be steered" },
		{ no_phase, "3 clock does not support write phase mode\n", "leave out write_phase_mode" },
		{ bad_identity, "3 failed to set clock identity\n", "write it as 001122.3344.556677" },
		{ no_address, "3 failed to generate a clock identity\n", "set clockIdentity" },
		{ taken_socket, "3 failed to open the UDS-RW port\n", "3 a running daemon listens there\n" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set_up(GN_STAMPING_HARDWARE);
		cases[i].hinder();
		CHECK_EQ(run(&report_words_linuxptp), 255);
		CHECK(has(logged, cases[i].words));
		CHECK(!has(diary, "START"));
		set_up(GN_STAMPING_HARDWARE);
		cases[i].hinder();
		CHECK_EQ(run(&report_words_native), 255);
		CHECK(has(logged, cases[i].ours));
	}
}

TEST(the_identity_is_the_configured_one_or_made_of_the_first_port_s_address)
{
	static const uint8_t from_mac[8] = { 2, 0, 0, 0xFF, 0xFE, 0, 0, 9 };
	static const uint8_t configured[8] = { 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77 };

	set_up(GN_STAMPING_SOFTWARE);
	snprintf(config.clock_identity, sizeof(config.clock_identity), "000000.0000.000000");
	CHECK_EQ(run(&report_words_native), 0);
	CHECK_MEM_EQ(identity.octets, from_mac, 8);
	set_up(GN_STAMPING_SOFTWARE);
	snprintf(config.clock_identity, sizeof(config.clock_identity), "001122.3344.556677");
	CHECK_EQ(run(&report_words_native), 0);
	CHECK_MEM_EQ(identity.octets, configured, 8);
}

TEST(a_user_is_looked_for_before_anything_is_opened_and_not_becoming_it_ends_the_daemon)
{
	set_up(GN_STAMPING_SOFTWARE);
	snprintf(config.user, sizeof(config.user), "ptp");
	CHECK_EQ(run(&report_words_native), 0);
	CHECK(has(diary, "sockets give7:8 drop(ptp) READY"));

	set_up(GN_STAMPING_SOFTWARE);
	snprintf(config.user, sizeof(config.user), "ptp");
	user_error = -ENOENT;
	CHECK_EQ(run(&report_words_native), 255);
	CHECK_STR_EQ(diary, "free ");

	set_up(GN_STAMPING_SOFTWARE);
	snprintf(config.user, sizeof(config.user), "ptp");
	drop_error = -EPERM;
	CHECK_EQ(run(&report_words_native), 255);
	CHECK(!has(diary, "READY"));

	set_up(GN_STAMPING_SOFTWARE); /* without a user it was a precaution only */
	drop_error = -EPERM;
	CHECK_EQ(run(&report_words_native), 0);
}

TEST(no_interface_is_no_daemon)
{
	set_up(GN_STAMPING_SOFTWARE);
	config.port_count = 0;
	CHECK_EQ(run(&report_words_native), 255);
	CHECK(has(logged, "no interface specified"));
}
