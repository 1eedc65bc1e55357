/* src/core/dataset.h -- the data sets of clause 8 and what an instance keeps beside them.
 *
 * Internal to the core. Members are the standard's, in its order; what follows them is protocol state that the standard
 * leaves to the implementation. One struct gn_instance, with its ports behind it in the caller's memory. */
#ifndef CORE_DATASET_H
#define CORE_DATASET_H

#include "core/delay/process.h"
#include "core/event.h"
#include "core/servo/rate_check.h"
#include "core/servo/servo.h"
#include "core/servo/statistics.h"
#include "core/wire/message.h"
#include "core/wire/tlv.h"
#include "gnomon/instance.h"
#include "gnomon/report.h"

#define FOREIGN_RECORDS 8      /* per port; the standard wants 5 */
#define FOREIGN_TIME_WINDOW 4  /* announceIntervals (9.3.2.4.5) */
#define FOREIGN_THRESHOLD 2    /* messages in the window, beside the one that made the record */
#define PATH_TRACE_MAX 32      /* identities kept; a longer list is not passed on (16.2) */
#define TOKENS_PER_PORT 16     /* egress timestamps awaited at once */
#define DELAY_REQUESTS_OPEN 16 /* Delay_Req of ours that may still be answered */

/* 8.2.1 */
struct default_ds {
	bool two_step_flag;
	struct gn_clock_identity clock_identity;
	uint16_t number_ports;
	struct gn_clock_quality clock_quality;
	uint8_t priority1, priority2;
	uint8_t domain_number;
	bool time_receiver_only;
	uint16_t sdo_id;
	uint8_t max_steps_removed;
};

/* 8.2.2 */
struct current_ds {
	uint16_t steps_removed;
	struct gn_offset offset_from_time_transmitter;
	struct gn_interval mean_delay;
	bool synchronization_uncertain;
};

/* 8.2.3 */
struct parent_ds {
	struct gn_port_identity parent_port_identity;
	bool parent_stats;
	uint16_t observed_parent_offset_scaled_log_variance;
	int32_t observed_parent_clock_phase_change_rate;
	struct gn_clock_identity grandmaster_identity;
	struct gn_clock_quality grandmaster_clock_quality;
	uint8_t grandmaster_priority1, grandmaster_priority2;
	struct gn_address protocol_address;
	bool synchronization_uncertain;
};

/* 8.2.4 */
struct time_properties_ds {
	int16_t current_utc_offset;
	bool current_utc_offset_valid;
	bool leap59, leap61;
	bool time_traceable, frequency_traceable;
	bool ptp_timescale;
	uint8_t time_source;
};

/* 8.2.15 */
struct port_ds {
	struct gn_port_identity port_identity;
	enum gn_port_state port_state;
	int8_t log_min_delay_req_interval;
	struct gn_interval mean_link_delay;
	int8_t log_announce_interval;
	uint8_t announce_receipt_timeout;
	int8_t log_sync_interval;
	enum gn_delay_mechanism delay_mechanism; /* AUTO is shown as E2E */
	int8_t log_min_pdelay_req_interval;
	uint8_t version_number, minor_version_number;
	struct gn_interval delay_asymmetry;
	bool time_transmitter_only;
};

/* 9.3.2.4: one sender of Announce on one port, with the newest that it sent. */
struct foreign_record {
	bool is_used;
	struct gn_port_identity sender;
	struct wire_header header;
	struct wire_announce announce;
	struct gn_address address;
	struct gn_instant received[FOREIGN_THRESHOLD + 1]; /* newest first */
	uint8_t received_count;
	uint8_t path_length;
	struct gn_clock_identity path[PATH_TRACE_MAX];
	uint16_t propagated_length; /* TLVs to be passed on by a boundary clock, as octets */
	uint8_t propagated[256];
};

/* An event message that left and whose timestamp is awaited. */
struct pending_token {
	uint32_t token; /* 0: free */
	uint8_t message_type;
	uint16_t sequence_id;
	uint32_t epoch;                    /* the clock's when it left */
	struct gn_port_identity requester; /* Pdelay_Resp: whom to send the Follow_Up to */
	uint16_t sdo_id;
	uint8_t domain_number;
	struct gn_interval correction; /* Pdelay_Resp: of the request */
	struct gn_address address;
	bool is_unicast;
	struct gn_precise received; /* Pdelay_Resp: t2 */
};

/* An E2E request of ours: its t3 comes with the token, its t4 with Delay_Resp, in either order (11.3). */
struct delay_request {
	bool is_open, has_t3, has_t4;
	uint16_t sequence_id;
	struct gn_instant sent;
	struct gn_precise t3, t4;
};

/* Half of a two-step pair, kept until the other half comes (9.5.4; Follow_Up may overtake its Sync). */
struct sync_pair {
	enum { PAIR_EMPTY, PAIR_HAS_SYNC, PAIR_HAS_FOLLOW_UP } state;
	uint16_t sequence_id;
	struct gn_port_identity source;
	struct gn_precise t2;
	int64_t raw_ns;             /* the driver's, when the Sync came in */
	struct gn_instant received; /* likewise, on the time of events */
	struct gn_interval correction;
	struct gn_precise t1;
	struct gn_instant software_stamp;
	bool has_information;
	struct wire_follow_up_information information;
	bool has_last; /* a pair was completed: */
	uint16_t last_sequence_id;
};

/* The peer delay exchange of one request (11.4). */
struct pdelay_exchange {
	bool is_open, has_t1, has_response, has_follow_up, is_one_step, is_done;
	uint16_t sequence_id;
	struct gn_port_identity responder;
	struct gn_precise t1, t2, t3, t4;
	struct gn_interval response_correction, follow_up_correction;
	struct gn_port_identity follow_up_source;
};

/* neighborRateRatio: t3 against t4 over several exchanges (11.4, IEEE 802.1AS 11.2.19.3.3). */
struct rate_estimate {
	double ratio;
	bool is_valid;
	uint32_t count, needed;
	bool has_first;
	struct gn_precise remote, local;
};

struct port {
	struct port_ds ds;
	struct gn_port_config config;
	struct gn_instance *instance;
	uint16_t number;
	struct gn_port_attachment attachment;
	bool is_open, has_attachment;
	bool is_grandmaster_port; /* TIME_TRANSMITTER by M1 or M2 */
	enum gn_fault fault;
	struct gn_instant state_since;

	struct gn_instant timer[GN_TIMERS]; /* INT64_MAX: not running */

	struct foreign_record foreign[FOREIGN_RECORDS];
	struct foreign_record *best; /* Erbest, or NULL */
	enum gn_decision decision;

	uint16_t announce_sequence, sync_sequence, delay_req_sequence, signaling_sequence;
	struct pending_token tokens[TOKENS_PER_PORT];
	uint32_t tx_losses_in_a_row;
	uint64_t tx_losses;

	struct sync_pair pair;
	struct delay_request requests[DELAY_REQUESTS_OPEN];
	uint32_t delay_responses_missed;

	struct pdelay_exchange pdelay;
	struct delay_process pdelay_process;
	struct gn_port_identity peer;
	bool has_peer;
	uint32_t pdelay_missed, multiple_responders, multiple_in_a_row;
	bool is_as_capable;
	struct rate_estimate neighbor_rate;
	int8_t initial_log_announce_interval, initial_log_sync_interval, initial_log_pdelay_interval;
	bool is_p2p_detected; /* delay mechanism AUTO */

	uint64_t received[GN_MESSAGE_TYPES], sent[GN_MESSAGE_TYPES];
	uint64_t drops[GN_DROPS];
	uint64_t service[10]; /* PORT_SERVICE_STATS_NP, in its order */
	uint64_t stamps_out_of_order, faults, transitions;
	struct gn_timestamp last_ingress;
	struct gn_instant limited[4]; /* when a rate-limited report was last made */
};

/* Indices of port.service: PORT_SERVICE_STATS_NP. */
enum port_service {
	SERVICE_ANNOUNCE_TIMEOUT,
	SERVICE_SYNC_TIMEOUT,
	SERVICE_DELAY_TIMEOUT,
	SERVICE_UNICAST_SERVICE_TIMEOUT,
	SERVICE_UNICAST_REQUEST_TIMEOUT,
	SERVICE_TIME_TRANSMITTER_ANNOUNCE_TIMEOUT,
	SERVICE_TIME_TRANSMITTER_SYNC_TIMEOUT,
	SERVICE_QUALIFICATION_TIMEOUT,
	SERVICE_SYNC_MISMATCH,
	SERVICE_FOLLOW_UP_MISMATCH,
};

/* Leap seconds as they apply to a UTC clock (docs/compatibility.md). */
struct leap_state {
	int8_t announced; /* +1, -1, 0 by the parent */
	int8_t armed;     /* what the kernel was told */
	bool is_known;
};

/* After a traceable reference was lost (bmca/holdover.h). */
struct holdover {
	bool is_held;
	enum gn_holdover state, told;
	uint8_t reference_accuracy; /* clockAccuracy of what was followed */
	bool time_traceable, current_utc_offset_valid;
	struct gn_instant due;
};

struct gn_instance {
	struct default_ds default_ds;
	struct current_ds current_ds;
	struct parent_ds parent_ds;
	struct time_properties_ds time_properties_ds;
	struct time_properties_ds own_time_properties; /* what it announces as grandmaster */
	struct gn_config config; /* `ports` is NULL in this copy: each port has its own */
	uint16_t port_count;
	struct port *ports;
	struct gn_instant now;
	int64_t raw_ns;
	bool is_started, is_stopped;
	bool is_decision_due;
	uint64_t random;
	uint32_t next_token;
	struct gn_instant started;

	/* BMCA */
	struct gn_clock_quality
		own_clock_quality; /* as configured or set; defaultDS may have that of holdover */
	struct holdover holdover;
	struct port *best_port;                 /* where Ebest came in, or NULL */
	struct gn_clock_identity best_identity; /* last reported best foreign clock */
	uint8_t path_length;                    /* of the parent's PATH_TRACE */
	struct gn_clock_identity path[PATH_TRACE_MAX];
	uint16_t propagated_length;
	uint8_t propagated[256];
	int64_t leap_midnight; /* UTC second at which the leap second announced by us is over; 0: none */
	uint8_t synchronization_uncertain_np; /* 0, 1, 0xFF: SYNCHRONIZATION_UNCERTAIN_NP */

	/* the clock, as the driver answers for it */
	uint32_t clock_epoch;
	struct gn_rate clock_rate;
	bool has_clock;     /* its rate and limits are known */
	bool is_clock_utc;  /* steers a clock that keeps UTC */
	bool is_clock_busy; /* a step is not answered yet: */
	struct gn_offset step_under_way;
	bool is_time_asked;  /* the read under way is for the time alone */
	bool has_clock_rate; /* clock_rate is what we last set or read */
	uint64_t steps;
	uint64_t clock_touches; /* somebody else stepped or steered it */
	bool is_tai_offset_set;
	int32_t tai_offset_set;

	/* servo */
	struct servo servo;
	enum servo_state servo_state;
	struct delay_process delay;
	struct rate_check rate_check;
	int skip_syncs, skip_of; /* step_window */
	struct statistics offset_statistics, frequency_statistics, delay_statistics;
	struct statistics recent_offset, recent_delay; /* for status: the running window and */
	struct {
		double offset_rms, offset_max, delay_mean, delay_deviation;
		uint32_t count;
		double offset_mean;
	} recent; /* the last full one */
	uint32_t recent_count;
	int8_t log_interval; /* of the Sync messages measured: the parent's, or our own until one came */
	bool has_interval;
	bool has_delay;         /* a mean delay was measured (or is configured) */
	bool is_delay_disabled; /* delay mechanism NONE: initial_delay is all there is */
	bool had_parent;
	int16_t utc_offset; /* as learnt, for a clock that keeps UTC */
	struct gn_rate last_frequency;
	int64_t last_offset_ns;
	double last_error_ns;
	struct gn_instant last_sample, last_servo_change, last_remembered;
	int64_t ingress_raw_ns;           /* raw time of the last Sync used */
	struct gn_precise ingress;        /* t2 of the last Sync used; 0 after a step or a change of parent */
	struct rate_estimate parent_rate; /* free_running and freq_est_interval */
	struct wire_follow_up_information follow_up_information;
	bool has_follow_up_information;
	struct leap_state leap;
	bool is_stable_requested; /* msg_interval_request was sent */

	struct action_queue actions;
};

/* Times go into arithmetic this much later, on both clocks alike: near the epoch a negative correction would otherwise
 * lead out of a Timestamp's range. Differences are unchanged. */
#define TIME_BIAS_SECONDS ((uint64_t)1 << 20)

static inline struct gn_precise time_biased(struct gn_precise t)
{
	const uint64_t last = ((uint64_t)1 << 48) - 1; /* what a liar may send: it stays a Timestamp */

	t.whole.seconds = t.whole.seconds < last - TIME_BIAS_SECONDS ? t.whole.seconds + TIME_BIAS_SECONDS
								     : last;
	return t;
}

/* What a port does by its attachment and configuration. */
static inline bool port_is_p2p(const struct port *port)
{
	return port->ds.delay_mechanism == GN_DELAY_P2P;
}

#endif
