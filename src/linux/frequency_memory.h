/* src/linux/frequency_memory.h -- frequency_memory: what was learnt of a clock's frequency outlives the process.
 *
 * One small text file per clockIdentity and clock in the directory of the option, replaced as a whole (written beside it and
 * renamed). It comes from a disk, so that it is read with care: what is not exactly of this form is told and
 * ignored.
 *
 *     gnomon-frequency 1
 *     clock 020000.fffe.000a01 phc igb
 *     frequency_ppb -1234.5
 *     deviation_ppb 0.25 */
#ifndef LINUX_FREQUENCY_MEMORY_H
#define LINUX_FREQUENCY_MEMORY_H

#include "gnomon/instance.h"
#include "linux/clock.h"

#define FREQUENCY_MEMORY_PATH_SIZE 512

struct frequency_memory {
	char path[FREQUENCY_MEMORY_PATH_SIZE]; /* empty: nothing is remembered */
	char clock[192];                       /* "020000.fffe.000a01 phc igb" */
	bool is_failure_told;
};

/* Which file it is. `directory` empty: none. `sys_ptp` is "/sys/class/ptp": a hardware clock goes by its driver's name for
 * it, since its number may change. */
void frequency_memory_open(struct frequency_memory *memory, const char *directory,
			   const struct gn_clock_identity *identity, const struct clock *clock,
			   const char *sys_ptp);

/* False where nothing (usable) is there; what is there and unusable is logged. */
bool frequency_memory_read(const struct frequency_memory *memory, struct gn_clock_memory *out);

/* 0 or -errno. The first failure after a success is logged. */
int frequency_memory_write(struct frequency_memory *memory, const struct gn_clock_memory *what);

#endif
