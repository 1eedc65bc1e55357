/* src/sim/node/node.c -- a node's daemon, as src/linux/loop.c runs it: events in, actions out, until there is nothing to do.
 *
 * Everything that is ready waits for the daemon's turn (host.h), which is an entry of the world's queue of its own. An
 * answer that is known at once goes in while actions are being carried out; the actions it leads to stand behind those that
 * are there already.
 *
 * Deadlines: a timer is put off far more often than it expires, and each event moves one. So an entry stands in the queue
 * for the earliest deadline that was ever asked for; found to be too early, it looks again. Entries carry no object of their
 * own: one that is not the one awaited is passed over. */
#include "sim/node/node.h"

#include "gnomon/report.h"
#include "sim/node/card.h"
#include "sim/node/clock.h"
#include "sim/node/sent_check.h"
#include "sim/node/shim.h"
#include "sim/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEADLINES_PER_TURN 1000
#define PUNCTUAL_NS 50000000     /* later than this, the process was stopped: frames first */
#define TURN_IS_COMING INT64_MIN /* deadline_scheduled_ps: nothing can be earlier */
#define UPTIME_NS_MIN INT64_C(10000000000)
#define UPTIME_NS_RANGE UINT64_C(990000000000)
#define PPB 1e-9
#define GOLDEN UINT64_C(0x9E3779B97F4A7C15)

static const struct key keys[] = {
	{ "starts", KEY_BOOL, KEY_MEMBER(struct node_settings, starts), 0, 1, NULL,
	  "its daemon starts by itself; if not, `at ... start` does it" },
	{ "starts_at", KEY_TIME, KEY_MEMBER(struct node_settings, starts_at), 0, 9e18, NULL, "when it does" },
	{ "starts_within", KEY_TIME, KEY_MEMBER(struct node_settings, starts_within), 0, 9e18, NULL,
	  "up to how much later, each node at a moment of its own" },
	{ "reference", KEY_TEXT, KEY_MEMBER(struct node_settings, reference), 0, 0, NULL,
	  "the GNSS receiver that steers its clock while the daemon only serves it" },
	{ "measured", KEY_BOOL, KEY_MEMBER(struct node_settings, is_measured), 0, 1, NULL,
	  "its clock is sampled and shows in the report" },
};

static const struct node_settings node_defaults = { .starts = true, .is_measured = true };

const struct part_kind node_kind = {
	.name = "node",
	.keys = keys,
	.key_count = sizeof(keys) / sizeof(keys[0]),
	.size = sizeof(struct node_settings),
	.defaults = &node_defaults,
	.meaning = "a computer with clocks and interfaces that runs the daemon",
};

static int64_t now_ps(const struct node *node)
{
	return node->world->queue.now_ps;
}

/* ---- time ---------------------------------------------------------------------------------------------- */

int64_t node_monotonic_ns(const struct node *node, int64_t at_ps)
{
	return node->monotonic_start_ns +
	       (at_ps + (int64_t)((double)at_ps * node->monotonic_rate)) / PS_PER_NS;
}

int64_t node_when_ps(const struct node *node, int64_t monotonic_ns)
{
	int64_t elapsed_ns = monotonic_ns - node->monotonic_start_ns;
	int64_t local_ps, at_ps;

	if (elapsed_ns >= INT64_MAX / PS_PER_NS / 100 * 99) { /* 105 days: a slow clock's take a bit longer */
		return SIM_NEVER;
	}
	if (elapsed_ns <= 0) {
		return 0;
	}
	local_ps = elapsed_ns * PS_PER_NS;
	at_ps = local_ps - (int64_t)((double)local_ps * (node->monotonic_rate / (1 + node->monotonic_rate)));
	while (node_monotonic_ns(node, at_ps) < monotonic_ns) {
		at_ps++; /* the quotient was rounded */
	}
	return at_ps;
}

/* ---- events in --------------------------------------------------------------------------------------------- */

static void give(struct node *node, struct gn_event *event)
{
	event->now.ns = node_monotonic_ns(node, now_ps(node));
	event->raw_ns = event->now.ns;
	if (node->is_shimmed && !shim_event(node, event)) {
		return;
	}
	for (struct watch *w = node->world->watches; w; w = w->next) {
		if (w->event) {
			w->event(w, node, event);
		}
	}
	if (event->type == GN_EVENT_LINK && event->u.link.is_changed_provider && node->follows_phc) {
		node->switch_to = event->port;
	}
	gn_instance_event(node->instance, event);
}

static void clock_was_touched(struct node *node)
{
	struct gn_event event = { .type = GN_EVENT_CLOCK_TOUCHED, .u.touched.epoch = node->epoch };

	give(node, &event);
}

/* Another interface's clock than the one that was steered: nothing measured before counts. */
static void switch_clock(struct node *node)
{
	struct phc *next = nic_clock(&node->nics[node->switch_to - 1]);

	node->switch_to = 0;
	if (next != node->clock) {
		node->clock = next;
		node->epoch++;
		clock_was_touched(node);
	}
}

/* ---- actions out ------------------------------------------------------------------------------------------ */

static struct nic *nic_of(const struct node *node, uint16_t port)
{
	return port >= 1 && port <= node->config->port_count ? &node->nics[port - 1] : NULL;
}

static void check_sent(struct node *node, struct nic *nic, const struct gn_send *send)
{
	const char *why = sent_check(node, nic, send);

	if (why && nic) {
		nic->malformed_sent++;
	}
	for (struct watch *w = node->world->watches; w && why; w = w->next) {
		if (w->malformed) {
			w->malformed(w, node, nic ? nic->port : 0, why);
		}
	}
}

/* What goes to the management socket has been told to the watchers, who ask. */
static void send_frame(struct node *node, const struct gn_action *action)
{
	const struct gn_send *send = &action->u.send;
	bool is_local = send->destination == GN_TO_ADDRESS &&
			send->address.network_protocol == GN_PROTOCOL_LOCAL;
	struct nic *nic = is_local ? NULL : nic_of(node, action->port);

	check_sent(node, nic, send);
	if (nic) {
		nic_send(nic, send);
	}
}

static void open_port(struct node *node, const struct gn_action *action)
{
	struct gn_event event = { .type = GN_EVENT_PORT_OPENED, .port = action->port };
	struct nic *nic = nic_of(node, action->port);

	if (nic) {
		event.u.opened.is_open = nic_open(nic);
		nic_attachment(nic, &event.u.opened.attachment);
	}
	give(node, &event);
}

static void close_port(struct node *node, const struct gn_action *action)
{
	struct nic *nic = nic_of(node, action->port);

	if (nic) {
		nic_close(nic);
	}
}

static void act_on_clock(struct node *node, const struct gn_action *action)
{
	struct gn_event event = { .type = GN_EVENT_CLOCK_ANSWERED };

	node_clock_act(node, action, &event.u.clock);
	give(node, &event);
}

/* Reports are the watchers'; but a boundary clock of several cards follows the port it receives time by. */
static void tell(struct node *node, const struct gn_action *action)
{
	const struct gn_report *report = action->u.report;

	if (report->id == GN_REPORT_PORT_STATE && report->number[1] == GN_PORT_UNCALIBRATED &&
	    node->follows_phc && nic_of(node, report->port) &&
	    node->config->ports[report->port - 1].boundary_clock_jbod) {
		node->switch_to = report->port;
	}
}

/* No NTP daemon runs here to take it. */
static void keep_sample(struct node *node, const struct gn_action *action)
{
	node->refclock_sample = action->u.sample;
	node->refclock_samples++;
}

static void remember(struct node *node, const struct gn_action *action)
{
	node->remembered = action->u.memory;
	node->has_remembered = true;
}

typedef void (*carry_out)(struct node *node, const struct gn_action *action);

static const carry_out actions[] = {
	[GN_ACTION_SEND] = send_frame,
	[GN_ACTION_OPEN_PORT] = open_port,
	[GN_ACTION_CLOSE_PORT] = close_port,
	[GN_ACTION_CLOCK_READ] = act_on_clock,
	[GN_ACTION_CLOCK_SET_RATE] = act_on_clock,
	[GN_ACTION_CLOCK_STEP] = act_on_clock,
	[GN_ACTION_CLOCK_SET_PHASE] = act_on_clock,
	[GN_ACTION_CLOCK_SET_TAI_OFFSET] = act_on_clock,
	[GN_ACTION_CLOCK_SET_LEAP] = act_on_clock,
	[GN_ACTION_CLOCK_IS_SYNCHRONIZED] = act_on_clock,
	[GN_ACTION_REFCLOCK_SAMPLE] = keep_sample,
	[GN_ACTION_CLOCK_REMEMBER] = remember,
	[GN_ACTION_REPORT] = tell,
};

/* What a mutation keeps from the driver. */
static bool is_kept_back(struct node *node, struct gn_action *action)
{
	struct gn_event answer;

	if (shim_action(node, action, &answer)) {
		return false;
	}
	if (answer.type != GN_EVENT_START) {
		give(node, &answer);
	}
	return true;
}

/* A change of the clock goes first: what follows it is meant for the new one. */
static bool next_action(struct node *node, struct gn_action *action)
{
	if (node->switch_to != 0) {
		switch_clock(node);
	}
	return gn_instance_poll(node->instance, action);
}

static void take_actions(struct node *node)
{
	struct gn_action action;

	node->is_feeding = true;
	while (next_action(node, &action)) {
		for (struct watch *w = node->world->watches; w; w = w->next) {
			if (w->action) {
				w->action(w, node, &action);
			}
		}
		if (!node->is_shimmed || !is_kept_back(node, &action)) {
			actions[action.type](node, &action);
		}
	}
	node->is_feeding = false;
}

/* Before anything is taken in that a step may have spoilt. */
static void look_for_steps(struct node *node)
{
	if (node->foreign_step_ps == 0) {
		node->looked_ps = now_ps(node);
	} else if (node_clock_was_stepped(node)) {
		clock_was_touched(node);
		take_actions(node);
	}
}

/* ---- deadlines ---------------------------------------------------------------------------------------------- */

static void deadline_passed(void *object, void *argument);

/* `due_ns`: the instance's deadline, which takes a walk over all its ports to find. */
static void schedule(struct node *node, int64_t due_ns)
{
	int64_t at_ps;

	if (node->deadline_scheduled_ps == TURN_IS_COMING ||
	    (due_ns >= node->deadline_ns && node->deadline_scheduled_ps != SIM_NEVER)) {
		return;
	}
	at_ps = node_when_ps(node, due_ns);
	if (at_ps == SIM_NEVER || node->shim.is_deaf_to_deadlines) {
		return;
	}
	node->deadline_ns = due_ns;
	node->deadline_scheduled_ps = at_ps > now_ps(node) ? at_ps : now_ps(node);
	queue_add(&node->world->queue, node->deadline_scheduled_ps, deadline_passed, node, NULL);
}

static int64_t next_due_ns(const struct node *node)
{
	return gn_instance_deadline(node->instance).ns;
}

static int64_t now_ns(const struct node *node)
{
	return node_monotonic_ns(node, now_ps(node));
}

static void serve_deadline(struct node *node)
{
	struct gn_event event = { .type = GN_EVENT_DEADLINE };

	give(node, &event);
	take_actions(node);
}

static bool is_of_this_life(const struct node *node, const void *argument)
{
	return node->instance && (uintptr_t)argument == (uintptr_t)node->restarts;
}

/* The instance serves one timer an event. After a pause of the whole process an Announce that lies in the socket counts
 * before the timeout that it prevents: frames were given their turns already, so this one waits
 * for another, once. */
static void deadline_turn(void *object, void *argument)
{
	struct node *node = object;
	int64_t due_ns, turn_ps;

	if (node_defers(node, deadline_turn, object, argument)) {
		return;
	}
	if (!is_of_this_life(node, argument) || node->deadline_scheduled_ps != TURN_IS_COMING) {
		return;
	}
	if (!node->let_frames_pass && now_ns(node) - next_due_ns(node) > PUNCTUAL_NS) {
		turn_ps = host_turn_ps(&node->host, now_ps(node));
		if (turn_ps > now_ps(node)) {
			node->let_frames_pass = true;
			queue_add(&node->world->queue, turn_ps, deadline_turn, object, argument);
			return;
		}
	}
	look_for_steps(node);
	node->let_frames_pass = false;
	node->deadline_scheduled_ps = SIM_NEVER;
	due_ns = next_due_ns(node);
	for (int n = 0; n < DEADLINES_PER_TURN && due_ns <= now_ns(node); n++) {
		serve_deadline(node);
		due_ns = next_due_ns(node);
	}
	schedule(node, due_ns);
}

/* The timer: it was set for the deadline as it was then. */
static void deadline_passed(void *object, void *argument)
{
	struct node *node = object;
	int64_t due_ns;

	(void)argument;
	if (!node->instance || node->deadline_scheduled_ps != now_ps(node)) {
		return;
	}
	due_ns = next_due_ns(node);
	if (due_ns > now_ns(node)) {
		node->deadline_scheduled_ps = SIM_NEVER;
		schedule(node, due_ns);
		return;
	}
	node->deadline_scheduled_ps = TURN_IS_COMING;
	queue_add(&node->world->queue, host_turn_ps(&node->host, now_ps(node)), deadline_turn, node,
		  (void *)(uintptr_t)node->restarts);
}

/* ---- turns ---------------------------------------------------------------------------------------------------- */

void node_feed(struct node *node, struct gn_event *event)
{
	if (!node->instance) {
		return;
	}
	give(node, event);
	if (!node->is_feeding) {
		take_actions(node);
		schedule(node, next_due_ns(node));
	}
}

void node_turn(struct node *node, struct gn_event *event)
{
	int64_t due_ns, late_ns;

	if (!node->instance) {
		return;
	}
	look_for_steps(node);
	give(node, event);
	take_actions(node);
	due_ns = next_due_ns(node);
	late_ns = now_ns(node) - due_ns;
	if (late_ns >= 0 && late_ns < PUNCTUAL_NS && !node->shim.is_deaf_to_deadlines) {
		serve_deadline(node); /* what became due while frames are being delivered */
		due_ns = next_due_ns(node);
	}
	schedule(node, due_ns);
}

bool node_defers(struct node *node, queue_handler handler, void *object, void *argument)
{
	if (now_ps(node) >= node->frozen_until_ps) {
		return false;
	}
	queue_add(&node->world->queue, node->frozen_until_ps, handler, object, argument);
	return true;
}

struct node_letter {
	struct node_letter *next;
	size_t length;
	uint8_t octets[];
};

static void drop_letters(struct node *node)
{
	while (node->letters) {
		struct node_letter *next = node->letters->next;

		free(node->letters);
		node->letters = next;
	}
}

static void read_letter(void *object, void *argument)
{
	struct node *node = object;
	struct node_letter *letter = node->letters;

	if (!letter || !is_of_this_life(node, argument) || node_defers(node, read_letter, object, argument)) {
		return;
	}
	node->letters = letter->next;
	node_manage(node, letter->octets, letter->length);
	free(letter);
}

static void keep_letter(struct node *node, const uint8_t *octets, size_t length)
{
	struct node_letter *letter = malloc(sizeof(*letter) + length), **end = &node->letters;

	if (!letter) {
		world_out_of_memory(node->world);
		return;
	}
	letter->next = NULL;
	letter->length = length;
	memcpy(letter->octets, octets, length);
	while (*end) {
		end = &(*end)->next;
	}
	*end = letter;
	queue_add(&node->world->queue, node->frozen_until_ps, read_letter, node,
		  (void *)(uintptr_t)node->restarts);
}

void node_manage(struct node *node, const uint8_t *octets, size_t length)
{
	struct gn_event event = { .type = GN_EVENT_FRAME_RECEIVED };

	event.u.received = (struct gn_frame_received){
		.octets = octets,
		.length = length,
		.stamp = { .status = GN_STAMP_MISSING },
		.source = { .network_protocol = GN_PROTOCOL_LOCAL, .length = 4, .octets = { 0, 0, 0, 1 } },
		.is_unicast = true,
		.is_general = true,
		.is_local = true,
		.may_change = true,
	};
	if (node->instance && now_ps(node) < node->frozen_until_ps) {
		keep_letter(node, octets, length);
		return;
	}
	node_feed(node, &event);
}

/* ---- life ------------------------------------------------------------------------------------------------------- */

/* temperature_source: whatever file is named, the sensor sits on the oscillator of the steered clock. */
static void read_temperature(void *object, void *argument)
{
	struct node *node = object;
	struct gn_event event = { .type = GN_EVENT_TEMPERATURE };
	double degrees;

	if (!is_of_this_life(node, argument) || node_defers(node, read_temperature, object, argument)) {
		return;
	}
	degrees = curve_at(node->clock->oscillator->temperature_in_force, now_ps(node));
	event.u.temperature.millidegrees = (int32_t)(degrees * 1000.0);
	queue_add(&node->world->queue, now_ps(node) + PS_PER_SECOND, read_temperature, node, argument);
	node_feed(node, &event);
}

static void watch_temperature(struct node *node)
{
	if (node->config->temperature_source[0] && node->config->servo.kind == GN_SERVO_ADAPTIVE) {
		queue_add(&node->world->queue, now_ps(node) + PS_PER_SECOND, read_temperature, node,
			  (void *)(uintptr_t)node->restarts);
	}
}

/* As the daemon does it: what is known only once the clock is open goes into a copy of the configuration. */
static enum gn_result make_instance(struct node *node)
{
	struct gn_config config = *node->config;
	struct rng rng;

	if (node->is_virtual) {
		config.clock_kind = GN_CLOCK_VIRTUAL;
	}
	rng_init(&rng, node->world->seed + node->restarts * GOLDEN, node->name, "timers");
	return gn_instance_init(node->memory, node->memory_size, &config, &node->identity, rng_bits(&rng),
				&node->instance);
}

void node_start(struct node *node)
{
	struct gn_event event = { .type = GN_EVENT_START };

	if (node->instance) {
		return;
	}
	node_clock_choose(node);
	node_clock_take_over(node);
	node->restarts++;
	node->epoch++;
	node->switch_to = 0;
	node->deadline_scheduled_ps = SIM_NEVER;
	node->let_frames_pass = false;
	node->deadline_ns = INT64_MAX;
	if (make_instance(node) != GN_OK) {
		node->instance = NULL;
		world_happened(node->world, "%s does not start: its configuration cannot be run", node->name);
		return;
	}
	for (uint16_t i = 0; i < node->config->port_count; i++) {
		nic_attachment(&node->nics[i], &node->nics[i].attachment);
	}
	node_feed(node, &event);
	node_card_tell(node);
	watch_temperature(node);
}

static void start_is_due(void *object, void *argument)
{
	(void)argument;
	node_start(object);
}

/* A frozen process that is killed is not frozen any more. */
static void thaw(struct node *node)
{
	if (node->frozen_until_ps > now_ps(node)) {
		node->frozen_until_ps = now_ps(node);
		node->host.stalled_until_ps = now_ps(node);
	}
	if (node->host.last_turn_ps > now_ps(node)) {
		node->host.last_turn_ps = now_ps(node);
	}
}

void node_kill(struct node *node)
{
	node->instance = NULL;
	thaw(node);
	drop_letters(node);
	for (uint16_t i = 0; i < node->config->port_count; i++) {
		nic_close(&node->nics[i]);
	}
}

void node_stop(struct node *node)
{
	struct gn_event event = { .type = GN_EVENT_STOP };

	node_feed(node, &event);
	node_kill(node);
}

void node_freeze(struct node *node, int64_t for_ps)
{
	int64_t until_ps = now_ps(node) + for_ps;

	if (until_ps > node->frozen_until_ps) {
		node->frozen_until_ps = until_ps;
	}
	if (until_ps > node->host.stalled_until_ps) {
		node->host.stalled_until_ps = until_ps;
	}
}

/* ---- its parts ---------------------------------------------------------------------------------------------------- */

static void init_oscillator(struct node *node, struct oscillator *oscillator, const char *name)
{
	struct oscillator_settings settings = oscillator->settings;
	const struct curve *curve = settings.temperature[0] ? world_curve(node->world, settings.temperature)
							    : NULL;
	char full_name[sizeof(node->name) + 8];

	snprintf(full_name, sizeof(full_name), "%s/%s", node->name, name);
	oscillator_init(oscillator, &settings, curve, node->world->seed, full_name);
}

static void init_clock(struct node *node, struct phc *phc, struct oscillator *oscillator, uint64_t start,
		       const char *name)
{
	struct phc_settings settings = phc->settings;
	char full_name[sizeof(node->name) + 8];

	snprintf(full_name, sizeof(full_name), "%s/%s", node->name, name);
	phc_init(phc, &settings, oscillator, start, node->world->seed, full_name);
}

static void init_clocks(struct node *node)
{
	uint64_t tai = node->world->start_seconds;
	uint64_t utc = tai - (uint64_t)node->world->utc_offset;

	init_oscillator(node, &node->host_oscillator, "host");
	init_oscillator(node, &node->mac_oscillator, "mac");
	init_oscillator(node, &node->phy_oscillator, "phy");
	init_clock(node, &node->mac, &node->mac_oscillator, tai, "mac");
	init_clock(node, &node->phy, &node->phy_oscillator, tai, "phy");
	node_clock_choose(node);
	if (node->is_virtual) {
		node->system.settings.offset += (int64_t)(node->config->clock_initial_offset *
							  (double)PS_PER_SECOND);
	}
	init_clock(node, &node->system, &node->host_oscillator,
		   node->clock == &node->system && !node->is_utc ? tai : utc, "system");
	node->system_tai_offset = node->world->utc_offset;
}

static bool init_nics(struct node *node)
{
	uint16_t count = node->config->port_count;

	if (!node->nics) {
		node->nics = calloc(count, sizeof(*node->nics));
		for (uint16_t i = 0; node->nics && i < count; i++) {
			memcpy(&node->nics[i].settings, nic_kind.defaults, nic_kind.size);
			memcpy(&node->nics[i].mac, mac_kind.defaults, mac_kind.size);
			memcpy(&node->nics[i].phy, phy_kind.defaults, phy_kind.size);
		}
	}
	for (uint16_t i = 0; node->nics && i < count; i++) {
		char name[sizeof(node->name) + 8];

		snprintf(name, sizeof(name), "%s.%u", node->name, i + 1);
		nic_init(&node->nics[i], node, (uint16_t)(i + 1), node->world->seed, name);
	}
	return node->nics;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* Of the configuration ("001122.3344.556677"), unless that is all zeros; else of the first port's address. */
static struct gn_clock_identity make_identity(const struct node *node)
{
	struct gn_clock_identity identity = { { 0 } };
	const char *text = node->config->clock_identity;
	unsigned digits = 0;
	bool is_given = false;

	for (size_t i = 0; text[i] && digits < 16; i++) {
		int digit = hex_digit(text[i]);

		if (digit >= 0) {
			identity.octets[digits / 2] = (uint8_t)(identity.octets[digits / 2] << 4 | digit);
			is_given = is_given || digit > 0;
			digits++;
		}
	}
	return is_given && digits == 16 ? identity
					: gn_clock_identity_from_mac(node->nics[0].physical_address);
}

static int64_t when_it_starts(const struct node *node)
{
	struct rng rng;

	rng_init(&rng, node->world->seed, node->name, "start");
	return node->settings.starts_at + (int64_t)(rng_uniform(&rng) * (double)node->settings.starts_within);
}

static void init_monotonic(struct node *node)
{
	const struct oscillator *oscillator = &node->host_oscillator;
	struct rng rng;

	rng_init(&rng, node->world->seed, node->name, "uptime");
	node->monotonic_start_ns = UPTIME_NS_MIN + (int64_t)rng_below(&rng, UPTIME_NS_RANGE);
	node->monotonic_rate = (oscillator->settings.frequency + oscillator->own_frequency) * PPB;
}

bool node_init(struct node *node, struct world *world, uint32_t index)
{
	struct host_settings host = node->host.settings;

	node->world = world;
	node->index = index;
	node->deadline_scheduled_ps = SIM_NEVER;
	node->memory_size = gn_instance_size(node->config);
	node->memory = node->memory_size ? malloc(node->memory_size) : NULL;
	if (!node->memory || !init_nics(node)) {
		return false;
	}
	host_init(&node->host, &host, world->seed, node->name);
	init_clocks(node);
	init_monotonic(node);
	node->identity = make_identity(node);
	node->is_shimmed = shim_is_on(&node->shim);
	if (node->settings.starts) {
		queue_add(&world->queue, when_it_starts(node), start_is_due, node, NULL);
	}
	return node->settings.reference[0] == '\0' || node_card_insert(node);
}

void node_free(struct node *node)
{
	if (node->card) {
		gnss_card_free(node->card);
	}
	drop_letters(node);
	free(node->memory);
	free(node->nics);
}

/* ---- a setting was changed ------------------------------------------------------------------------------------------ */

static void oscillators_changed(struct node *node)
{
	struct oscillator *all[] = { &node->host_oscillator, &node->mac_oscillator, &node->phy_oscillator };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const char *name = all[i]->settings.temperature;

		all[i]->temperature = name[0] ? world_curve(node->world, name) : NULL;
		oscillator_changed(all[i], now_ps(node));
	}
	phc_rebase(&node->system, now_ps(node));
	phc_rebase(&node->mac, now_ps(node));
	phc_rebase(&node->phy, now_ps(node));
}

static void clocks_changed(struct node *node)
{
	phc_changed(&node->mac, now_ps(node));
	phc_changed(&node->phy, now_ps(node));
}

/* A new offset is somebody's step. */
static void system_changed(struct node *node)
{
	int64_t by_ps = node->system.settings.offset - node->system.offset_done;

	phc_changed(&node->system, now_ps(node));
	if (node->clock == &node->system) {
		node->foreign_step_ps += by_ps;
	}
}

static void nics_changed(struct node *node, uint16_t port)
{
	for (uint16_t i = 1; i <= node->config->port_count; i++) {
		if (port == 0 || port == i) {
			nic_changed(&node->nics[i - 1]);
		}
	}
}

/* Of the others each use reads the settings anew. */
void node_part_changed(struct node *node, const struct part_kind *kind, uint16_t port)
{
	if (kind == &oscillator_kind) {
		oscillators_changed(node);
	} else if (kind == &phc_kind) {
		clocks_changed(node);
	} else if (kind == &system_kind) {
		system_changed(node);
	} else if (kind == &host_kind) {
		host_changed(&node->host, now_ps(node));
	} else if (kind == &nic_kind) {
		nics_changed(node, port);
	} else if (kind == &shim_kind) {
		node->is_shimmed = shim_is_on(&node->shim);
		if (node->instance) {
			schedule(node, next_due_ns(node));
		}
	}
}
