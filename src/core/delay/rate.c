/* src/core/delay/rate.c -- first and last of a row of readings: the longer apart, the better the ratio. */
#include "core/delay/rate.h"

void rate_init(struct rate_estimate *r, int log_window, int log_interval)
{
	int64_t shift = (int64_t)log_window - log_interval; /* the window may be any int */

	*r = (struct rate_estimate){ .ratio = 1.0 };
	r->needed = shift <= 0 ? 1 : shift >= 31 ? UINT32_MAX : (uint32_t)1 << shift;
}

static double as_double(struct gn_offset o)
{
	return (double)o.nanoseconds + (double)o.fraction / 65536.0;
}

/* No clock runs twice or half as fast as another: somebody lies, or stepped. */
static bool is_believable(double ratio)
{
	return ratio > 0.5 && ratio < 2.0;
}

bool rate_update(struct rate_estimate *r, struct gn_precise remote, struct gn_precise local, bool *is_bad)
{
	double remote_span, local_span;

	*is_bad = false;
	if (!r->has_first) {
		r->has_first = true;
		r->remote = remote;
		r->local = local;
		r->count = 0;
		return false;
	}
	if (++r->count < r->needed) {
		return false;
	}
	remote_span = as_double(gn_precise_distance(remote, r->remote));
	local_span = as_double(gn_precise_distance(local, r->local));
	r->remote = remote;
	r->local = local;
	r->count = 0;
	if (!(local_span > 0.0) || !(remote_span > 0.0)) {
		*is_bad = true;
		return false;
	}
	if (!is_believable(remote_span / local_span)) {
		*is_bad = true;
		return false;
	}
	r->ratio = remote_span / local_span;
	r->is_valid = true;
	return true;
}
