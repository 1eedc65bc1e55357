/* src/linux/daemon.h -- the daemon: one instance, its ports, its clock, in a loop of poll(2) and timerfd.
 *
 * `gnomon run` and the ptp4l personality fill in a configuration and call daemon_run(); they differ in which clock is
 * steered by default and in the words of the log. */
#ifndef LINUX_DAEMON_H
#define LINUX_DAEMON_H

#include "gnomon/config.h"
#include "linux/record.h"
#include "report/text.h"

/* Runs until SIGINT, SIGTERM, SIGQUIT or SIGHUP. Returns the exit status: 0 after a signal, 255 when it could not be
 * started (the reason is logged, or on stderr as linuxptp's "failed to create a clock"). */
int daemon_run(const struct gn_config *config, const struct report_words *words);

/* Likewise, and all that the instance meets and does is recorded. NULL: not. */
int daemon_run_recorded(const struct gn_config *config, const struct report_words *words,
			const struct record_options *recording);

#endif
