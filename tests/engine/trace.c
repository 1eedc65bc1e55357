/* tests/engine/trace.c -- prints a trace of a small world, to be compared between compilers and processors: same seed, same
 * trace, octet for octet. Every line has the hash of all actions so far, so the first line that differs tells when. */
#include "tests/engine/world.h"

#include "core/assert.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void gn_assertion_failed(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, what);
	abort();
}

static struct world w;

static void build(uint64_t seed)
{
	world_init(&w, seed);
	for (int i = 0; i < 6; i++) {
		world_add(&w, i == 0 || i == 5 ? 1 : 2, i * 1234567LL, (i - 2) * 7777);
		world_config(&w, i)->priority1 = i + 1;
		for (int p = 0; p < 2; p++) {
			w.node[i].ports[p].delay_mechanism = seed % 2 ? GN_DELAY_P2P : GN_DELAY_E2E;
			w.node[i].ports[p].log_sync_interval = -(int)(seed % 4);
			w.node[i].ports[p].tsproc_mode = (int)(seed % 4);
			w.node[i].ports[p].delay_filter = seed % 3 ? GN_FILTER_MOVING_MEDIAN
								   : GN_FILTER_MOVING_AVERAGE;
		}
	}
	for (int i = 0; i + 1 < 6; i++) {
		world_link(&w, 500 + i * 77, i, i == 0 ? 1 : 2, i + 1, 1);
	}
}

int main(void)
{
	for (uint64_t seed = 1; seed <= 8; seed++) {
		build(seed);
		world_start_all(&w);
		for (int second = 1; second <= 60; second++) {
			world_run(&w, 1);
			printf("%llu %d %016llx %lld\n", (unsigned long long)seed, second,
			       (unsigned long long)w.hash, (long long)world_difference(&w, 5, 0));
		}
		world_free(&w);
	}
	return 0;
}
