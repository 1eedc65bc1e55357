/* src/tools/sim_figures.c -- one pass over each node's samples and changes.
 *
 * Names and identities are looked up in sorted arrays, as there may be thousands of each. */
#include "tools/sim_figures.h"

#include "report/statistics.h"
#include "sim/node/node.h"
#include "sim/world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PS_PER_S 1e12
#define HOLD_S 5.0
#define TIMES_THE_MEDIAN 3.0
#define THRESHOLD_NS_MIN 1.0 /* below that nobody asks when */

struct work {
	const struct sim_run_seen *run;
	const struct observed_node *reference;
	const struct observation *o;
	struct sim_figures *nodes;
	size_t *by_identity;
	size_t *settles; /* of each node: 1 + the judgement that says what settled means; 0: none */
	double *values;  /* room for the samples of one node */
	double *seconds; /* likewise: the RMS of its seconds */
};

int64_t sim_end_ps(const struct sim_run_seen *run)
{
	int64_t now_ps = run->observation->world->queue.now_ps;

	return now_ps > 0 ? now_ps : run->scenario->duration_ps;
}

/* ---- against what ---- */

static bool is_of_offsets(const struct expectation *e)
{
	return e->subject == EXPECT_OFFSET || e->subject == EXPECT_SETTLES || e->subject == EXPECT_MTIE ||
	       e->subject == EXPECT_TDEV;
}

const struct observed_node *sim_reference(const struct sim_run_seen *run)
{
	const struct scenario *s = run->scenario;
	const struct observed_node *reference;
	const char *name = NULL;

	for (size_t i = 0; i < s->expectation_count; i++) {
		const struct expectation *e = &s->expectations[i];

		if (is_of_offsets(e) && name && strcmp(name, e->against) != 0) {
			return NULL;
		}
		name = is_of_offsets(e) ? e->against : name;
	}
	reference = name && name[0] ? observation_node(run->observation, name) : NULL;
	return reference && reference->samples ? reference : NULL;
}

double sim_offset(const struct observed_node *node, const struct observed_node *reference, size_t sample)
{
	const struct observed_sample *own = &node->samples[sample];
	const struct observed_sample *other = reference ? &reference->samples[sample] : NULL;

	if (!own->is_running || (other && !other->is_running)) {
		return (double)NAN;
	}
	return own->offset_ns - (other ? other->offset_ns : 0.0);
}

/* ---- settling ---- */

static double interval_s(const struct work *w)
{
	return (double)w->o->interval_ps / PS_PER_S;
}

static size_t samples_a_second(const struct work *w)
{
	double count = 1.0 / interval_s(w) + 0.5;

	return count >= 1.0 ? (size_t)count : 1;
}

/* The RMS of every second; NaN where the clock did not run all of it. Returns how many seconds there are. */
static size_t find_seconds(const struct work *w, const struct observed_node *node)
{
	size_t each = samples_a_second(w), count = w->o->sample_count / each;

	for (size_t s = 0; s < count; s++) {
		double sum = 0.0;

		for (size_t i = s * each; i < (s + 1) * each; i++) {
			double offset = sim_offset(node, w->reference, i);

			sum += offset * offset;
		}
		w->seconds[s] = sqrt(sum / (double)each);
	}
	return count;
}

static double usual_second(const struct work *w, size_t count)
{
	size_t n = 0;

	for (size_t s = count / 2; s < count; s++) {
		if (!isnan(w->seconds[s])) {
			w->values[n++] = w->seconds[s];
		}
	}
	return n ? statistics_percentile(w->values, n, 0.5) : (double)NAN;
}

/* In s; NaN: never. */
static double find_settled(const struct work *w, const struct observed_node *node,
			   const struct expectation *settles)
{
	size_t count = find_seconds(w, node), good = 0;
	double second_s = (double)samples_a_second(w) * interval_s(w);
	double threshold = fmax(TIMES_THE_MEDIAN * usual_second(w, count), THRESHOLD_NS_MIN);
	double hold_s = fmin(HOLD_S, second_s * (double)count / 4.0);

	if (settles) {
		threshold = settles->threshold_ns;
		hold_s = (double)settles->hold_ps / PS_PER_S;
	}
	for (size_t s = 0; s < count; s++) {
		good = w->seconds[s] < threshold ? good + 1 : 0;
		if (good && (double)good * second_s >= hold_s - 1e-9) {
			return (double)(s + 1 - good) * second_s;
		}
	}
	return (double)NAN;
}

/* ---- numbers ---- */

static size_t sample_at(const struct work *w, double time_s)
{
	double sample = isnan(time_s) ? 0.0 : ceil(time_s / interval_s(w) - 1e-6);

	return sample < (double)w->o->sample_count ? (size_t)sample : w->o->sample_count;
}

static double offset_of(const struct work *w, const struct observed_node *node, size_t i)
{
	return sim_offset(node, w->reference, i);
}

static double path_delay_of(const struct work *w, const struct observed_node *node, size_t i)
{
	(void)w;
	return (double)node->samples[i].path_delay_ns;
}

static double frequency_of(const struct work *w, const struct observed_node *node, size_t i)
{
	(void)w;
	return (double)node->samples[i].frequency_ppb;
}

static size_t collect(const struct work *w, const struct observed_node *node, size_t from,
		      double (*value_of)(const struct work *w, const struct observed_node *node, size_t i))
{
	size_t count = 0;

	for (size_t i = from; i < w->o->sample_count; i++) {
		double value = value_of(w, node, i);

		if (node->samples[i].is_running && isfinite(value)) {
			w->values[count++] = value;
		}
	}
	return count;
}

static double mean_of(const struct work *w, size_t count)
{
	return count ? statistics_summarize(w->values, count).mean : (double)NAN;
}

static void find_numbers(const struct work *w, struct sim_figures *f)
{
	size_t from = sample_at(w, f->settled_s);
	struct statistics_summary s;

	f->path_delay_ns = mean_of(w, collect(w, f->observed, from, path_delay_of));
	f->frequency_ppb = mean_of(w, collect(w, f->observed, from, frequency_of));
	f->samples = collect(w, f->observed, from, offset_of);
	if (!f->samples) {
		return;
	}
	s = statistics_summarize(w->values, f->samples);
	f->mean_ns = s.mean;
	f->rms_ns = s.rms;
	f->largest_ns = s.largest;
	for (size_t i = 0; i < f->samples; i++) {
		w->values[i] = fabs(w->values[i]);
	}
	f->p50_ns = statistics_percentile(w->values, f->samples, 0.5);
	f->p95_ns = statistics_percentile(w->values, f->samples, 0.95);
	f->p99_ns = statistics_percentile(w->values, f->samples, 0.99);
	f->p999_ns = statistics_percentile(w->values, f->samples, 0.999);
}

/* ---- who is what ---- */

static int compare_identities(const void *a, const void *b, void *context)
{
	const struct sim_figures *nodes = context;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return memcmp(&nodes[x].observed->identity, &nodes[y].observed->identity,
		      sizeof(struct gn_clock_identity));
}

static const char *name_of(const struct work *w, const struct gn_clock_identity *identity)
{
	size_t low = 0, high = w->o->node_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct observed_node *node = w->nodes[w->by_identity[middle]].observed;
		int order = memcmp(identity, &node->identity, sizeof(*identity));

		if (order == 0) {
			return node->name;
		}
		low = order > 0 ? middle + 1 : low;
		high = order > 0 ? high : middle;
	}
	return NULL;
}

static bool is_running(const struct observed_node *node, bool *has_run)
{
	bool runs = false;

	*has_run = false;
	for (size_t i = 0; i < node->change_count; i++) {
		*has_run = *has_run || node->changes[i].kind == OBSERVED_START;
		runs = node->changes[i].kind == OBSERVED_START ? true
		       : node->changes[i].kind == OBSERVED_END ? false
							       : runs;
	}
	return runs;
}

static int best_state(const struct node *node, const struct observed_node *observed, int64_t end_ps)
{
	int ports = node->config ? node->config->port_count : 1;

	for (int port = 1; port <= ports; port++) {
		if (observation_state(observed, (uint16_t)port, end_ps) == GN_PORT_TIME_RECEIVER) {
			return GN_PORT_TIME_RECEIVER;
		}
	}
	return (int)observation_state(observed, 1, end_ps);
}

/* The role of a clock that is its own grandmaster: one that waits, passive or faulty, is nobody's receiver. */
static const char *follows_nobody(const struct gn_config *config, int state, const char *role)
{
	bool may_serve = config && config->port_count == 1 && !config->client_only;

	if (state == GN_PORT_TIME_TRANSMITTER) {
		return "grandmaster";
	}
	return may_serve ? "ordinary clock" : role;
}

static void find_role(const struct work *w, struct sim_figures *f, int64_t end_ps)
{
	static const struct gn_clock_identity none;
	bool has_run, runs = is_running(f->observed, &has_run);

	f->role = has_run ? "stopped" : "never started";
	if (!runs) {
		return;
	}
	f->state = best_state(f->node, f->observed, end_ps);
	f->grandmaster = observation_grandmaster(f->observed, end_ps);
	f->role = f->node->config && f->node->config->port_count > 1 ? "boundary clock" : "time receiver";
	if (memcmp(&f->grandmaster, &f->observed->identity, sizeof(none)) == 0) {
		f->grandmaster_name = f->observed->name;
		f->role = follows_nobody(f->node->config, f->state, f->role);
	} else if (memcmp(&f->grandmaster, &none, sizeof(none)) != 0) {
		f->grandmaster_name = name_of(w, &f->grandmaster);
	}
}

static void count_changes(struct sim_figures *f)
{
	for (size_t i = 0; i < f->observed->change_count; i++) {
		f->steps += f->observed->changes[i].kind == OBSERVED_STEP;
	}
	for (int reason = 0; reason < GN_DROPS; reason++) {
		f->drops += f->observed->drops[reason];
	}
}

/* ---- verdicts ---- */

static bool is_name_of(const char *name, size_t length, const struct observed_node *node)
{
	return strncmp(name, node->name, length) == 0 && node->name[length] == '\0';
}

/* Verdicts come in the order of nodes: the one after the last is tried first. Length: of the name. */
static size_t find_named(const struct work *w, const char *name, size_t length, size_t from)
{
	size_t count = w->o->node_count;

	for (size_t k = 0; k < count; k++) {
		if (is_name_of(name, length, &w->o->nodes[(from + k) % count])) {
			return (from + k) % count;
		}
	}
	return SIZE_MAX;
}

/* A port's ("client.1") is its node's. */
static size_t find_node(const struct work *w, const char *name, size_t from)
{
	size_t found = find_named(w, name, strlen(name), from);
	const char *dot = strrchr(name, '.');

	if (found == SIZE_MAX && dot) {
		return find_named(w, name, (size_t)(dot - name), from);
	}
	return found;
}

static void take_verdicts(const struct work *w)
{
	size_t at = 0;

	for (size_t i = 0; i < w->run->judgements->count; i++) {
		const struct sim_judgement *j = &w->run->judgements->list[i];
		bool is_settling = j->expectation->subject == EXPECT_SETTLES &&
				   strcmp(j->expectation->against, w->reference ? w->reference->name : "") ==
					   0;
		size_t node;

		if (j->verdict.holds && !is_settling) {
			continue;
		}
		node = find_node(w, j->verdict.node, at);
		if (node == SIZE_MAX) {
			continue;
		}
		at = node + 1;
		w->nodes[node].failures += !j->verdict.holds;
		if (is_settling && !w->settles[node]) {
			w->settles[node] = i + 1;
		}
	}
}

/* ---- all of it ---- */

static int compare_worst(const void *a, const void *b, void *context)
{
	const struct sim_figures *nodes = context;
	size_t i = *(const size_t *)a, k = *(const size_t *)b;
	const struct sim_figures *x = &nodes[i], *y = &nodes[k];
	double x_rms = x->samples ? x->rms_ns : -1.0, y_rms = y->samples ? y->rms_ns : -1.0;

	if (x->failures != y->failures) {
		return x->failures > y->failures ? -1 : 1;
	}
	if (x_rms < y_rms || x_rms > y_rms) {
		return x_rms > y_rms ? -1 : 1;
	}
	return (i > k) - (i < k);
}

static const struct expectation *settles_of(const struct work *w, size_t node)
{
	return w->settles[node] ? w->run->judgements->list[w->settles[node] - 1].expectation : NULL;
}

static void find_all(struct work *w, size_t *worst)
{
	int64_t end_ps = sim_end_ps(w->run);
	const double none = (double)NAN;

	for (size_t i = 0; i < w->o->node_count; i++) {
		w->nodes[i].observed = &w->o->nodes[i];
		w->nodes[i].node = &w->o->world->nodes[i];
		w->by_identity[i] = worst[i] = i;
	}
	qsort_r(w->by_identity, w->o->node_count, sizeof(w->by_identity[0]), compare_identities, w->nodes);
	take_verdicts(w);
	for (size_t i = 0; i < w->o->node_count; i++) {
		struct sim_figures *f = &w->nodes[i];

		f->settled_s = f->mean_ns = f->rms_ns = f->p50_ns = f->p95_ns = f->p99_ns = f->p999_ns = none;
		f->largest_ns = f->path_delay_ns = f->frequency_ppb = none;
		find_role(w, f, end_ps);
		count_changes(f);
		if (f->observed->samples) {
			f->settled_s = find_settled(w, f->observed, settles_of(w, i));
			find_numbers(w, f);
		}
	}
	qsort_r(worst, w->o->node_count, sizeof(worst[0]), compare_worst, w->nodes);
}

bool sim_figures_find(struct sim_all_figures *out, const struct sim_run_seen *run)
{
	const struct observation *o = run->observation;
	size_t count = o->node_count + 1, samples = o->sample_count + 1;
	struct work w = { .run = run,
			  .reference = sim_reference(run),
			  .o = o,
			  .nodes = calloc(count, sizeof(w.nodes[0])),
			  .by_identity = calloc(count, sizeof(w.by_identity[0])),
			  .settles = calloc(count, sizeof(w.settles[0])),
			  .values = calloc(samples, sizeof(double)),
			  .seconds = calloc(samples, sizeof(double)) };
	size_t *worst = calloc(count, sizeof(worst[0]));
	bool is_done = w.nodes && w.by_identity && w.settles && w.values && w.seconds && worst;

	if (is_done) {
		find_all(&w, worst);
		*out = (struct sim_all_figures){ w.nodes, w.reference, worst, o->node_count,
						 (double)sim_end_ps(run) / PS_PER_S };
	} else {
		free(w.nodes);
		free(worst);
	}
	free(w.by_identity);
	free(w.settles);
	free(w.values);
	free(w.seconds);
	return is_done;
}

void sim_figures_free(struct sim_all_figures *figures)
{
	free(figures->nodes);
	free(figures->worst);
}
