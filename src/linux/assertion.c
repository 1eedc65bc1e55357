/* src/linux/assertion.c -- a broken guarantee of the core: said, then the end. Going on would mean steering a clock
 * from a state that cannot be. systemd (Restart=on-failure) starts a fresh one. */
#include "core/assert.h"
#include "linux/log.h"
#include "linux/record.h"

#include <stdlib.h>

_Noreturn void gn_assertion_failed(const char *file, int line, const char *what)
{
	log_line(LOG_LEVEL_EMERG,
		 "%s:%d: this must always hold and did not: %s. This is a defect of the program: please "
		 "report it with these lines",
		 file, line, what);
	record_last_words(); /* a replay then ends where this did */
	abort();
}
