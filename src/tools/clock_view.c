/* src/tools/clock_view.c -- reading and wording. A reading is taken for the middle of its bracket: wrong by half of it at
 * most, and that is what is said. */
#include "tools/clock_view.h"

#include "linux/clock_virtual.h"
#include "report/json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define DIVISOR_PS 1000
#define FRACTION 65536

static int64_t middle_of(const struct clock_reading *r)
{
	return r->raw_before_ns + (r->raw_after_ns - r->raw_before_ns) / 2;
}

static int64_t half_width_of(const struct clock_reading *r)
{
	return (r->raw_after_ns - r->raw_before_ns + 1) / 2;
}

/* ---- one clock ---------------------------------------------------------------------------------------- */

static void look_at_page(struct clock *clock, struct clock_view *view)
{
	view->is_virtual = true;
	if (!clock_virtual_load(clock, &view->page)) {
		view->is_kept = false;
		snprintf(view->why, sizeof(view->why), "clock %s: its owner ended in the middle of a change",
			 view->name);
		return;
	}
	view->is_kept = clock_virtual_is_alive(&view->page, view->raw_ns, view->why, sizeof(view->why));
	view->timescale = view->page.timescale == GN_TIMESCALE_PTP ? "TAI" : "";
}

int clock_view_take(struct clock *clock, struct clock_view *out)
{
	struct clock_view view = { .name = clock->name, .kind = clock->operations->kind, .is_kept = true };
	struct clock_reading reading;
	int err = clock->operations->read(clock, &reading);

	if (err != 0) {
		return err;
	}
	view.time = reading.clock;
	view.raw_ns = middle_of(&reading);
	view.doubt_ns = half_width_of(&reading);
	view.timescale = clock->is_utc                                                    ? "UTC"
			 : clock->phc_index >= 0 || strcmp(clock->name, "CLOCK_TAI") == 0 ? "TAI"
											  : "";
	view.rate_limit = clock->rate_limit;
	view.has_rate = clock->operations->get_rate(clock, &view.rate) == 0;
	view.owner = clock_owner(clock->name);
	if (clock_is_virtual(clock)) {
		look_at_page(clock, &view);
	}
	*out = view;
	return 0;
}

const char *clock_view_date(struct gn_precise time, char out[40])
{
	time_t seconds = (time_t)time.whole.seconds;
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || tm.tm_year > 8099) {
		snprintf(out, 40, "%" PRIu64 ".%09u s", time.whole.seconds,
			 time.whole.nanoseconds % GN_NS_PER_SECOND);
		return out;
	}
	snprintf(out, 40, "%04u-%02u-%02u %02u:%02u:%02u.%09u", (unsigned)(tm.tm_year + 1900) % 10000u,
		 (unsigned)(tm.tm_mon + 1) % 100u, (unsigned)tm.tm_mday % 100u, (unsigned)tm.tm_hour % 100u,
		 (unsigned)tm.tm_min % 100u, (unsigned)tm.tm_sec % 100u,
		 time.whole.nanoseconds % GN_NS_PER_SECOND);
	return out;
}

static void print_virtual(const struct clock_view *v)
{
	double now = (double)v->raw_ns;

	printf("  oscillator  %+.3f ppb by itself, %" PRIu64 " step%s since it began %.0f s ago\n",
	       gn_rate_to_ppb((struct gn_rate){ v->page.free_running_rate }), v->page.steps,
	       v->page.steps == 1 ? "" : "s", (now - (double)v->page.created_raw_ns) / 1e9);
	if (v->page.synchronized_raw_ns == 0) {
		printf("  follows     nobody so far\n");
	} else {
		printf("  follows     a time transmitter, as of %.1f s ago\n",
		       (now - (double)v->page.synchronized_raw_ns) / 1e9);
	}
}

void clock_view_print(const struct clock_view *v)
{
	char date[40];

	printf("%s (%s)\n", v->name, v->kind);
	printf("  time        %s%s%s\n", clock_view_date(v->time, date), v->timescale[0] ? " " : "",
	       v->timescale);
	if (v->doubt_ns > 0) {
		printf("  read within %" PRId64 " ns\n", v->doubt_ns);
	}
	if (v->has_rate) {
		printf("  steered by  %+.3f ppb (limit %.0f ppb)\n", gn_rate_to_ppb(v->rate),
		       gn_rate_to_ppb(v->rate_limit));
	}
	if (v->is_virtual) {
		print_virtual(v);
	}
	if (v->owner > 0) {
		printf("  owner       process %d\n", v->owner);
	} else {
		printf("  owner       %s\n", v->owner < 0 ? "some process" : "no process of Gnomon");
	}
	if (!v->is_kept) {
		printf("  NOT KEPT    %s\n", v->why);
	}
}

static void put_stdout(void *context, const char *text, size_t length)
{
	(void)context;
	fwrite(text, 1, length, stdout);
}

void clock_view_print_json(const struct clock_view *v, bool is_indented)
{
	struct json j = json_to(put_stdout, NULL, is_indented);

	json_begin_object(&j, NULL);
	json_text(&j, "name", v->name);
	json_text(&j, "kind", v->kind);
	json_unsigned(&j, "seconds", v->time.whole.seconds);
	json_unsigned(&j, "nanoseconds", v->time.whole.nanoseconds);
	if (v->timescale[0]) {
		json_text(&j, "timescale", v->timescale);
	} else {
		json_null(&j, "timescale");
	}
	json_integer(&j, "raw_ns", v->raw_ns);
	json_integer(&j, "doubt_ns", v->doubt_ns);
	if (v->has_rate) {
		json_integer(&j, "rate_scaled_ppb", v->rate.scaled_ppb);
	} else {
		json_null(&j, "rate_scaled_ppb");
	}
	json_integer(&j, "rate_limit_scaled_ppb", v->rate_limit.scaled_ppb);
	if (v->owner > 0) {
		json_integer(&j, "owner", v->owner);
	} else {
		json_null(&j, "owner");
	}
	json_bool(&j, "is_kept", v->is_kept);
	if (v->is_virtual) {
		json_begin_object(&j, "virtual");
		json_unsigned(&j, "epoch", v->page.epoch);
		json_unsigned(&j, "steps", v->page.steps);
		json_integer(&j, "free_running_scaled_ppb", v->page.free_running_rate);
		json_integer(&j, "created_raw_ns", v->page.created_raw_ns);
		json_integer(&j, "changed_raw_ns", v->page.changed_raw_ns);
		json_integer(&j, "valid_until_raw_ns", v->page.valid_until_raw_ns);
		if (v->page.synchronized_raw_ns != 0) {
			json_integer(&j, "synchronized_raw_ns", v->page.synchronized_raw_ns);
		} else {
			json_null(&j, "synchronized_raw_ns");
		}
		json_end_object(&j);
	}
	json_end_object(&j);
	fflush(stdout);
}

/* ---- two clocks --------------------------------------------------------------------------------------- */

struct clock_difference clock_difference_of(const struct clock_reading *a, const struct clock_reading *b)
{
	struct gn_offset apart = gn_precise_distance(a->clock, b->clock);
	struct gn_offset passed = gn_offset_from_ns(middle_of(a) - middle_of(b));

	return (struct clock_difference){ .difference = gn_offset_sub(apart, passed),
					  .raw_ns = middle_of(a),
					  .doubt_ns = half_width_of(a) + half_width_of(b) };
}

static int take_exact(struct clock *a, struct clock *b, struct clock_difference *out)
{
	struct gn_virtual_clock line_a, line_b, again;
	int64_t raw_ns;

	/* All three hold at raw_ns if a's line was not changed until b's was known to hold. */
	do {
		if (!clock_virtual_load(a, &line_a) || !clock_virtual_load_now(b, &line_b, &raw_ns) ||
		    !clock_virtual_load(a, &again)) {
			return -EIO;
		}
	} while (again.sequence != line_a.sequence);
	*out = (struct clock_difference){
		.difference = gn_precise_distance(gn_virtual_clock_at(&line_a, raw_ns),
						  gn_virtual_clock_at(&line_b, raw_ns)),
		.raw_ns = raw_ns,
		.is_exact = true,
	};
	return 0;
}

int clock_difference_take(struct clock *a, struct clock *b, struct clock_difference *out)
{
	struct clock_reading ra, rb;
	int err;

	if (clock_is_virtual(a) && clock_is_virtual(b)) {
		return take_exact(a, b, out);
	}
	err = a->operations->read(a, &ra);
	if (err == 0) {
		err = b->operations->read(b, &rb);
	}
	if (err == 0) {
		*out = clock_difference_of(&ra, &rb);
	}
	return err;
}

const char *clock_view_seconds(struct gn_offset offset, char out[48])
{
	bool is_negative = offset.nanoseconds < 0;
	uint64_t ns = (uint64_t)offset.nanoseconds;
	uint64_t fraction = offset.fraction;

	if (is_negative) { /* -(ns + f) = (-ns - 1) + (1 - f), the fraction counts forward */
		ns = fraction ? ~ns : ~ns + 1;
		fraction = fraction ? FRACTION - fraction : 0;
	}
	snprintf(out, 48, "%c%" PRIu64 ".%09" PRIu64 "%03" PRIu64, is_negative ? '-' : '+',
		 ns / GN_NS_PER_SECOND, ns % GN_NS_PER_SECOND, fraction * DIVISOR_PS / FRACTION);
	return out;
}
