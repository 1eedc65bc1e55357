/* src/linux/log.h -- lines for people: levels, destinations, prefix and tag as linuxptp has them
 * (shared by all commands). "PROG[T]: TAGmessage" on stdout (levels 5..7) or stderr (0..4), "[T] TAGmessage" to syslog. */
#ifndef LINUX_LOG_H
#define LINUX_LOG_H

#include <stdarg.h>
#include <stdbool.h>

enum log_level {
	LOG_LEVEL_EMERG,
	LOG_LEVEL_ALERT,
	LOG_LEVEL_CRIT,
	LOG_LEVEL_ERR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_NOTICE,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};

/* Before this: no name, syslog on, no copy on stdout/stderr, level 6. `name` is argv[0] or its last part. */
void log_setup(const char *name, int level, bool to_syslog, bool to_stdout, const char *tag);

__attribute__((format(printf, 2, 3))) void log_line(int level, const char *format, ...);
bool log_is_wanted(int level);

#define log_error(...) log_line(LOG_LEVEL_ERR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...) log_line(LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_info(...) log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
