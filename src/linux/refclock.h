/* src/linux/refclock.h -- samples for the NTP daemon that steers the system clock, as its reference clock.
 *
 * clock_servo ntpshm: ntpd's and chronyd's shared memory (SysV, key 0x4e545030 + ntpshm_segment; refclock SHM). It is made
 * readable by our user alone (0600) if nobody made it before. clock_servo refclock_sock: a datagram a sample to chronyd's
 * socket at refclock_sock_address (refclock SOCK), which has to be there by then. */
#ifndef LINUX_REFCLOCK_H
#define LINUX_REFCLOCK_H

#include "gnomon/config.h"
#include "gnomon/instance.h"

#include <stddef.h>
#include <sys/time.h>
#include <time.h>

#define REFCLOCK_SHM_KEY 0x4e545030 /* "NTP0" */

/* ntpd's layout (refclock_shm), as old as it looks. count is raised before and after each change. */
struct refclock_shm {
	int mode; /* 1: who reads compares count before and after */
	int count;
	time_t clock_sec; /* the reference's time, when our clock showed receive_.. */
	int clock_usec;
	time_t receive_sec;
	int receive_usec;
	int leap; /* 0 none, 1 inserted, 2 deleted */
	int precision;
	int sample_count;
	int valid;
	unsigned clock_nsec, receive_nsec;
	int reserved[8];
};

#define REFCLOCK_SOCK_MAGIC 0x534f434b /* "SOCK" */

/* chronyd's layout */
struct refclock_sock_sample {
	struct timeval time; /* of our clock */
	double offset;       /* s that it is behind */
	int pulse;
	int leap; /* as above */
	int padding;
	int magic;
};

struct refclock {
	int kind;                     /* enum gn_servo_kind; GN_SERVO_PI: nobody takes samples */
	struct refclock_shm *segment; /* NULL: none */
	int fd;                       /* -1: none */
	char path[GN_PATH_SIZE];
};

/* Ready for what `config` says; nothing to do for servos that steer. A socket that does not answer is tried again for
 * patience_ms. 0, or -errno with linuxptp's word for what failed in `what` and a sentence in `why`. */
int refclock_open(struct refclock *refclock, const struct gn_config *config, int patience_ms,
		  const char **what, char *why, size_t why_size);

/* Takes the sample back: who reads it later does not take it for fresh. */
void refclock_close(struct refclock *refclock);

/* Never waits. 0, or -errno: the sample is lost. A reader that started anew at the same address is found. */
int refclock_tell(struct refclock *refclock, const struct gn_refclock_sample *sample);

#endif
