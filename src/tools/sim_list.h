/* src/tools/sim_list.h -- what scenarios there are, and what one of them is about. */
#ifndef TOOLS_SIM_LIST_H
#define TOOLS_SIM_LIST_H

#include "sim/scenario/scenario.h"

/* Reads a scenario of the library or a file of one's own; errors go to standard error. NULL: said. */
struct scenario *sim_list_read(const char *path, const struct scenario_option *set, size_t count,
			       bool is_mutant);

/* False: there is none; said. */
bool sim_list(bool is_json);
bool sim_explain(const char *name, const struct scenario_option *set, size_t count, bool is_json);

#endif
