/* src/linux/refclock.c */
#include "linux/refclock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SHM_MODE_COUNTED 1
#define PRECISION (-30) /* log2 s: 1 ns */
#define RETRY_MS 50

static int leap_code(int8_t leap)
{
	return leap > 0 ? 1 : leap < 0 ? 2 : 0;
}

/* ---- shared memory ---- */

static int open_segment(struct refclock *refclock, int number, const char **what, char *why, size_t why_size)
{
	key_t key = (key_t)(REFCLOCK_SHM_KEY + (unsigned)number);
	int id = shmget(key, sizeof(struct refclock_shm), IPC_CREAT | 0600);
	void *memory = id < 0 ? (void *)-1 : shmat(id, NULL, 0);
	int err = -errno;

	if (memory != (void *)-1) {
		refclock->segment = memory;
		return 0;
	}
	*what = id < 0 ? "ntpshm: shmget failed" : "ntpshm: shmat failed";
	snprintf(why, why_size,
		 "ntpshm_segment %d: shared memory of key 0x%08x: %s: `ipcs -m` shows whose it is; another "
		 "segment "
		 "may be free",
		 number, (unsigned)key, strerror(-err));
	return err;
}

static void tell_segment(struct refclock_shm *s, const struct gn_refclock_sample *sample)
{
	struct gn_precise reference = gn_precise_add_offset(sample->local, gn_offset_negate(sample->offset));

	s->mode = SHM_MODE_COUNTED;
	s->count++;
	s->valid = 0;
	atomic_thread_fence(memory_order_seq_cst);
	s->clock_sec = (time_t)reference.whole.seconds;
	s->clock_usec = (int)(reference.whole.nanoseconds / 1000);
	s->clock_nsec = reference.whole.nanoseconds;
	s->receive_sec = (time_t)sample->local.whole.seconds;
	s->receive_usec = (int)(sample->local.whole.nanoseconds / 1000);
	s->receive_nsec = sample->local.whole.nanoseconds;
	s->leap = leap_code(sample->leap);
	s->precision = PRECISION;
	atomic_thread_fence(memory_order_seq_cst);
	s->count++;
	s->valid = 1;
}

/* ---- socket ---- */

static int connect_socket(const struct refclock *refclock)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", refclock->path);
	return connect(refclock->fd, (struct sockaddr *)&address, sizeof(address)) == 0 ? 0 : -errno;
}

static int open_socket(struct refclock *refclock, int patience_ms, const char **what, char *why,
		       size_t why_size)
{
	const struct timespec pause = { .tv_nsec = RETRY_MS * 1000000L };
	int err;

	refclock->fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (refclock->fd < 0) {
		err = -errno;
		*what = "refclock_sock: failed to create socket";
		snprintf(why, why_size, "no socket for refclock_sock_address: %s", strerror(-err));
		return err;
	}
	(void)fcntl(refclock->fd, F_SETFD, FD_CLOEXEC); /* we start no programs; without it works as well */
	for (int waited_ms = 0; (err = connect_socket(refclock)) != 0 && waited_ms < patience_ms;
	     waited_ms += RETRY_MS) {
		nanosleep(&pause, NULL);
	}
	if (err != 0) {
		*what = "refclock_sock: connect failed";
		snprintf(why, why_size,
			 "refclock_sock_address %s: %s: chronyd makes it by `refclock SOCK %s`, and has to "
			 "be started "
			 "first",
			 refclock->path, strerror(-err), refclock->path);
	}
	return err;
}

static int send_sample(const struct refclock *refclock, const struct refclock_sock_sample *s)
{
	return send(refclock->fd, s, sizeof(*s), MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static int tell_socket(struct refclock *refclock, const struct gn_refclock_sample *sample)
{
	double offset_ns = (double)sample->offset.nanoseconds + sample->offset.fraction / 65536.0;
	struct refclock_sock_sample s;
	int err;

	memset(&s, 0, sizeof(s)); /* also between the members */
	s.time.tv_sec = (time_t)sample->local.whole.seconds;
	s.time.tv_usec = (suseconds_t)(sample->local.whole.nanoseconds / 1000);
	s.offset = -offset_ns / 1e9;
	s.leap = leap_code(sample->leap);
	s.magic = REFCLOCK_SOCK_MAGIC;
	err = send_sample(refclock, &s);
	if ((err == -ECONNREFUSED || err == -ENOTCONN) && connect_socket(refclock) == 0) {
		err = send_sample(refclock, &s);
	}
	return err;
}

/* ---- both ---- */

int refclock_open(struct refclock *refclock, const struct gn_config *config, int patience_ms,
		  const char **what, char *why, size_t why_size)
{
	int err = 0;

	*refclock = (struct refclock){ .kind = config->servo.kind, .fd = -1 };
	if (refclock->kind == GN_SERVO_NTPSHM) {
		err = open_segment(refclock, config->ntpshm_segment, what, why, why_size);
	} else if (refclock->kind == GN_SERVO_REFCLOCK_SOCK) {
		snprintf(refclock->path, sizeof(refclock->path), "%s", config->refclock_sock_address);
		err = open_socket(refclock, patience_ms, what, why, why_size);
	}
	if (err != 0) {
		refclock_close(refclock);
	}
	return err;
}

void refclock_close(struct refclock *refclock)
{
	if (refclock->segment) {
		refclock->segment->valid = 0;
		(void)shmdt(refclock->segment); /* it stays for the reader */
		refclock->segment = NULL;
	}
	if (refclock->fd >= 0) {
		close(refclock->fd);
		refclock->fd = -1;
	}
}

int refclock_tell(struct refclock *refclock, const struct gn_refclock_sample *sample)
{
	if (refclock->segment) {
		tell_segment(refclock->segment, sample);
		return 0;
	}
	return refclock->fd >= 0 ? tell_socket(refclock, sample) : -ENOTCONN;
}
