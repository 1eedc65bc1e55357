/* src/linux/clock_virtual.h -- what only a virtual clock can do (gnomon/virtual_clock.h tells what it is). */
#ifndef LINUX_CLOCK_VIRTUAL_H
#define LINUX_CLOCK_VIRTUAL_H

#include "gnomon/virtual_clock.h"
#include "linux/clock.h"

#define CLOCK_VIRTUAL_VALID_NS 3000000000 /* how long a page is vouched for after a refresh */

/* What the clock shows at a raw moment, ours or another process's. */
struct gn_precise clock_virtual_at(const struct clock *clock, int64_t raw_ns);

bool clock_is_virtual(const struct clock *clock);

/* The owner's sign of life: moves valid_until. Once a second. */
void clock_virtual_refresh(struct clock *clock);

/* Where the owner's clock begins: the kernel's TAI where its TAI - UTC offset is known, else UTC + the
 * offset given, plus initial_offset_s. */
int clock_virtual_create(struct clock *clock, const char *name, double initial_offset_s,
			 double initial_frequency_ppb, int utc_offset, char *why, size_t why_size);

/* The page as another process published it. False: its owner died while writing. */
bool clock_virtual_load(const struct clock *clock, struct gn_virtual_clock *out);
/* The same, with a raw moment at which it was certainly in force. */
bool clock_virtual_load_now(const struct clock *clock, struct gn_virtual_clock *out, int64_t *raw_ns);

/* Whether somebody stands behind the page at raw_ns; if not, `why` says since when not. */
bool clock_virtual_is_alive(const struct gn_virtual_clock *page, int64_t raw_ns, char *why, size_t why_size);

bool clock_virtual_is_name(const char *name);

/* Calls back for every published virtual clock. Returns how many. */
int clock_virtual_list(void (*found)(void *context, const char *name), void *context);

#endif
