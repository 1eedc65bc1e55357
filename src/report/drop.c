/* src/report/drop.c -- why a message was not used, in words: one row per reason.
 *
 * The names are part of the interface (status, JSON, docs/management-ids.md): they are never changed, rows are added
 * at the end. text_test.c walks the enumeration. */
#include "gnomon/report.h"

struct drop_words {
	const char *name;
	const char *text;
};

static const struct drop_words drop_words[GN_DROPS] = {
	[GN_DROP_TRUNCATED] = { "truncated", "shorter than its header or messageLength says" },
	[GN_DROP_VERSION] = { "version", "versionPTP is not 2" },
	[GN_DROP_MALFORMED] = { "malformed", "a TLV has an odd length or runs out of the message" },
	[GN_DROP_RESERVED_TYPE] = { "reserved_type", "reserved messageType" },
	[GN_DROP_BAD_TIMESTAMP] = { "bad_timestamp", "a Timestamp with 10^9 nanoseconds or more" },
	[GN_DROP_DOMAIN] = { "domain", "of another domain" },
	[GN_DROP_SDO_ID] = { "sdo_id", "of another sdoId (transportSpecific)" },
	[GN_DROP_OWN_MESSAGE] = { "own_message", "sent by this clock itself" },
	[GN_DROP_WRONG_SOCKET] = { "wrong_socket", "an event message on the general port, or the reverse" },
	[GN_DROP_PORT_STATE] = { "port_state", "not wanted in this port state" },
	[GN_DROP_NOT_FROM_PARENT] = { "not_from_parent", "not from the time transmitter that was chosen" },
	[GN_DROP_ALTERNATE] = { "alternate", "from an alternate time transmitter" },
	[GN_DROP_STEPS_REMOVED] = { "steps_removed", "Announce with too many stepsRemoved" },
	[GN_DROP_CLOCK_CLASS] = { "clock_class", "Announce with a clockClass above clock_class_threshold" },
	[GN_DROP_PATH_LOOP] = { "path_loop", "Announce that has passed through this clock already" },
	[GN_DROP_FOREIGN_TABLE_FULL] = { "foreign_table_full", "Announce of one time transmitter too many" },
	[GN_DROP_NOT_AS_CAPABLE] = { "not_as_capable", "the neighbour is not asCapable" },
	[GN_DROP_NO_FOLLOW_UP_INFO] = { "no_follow_up_info",
					"Follow_Up without its IEEE 802.1AS information TLV" },
	[GN_DROP_MECHANISM] = { "mechanism", "of the other delay mechanism" },
	[GN_DROP_NO_SUCH_EXCHANGE] = { "no_such_exchange", "answers no open request of ours" },
	[GN_DROP_FOLLOW_UP_MISPAIRED] = { "follow_up_mispaired", "Follow_Up whose Sync never came" },
	[GN_DROP_SYNC_MISPAIRED] = { "sync_mispaired", "Sync whose Follow_Up never came" },
	[GN_DROP_DUPLICATE] = { "duplicate", "sequenceId seen before" },
	[GN_DROP_CORRECTION_UNUSABLE] = { "correction_unusable", "its correctionField says \"too large\"" },
	[GN_DROP_STAMP_MISSING] = { "stamp_missing", "no receive timestamp" },
	[GN_DROP_STAMP_BAD_NANOSECONDS] = { "stamp_bad_nanoseconds",
					    "its timestamp has 10^9 nanoseconds or more" },
	[GN_DROP_STAMP_STALE_EPOCH] = { "stamp_stale_epoch",
					"its timestamp is from before a step of the clock" },
	[GN_DROP_STAMP_IMPLAUSIBLE] = { "stamp_implausible",
					"its timestamp is more than 1 s from the clock" },
	[GN_DROP_STAMP_CLOCK_JUMPED] = { "stamp_clock_jumped",
					 "the system clock jumped while its timestamp was converted" },
	[GN_DROP_MULTIPLE_RESPONDERS] = { "multiple_responders",
					  "more than one neighbour answers Pdelay_Req" },
	[GN_DROP_NO_TOKEN] = { "no_token", "too many transmit timestamps are awaited to answer it" },
	[GN_DROP_MANAGEMENT_IGNORED] = { "management_ignored",
					 "management message that needs no answer or has no single TLV" },
	[GN_DROP_SIGNALING_IGNORED] = { "signaling_ignored",
					"signaling message for others, or with nothing we do" },
	[GN_DROP_OUT_OF_ACTIONS] = { "out_of_actions", "the queue of actions is full" },
};

const char *gn_drop_text(enum gn_drop reason)
{
	if ((unsigned)reason >= GN_DROPS) {
		return "unknown reason";
	}
	return drop_words[reason].text;
}

const char *gn_drop_name(enum gn_drop reason)
{
	if ((unsigned)reason >= GN_DROPS) {
		return "unknown";
	}
	return drop_words[reason].name;
}

const char *gn_clock_fault_name(int fault)
{
	static const char *const names[GN_CLOCK_FAULTS] = {
		[GN_CLOCK_FAULT_NONE] = "none",
		[GN_CLOCK_FAULT_NO_EFFECT] = "no_effect",
		[GN_CLOCK_FAULT_WRONG_SIGN] = "wrong_sign",
		[GN_CLOCK_FAULT_WRONG_SCALE] = "wrong_scale",
		[GN_CLOCK_FAULT_SATURATED] = "saturated",
		[GN_CLOCK_FAULT_STEP] = "step",
	};

	return fault >= 0 && fault < GN_CLOCK_FAULTS ? names[fault] : "unknown";
}
