/* src/tools/sim_progress.c -- the world runs for a piece of its time that takes about a twentieth of a second of ours. */
#include "tools/sim_progress.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define FIRST_PIECE_PS (10 * PS_PER_MS)
#define PIECE_S_MIN 0.02
#define PIECE_S_MAX 0.1
#define SHOWN_AFTER_S 0.5
#define SHOWN_EVERY_S 0.2
#define LINE_WIDTH 79

static volatile sig_atomic_t was_interrupted;

static void note(int signal)
{
	(void)signal;
	was_interrupted = 1;
}

void sim_progress_catch(void)
{
	struct sigaction action = { .sa_handler = note, .sa_flags = (int)SA_RESETHAND };

	(void)sigaction(SIGINT, &action, NULL); /* cannot fail: the signal exists */
}

void sim_progress_release(void)
{
	(void)signal(SIGINT, SIG_DFL);
}

bool sim_progress_interrupted(void)
{
	return was_interrupted;
}

void sim_progress_end(void)
{
	if (was_interrupted) {
		sim_progress_release();
		(void)raise(SIGINT);
	}
}

static double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void sim_progress_text(double simulated_s, double until_s, double passed_s, char *out, size_t size)
{
	double speed = passed_s > 0 ? simulated_s / passed_s : 0;
	double left_s = speed > 0 ? (until_s - simulated_s) / speed : 0;
	int decimals = until_s < 10 ? 2 : until_s < 1000 ? 1 : 0;

	snprintf(out, size, "%.*f s of %.6g s, %.0f%%, %.*fx real time, %.0f s left", decimals, simulated_s,
		 until_s, until_s > 0 ? 100 * simulated_s / until_s : 100.0, speed < 10 ? 2 : 0, speed,
		 left_s);
}

static void show(const struct world *world, int64_t until_ps, double passed_s)
{
	char text[160];

	sim_progress_text((double)world->queue.now_ps / (double)PS_PER_SECOND,
			  (double)until_ps / (double)PS_PER_SECOND, passed_s, text, sizeof(text));
	fprintf(stderr, "\r%-*.*s", LINE_WIDTH, LINE_WIDTH, text);
	fflush(stderr);
}

void sim_progress_run(struct world *world, int64_t until_ps, bool is_shown)
{
	double started = seconds_now(), piece_began = started,
	       shown = started + SHOWN_AFTER_S - SHOWN_EVERY_S;
	int64_t piece_ps = FIRST_PIECE_PS, at_ps = 0;
	bool was_shown = false;

	while (at_ps < until_ps && !world->is_ended) {
		double now;

		at_ps = until_ps - at_ps > piece_ps ? at_ps + piece_ps : until_ps;
		world_run(world, at_ps);
		now = seconds_now();
		if (now - piece_began < PIECE_S_MIN) {
			piece_ps += piece_ps < until_ps ? piece_ps : 0;
		} else if (now - piece_began > PIECE_S_MAX && piece_ps > 1) {
			piece_ps /= 2;
		}
		piece_began = now;
		if (was_interrupted) {
			world->is_ended = true;
		} else if (is_shown && now - shown > SHOWN_EVERY_S && at_ps < until_ps) {
			show(world, until_ps, now - started);
			shown = now;
			was_shown = true;
		}
	}
	if (was_shown) {
		fprintf(stderr, "\r%*s\r", LINE_WIDTH, "");
		fflush(stderr);
	}
}
