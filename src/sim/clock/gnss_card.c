/* src/sim/clock/gnss_card.c -- a timing card: a clock on the edges of a receiver.
 *
 * The edge says when a second begins, the sentence after it says which. Until both agreed once, and the clock was set,
 * nothing is steered; from then on a PI controller works on the edges alone, and sentences are only watched.
 *
 * The controller's gains are those of a straight line fitted through the last n edges: 3 until it is locked, then one
 * more with each edge, up to 20: quick at first, and calm in the end.
 *
 * What does not fit is held against what the clock says: a few edges off are ignored, many
 * are followed; a date off by seconds must persist, and one off by 1024 weeks is never believed. */
#include <stdlib.h>

#include "core/servo/math.h"
#include "sim/clock/gnss.h"

#define LOCK_NS 1000.0        /* an edge this close is a good one */
#define SET_NS 1000000.0      /* further away the clock is stepped rather than slewed */
#define GOOD_EDGES 5          /* to be locked */
#define BAD_EDGES 5           /* to be believed */
#define BAD_SENTENCES 30      /* likewise, while or after it was locked */
#define BAD_SENTENCES_FIRST 2 /* and before */
#define SILENCE_PS (3 * PS_PER_SECOND)
#define PAIRED_PS (5 * PS_PER_SECOND) /* a sentence later than this after the last edge names none */
#define FIT_MIN 3                     /* edges of the line */
#define FIT_MAX 20
#define HISTORY 60 /* s, whose mean frequency is kept in holdover */
#define SECONDS_PER_ERA (INT64_C(1024) * 7 * 86400)
#define PPB_PER_ONE 1e9

struct gnss_card {
	struct gnss_card *next;
	struct gnss *gnss;
	struct phc *phc;
	void (*told)(void *context, enum card_state state, bool has_stepped);
	void *context;
	int32_t behind_tai;

	enum card_state state;
	bool is_set;            /* its seconds are those of the sentences */
	bool was_locked;        /* at any time: its own date is worth something */
	struct gn_precise edge; /* the last one, by the clock */
	int64_t edge_ps;
	bool has_edge;                /* and no sentence named it yet */
	struct gn_precise named_edge; /* the last one that a sentence named, while the clock is not set */
	int64_t named_as;
	bool has_named;
	unsigned int good_edges, bad_edges, bad_sentences;
	int64_t bad_by;
	double frequency;    /* ppb: the controller's integral */
	unsigned int fitted; /* edges of the line */
	double history[HISTORY];
	size_t recorded;
	uint64_t implausible;
};

struct gnss_card *gnss_card_new(struct gnss *gnss, struct phc *phc,
				void (*told)(void *context, enum card_state state, bool has_stepped),
				void *context)
{
	struct gnss_card *card = calloc(1, sizeof(*card));

	if (card == NULL) {
		return NULL;
	}
	card->gnss = gnss;
	card->phc = phc;
	card->told = told;
	card->context = context;
	card->frequency = gn_rate_to_ppb(phc->rate_set);
	card->next = gnss->cards;
	gnss->cards = card;
	return card;
}

void gnss_card_free(struct gnss_card *card)
{
	if (card == NULL) {
		return;
	}
	for (struct gnss_card **place = &card->gnss->cards; *place != NULL; place = &(*place)->next) {
		if (*place == card) {
			*place = card->next;
			break;
		}
	}
	free(card);
}

struct gnss_card *gnss_card_next(const struct gnss_card *card)
{
	return card->next;
}

enum card_state gnss_card_state(const struct gnss_card *card)
{
	return card->state;
}

uint64_t gnss_card_implausible(const struct gnss_card *card)
{
	return card->implausible;
}

void gnss_card_keep_behind(struct gnss_card *card, int32_t seconds_behind_tai)
{
	card->behind_tai = seconds_behind_tai;
}

void gnss_card_leapt(struct gnss_card *card, int8_t leap)
{
	card->behind_tai += leap;
}

static void enter(struct gnss_card *card, enum card_state state, bool has_stepped)
{
	bool is_news = card->state != state || has_stepped;

	card->state = state;
	if (is_news) {
		card->told(card->context, state, has_stepped);
	}
}

static void search_again(struct gnss_card *card)
{
	card->is_set = false;
	card->has_named = false;
	card->good_edges = 0;
	card->bad_edges = 0;
	card->bad_sentences = 0;
	enter(card, CARD_SEARCHING, false);
}

/* --- frequency --- */

static double within(double value, double limit)
{
	return value > limit ? limit : value < -limit ? -limit : value;
}

/* Held within what the driver takes; should it fail all the same, the edges will show it. */
static void set_frequency(struct gnss_card *card, int64_t now_ps, double ppb)
{
	double limit = card->phc->settings.max_rate;

	(void)card->phc->operations->adjfine(card->phc, now_ps, gn_rate_from_ppb(within(ppb, limit)));
}

/* Once a second ns are ppb. The gains: what the n-th point moves the end and the slope of a least-squares line by. */
static void steer(struct gnss_card *card, int64_t now_ps, double offset_ns)
{
	double n, of_time, of_frequency;

	card->fitted = card->state != CARD_LOCKED ? FIT_MIN
		       : card->fitted < FIT_MAX   ? card->fitted + 1
						  : FIT_MAX;
	n = card->fitted;
	of_time = 2 * (2 * n - 1) / (n * (n + 1));
	of_frequency = 6 / (n * (n + 1));
	card->frequency -= of_frequency * offset_ns;
	card->frequency = within(card->frequency, card->phc->settings.max_rate);
	set_frequency(card, now_ps, card->frequency - of_time * offset_ns);
	if (card->state == CARD_LOCKED) {
		card->history[card->recorded % HISTORY] = card->frequency;
		card->recorded++;
	}
}

static void hold_over(struct gnss_card *card, int64_t now_ps)
{
	size_t count = card->recorded < HISTORY ? card->recorded : HISTORY;
	double sum = 0;

	for (size_t i = 0; i < count; i++) {
		sum += card->history[i];
	}
	if (count > 0) {
		card->frequency = sum / (double)count;
	}
	set_frequency(card, now_ps, card->frequency);
	card->good_edges = 0;
	card->bad_edges = 0;
	enter(card, CARD_HOLDOVER, false);
}

/* --- edges --- */

static double ns_of(struct gn_offset offset)
{
	return (double)offset.nanoseconds + (double)offset.fraction / 65536;
}

/* The second that begins nearest to `time`. */
static int64_t nearest_second(struct gn_precise time)
{
	return (int64_t)time.whole.seconds + (time.whole.nanoseconds >= GN_NS_PER_SECOND / 2);
}

/* `seconds` as a time. What lies before 1970 is as 1970. */
static struct gn_precise at_second(int64_t seconds)
{
	return (struct gn_precise){ .whole = { .seconds = seconds > 0 ? (uint64_t)seconds : 0 } };
}

/* An edge far from what the clock expects: the fifth one is believed. */
static bool is_believed(struct gnss_card *card)
{
	card->implausible++;
	card->bad_edges++;
	return card->bad_edges >= BAD_EDGES;
}

/* Whether to steer by an edge that is off by that much. */
static bool accepts(struct gnss_card *card, double offset_ns)
{
	if (gn_math_fabs(offset_ns) > SET_NS) {
		if (is_believed(card)) {
			search_again(card);
		}
		return false;
	}
	if (gn_math_fabs(offset_ns) > LOCK_NS && card->state == CARD_LOCKED) {
		if (!is_believed(card)) {
			return false;
		}
		card->good_edges = 0;
		enter(card, CARD_SEARCHING, false);
	}
	card->bad_edges = 0;
	return true;
}

static void follow(struct gnss_card *card, int64_t now_ps, double offset_ns)
{
	card->good_edges = gn_math_fabs(offset_ns) < LOCK_NS ? card->good_edges + 1 : 0;
	steer(card, now_ps, offset_ns);
	if (card->state != CARD_LOCKED && card->good_edges >= GOOD_EDGES) {
		card->was_locked = true;
		card->recorded = 0;
		enter(card, CARD_LOCKED, false);
	}
}

void gnss_card_edge(struct gnss_card *card, int64_t now_ps)
{
	double offset_ns;

	if (card->phc->operations->extts(card->phc, now_ps, &card->edge) != 0) {
		return;
	}
	card->has_edge = true;
	card->edge_ps = now_ps;
	offset_ns = ns_of(gn_precise_distance(card->edge, at_second(nearest_second(card->edge))));
	if (card->is_set && accepts(card, offset_ns)) {
		follow(card, now_ps, offset_ns);
	}
}

void gnss_card_tick(struct gnss_card *card, int64_t now_ps)
{
	if (now_ps - card->edge_ps < SILENCE_PS) {
		return;
	}
	if (card->state == CARD_LOCKED) {
		hold_over(card, now_ps);
	} else if (card->state == CARD_SEARCHING && card->is_set) {
		search_again(card);
	}
}

/* --- sentences --- */

/* The clock's distance from `second` at the last edge is taken out: false when the driver refuses. Beyond what an offset
 * can hold the time is set, for which the time since the edge counts. */
static bool step_by(struct gnss_card *card, int64_t now_ps, struct gn_offset distance, int64_t second)
{
	const struct phc_operations *operations = card->phc->operations;
	struct gn_precise now;

	if (!gn_offset_is_saturated(distance)) {
		return operations->adjtime(card->phc, now_ps, gn_offset_negate(distance)) == 0;
	}
	if (operations->gettimex(card->phc, now_ps, &now) != 0) {
		return false;
	}
	now = gn_precise_add(at_second(second), gn_precise_diff(now, card->edge));
	return operations->settime(card->phc, now_ps, now) == 0;
}

/* Two edges and their names agree: the first frequency from the one second between them, then the time. */
static void set_clock(struct gnss_card *card, int64_t now_ps, double drift_ns, int64_t second)
{
	struct gn_offset distance = gn_precise_distance(card->edge, at_second(second));
	bool is_far = gn_offset_is_saturated(distance) || gn_math_fabs(ns_of(distance)) > SET_NS;

	if (!card->was_locked) {
		card->frequency = within(gn_rate_to_ppb(card->phc->rate_set) - drift_ns,
					 card->phc->settings.max_rate);
	}
	set_frequency(card, now_ps, card->frequency);
	if (is_far && !step_by(card, now_ps, distance, second)) {
		return;
	}
	card->is_set = true;
	enter(card, card->state, is_far);
}

static void name_first(struct gnss_card *card, int64_t now_ps, int64_t second)
{
	double drift_ns = ns_of(gn_precise_distance(card->edge, card->named_edge)) - PPB_PER_ONE;
	bool is_consistent = card->has_named && second == card->named_as + 1 &&
			     gn_math_fabs(drift_ns) < SET_NS;

	card->has_named = true;
	card->named_as = second;
	card->named_edge = card->edge;
	if (is_consistent) {
		set_clock(card, now_ps, drift_ns, second);
	}
}

/* By how much a sentence contradicts the clock. */
static void contradict(struct gnss_card *card, int64_t by)
{
	unsigned int needed = card->was_locked ? BAD_SENTENCES : BAD_SENTENCES_FIRST;

	card->implausible++;
	card->bad_sentences = by == card->bad_by ? card->bad_sentences + 1 : 1;
	card->bad_by = by;
	if (card->bad_sentences >= needed) {
		search_again(card);
	}
}

/* Once locked: in the clock's own 1024 weeks, whatever the receiver's week number is. */
static int64_t plausible(struct gnss_card *card, int64_t second)
{
	int64_t ahead = second - nearest_second(card->edge);
	int64_t half = SECONDS_PER_ERA / 2;
	int64_t eras = (ahead >= 0 ? ahead + half : ahead - half) / SECONDS_PER_ERA;

	if (!card->was_locked || eras == 0) {
		return second;
	}
	card->implausible++;
	return second - eras * SECONDS_PER_ERA;
}

void gnss_card_sentence(struct gnss_card *card, int64_t now_ps, const char *text)
{
	int64_t utc, second, by;

	if (!card->has_edge || now_ps - card->edge_ps > PAIRED_PS || !gnss_read_sentence(text, &utc)) {
		return;
	}
	card->has_edge = false;
	second = plausible(card, utc + card->gnss->utc_offset - card->behind_tai);
	by = nearest_second(card->edge) - second;
	if (!card->is_set) {
		name_first(card, now_ps, second);
	} else if (by != 0) {
		contradict(card, by);
	} else {
		card->bad_sentences = 0;
	}
}
