/* include/gnomon/virtual_clock.h -- a clock kept in user space, and how anybody reads it.
 *
 * A virtual clock is a straight line over CLOCK_MONOTONIC_RAW: where it stood at one raw moment, and its rate from
 * there on. Its owner (`gnomon run` with `clock virtual`) publishes the line in one page of shared memory,
 * shm_open("/gnomon-clock.NAME"); every other program maps it read-only and computes the time itself, with no call
 * to the owner and no privilege:
 *
 *     do {
 *         if (!gn_virtual_clock_load(page, &line)) { ... the owner died while writing ... }
 *         raw_ns = CLOCK_MONOTONIC_RAW in ns;
 *     } while (gn_virtual_clock_has_changed(page, &line));
 *     time = gn_virtual_clock_at(&line, raw_ns);
 *     if (raw_ns > line.valid_until_raw_ns) { ... nobody vouches for it any longer ... }
 *
 * The loop makes the readings of one clock monotone between steps: the owner takes its own raw moment only after it
 * has said that it is about to write. All arithmetic is of integers and exact: no 128-bit type is needed, and a
 * change of the rate loses nothing.
 *
 * The layout is version 1: 64-bit words only, in the byte order of the machine. */
#ifndef GNOMON_VIRTUAL_CLOCK_H
#define GNOMON_VIRTUAL_CLOCK_H

#include "gnomon/time.h"

#include <stddef.h>
#include <time.h>

#define GN_VIRTUAL_CLOCK_MAGIC 0x314b4c434e474eu /* "NGNCLK1" */
#define GN_VIRTUAL_CLOCK_VERSION 1
#define GN_VIRTUAL_CLOCK_PREFIX "/gnomon-clock."
#define GN_VIRTUAL_CLOCK_NAME_MAX 63 /* letters, digits, '.', '_', '-'; not starting with a dot */
#define GN_VIRTUAL_CLOCK_PAGE_SIZE 4096
#define GN_VIRTUAL_CLOCK_RATE_MAX_PPB 100000000 /* of the oscillator and of the steering, each, either way */

/* Below the nanosecond the time is a remainder in 2^-32 * 10^-9 ns: the unit of (nanoseconds * rate). */
#define GN_VIRTUAL_CLOCK_UNITS ((uint64_t)1000000000 << 32)

enum gn_timescale {
	GN_TIMESCALE_PTP = 0, /* TAI seconds since 1970 */
	GN_TIMESCALE_ARB = 1, /* nobody said what its zero means */
};

/* The clock stood at seconds + nanoseconds + remainder when the raw clock stood at raw_ns, and runs at
 * 1 + rate * 2^-32 * 10^-9 from there. */
struct gn_virtual_clock_segment {
	int64_t raw_ns;
	int64_t seconds;
	int64_t nanoseconds; /* 0 .. 10^9 - 1 */
	uint64_t remainder;  /* 0 .. GN_VIRTUAL_CLOCK_UNITS - 1 */
	int64_t rate;        /* 2^-32 ppb */
};

struct gn_virtual_clock {
	uint64_t sequence; /* of the page, when this was loaded */
	uint64_t epoch;    /* raised by every step */
	uint64_t timescale;
	int64_t pid;        /* of the owner; 0 after an orderly end */
	uint64_t pid_start; /* when that process began, as /proc/PID/stat has it: pids are used again */
	int64_t created_raw_ns;
	int64_t changed_raw_ns; /* the last rate or step */
	int64_t valid_until_raw_ns;
	int64_t synchronized_raw_ns; /* when it was last said to follow a time transmitter; 0: never */
	int64_t free_running_rate; /* the oscillator's own error, and what steering adds to it (2^-32 ppb) */
	int64_t steering_rate;
	uint64_t steps;
	struct gn_virtual_clock_segment current;
	struct gn_virtual_clock_segment
		previous; /* before the last change: for raw moments before current.raw_ns */
	char name[GN_VIRTUAL_CLOCK_NAME_MAX + 1];
};

#define GN_VIRTUAL_CLOCK_WORDS (sizeof(struct gn_virtual_clock) / sizeof(uint64_t))

/* The shared page. `words` are a struct gn_virtual_clock, whose first member is the sequence lock: odd while the
 * owner writes. */
struct gn_virtual_clock_page {
	uint64_t magic; /* written last, when the page is ready */
	uint64_t version;
	uint64_t words[GN_VIRTUAL_CLOCK_WORDS];
};

_Static_assert(sizeof(struct gn_virtual_clock) % sizeof(uint64_t) == 0, "a virtual clock is whole words");
_Static_assert(sizeof(struct gn_virtual_clock_page) <= GN_VIRTUAL_CLOCK_PAGE_SIZE,
	       "a virtual clock is one page");

/* Whether the page is one of ours and of this version. */
static inline bool gn_virtual_clock_is_page(const struct gn_virtual_clock_page *page)
{
	return __atomic_load_n(&page->magic, __ATOMIC_ACQUIRE) == GN_VIRTUAL_CLOCK_MAGIC &&
	       page->version == GN_VIRTUAL_CLOCK_VERSION;
}

/* How often a reader looks again at once, and then after a nap: the owner may have lost its processor while writing,
 * and a reader of higher priority must not keep it from coming back. All in all half a second. */
#define GN_VIRTUAL_CLOCK_SPINS 1000
#define GN_VIRTUAL_CLOCK_NAPS 5000
#define GN_VIRTUAL_CLOCK_NAP_NS 100000

/* A copy in which all members belong together. False if the owner does not come to an end with writing. */
static inline bool gn_virtual_clock_load(const struct gn_virtual_clock_page *page,
					 struct gn_virtual_clock *out)
{
	union {
		uint64_t words[GN_VIRTUAL_CLOCK_WORDS];
		struct gn_virtual_clock clock;
	} copy;

	for (int tries = 0; tries < GN_VIRTUAL_CLOCK_SPINS + GN_VIRTUAL_CLOCK_NAPS; tries++) {
		if (tries >= GN_VIRTUAL_CLOCK_SPINS) {
			struct timespec nap = { 0, GN_VIRTUAL_CLOCK_NAP_NS };

			(void)nanosleep(&nap, NULL); /* woken early, it looks early */
		}
		copy.words[0] = __atomic_load_n(&page->words[0], __ATOMIC_ACQUIRE);
		if (copy.words[0] & 1) {
			continue;
		}
		for (size_t i = 1; i < GN_VIRTUAL_CLOCK_WORDS; i++) {
			copy.words[i] = __atomic_load_n(&page->words[i], __ATOMIC_RELAXED);
		}
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (__atomic_load_n(&page->words[0], __ATOMIC_RELAXED) == copy.words[0]) {
			*out = copy.clock;
			return true;
		}
	}
	return false;
}

/* Whether the owner has written, or begun to, since `loaded` was loaded. */
static inline bool gn_virtual_clock_has_changed(const struct gn_virtual_clock_page *page,
						const struct gn_virtual_clock *loaded)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return __atomic_load_n(&page->words[0], __ATOMIC_RELAXED) != loaded->sequence;
}

/* The same line, with its reference point moved to raw_ns (>= 0; 36 years either way, saturating). Exact:
 *
 *     elapsed * rate = (s * 10^9 + n) * (w + p / 2^32) ppb        s, n: seconds and nanoseconds elapsed
 *                    = s*w ns + s*p / 2^32 ns + n*w / 10^9 ns + n*p units      w, p: whole and part of the rate
 *
 * Each product fits in 64 bits, and so does the sum of the four remainders. */
static inline struct gn_virtual_clock_segment gn_virtual_clock_move(
	const struct gn_virtual_clock_segment *from, int64_t raw_ns)
{
	const int64_t giga = 1000000000;
	const int64_t elapsed_max = (int64_t)1 << 60;
	struct gn_virtual_clock_segment to = *from;
	int64_t elapsed = raw_ns - from->raw_ns;
	int64_t s, n, whole, part, sp, nw, carry, ns;
	uint64_t remainder;

	elapsed = elapsed > elapsed_max ? elapsed_max : elapsed < -elapsed_max ? -elapsed_max : elapsed;
	s = elapsed / giga - (elapsed % giga < 0);
	n = elapsed - s * giga;
	whole = from->rate >> 32;
	part = from->rate & 0xFFFFFFFF;
	sp = s * part;
	nw = n * whole;
	carry = nw / giga - (nw % giga < 0);

	ns = from->nanoseconds + n + s * whole + (sp >> 32) + carry;
	remainder = from->remainder + (uint64_t)(sp & 0xFFFFFFFF) * (uint64_t)giga +
		    ((uint64_t)(nw - carry * giga) << 32) + (uint64_t)n * (uint64_t)part;
	ns += (int64_t)(remainder / GN_VIRTUAL_CLOCK_UNITS);
	carry = ns / giga - (ns % giga < 0);

	to.raw_ns = raw_ns;
	to.seconds = from->seconds + s + carry;
	to.nanoseconds = ns - carry * giga;
	to.remainder = remainder % GN_VIRTUAL_CLOCK_UNITS;
	return to;
}

/* What the clock shows at a raw moment: the line in force then, as far back as the page remembers. Saturates at 0
 * and at the last expressible Timestamp. */
static inline struct gn_precise gn_virtual_clock_at(const struct gn_virtual_clock *clock, int64_t raw_ns)
{
	struct gn_virtual_clock_segment at = gn_virtual_clock_move(
		raw_ns >= clock->current.raw_ns ? &clock->current : &clock->previous, raw_ns);
	struct gn_precise time = { { 0, 0 }, 0 };

	if (at.seconds < 0) {
		return time;
	}
	if ((uint64_t)at.seconds >> 48 != 0) {
		time.whole.seconds = ((uint64_t)1 << 48) - 1;
		time.whole.nanoseconds = 999999999;
		return time;
	}
	time.whole.seconds = (uint64_t)at.seconds;
	time.whole.nanoseconds = (uint32_t)at.nanoseconds;
	time.fraction = (uint16_t)(at.remainder / (GN_VIRTUAL_CLOCK_UNITS >> 16));
	return time;
}

#endif
