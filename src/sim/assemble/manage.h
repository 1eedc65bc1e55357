/* src/sim/assemble/manage.h -- a management message from words: what an operator types.
 *
 *     SET PRIORITY1 priority1 200
 *     SET GRANDMASTER_SETTINGS_NP clockClass 7 clockAccuracy 0x21 offsetScaledLogVariance 0x4E5D currentUtcOffset 37 ...
 *     COMMAND DISABLE_PORT            to all ports; `port 2` before anything else: to that one
 *
 * Names are those of the wire tables. A SET needs every field of its id: what is left out would be set to 0. */
#ifndef SIM_MANAGE_H
#define SIM_MANAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns the number of octets, or 0: `why` says what was expected. */
size_t manage_encode(const char *const *words, size_t count, uint8_t domain_number, uint8_t major_sdo_id,
		     uint8_t *out, size_t size, char *why, size_t why_size);

#endif
