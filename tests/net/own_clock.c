/* tests/net/own_clock.c -- for LD_PRELOAD: a CLOCK_REALTIME of the program's own, which it may steer and step as it likes
 * while the machine's goes on.
 *
 * OWN_CLOCK="NANOSECONDS PPB": how far off it starts, and how fast it runs by itself. The kernel's software stamps are put
 * onto it. As little as a PTP daemon with software stamps asks for. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <time.h>

#define NS 1000000000
#define TICK_NOMINAL 10000 /* us */

static double own_ppb;
static int64_t base_ns, base_raw_ns; /* the clock when it was last set */
static struct timex kept = { .tick = TICK_NOMINAL };
static int (*real_gettime)(clockid_t, struct timespec *);

static int64_t read_ns(clockid_t id)
{
	struct timespec t;

	if (!real_gettime) {
		real_gettime = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	}
	real_gettime(id, &t);
	return (int64_t)t.tv_sec * NS + t.tv_nsec;
}

static struct timespec timespec_of(int64_t ns)
{
	return (struct timespec){ .tv_sec = ns / NS, .tv_nsec = ns % NS };
}

static double set_ppb(void)
{
	return (double)kept.freq * 1000 / 65536 + (double)(kept.tick - TICK_NOMINAL) * 100000;
}

static int64_t own_ns(int64_t raw_ns)
{
	int64_t elapsed = raw_ns - base_raw_ns;

	return base_ns + elapsed +
	       (int64_t)((double)elapsed * ((1 + own_ppb / 1e9) * (1 + set_ppb() / 1e9) - 1));
}

__attribute__((constructor)) static void start(void)
{
	const char *text = getenv("OWN_CLOCK");
	long long offset = 0;

	if (text) {
		sscanf(text, "%lld %lf", &offset, &own_ppb);
	}
	base_raw_ns = read_ns(CLOCK_MONOTONIC_RAW);
	base_ns = read_ns(CLOCK_REALTIME) + offset;
}

static void rebase(void)
{
	int64_t raw = read_ns(CLOCK_MONOTONIC_RAW);

	base_ns = own_ns(raw);
	base_raw_ns = raw;
}

int clock_gettime(clockid_t id, struct timespec *t)
{
	if (id != CLOCK_REALTIME) {
		read_ns(id); /* finds the real one */
		return real_gettime(id, t);
	}
	*t = timespec_of(own_ns(read_ns(CLOCK_MONOTONIC_RAW)));
	return 0;
}

int clock_adjtime(clockid_t id, struct timex *tx)
{
	(void)id;
	rebase();
	if (tx->modes & ADJ_FREQUENCY) {
		kept.freq = tx->freq;
	}
	if (tx->modes & ADJ_TICK) {
		kept.tick = tx->tick;
	}
	if (tx->modes & ADJ_SETOFFSET) {
		base_ns += (int64_t)tx->time.tv_sec * NS +
			   (int64_t)tx->time.tv_usec * (tx->modes & ADJ_NANO ? 1 : 1000);
	}
	tx->freq = kept.freq;
	tx->tick = kept.tick;
	tx->tolerance = 500 << 16;
	return 0;
}

/* A stamp of the kernel's clock, put onto ours. */
static void convert(struct timespec *t)
{
	int64_t ago;

	if (t->tv_sec != 0) {
		ago = read_ns(CLOCK_REALTIME) - ((int64_t)t->tv_sec * NS + t->tv_nsec);
		*t = timespec_of(own_ns(read_ns(CLOCK_MONOTONIC_RAW) - ago));
	}
}

static void convert_all(struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPING) {
			convert((struct timespec *)(void *)CMSG_DATA(
				c)); /* the first is the software stamp */
		}
	}
}

ssize_t recvmsg(int fd, struct msghdr *m, int flags)
{
	static ssize_t (*real)(int, struct msghdr *, int);
	ssize_t got;

	if (!real) {
		real = (ssize_t(*)(int, struct msghdr *, int))dlsym(RTLD_NEXT, "recvmsg");
	}
	got = real(fd, m, flags);
	if (got >= 0) {
		convert_all(m);
	}
	return got;
}

int recvmmsg(int fd, struct mmsghdr *m, unsigned count, int flags, struct timespec *timeout)
{
	static int (*real)(int, struct mmsghdr *, unsigned, int, struct timespec *);
	int got;

	if (!real) {
		real = (int (*)(int, struct mmsghdr *, unsigned, int, struct timespec *))dlsym(RTLD_NEXT,
											       "recvmmsg");
	}
	got = real(fd, m, count, flags, timeout);
	for (int i = 0; i < got; i++) {
		convert_all(&m[i].msg_hdr);
	}
	return got;
}
