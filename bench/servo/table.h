/* bench/servo/table.h -- verdicts and trials as text. */
#ifndef BENCH_SERVO_TABLE_H
#define BENCH_SERVO_TABLE_H

#include "bench/servo/cost.h"
#include "bench/servo/verdict.h"

void table_head(void);
void table_row(const struct verdict *verdict);
void table_costs(const struct cost costs[CONTESTANTS]);
void table_legend(void);

/* A trial with all that was drawn for it, in one or two lines. */
void table_trial(const struct outcome *outcome);

#endif
