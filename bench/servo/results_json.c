/* bench/servo/results_json.c -- see results.h. */
#include "bench/servo/results.h"

#include "report/json.h"

#include <math.h>

static void put_contestants(struct json *j, const struct verdict *v)
{
	json_begin_object(j, "contestants");
	for (int c = 0; c < CONTESTANTS; c++) {
		if (!v->took_part[c]) {
			continue;
		}
		json_begin_object(j, contestant_name((enum contestant)c));
		json_number(j, "rms_ratio", v->ratio[c]);
		json_number(j, "pooled_ratio", v->pooled[c]);
		json_number(j, "settle_ratio", v->settle[c]);
		json_unsigned(j, "never_settled", v->unsettled[c]);
		json_number(j, "worst_adaptive_ratio", v->worst[c]);
		json_unsigned(j, "worst_seed", v->worst_seed[c]);
		json_end_object(j);
	}
	json_end_object(j);
}

static void put_trial(struct json *j, const struct outcome *o)
{
	json_begin_object(j, NULL);
	json_unsigned(j, "seed", o->trial.seed);
	json_number(j, "interval_s", o->trial.interval_s);
	json_number(j, "walk_ppb", o->trial.oscillator.walk);
	json_number(j, "white_ppb", o->trial.oscillator.white);
	json_number(j, "noise_ns", o->trial.down.sigma_ns);
	json_number(j, "optimum_rms_ns", o->optimum.rms_ns);
	for (int c = 0; c < CONTESTANTS; c++) {
		if (o->took_part[c]) {
			json_number(j, contestant_name((enum contestant)c),
				    verdict_ratio(o, (enum contestant)c));
		}
	}
	json_number(j, "covered", o->scores[CONTESTANT_ADAPTIVE].covered);
	json_number(j, "bound_ratio", o->scores[CONTESTANT_ADAPTIVE].bound);
	json_end_object(j);
}

static void put_family(struct json *j, const struct verdict *v, const struct outcome *outcomes, size_t count)
{
	json_begin_object(j, NULL);
	json_text(j, "name", v->family->name);
	json_text(j, "about", v->family->about);
	json_unsigned(j, "trials", v->trials);
	json_number(j, "optimum_rms_ns", v->optimum_rms_ns);
	json_number(j, "optimum_normal", v->optimum_normal);
	json_number(j, "limit", v->family->limit_of == LIMIT_NONE ? (double)NAN : v->family->limit);
	json_number(j, "value", v->value);
	json_number(j, "covered", v->covered);
	json_number(j, "bound_ratio", v->bound);
	json_bool(j, "is_good", verdict_is_good(v));
	put_contestants(j, v);
	json_begin_array(j, "outcomes");
	for (size_t i = 0; i < count; i++) {
		if (outcomes[i].is_done) {
			put_trial(j, &outcomes[i]);
		}
	}
	json_end_array(j);
	json_end_object(j);
}

static void put_costs(struct json *j, const struct cost *costs)
{
	json_begin_object(j, "cost");
	for (int c = 0; costs && c < CONTESTANTS; c++) {
		if (costs[c].is_known) {
			json_begin_object(j, contestant_name((enum contestant)c));
			json_number(j, "message_ns", costs[c].message_ns);
			json_unsigned(j, "octets", costs[c].octets);
			json_end_object(j);
		}
	}
	json_end_object(j);
}

void results_put_json(const struct results *results, report_sink sink, void *context)
{
	const struct tournament *t = results->tournament;
	struct json j = json_to(sink, context, true);
	size_t seeds = tournament_seeds(t);
	bool is_good = true;

	json_begin_object(&j, NULL);
	json_text(&j, "set", t->set == TRIAL_TUNING ? "tuning" : "judging");
	json_unsigned(&j, "seed_from", t->seed_from);
	json_unsigned(&j, "seed_to", t->seed_to);
	json_begin_array(&j, "families");
	for (size_t i = 0; i < t->family_count; i++) {
		put_family(&j, &results->verdicts[i], &t->outcomes[i * seeds], seeds);
		is_good = is_good && verdict_is_good(&results->verdicts[i]);
	}
	json_end_array(&j);
	put_costs(&j, results->costs);
	json_bool(&j, "is_good", is_good);
	json_end_object(&j);
}
