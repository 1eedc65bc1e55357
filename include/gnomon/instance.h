/* include/gnomon/instance.h -- one PTP Instance (IEEE 1588-2019 clause 3.1.56): events in, actions out.
 *
 * The instance is one object in the caller's memory. It has no clock, no socket and no thread of its own:
 * the driver gives it events, each with the driver's monotonic time, and after every single event takes all
 * actions, in order, until there are none:
 *
 *     gn_instance_event(instance, &event);
 *     while (gn_instance_poll(instance, &action)) { carry it out; give its answer as a further event; }
 *
 * An answer that is known at once (a clock was set) may be given inside that loop. Same configuration,
 * same seed and same events give the same actions, octet for octet, on every machine. */
#ifndef GNOMON_INSTANCE_H
#define GNOMON_INSTANCE_H

#include "gnomon/config.h"
#include "gnomon/time.h"
#include "gnomon/types.h"

#define GN_FRAME_MAX 1500 /* octets of a PTP message, either way */
#define GN_PORTS_MAX 1024

struct gn_instance;

/* ---- timestamps ------------------------------------------------------------------------------------- */

/* What became of a timestamp. Drivers convert and check in one place and give the reason here. */
enum gn_stamp_status {
	GN_STAMP_OK,
	GN_STAMP_MISSING,         /* none came, or (transmit) not in time */
	GN_STAMP_BAD_NANOSECONDS, /* the nanoseconds field is 10^9 or more */
	GN_STAMP_STALE_EPOCH,     /* taken before the clock was stepped or the provider changed */
	GN_STAMP_IMPLAUSIBLE,     /* more than 1 s from the clock as read when the stamp was fetched */
	GN_STAMP_CLOCK_JUMPED,    /* the clock of software stamps was stepped while converting */
	GN_STAMP_NOT_SENT,        /* of a token: the frame did not leave */
};
#define GN_STAMP_STATUSES 7

/* A timestamp with the clock it is of and that clock's epoch. Every step (ours or somebody's) and every
 * change of the timestamp provider raises the epoch; the instance never mixes epochs. */
struct gn_stamp {
	struct gn_precise time; /* as the hardware gave it: latencies are applied by the core */
	uint32_t epoch;
	uint8_t clock;  /* 0: the clock the instance steers */
	uint8_t status; /* enum gn_stamp_status; the rest is valid only with GN_STAMP_OK */
};

/* ---- events in -------------------------------------------------------------------------------------- */

enum gn_event_type {
	GN_EVENT_START,    /* power-up: the first event, once */
	GN_EVENT_STOP,     /* orderly end: last actions, then nothing more */
	GN_EVENT_DEADLINE, /* the deadline asked for has passed */
	GN_EVENT_FRAME_RECEIVED,
	GN_EVENT_FRAME_SENT,     /* a token comes back, exactly once */
	GN_EVENT_PORT_OPENED,    /* answers GN_ACTION_OPEN_PORT */
	GN_EVENT_PORT_ERROR,     /* a socket of the port failed: FAULT_DETECTED */
	GN_EVENT_LINK,           /* the link of a port changed */
	GN_EVENT_CLOCK_ANSWERED, /* answers the clock actions */
	GN_EVENT_CLOCK_TOUCHED,  /* somebody else stepped or steered the clock: a new epoch begins */
	GN_EVENT_TEMPERATURE,    /* of the clock's oscillator, every second or so */
};

struct gn_frame_received {
	const uint8_t *octets; /* from the first octet of the PTP header; the driver's, for the call */
	size_t length;
	struct gn_stamp stamp; /* of an event message: its ingress. General messages: GN_STAMP_MISSING */
	struct gn_instant software_stamp; /* check_fup_sync: when the kernel saw it; 0 if unknown */
	struct gn_address source;
	bool is_unicast; /* the destination was no group */
	bool is_general; /* came in on the general socket */
	bool is_local;   /* from the management socket: `source` is LOCAL */
	bool may_change; /* with is_local: SET and COMMAND are allowed */
};

struct gn_frame_sent {
	uint32_t token;
	struct gn_stamp stamp; /* of its egress; GN_STAMP_MISSING when lost or late, GN_STAMP_NOT_SENT */
};

/* What a port is attached to. Comes with PORT_OPENED and with every LINK event. */
struct gn_port_attachment {
	bool link_is_up;
	uint32_t speed_mbps; /* 0: unknown */
	uint8_t physical_address[16];
	uint8_t physical_address_length;
	struct gn_address protocol_address;
	int32_t phc_index; /* -1: none */
	bool is_virtual_clock;
	uint8_t time_stamping;    /* enum gn_time_stamping, as really in use */
	bool is_fallback;         /* software stamps by time_stamping_fallback */
	bool is_changed_provider; /* LINK: another clock or timestamp provider than before */
	char label[32];           /* the interface that stamps (differs from the port's name on bonds) */
};

/* What was learnt of a clock and outlives the process: how fast it runs by itself, and how sure that is (1 sigma). */
struct gn_clock_memory {
	struct gn_rate frequency, deviation;
};

struct gn_clock_answer {
	uint8_t operation;         /* enum gn_action_type of the action that is answered */
	bool is_done;              /* false: refused; `error` says why */
	int32_t error;             /* a positive errno */
	struct gn_rate rate;       /* READ: the rate in force; SET_RATE: the rate really applied */
	struct gn_rate rate_limit; /* READ: the largest rate, either way */
	struct gn_rate previous;   /* SET_RATE: what was in force just before, if has_previous */
	bool has_previous;
	bool is_utc;            /* READ: the clock keeps UTC (CLOCK_REALTIME), not TAI */
	uint32_t epoch;         /* from now on: raised by every step */
	struct gn_precise time; /* the clock at `now`, as near as it can be read; READ only */
	bool has_memory;        /* READ: GN_ACTION_CLOCK_REMEMBER of an earlier run, as it was */
	struct gn_clock_memory memory;
};

/* One struct for all, so that drivers, recordings and fuzzers handle one thing. */
struct gn_event {
	uint8_t type;  /* enum gn_event_type */
	uint16_t port; /* port number 1..N of the port events; 0 otherwise */
	struct gn_instant now;
	int64_t raw_ns; /* a monotonic time that nobody steers (CLOCK_MONOTONIC_RAW), same moment; 0: unknown */
	union {
		struct gn_frame_received received;
		struct gn_frame_sent sent;
		struct {
			bool is_open;
			struct gn_port_attachment attachment;
		} opened;
		struct gn_port_attachment link;
		struct gn_clock_answer clock;
		struct {
			uint32_t epoch;
		} touched;
		struct {
			int32_t millidegrees; /* Celsius */
		} temperature;
	} u;
};

/* ---- actions out ------------------------------------------------------------------------------------ */

enum gn_action_type {
	GN_ACTION_SEND,
	GN_ACTION_OPEN_PORT,  /* get sockets and timestamps ready, answer with PORT_OPENED */
	GN_ACTION_CLOSE_PORT, /* FAULTY or DISABLED: close them, keep watching the link. Pending tokens of the
	                        * port are forgotten by both sides. */
	GN_ACTION_CLOCK_READ,
	GN_ACTION_CLOCK_SET_RATE,
	GN_ACTION_CLOCK_STEP,      /* add `step`; the clock's epoch rises */
	GN_ACTION_CLOCK_SET_PHASE, /* hand `step` to the phase control of the hardware */
	GN_ACTION_CLOCK_SET_TAI_OFFSET,
	GN_ACTION_CLOCK_SET_LEAP,        /* leap: +1 insert, -1 delete, 0 none, at the end of the UTC day */
	GN_ACTION_CLOCK_IS_SYNCHRONIZED, /* the clock follows a time transmitter: clear "unsynchronised", note whose
	                                  * timescale it is on now */
	GN_ACTION_REFCLOCK_SAMPLE,       /* hand `sample` on to whoever steers the clock; not answered */
	GN_ACTION_CLOCK_REMEMBER,        /* keep `memory` for the next run; no answer */
	GN_ACTION_REPORT,                /* something worth telling: report.h */
};

enum gn_destination {
	GN_TO_PRIMARY, /* the group of all messages but peer delay */
	GN_TO_PDELAY,  /* the peer delay group */
	GN_TO_ADDRESS,
};

struct gn_send {
	const uint8_t *octets; /* valid until the next event goes in */
	size_t length;
	uint32_t token; /* 0: no timestamp wanted */
	uint8_t message_type;
	uint8_t destination;       /* enum gn_destination */
	bool is_event;             /* by the event socket */
	bool is_one_step;          /* the hardware puts its egress time in */
	struct gn_address address; /* with GN_TO_ADDRESS; LOCAL: the management socket */
};

/* By servos that only tell: how far off the clock was. */
struct gn_refclock_sample {
	struct gn_precise local; /* when, on this clock */
	struct gn_offset offset; /* this clock - the time transmitter's time on the same timescale */
	int8_t leap;             /* at the end of this UTC day: +1, -1, 0 */
};

struct gn_report; /* gnomon/report.h */

struct gn_action {
	uint8_t type;  /* enum gn_action_type */
	uint16_t port; /* of SEND, OPEN_PORT and CLOSE_PORT; 0: the management socket */
	union {
		struct gn_send send;
		struct gn_rate rate;
		struct gn_offset step;
		int32_t tai_offset; /* s */
		int8_t leap;
		bool is_ptp_timescale; /* IS_SYNCHRONIZED; else an arbitrary one */
		struct gn_refclock_sample sample;
		const struct gn_report *report; /* valid until the next event goes in */
		struct gn_clock_memory memory;
	} u;
};

/* ---- the object ------------------------------------------------------------------------------------- */

/* Octets of memory that an instance of this configuration needs, aligned as for max_align_t; 0 if the
 * configuration has no port or more than GN_PORTS_MAX. */
size_t gn_instance_size(const struct gn_config *config);

/* Makes an instance in `memory`. `identity` is its clockIdentity; `seed` feeds the timers' randomness. The
 * configuration's values must be in their ranges (src/config sees to that). GN_ERR_NO_SPACE if size is too small,
 * GN_ERR_UNSUPPORTED for a servo that this build does not have. */
enum gn_result gn_instance_init(void *memory, size_t size, const struct gn_config *config,
				const struct gn_clock_identity *identity, uint64_t seed,
				struct gn_instance **out);

void gn_instance_event(struct gn_instance *instance, const struct gn_event *event);

/* The next action, or false when there is none. What it points to lives until the next event. */
bool gn_instance_poll(struct gn_instance *instance, struct gn_action *action);

/* When GN_EVENT_DEADLINE is due; INT64_MAX ns: never. Ask again after every event. */
struct gn_instant gn_instance_deadline(const struct gn_instance *instance);

/* ---- snapshots -------------------------------------------------------------------------------------- */

/* All of an instance as octets without pointers: restored elsewhere, it answers the same further events with the same
 * actions. A snapshot belongs to the layout of one build: gn_instance_layout() is a number made of every size and offset
 * that it depends on, and another layout's snapshot is refused. */
uint64_t gn_instance_layout(void);
size_t gn_instance_snapshot_size(const struct gn_instance *instance);

/* Between events: all actions were taken, else GN_ERR_UNSUPPORTED. GN_ERR_NO_SPACE if size is too small. */
enum gn_result gn_instance_snapshot(const struct gn_instance *instance, void *octets, size_t size);

/* Octets of memory that the instance of this snapshot needs, aligned as for max_align_t; 0 if it is none of this build. */
size_t gn_instance_restored_size(const void *snapshot, size_t snapshot_size);

/* Makes the instance of a snapshot in `memory`. The snapshot may come from anybody: whatever the instance could not go on
 * with is refused. GN_ERR_UNSUPPORTED: of another build. GN_ERR_NO_SPACE: size is too small. GN_ERR_MALFORMED: a length
 * contradicts another. GN_ERR_RANGE: a value that no instance has. */
enum gn_result gn_instance_restore(void *memory, size_t size, const void *snapshot, size_t snapshot_size,
				   struct gn_instance **out);

#endif
