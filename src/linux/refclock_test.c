/* src/linux/refclock_test.c -- the reader's side: a real segment of shared memory, a real socket. */
#include "linux/refclock.h"

#include "linux/test_directory.h"
#include "tests/test.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

_Static_assert(sizeof(time_t) != 8 || sizeof(struct refclock_shm) == 96, "as ntpd has it");
_Static_assert(sizeof(struct timeval) != 16 || sizeof(struct refclock_sock_sample) == 40,
	       "as chronyd has it");

static const char *what;
static char why[512];

static int open_it(struct refclock *refclock, const struct gn_config *config, int patience_ms)
{
	what = NULL;
	why[0] = '\0';
	return refclock_open(refclock, config, patience_ms, &what, why, sizeof(why));
}

static const struct gn_refclock_sample a_sample = {
	.local = { { 1700000000, 5 }, 0 },
	.offset = { -1999999990, 0 }, /* behind by 1.99999999 s */
	.leap = 0,
};

TEST(a_servo_that_steers_needs_nothing)
{
	struct gn_config config = { .servo.kind = GN_SERVO_PI };
	struct refclock refclock;

	CHECK_EQ(open_it(&refclock, &config, 0), 0);
	CHECK_EQ(refclock_tell(&refclock, &a_sample), -ENOTCONN);
	refclock_close(&refclock);
	refclock_close(&refclock);
}

/* ---- shared memory ---- */

#define SEGMENT_FREE_FROM 4000 /* this test's own, unlike 0..3 of a daemon */

/* A number whose segment nobody has. */
static int any_segment(void)
{
	int number = SEGMENT_FREE_FROM + (int)(getpid() % 100000);

	while (shmget(REFCLOCK_SHM_KEY + number, 0, 0) >= 0) {
		number++;
	}
	return number;
}

static struct refclock_shm *attach(int number, int *id)
{
	void *memory;

	*id = shmget(REFCLOCK_SHM_KEY + number, sizeof(struct refclock_shm), 0);
	CHECK(*id >= 0);
	memory = shmat(*id, NULL, 0);
	CHECK(memory != (void *)-1);
	return memory;
}

static void remove_segment(struct refclock_shm *s, int id)
{
	CHECK_EQ(shmdt(s), 0);
	CHECK_EQ(shmctl(id, IPC_RMID, NULL), 0);
}

TEST(a_sample_lies_in_the_segment_with_all_its_members)
{
	struct gn_config config = { .servo.kind = GN_SERVO_NTPSHM, .ntpshm_segment = any_segment() };
	struct gn_refclock_sample sample = a_sample;
	struct refclock refclock;
	struct refclock_shm *s;
	struct shmid_ds ds;
	int id;

	CHECK_EQ(open_it(&refclock, &config, 0), 0);
	s = attach(config.ntpshm_segment, &id);
	CHECK_EQ(shmctl(id, IPC_STAT, &ds), 0);
	CHECK_EQ(ds.shm_perm.mode & 0777, 0600);
	CHECK_EQ(s->valid, 0);
	s->sample_count = 3; /* the reader's */
	CHECK_EQ(refclock_tell(&refclock, &sample), 0);
	CHECK_EQ(s->mode, 1);
	CHECK_EQ(s->count, 2);
	CHECK_EQ(s->valid, 1);
	CHECK_EQ(s->clock_sec, 1700000001);
	CHECK_EQ(s->clock_usec, 999999);
	CHECK_EQ(s->clock_nsec, 999999995);
	CHECK_EQ(s->receive_sec, 1700000000);
	CHECK_EQ(s->receive_usec, 0);
	CHECK_EQ(s->receive_nsec, 5);
	CHECK_EQ(s->leap, 0);
	CHECK_EQ(s->precision, -30);
	CHECK_EQ(s->sample_count, 3);
	s->valid = 0; /* it was taken */
	sample.leap = 1;
	CHECK_EQ(refclock_tell(&refclock, &sample), 0);
	CHECK(s->valid && s->leap == 1 && s->count == 4);
	sample.leap = -1;
	CHECK_EQ(refclock_tell(&refclock, &sample), 0);
	CHECK_EQ(s->leap, 2);
	refclock_close(&refclock);
	CHECK_EQ(s->valid, 0);
	CHECK_EQ(s->count, 6);
	remove_segment(s, id);
}

TEST(a_segment_that_is_there_is_used)
{
	struct gn_config config = { .servo.kind = GN_SERVO_NTPSHM, .ntpshm_segment = any_segment() };
	struct refclock refclock;
	struct refclock_shm *s;
	int id = shmget(REFCLOCK_SHM_KEY + config.ntpshm_segment, sizeof(*s), IPC_CREAT | 0600);

	CHECK(id >= 0);
	s = attach(config.ntpshm_segment, &id);
	s->count = 41;
	CHECK_EQ(open_it(&refclock, &config, 0), 0);
	CHECK_EQ(refclock_tell(&refclock, &a_sample), 0);
	CHECK_EQ(s->count, 43);
	refclock_close(&refclock);
	remove_segment(s, id);
}

TEST(a_segment_that_is_too_small_is_told_with_its_key)
{
	struct gn_config config = { .servo.kind = GN_SERVO_NTPSHM, .ntpshm_segment = any_segment() };
	struct refclock refclock;
	char key[16];
	int id = shmget(REFCLOCK_SHM_KEY + config.ntpshm_segment, 8, IPC_CREAT | 0600);

	CHECK(id >= 0);
	CHECK_EQ(open_it(&refclock, &config, 0), -EINVAL);
	CHECK_STR_EQ(what, "ntpshm: shmget failed");
	snprintf(key, sizeof(key), "0x%08x", (unsigned)(REFCLOCK_SHM_KEY + config.ntpshm_segment));
	CHECK(strstr(why, key) && strstr(why, "Invalid argument"));
	CHECK(refclock.segment == NULL);
	CHECK_EQ(shmctl(id, IPC_RMID, NULL), 0);
}

TEST(a_segment_that_we_may_not_use_is_told)
{
	struct gn_config config = { .servo.kind = GN_SERVO_NTPSHM, .ntpshm_segment = any_segment() };
	struct refclock refclock;
	int id = shmget(REFCLOCK_SHM_KEY + config.ntpshm_segment, sizeof(struct refclock_shm),
			IPC_CREAT | SHM_RDONLY | 0400);
	int err;

	CHECK(id >= 0);
	err = open_it(&refclock, &config, 0);
	if (geteuid() == 0) { /* may everything */
		CHECK_EQ(err, 0);
	} else {
		CHECK_EQ(err, -EACCES);
		CHECK(strstr(what, "ntpshm: shm") == what);
	}
	refclock_close(&refclock);
	CHECK_EQ(shmctl(id, IPC_RMID, NULL), 0);
}

/* ---- socket ---- */

static int bind_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	CHECK(fd >= 0);
	unlink(path);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	CHECK_EQ(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static struct gn_config socket_config(void)
{
	struct gn_config config = { .servo.kind = GN_SERVO_REFCLOCK_SOCK };

	snprintf(config.refclock_sock_address, sizeof(config.refclock_sock_address), "%s/chrony.sock",
		 test_directory(0755));
	return config;
}

static struct refclock_sock_sample receive(int fd)
{
	struct refclock_sock_sample s;

	CHECK_EQ(recv(fd, &s, sizeof(s), MSG_DONTWAIT), sizeof(s));
	return s;
}

TEST(a_sample_is_a_datagram_with_all_its_members)
{
	struct gn_config config = socket_config();
	int reader = bind_at(config.refclock_sock_address);
	struct gn_refclock_sample sample = a_sample;
	struct refclock_sock_sample s;
	struct refclock refclock;

	CHECK_EQ(open_it(&refclock, &config, 0), 0);
	sample.local.whole.nanoseconds = 123456789;
	sample.leap = -1;
	CHECK_EQ(refclock_tell(&refclock, &sample), 0);
	s = receive(reader);
	CHECK_EQ(s.time.tv_sec, 1700000000);
	CHECK_EQ(s.time.tv_usec, 123456);
	CHECK_NEAR(s.offset, 1.99999999, 1e-15);
	CHECK_EQ(s.pulse, 0);
	CHECK_EQ(s.leap, 2);
	CHECK_EQ(s.magic, 0x534f434b);
	sample.offset = (struct gn_offset){ 2, 32768 };
	sample.leap = 1;
	CHECK_EQ(refclock_tell(&refclock, &sample), 0);
	s = receive(reader);
	CHECK_NEAR(s.offset, -2.5e-9, 1e-20);
	CHECK_EQ(s.leap, 1);
	refclock_close(&refclock);
	close(reader);
}

TEST(a_socket_that_is_not_there_is_told)
{
	struct gn_config config = socket_config();
	struct refclock refclock;

	CHECK_EQ(open_it(&refclock, &config, 0), -ENOENT);
	CHECK_STR_EQ(what, "refclock_sock: connect failed");
	CHECK(strstr(why, config.refclock_sock_address) && strstr(why, "refclock SOCK"));
	CHECK_EQ(refclock.fd, -1);
	close(bind_at(config.refclock_sock_address)); /* a file that nobody listens at */
	CHECK_EQ(open_it(&refclock, &config, 100), -ECONNREFUSED);
}

static void *bind_late(void *path)
{
	static int fd;

	usleep(100000);
	fd = bind_at(path);
	return &fd;
}

TEST(a_socket_that_comes_in_time_is_waited_for)
{
	struct gn_config config = socket_config();
	struct refclock refclock;
	pthread_t thread;
	void *fd;

	CHECK_EQ(pthread_create(&thread, NULL, bind_late, config.refclock_sock_address), 0);
	CHECK_EQ(open_it(&refclock, &config, 30000), 0);
	CHECK_EQ(pthread_join(thread, &fd), 0);
	CHECK_EQ(refclock_tell(&refclock, &a_sample), 0);
	receive(*(int *)fd);
	refclock_close(&refclock);
	close(*(int *)fd);
}

TEST(a_reader_that_starts_anew_is_found_again)
{
	struct gn_config config = socket_config();
	int reader = bind_at(config.refclock_sock_address);
	struct refclock refclock;

	CHECK_EQ(open_it(&refclock, &config, 0), 0);
	close(reader);
	CHECK_EQ(refclock_tell(&refclock, &a_sample), -ECONNREFUSED);
	CHECK(refclock_tell(&refclock, &a_sample) != 0);
	reader = bind_at(config.refclock_sock_address);
	CHECK_EQ(refclock_tell(&refclock, &a_sample), 0);
	receive(reader);
	refclock_close(&refclock);
	close(reader);
}

TEST(a_reader_that_does_not_read_never_blocks_us)
{
	struct gn_config config = socket_config();
	int reader = bind_at(config.refclock_sock_address);
	struct refclock refclock;
	int err = 0;

	CHECK_EQ(open_it(&refclock, &config, 0), 0);
	for (int i = 0; i < 100000 && err == 0; i++) {
		err = refclock_tell(&refclock, &a_sample);
	}
	CHECK_EQ(err, -EAGAIN);
	receive(reader);
	CHECK_EQ(refclock_tell(&refclock, &a_sample), 0);
	refclock_close(&refclock);
	close(reader);
}
