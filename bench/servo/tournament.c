/* bench/servo/tournament.c -- workers take the next trial from a counter in shared memory and put its outcome there. */
#include "bench/servo/tournament.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct shared {
	size_t next, done;
	struct outcome outcomes[];
};

size_t tournament_seeds(const struct tournament *t)
{
	return (size_t)(t->seed_to - t->seed_from + 1);
}

static size_t shared_size(const struct tournament *t)
{
	return sizeof(struct shared) + t->family_count * tournament_seeds(t) * sizeof(struct outcome);
}

static struct shared *shared_of(const struct tournament *t)
{
	return (struct shared *)(void *)((char *)t->outcomes - sizeof(struct shared));
}

static void work(const struct tournament *t, struct shared *shared)
{
	size_t seeds = tournament_seeds(t), count = t->family_count * seeds, i;

	while ((i = __atomic_fetch_add(&shared->next, 1, __ATOMIC_RELAXED)) < count) {
		play_and_score(&shared->outcomes[i], t->wanted[i / seeds], t->set, t->seed_from + i % seeds,
			       t->contestants);
		__atomic_fetch_add(&shared->done, 1, __ATOMIC_RELEASE);
	}
}

static void show_progress(const struct tournament *t, const struct shared *shared)
{
	size_t count = t->family_count * tournament_seeds(t);
	size_t done = __atomic_load_n(&shared->done, __ATOMIC_ACQUIRE);

	fprintf(stderr, "\r%zu of %zu trials, %zu %% ", done, count, 100 * done / count);
	fflush(stderr);
}

/* Until all have ended; false if one of them did not well. */
static bool wait_for(const struct tournament *t, const struct shared *shared, int workers)
{
	bool is_well = true;

	while (workers > 0) {
		int status = 0;
		pid_t ended = waitpid(-1, &status, t->is_progress_shown ? WNOHANG : 0);

		if (ended < 0 && errno != EINTR) {
			return false;
		}
		if (ended > 0) {
			workers--;
			is_well = is_well && WIFEXITED(status) && WEXITSTATUS(status) == 0;
		} else if (t->is_progress_shown) {
			show_progress(t, shared);
			usleep(200000);
		}
	}
	if (t->is_progress_shown) {
		fprintf(stderr, "\r%40s\r", "");
	}
	return is_well;
}

bool tournament_run(struct tournament *t)
{
	struct shared *shared = mmap(NULL, shared_size(t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
				     -1, 0);
	int workers = 0;

	if (shared == MAP_FAILED) {
		return false;
	}
	t->outcomes = shared->outcomes;
	for (; workers < t->jobs; workers++) {
		pid_t child = fork();

		if (child == 0) {
			work(t, shared);
			_exit(0);
		}
		if (child < 0) {
			break;
		}
	}
	return workers > 0 && wait_for(t, shared, workers);
}

void tournament_free(struct tournament *t)
{
	if (t->outcomes) {
		munmap(shared_of(t), shared_size(t));
		t->outcomes = NULL;
	}
}
