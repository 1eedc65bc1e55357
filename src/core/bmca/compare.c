/* src/core/bmca/compare.c -- Figure 34 as one sortable key: the fields in deciding order, most significant octet first,
 * so that a single memcmp() compares and the smaller rank wins. Figure 35 as a second one. */
#include "core/bmca/compare.h"

#include "core/wire/octets.h"

#include <string.h>

struct rank {
	uint8_t octets[24];
};

static struct rank rank_of(const struct bmca_dataset *ds)
{
	struct rank rank = { { 0 } };
	struct wire_writer w = wire_writer(rank.octets, sizeof(rank.octets));

	wire_put_u8(&w, ds->priority1);
	wire_put_clock_quality(&w, &ds->clock_quality);
	wire_put_u8(&w, ds->priority2);
	wire_put_clock_identity(&w, &ds->grandmaster_identity);
	return rank;
}

/* Part 2's order: steps removed, sender's clockIdentity, receiving port. The sender's port number comes last: it decides
 * only between two ports of one clock that reach us on one port, where the figure says error-2 (ADR 0003). */
static struct rank path_rank_of(const struct bmca_dataset *ds)
{
	struct rank rank = { { 0 } };
	struct wire_writer w = wire_writer(rank.octets, sizeof(rank.octets));

	wire_put_u16(&w, ds->steps_removed);
	wire_put_clock_identity(&w, &ds->sender.clock_identity);
	wire_put_u16(&w, ds->receiver.port_number);
	wire_put_u16(&w, ds->sender.port_number);
	return rank;
}

static int sign(int difference)
{
	return (difference > 0) - (difference < 0);
}

static int compare_ranks(struct rank a, struct rank b)
{
	return sign(memcmp(b.octets, a.octets, sizeof(a.octets))); /* the smaller wins: positive for A */
}

/* A path one step longer is worse; whether only by topology depends on which side of the shared path has the lower
 * identity. `longer` is the one with the step more; the result is from its point of view. */
static enum bmca_verdict one_step_longer(const struct bmca_dataset *longer)
{
	int side = memcmp(longer->receiver.clock_identity.octets, longer->sender.clock_identity.octets, 8);

	if (side == 0) {
		return BMCA_EQUAL; /* error-1: sent and received by the same clock */
	}
	return side < 0 ? BMCA_B_BETTER : BMCA_B_BETTER_BY_TOPOLOGY;
}

/* Figure 35: same grandmaster, so the path decides. */
static enum bmca_verdict compare_paths(const struct bmca_dataset *a, const struct bmca_dataset *b)
{
	int more = (int)a->steps_removed - (int)b->steps_removed;

	if (more > 1) {
		return BMCA_B_BETTER;
	}
	if (more < -1) {
		return BMCA_A_BETTER;
	}
	if (more == 1) {
		return one_step_longer(a);
	}
	if (more == -1) {
		return (enum bmca_verdict)(-one_step_longer(b));
	}
	return (enum bmca_verdict)compare_ranks(path_rank_of(a), path_rank_of(b));
}

enum bmca_verdict bmca_compare(const struct bmca_dataset *a, const struct bmca_dataset *b)
{
	if (gn_clock_identity_equal(&a->grandmaster_identity, &b->grandmaster_identity)) {
		return compare_paths(a, b);
	}
	return (enum bmca_verdict)(2 * compare_ranks(rank_of(a), rank_of(b)));
}
