/* tests/net/own_clock.c -- for LD_PRELOAD: a CLOCK_REALTIME of the program's own, which it may steer and step as it likes
 * while the machine's goes on.
 *
 * OWN_CLOCK="NANOSECONDS PPB": how far off it starts, and how fast it runs by itself. The kernel's software stamps are put
 * onto it. As little as a PTP daemon with software stamps asks for.
 *
 * OWN_CLOCK_PAGE=FILE: the clock lies in that file, for others to read (OwnClock in world.py): it is a function of
 * CLOCK_MONOTONIC_RAW, so two of them are compared exactly, at the same instant. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#define NS 1000000000
#define TICK_NOMINAL 10000 /* us */

struct own_clock {
	_Atomic uint64_t sequence;    /* odd while it changes */
	int64_t base_ns, base_raw_ns; /* the clock when it was last set */
	double own_ppb, set_ppb;
};

static struct own_clock private_clock, *own = &private_clock;
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
	int64_t elapsed = raw_ns - own->base_raw_ns;

	return own->base_ns + elapsed +
	       (int64_t)((double)elapsed * ((1 + own->own_ppb / 1e9) * (1 + own->set_ppb / 1e9) - 1));
}

static void show(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	void *page = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, sizeof(*own)) == 0) {
		page = mmap(NULL, sizeof(*own), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	}
	if (page == MAP_FAILED) {
		perror(path);
		exit(1);
	}
	close(fd);
	own = (struct own_clock *)page;
}

__attribute__((constructor)) static void start(void)
{
	const char *text = getenv("OWN_CLOCK"), *path = getenv("OWN_CLOCK_PAGE");
	long long offset = 0;

	if (path) {
		show(path);
	}
	if (text) {
		sscanf(text, "%lld %lf", &offset, &own->own_ppb);
	}
	own->base_raw_ns = read_ns(CLOCK_MONOTONIC_RAW);
	own->base_ns = read_ns(CLOCK_REALTIME) + offset;
	atomic_fetch_add(&own->sequence, 2);
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
	int64_t raw = read_ns(CLOCK_MONOTONIC_RAW);

	(void)id;
	atomic_fetch_add(&own->sequence, 1);
	own->base_ns = own_ns(raw);
	own->base_raw_ns = raw;
	if (tx->modes & ADJ_FREQUENCY) {
		kept.freq = tx->freq;
	}
	if (tx->modes & ADJ_TICK) {
		kept.tick = tx->tick;
	}
	if (tx->modes & ADJ_SETOFFSET) {
		own->base_ns += (int64_t)tx->time.tv_sec * NS +
				(int64_t)tx->time.tv_usec * (tx->modes & ADJ_NANO ? 1 : 1000);
	}
	own->set_ppb = set_ppb();
	atomic_fetch_add(&own->sequence, 1);
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
