/* src/sim/node/nic.c -- what an interface is: its settings, addresses, and its being opened and told of.
 *
 * Its traffic is nic_traffic.c, its stamps are nic_stamp.c. */
#include "sim/node/nic.h"

#include "sim/node/node.h"
#include "sim/world.h"

#include <stdio.h>
#include <string.h>

#define SPEED_UNPLUGGED INT64_C(1000000000)
#define BITS_PER_MEGABIT 1000000
#define IPV4_NETWORK 10

static const struct key_label preset_labels[] = {
	{ "realistic", NIC_REALISTIC, "as common hardware is" },
	{ "ideal", NIC_IDEAL, "without error, delay or limit" },
	{ NULL, 0, NULL },
};

/* ---- a unit that stamps ---- */

#define UNIT_KEYS                                                                                            \
	{ "preset", KEY_WORD,      KEY_MEMBER(struct unit_settings, preset),        0,                       \
	  0,        preset_labels, "a kind of hardware: sets all of the keys below" },                       \
		{ "latency_in",                                                                              \
		  KEY_TIME,                                                                                  \
		  KEY_MEMBER(struct unit_settings, latency_in),                                              \
		  -1e12,                                                                                     \
		  1e12,                                                                                      \
		  NULL,                                                                                      \
		  "how much later than at the connector a frame that comes in is stamped; the daemon's "     \
		  "ingressLatency takes it out" },                                                           \
		{ "latency_out",                                                                             \
		  KEY_TIME,                                                                                  \
		  KEY_MEMBER(struct unit_settings, latency_out),                                             \
		  -1e12,                                                                                     \
		  1e12,                                                                                      \
		  NULL,                                                                                      \
		  "how much earlier than at the connector a frame that goes out is stamped; egressLatency "  \
		  "takes it out" },                                                                          \
		{ "jitter",                                                                                  \
		  KEY_TIME,                                                                                  \
		  KEY_MEMBER(struct unit_settings, jitter),                                                  \
		  0,                                                                                         \
		  1e12,                                                                                      \
		  NULL,                                                                                      \
		  "standard deviation of the moment of stamping, gaussian" },                                \
		{ "quantisation",                                                                            \
		  KEY_TIME,                                                                                  \
		  KEY_MEMBER(struct unit_settings, quantisation),                                            \
		  0,                                                                                         \
		  1e12,                                                                                      \
		  NULL,                                                                                      \
		  "the step in which its register counts; 0: a stamp is exact, below a nanosecond too" },

static const struct key mac_keys[] = { UNIT_KEYS };

/* A MAC counts at 125 MHz; a PHY stamps nearer to the wire. */
static const struct unit_settings mac_presets[] = {
	[NIC_REALISTIC] = { .jitter = 2 * PS_PER_NS, .quantisation = 8 * PS_PER_NS },
	[NIC_IDEAL] = { .preset = NIC_IDEAL },
};
static const struct unit_settings phy_presets[] = {
	[NIC_REALISTIC] = { .jitter = PS_PER_NS, .quantisation = 4 * PS_PER_NS },
	[NIC_IDEAL] = { .preset = NIC_IDEAL },
};

static void apply_mac_preset(void *settings, int preset)
{
	*(struct unit_settings *)settings = mac_presets[preset];
}

static void apply_phy_preset(void *settings, int preset)
{
	*(struct unit_settings *)settings = phy_presets[preset];
}

const struct part_kind mac_kind = {
	.name = "mac",
	.keys = mac_keys,
	.key_count = sizeof(mac_keys) / sizeof(mac_keys[0]),
	.size = sizeof(struct unit_settings),
	.defaults = &mac_presets[NIC_REALISTIC],
	.apply_preset = apply_mac_preset,
	.meaning = "the stamping unit in an interface's MAC",
};

const struct part_kind phy_kind = {
	.name = "phy",
	.keys = mac_keys,
	.key_count = sizeof(mac_keys) / sizeof(mac_keys[0]),
	.size = sizeof(struct unit_settings),
	.defaults = &phy_presets[NIC_REALISTIC],
	.apply_preset = apply_phy_preset,
	.meaning = "the stamping unit in an interface's PHY",
};

/* ---- the interface ---- */

static const struct key_label providers[] = {
	{ "mac", NIC_MAC, "the MAC's stamps and clock" },
	{ "phy", NIC_PHY, "the PHY's" },
	{ NULL, 0, NULL },
};

static const struct key_label insertions[] = {
	{ "at-egress", NIC_AT_EGRESS, "as the frame leaves" },
	{ "before-queue", NIC_BEFORE_QUEUE, "as it is handed to a queue, which it leaves later" },
	{ NULL, 0, NULL },
};

#define MEMBER(member) KEY_MEMBER(struct nic_settings, member)

static const struct key nic_keys[] = {
	{ "preset", KEY_WORD, MEMBER(preset), 0, 0, preset_labels,
	  "a kind of hardware: sets all of the keys below" },
	{ "provider", KEY_WORD, MEMBER(provider), 0, 0, providers,
	  "the unit whose stamps are used and whose clock is steered" },
	{ "one_step", KEY_BOOL, MEMBER(has_one_step), 0, 0, NULL,
	  "it can write the time into a Sync that leaves" },
	{ "p2p_one_step", KEY_BOOL, MEMBER(has_p2p_one_step), 0, 0, NULL,
	  "it can write the turnaround time into a Pdelay_Resp too" },
	{ "insertion", KEY_WORD, MEMBER(insertion), 0, 0, insertions, "when a one-step time is taken" },
	{ "queue_jitter", KEY_TIME, MEMBER(queue_jitter), 0, 1e12, NULL,
	  "with `insertion before-queue': mean of the exponential wait in that queue" },
	{ "stamp_delay", KEY_TIME, MEMBER(stamp_delay), 0, 1e14, NULL,
	  "from a frame's leaving to the driver's having its transmit stamp" },
	{ "stamp_delay_jitter", KEY_TIME, MEMBER(stamp_delay_jitter), 0, 1e14, NULL,
	  "the mean of an exponential that comes on top" },
	{ "stamp_loss", KEY_FRACTION, MEMBER(stamp_loss), 0, 1, NULL, "transmit stamps that never come" },
	{ "stamp_duplicate", KEY_FRACTION, MEMBER(stamp_duplicate), 0, 1, NULL,
	  "transmit stamps that come twice" },
	{ "stamp_swap", KEY_FRACTION, MEMBER(stamp_swap), 0, 1, NULL,
	  "transmit stamps that change places with the next one" },
	{ "receive_stamp_loss", KEY_FRACTION, MEMBER(receive_stamp_loss), 0, 1, NULL,
	  "frames that come in without a stamp" },
	{ "load_shift", KEY_TIME, MEMBER(load_shift), 0, 1e12, NULL,
	  "with `bug load-offset': how much too early a transmit stamp is at the host's full load" },
	{ "reset_shift", KEY_TIME, MEMBER(reset_shift), -1e12, 1e12, NULL,
	  "with `bug reset-offset': what every second link-up adds to the receive latency, the others taking "
	  "it away" },
	{ "bug", KEY_WORD, MEMBER(bug), 0, 0, stamp_bug_labels, "what its driver does wrong with stamps" },
	{ "bug_chance", KEY_FRACTION, MEMBER(bug_chance), 0, 1, NULL,
	  "how often a bug shows that comes and goes (carry, previous-stamp)" },
};

/* A stamp is read out of a register by a worker thread of the driver's, some 10 us later. */
static const struct nic_settings nic_presets[] = {
	[NIC_REALISTIC] = { .stamp_delay = 10 * PS_PER_US,
			    .stamp_delay_jitter = 5 * PS_PER_US,
			    .bug_chance = 0.001 },
	[NIC_IDEAL] = { .preset = NIC_IDEAL,
			.has_one_step = true,
			.has_p2p_one_step = true,
			.bug_chance = 0.001 },
};

static void apply_nic_preset(void *settings, int preset)
{
	*(struct nic_settings *)settings = nic_presets[preset];
}

const struct part_kind nic_kind = {
	.name = "nic",
	.keys = nic_keys,
	.key_count = sizeof(nic_keys) / sizeof(nic_keys[0]),
	.size = sizeof(struct nic_settings),
	.defaults = &nic_presets[NIC_REALISTIC],
	.apply_preset = apply_nic_preset,
	.meaning = "a network interface and its driver",
};

/* ---- addresses: of any transport, they tell node and port ---- */

static void make_mac(uint8_t mac[6], uint32_t index, uint16_t port)
{
	const uint8_t octets[6] = {
		0x02, 0, (uint8_t)(index >> 8), (uint8_t)index, (uint8_t)(port >> 8), (uint8_t)port
	};

	memcpy(mac, octets, sizeof(octets));
}

static struct gn_address address_of(int transport, const uint8_t mac[6])
{
	struct gn_address a = { .network_protocol = (uint16_t)transport };
	const uint8_t v4[4] = { (uint8_t)(IPV4_NETWORK + mac[4]), mac[2], mac[3], mac[5] };
	const uint8_t v6[16] = { 0xFE, 0x80,   0,      0,    0,    0,      0,      0,
				 0x00, mac[1], mac[2], 0xFF, 0xFE, mac[3], mac[4], mac[5] };
	const uint8_t *octets = transport == GN_PROTOCOL_UDP_IPV4   ? v4
				: transport == GN_PROTOCOL_UDP_IPV6 ? v6
								    : mac;

	a.length = transport == GN_PROTOCOL_UDP_IPV4   ? sizeof(v4)
		   : transport == GN_PROTOCOL_UDP_IPV6 ? sizeof(v6)
						       : 6;
	memcpy(a.octets, octets, a.length);
	return a;
}

void nic_mac_of_address(const struct gn_address *address, uint8_t mac[6])
{
	const uint8_t *o = address->octets;
	const uint8_t of_v4[6] = { 0x02, 0, o[1], o[2], (uint8_t)(o[0] - IPV4_NETWORK), o[3] };
	const uint8_t of_v6[6] = { 0x02, o[9], o[10], o[13], o[14], o[15] };

	memcpy(mac,
	       address->network_protocol == GN_PROTOCOL_UDP_IPV4   ? of_v4
	       : address->network_protocol == GN_PROTOCOL_UDP_IPV6 ? of_v6
								   : o,
	       6);
}

static bool read_mac(const char *text, uint8_t mac[6])
{
	unsigned v[6];
	int end = 0;

	if (sscanf(text, "%2x%*[:-]%2x%*[:-]%2x%*[:-]%2x%*[:-]%2x%*[:-]%2x%n", &v[0], &v[1], &v[2], &v[3],
		   &v[4], &v[5], &end) != 6 ||
	    text[end] != '\0') {
		return false;
	}
	for (int i = 0; i < 6; i++) {
		mac[i] = (uint8_t)v[i];
	}
	return true;
}

/* Annexes C, D and E. Ethernet's can be configured, and bridges go by them. */
static void find_groups(struct nic *nic, const struct gn_port_config *config)
{
	static const uint8_t groups[][2][6] = {
		[GN_PROTOCOL_UDP_IPV4] = { { 0x01, 0x00, 0x5E, 0, 0x01, 0x81 },
					   { 0x01, 0x00, 0x5E, 0, 0, 0x6B } },
		[GN_PROTOCOL_UDP_IPV6] = { { 0x33, 0x33, 0, 0, 0x01, 0x81 }, { 0x33, 0x33, 0, 0, 0, 0x6B } },
		[GN_PROTOCOL_IEEE_802_3] = { { 0x01, 0x1B, 0x19, 0, 0, 0 },
					     { 0x01, 0x80, 0xC2, 0, 0, 0x0E } },
	};

	memcpy(nic->group_mac, groups[config->network_transport], sizeof(nic->group_mac));
	if (config->network_transport == GN_PROTOCOL_IEEE_802_3) {
		(void)read_mac(config->ptp_dst_mac, nic->group_mac[GN_TO_PRIMARY]); /* none: the standard's */
		(void)read_mac(config->p2p_dst_mac, nic->group_mac[GN_TO_PDELAY]);
	}
}

/* ---- what it is attached to ---- */

static bool is_link_up(const struct nic *nic)
{
	return nic->plug.link && link_has_carrier(nic->plug.link);
}

int64_t nic_speed(const struct nic *nic)
{
	return nic->plug.link ? nic->plug.link->settings.speed : SPEED_UNPLUGGED;
}

struct phc *nic_clock(const struct nic *nic)
{
	return nic->settings.provider == NIC_PHY ? &nic->node->phy : &nic->node->mac;
}

void nic_attachment(const struct nic *nic, struct gn_port_attachment *out)
{
	const struct gn_port_config *config = &nic->node->config->ports[nic->port - 1];

	*out = (struct gn_port_attachment){
		.link_is_up = is_link_up(nic),
		.speed_mbps = (uint32_t)(nic_speed(nic) / BITS_PER_MEGABIT),
		.physical_address_length = sizeof(nic->physical_address),
		.protocol_address = nic->address,
		.phc_index = nic->settings.provider,
		.time_stamping = (uint8_t)nic->node->config->time_stamping,
	};
	memcpy(out->physical_address, nic->physical_address, sizeof(nic->physical_address));
	snprintf(out->label, sizeof(out->label), "%.31s", config->name);
}

/* ---- told with the daemon's next turn ---- */

static void tell_link(void *object, void *argument)
{
	struct nic *nic = object;
	struct gn_port_attachment *last = &nic->attachment;
	struct gn_event event = { .type = GN_EVENT_LINK, .port = nic->port };
	struct gn_port_attachment *now = &event.u.link;

	if (node_defers(nic->node, tell_link, object, argument) || !nic->node->instance ||
	    (uintptr_t)argument != (uintptr_t)nic->node->restarts) {
		return;
	}
	nic_attachment(nic, now);
	if (now->link_is_up == last->link_is_up && now->speed_mbps == last->speed_mbps &&
	    now->phc_index == last->phc_index) {
		return; /* it went and came back before anybody looked */
	}
	now->is_changed_provider = now->phc_index != last->phc_index;
	*last = *now;
	last->is_changed_provider = false;
	node_turn(nic->node, &event);
}

void nic_changed(struct nic *nic)
{
	struct node *node = nic->node;
	struct queue *queue = &node->world->queue;

	if (node->instance) {
		queue_add(queue, host_turn_ps(&node->host, queue->now_ps), tell_link, nic,
			  (void *)(uintptr_t)node->restarts);
	}
}

/* A link that comes up has reset the hardware. */
static void carrier(struct plug *plug, bool is_up)
{
	struct nic *nic = plug->owner;

	if (is_up) {
		nic->flaps++;
		nic->is_queue_stale = false;
	}
	nic_changed(nic);
}

/* ---- opened and closed ---- */

static bool can_stamp(const struct nic *nic, int time_stamping)
{
	return (time_stamping != GN_STAMPING_ONESTEP || nic->settings.has_one_step) &&
	       (time_stamping != GN_STAMPING_P2P1STEP || nic->settings.has_p2p_one_step);
}

bool nic_open(struct nic *nic)
{
	nic_close(nic);
	nic->time_stamping = (uint8_t)nic->node->config->time_stamping;
	nic->is_open = can_stamp(nic, nic->time_stamping);
	nic_attachment(nic, &nic->attachment);
	return nic->is_open;
}

void nic_close(struct nic *nic)
{
	nic->is_open = false;
	nic->generation++;
	nic->held = NULL; /* its own entry of the queue ends it */
	nic->has_sequence = 0;
}

void nic_init(struct nic *nic, struct node *node, uint16_t port, uint64_t seed, const char *name)
{
	const struct gn_port_config *config = &node->config->ports[port - 1];

	nic->node = node;
	nic->port = port;
	make_mac(nic->physical_address, node->index, port);
	nic->address = address_of(config->network_transport, nic->physical_address);
	find_groups(nic, config);
	nic->plug = (struct plug){ .owner = nic, .port = port, .receive = nic_receive, .carrier = carrier };
	snprintf(nic->plug.name, sizeof(nic->plug.name), "%.63s", name);
	rng_init(&nic->rng, seed, name, "nic");
}
