/* src/linux/loop.h -- the heart of the daemon: what happened goes into the instance, what it wants done is done.
 *
 * Everything the loop works on is given to it, so that a test may give it an instance, ports and a clock of its own.
 * It waits with poll(2) for sockets and one timerfd, and for nothing else; signals set a flag. */
#ifndef LINUX_LOOP_H
#define LINUX_LOOP_H

#include "gnomon/instance.h"
#include "linux/clock.h"
#include "linux/clock_watch.h"
#include "linux/frequency_memory.h"
#include "linux/management_socket.h"
#include "linux/port_io.h"
#include "linux/record.h"
#include "linux/temperature.h"
#include "linux/refclock.h"
#include "report/text.h"

struct loop {
	/* set by the owner before loop_open() */
	struct gn_instance *instance;
	const struct gn_config *config;
	const struct report_words *words;
	struct report_writer *writer;
	struct clock *clock;
	struct port_io **ports; /* of port number i + 1 */
	uint16_t port_count;
	bool follows_phc; /* the clock is the one that the interfaces stamp with, and changes with them */
	struct management_socket *management; /* may be set later, may stay NULL */
	struct record *record;                /* NULL: nothing is recorded */
	struct frequency_memory *memory;      /* of that clock; NULL: none */
	struct temperature *temperature;      /* NULL: none */
	bool has_remembered;                  /* what the memory held at the start */
	struct gn_clock_memory remembered;
	struct refclock *refclock; /* opened; takes the samples of servos that only tell */

	/* the loop's own */
	struct pollfd *fds;
	int timer;
	int64_t timer_at_ns; /* what the timer is set to; INT64_MAX: to nothing */
	int64_t last_now_ns;
	int64_t samples_told_ns;       /* when lost samples were last told of */
	int64_t full_told_ns;          /* when a full send queue was last told of */
	int64_t tick_ns, next_tick_ns; /* sign of life, watchdog, jumps */
	unsigned busy;                 /* inside a function of port_io that may read again after delivering */
	bool is_between_epochs;        /* the clock was stepped, its epoch not yet raised */
	bool is_sending;               /* inside port_io_send() */
	bool has_held;
	struct gn_action held; /* waits for `busy` to end */
	uint16_t switch_to;    /* the clock of this port is to be taken; 0: none */
	struct clock_watch watch;
};

/* 0 or -errno (logged). */
int loop_open(struct loop *loop);
void loop_close(struct loop *loop);

/* Gives an event to the instance (now and raw_ns are filled in where they are 0) and carries out what it leads to. */
void loop_event(struct loop *loop, const struct gn_event *event);

/* Until a signal comes: 0. -EIO after "poll failed". */
int loop_run(struct loop *loop);

/* One turn of loop_run(): waits, and handles what there is. 0, or -EIO. */
int loop_turn(struct loop *loop);

/* SIGINT, SIGTERM, SIGQUIT and SIGHUP end loop_run() from now on. */
void loop_catch_signals(void);
extern volatile int loop_is_stopped; /* a sig_atomic_t */

#endif
