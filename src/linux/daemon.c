/* src/linux/daemon.c -- from a configuration to a running loop, and back.
 *
 * The order is linuxptp's, since its messages are known: interfaces and what they can stamp; which clock; the
 * clockIdentity; the clock itself; the instance; the ports, which START opens; the management sockets; then privileges
 * go. Whatever fails before START ends the start, with the reason in the log. */
#include "linux/daemon.h"
#include "linux/clock.h"
#include "linux/clock_virtual.h"
#include "linux/frequency_memory.h"
#include "linux/log.h"
#include "linux/loop.h"
#include "linux/notify.h"
#include "linux/privilege.h"
#include "linux/refclock.h"
#include "linux/temperature.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define EXIT_NOT_STARTED 255
#define WHY_SIZE 768
#define REFCLOCK_PATIENCE_MS 1000

struct daemon {
	const struct gn_config *config;
	const struct report_words *words;
	const struct record_options *recording; /* NULL: not asked for */
	struct clock clock;
	struct port_io **ports;
	const char **names;
	void *memory;
	struct refclock refclock;
	struct frequency_memory learnt;
	struct temperature temperature;
	struct loop loop;
};

static bool speaks_linuxptp(const struct daemon *d)
{
	return d->words == &report_words_linuxptp;
}

/* A start that fails says why: ours in one sentence (on standard error too where no log is seen), linuxptp's in its
 * own words with our sentence behind. `why` may be empty (the words say it all), or NULL (it was said already). */
__attribute__((format(printf, 3, 4))) static int fail(const struct daemon *d, const char *why,
						      const char *format, ...)
{
	char text[WHY_SIZE];
	const char *ours = why && why[0] != '\0' ? why : text;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (speaks_linuxptp(d)) {
		log_error("%s", text);
		if (ours == why) {
			log_info("%s", why);
		}
		return -1;
	}
	if (why) {
		log_error("%s", ours);
	}
	if (!d->config->verbose) {
		fprintf(stderr, "%s\n", ours);
	}
	return -1;
}

/* ---- interfaces ----------------------------------------------------------------------------------------- */

static int find_ports(struct daemon *d)
{
	const struct gn_config *c = d->config;
	char why[WHY_SIZE];

	for (uint16_t i = 0; i < c->port_count; i++) {
		const char *name = c->ports[i].name;
		int err = port_io_new(&d->ports[i], c, (uint16_t)(i + 1), &d->clock);

		d->names[i] = name;
		if (err != 0) {
			d->ports[i] = NULL;
			return fail(d, NULL, "interface '%s' does not support requested timestamping mode",
				    name);
		}
		why[0] = '\0';
		if (port_io_check_stamping(d->ports[i], why, sizeof(why)) != GN_OK) {
			return fail(d, why, "interface '%s' does not support requested timestamping mode",
				    name);
		}
	}
	return 0;
}

static bool stamps_software(const struct daemon *d)
{
	struct gn_port_attachment a;

	port_io_attachment(d->ports[0], &a);
	return a.time_stamping == GN_STAMPING_SOFTWARE || d->config->time_stamping == GN_STAMPING_LEGACY;
}

/* ---- the clock ------------------------------------------------------------------------------------------ */

static bool is_phc_of_all(struct daemon *d, int index)
{
	for (uint16_t i = 0; i < d->config->port_count; i++) {
		const struct gn_port_config *port = &d->config->ports[i];
		struct gn_port_attachment a;

		port_io_attachment(d->ports[i], &a);
		if (a.phc_index == index || port->boundary_clock_jbod || a.is_virtual_clock) {
			continue;
		}
		fail(d, "", "port %d (%s): PHC device mismatch", i + 1, port->name);
		fail(d, "", "port %d (%s): /dev/ptp%d requested, ptp%d attached", i + 1, port->name, index,
		     a.phc_index);
		return false;
	}
	return true;
}

static void warn_of_other_phcs(const struct daemon *d, int index)
{
	for (uint16_t i = 0; i < d->config->port_count; i++) {
		struct gn_port_attachment a;

		port_io_attachment(d->ports[i], &a);
		if (a.phc_index >= 0 && a.phc_index != index) {
			log_warning("port %d (%s): taking %s from the command line, not the attached ptp%d",
				    i + 1, d->config->ports[i].name, d->config->clock_name, a.phc_index);
		}
	}
}

/* Opened for reading alone, a clock stays whose it is. */
static bool leaves_clock_alone(const struct daemon *d)
{
	return d->config->free_running || gn_servo_only_tells(d->config->servo.kind);
}

static int open_phc(struct daemon *d, const char *device)
{
	char why[WHY_SIZE];
	int err = clock_open_phc(&d->clock, device, !leaves_clock_alone(d), why, sizeof(why));

	if (err != 0) {
		return fail(d, why, "Failed to open %s: %s", device, strerror(-err));
	}
	if (!leaves_clock_alone(d) && d->clock.rate_limit.scaled_ppb == 0) {
		snprintf(why, sizeof(why),
			 "clock %s: its driver offers no change of frequency: it cannot be steered", device);
		return fail(d, why, "clock is not adjustable");
	}
	return 0;
}

/* The PHC that stamps: named, given by index, or the first interface's own. */
static int open_hardware_clock(struct daemon *d)
{
	const struct gn_config *c = d->config;
	struct gn_port_attachment a;
	char device[32];
	int index = c->ports[0].phc_index;

	if (c->clock_name[0] != '\0') {
		if (open_phc(d, c->clock_name) != 0) {
			return -1;
		}
		warn_of_other_phcs(d, d->clock.phc_index);
		return 0;
	}
	port_io_attachment(d->ports[0], &a);
	index = index >= 0 ? index : a.phc_index;
	if (index < 0) {
		return fail(d, "",
			    "PTP device not specified and automatic determination is not supported. Please "
			    "specify PTP "
			    "device.");
	}
	if (!is_phc_of_all(d, index)) {
		return -1;
	}
	snprintf(device, sizeof(device), "/dev/ptp%d", index);
	if (open_phc(d, device) != 0) {
		return -1;
	}
	d->loop.follows_phc = c->ports[0].phc_index < 0;
	log_info("selected /dev/ptp%d as PTP clock", index);
	return 0;
}

static int open_system_clock(struct daemon *d, const char *name)
{
	char why[WHY_SIZE];
	int err = leaves_clock_alone(d) ? clock_open_system_readonly(&d->clock, name, why, sizeof(why))
					: clock_open_system(&d->clock, name, why, sizeof(why));

	return err != 0 ? fail(d, why, "failed to set the clock status: %s", strerror(-err)) : 0;
}

static int open_virtual_clock(struct daemon *d)
{
	const struct gn_config *c = d->config;
	const char *name = c->clock_name[0] != '\0' ? c->clock_name : "gnomon";
	char why[WHY_SIZE];

	if (clock_virtual_create(&d->clock, name, c->clock_initial_offset, c->clock_initial_frequency,
				 c->utc_offset, why, sizeof(why)) != 0) {
		return fail(d, why, "Failed to open %s", name);
	}
	log_info("clock %s: virtual, published as /dev/shm%s%s; `gnomon clock show %s` reads it", name,
		 GN_VIRTUAL_CLOCK_PREFIX, name, name);
	return 0;
}

static int open_clock_by_kind(struct daemon *d)
{
	const struct gn_config *c = d->config;

	switch (c->clock_kind) {
	case GN_CLOCK_VIRTUAL:
		return open_virtual_clock(d);
	case GN_CLOCK_SYSTEM:
		return open_system_clock(d, c->clock_name[0] != '\0' ? c->clock_name : "CLOCK_REALTIME");
	case GN_CLOCK_PHC:
		return open_hardware_clock(d);
	default:
		break;
	}
	if (!stamps_software(d)) {
		return open_hardware_clock(d);
	}
	if (c->clock_name[0] != '\0' && !c->free_running) {
		return open_phc(d, c->clock_name);
	}
	return c->software_clock_kind == GN_CLOCK_VIRTUAL && !gn_servo_only_tells(c->servo.kind)
		       ? open_virtual_clock(d)
		       : open_system_clock(d, "CLOCK_REALTIME");
}

static int open_clock(struct daemon *d)
{
	const struct gn_config *c = d->config;

	if (open_clock_by_kind(d) != 0) {
		return -1;
	}
	if (c->write_phase_mode && !leaves_clock_alone(d) && !d->clock.has_phase) {
		char why[WHY_SIZE];

		snprintf(why, sizeof(why),
			 "clock %s: it has no phase control of its own: leave out write_phase_mode",
			 d->clock.name);
		return fail(d, why, "clock does not support write phase mode");
	}
	for (uint16_t i = 0; i < c->port_count; i++) {
		port_io_set_clock(d->ports[i], &d->clock);
	}
	return 0;
}

static int open_refclock(struct daemon *d)
{
	const char *what = NULL;
	char why[WHY_SIZE];
	int err = refclock_open(&d->refclock, d->config, REFCLOCK_PATIENCE_MS, &what, why, sizeof(why));

	return err != 0 ? fail(d, why, "%s: %s", what, strerror(-err)) : 0;
}

/* ---- the instance --------------------------------------------------------------------------------------- */

static bool parse_identity(const char *text, struct gn_clock_identity *out)
{
	unsigned v[8];
	int end = 0;

	if (sscanf(text, "%2x%2x%2x.%2x%2x.%2x%2x%2x%n", &v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6],
		   &v[7], &end) != 8 ||
	    text[end] != '\0') {
		return false;
	}
	for (int i = 0; i < 8; i++) {
		out->octets[i] = (uint8_t)v[i];
	}
	return true;
}

static int make_identity(struct daemon *d, struct gn_clock_identity *out)
{
	static const struct gn_clock_identity zero;
	struct gn_port_attachment a;
	char why[WHY_SIZE];

	*out = zero;
	if (d->config->clock_identity[0] != '\0' && !parse_identity(d->config->clock_identity, out)) {
		snprintf(why, sizeof(why), "clockIdentity %s: write it as 001122.3344.556677",
			 d->config->clock_identity);
		return fail(d, why, "failed to set clock identity");
	}
	if (!gn_clock_identity_equal(out, &zero)) {
		return 0;
	}
	port_io_attachment(d->ports[0], &a);
	if (a.physical_address_length == 6) {
		*out = gn_clock_identity_from_mac(a.physical_address);
		return 0;
	}
	if (a.physical_address_length >= 8) { /* a GUID, or an InfiniBand address that ends with one */
		memcpy(out->octets, &a.physical_address[a.physical_address_length - 8], 8);
		return 0;
	}
	snprintf(why, sizeof(why),
		 "port 1 (%s): it has no hardware address to make a clockIdentity of: set clockIdentity",
		 d->config->ports[0].name);
	return fail(d, why, "failed to generate a clock identity");
}

/* Timers need to differ between machines, not to be unguessable. */
static uint64_t make_seed(const struct gn_clock_identity *identity)
{
	uint64_t seed = 0;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != (ssize_t)sizeof(seed)) {
		memcpy(&seed, identity->octets, sizeof(seed));
		seed ^= (uint64_t)clock_monotonic_ns() * 0x9E3779B97F4A7C15u;
	}
	return seed;
}

/* From the instance's first moment. */
static int open_record(struct daemon *d, const struct gn_clock_identity *identity, uint64_t seed)
{
	char why[WHY_SIZE];

	if (!d->recording) {
		return 0;
	}
	return record_open(&d->loop.record, d->recording, d->loop.instance, identity, seed, why,
			   sizeof(why)) != 0
		       ? fail(d, "", "%s", why)
		       : 0;
}

/* What helps a servo that learns, and what it can do without: nothing here ends the start. */
static void open_helpers(struct daemon *d, const struct gn_clock_identity *identity)
{
	if (d->config->servo.kind != GN_SERVO_ADAPTIVE || d->config->free_running) {
		return;
	}
	frequency_memory_open(&d->learnt, d->config->frequency_memory, identity, &d->clock, "/sys/class/ptp");
	d->loop.has_remembered = frequency_memory_read(&d->learnt, &d->loop.remembered);
	d->loop.memory = &d->learnt;
	if (d->loop.has_remembered) {
		log_info("clock %s: starts with %+.3f ppb +- %.3f, learnt by an earlier run", d->clock.name,
			 gn_rate_to_ppb(d->loop.remembered.frequency),
			 gn_rate_to_ppb(d->loop.remembered.deviation));
	}
	(void)temperature_open(&d->temperature, d->config->temperature_source); /* it was logged */
	d->loop.temperature = &d->temperature;
}

static int make_instance(struct daemon *d)
{
	struct gn_clock_identity identity;
	uint64_t seed;
	struct gn_config named = *d->config;
	size_t size = gn_instance_size(d->config);
	enum gn_result result;

	if (make_identity(d, &identity) != 0) {
		return -1;
	}
	d->memory = size ? malloc(size) : NULL;
	d->loop.writer = report_writer_new(d->words, d->names, d->config->port_count);
	if (!d->memory || !d->loop.writer) {
		return fail(d, "", "out of memory for %d ports", d->config->port_count);
	}
	if (stamps_software(d) && d->config->time_stamping != GN_STAMPING_LEGACY) {
		named.time_stamping =
			GN_STAMPING_SOFTWARE; /* also by time_stamping_fallback: the servo goes by it */
	}
	if (named.clock_kind == GN_CLOCK_VIRTUAL || strcmp(d->clock.operations->kind, "virtual") == 0) {
		named.clock_kind = GN_CLOCK_VIRTUAL; /* as management tells it */
		snprintf(named.clock_name, sizeof(named.clock_name), "%s", d->clock.name);
	}
	open_helpers(d, &identity);
	seed = make_seed(&identity);
	result = gn_instance_init(d->memory, size, &named, &identity, seed, &d->loop.instance);
	return result != GN_OK ? fail(d, "", "the configuration cannot be run: %s", gn_result_text(result))
			       : open_record(d, &identity, seed);
}

/* ---- start and end -------------------------------------------------------------------------------------- */

static int check_places(struct daemon *d)
{
	int64_t uid, gid;
	char why[WHY_SIZE];

	if (management_socket_check(d->config, why, sizeof(why)) != 0) {
		return fail(d, why, "failed to open the UDS-RW port");
	}
	if (privilege_find_user(d->config->user, &uid, &gid, why, sizeof(why)) != 0) {
		return fail(d, why, "%s", why);
	}
	(void)privilege_warn_missing(d->config); /* told; the calls themselves decide */
	return 0;
}

static void open_management(struct daemon *d)
{
	int64_t uid, gid;
	char why[WHY_SIZE];

	if (management_socket_open(&d->loop.management, d->config) != 0) {
		log_error("out of memory: no management sockets");
		return;
	}
	for (int i = 0; i < MANAGEMENT_SOCKET_FDS; i++) {
		const char *path = management_socket_path(d->loop.management, i);

		if (path && speaks_linuxptp(d)) {
			log_notice("port 0 (%s): INITIALIZING to LISTENING on INIT_COMPLETE", path);
		} else if (path) {
			log_info("management socket %s: %s", path, i == 0 ? "asks and sets" : "only asks");
		}
	}
	if (privilege_find_user(d->config->user, &uid, &gid, why, sizeof(why)) == 0 && uid >= 0) {
		management_socket_give_to(d->loop.management, (unsigned)uid, (unsigned)gid);
	}
}

static void give_record_away(struct daemon *d)
{
	int64_t uid, gid;
	char why[WHY_SIZE];

	if (d->loop.record && privilege_find_user(d->config->user, &uid, &gid, why, sizeof(why)) == 0 &&
	    uid >= 0) {
		record_give_to(d->loop.record, (unsigned)uid, (unsigned)gid);
	}
}

static int start(struct daemon *d)
{
	if (find_ports(d) != 0 || check_places(d) != 0 || open_clock(d) != 0 || open_refclock(d) != 0 ||
	    make_instance(d) != 0) {
		return -1;
	}
	d->loop.config = d->config;
	d->loop.words = d->words;
	d->loop.clock = &d->clock;
	d->loop.refclock = &d->refclock;
	d->loop.ports = d->ports;
	d->loop.port_count = d->config->port_count;
	return loop_open(&d->loop) != 0 ? fail(d, "", "the loop cannot be set up") : 0;
}

/* Returns 0, or -1 if privileges that were to go could not: then it does not run with them. */
static int run(struct daemon *d)
{
	struct gn_event event = { .type = GN_EVENT_START };
	char why[WHY_SIZE];
	int err;

	loop_catch_signals();
	loop_event(&d->loop, &event);
	open_management(d);
	if (notify_open() != 0) {
		log_info("the service manager's NOTIFY_SOCKET cannot be reached: it is not told how we are");
	}
	give_record_away(d);
	err = privilege_drop(d->config->user, why, sizeof(why));
	if (err != 0) {
		if (d->config->user[0] != '\0') {
			return fail(d, why, "%s", why);
		}
		log_info("%s; going on with what this process may do", why);
	}
	if (d->loop.record) {
		record_check_directory(d->loop.record);
	}
	notify_send("READY=1\nSTATUS=running on %s\n", d->clock.name);
	(void)loop_run(&d->loop); /* "poll failed" ends it like a signal, as in linuxptp */
	notify_send("STOPPING=1\n");
	event = (struct gn_event){ .type = GN_EVENT_STOP };
	loop_event(&d->loop, &event);
	return 0;
}

static void finish(struct daemon *d)
{
	notify_close();
	loop_close(&d->loop);
	record_close(d->loop.record);
	management_socket_close(d->loop.management);
	refclock_close(&d->refclock);
	temperature_close(&d->temperature);
	for (uint16_t i = 0; i < d->config->port_count && d->ports; i++) {
		if (d->ports[i]) {
			port_io_free(d->ports[i]);
		}
	}
	clock_close(&d->clock);
	report_writer_free(d->loop.writer);
	free(d->memory);
	free(d->names);
	free(d->ports);
}

int daemon_run(const struct gn_config *config, const struct report_words *words)
{
	return daemon_run_recorded(config, words, NULL);
}

int daemon_run_recorded(const struct gn_config *config, const struct report_words *words,
			const struct record_options *recording)
{
	struct daemon d = { .config = config,
			    .words = words,
			    .recording = recording,
			    .clock = { .fd = -1, .phc_index = -1, .lock = -1 },
			    .refclock = { .fd = -1 },
			    .temperature = { .fd = -1 },
			    .ports = calloc(config->port_count + 1u, sizeof(struct port_io *)),
			    .names = calloc(config->port_count + 1u, sizeof(const char *)),
			    .loop = { .timer = -1 } };
	int status = EXIT_NOT_STARTED;

	if (config->port_count == 0 || !d.ports || !d.names) {
		fail(&d, "", config->port_count == 0 ? "no interface specified" : "out of memory");
	} else if (start(&d) != 0) {
		if (speaks_linuxptp(&d)) {
			fprintf(stderr, "failed to create a clock\n");
		}
	} else if (run(&d) == 0) {
		status = 0;
	}
	finish(&d);
	return status;
}
