/* src/linux/notify.h -- tells the service manager how we are: sd_notify's protocol, without its library.
 *
 * Each is a datagram to $NOTIFY_SOCKET; where that is unset nothing happens. */
#ifndef LINUX_NOTIFY_H
#define LINUX_NOTIFY_H

#include <stdint.h>

/* Opens the way once, while it may still be reached. Returns 0, or -errno (logged by the caller if at all). */
int notify_open(void);
void notify_close(void);

/* "READY=1", "STATUS=...", "STOPPING=1", "WATCHDOG=1": one or more lines. */
__attribute__((format(printf, 1, 2))) void notify_send(const char *format, ...);

/* How often WATCHDOG=1 is due, in ns (half of what the manager allows); 0: it does not watch us. */
int64_t notify_watchdog_ns(void);

#endif
