/* src/core/management/answer.h -- what this instance does for each management id: a row of functions.
 *
 * The ids themselves (whom they concern, their fields) are core/wire/management.h's. An id without a row is known, but
 * not supported. A new one is a row in answer.c and a function or two in the file of its family. */
#ifndef CORE_MANAGEMENT_ANSWER_H
#define CORE_MANAGEMENT_ANSWER_H

#include "core/dataset.h"
#include "core/wire/management.h"

/* Octets for what a dataField points to and is not kept anywhere: counters as records, a clock's name. */
#define ANSWER_SCRATCH (8 * GN_DROPS + 64)

/* Whom an id is asked of, or told to. */
struct answer_subject {
	struct gn_instance *instance;
	struct port *port; /* of the ids of a port, else NULL */
	uint8_t *scratch;  /* ANSWER_SCRATCH octets, good until the answer is encoded */
};

struct answer_row {
	uint16_t id;
	bool is_private; /* told on the management socket alone, and there not to everybody */
	/* Fills in *out, which is zero. NULL: GET is not supported. */
	void (*get)(const struct answer_subject *s, union wire_management_data *out);
	/* Takes the data, all of it or nothing. NULL: SET is not supported. */
	enum wire_management_error (*set)(const struct answer_subject *s,
					  const union wire_management_data *data);
	/* NULL: COMMAND is not supported. */
	void (*command)(const struct answer_subject *s);
};

/* The row of an id, or NULL. */
const struct answer_row *answer_row(uint16_t id);

/* ---- what several ids show ---- */

/* PTPText of a string: at most 255 octets, never half a symbol. */
struct wire_text answer_text(const char *text);

/* portDS.delayMechanism as it is shown: automatic is E2E until a peer is heard. */
uint8_t answer_delay_mechanism(const struct port *port);

/* The flags of timePropertiesDS, without synchronizationUncertain. */
uint8_t answer_time_flags(const struct time_properties_ds *time_properties);

bool answer_is_grandmaster(const struct gn_instance *instance);

/* The interface that stamps, and how: as configured until the driver has told. */
struct wire_text answer_interface(const struct port *port);
uint8_t answer_time_stamping(const struct port *port);

/* The port that receives time, or NULL. */
struct port *answer_receiving_port(const struct gn_instance *instance);

#endif
