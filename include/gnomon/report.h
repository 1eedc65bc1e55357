/* include/gnomon/report.h -- what an instance has to tell: an id and its numbers.
 *
 * The core does not print. Each report has the fields its line below names; src/report/ turns them into
 * sentences (ours, and the words of the tools we stand in for), counts and limits them. */
#ifndef GNOMON_REPORT_H
#define GNOMON_REPORT_H

#include "gnomon/time.h"
#include "gnomon/types.h"

enum gn_report_id {
	/* number[0..] in order; `id` = identity; times in ns unless said otherwise */
	GN_REPORT_PORT_STATE,               /* from, to (enum gn_port_state), event, fault, is_grandmaster */
	GN_REPORT_NEW_FOREIGN,              /* id: the sender */
	GN_REPORT_BEST_FOREIGN,             /* id: grandmaster of the best foreign clock, when it changed */
	GN_REPORT_BEST_LOCAL,               /* id: own clock; no qualified foreign clock is left */
	GN_REPORT_GRANDMASTER_ROLE,         /* this port's decision is M1 or M2; at every decision */
	GN_REPORT_RECEIVER_ONLY_CONFLICT,   /* decision M1/M2 in a time-receiver-only instance */
	GN_REPORT_NOT_PTP_TIMESCALE,        /* the parent announces an ARB timescale */
	GN_REPORT_UTC_OFFSET_BELOW,         /* announced, local: the parent's currentUtcOffset is smaller */
	GN_REPORT_UTC_OFFSET,               /* new currentUtcOffset learnt */
	GN_REPORT_LEAP,                     /* announced: +1, -1, 0 */
	GN_REPORT_LEAP_SET,                 /* the kernel was told: +1, -1 */
	GN_REPORT_LEAP_SUSPENDED,           /* last second before midnight: no update */
	GN_REPORT_CLOCK_CLASS_TOO_LARGE,    /* announced, allowed */
	GN_REPORT_DELAY_REQ_INTERVAL,       /* log2 s: Delay_Resp carried another */
	GN_REPORT_BOGUS_DELAY_REQ_INTERVAL, /* log2 s */
	GN_REPORT_BOGUS_SYNC_INTERVAL,      /* log2 s */
	GN_REPORT_P2P_DETECTED,             /* delay mechanism AUTO heard a Pdelay_Req */
	GN_REPORT_SERVO_SAMPLE,   /* offset, servo state 0..3, frequency (2^-32 ppb), path delay, has_delay */
	GN_REPORT_SERVO_SUMMARY,  /* offset rms, max, frequency mean, deviation, delay mean, deviation
	                              * (all in 1/1000 of ns or ppb), has_delay */
	GN_REPORT_DELAY_SAMPLE,   /* filtered, raw */
	GN_REPORT_NEGATIVE_DELAY, /* delay, t2 - t3, t4 - t1, rate ratio - 1 in 10^-9 */
	GN_REPORT_SERVO_INTERVAL, /* interval (us), kp, ki (10^-6) */
	GN_REPORT_SKIPPED_AFTER_STEP, /* this, of */
	GN_REPORT_RATE_RATIO,         /* time transmitter / local - 1, neighbour / local - 1, in 10^-12 */
	GN_REPORT_BAD_RATE_STAMPS,    /* 0: of the time transmitter's rate, 1: of the neighbour's */
	GN_REPORT_CLOCK_FAILED,       /* operation (enum gn_action_type), errno */
	GN_REPORT_CLOCK_JUMPED,       /* +1 forward, -1 backward: against the raw clock; ppb (estimated) */
	GN_REPORT_CLOCK_RATE_CHANGED, /* somebody else set the frequency: found, expected (2^-32 ppb) */
	GN_REPORT_CLOCK_STEPPED,      /* the step, ns; fraction */
	GN_REPORT_LINK,               /* 1 up, 0 down */
	GN_REPORT_LABEL_CHANGED,      /* text: the interface that stamps now */
	GN_REPORT_FAULT_WAIT,         /* fault, ns until cleared */
	GN_REPORT_FAULT_CLEARING,     /* 1: at once, 0: the time is over */
	GN_REPORT_DELAY_RESPONSE_TIMEOUT, /* misses in a row */
	GN_REPORT_TX_STAMP_MISSING, /* messageType, sequenceId, losses in a row, status (enum gn_stamp_status) */
	GN_REPORT_TX_STAMPS_LOST, /* losses in a row, limit: the port becomes FAULTY */
	GN_REPORT_DROP, /* reason (gn_drop), messageType, sequenceId, three numbers of the reason; id: sender */
	GN_REPORT_MECHANISM_MISMATCH,  /* messageType received on a port of the other delay mechanism */
	GN_REPORT_MULTIPLE_RESPONDERS, /* id: the second one */
	GN_REPORT_ROGUE_PDELAY_RESP,
	GN_REPORT_PEER_CHANGED,     /* messageType; id: the unexpected one */
	GN_REPORT_PEER,             /* id: the peer port learnt */
	GN_REPORT_AS_CAPABLE,       /* enum gn_as_capable_change, value, limit */
	GN_REPORT_TIMER,            /* enum gn_timer: it expired (debug) */
	GN_REPORT_INTERVAL_REQUEST, /* sync interval asked of the time transmitter, log2 s */
	GN_REPORT_SERVO_FIT, /* points, slope - 1 in 10^-12, intercept, error: the line that steers (linreg) */
	GN_REPORT_CONFIGURATION_CHANGED, /* managementId that a SET or COMMAND changed */
	GN_REPORT_TIME_STEPPED,          /* ns by which the time transmitter's time jumped; it is followed */
	GN_REPORT_PATH_CHANGED,          /* ns by which both directions of the path became longer */
	GN_REPORT_ASYMMETRY,          /* ns by which one direction became longer, seconds it is held back */
	GN_REPORT_ASYMMETRY_GONE,     /* ns */
	GN_REPORT_ASYMMETRY_FOLLOWED, /* ns */
	GN_REPORT_CLOCK_FAULT,        /* enum gn_clock_fault, response in thousandths of what was asked for */
	GN_REPORT_CLOCK_FAULT_GONE,
	GN_REPORT_HOLDOVER, /* clockClass announced now, clockAccuracy, bound in ns (-1 unknown), enum gn_holdover */
	GN_REPORTS
};

/* A clock that does not do what it is told. */
enum gn_clock_fault {
	GN_CLOCK_FAULT_NONE,
	GN_CLOCK_FAULT_NO_EFFECT,  /* frequencies are accepted and change nothing */
	GN_CLOCK_FAULT_WRONG_SIGN, /* they act the wrong way round */
	GN_CLOCK_FAULT_WRONG_SCALE,
	GN_CLOCK_FAULT_SATURATED, /* at the limit of the frequency, and the offset still grows */
	GN_CLOCK_FAULT_STEP,      /* a step did not have the size that was asked for */
};
#define GN_CLOCK_FAULTS 6

/* "no_effect"; "unknown" for none of them. */
const char *gn_clock_fault_name(int fault);

/* What a clock that lost its reference says of itself. */
enum gn_holdover {
	GN_HOLDOVER_NONE,     /* its own clockClass */
	GN_HOLDOVER_WITHIN,   /* holdover_clock_class: the error is within holdover_bound */
	GN_HOLDOVER_DEGRADED, /* holdover_degraded_class */
};

enum gn_as_capable_change {
	GN_AS_CAPABLE_SET,
	GN_AS_CAPABLE_LOST_DELAY_TOO_LONG, /* delay, limit */
	GN_AS_CAPABLE_LOST_DELAY_TOO_SHORT,
	GN_AS_CAPABLE_LOST_RESPONSES,          /* missed */
	GN_AS_CAPABLE_LOST_MULTIPLE_RESPONSES, /* count */
	GN_AS_CAPABLE_LOST_PEER,
	GN_AS_CAPABLE_LOST_RATE,
};

/* A port's timers, in the order in which they are served when due together. */
enum gn_timer {
	GN_TIMER_FAULT,
	GN_TIMER_ANNOUNCE_RECEIPT,
	GN_TIMER_SYNC_RECEIPT,
	GN_TIMER_QUALIFICATION,
	GN_TIMER_SYNC,      /* transmit */
	GN_TIMER_ANNOUNCE,  /* transmit */
	GN_TIMER_DELAY_REQ, /* or Pdelay_Req */
	GN_TIMERS
};

/* Why a message was not used. Each has a counter per port that anybody can read. */
enum gn_drop {
	GN_DROP_TRUNCATED,     /* shorter than its header, body or messageLength says */
	GN_DROP_VERSION,       /* versionPTP is not 2 */
	GN_DROP_MALFORMED,     /* a TLV runs out of the message, or has an odd length */
	GN_DROP_RESERVED_TYPE, /* messageType 4..7, 14, 15 */
	GN_DROP_BAD_TIMESTAMP, /* nanosecondsField of 10^9 or more */
	GN_DROP_DOMAIN,
	GN_DROP_SDO_ID,
	GN_DROP_OWN_MESSAGE,         /* sent by this clock */
	GN_DROP_WRONG_SOCKET,        /* an event message on the general port, or the reverse */
	GN_DROP_PORT_STATE,          /* not wanted in this state */
	GN_DROP_NOT_FROM_PARENT,     /* Sync, Follow_Up, Delay_Resp of another port */
	GN_DROP_ALTERNATE,           /* alternateTimeTransmitterFlag set */
	GN_DROP_STEPS_REMOVED,       /* Announce: too many */
	GN_DROP_CLOCK_CLASS,         /* Announce: above clock_class_threshold */
	GN_DROP_PATH_LOOP,           /* Announce: own identity in PATH_TRACE */
	GN_DROP_FOREIGN_TABLE_FULL,  /* Announce: no room, and better records are there */
	GN_DROP_NOT_AS_CAPABLE,      /* IEEE 802.1AS port without a capable neighbour */
	GN_DROP_NO_FOLLOW_UP_INFO,   /* IEEE 802.1AS: its TLV is missing */
	GN_DROP_MECHANISM,           /* of the other delay mechanism */
	GN_DROP_NO_SUCH_EXCHANGE,    /* response that answers none of our requests */
	GN_DROP_FOLLOW_UP_MISPAIRED, /* Follow_Up whose Sync never came or was another */
	GN_DROP_SYNC_MISPAIRED,      /* Sync superseded before its Follow_Up came */
	GN_DROP_DUPLICATE,           /* sequenceId seen already */
	GN_DROP_CORRECTION_UNUSABLE, /* correctionField says "too large" */
	GN_DROP_STAMP_MISSING,       /* event message without an ingress timestamp */
	GN_DROP_STAMP_BAD_NANOSECONDS,
	GN_DROP_STAMP_STALE_EPOCH,
	GN_DROP_STAMP_IMPLAUSIBLE,
	GN_DROP_STAMP_CLOCK_JUMPED,
	GN_DROP_MULTIPLE_RESPONDERS,
	GN_DROP_NO_TOKEN,           /* cannot be answered: too many timestamps awaited */
	GN_DROP_MANAGEMENT_IGNORED, /* no TLV or several, an answer to somebody else, a bad action */
	GN_DROP_SIGNALING_IGNORED,  /* not for us, or nothing in it that we do */
	GN_DROP_OUT_OF_ACTIONS,     /* the queue of actions is full: the driver does not drain it */
	GN_DROPS
};

/* "stale timestamp" and so on: what it is called in status, logs and JSON (snake_case by the second). */
const char *gn_drop_text(enum gn_drop reason);
const char *gn_drop_name(enum gn_drop reason);

struct gn_report {
	uint16_t id;   /* enum gn_report_id */
	uint16_t port; /* port number; 0: the instance */
	struct gn_port_identity identity;
	int64_t number[7];
	const char *text; /* where the list says so, else NULL */
};

#endif
