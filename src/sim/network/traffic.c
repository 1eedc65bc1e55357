/* src/sim/network/traffic.c -- the backlog of a port by Lindley's recursion, played only over the moments that matter.
 *
 *     work after an arrival = max(work before - time since, 0) + the packet
 *
 * When a frame of ours comes, packets are played from the last frame's time on; after a longer silence from a while ago,
 * as many packets as it takes until a queue of that load has forgotten how it began. There it begins with a
 * backlog drawn to the mean of Pollaczek and Khinchine, so that what it still remembers is hardly wrong. The on and off
 * phases, which remember longer, are always played in full (and drawn anew after a thousand of them).
 *
 * Each traffic keeps the work of its own priority and above (busy_until_ps): what a frame of that priority has to wait
 * for, beside what overtakes it meanwhile. A packet on its way out is not interrupted; where it is not one of those just played, its rest is drawn. */
#include "sim/network/traffic.h"

#include <stdio.h>

#include "core/servo/math.h"
#include "sim/queue.h"

#define OVERHEAD 20 /* preamble, start-of-frame delimiter and gap around a packet */
#define BUFFER_OCTETS 524288
#define PARETO_SHAPE 1.4
#define PARETO_CUT 1e4 /* of the shortest phase: no phase is longer */
#define PHASES_PLAYED_MAX 1000
#define PACKETS_MIN 16.0
#define PACKETS_MAX 1024.0
#define BURSTS_MIN 8.0
#define BURST_MAX 1000
#define FORGOTTEN 8 /* packets */
#define ANY_PRIORITY (-1)
#define LONG_AGO (-(INT64_C(1) << 60))

static const struct key_label models[] = {
	{ "constant", TRAFFIC_CONSTANT, "equal packets in equal distances" },
	{ "poisson", TRAFFIC_POISSON, "packets at random times" },
	{ "burst", TRAFFIC_BURST, "bursts of packets back to back, at random times" },
	{ "on-off", TRAFFIC_ON_OFF,
	  "packets at random times in exponential on periods, none in the off periods" },
	{ "self-similar", TRAFFIC_SELF_SIMILAR,
	  "the same with on and off periods of all lengths (Pareto tails)" },
	{ NULL, 0, NULL },
};

static const struct key_label sizes[] = {
	{ "imix", TRAFFIC_IMIX, "7:4:1 of 64, 594 and 1518 octets" },
	{ "small", TRAFFIC_SMALL, "64 octets" },
	{ "large", TRAFFIC_LARGE, "1518 octets" },
	{ NULL, 0, NULL },
};

#define MEMBER(member) KEY_MEMBER(struct traffic_settings, member)

static const struct key keys[] = {
	{ "load", KEY_FRACTION, MEMBER(load), 0, 2, NULL,
	  "long-time mean, as a share of the port's speed; at 1 and above the port's buffer is full" },
	{ "model", KEY_WORD, MEMBER(model), 0, 0, models, "when packets come" },
	{ "size", KEY_WORD, MEMBER(size), 0, 0, sizes, "how long packets are" },
	{ "burst", KEY_INTEGER, MEMBER(burst), 1, BURST_MAX, NULL,
	  "packets in a burst, with the model burst" },
	{ "period", KEY_TIME, MEMBER(period), (double)PS_PER_US, 60.0 * (double)PS_PER_SECOND, NULL,
	  "mean of the off periods, and up to a load of one half of the on periods; above it traffic fills "
	  "the port while on" },
	{ "priority", KEY_INTEGER, MEMBER(priority), 0, 7, NULL,
	  "802.1p priority; PTP of a higher one overtakes what waits, but not what is being sent" },
};

static const struct traffic_settings defaults = {
	.load = 0.3,
	.model = TRAFFIC_POISSON,
	.burst = 8,
	.period = 10 * PS_PER_MS,
};

const struct part_kind traffic_kind = {
	.name = "traffic",
	.keys = keys,
	.key_count = sizeof(keys) / sizeof(keys[0]),
	.size = sizeof(struct traffic_settings),
	.defaults = &defaults,
	.meaning = "what else leaves by a port of a switch: the queue that PTP finds there",
};

/* ---- packets --------------------------------------------------------------------------------------------------- */

/* Octets on the wire, and in how many twelfths of the packets. */
static const struct mix {
	double octets;
	unsigned twelfths;
} mixes[][3] = {
	[TRAFFIC_IMIX] = { { 64 + OVERHEAD, 7 }, { 594 + OVERHEAD, 4 }, { 1518 + OVERHEAD, 1 } },
	[TRAFFIC_SMALL] = { { 64 + OVERHEAD, 12 } },
	[TRAFFIC_LARGE] = { { 1518 + OVERHEAD, 12 } },
};

static double octet_ps(const struct traffic *traffic)
{
	return 8.0 * (double)PS_PER_SECOND / (double)traffic->speed;
}

static double packet_ps(struct traffic *traffic)
{
	const struct mix *mix = mixes[traffic->settings.size];
	unsigned twelfth;

	if (traffic->settings.model == TRAFFIC_CONSTANT) {
		return traffic->packet_ps;
	}
	if (mix->twelfths < 12) {
		for (twelfth = (unsigned)rng_below(&traffic->rng, 12); twelfth >= mix->twelfths; mix++) {
			twelfth -= mix->twelfths;
		}
	}
	return mix->octets * octet_ps(traffic);
}

/* What is left of a packet on its way out: long packets are met more often, at any point of theirs. */
static double rest_ps(struct traffic *traffic)
{
	const struct mix *mix = mixes[traffic->settings.size];
	double whole = traffic->packet_ps, at;

	if (traffic->settings.model != TRAFFIC_CONSTANT) {
		const struct mix *last = mix->twelfths < 12 ? mix + 2 : mix;

		at = rng_uniform(&traffic->rng) * 12.0 * traffic->packet_ps / octet_ps(traffic);
		for (; mix < last && at >= mix->octets * mix->twelfths; mix++) {
			at -= mix->octets * mix->twelfths;
		}
		whole = mix->octets * octet_ps(traffic);
	}
	return rng_uniform(&traffic->rng) * whole;
}

/* ---- what follows from the settings ---------------------------------------------------------------------------- */

static bool is_modulated(const struct traffic *traffic)
{
	return traffic->settings.model == TRAFFIC_ON_OFF || traffic->settings.model == TRAFFIC_SELF_SIMILAR;
}

static void derive_packets(struct traffic *traffic)
{
	const struct mix *mix = mixes[traffic->settings.size];
	double octets = 0, squares = 0;

	for (size_t i = 0; i < 3; i++) {
		octets += mix[i].octets * mix[i].twelfths / 12.0;
		squares += mix[i].octets * mix[i].octets * mix[i].twelfths / 12.0;
	}
	traffic->packet_ps = octets * octet_ps(traffic);
	traffic->packet_square = squares * octet_ps(traffic) * octet_ps(traffic);
}

static void derive_phases(struct traffic *traffic)
{
	double load = traffic->settings.load, period = (double)traffic->settings.period;

	traffic->load_on = load;
	traffic->on_mean_ps = 0;
	traffic->off_mean_ps = 0;
	if (!is_modulated(traffic) || load >= 1.0) {
		return;
	}
	traffic->off_mean_ps = period;
	if (load <= 0.5) {
		traffic->on_mean_ps = period;
		traffic->load_on = 2.0 * load;
	} else {
		traffic->on_mean_ps = period * load / (1.0 - load);
		traffic->load_on = 1.0;
	}
}

static void derive(struct traffic *traffic)
{
	double burst = traffic->settings.model == TRAFFIC_BURST ? (double)traffic->settings.burst : 1.0;
	double mean;

	derive_packets(traffic);
	derive_phases(traffic);
	mean = traffic->packet_ps;
	traffic->gap_ps = traffic->load_on > 0 ? burst * mean / traffic->load_on : 0;
	traffic->batch_square = burst * traffic->packet_square + burst * (burst - 1.0) * mean * mean;
	if (traffic->settings.model == TRAFFIC_CONSTANT) {
		traffic->batch_square = 0; /* alone it never waits for itself */
	}
}

/* ---- phases ---------------------------------------------------------------------------------------------------- */

static int64_t phase_ps(struct traffic *traffic, double mean)
{
	double length;

	if (traffic->settings.model == TRAFFIC_ON_OFF) {
		length = rng_exponential(&traffic->rng);
	} else {
		length = rng_pareto(&traffic->rng, PARETO_SHAPE);
		length = (length < PARETO_CUT ? length : PARETO_CUT) * (PARETO_SHAPE - 1.0) / PARETO_SHAPE;
	}
	return (int64_t)(length * mean) + 1;
}

/* What is left of a phase that is met at any time: for Pareto's, the law of the integrated tail. */
static int64_t phase_rest_ps(struct traffic *traffic, double mean)
{
	double length;

	if (traffic->settings.model == TRAFFIC_ON_OFF) {
		length = rng_exponential(&traffic->rng);
	} else {
		if (rng_chance(&traffic->rng, (PARETO_SHAPE - 1.0) / PARETO_SHAPE)) {
			length = rng_uniform(&traffic->rng);
		} else {
			length = rng_pareto(&traffic->rng, PARETO_SHAPE - 1.0);
			length = length < PARETO_CUT ? length : PARETO_CUT * rng_uniform(&traffic->rng);
		}
		length = length * (PARETO_SHAPE - 1.0) / PARETO_SHAPE;
	}
	return (int64_t)(length * mean) + 1;
}

static void draw_phase(struct traffic *traffic, int64_t at_ps)
{
	double on = traffic->on_mean_ps, off = traffic->off_mean_ps;

	traffic->phase_since_ps = LONG_AGO;
	traffic->phase_until_ps = SIM_NEVER;
	traffic->is_on = true;
	if (off > 0) {
		traffic->is_on = rng_chance(&traffic->rng, on / (on + off));
		traffic->phase_since_ps = at_ps - phase_rest_ps(traffic, traffic->is_on ? on : off);
		traffic->phase_until_ps = at_ps + phase_rest_ps(traffic, traffic->is_on ? on : off);
	}
}

static void next_phase(struct traffic *traffic)
{
	traffic->is_on = !traffic->is_on;
	traffic->phase_since_ps = traffic->phase_until_ps;
	traffic->phase_until_ps += phase_ps(traffic,
					    traffic->is_on ? traffic->on_mean_ps : traffic->off_mean_ps);
}

static void play_phases(struct traffic *traffic, int64_t until_ps)
{
	for (int i = 0; traffic->phase_until_ps <= until_ps; i++) {
		if (i == PHASES_PLAYED_MAX) {
			draw_phase(traffic, until_ps);
			return;
		}
		next_phase(traffic);
	}
}

/* ---- arrivals -------------------------------------------------------------------------------------------------- */

static void plan_arrival(struct traffic *traffic, int64_t from_ps)
{
	double gap = traffic->gap_ps;

	if (!traffic->is_on || !(gap > 0)) {
		traffic->next_arrival_ps = SIM_NEVER;
		return;
	}
	if (traffic->settings.model != TRAFFIC_CONSTANT) {
		gap *= rng_exponential(&traffic->rng);
	}
	traffic->next_arrival_ps = gap < 1e18 ? from_ps + (int64_t)gap : SIM_NEVER;
}

/* Equal distances are kept over any silence: their beat with ours is what they are for. */
static void plan_first_arrival(struct traffic *traffic, int64_t from_ps)
{
	int64_t gap = traffic->gap_ps < 1e18 ? (int64_t)traffic->gap_ps : 0;

	if (traffic->settings.model != TRAFFIC_CONSTANT || gap == 0 ||
	    traffic->next_arrival_ps == SIM_NEVER) {
		plan_arrival(traffic, from_ps);
	} else if (traffic->next_arrival_ps < from_ps) {
		traffic->next_arrival_ps += (from_ps - traffic->next_arrival_ps + gap - 1) / gap * gap;
	}
}

/* When a port is through with everything. */
static int64_t port_busy_until_ps(const struct traffic *list)
{
	int64_t until_ps = list->busy_until_ps;

	for (const struct traffic *t = list->next; t; t = t->next) {
		until_ps = t->busy_until_ps > until_ps ? t->busy_until_ps : until_ps;
	}
	return until_ps;
}

static double buffer_ps(const struct traffic *list)
{
	return (double)list->buffer_octets * octet_ps(list);
}

/* Whose packet it is that the port sends, of those below a priority: by packets, or by the time that they take. */
static struct traffic *drawn_sender(struct traffic *list, int64_t below, bool is_by_time)
{
	struct traffic *sender = list;
	double sum = 0, at;

	if (!list->next) {
		return list;
	}
	for (const struct traffic *t = list; t; t = t->next) {
		if (t->settings.priority < below) {
			sum += is_by_time ? t->load_on : t->load_on / t->packet_ps;
		}
	}
	at = rng_uniform(&list->rng) * sum;
	for (struct traffic *t = list; t && at >= 0; t = t->next) {
		if (t->settings.priority < below) {
			sender = t;
			at -= is_by_time ? t->load_on : t->load_on / t->packet_ps;
		}
	}
	return sender;
}

/* What is left of the packet that the port is sending, when for `served_ps` it has sent packets below that priority only,
 * one after the other. Long ago, it does not matter when that began. */
static int64_t drawn_rest_ps(struct traffic *list, int64_t below, int64_t served_ps, int64_t at_most_ps)
{
	struct traffic *sender = drawn_sender(list, below, served_ps > FORGOTTEN * (int64_t)list->packet_ps);
	int64_t rest;

	if (served_ps > FORGOTTEN * (int64_t)list->packet_ps) {
		rest = (int64_t)rest_ps(sender);
	} else {
		for (rest = (int64_t)packet_ps(sender) - served_ps; rest <= 0;) {
			rest += (int64_t)packet_ps(drawn_sender(list, below, false));
		}
	}
	return rest < at_most_ps ? rest : at_most_ps;
}

/* Since when the port has nothing of that priority or above, and something below it. */
static int64_t served_since_ps(const struct traffic *list, int64_t priority)
{
	int64_t since_ps = list->busy_since_ps;

	for (const struct traffic *t = list; t; t = t->next) {
		if (t->settings.priority >= priority && t->busy_until_ps > since_ps) {
			since_ps = t->busy_until_ps;
		}
	}
	return since_ps;
}

/* One packet, which is all that has come to the port at that time. `now_ps`: when the frame comes that all this is for.
 * Gives the time that the packet takes; 0: it was lost. */
static int64_t arrive(struct traffic *list, struct traffic *traffic, int64_t at_ps, int64_t now_ps)
{
	int64_t packet = (int64_t)packet_ps(traffic);
	int64_t busy_until = port_busy_until_ps(list), after = busy_until;

	if ((double)(busy_until - at_ps + packet) > buffer_ps(list)) {
		return 0;
	}
	if (busy_until <= at_ps) {
		list->busy_since_ps = at_ps;
	}
	for (struct traffic *t = list; t; t = t->next) {
		if (t->settings.priority > traffic->settings.priority) {
			continue;
		}
		if (t->busy_until_ps <= at_ps) {
			int64_t blocked = 0;

			if (busy_until > at_ps) {
				/* Something of lower priority is on the wire. */
				blocked = at_ps - served_since_ps(list, t->settings.priority);
				blocked = drawn_rest_ps(list, t->settings.priority, blocked,
							busy_until - at_ps);
			}
			t->busy_until_ps = at_ps + blocked;
		}
		t->busy_until_ps += packet;
		after = t->busy_until_ps > after ? t->busy_until_ps : after;
	}
	if (busy_until <= now_ps && after > now_ps) {
		list->current_ends_ps = after;
	}
	return packet;
}

/* Gives the time that what came takes. */
static int64_t play_event(struct traffic *list, struct traffic *traffic, int64_t now_ps)
{
	int64_t packets = traffic->settings.model == TRAFFIC_BURST ? traffic->settings.burst : 1;
	int64_t at_ps = traffic->next_arrival_ps, takes = 0;

	if (traffic->phase_until_ps < at_ps) {
		next_phase(traffic);
		plan_arrival(traffic, traffic->phase_since_ps);
		return 0;
	}
	for (; packets > 0; packets--) {
		takes += arrive(list, traffic, at_ps, now_ps);
	}
	plan_arrival(traffic, at_ps);
	return takes;
}

static int64_t next_event_ps(const struct traffic *traffic)
{
	return traffic->next_arrival_ps < traffic->phase_until_ps ? traffic->next_arrival_ps
								  : traffic->phase_until_ps;
}

/* Of those above a priority; NULL: there are none. */
static struct traffic *earliest(struct traffic *list, int64_t above)
{
	struct traffic *first = NULL;

	for (struct traffic *t = list; t; t = t->next) {
		if (t->settings.priority > above && (!first || next_event_ps(t) < next_event_ps(first))) {
			first = t;
		}
	}
	return first;
}

/* ---- beginning after a silence --------------------------------------------------------------------------------- */

/* As long as a queue remembers: 1 / (1 - sqrt(load))^2 packets, twice over. */
static int64_t window_ps(const struct traffic *list)
{
	double load = 0, rate = 0, packets, burst = 1, period = 0, root, window;

	for (const struct traffic *t = list; t; t = t->next) {
		double in_burst = t->settings.model == TRAFFIC_BURST ? (double)t->settings.burst : 1.0;

		load += t->load_on;
		rate += t->gap_ps > 0 ? in_burst / t->gap_ps : 0;
		burst = in_burst > burst ? in_burst : burst;
		if (t->off_mean_ps > 0 && (!(period > 0) || t->off_mean_ps < period)) {
			period = t->off_mean_ps;
		}
	}
	root = 1.0 - gn_math_sqrt(load < 1.0 ? load : 1.0);
	packets = 2.0 * burst / (root * root + 1e-9);
	packets = packets > PACKETS_MAX ? PACKETS_MAX : packets < PACKETS_MIN ? PACKETS_MIN : packets;
	packets = packets < BURSTS_MIN * burst ? BURSTS_MIN * burst : packets;
	window = rate > 0 ? packets / rate : 0;
	if (period > 0 && window > PHASES_PLAYED_MAX * period) {
		window = PHASES_PLAYED_MAX * period;
	}
	return window < 1e17 ? (int64_t)window : INT64_C(100000000000000000);
}

/* The mean of the backlog of `priority` and above, given that there is one; `load` becomes the chance for it. */
static double mean_backlog_ps(const struct traffic *list, int64_t priority, int64_t at_ps, double *load)
{
	double sum = 0, square_rate = 0, mean, grown;
	int64_t since_ps = LONG_AGO;

	for (const struct traffic *t = list; t; t = t->next) {
		if (t->settings.priority < priority || !t->is_on || !(t->gap_ps > 0)) {
			continue;
		}
		sum += t->load_on;
		square_rate += t->batch_square / t->gap_ps;
		since_ps = t->phase_since_ps > since_ps ? t->phase_since_ps : since_ps;
	}
	*load = sum;
	mean = sum < 1.0 ? square_rate / (2.0 * (1.0 - sum)) / (sum > 0 ? sum : 1.0) : buffer_ps(list);
	/* No more than can have piled up since this phase began (a random walk that cannot fall below nothing). */
	grown = (double)(at_ps - since_ps);
	grown = gn_math_sqrt(0.637 * square_rate * grown) + (sum > 1.0 ? (sum - 1.0) * grown : 0);
	return mean < grown ? mean : grown;
}

static void begin_anew(struct traffic *list, int64_t at_ps)
{
	double chance = rng_uniform(&list->rng), share = rng_exponential(&list->rng);

	for (struct traffic *t = list; t; t = t->next) {
		play_phases(t, at_ps);
		plan_first_arrival(t, at_ps);
	}
	for (struct traffic *t = list; t; t = t->next) {
		double load, mean = mean_backlog_ps(list, t->settings.priority, at_ps, &load);
		double backlog = mean * (load > 1.0 ? 1.0 : share);

		backlog = backlog < buffer_ps(list) ? backlog : buffer_ps(list);
		t->busy_until_ps = chance < load ? at_ps + (int64_t)backlog : LONG_AGO;
	}
	list->busy_since_ps = LONG_AGO;
}

static void play(struct traffic *list, int64_t now_ps)
{
	int64_t window = window_ps(list);

	if (now_ps - list->played_until_ps > window) {
		begin_anew(list, now_ps - window);
	}
	list->played_until_ps = now_ps;
	for (;;) {
		struct traffic *traffic = earliest(list, ANY_PRIORITY);

		if (next_event_ps(traffic) > now_ps) {
			return;
		}
		(void)play_event(list, traffic, now_ps);
	}
}

/* What comes at a higher priority while a frame waits goes before it, and so does what comes while that is sent: played
 * ahead. Who waits for longer than the buffer takes will not be kept. */
static int64_t overtaken_until_ps(struct traffic *list, int64_t priority, int64_t now_ps, int64_t until_ps)
{
	struct traffic *traffic = earliest(list, priority);

	while (traffic && next_event_ps(traffic) < until_ps &&
	       (double)(until_ps - now_ps) < buffer_ps(list)) {
		until_ps += play_event(list, traffic, now_ps);
		traffic = earliest(list, priority);
	}
	return until_ps;
}

/* ---- the calls ------------------------------------------------------------------------------------------------- */

void traffic_init(struct traffic *traffic, const struct traffic_settings *settings, int64_t speed,
		  uint64_t seed, const char *name)
{
	*traffic = (struct traffic){ .settings = *settings,
				     .speed = speed,
				     .buffer_octets = BUFFER_OCTETS,
				     .played_until_ps = LONG_AGO,
				     .own_from_ps = LONG_AGO,
				     .own_until_ps = LONG_AGO };
	snprintf(traffic->name, sizeof(traffic->name), "%s", name);
	rng_init(&traffic->rng, seed, traffic->name, "traffic");
	traffic_changed(traffic, 0);
}

void traffic_changed(struct traffic *traffic, int64_t now_ps)
{
	derive(traffic);
	draw_phase(traffic, now_ps);
	plan_arrival(traffic, now_ps);
	if (traffic->settings.model == TRAFFIC_CONSTANT && traffic->next_arrival_ps != SIM_NEVER) {
		/* anywhere between two packets */
		traffic->next_arrival_ps = now_ps + (int64_t)(traffic->gap_ps * rng_uniform(&traffic->rng));
	}
}

/* What is left of what the port is sending, when there is nothing of that priority or above. */
static int64_t being_sent_ps(struct traffic *list, int priority, int64_t now_ps)
{
	int64_t busy_until_ps = port_busy_until_ps(list);

	if (list->own_from_ps <= now_ps && now_ps < list->own_until_ps) {
		return list->own_until_ps - now_ps;
	}
	if (busy_until_ps <= now_ps) {
		return 0;
	}
	/* What was played tells the packet of one kind of traffic; of several, in which order they really went is not known. */
	if (list->current_ends_ps <= now_ps || list->next) {
		int64_t served = now_ps - served_since_ps(list, priority);

		list->current_ends_ps = now_ps +
					drawn_rest_ps(list, priority, served, busy_until_ps - now_ps);
	}
	return list->current_ends_ps - now_ps;
}

int64_t traffic_wait_ps(struct traffic *traffic, int priority, int64_t now_ps)
{
	int64_t until_ps = now_ps;

	play(traffic, now_ps);
	for (const struct traffic *t = traffic; t; t = t->next) {
		if (t->settings.priority >= priority && t->busy_until_ps > until_ps) {
			until_ps = t->busy_until_ps;
		}
	}
	if (until_ps <= now_ps) {
		until_ps = now_ps + being_sent_ps(traffic, priority, now_ps);
	}
	return overtaken_until_ps(traffic, priority, now_ps, until_ps) - now_ps;
}

void traffic_occupied(struct traffic *traffic, int64_t from_ps, int64_t until_ps)
{
	traffic->own_from_ps = from_ps;
	traffic->own_until_ps = until_ps;
	for (struct traffic *t = traffic; t; t = t->next) {
		t->busy_until_ps = (t->busy_until_ps > from_ps ? t->busy_until_ps : from_ps) +
				   (until_ps - from_ps);
	}
}
