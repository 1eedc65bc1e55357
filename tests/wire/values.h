/* tests/wire/values.h -- a decoded message as a list of paths and values, walked from the wire tables.
 *
 *     header.sequenceId 4660
 *     header.flagField.twoStepFlag 1
 *     Announce.grandmasterClockQuality.clockClass 248
 *     tlv0.PATH_TRACE.pathSequence1.clockIdentity 001122fffe334455
 *
 * Numbers are decimal, octets hexadecimal, texts as they are. Names are the standard's. */
#ifndef TESTS_WIRE_VALUES_H
#define TESTS_WIRE_VALUES_H

#include "core/wire/message.h"
#include "core/wire/tlv.h"

typedef void (*values_say)(void *context, const char *path, const char *value);

void values_of_fields(const struct wire_table *table, const void *from, const char *path, values_say say,
		      void *context);

/* Header, body and all TLVs. One that cannot be decoded has a path "tlv0.NAME.undecodable". */
void values_of_message(const struct wire_message *message, values_say say, void *context);

/* All of them as lines "path value\n", to be freed. */
char *values_text(const struct wire_message *message);

#endif
