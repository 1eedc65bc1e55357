/* src/sim/watch/invariants.c -- a watcher that keeps accounts with every daemon, and a judge of how the network ended.
 *
 * Whether a part of the network is in order is asked of the settings as they are at the end, and of the scenario for what
 * happened shortly before: what nobody can work with is no reason to complain. */
#include "sim/watch/invariants.h"

#include "core/dataset.h"
#include "sim/node/node.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUIET_PS (60 * PS_PER_SECOND)  /* nothing happened: all have found each other */
#define STABLE_PS (30 * PS_PER_SECOND) /* and have been what they are */
#define DRY_SECONDS 60                 /* no frame and no stamp is on its way for longer */
#define BROKEN_MAX 20                  /* said of one world */
#define LOAD_MAX 0.9
#define TRAFFIC_MAX 0.7
#define CLASS_NEVER_RECEIVER 128 /* clockClass below: D0 is its own, it does not receive (Figure 33) */
#define ANNOUNCE_INTERVAL_MAX 1
#define ANNOUNCE_TIMEOUT_MAX 10
#define FAULT_RESET_MAX 4
#define STAMP_WAIT_MIN 10 /* ms */
#define STAMP_DELAY_MAX (9 * PS_PER_MS + PS_PER_MS / 2)
#define DELAY_MAX (10 * PS_PER_MS)
#define APART_NS_MAX 1000000 /* software stamps on a loaded virtual machine */
#define SCALED_PER_NS 65536
#define ENTRIES_PER_PART 16
#define ENTRIES_AT_LEAST 64

/* What was seen of a daemon from its start on. */
struct watched_life {
	bool is_running;
	int64_t now_ns;
	uint64_t frames, headerless;
	uint64_t drops[GN_DROPS];
};

__attribute__((format(printf, 2, 3))) static void break_it(struct invariants *v, const char *format, ...)
{
	char text[512], line[600];
	va_list arguments;

	if (v->broken++ >= BROKEN_MAX) {
		return;
	}
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	snprintf(line, sizeof(line), "at %.6f s: %s", (double)v->world->queue.now_ps / (double)PS_PER_SECOND,
		 text);
	v->say(v->context, line);
}

/* ---- accounts: frames and drops ---- */

static uint64_t sum(const uint64_t *counts, size_t count)
{
	uint64_t all = 0;

	for (size_t i = 0; i < count; i++) {
		all += counts[i];
	}
	return all;
}

static void close_accounts(struct invariants *v, const struct node *node)
{
	const struct gn_instance *instance = node->instance;
	struct watched_life *life = &v->lives[node->index];
	uint64_t counted = life->headerless;

	if (!instance || !life->is_running) {
		life->is_running = false;
		return;
	}
	for (uint16_t i = 0; i < instance->port_count; i++) {
		counted += sum(instance->ports[i].received, GN_MESSAGE_TYPES);
	}
	if (counted != life->frames) {
		break_it(v, "%s: %llu frames were given to it, %llu are counted", node->name,
			 (unsigned long long)life->frames, (unsigned long long)counted);
	}
	for (int reason = 0; reason < GN_DROPS; reason++) {
		uint64_t drops = 0;

		for (uint16_t i = 0; i < instance->port_count; i++) {
			drops += instance->ports[i].drops[reason];
		}
		if (drops != life->drops[reason]) {
			break_it(v, "%s: %llu drops for %s are counted, %llu were reported", node->name,
				 (unsigned long long)drops, gn_drop_name((enum gn_drop)reason),
				 (unsigned long long)life->drops[reason]);
		}
	}
}

static void close_all_accounts(struct invariants *v)
{
	for (size_t i = 0; i < v->world->node_count; i++) {
		close_accounts(v, &v->world->nodes[i]);
	}
}

/* ---- watching ---- */

static void look_at_time(struct invariants *v, const struct node *node, const struct gn_event *event)
{
	struct watched_life *life = &v->lives[node->index];

	if (v->world->queue.now_ps < v->last_ps) {
		break_it(v, "the world's time went back from %lld ps", (long long)v->last_ps);
	}
	v->last_ps = v->world->queue.now_ps;
	if (life->is_running && event->now.ns < life->now_ns) {
		break_it(v, "%s: its monotonic time went back from %lld ns to %lld ns", node->name,
			 (long long)life->now_ns, (long long)event->now.ns);
	}
	life->now_ns = event->now.ns;
}

static void see_event(struct watch *watch, struct node *node, const struct gn_event *event)
{
	struct invariants *v = watch->context;
	struct watched_life *life = &v->lives[node->index];

	if (v->is_over) {
		return;
	}
	if (event->type == GN_EVENT_START) {
		*life = (struct watched_life){ .is_running = true, .now_ns = event->now.ns };
	} else if (event->type == GN_EVENT_STOP) {
		close_accounts(v, node);
	} else if (event->type == GN_EVENT_FRAME_RECEIVED && !event->u.received.is_local) {
		life->frames++;
	}
	look_at_time(v, node, event);
}

static void see_action(struct watch *watch, struct node *node, const struct gn_action *action)
{
	struct invariants *v = watch->context;
	struct watched_life *life = &v->lives[node->index];
	const struct gn_report *report;

	if (v->is_over || action->type != GN_ACTION_REPORT || action->u.report->id != GN_REPORT_DROP) {
		return;
	}
	report = action->u.report;
	if (report->number[0] < 0 || report->number[0] >= GN_DROPS) {
		break_it(v, "%s: a drop is reported for the unknown reason %lld", node->name,
			 (long long)report->number[0]);
		return;
	}
	life->drops[report->number[0]]++;
	life->headerless += report->number[1] < 0 &&
			    (report->number[0] == GN_DROP_TRUNCATED || report->number[0] == GN_DROP_VERSION);
}

static void see_malformed(struct watch *watch, struct node *node, uint16_t port, const char *why)
{
	struct invariants *v = watch->context;

	if (!v->is_over) {
		break_it(v, "%s: it sends a malformed message by port %u: %s", node->name, port, why);
	}
}

/* A daemon that is killed takes its accounts with it. */
static void see_happening(struct watch *watch, const char *text)
{
	struct invariants *v = watch->context;

	(void)text;
	if (!v->is_over) {
		close_all_accounts(v);
	}
}

bool invariants_init(struct invariants *v, struct world *world, const struct scenario *scenario,
		     void (*say)(void *context, const char *line), void *context)
{
	*v = (struct invariants){
		.world = world,
		.scenario = scenario,
		.say = say,
		.context = context,
		.watch = { see_event, see_action, see_malformed, see_happening, .context = v },
	};
	v->lives = calloc(world->node_count ? world->node_count : 1, sizeof(*v->lives));
	if (!v->lives) {
		return false;
	}
	world_watch(world, &v->watch);
	return true;
}

void invariants_free(struct invariants *v)
{
	free(v->lives);
	v->lives = NULL;
}

/* ---- which parts of the network are in order ---- */

/* Until when something happens; SIM_NEVER: until the end. */
static int64_t last_happening_ps(const struct scenario *s)
{
	int64_t last_ps = 0;

	for (size_t i = 0; i < s->happening_count; i++) {
		const struct scenario_happening *h = &s->happenings[i];
		int64_t until_ps = h->every_ps == 0 ? h->at_ps : h->until_ps < 0 ? SIM_NEVER : h->until_ps;
		int64_t lasts_ps = h->verb == VERB_FREEZE ? h->by_ps : 0;

		until_ps = until_ps < SIM_NEVER - lasts_ps ? until_ps + lasts_ps : SIM_NEVER;
		last_ps = until_ps > last_ps ? until_ps : last_ps;
	}
	return last_ps;
}

static bool is_quiet(const struct invariants *v)
{
	int64_t now_ps = v->world->queue.now_ps;

	return now_ps >= QUIET_PS && last_happening_ps(v->scenario) <= now_ps - QUIET_PS;
}

static bool is_link_fine(const struct world *world, const struct link *link)
{
	const struct link_settings *s = &link->settings;

	return world->attacker_count == 0 && link_has_carrier(link) && s->loss == 0 && s->loss_forward == 0 &&
	       s->loss_backward == 0 && s->duplicate == 0 && s->reorder == 0 && s->corrupt == 0 &&
	       s->medium == LINK_WIRED && s->delay < DELAY_MAX && !link->faults;
}

static bool has_managed(const struct invariants *v, const struct node *node)
{
	for (size_t i = 0; i < v->scenario->happening_count; i++) {
		const struct scenario_happening *h = &v->scenario->happenings[i];

		if (h->verb == VERB_MANAGE && scenario_matches(h->target, node->name) &&
		    !(h->word_count > 1 && strncmp(h->words[1], "PRIORITY", 8) == 0)) {
			return true;
		}
	}
	return false;
}

/* By somebody else; the daemon does not step again. */
static bool was_stepped(const struct invariants *v, const struct node *node)
{
	for (size_t i = 0; i < v->scenario->happening_count; i++) {
		const struct scenario_happening *h = &v->scenario->happenings[i];

		if ((h->verb == VERB_STEP ||
		     (h->verb == VERB_SET && (h->kind == &phc_kind || h->kind == &system_kind))) &&
		    scenario_matches(h->target, node->name)) {
			return true;
		}
	}
	return v->world->leap != 0;
}

static bool is_host_fine(const struct host_settings *s)
{
	return s->stall_every == 0 && s->load <= LOAD_MAX && s->coalesce <= PS_PER_MS;
}

/* What can be heard by whoever is in order too: it runs, is not held up, and takes part in the choice of a time transmitter. */
static bool can_talk(const struct invariants *v, const struct node *node)
{
	const struct gn_config *c = node->config;
	const struct gn_port_config *p = &c->ports[0];

	return node->instance && node->nics[0].is_open && is_host_fine(&node->host.settings) &&
	       node->settings.starts &&
	       node->settings.starts_at + node->settings.starts_within <= v->world->queue.now_ps - QUIET_PS &&
	       !node->is_shimmed && p->bmca == GN_BMCA_PTP && !p->server_only && !p->inhibit_announce &&
	       c->gm_capable && c->clock_class_threshold == 248 && c->max_steps_removed == 255 &&
	       p->log_announce_interval <= ANNOUNCE_INTERVAL_MAX &&
	       p->announce_receipt_timeout <= ANNOUNCE_TIMEOUT_MAX &&
	       p->fault_reset_interval <= FAULT_RESET_MAX && !has_managed(v, node);
}

static bool is_nic_fine(const struct nic *nic)
{
	const struct nic_settings *s = &nic->settings;

	return s->bug == BUG_NONE && s->stamp_loss == 0 && s->stamp_swap == 0 && s->receive_stamp_loss == 0 &&
	       s->stamp_delay + 5 * s->stamp_delay_jitter < STAMP_DELAY_MAX && s->queue_jitter <= PS_PER_US;
}

static bool is_clock_fine(const struct phc_settings *s)
{
	return s->bug == BUG_NONE && s->max_rate >= 100000 && s->step_resolution <= PS_PER_NS;
}

/* A threshold below what traffic makes messages wait is stepped at again and again; and with software stamps each step is
 * followed by 40 s in which the servo does nothing but estimate the frequency. */
static bool steps_seldom(const struct gn_config *c)
{
	return c->servo.step_threshold == 0 ||
	       (c->servo.step_threshold >= 1e-3 && c->time_stamping != GN_STAMPING_SOFTWARE);
}

/* Others keep to what they were given for that. */
static bool is_servo_fine(const struct gn_servo_config *c)
{
	return c->kind == GN_SERVO_PI || (c->kind == GN_SERVO_ADAPTIVE && c->servo_bandwidth == 0);
}

/* What can be a time receiver besides, as it is meant to be. A card of a satellite receiver has a hand of its own on the
 * clock. */
static bool can_follow(const struct invariants *v, const struct node *node)
{
	const struct gn_config *c = node->config;
	const struct gn_port_config *p = &c->ports[0];

	return is_nic_fine(&node->nics[0]) && is_clock_fine(&node->mac.settings) &&
	       is_clock_fine(&node->phy.settings) && is_clock_fine(&node->system.settings) &&
	       !was_stepped(v, node) && !node->card && !c->free_running && is_servo_fine(&c->servo) &&
	       c->servo.first_step_threshold > 0 && c->servo.first_step_threshold < 1e-3 && steps_seldom(c) &&
	       c->servo.max_frequency >= 900000000 && c->sanity_freq_limit == 200000000 &&
	       c->step_window == 0 && !c->assume_two_step && !c->write_phase_mode &&
	       c->tx_timestamp_timeout >= STAMP_WAIT_MIN && p->delay_response_timeout == 0 &&
	       !p->ignore_source_id && p->delay_asymmetry == 0 && p->ingress_latency == 0 &&
	       p->egress_latency == 0;
}

static bool speak_alike(const struct node *a, const struct node *b)
{
	const struct gn_port_config *p = &a->config->ports[0], *q = &b->config->ports[0];

	return p->network_transport == q->network_transport &&
	       a->config->domain_number == b->config->domain_number &&
	       p->transport_specific == q->transport_specific && p->delay_mechanism == q->delay_mechanism &&
	       p->follow_up_info == q->follow_up_info && /* it makes an IEEE 802.1AS port */
	       p->log_announce_interval == q->log_announce_interval &&
	       p->announce_receipt_timeout == q->announce_receipt_timeout;
}

/* Since STABLE_PS, and 0 when it changed in that time or does not run. */
static enum gn_port_state stable_state(const struct invariants *v, const struct observed_node *node)
{
	int64_t since_ps = v->world->queue.now_ps - STABLE_PS;

	for (size_t i = 0; i < node->change_count; i++) {
		const struct observed_change *c = &node->changes[i];

		if (c->at_ps > since_ps &&
		    (c->kind == OBSERVED_STATE || c->kind == OBSERVED_START || c->kind == OBSERVED_END)) {
			return (enum gn_port_state)0;
		}
	}
	return observation_state(node, 1, since_ps);
}

/* One that may only receive time and still has the better priority1 waits for a better one, and says so. */
static bool is_proud(const struct invariants *v, const struct node *node)
{
	const struct world *w = v->world;

	if (!node->config->client_only) {
		return false;
	}
	for (size_t i = 0; i < v->scenario->happening_count; i++) {
		if (v->scenario->happenings[i].verb == VERB_MANAGE) {
			return true; /* priorities are others than the configuration's */
		}
	}
	for (size_t i = 0; i < w->node_count; i++) {
		if (w->nodes[i].config->priority1 > node->config->priority1) {
			return true;
		}
	}
	return false;
}

/* ---- two on one cable ---- */

static const struct node *node_at(const struct world *world, const struct plug *plug)
{
	for (size_t i = 0; i < world->node_count; i++) {
		const struct node *node = &world->nodes[i];

		if (plug->owner == &node->nics[0]) {
			return node;
		}
	}
	return NULL;
}

static void judge_cable(struct invariants *v, const struct observation *o, const struct link *link)
{
	const struct node *a = node_at(v->world, link->plug[0]), *b = node_at(v->world, link->plug[1]);

	if (!a || !b || !is_link_fine(v->world, link) || !can_talk(v, a) || !can_talk(v, b) ||
	    !speak_alike(a, b)) {
		return;
	}
	if (stable_state(v, &o->nodes[a->index]) == GN_PORT_TIME_TRANSMITTER &&
	    stable_state(v, &o->nodes[b->index]) == GN_PORT_TIME_TRANSMITTER) {
		break_it(v, "%s: both ends are TIME_TRANSMITTER for 30 s", link->name);
	}
}

/* ---- a network that is all in order ---- */

static bool is_network_fine(const struct invariants *v)
{
	const struct world *w = v->world;

	for (size_t i = 0; i < w->link_count; i++) {
		if (!is_link_fine(w, w->links[i])) {
			return false;
		}
	}
	for (size_t i = 0; i < w->box_count; i++) {
		const struct box_settings *s = &w->boxes[i]->settings;

		if (!s->is_on || s->serves != BOX_ALL || s->buffer < 100000 || s->forwards_pdelay) {
			return false;
		}
	}
	for (size_t i = 0; i < w->traffic_count; i++) {
		if (w->traffics[i]->settings.load > TRAFFIC_MAX) {
			return false;
		}
	}
	for (size_t i = 0; i < w->node_count; i++) {
		const struct node *node = &w->nodes[i];

		if (!can_talk(v, node) || !can_follow(v, node) || is_proud(v, node) ||
		    !speak_alike(node, &w->nodes[0]) ||
		    (w->box_count > 0 && node->config->ports[0].delay_mechanism != GN_DELAY_E2E)) {
			return false;
		}
	}
	return w->node_count > 1;
}

static bool has_a_leader(const struct world *w)
{
	for (size_t i = 0; i < w->node_count; i++) {
		if (!w->nodes[i].config->client_only) {
			return true;
		}
	}
	return false;
}

static void judge_network(struct invariants *v, const struct observation *o)
{
	size_t transmitters = 0;

	if (!is_network_fine(v) || !has_a_leader(v->world)) {
		return;
	}
	for (size_t i = 0; i < o->node_count; i++) {
		const struct node *node = &v->world->nodes[i];
		enum gn_port_state state = observation_state(&o->nodes[i], 1, v->world->queue.now_ps);

		transmitters += state == GN_PORT_TIME_TRANSMITTER;
		if (state != GN_PORT_TIME_TRANSMITTER && state != GN_PORT_TIME_RECEIVER &&
		    !(state == GN_PORT_PASSIVE && node->config->clock_class < CLASS_NEVER_RECEIVER)) {
			break_it(v, "%s: all is in order, but its port is in state %d", o->nodes[i].name,
				 (int)state);
		}
	}
	if (transmitters != 1) {
		break_it(v, "all is in order, but there are %zu time transmitters", transmitters);
	}
}

/* Two nodes to whom nothing ever happened: the one has stepped to the other, once, and follows it. (Among more, who is followed
 * may change while they start, and clocks are not stepped again.) Where one keeps UTC and the other does not, a grandmaster
 * serves what it has. */
static void judge_clocks(struct invariants *v, const struct observation *o)
{
	struct node *nodes = v->world->nodes;
	int64_t now_ps = v->world->queue.now_ps, apart_ns;

	if (v->world->node_count != 2 || v->scenario->happening_count > 0 || !is_network_fine(v) ||
	    nodes[0].is_utc != nodes[1].is_utc ||
	    (stable_state(v, &o->nodes[0]) != GN_PORT_TIME_RECEIVER &&
	     stable_state(v, &o->nodes[1]) != GN_PORT_TIME_RECEIVER)) {
		return;
	}
	apart_ns = (node_error(&nodes[0], now_ps) - node_error(&nodes[1], now_ps)) / SCALED_PER_NS;
	if (apart_ns > APART_NS_MAX || apart_ns < -APART_NS_MAX) {
		break_it(v, "all is in order, but the clocks are %lld ns apart", (long long)apart_ns);
	}
}

/* ---- memory ---- */

static void judge_queue(struct invariants *v, const char *when)
{
	const struct world *w = v->world;
	size_t parts = w->node_count + w->link_count + w->box_count + w->receiver_count + w->attacker_count +
		       v->scenario->happening_count;
	size_t flying = (size_t)(w->frames.living + w->parcels.living);
	size_t bound = ENTRIES_AT_LEAST + ENTRIES_PER_PART * parts + 2 * flying;

	if (w->queue.count > bound) {
		break_it(v, "%s the queue has %zu entries, with %zu frames and stamps on their way", when,
			 w->queue.count, flying);
	}
}

/* Nobody sends any more; what is on its way arrives. Some daemons may yet be started. */
static void run_dry(struct world *w)
{
	for (size_t i = 0; i < w->attacker_count; i++) {
		attacker_settings(w->attackers[i])->is_on = false;
		attacker_changed(w->attackers[i]);
	}
	w->is_ended = false;
	for (int second = 0; second < DRY_SECONDS; second++) {
		for (size_t i = 0; i < w->node_count; i++) {
			node_kill(&w->nodes[i]);
		}
		world_run(w, w->queue.now_ps + PS_PER_SECOND);
	}
	for (size_t i = 0; i < w->attacker_count; i++) {
		attacker_free(w->attackers[i]); /* what they have heard goes with them */
	}
	w->attacker_count = 0;
}

static void judge_memory(struct invariants *v)
{
	struct world *w = v->world;

	judge_queue(v, "at the end");
	run_dry(w);
	judge_queue(v, "after it has run dry");
	if (w->frames.living > 0) {
		break_it(v, "%llu frames were never given back", (unsigned long long)w->frames.living);
	}
	if (w->parcels.living > 0) {
		break_it(v, "%llu stamps on their way were never given back",
			 (unsigned long long)w->parcels.living);
	}
}

size_t invariants_judge(struct invariants *v, const struct observation *o)
{
	close_all_accounts(v);
	v->is_over = true;
	for (size_t i = 0; i < o->node_count; i++) {
		if (o->nodes[i].refused_steps > 0) {
			break_it(v, "%s: %llu steps of its clock that its settings forbid", o->nodes[i].name,
				 (unsigned long long)o->nodes[i].refused_steps);
		}
	}
	if (is_quiet(v)) {
		for (size_t i = 0; i < v->world->link_count; i++) {
			judge_cable(v, o, v->world->links[i]);
		}
		judge_network(v, o);
		judge_clocks(v, o);
	}
	judge_memory(v);
	return v->broken;
}
