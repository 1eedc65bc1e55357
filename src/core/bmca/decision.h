/* src/core/bmca/decision.h -- the best time transmitter clock algorithm: state decision and data set updates (9.3). */
#ifndef CORE_BMCA_DECISION_H
#define CORE_BMCA_DECISION_H

#include "core/bmca/foreign.h"

/* STATE_DECISION_EVENT: Erbest, Ebest, the decision of each port, the data sets, then the events. */
void decision_run(struct gn_instance *instance);

/* The S1 updates (Table 33) from a record of the parent; also for every further Announce of the parent
 * (`is_decision` false). */
void decision_update_from_parent(struct gn_instance *instance, struct port *port,
				 const struct foreign_record *record, bool is_decision);

/* The M1/M2 updates (Table 31). */
void decision_update_as_grandmaster(struct gn_instance *instance);

/* Figure 33 for one port: pure. `d0` the local clock, `erbest` and `ebest` NULL when empty, `is_best_port` that Ebest
 * came in here. */
enum gn_decision decision_of(const struct bmca_dataset *d0, const struct bmca_dataset *erbest,
			     const struct bmca_dataset *ebest, bool is_best_port, enum gn_port_state state);

#endif
