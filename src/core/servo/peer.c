/* src/core/servo/peer.c -- the mean delay as the peer delay mechanism measures it, beside Sync. */
#include "core/servo/adaptive.h"
#include "core/servo/math.h"

#define PEER_NOISE_MEMORY 64.0
#define PEER_VARIANCE_MIN 1.0 /* ns^2 */
#define OUTLIER_PEER 6.0      /* deviations */
#define WIDEN 4.0             /* of the variance */

static void learn_peer_noise(struct adaptive *a, double delay)
{
	double change = delay - a->peer_delay, square = change * change / 2;

	a->peer_seen += a->peer_seen < UINT32_MAX;
	if (a->peer_seen < 3) {
		a->peer_variance = square + 1;
	} else {
		a->peer_variance += (square - a->peer_variance) /
				    (a->peer_seen < PEER_NOISE_MEMORY ? a->peer_seen : PEER_NOISE_MEMORY);
	}
}

/* Two peer delays in a row that say by about as much that the path is another one: it is, both ways. */
static void suspect_peer_delay(struct adaptive *a, double off, double variance)
{
	if (a->peer_suspects > 0 &&
	    gn_math_fabs(off - a->peer_off) < OUTLIER_PEER * gn_math_sqrt(2 * variance)) {
		off = (off + a->peer_off) / 2;
		adaptive_shift(a, off, off, variance);
		adaptive_tell(a, SERVO_FOUND_PATH_CHANGE, off, 0);
		jump_forget(a);
		a->peer_suspects = 0;
		return;
	}
	/* Two that contradict each other too are noise that has become larger. */
	a->peer_variance *= a->peer_suspects > 0 ? WIDEN : 1;
	a->peer_off = off;
	a->peer_suspects = 1;
}

void peer_delay_take(struct adaptive *a, double delay, double deviation_ns)
{
	double known = deviation_ns * deviation_ns, variance, off;
	struct bank_estimate e;

	if (!a->has_peer_delay) {
		a->has_peer_delay = true;
		a->peer_variance = known > 0 ? known : a->direction[DIRECTION_SYNC].noise.model.variance;
		a->peer_delay = delay;
		if (a->bank.has_sync) {
			bank_measure_delay(&a->bank, delay, a->peer_variance);
		}
		return;
	}
	bank_estimate(&a->bank, &e);
	variance = known > 0 ? known : a->peer_variance + PEER_VARIANCE_MIN;
	off = delay - (e.sync + e.delay) / 2;
	if (a->bank.has_sync && a->bank.has_delay && a->peer_seen >= 8 &&
	    off * off > OUTLIER_PEER * OUTLIER_PEER * 2 * variance) {
		suspect_peer_delay(a, off, variance);
		a->peer_delay = delay;
		return;
	}
	if (a->peer_suspects == 0) {
		learn_peer_noise(a, delay);
	}
	a->peer_suspects = 0;
	a->peer_delay = delay;
	if (a->bank.has_sync) {
		bank_measure_delay(&a->bank, delay, variance);
	}
}
