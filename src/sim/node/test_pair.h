/* src/sim/node/test_pair.h -- for the tests of nodes: a grandmaster and a client at the two ends of a cable, without any error
 * but those that a test puts in. */
#ifndef SIM_TEST_PAIR_H
#define SIM_TEST_PAIR_H

#include "sim/world.h"

#include "gnomon/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAIR_DELAY_PS (500 * PS_PER_NS)

struct pair {
	struct world world;
	struct gn_config config[2];
	struct gn_port_config ports[2];
	struct node *gm, *client;
	struct link *link;
	struct link_settings cable;
	/* seen by a watcher */
	struct watch watch;
	uint64_t hash;
	uint64_t events[GN_EVENT_TEMPERATURE + 1], actions[GN_ACTION_REPORT + 1],
		reports[GN_REPORTS]; /* of the client */
	uint64_t drops[GN_DROPS], sent_status[GN_STAMP_STATUSES];
	uint64_t malformed;
	const char *malformed_why;
	int64_t last_offset_ns;
};

static inline void pair_hash(struct pair *p, const void *octets, size_t length)
{
	const uint8_t *o = octets;

	for (size_t i = 0; i < length; i++) {
		p->hash = (p->hash ^ o[i]) * UINT64_C(0x100000001B3);
	}
}

static inline void pair_event(struct watch *watch, struct node *node, const struct gn_event *event)
{
	struct pair *p = watch->context;

	pair_hash(p, &event->now, sizeof(event->now));
	pair_hash(p, &event->type, sizeof(event->type));
	if (event->type == GN_EVENT_FRAME_RECEIVED) {
		pair_hash(p, event->u.received.octets, event->u.received.length);
		pair_hash(p, &event->u.received.stamp.time.whole.nanoseconds, sizeof(uint32_t));
	}
	if (node == p->client) {
		p->events[event->type]++;
		if (event->type == GN_EVENT_FRAME_SENT) {
			p->sent_status[event->u.sent.stamp.status]++;
		}
	}
}

static inline void pair_action(struct watch *watch, struct node *node, const struct gn_action *action)
{
	struct pair *p = watch->context;

	pair_hash(p, &action->type, sizeof(action->type));
	if (action->type == GN_ACTION_CLOCK_SET_RATE) {
		pair_hash(p, &action->u.rate, sizeof(action->u.rate));
	}
	if (node != p->client) {
		return;
	}
	p->actions[action->type]++;
	if (action->type == GN_ACTION_REPORT) {
		p->reports[action->u.report->id]++;
		if (action->u.report->id == GN_REPORT_DROP) {
			p->drops[action->u.report->number[0]]++;
		} else if (action->u.report->id == GN_REPORT_SERVO_SAMPLE) {
			p->last_offset_ns = action->u.report->number[0];
		}
	}
}

static inline void pair_malformed(struct watch *watch, struct node *node, uint16_t port, const char *why)
{
	struct pair *p = watch->context;

	(void)node;
	(void)port;
	p->malformed++;
	p->malformed_why = why;
}

static inline void pair_ideal(struct node *node)
{
	struct oscillator_settings still = *(const struct oscillator_settings *)oscillator_kind.defaults;

	still.frequency = still.frequency_spread = still.white = still.flicker = still.random_walk = 0;
	still.ageing = still.temperature_coefficient = 0;
	node->settings = *(const struct node_settings *)node_kind.defaults;
	node->shim = *(const struct shim_settings *)shim_kind.defaults;
	node->host_oscillator.settings = node->mac_oscillator.settings = node->phy_oscillator.settings =
		still;
	node->mac.settings = (struct phc_settings){ .max_rate = 1e7, .phase_range = PS_PER_MS };
	node->phy.settings = node->system.settings = node->mac.settings;
	node->nics = calloc(1, sizeof(*node->nics));
	node->nics[0].settings.has_one_step = true;
	node->nics[0].settings.has_p2p_one_step = true;
}

/* Everything may still be changed; then pair_make(). */
static inline void pair_init(struct pair *p, uint64_t seed)
{
	memset(p, 0, sizeof(*p));
	p->hash = UINT64_C(0xCBF29CE484222325);
	world_init(&p->world, seed, WORLD_START_SECONDS);
	p->world.nodes = calloc(2, sizeof(*p->world.nodes));
	p->world.node_count = 2;
	p->gm = &p->world.nodes[0];
	p->client = &p->world.nodes[1];
	for (int i = 0; i < 2; i++) {
		struct gn_config *config = &p->config[i];

		gn_config_defaults(config);
		config->time_stamping = GN_STAMPING_HARDWARE;
		p->ports[i] = config->port;
		p->ports[i].network_transport = GN_PROTOCOL_IEEE_802_3;
		p->ports[i].log_sync_interval = -4;
		p->ports[i].log_min_delay_req_interval = -4;
		p->ports[i].log_min_pdelay_req_interval = -4;
		p->ports[i].log_announce_interval = 0;
		snprintf(p->ports[i].name, sizeof(p->ports[i].name), "eth0");
		config->ports = &p->ports[i];
		config->port_count = 1;
		p->world.nodes[i].config = config;
		pair_ideal(&p->world.nodes[i]);
		snprintf(p->world.nodes[i].name, sizeof(p->world.nodes[i].name), "%s",
			 i == 0 ? "gm" : "client");
	}
	p->config[1].client_only = 1;
	p->client->mac.settings.offset = 123456789 * PS_PER_NS;
	p->cable = *(const struct link_settings *)link_kind.defaults;
	p->cable.delay = PAIR_DELAY_PS;
}

static inline bool pair_make(struct pair *p)
{
	p->watch = (struct watch){
		.event = pair_event, .action = pair_action, .malformed = pair_malformed, .context = p
	};
	world_watch(&p->world, &p->watch);
	if (!node_init(p->gm, &p->world, 0) || !node_init(p->client, &p->world, 1)) {
		return false;
	}
	p->link = calloc(1, sizeof(*p->link));
	p->world.links = calloc(1, sizeof(struct link *));
	if (!p->link || !p->world.links) {
		return false;
	}
	p->world.links[0] = p->link;
	p->world.link_count = 1;
	link_init(p->link, &p->world.queue, p->world.seed, &p->cable, "gm-client", &p->gm->nics[0].plug,
		  &p->client->nics[0].plug);
	return true;
}

static inline void pair_run(struct pair *p, int64_t seconds)
{
	world_run(&p->world, p->world.queue.now_ps + seconds * PS_PER_SECOND);
}

static inline void pair_run_ms(struct pair *p, int64_t milliseconds)
{
	world_run(&p->world, p->world.queue.now_ps + milliseconds * PS_PER_MS);
}

/* The client's clock against true time, in ns. */
static inline double pair_error_ns(struct pair *p)
{
	return (double)node_error(p->client, p->world.queue.now_ps) / 65536.0;
}

#endif
