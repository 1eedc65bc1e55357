/* src/linux/privilege.h -- what the daemon may do: asked for in time, given up in time.
 *
 * Four capabilities at most are ever needed: SYS_TIME to steer the system clock, NET_ADMIN to set a NIC's
 * timestamping, NET_RAW for PTP over Ethernet, NET_BIND_SERVICE for the UDP ports 319 and 320. */
#ifndef LINUX_PRIVILEGE_H
#define LINUX_PRIVILEGE_H

#include "gnomon/config.h"

/* Logs each capability that this configuration will need and the process lacks, with what needs it and how to grant
 * it. Returns how many. Nothing fails here: the call that needs it will say so too. */
int privilege_warn_missing(const struct gn_config *config);

/* Who the `user` option means. 0, or -ENOENT (no such user), -ENOTSUP (built without libcap) with `why`. An empty name
 * is nobody else: -1 in both. */
int privilege_find_user(const char *user, int64_t *uid, int64_t *gid, char *why, size_t why_size);

/* Gives up everything but the four (of those that are there), for good: also for whatever the process might start.
 * With a user it becomes that user. Without libcap and without a user nothing is given up: 0. */
int privilege_drop(const char *user, char *why, size_t why_size);

#endif
