/* src/core/bmca/foreign.h -- who has announced itself on a port (9.3.2.4, 9.3.2.5). */
#ifndef CORE_BMCA_FOREIGN_H
#define CORE_BMCA_FOREIGN_H

#include "core/bmca/compare.h"
#include "core/ingress.h"

/* Takes an Announce in that passed qualification's unconditional part. True if a state decision is wanted: the record
 * became qualified or differs from what it said before. NULL in *record when there was no room (dropped, counted). */
bool foreign_announce(struct port *port, const struct ingress *in, struct foreign_record **record);

/* The message that made the record is not counted: FOREIGN_THRESHOLD more within the window qualify it. */
bool foreign_is_qualified(const struct port *port, const struct foreign_record *record);

/* Erbest (9.3.2.3): the best qualified record, or NULL. Records that fell silent are removed. */
struct foreign_record *foreign_best(struct port *port);

void foreign_forget_all(struct port *port);
void foreign_forget(struct port *port, struct foreign_record *record);

/* What the comparison takes from a record of this port. */
struct bmca_dataset foreign_dataset(const struct port *port, const struct foreign_record *record);

#endif
