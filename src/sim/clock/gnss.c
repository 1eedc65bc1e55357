/* src/sim/clock/gnss.c -- the receiver: once a second, half a second ahead, it decides when its next edge and sentences come.
 *
 *         tick            edge      sentences
 *     ------|---------------|-----------|------------->
 *         -0.5 s      0 + offset     nmea_delay
 *                       + jitter + sawtooth
 *
 * Noise is drawn for each second, edge or not: an outage does not change what comes after it. */
#include "sim/clock/gnss.h"

#include <stdio.h>

#define HALF_SECOND (PS_PER_SECOND / 2)
#define NOISE_MAX (50 * PS_PER_MS)       /* and the offset's 400 ms: after the tick, and before the next */
#define SAID_LATEST (10 * PS_PER_SECOND) /* what is later is as if it had been lost */
#define BEAT_MIN 0.003
#define BEAT_SPREAD 0.05

static const struct key keys[] = {
	{ "jitter", KEY_TIME, KEY_MEMBER(struct gnss_settings, jitter), 0, 1e10, NULL,
	  "the standard deviation of an edge" },
	{ "sawtooth", KEY_TIME, KEY_MEMBER(struct gnss_settings, sawtooth), 0, 1e10, NULL,
	  "peak to peak, how far edges wander as the receiver's own clock beats against the second" },
	{ "offset", KEY_TIME, KEY_MEMBER(struct gnss_settings, offset), -4e11, 4e11, NULL,
	  "how late all edges are, as by the antenna's cable; a change is a jump" },
	{ "fix", KEY_BOOL, KEY_MEMBER(struct gnss_settings, has_fix), 0, 1, NULL,
	  "it sees satellites; without, there are no edges and the sentences say so" },
	{ "weeks_off", KEY_INTEGER, KEY_MEMBER(struct gnss_settings, weeks_off), -3, 3, NULL,
	  "by how many times 1024 weeks its dates are off: the rollover of the week number" },
	{ "nmea_delay", KEY_TIME, KEY_MEMBER(struct gnss_settings, nmea_delay), 0, 1e13, NULL,
	  "from an edge to the sentences that name it; beyond 1 s they are taken for the next one's" },
	{ "nmea_jitter", KEY_TIME, KEY_MEMBER(struct gnss_settings, nmea_jitter), 0, 1e12, NULL,
	  "the mean of an exponential that comes on top" },
	{ "leap_known", KEY_INTEGER, KEY_MEMBER(struct gnss_settings, leap_known), 0, 1, NULL,
	  "1: it knows the leap seconds; 0: not yet, after a cold start, and it says GPS time, 18 s ahead, "
	  "for UTC" },
	{ "on", KEY_BOOL, KEY_MEMBER(struct gnss_settings, is_on), 0, 1, NULL,
	  "it has power; without, neither edges nor sentences come" },
};

static const struct gnss_settings defaults = {
	.jitter = 5 * PS_PER_NS,
	.sawtooth = 20 * PS_PER_NS,
	.has_fix = true,
	.nmea_delay = 100 * PS_PER_MS,
	.nmea_jitter = 10 * PS_PER_MS,
	.leap_known = 1,
	.is_on = true,
};

const struct part_kind gnss_kind = {
	.name = "gnss",
	.keys = keys,
	.key_count = sizeof(keys) / sizeof(keys[0]),
	.size = sizeof(struct gnss_settings),
	.defaults = &defaults,
	.meaning = "a satellite receiver with an edge each second and NMEA sentences; a node's `reference` "
		   "names it",
};

/* Between -1/2 and 1/2 of the sawtooth, and the jitter: neither further than the edge's order allows. */
static int64_t next_noise(struct gnss *gnss)
{
	double noise = rng_normal(&gnss->rng) * (double)gnss->settings.jitter;

	gnss->beat_phase += gnss->beat;
	if (gnss->beat_phase >= 1) {
		gnss->beat_phase -= 1;
	}
	noise += (gnss->beat_phase - 0.5) * (double)gnss->settings.sawtooth;
	if (noise > (double)NOISE_MAX) {
		return NOISE_MAX;
	}
	return noise < -(double)NOISE_MAX ? -NOISE_MAX : (int64_t)noise;
}

static void edge(void *object, void *argument)
{
	struct gnss *gnss = object;

	(void)argument;
	if (!gnss->is_edge_due || gnss->queue->now_ps != gnss->edge_ps) {
		return; /* it was moved */
	}
	gnss->is_edge_due = false;
	gnss->is_edge_done = true;
	gnss->edges++;
	for (struct gnss_card *card = gnss->cards; card != NULL; card = gnss_card_next(card)) {
		gnss_card_edge(card, gnss->queue->now_ps);
	}
}

static void plan_edge(struct gnss *gnss)
{
	gnss->edge_ps = gnss->second * PS_PER_SECOND + gnss->settings.offset + gnss->noise_ps;
	gnss->is_edge_due = gnss->settings.is_on && gnss->settings.has_fix &&
			    gnss->edge_ps >= gnss->queue->now_ps;
	if (gnss->is_edge_due) {
		queue_add(gnss->queue, gnss->edge_ps, edge, gnss, NULL);
	}
}

static void say(void *object, void *argument)
{
	struct gnss *gnss = object;
	int64_t second = gnss->said[gnss->said_first % GNSS_PENDING];
	char text[96];

	(void)argument;
	gnss->said_first++;
	if (!gnss->settings.is_on || gnss->cards == NULL) {
		return;
	}
	for (int i = 0; i < 2; i++) {
		(void)gnss_sentence(gnss, second, i != 0, text); /* its length: text ends with a 0 */
		for (struct gnss_card *card = gnss->cards; card != NULL; card = gnss_card_next(card)) {
			gnss_card_sentence(card, gnss->queue->now_ps, text);
		}
	}
}

/* A serial line keeps them in order. */
static void plan_sentences(struct gnss *gnss)
{
	int64_t late = gnss->settings.nmea_delay +
		       (int64_t)(rng_exponential(&gnss->rng) * (double)gnss->settings.nmea_jitter);
	int64_t at_ps = gnss->second * PS_PER_SECOND + (late < SAID_LATEST ? late : SAID_LATEST);

	if (gnss->said_end - gnss->said_first == GNSS_PENDING) {
		return;
	}
	if (at_ps > gnss->last_said_ps) {
		gnss->last_said_ps = at_ps;
	}
	gnss->said[gnss->said_end % GNSS_PENDING] = gnss->second;
	gnss->said_end++;
	queue_add(gnss->queue, gnss->last_said_ps, say, gnss, NULL);
}

static void tick(void *object, void *argument)
{
	struct gnss *gnss = object;

	(void)argument;
	for (struct gnss_card *card = gnss->cards; card != NULL; card = gnss_card_next(card)) {
		gnss_card_tick(card, gnss->queue->now_ps);
	}
	gnss->second++;
	gnss->noise_ps = next_noise(gnss);
	gnss->is_edge_done = false;
	plan_edge(gnss);
	plan_sentences(gnss);
	queue_add(gnss->queue, gnss->queue->now_ps + PS_PER_SECOND, tick, gnss, NULL);
}

void gnss_init(struct gnss *gnss, struct queue *queue, uint64_t start_seconds, int32_t utc_offset,
	       uint64_t seed, const char *name, const struct gnss_settings *settings)
{
	*gnss = (struct gnss){
		.settings = *settings,
		.queue = queue,
		.start_seconds = start_seconds,
		.utc_offset = utc_offset,
		.second = queue->now_ps / PS_PER_SECOND,
		.is_edge_done = true,
	};
	(void)snprintf(gnss->name, sizeof(gnss->name), "%s",
		       name); /* cut: names are checked where they are read */
	rng_init(&gnss->rng, seed, name, "gnss");
	gnss->beat = BEAT_MIN + BEAT_SPREAD * rng_uniform(&gnss->rng);
	gnss->beat_phase = rng_uniform(&gnss->rng);
	queue_add(queue, gnss->second * PS_PER_SECOND + HALF_SECOND, tick, gnss, NULL);
}

/* Of an edge that moves the old event finds another time; of one that does not, the second finds none due. */
void gnss_changed(struct gnss *gnss)
{
	if (!gnss->is_edge_done) {
		plan_edge(gnss);
	}
}
