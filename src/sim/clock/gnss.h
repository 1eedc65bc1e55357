/* src/sim/clock/gnss.h -- a satellite receiver with PPS and NMEA, what goes wrong with it, and the card that follows it.
 *
 * A receiver gives an edge at every second of its own idea of time and, some 100 ms later, the NMEA sentences that name it.
 * A card (node key `reference`) stamps the edges with the node's PHC (extts), reads the sentences, steers the PHC and
 * tells the daemon its quality by management, as a site's timing card does. */
#ifndef SIM_GNSS_H
#define SIM_GNSS_H

#include "sim/key.h"
#include "sim/clock/phc.h"
#include "sim/queue.h"
#include "sim/rng.h"

struct gnss_settings {
	int64_t jitter;    /* ps, standard deviation of an edge */
	int64_t sawtooth;  /* ps: peak to peak, the receiver's own clock beating against the second */
	int64_t offset;    /* ps: constant (antenna cable), below half a second; a change is a jump */
	bool has_fix;      /* no: an outage: no edges, sentences say so */
	int64_t weeks_off; /* the week number's rollover: dates are 1024 weeks * this off */
	int64_t nmea_delay, nmea_jitter; /* ps after the edge; beyond 1 s they name the wrong one */
	int64_t leap_known; /* 0: it does not know the leap seconds yet, and says GPS time, 18 s ahead, for UTC */
	bool is_on;
};
extern const struct part_kind gnss_kind;

#define GNSS_PENDING 16 /* sentences on their way */

struct gnss {
	char name[64];
	struct gnss_settings settings;
	struct queue *queue;
	struct rng rng;
	uint64_t start_seconds;
	int32_t utc_offset;
	struct gnss_card *cards;
	uint64_t edges;
	int64_t second;            /* true second of the edge that comes next */
	int64_t noise_ps, edge_ps; /* of that edge */
	bool is_edge_due, is_edge_done;
	double beat, beat_phase;    /* of the sawtooth: periods per second, and where it is */
	int64_t said[GNSS_PENDING]; /* the seconds that sentences will name, in the order they come */
	uint64_t said_first, said_end;
	int64_t last_said_ps;
};

void gnss_init(struct gnss *gnss, struct queue *queue, uint64_t start_seconds, int32_t utc_offset,
	       uint64_t seed, const char *name, const struct gnss_settings *settings);
void gnss_changed(struct gnss *gnss); /* from now on, the edge that is due included */

/* The NMEA sentence (ZDA or RMC, with its checksum, CR LF and a final 0) of the edge at true second `second`. Its octets
 * without the 0. */
size_t gnss_sentence(const struct gnss *gnss, int64_t second, bool is_rmc, char out[96]);

/* Reads one: UTC seconds since 1970; false: checksum, format, or no fix. */
bool gnss_read_sentence(const char *text, int64_t *utc_seconds);

struct gnss_card;
struct gnss_card *gnss_card_next(
	const struct gnss_card *card); /* of the same receiver; NULL: it was the last */

/* What a receiver gives its cards: an edge now; a sentence now; and once a second, edges or not, the time. */
void gnss_card_edge(struct gnss_card *card, int64_t now_ps);
void gnss_card_sentence(struct gnss_card *card, int64_t now_ps, const char *text);
void gnss_card_tick(struct gnss_card *card, int64_t now_ps);

/*            2 sentences and edges agree: set, slewed, 5 edges below 1 us
 *     SEARCHING ---------------------------------------------> LOCKED <----------+
 *         ^                                                    |    |            | 5 edges below 1 us
 *         |       5 edges beyond 1 us, or 30 other sentences   |    | no edge    |
 *         +----------------------------------------------------+    v for 3 s    |
 *         +------------------------------------------------------ HOLDOVER ------+
 *                 likewise, when edges are back: beyond 1 ms
 *
 * Once locked, no date that is off by a multiple of 1024 weeks is believed. */
enum card_state { CARD_SEARCHING, CARD_LOCKED, CARD_HOLDOVER };

/* Follows `gnss` with `phc`, which it keeps at TAI. told(context, state, it has stepped the clock) is called when its state
 * changes or it stepped. malloc'ed; NULL without memory. */
struct gnss_card *gnss_card_new(struct gnss *gnss, struct phc *phc,
				void (*told)(void *context, enum card_state state, bool has_stepped),
				void *context);
enum card_state gnss_card_state(const struct gnss_card *card);

/* Edges and sentences that it did not believe. */
uint64_t gnss_card_implausible(const struct gnss_card *card);

/* The clock keeps a timescale that many seconds behind TAI (37 for UTC): at first 0. */
void gnss_card_keep_behind(struct gnss_card *card, int32_t seconds_behind_tai);

/* That clock has just counted a leap second: +1 inserted, -1 deleted. */
void gnss_card_leapt(struct gnss_card *card, int8_t leap);

void gnss_card_free(struct gnss_card *card);

#endif
