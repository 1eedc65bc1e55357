/* src/report/words_native.c -- our own sentences. A line says where, what, how much, and what to do about it.
 *
 * Levels: 3 it does not work, 4 it works but not as asked or not well, 5 a change worth a line in any log, 6 running
 * commentary, 7 the protocol at work. What somebody on the network can cause at will is limited. */
#include "report/words.h"

enum { ERR = 3, WARNING = 4, NOTICE = 5, INFO = 6, DEBUG = 7 };

#define CHANGE "{port}: {state0} -> {state1}: "

static const struct report_row port_state[] = {
	[GN_EV_NONE] = { NOTICE, 0, "{port}: {state0} -> {state1}" },
	[GN_EV_POWERUP] = { NOTICE, 0, CHANGE "started" },
	[GN_EV_INITIALIZE] = { NOTICE, 0, CHANGE "initialized anew by management" },
	[GN_EV_INIT_COMPLETE] = { NOTICE, 0, CHANGE "sockets and timestamps are ready" },
	[GN_EV_DESIGNATED_ENABLED] = { NOTICE, 0, CHANGE "enabled by management" },
	[GN_EV_DESIGNATED_DISABLED] = { NOTICE, 0, CHANGE "disabled by management" },
	[GN_EV_FAULT_DETECTED] = { WARNING, 0, CHANGE "{fault3}" },
	[GN_EV_FAULT_CLEARED] = { NOTICE, 0, CHANGE "the fault is cleared" },
	[GN_EV_ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES] = { NOTICE, 0,
						     CHANGE
						     "no Announce or Sync came in time "
						     "(announceReceiptTimeout, sync_receipt_timeout)" },
	[GN_EV_QUALIFICATION_TIMEOUT_EXPIRES] = { NOTICE, 0, CHANGE "no better clock spoke up in time" },
	[GN_EV_TIME_TRANSMITTER_CLOCK_SELECTED] = { NOTICE, 0, CHANGE "the servo has locked" },
	[GN_EV_SYNCHRONIZATION_FAULT] = { WARNING, 0,
					  CHANGE "the servo lost its lock (a step, or no delay responses)" },
	[GN_EV_RECOMMENDED_GRANDMASTER] = { NOTICE, 0, CHANGE "this clock is the best of its domain" },
	[GN_EV_RECOMMENDED_TIME_TRANSMITTER] = { NOTICE, 0, CHANGE "passes on the time received elsewhere" },
	[GN_EV_RECOMMENDED_TIME_RECEIVER] = { NOTICE, 0, CHANGE "the best time transmitter is heard here" },
	[GN_EV_RECOMMENDED_PASSIVE] = { NOTICE, 0, CHANGE "a better time transmitter serves this network" },
};
_Static_assert(sizeof(port_state) / sizeof(port_state[0]) == GN_PORT_EVENTS, "a line for every event");

static const struct report_row leap[] = {
	{ NOTICE, 0, "leap second announced: the last minute of this UTC day has 59 seconds" },
	{ INFO, 0, "no leap second is announced" },
	{ NOTICE, 0, "leap second announced: the last minute of this UTC day has 61 seconds" },
};

static const struct report_row leap_set[] = {
	{ NOTICE, 0, "the kernel will delete a second at midnight (UTC)" },
	{ NOTICE, 0, "the kernel forgets the leap second" },
	{ NOTICE, 0, "the kernel will insert a second at midnight (UTC)" },
};

static const struct report_row servo_sample[] = {
	{ INFO, 0, "offset {ns0:+}, frequency {ppb2:+} ppb, {servo1}; no path delay measured yet" },
	{ INFO, 0, "offset {ns0:+}, frequency {ppb2:+} ppb, path delay {ns3}, {servo1}" },
};

static const struct report_row summary[] = {
	{ INFO, 0, "offset rms {kns0}, max {kns1}, frequency {kilo2:+} +- {kilo3} ppb" },
	{ INFO, 0,
	  "offset rms {kns0}, max {kns1}, frequency {kilo2:+} +- {kilo3} ppb, path delay {kns4} +- {kns5}" },
};

static const struct report_row bad_rate_stamps[] = {
	{ WARNING, 60,
	  "two timestamps of the time transmitter's Sync do not advance: its rate cannot be measured" },
	{ WARNING, 60,
	  "{port}: two timestamps of the neighbour do not advance: its rate cannot be measured" },
};

static const struct report_row clock_failed[] = {
	[GN_ACTION_CLOCK_READ] = { ERR, 60, "the clock cannot be read: {errno1}" },
	[GN_ACTION_CLOCK_SET_RATE] = { ERR, 60, "the clock's frequency cannot be set: {errno1}" },
	[GN_ACTION_CLOCK_STEP] = { ERR, 60, "the clock cannot be stepped: {errno1}" },
	[GN_ACTION_CLOCK_SET_PHASE] = { ERR, 60,
					"the clock's phase cannot be set (write_phase_mode): {errno1}" },
	[GN_ACTION_CLOCK_SET_TAI_OFFSET] = { WARNING, 60, "the kernel's TAI offset cannot be set: {errno1}" },
	[GN_ACTION_CLOCK_SET_LEAP] = { WARNING, 60,
				       "the leap second cannot be told to the kernel: {errno1}" },
	[GN_ACTION_CLOCK_IS_SYNCHRONIZED] = { WARNING, 60,
					      "the kernel cannot be told that the clock is synchronized: "
					      "{errno1}" },
};

static const struct report_row clock_jumped[] = {
	{ WARNING, 60,
	  "the clock jumped backward, or runs too slow, against the raw monotonic clock (sanity_freq_limit): "
	  "look for somebody else who sets it" },
	{ WARNING, 0, NULL },
	{ WARNING, 60,
	  "the clock jumped forward, or runs too fast, against the raw monotonic clock (sanity_freq_limit): "
	  "look for somebody else who sets it" },
};

static const struct report_row link[] = {
	{ WARNING, 0, "{port}: link down" },
	{ NOTICE, 0, "{port}: link up" },
};

static const struct report_row fault_clearing[] = {
	{ INFO, 0, "{port}: trying again after the fault" },
	{ INFO, 0, "{port}: trying again at once after the fault" },
};

#define LOST "{port}: no transmit timestamp for {what0} ({d2} in a row): that one exchange is skipped; "
#define UNUSABLE "{port}: the transmit timestamp of {what0} is unusable, that one exchange is skipped: "

static const struct report_row tx_stamp_missing[] = {
	[GN_STAMP_OK] = { WARNING, 0, NULL },
	[GN_STAMP_MISSING] = { WARNING, 60,
			       LOST "if it goes on, raise tx_timestamp_timeout, then suspect the driver "
				    "" },
	[GN_STAMP_BAD_NANOSECONDS] = { WARNING, 60,
				       UNUSABLE "it has 10^9 nanoseconds or more, a driver bug" },
	[GN_STAMP_STALE_EPOCH] = { INFO, 60, UNUSABLE "it is from before a step of the clock" },
	[GN_STAMP_IMPLAUSIBLE] = { WARNING, 60, UNUSABLE "it is more than 1 s from the clock" },
	[GN_STAMP_CLOCK_JUMPED] = { INFO, 60, UNUSABLE "the system clock jumped meanwhile" },
};

#define DROPPED "{port}: dropped {what1}{from}: {drop0}"

/* Worth a warning: what a healthy network does not do. Level 7, in the row itself: what every network does. */
static const struct report_row drop[GN_DROPS] = {
	[GN_DROP_TRUNCATED] = { WARNING, 60, DROPPED " ({d3} octets came)" },
	[GN_DROP_VERSION] = { DEBUG, 60, DROPPED },
	[GN_DROP_MALFORMED] = { WARNING, 60, DROPPED },
	[GN_DROP_RESERVED_TYPE] = { DEBUG, 60, "{port}: dropped a message{from}: {drop0}" },
	[GN_DROP_BAD_TIMESTAMP] = { WARNING, 60, DROPPED },
	[GN_DROP_DOMAIN] = { DEBUG, 60, DROPPED " ({d4})" },
	[GN_DROP_SDO_ID] = { DEBUG, 60, DROPPED " ({hex3})" },
	[GN_DROP_OWN_MESSAGE] = { DEBUG, 60, DROPPED },
	[GN_DROP_WRONG_SOCKET] = { WARNING, 60, DROPPED },
	[GN_DROP_PORT_STATE] = { DEBUG, 60, DROPPED },
	[GN_DROP_NOT_FROM_PARENT] = { DEBUG, 60, DROPPED },
	[GN_DROP_ALTERNATE] = { DEBUG, 60, DROPPED },
	[GN_DROP_STEPS_REMOVED] = { WARNING, 60,
				    DROPPED " ({d3}, allowed are less than {d4}: maxStepsRemoved)" },
	[GN_DROP_CLOCK_CLASS] = { DEBUG, 60, "" }, /* said by CLOCK_CLASS_TOO_LARGE */
	[GN_DROP_PATH_LOOP] = { WARNING, 60, DROPPED "; is there a loop in the network?" },
	[GN_DROP_FOREIGN_TABLE_FULL] = { WARNING, 60, DROPPED "; the best ones are kept" },
	[GN_DROP_NOT_AS_CAPABLE] = { DEBUG, 60, DROPPED },
	[GN_DROP_NO_FOLLOW_UP_INFO] = { WARNING, 60, DROPPED },
	[GN_DROP_MECHANISM] = { DEBUG, 60, "" }, /* said by MECHANISM_MISMATCH */
	[GN_DROP_NO_SUCH_EXCHANGE] = { DEBUG, 60, DROPPED },
	[GN_DROP_FOLLOW_UP_MISPAIRED] = { INFO, 60, DROPPED },
	[GN_DROP_SYNC_MISPAIRED] = { INFO, 60, DROPPED },
	[GN_DROP_DUPLICATE] = { INFO, 60, DROPPED },
	[GN_DROP_CORRECTION_UNUSABLE] = { WARNING, 60, DROPPED },
	[GN_DROP_STAMP_MISSING] = { WARNING, 60, DROPPED "; does the NIC stamp such messages?" },
	[GN_DROP_STAMP_BAD_NANOSECONDS] = { WARNING, 60, DROPPED ", a driver bug" },
	[GN_DROP_STAMP_STALE_EPOCH] = { DEBUG, 60, DROPPED },
	[GN_DROP_STAMP_IMPLAUSIBLE] = { WARNING, 60, DROPPED "; it is of another clock, or a driver bug" },
	[GN_DROP_STAMP_CLOCK_JUMPED] = { INFO, 60, DROPPED },
	[GN_DROP_MULTIPLE_RESPONDERS] = { DEBUG, 60, "" }, /* said by MULTIPLE_RESPONDERS */
	[GN_DROP_NO_TOKEN] = { WARNING, 60, DROPPED },
	[GN_DROP_MANAGEMENT_IGNORED] = { DEBUG, 60, DROPPED },
	[GN_DROP_SIGNALING_IGNORED] = { DEBUG, 60, DROPPED },
	[GN_DROP_OUT_OF_ACTIONS] = { ERR, 60, DROPPED "; this is a bug, please report it" },
};

static const struct report_row mechanism_mismatch[] = {
	{ WARNING, 60,
	  "{port}: a Delay_Req came, but this port measures by Pdelay_Req: set delay_mechanism alike" },
	{ WARNING, 60,
	  "{port}: a Pdelay_Req came, but this port measures by Delay_Req: set delay_mechanism alike" },
};

static const struct report_row as_capable[] = {
	[GN_AS_CAPABLE_SET] = { NOTICE, 0, "{port}: the neighbour is capable of IEEE 802.1AS" },
	[GN_AS_CAPABLE_LOST_DELAY_TOO_LONG] = { WARNING, 0,
						"{port}: no longer asCapable: link delay {ns1} is above "
						"neighborPropDelayThresh {ns2}" },
	[GN_AS_CAPABLE_LOST_DELAY_TOO_SHORT] = { WARNING, 0,
						 "{port}: no longer asCapable: link delay {ns1} is below "
						 "min_neighbor_prop_delay {ns2}" },
	[GN_AS_CAPABLE_LOST_RESPONSES] = { WARNING, 0,
					   "{port}: no longer asCapable: the neighbour left {d1} Pdelay_Req "
					   "unanswered" },
	[GN_AS_CAPABLE_LOST_MULTIPLE_RESPONSES] = { WARNING, 0,
						    "{port}: no longer asCapable: {d1} times several "
						    "neighbours answered" },
	[GN_AS_CAPABLE_LOST_PEER] = { WARNING, 0, "{port}: no longer asCapable: another neighbour answers" },
	[GN_AS_CAPABLE_LOST_RATE] = { WARNING, 0,
				      "{port}: no longer asCapable: the neighbour's rate cannot be "
				      "measured" },
};

#define OBEYS_NOT "{port}: the clock does not obey: "
#define LOOK_AT_CLOCK "; not steered any further: look at its driver and for other programs that set it"

static const struct report_row clock_fault[] = {
	[GN_CLOCK_FAULT_NONE] = { WARNING, 0, NULL },
	[GN_CLOCK_FAULT_NO_EFFECT] = { ERR, 0,
				       OBEYS_NOT "frequencies have no effect ({share1} of what was asked "
						 "for)" LOOK_AT_CLOCK },
	[GN_CLOCK_FAULT_WRONG_SIGN] = { ERR, 0,
					OBEYS_NOT "frequencies act the wrong way round ({share1} of what was "
						  "asked for)" LOOK_AT_CLOCK },
	[GN_CLOCK_FAULT_WRONG_SCALE] = { ERR, 0,
					 OBEYS_NOT "frequencies act by {share1} of what was asked for: look "
						   "at its driver" },
	[GN_CLOCK_FAULT_SATURATED] = { ERR, 0,
				       OBEYS_NOT
				       "its frequency is at its limit and the offset still grows: see "
				       "max_frequency, or the oscillator is broken" },
	[GN_CLOCK_FAULT_STEP] = { ERR, 0,
				  OBEYS_NOT
				  "a step had {share1} of the size that was asked for: look for other "
				  "programs that set it" },
};
_Static_assert(sizeof(clock_fault) / sizeof(clock_fault[0]) == GN_CLOCK_FAULTS, "a line for every fault");

static const struct report_row holdover[] = {
	[GN_HOLDOVER_NONE] = { NOTICE, 0, "holdover is over: clockClass is {d0} again" },
	[GN_HOLDOVER_WITHIN] = { WARNING, 0,
				 "holdover: the reference is lost, the clock goes on by what it learnt: "
				 "clockClass {d0} "
				 "while its error stays within holdover_bound ({ns2} now)" },
	[GN_HOLDOVER_DEGRADED] = { WARNING, 0,
				   "holdover: the error may be beyond holdover_bound: clockClass {d0}" },
};

static const struct report_row timer[] = {
	[GN_TIMER_FAULT] = { DEBUG, 0, "{port}: timer: fault" },
	[GN_TIMER_ANNOUNCE_RECEIPT] = { DEBUG, 0, "{port}: timer: Announce receipt" },
	[GN_TIMER_SYNC_RECEIPT] = { DEBUG, 0, "{port}: timer: Sync receipt" },
	[GN_TIMER_QUALIFICATION] = { DEBUG, 0, "{port}: timer: qualification" },
	[GN_TIMER_SYNC] = { DEBUG, 0, "{port}: timer: send Sync" },
	[GN_TIMER_ANNOUNCE] = { DEBUG, 0, "{port}: timer: send Announce" },
	[GN_TIMER_DELAY_REQ] = { DEBUG, 0, "{port}: timer: send Delay_Req or Pdelay_Req" },
};
_Static_assert(sizeof(timer) / sizeof(timer[0]) == GN_TIMERS, "a line for every timer");

const struct report_words report_words_native = {
	.states = { "NONE", "INITIALIZING", "FAULTY", "DISABLED", "LISTENING", "PRE_TIME_TRANSMITTER",
		    "TIME_TRANSMITTER", "PASSIVE", "UNCALIBRATED", "TIME_RECEIVER",
		    "TIME_TRANSMITTER" /* the standard has one state for both */ },
	.servo_states = { "servo gathers", "servo steps the clock", "servo locked", "servo locked and stable" },
	.faults = { "failed", "a socket, the link or the transmit timestamps failed",
		    "several neighbours answer Pdelay_Req: this is no point-to-point link" },
	.types = {
		[GN_SYNC] = "Sync",
		[GN_DELAY_REQ] = "Delay_Req",
		[GN_PDELAY_REQ] = "Pdelay_Req",
		[GN_PDELAY_RESP] = "Pdelay_Resp",
		[GN_FOLLOW_UP] = "Follow_Up",
		[GN_DELAY_RESP] = "Delay_Resp",
		[GN_PDELAY_RESP_FOLLOW_UP] = "Pdelay_Resp_Follow_Up",
		[GN_ANNOUNCE] = "Announce",
		[GN_SIGNALING] = "Signaling",
		[GN_MANAGEMENT] = "Management",
	},
	.says_held_back = true,
	.rows = {
		[GN_REPORT_PORT_STATE] = { NOTICE, 0, "{port}: {state0} -> {state1}",
					   REPORT_VARIANTS(port_state, 2, 0) },
		[GN_REPORT_NEW_FOREIGN] = { NOTICE, 0, "{port}: heard a new time transmitter, {id}" },
		[GN_REPORT_BEST_FOREIGN] = { NOTICE, 0, "the best time is that of grandmaster {clock}" },
		[GN_REPORT_BEST_LOCAL] = { NOTICE, 0, "the best time is our own ({clock}): nobody else qualifies" },
		[GN_REPORT_GRANDMASTER_ROLE] = { NOTICE, 0, "" }, /* PORT_STATE says it when it begins */
		[GN_REPORT_RECEIVER_ONLY_CONFLICT] = {
			WARNING, 60, "{port}: nobody better than this clock is heard, but it may only receive time (clientOnly): "
				     "waiting; if there is a time transmitter, give it a smaller priority1" },
		[GN_REPORT_NOT_PTP_TIMESCALE] = {
			WARNING, 300, "the time transmitter's timescale is arbitrary (ptpTimescale is not set): no UTC can be "
				      "derived from it" },
		[GN_REPORT_UTC_OFFSET_BELOW] = {
			WARNING, 300, "the time transmitter announces currentUtcOffset {d0}, less than the {d1} known here: its "
				      "leap seconds are out of date" },
		[GN_REPORT_UTC_OFFSET] = { INFO, 0, "currentUtcOffset is {d0} s" },
		[GN_REPORT_LEAP] = { INFO, 0, "", REPORT_VARIANTS(leap, 0, -1) },
		[GN_REPORT_LEAP_SET] = { NOTICE, 0, "", REPORT_VARIANTS(leap_set, 0, -1) },
		[GN_REPORT_LEAP_SUSPENDED] = { INFO, 60, "no clock update in the second before midnight: leap second" },
		[GN_REPORT_CLOCK_CLASS_TOO_LARGE] = {
			WARNING, 60, "{port}: ignoring a time transmitter of clockClass {d0}: clock_class_threshold allows at "
				     "most {d1}" },
		[GN_REPORT_DELAY_REQ_INTERVAL] = {
			NOTICE, 60, "{port}: the time transmitter wants a Delay_Req every {log0} at most" },
		[GN_REPORT_BOGUS_DELAY_REQ_INTERVAL] = {
			WARNING, 300, "{port}: ignoring a Delay_Req interval of 2^{d0} s in Delay_Resp: outside -10..22" },
		[GN_REPORT_BOGUS_SYNC_INTERVAL] = {
			WARNING, 300, "{port}: ignoring a Sync interval of 2^{d0} s: outside -10..22" },
		[GN_REPORT_P2P_DETECTED] = { NOTICE, 0, "{port}: the neighbour measures by Pdelay_Req: so do we now" },
		[GN_REPORT_SERVO_SAMPLE] = { INFO, 0, "", REPORT_VARIANTS(servo_sample, 4, 0) },
		[GN_REPORT_SERVO_SUMMARY] = { INFO, 0, "", REPORT_VARIANTS(summary, 6, 0) },
		[GN_REPORT_DELAY_SAMPLE] = { DEBUG, 0, "delay {ns0} (as measured: {ns1})" },
		[GN_REPORT_NEGATIVE_DELAY] = {
			INFO, 60, "negative delay {ns0} (t2 - t3 = {ns1}, t4 - t1 = {ns2}): common until the servo locks, "
				  "afterwards look at latencies and delayAsymmetry" },
		[GN_REPORT_SERVO_INTERVAL] = {
			DEBUG, 0, "servo: interval {micro0:.3} s, kp {micro1:.3}, ki {micro2:.6}" },
		[GN_REPORT_SERVO_FIT] = {
			DEBUG, 0, "servo: a line through {d0} points: rate of the time transmitter {pico1:.9}, {ns2} away, "
				  "usual error {ns3}" },
		[GN_REPORT_SKIPPED_AFTER_STEP] = { DEBUG, 0, "Sync {d0} of {d1} skipped after the step (step_window)" },
		[GN_REPORT_RATE_RATIO] = {
			DEBUG, 0, "rate of the time transmitter {pico0:.9}, of the neighbour {pico1:.9}, against ours" },
		[GN_REPORT_BAD_RATE_STAMPS] = { WARNING, 60, "", REPORT_VARIANTS(bad_rate_stamps, 0, 0) },
		[GN_REPORT_CLOCK_FAILED] = { ERR, 60, "the clock refuses: {errno1}",
					     REPORT_VARIANTS(clock_failed, 0, 0) },
		[GN_REPORT_CLOCK_JUMPED] = { WARNING, 60, "", REPORT_VARIANTS(clock_jumped, 0, -1) },
		[GN_REPORT_CLOCK_RATE_CHANGED] = {
			WARNING, 60, "somebody else set the clock's frequency: found {ppb0:+} ppb, expected {ppb1:+} ppb "
				     "" },
		[GN_REPORT_CLOCK_STEPPED] = { NOTICE, 0, "clock stepped by {ns0:+}" },
		[GN_REPORT_LINK] = { NOTICE, 0, "", REPORT_VARIANTS(link, 0, 0) },
		[GN_REPORT_LABEL_CHANGED] = { NOTICE, 0, "{port}: timestamps come from {text} now" },
		[GN_REPORT_FAULT_WAIT] = { INFO, 0, "{port}: will try again in {ns1}" },
		[GN_REPORT_FAULT_CLEARING] = { INFO, 0, "", REPORT_VARIANTS(fault_clearing, 0, 0) },
		[GN_REPORT_DELAY_RESPONSE_TIMEOUT] = {
			WARNING, 0, "{port}: {d0} Delay_Req in a row were not answered (delay_response_timeout)" },
		[GN_REPORT_TX_STAMP_MISSING] = { WARNING, 60, "", REPORT_VARIANTS(tx_stamp_missing, 3, 0) },
		[GN_REPORT_TX_STAMPS_LOST] = {
			ERR, 0, "{port}: {d0} transmit timestamps in a row did not come, the limit is {d1} "
				"(tx_timestamp_losses_max)" },
		[GN_REPORT_DROP] = { DEBUG, 60, DROPPED, REPORT_VARIANTS(drop, 0, 0) },
		[GN_REPORT_MECHANISM_MISMATCH] = { WARNING, 60, "",
						   REPORT_VARIANTS(mechanism_mismatch, 0, GN_DELAY_REQ) },
		[GN_REPORT_MULTIPLE_RESPONDERS] = {
			WARNING, 60, "{port}: a second neighbour, {id}, answers Pdelay_Req: a switch without PTP between?" },
		[GN_REPORT_ROGUE_PDELAY_RESP] = { WARNING, 60, "{port}: a Pdelay_Resp came that nobody had asked for" },
		[GN_REPORT_PEER_CHANGED] = { WARNING, 60, "{port}: the neighbour is {id} now ({type0})" },
		[GN_REPORT_PEER] = { INFO, 60, "{port}: the neighbour is {id}" },
		[GN_REPORT_AS_CAPABLE] = { NOTICE, 0, "", REPORT_VARIANTS(as_capable, 0, 0) },
		[GN_REPORT_TIMER] = { DEBUG, 0, "", REPORT_VARIANTS(timer, 0, 0) },
		[GN_REPORT_INTERVAL_REQUEST] = { INFO, 60, "{port}: asked the time transmitter for a Sync every {log0}" },
		[GN_REPORT_CONFIGURATION_CHANGED] = { NOTICE, 0, "changed by management: managementId {hex0:4}" },
		[GN_REPORT_TIME_STEPPED] = { WARNING, 0, "{port}: the time transmitter's time jumped by {ns0:+}: followed" },
		[GN_REPORT_PATH_CHANGED] = {
			NOTICE, 0, "{port}: the path changed: both directions are longer by {ns0}" },
		[GN_REPORT_ASYMMETRY] = {
			WARNING, 0, "{port}: one direction of the path became {ns0} longer; not followed for {d1} s "
				    "(asymmetry_hold)" },
		[GN_REPORT_ASYMMETRY_GONE] = {
			NOTICE, 0, "{port}: the path is as it was before one direction became {ns0} longer" },
		[GN_REPORT_ASYMMETRY_FOLLOWED] = {
			WARNING, 0, "{port}: one direction of the path stays {ns0} longer: followed now (asymmetry_hold is over); "
				    "if the path really is asymmetric, tell delayAsymmetry" },
		[GN_REPORT_CLOCK_FAULT] = { ERR, 0, "{port}: the clock does not obey", REPORT_VARIANTS(clock_fault, 0, 0) },
		[GN_REPORT_CLOCK_FAULT_GONE] = { NOTICE, 0, "{port}: the clock obeys again" },
		[GN_REPORT_HOLDOVER] = { WARNING, 0, "", REPORT_VARIANTS(holdover, 3, 0) },
	},
};
