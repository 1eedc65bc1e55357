/* src/report/words_linuxptp.c -- the lines of ptp4l, to the byte: they are read by scripts and monitors.
 *
 * What linuxptp does not tell is "" here and told by counters instead. Two lines are ours, where we do what it does
 * not: a port that outlives lost transmit timestamps says when that ends. */
#include "report/words.h"

enum { ERR = 3, WARNING = 4, NOTICE = 5, INFO = 6, DEBUG = 7 };

static const struct report_row port_state[] = {
	[GN_EV_NONE] = { NOTICE, 0, "{port}: {state0} to {state1} on NONE" },
	[GN_EV_POWERUP] = { NOTICE, 0, "{port}: {state0} to {state1} on POWERUP" },
	[GN_EV_INITIALIZE] = { NOTICE, 0, "{port}: {state0} to {state1} on INITIALIZE" },
	[GN_EV_INIT_COMPLETE] = { NOTICE, 0, "{port}: {state0} to {state1} on INIT_COMPLETE" },
	[GN_EV_DESIGNATED_ENABLED] = { NOTICE, 0, "{port}: {state0} to {state1} on DESIGNATED_ENABLED" },
	[GN_EV_DESIGNATED_DISABLED] = { NOTICE, 0, "{port}: {state0} to {state1} on DESIGNATED_DISABLED" },
	[GN_EV_FAULT_DETECTED] = { NOTICE, 0, "{port}: {state0} to {state1} on FAULT_DETECTED ({fault3})" },
	[GN_EV_FAULT_CLEARED] = { NOTICE, 0, "{port}: {state0} to {state1} on FAULT_CLEARED" },
	[GN_EV_ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES] = { NOTICE, 0,
						     "{port}: {state0} to {state1} on "
						     "ANNOUNCE_RECEIPT_TIMEOUT_EXPIRES" },
	[GN_EV_QUALIFICATION_TIMEOUT_EXPIRES] = { NOTICE, 0,
						  "{port}: {state0} to {state1} on "
						  "QUALIFICATION_TIMEOUT_EXPIRES" },
	[GN_EV_TIME_TRANSMITTER_CLOCK_SELECTED] = { NOTICE, 0,
						    "{port}: {state0} to {state1} on MASTER_CLOCK_SELECTED" },
	[GN_EV_SYNCHRONIZATION_FAULT] = { NOTICE, 0,
					  "{port}: {state0} to {state1} on SYNCHRONIZATION_FAULT" },
	[GN_EV_RECOMMENDED_GRANDMASTER] = { NOTICE, 0, "{port}: {state0} to {state1} on RS_GRAND_MASTER" },
	[GN_EV_RECOMMENDED_TIME_TRANSMITTER] = { NOTICE, 0, "{port}: {state0} to {state1} on RS_MASTER" },
	[GN_EV_RECOMMENDED_TIME_RECEIVER] = { NOTICE, 0, "{port}: {state0} to {state1} on RS_SLAVE" },
	[GN_EV_RECOMMENDED_PASSIVE] = { NOTICE, 0, "{port}: {state0} to {state1} on RS_PASSIVE" },
};
_Static_assert(sizeof(port_state) / sizeof(port_state[0]) == GN_PORT_EVENTS, "a line for every event");

static const struct report_row leap[] = {
	{ INFO, 0, "updating time properties to delete leap second" },
	{ INFO, 0, "updating time properties to no leap second" },
	{ INFO, 0, "updating time properties to insert leap second" },
};

static const struct report_row leap_set[] = {
	{ NOTICE, 0, "clock set to delete leap second at midnight (UTC)" },
	{ NOTICE, 0, "" }, /* nothing is armed: nothing to say */
	{ NOTICE, 0, "clock set to insert leap second at midnight (UTC)" },
};

static const struct report_row summary[] = {
	{ INFO, 0, "rms {kilo0:4} max {kilo1:4} freq {kilo2:+6} +/- {kilo3:3}" },
	{ INFO, 0,
	  "rms {kilo0:4} max {kilo1:4} freq {kilo2:+6} +/- {kilo3:3} delay {kilo4:5} +/- {kilo5:3}" },
};

static const struct report_row bad_rate_stamps[] = {
	{ WARNING, 0, "bad timestamps in rate ratio calculation" },
	{ WARNING, 0, "bad timestamps in nrate calculation" },
};

static const struct report_row clock_failed[] = {
	[GN_ACTION_CLOCK_READ] = { ERR, 0, "failed to read out the clock frequency adjustment: {errno1}" },
	[GN_ACTION_CLOCK_SET_RATE] = { ERR, 0, "failed to adjust the clock: {errno1}" },
	[GN_ACTION_CLOCK_STEP] = { ERR, 0, "failed to step clock: {errno1}" },
	[GN_ACTION_CLOCK_SET_PHASE] = { ERR, 0, "failed to set the clock offset: {errno1}" },
	[GN_ACTION_CLOCK_SET_TAI_OFFSET] = { ERR, 0, "failed to set TAI offset: {errno1}" },
	[GN_ACTION_CLOCK_SET_LEAP] = { ERR, 0, "failed to set the clock status: {errno1}" },
	[GN_ACTION_CLOCK_IS_SYNCHRONIZED] = { ERR, 0,
					      "failed to set clock status and maximum error: {errno1}" },
};

/* These, and what an adaptive servo or holdover have to say, are ours as well. */
static const struct report_row clock_fault[] = {
	[GN_CLOCK_FAULT_NONE] = { WARNING, 0, NULL },
	[GN_CLOCK_FAULT_NO_EFFECT] = { ERR, 0, "the clock does not obey: frequencies have no effect" },
	[GN_CLOCK_FAULT_WRONG_SIGN] = { ERR, 0,
					"the clock does not obey: frequencies act the wrong way round" },
	[GN_CLOCK_FAULT_WRONG_SCALE] = { ERR, 0, "the clock does not obey: frequencies act by {share1}" },
	[GN_CLOCK_FAULT_SATURATED] = { ERR, 0, "the clock does not obey: its frequency is at its limit" },
	[GN_CLOCK_FAULT_STEP] = { ERR, 0, "the clock does not obey: a step had {share1} of its size" },
};

static const struct report_row holdover[] = {
	[GN_HOLDOVER_NONE] = { NOTICE, 0, "holdover ended, clockClass {d0}" },
	[GN_HOLDOVER_WITHIN] = { WARNING, 0, "in holdover, clockClass {d0}" },
	[GN_HOLDOVER_DEGRADED] = { WARNING, 0, "holdover out of specification, clockClass {d0}" },
};

static const struct report_row clock_jumped[] = {
	{ WARNING, 0, "clockcheck: clock jumped backward or running slower than expected!" },
	{ WARNING, 0, NULL },
	{ WARNING, 0, "clockcheck: clock jumped forward or running faster than expected!" },
};

static const struct report_row link[] = {
	{ NOTICE, 0, "{port}: link down" },
	{ NOTICE, 0, "{port}: link up" },
};

static const struct report_row fault_wait[] = {
	[GN_FAULT_NONE] = { DEBUG, 0, NULL },
	[GN_FAULT_UNSPECIFIED] = { DEBUG, 0, "waiting 2^{{{log2ns1}} seconds to clear fault on {port}" },
	[GN_FAULT_BAD_PEER_NETWORK] = { DEBUG, 0, "waiting {seconds1} seconds to clear fault on {port}" },
};

static const struct report_row fault_clearing[] = {
	{ DEBUG, 0, "clearing fault on {port}" },
	{ NOTICE, 0, "{port}: clearing fault immediately" },
};

/* Every lost stamp is an error there, and ends in a fault; here the exchange alone is lost, so it is said less often. */
static const struct report_row tx_stamp_missing[] = {
	[GN_STAMP_OK] = { ERR, 0, "" },
	[GN_STAMP_MISSING] = { ERR, 10,
			       "timed out while polling for tx timestamp\n"
			       "increasing tx_timestamp_timeout or increasing kworker priority may correct "
			       "this issue, "
			       "but a driver bug likely causes it" },
	[GN_STAMP_BAD_NANOSECONDS] = { ERR, 0, "" }, /* unknown to linuxptp, as the following */
	[GN_STAMP_STALE_EPOCH] = { ERR, 0, "" },
	[GN_STAMP_IMPLAUSIBLE] = { ERR, 0, "" },
	[GN_STAMP_CLOCK_JUMPED] = { ERR, 0, "" },
};

static const struct report_row drop[] = {
	[GN_DROP_TRUNCATED] = { ERR, 0, "{port}: bad message" },
	[GN_DROP_VERSION] = { DEBUG, 0, "{port}: ignoring message" },
	[GN_DROP_MALFORMED] = { ERR, 0, "{port}: bad message" },
	[GN_DROP_RESERVED_TYPE] = { ERR, 0, "{port}: bad message" },
	[GN_DROP_BAD_TIMESTAMP] = { ERR, 0, "{port}: bad message" },
	[GN_DROP_STAMP_MISSING] = { ERR, 0, "{port}: received {type1} without timestamp" },
	[GN_DROP_SYNC_MISPAIRED] = { DEBUG, 0,
				     "{port}: have SYNC {d2}, expecting FOLLOW_UP but got SYNC {d3}, "
				     "dropping" },
	[GN_DROP_FOLLOW_UP_MISPAIRED] = { DEBUG, 0,
					  "{port}: have FOLLOW_UP {d2}, expecting SYNC but got FOLLOW_UP "
					  "{d3}, dropping" },
};

static const struct report_row mechanism_mismatch[] = {
	{ WARNING, 0, "{port}: delay request on P2P port" },
	{ WARNING, 0, "{port}: pdelay_req on E2E port" },
};

static const struct report_row peer_changed[] = {
	{ ERR, 0, "{port}: received pdelay_req msg with unexpected peer port id {id}" },
	{ ERR, 0, "{port}: received pdelay_resp msg with unexpected peer port id {id}" },
};

static const struct report_row as_capable[] = {
	[GN_AS_CAPABLE_SET] = { DEBUG, 0, "{port}: setting asCapable" },
	[GN_AS_CAPABLE_LOST_DELAY_TOO_LONG] = { DEBUG, 0,
						"{port}: peer_delay ({d1}) > neighborPropDelayThresh ({d2}), "
						"resetting asCapable" },
	[GN_AS_CAPABLE_LOST_DELAY_TOO_SHORT] = { DEBUG, 0,
						 "{port}: peer_delay ({d1}) < min_neighbor_prop_delay "
						 "({d2}), resetting asCapable" },
	[GN_AS_CAPABLE_LOST_RESPONSES] = { DEBUG, 0,
					   "{port}: missed {d1} peer delay resp, resetting asCapable" },
	[GN_AS_CAPABLE_LOST_MULTIPLE_RESPONSES] = { DEBUG, 0,
						    "{port}: received {d1} multiple sequential peer delay "
						    "resp, resetting asCapable" },
	[GN_AS_CAPABLE_LOST_PEER] = { DEBUG, 0, "{port}: invalid peer port id, resetting asCapable" },
	[GN_AS_CAPABLE_LOST_RATE] = { DEBUG, 0, "{port}: invalid nrate, resetting asCapable" },
};

static const struct report_row timer[] = {
	[GN_TIMER_FAULT] = { DEBUG, 0, "" }, /* said by FAULT_CLEARING */
	[GN_TIMER_ANNOUNCE_RECEIPT] = { DEBUG, 0, "{port}: announce timeout" },
	[GN_TIMER_SYNC_RECEIPT] = { DEBUG, 0, "{port}: rx sync timeout" },
	[GN_TIMER_QUALIFICATION] = { DEBUG, 0, "{port}: qualification timeout" },
	[GN_TIMER_SYNC] = { DEBUG, 0, "{port}: master sync timeout" },
	[GN_TIMER_ANNOUNCE] = { DEBUG, 0, "{port}: master tx announce timeout" },
	[GN_TIMER_DELAY_REQ] = { DEBUG, 0, "{port}: delay timeout" },
};
_Static_assert(sizeof(timer) / sizeof(timer[0]) == GN_TIMERS, "a line for every timer");

const struct report_words report_words_linuxptp = {
	.states = { "NONE", "INITIALIZING", "FAULTY", "DISABLED", "LISTENING", "PRE_MASTER", "MASTER", "PASSIVE",
		    "UNCALIBRATED", "SLAVE", "GRAND_MASTER" },
	.servo_states = { "s0", "s1", "s2", "s3" },
	.faults = { "FT_UNSPECIFIED", "FT_UNSPECIFIED", "FT_BAD_PEER_NETWORK" },
	.types = {
		[GN_SYNC] = "SYNC",
		[GN_DELAY_REQ] = "DELAY_REQ",
		[GN_PDELAY_REQ] = "PDELAY_REQ",
		[GN_PDELAY_RESP] = "PDELAY_RESP",
		[GN_FOLLOW_UP] = "FOLLOW_UP",
		[GN_DELAY_RESP] = "DELAY_RESP",
		[GN_PDELAY_RESP_FOLLOW_UP] = "PDELAY_RESP_FOLLOW_UP",
		[GN_ANNOUNCE] = "ANNOUNCE",
		[GN_SIGNALING] = "SIGNALING",
		[GN_MANAGEMENT] = "MANAGEMENT",
	},
	.rows = {
		[GN_REPORT_PORT_STATE] = { NOTICE, 0, "", REPORT_VARIANTS(port_state, 2, 0) },
		[GN_REPORT_NEW_FOREIGN] = { NOTICE, 0, "{port}: new foreign master {id}" },
		[GN_REPORT_BEST_FOREIGN] = { NOTICE, 0, "selected best master clock {clock}" },
		[GN_REPORT_BEST_LOCAL] = { NOTICE, 0, "selected local clock {clock} as best master" },
		[GN_REPORT_GRANDMASTER_ROLE] = { NOTICE, 0, "{port}: assuming the grand master role" },
		[GN_REPORT_RECEIVER_ONLY_CONFLICT] = {
			WARNING, 0, "{port}: master state recommended in slave only mode\n"
				    "{port}: defaultDS.priority1 probably misconfigured" },
		[GN_REPORT_NOT_PTP_TIMESCALE] = { WARNING, 0, "foreign master not using PTP timescale" },
		[GN_REPORT_UTC_OFFSET_BELOW] = { WARNING, 0, "running in a temporal vortex" },
		[GN_REPORT_UTC_OFFSET] = { INFO, 0, "updating UTC offset to {d0}" },
		[GN_REPORT_LEAP] = { INFO, 0, "", REPORT_VARIANTS(leap, 0, -1) },
		[GN_REPORT_LEAP_SET] = { NOTICE, 0, "", REPORT_VARIANTS(leap_set, 0, -1) },
		[GN_REPORT_LEAP_SUSPENDED] = { INFO, 0, "clock update suspended due to leap second" },
		[GN_REPORT_CLOCK_CLASS_TOO_LARGE] = {
			ERR, 60, "{port}: Master clock quality received is greater than configured, ignoring master!" },
		[GN_REPORT_DELAY_REQ_INTERVAL] = { NOTICE, 0, "{port}: minimum delay request interval 2^{d0}" },
		[GN_REPORT_BOGUS_DELAY_REQ_INTERVAL] = {
			INFO, 300, "{port}: ignore bogus delay request interval 2^{d0}" },
		[GN_REPORT_BOGUS_SYNC_INTERVAL] = { INFO, 300, "{port}: ignore bogus sync interval 2^{d0}" },
		[GN_REPORT_P2P_DETECTED] = { INFO, 0, "{port}: peer detected, switch to P2P" },
		[GN_REPORT_SERVO_SAMPLE] = {
			INFO, 0, "master offset {d0:10} s{d1} freq {ppb2:+7} path delay {d3:9}" },
		[GN_REPORT_SERVO_SUMMARY] = { INFO, 0, "", REPORT_VARIANTS(summary, 6, 0) },
		[GN_REPORT_DELAY_SAMPLE] = { DEBUG, 0, "delay   filtered {d0:10}   raw {d1:10}" },
		[GN_REPORT_NEGATIVE_DELAY] = { DEBUG, 0,
					       "negative delay {d0:10}\n"
					       "delay = (t2 - t3) * rr + (t4 - t1)\n"
					       "t2 - t3 = {d1:+10}\n"
					       "t4 - t1 = {d2:+10}\n"
					       "rr = {nano3:.9}" },
		[GN_REPORT_SERVO_INTERVAL] = {
			DEBUG, 0, "PI servo: sync interval {micro0:.3} kp {micro1:.3} ki {micro2:.6}" },
		[GN_REPORT_SERVO_FIT] = { DEBUG, 0,
					  "linreg: points {d0} slope {pico1:.9} intercept {d2} err {d3}" },
		[GN_REPORT_SKIPPED_AFTER_STEP] = { DEBUG, 0, "skip sync after jump {d0}/{d1}" },
		[GN_REPORT_RATE_RATIO] = { DEBUG, 0, "peer/local    {pico1:.9}\nmaster/local  {pico0:.9}" },
		[GN_REPORT_BAD_RATE_STAMPS] = { WARNING, 0, "", REPORT_VARIANTS(bad_rate_stamps, 0, 0) },
		[GN_REPORT_CLOCK_FAILED] = { ERR, 0, "failed to adjust the clock: {errno1}",
					     REPORT_VARIANTS(clock_failed, 0, 0) },
		[GN_REPORT_CLOCK_JUMPED] = { WARNING, 0, "", REPORT_VARIANTS(clock_jumped, 0, -1) },
		[GN_REPORT_CLOCK_RATE_CHANGED] = {
			WARNING, 0, "clockcheck: clock frequency changed unexpectedly!" },
		[GN_REPORT_CLOCK_STEPPED] = { INFO, 0, "" }, /* s1 in the line of the sample says it */
		[GN_REPORT_LINK] = { NOTICE, 0, "", REPORT_VARIANTS(link, 0, 0) },
		[GN_REPORT_LABEL_CHANGED] = { NOTICE, 0, "{port}: ts label changed to {text}" },
		[GN_REPORT_FAULT_WAIT] = { DEBUG, 0, "", REPORT_VARIANTS(fault_wait, 0, 0) },
		[GN_REPORT_FAULT_CLEARING] = { DEBUG, 0, "", REPORT_VARIANTS(fault_clearing, 0, 0) },
		[GN_REPORT_DELAY_RESPONSE_TIMEOUT] = { ERR, 0, "{port}: delay response timeout" },
		[GN_REPORT_TX_STAMP_MISSING] = { ERR, 0, "", REPORT_VARIANTS(tx_stamp_missing, 3, 0) },
		[GN_REPORT_TX_STAMPS_LOST] = { ERR, 0,
					       "{port}: {d0} transmit timestamps in a row did not come "
					       "(tx_timestamp_losses_max {d1})" },
		[GN_REPORT_DROP] = { DEBUG, 0, "", REPORT_VARIANTS(drop, 0, 0) }, /* the rest is counted alone */
		[GN_REPORT_MECHANISM_MISMATCH] = { WARNING, 0, "",
						   REPORT_VARIANTS(mechanism_mismatch, 0, GN_DELAY_REQ) },
		[GN_REPORT_MULTIPLE_RESPONDERS] = { ERR, 0, "{port}: multiple peer responses" },
		[GN_REPORT_ROGUE_PDELAY_RESP] = { ERR, 0, "{port}: rogue peer delay response" },
		[GN_REPORT_PEER_CHANGED] = { ERR, 0, "", REPORT_VARIANTS(peer_changed, 0, GN_PDELAY_REQ) },
		[GN_REPORT_PEER] = { DEBUG, 0, "{port}: peer port id set to {id}" },
		[GN_REPORT_AS_CAPABLE] = { DEBUG, 0, "", REPORT_VARIANTS(as_capable, 0, 0) },
		[GN_REPORT_TIMER] = { DEBUG, 0, "", REPORT_VARIANTS(timer, 0, 0) },
		/* The rest linuxptp does not tell. */
		[GN_REPORT_INTERVAL_REQUEST] = { DEBUG, 0, "" },
		[GN_REPORT_CONFIGURATION_CHANGED] = { DEBUG, 0, "" },
		[GN_REPORT_TIME_STEPPED] = { WARNING, 0, "{port}: master time jumped by {ns0:+}" },
		[GN_REPORT_PATH_CHANGED] = { NOTICE, 0, "{port}: path delay changed by {ns0:+}" },
		[GN_REPORT_ASYMMETRY] = { WARNING, 0, "{port}: path asymmetry changed by {ns0:+}, held for {d1} s" },
		[GN_REPORT_ASYMMETRY_GONE] = { NOTICE, 0, "{port}: path asymmetry of {ns0:+} is gone" },
		[GN_REPORT_ASYMMETRY_FOLLOWED] = { WARNING, 0, "{port}: path asymmetry of {ns0:+} is followed" },
		[GN_REPORT_CLOCK_FAULT] = { ERR, 0, "the clock does not obey", REPORT_VARIANTS(clock_fault, 0, 0) },
		[GN_REPORT_CLOCK_FAULT_GONE] = { NOTICE, 0, "the clock obeys again" },
		[GN_REPORT_HOLDOVER] = { WARNING, 0, "", REPORT_VARIANTS(holdover, 3, 0) },
	},
};
