/* src/linux/clock_virtual.c -- the owner's and the reader's side of a virtual clock.
 *
 * The owner keeps its own copy of the line (gnomon/virtual_clock.h) and publishes every change under the sequence
 * lock. It says "I write" first and looks at the raw clock after that: a reader that found nothing being written
 * after its own raw reading has read before the change, so that nobody ever sees the clock go back.
 *
 * Without shared memory the page is private: the clock runs, nobody else can read it, and the log says so. */
#include "linux/clock_virtual.h"
#include "core/assert.h"
#include "linux/clock_calls.h"
#include "linux/log.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHARED_MEMORY_DIRECTORY "/dev/shm"
#define OFFSET_MAX_S 4e9
#define EPOCH_WORD (offsetof(struct gn_virtual_clock, epoch) / sizeof(uint64_t))

struct virtual_state {
	struct gn_virtual_clock_page *page;
	struct gn_virtual_clock line; /* the owner's */
	bool is_owner;
	bool is_published;
};

/* ---- names -------------------------------------------------------------------------------------------- */

bool clock_virtual_is_name(const char *name)
{
	size_t length = strlen(name);

	if (length == 0 || length > GN_VIRTUAL_CLOCK_NAME_MAX || name[0] == '.') {
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		if (!isalnum((unsigned char)name[i]) && !strchr("._-", name[i])) {
			return false;
		}
	}
	return true;
}

static void shared_name(const char *name, char out[GN_NAME_SIZE])
{
	snprintf(out, GN_NAME_SIZE, GN_VIRTUAL_CLOCK_PREFIX "%.*s", GN_VIRTUAL_CLOCK_NAME_MAX, name);
}

int clock_virtual_list(void (*found)(void *context, const char *name), void *context)
{
	const char *prefix = &GN_VIRTUAL_CLOCK_PREFIX[1];
	DIR *dir = opendir(SHARED_MEMORY_DIRECTORY);
	struct dirent *entry;
	int count = 0;

	if (!dir) {
		return 0;
	}
	while ((entry = readdir(dir)) != NULL) {
		const char *name = entry->d_name + strlen(prefix);

		if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0 && clock_virtual_is_name(name)) {
			found(context, name);
			count++;
		}
	}
	closedir(dir);
	return count;
}

/* ---- publishing --------------------------------------------------------------------------------------- */

/* When a process began, in clock ticks since boot: field 22 of its stat, counted behind the command's last ')'. */
static uint64_t process_start(int64_t pid)
{
	char path[64], text[1024];
	uint64_t start = 0;
	FILE *f;
	char *at;

	snprintf(path, sizeof(path), "/proc/%lld/stat", (long long)pid);
	f = fopen(path, "re");
	if (!f) {
		return 0;
	}
	at = fgets(text, sizeof(text), f) ? strrchr(text, ')') : NULL;
	for (int field = 2; at && field < 22; field++) {
		at = strchr(at + 1, ' ');
	}
	if (at) {
		start = strtoull(at + 1, NULL, 10);
	}
	fclose(f);
	return start;
}

static void begin_writing(struct virtual_state *s)
{
	s->line.sequence |= 1;
	__atomic_store_n(&s->page->words[0], s->line.sequence, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST); /* and not before it: the raw reading, and the words */
}

static void end_writing(struct virtual_state *s)
{
	union {
		uint64_t words[GN_VIRTUAL_CLOCK_WORDS];
		struct gn_virtual_clock clock;
	} copy = { .clock = s->line };

	for (size_t i = 1; i < GN_VIRTUAL_CLOCK_WORDS; i++) {
		__atomic_store_n(&s->page->words[i], copy.words[i], __ATOMIC_RELAXED);
	}
	s->line.sequence++;
	__atomic_store_n(&s->page->words[0], s->line.sequence, __ATOMIC_RELEASE);
}

/* ---- the owner's operations ----------------------------------------------------------------------------- */

/* The line of before stays readable for raw moments before this one. */
static void rebase(struct gn_virtual_clock *line, int64_t raw_ns)
{
	line->previous = line->current;
	line->current = gn_virtual_clock_move(&line->current, raw_ns);
	line->changed_raw_ns = raw_ns;
	line->valid_until_raw_ns = raw_ns + CLOCK_VIRTUAL_VALID_NS;
}

static void add_offset(struct gn_virtual_clock_segment *at, struct gn_offset by)
{
	int64_t ns = at->nanoseconds + by.nanoseconds % GN_NS_PER_SECOND;
	int64_t carry;

	at->remainder += (uint64_t)by.fraction * (GN_VIRTUAL_CLOCK_UNITS >> 16);
	if (at->remainder >= GN_VIRTUAL_CLOCK_UNITS) {
		at->remainder -= GN_VIRTUAL_CLOCK_UNITS;
		ns++;
	}
	carry = ns / GN_NS_PER_SECOND - (ns % GN_NS_PER_SECOND < 0);
	at->seconds += by.nanoseconds / GN_NS_PER_SECOND + carry;
	at->nanoseconds = ns - carry * GN_NS_PER_SECOND;
}

static struct virtual_state *owned(struct clock *clock)
{
	struct virtual_state *s = clock->state;

	return s->is_owner ? s : NULL;
}

struct gn_precise clock_virtual_at(const struct clock *clock, int64_t raw_ns)
{
	const struct virtual_state *s = clock->state;
	struct gn_virtual_clock line;

	if (s->is_owner) {
		return gn_virtual_clock_at(&s->line, raw_ns);
	}
	if (!gn_virtual_clock_load(s->page, &line)) {
		return (struct gn_precise){ { 0, 0 }, 0 };
	}
	return gn_virtual_clock_at(&line, raw_ns);
}

static int virtual_read(struct clock *clock, struct clock_reading *out)
{
	struct gn_virtual_clock line;
	int64_t raw_ns;

	if (!clock_virtual_load_now(clock, &line, &raw_ns)) {
		return -EIO;
	}
	*out = (struct clock_reading){ gn_virtual_clock_at(&line, raw_ns), raw_ns, raw_ns };
	return 0;
}

static int virtual_get_rate(struct clock *clock, struct gn_rate *out)
{
	struct gn_virtual_clock line;

	if (!clock_virtual_load(clock, &line)) {
		return -EIO;
	}
	out->scaled_ppb = line.steering_rate;
	return 0;
}

static int virtual_set_rate(struct clock *clock, struct gn_rate rate, struct gn_rate *applied)
{
	struct virtual_state *s = owned(clock);

	if (!s) {
		return -EROFS;
	}
	rate = clock_clamp_rate(rate, clock->rate_limit);
	begin_writing(s);
	rebase(&s->line, clock_raw_ns());
	s->line.steering_rate = rate.scaled_ppb;
	s->line.current.rate = s->line.free_running_rate + rate.scaled_ppb;
	end_writing(s);
	*applied = rate;
	return 0;
}

static int virtual_step(struct clock *clock, struct gn_offset by)
{
	struct virtual_state *s = owned(clock);

	if (!s) {
		return -EROFS;
	}
	if (gn_offset_is_saturated(by)) {
		return -ERANGE;
	}
	begin_writing(s);
	rebase(&s->line, clock_raw_ns());
	add_offset(&s->line.current, by);
	s->line.steps++;
	s->line.epoch++;
	end_writing(s);
	return 0;
}

static int virtual_mark_synchronized(struct clock *clock, bool is_ptp_timescale)
{
	struct virtual_state *s = owned(clock);

	if (!s) {
		return -EROFS;
	}
	begin_writing(s);
	s->line.synchronized_raw_ns = clock_raw_ns();
	s->line.timescale = is_ptp_timescale ? GN_TIMESCALE_PTP : GN_TIMESCALE_ARB;
	s->line.valid_until_raw_ns = s->line.synchronized_raw_ns + CLOCK_VIRTUAL_VALID_NS;
	end_writing(s);
	return 0;
}

void clock_virtual_refresh(struct clock *clock)
{
	struct virtual_state *s = owned(clock);

	if (s) {
		begin_writing(s);
		s->line.valid_until_raw_ns = clock_raw_ns() + CLOCK_VIRTUAL_VALID_NS;
		end_writing(s);
	}
}

/* Whoever still has the page mapped learns that this was the end, and when. */
static void say_goodbye(struct clock *clock, struct virtual_state *s)
{
	char name[GN_NAME_SIZE];

	begin_writing(s);
	s->line.pid = 0;
	s->line.valid_until_raw_ns = clock_raw_ns();
	end_writing(s);
	if (s->is_published) {
		shared_name(clock->name, name);
		(void)shm_unlink(
			name); /* not ours to remove after dropping to another user: the page says that it ended */
	}
}

static void virtual_close(struct clock *clock)
{
	struct virtual_state *s = clock->state;

	if (s->is_owner) {
		say_goodbye(clock, s);
	}
	if (s->page) {
		munmap(s->page, GN_VIRTUAL_CLOCK_PAGE_SIZE);
	}
	free(s);
}

static const struct clock_operations operations = {
	.kind = "virtual",
	.read = virtual_read,
	.get_rate = virtual_get_rate,
	.set_rate = virtual_set_rate,
	.step = virtual_step,
	.mark_synchronized = virtual_mark_synchronized,
	.close = virtual_close,
};

bool clock_is_virtual(const struct clock *clock)
{
	return clock->operations == &operations;
}

/* ---- opening -------------------------------------------------------------------------------------------- */

static struct clock clock_around(const char *name, struct virtual_state *s, bool is_readonly)
{
	struct clock clock = { .operations = &operations,
			       .rate_limit = gn_rate_from_ppb(GN_VIRTUAL_CLOCK_RATE_MAX_PPB),
			       .phc_index = -1,
			       .fd = -1,
			       .lock = -1,
			       .is_readonly = is_readonly,
			       .state = s };

	snprintf(clock.name, sizeof(clock.name), "%s", name);
	return clock;
}

static int refuse_name(const char *name, char *why, size_t why_size)
{
	snprintf(why, why_size,
		 "clock %.64s: a virtual clock is named by 1 to %d letters, digits, '.', '_' and '-'", name,
		 GN_VIRTUAL_CLOCK_NAME_MAX);
	return -EINVAL;
}

/* NULL with errno; without a file the page is this process's alone. */
static struct gn_virtual_clock_page *map_page(int fd, int protection)
{
	int flags = fd >= 0 ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS;
	void *page = mmap(NULL, GN_VIRTUAL_CLOCK_PAGE_SIZE, protection, flags, fd, 0);

	return page == MAP_FAILED ? NULL : page;
}

/* Maps the page to write. What lies there already may be a crashed owner's (taken over: its readers find the new
 * owner behind the same page), never another user's. */
static int map_to_write(const char *name, struct virtual_state *s, char *why, size_t why_size)
{
	char path[GN_NAME_SIZE];
	struct stat st;
	int fd, err = 0;

	shared_name(name, path);
	fd = shm_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 && errno != EACCES) {
		log_warning("clock %s: no shared memory (%s): it runs, but no other program can read it",
			    name, strerror(errno));
		s->page = map_page(-1, PROT_READ | PROT_WRITE);
		return s->page ? 0 : -ENOMEM;
	}
	if (fd < 0 || fstat(fd, &st) != 0 || st.st_uid != geteuid() || !S_ISREG(st.st_mode)) {
		snprintf(why, why_size,
			 "clock %s: %s%s belongs to another user: choose another clock name, or remove that "
			 "file",
			 name, SHARED_MEMORY_DIRECTORY, path);
		err = -EACCES;
	} else if (ftruncate(fd, GN_VIRTUAL_CLOCK_PAGE_SIZE) != 0 || fchmod(fd, 0644) != 0) {
		err = -errno;
	} else {
		s->page = map_page(fd, PROT_READ | PROT_WRITE);
		err = s->page ? 0 : -ENOMEM;
		s->is_published = err == 0;
	}
	if (fd >= 0) {
		close(fd);
	}
	return err;
}

/* TAI - UTC as the kernel has it, in s; 0: not set. */
static int kernel_tai_offset(void)
{
	struct timespec utc, tai;

	if (clock_gettime(CLOCK_REALTIME, &utc) != 0 || clock_gettime(CLOCK_TAI, &tai) != 0) {
		return 0;
	}
	return (int)((clock_timespec_ns(&tai) - clock_timespec_ns(&utc) + GN_NS_PER_SECOND / 2) /
		     GN_NS_PER_SECOND);
}

static int start_line(struct virtual_state *s, const char *name, double offset_s, double frequency_ppb,
		      int utc_offset)
{
	struct gn_virtual_clock *line = &s->line;
	bool is_taken_over = gn_virtual_clock_is_page(s->page);
	uint64_t sequence = is_taken_over ? s->page->words[0] : 0;
	uint64_t epoch = is_taken_over ? s->page->words[EPOCH_WORD] + 1 : 0;
	int tai = kernel_tai_offset();
	struct clock_reading utc;
	int err = clock_bracket(&clock_calls_of_libc, CLOCK_REALTIME, &utc);
	int64_t offset_seconds = (int64_t)offset_s;

	if (err != 0) {
		return err;
	}
	*line = (struct gn_virtual_clock){ .sequence = sequence,
					   .epoch = epoch,
					   .timescale = GN_TIMESCALE_PTP };
	begin_writing(s);
	line->pid = getpid();
	line->pid_start = process_start(line->pid);
	line->created_raw_ns = line->changed_raw_ns = utc.raw_after_ns;
	line->valid_until_raw_ns = utc.raw_after_ns + CLOCK_VIRTUAL_VALID_NS;
	line->free_running_rate = gn_rate_from_ppb(frequency_ppb).scaled_ppb;
	snprintf(line->name, sizeof(line->name), "%s", name);
	line->current = (struct gn_virtual_clock_segment){
		.raw_ns = utc.raw_before_ns + (utc.raw_after_ns - utc.raw_before_ns) / 2,
		.seconds = (int64_t)utc.clock.whole.seconds + (tai != 0 ? tai : utc_offset) + offset_seconds,
		.nanoseconds = utc.clock.whole.nanoseconds,
		.rate = line->free_running_rate,
	};
	add_offset(&line->current, gn_offset_from_ns((int64_t)((offset_s - (double)offset_seconds) * 1e9)));
	line->previous = line->current;
	end_writing(s);
	s->page->version = GN_VIRTUAL_CLOCK_VERSION;
	__atomic_store_n(&s->page->magic, GN_VIRTUAL_CLOCK_MAGIC, __ATOMIC_RELEASE);
	return 0;
}

static int create(struct clock *clock, const char *name, double offset_s, double frequency_ppb,
		  int utc_offset, char *why, size_t why_size)
{
	struct virtual_state *s = calloc(1, sizeof(*s));
	int err;

	why[0] = '\0';
	if (!s) {
		err = -ENOMEM;
	} else {
		err = map_to_write(name, s, why, why_size);
	}
	if (err == 0) {
		GN_ASSERT(s->page);
		err = start_line(s, name, offset_s, frequency_ppb, utc_offset);
	}
	if (err != 0) {
		if (why[0] == '\0') {
			snprintf(why, why_size, "clock %s: %s", name, strerror(-err));
		}
		if (s && s->page) {
			munmap(s->page, GN_VIRTUAL_CLOCK_PAGE_SIZE);
		}
		free(s);
		return err;
	}
	s->is_owner = true;
	*clock = clock_around(name, s, false);
	clock->epoch = (uint32_t)s->line.epoch;
	return 0;
}

int clock_virtual_create(struct clock *clock, const char *name, double initial_offset_s,
			 double initial_frequency_ppb, int utc_offset, char *why, size_t why_size)
{
	int lock, err;

	if (!clock_virtual_is_name(name)) {
		return refuse_name(name, why, why_size);
	}
	if (!(initial_frequency_ppb >= -GN_VIRTUAL_CLOCK_RATE_MAX_PPB &&
	      initial_frequency_ppb <= GN_VIRTUAL_CLOCK_RATE_MAX_PPB) ||
	    !(initial_offset_s >= -OFFSET_MAX_S && initial_offset_s <= OFFSET_MAX_S)) {
		snprintf(why, why_size, "clock %s: it can start within +-%.0f s and +-%d ppb", name,
			 OFFSET_MAX_S, GN_VIRTUAL_CLOCK_RATE_MAX_PPB);
		return -ERANGE;
	}
	lock = clock_lock(name, why, why_size);
	if (lock == -EBUSY) {
		return lock;
	}
	if (lock < 0) {
		log_warning("%s; going on without", why);
	}
	err = create(clock, name, initial_offset_s, initial_frequency_ppb, utc_offset, why, why_size);
	if (err != 0) {
		if (lock >= 0) {
			close(lock);
		}
		return err;
	}
	clock->lock = lock;
	return 0;
}

int clock_open_virtual(struct clock *clock, const char *name, double initial_offset_s,
		       double initial_frequency_ppb, char *why, size_t why_size)
{
	const int utc_offset_since_2017 = 37;

	return clock_virtual_create(clock, name, initial_offset_s, initial_frequency_ppb,
				    utc_offset_since_2017, why, why_size);
}

static int map_to_read(const char *name, struct virtual_state *s, char *why, size_t why_size)
{
	char path[GN_NAME_SIZE];
	struct stat st;
	int fd;

	shared_name(name, path);
	fd = shm_open(path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0) {
		int err = -errno;

		snprintf(why, why_size, "clock %s: %s; `gnomon clock list` shows the clocks there are", name,
			 err == -ENOENT ? "there is no such virtual clock" : strerror(-err));
		return err;
	}
	if (fstat(fd, &st) == 0 && st.st_size >= GN_VIRTUAL_CLOCK_PAGE_SIZE) {
		s->page = map_page(fd, PROT_READ);
	}
	close(fd);
	if (s->page && gn_virtual_clock_is_page(s->page)) {
		return 0;
	}
	snprintf(why, why_size, "clock %s: %s%s is no virtual clock of version %d", name,
		 SHARED_MEMORY_DIRECTORY, path, GN_VIRTUAL_CLOCK_VERSION);
	return -EPROTO;
}

int clock_open_virtual_readonly(struct clock *clock, const char *name, char *why, size_t why_size)
{
	struct virtual_state *s;
	struct gn_virtual_clock line;
	int err;

	if (!clock_virtual_is_name(name)) {
		return refuse_name(name, why, why_size);
	}
	s = calloc(1, sizeof(*s));
	if (!s) {
		snprintf(why, why_size, "clock %s: out of memory", name);
		return -ENOMEM;
	}
	err = map_to_read(name, s, why, why_size);
	if (err == 0 && !gn_virtual_clock_load(s->page, &line)) {
		snprintf(why, why_size, "clock %s: its owner ended in the middle of a change; start it again",
			 name);
		err = -EIO;
	}
	if (err != 0) {
		if (s->page) {
			munmap(s->page, GN_VIRTUAL_CLOCK_PAGE_SIZE);
		}
		free(s);
		return err;
	}
	*clock = clock_around(name, s, true);
	clock->epoch = (uint32_t)line.epoch;
	return 0;
}

/* ---- reading -------------------------------------------------------------------------------------------- */

bool clock_virtual_load(const struct clock *clock, struct gn_virtual_clock *out)
{
	const struct virtual_state *s = clock->state;

	return gn_virtual_clock_load(s->page, out);
}

bool clock_virtual_load_now(const struct clock *clock, struct gn_virtual_clock *out, int64_t *raw_ns)
{
	const struct virtual_state *s = clock->state;

	do {
		if (!gn_virtual_clock_load(s->page, out)) {
			return false;
		}
		*raw_ns = clock_raw_ns();
	} while (gn_virtual_clock_has_changed(s->page, out));
	return true;
}

/* The same process, not another one that got its pid. */
static bool owner_exists(const struct gn_virtual_clock *page)
{
	return (kill((pid_t)page->pid, 0) == 0 || errno == EPERM) &&
	       process_start(page->pid) == page->pid_start;
}

bool clock_virtual_is_alive(const struct gn_virtual_clock *page, int64_t raw_ns, char *why, size_t why_size)
{
	double silent_s = (double)(raw_ns - page->valid_until_raw_ns) / 1e9;

	if (page->pid == 0) {
		snprintf(why, why_size, "clock %s: its owner ended %.1f s ago; nobody keeps this time",
			 page->name, silent_s);
		return false;
	}
	if (raw_ns <= page->valid_until_raw_ns) {
		return true;
	}
	snprintf(why, why_size, "clock %s: its owner, process %lld, %s %.1f s ago; nobody keeps this time",
		 page->name, (long long)page->pid,
		 owner_exists(page) ? "exists but last vouched for it" : "died about",
		 silent_s + (double)CLOCK_VIRTUAL_VALID_NS / 1e9);
	return false;
}
