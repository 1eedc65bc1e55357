/* src/sim/node/nic_stamp.h -- from a moment on the wire to the stamp that the daemon gets.
 *
 *     clock's register --> latency, jitter, steps --> the driver's conversion, and its bugs --> checks as it is fetched
 *
 * The checks are those of src/linux/timestamp.c. */
#ifndef SIM_NIC_STAMP_H
#define SIM_NIC_STAMP_H

#include "sim/node/nic.h"

enum stamp_direction { STAMP_IN, STAMP_OUT };

/* By the unit in use, for a frame whose start is at the connector `after_ps` from now. */
void nic_stamp_by_hardware(struct nic *nic, struct parcel *parcel, enum stamp_direction direction,
			   int64_t after_ps);

/* By the kernel, `after_ps` from now: converted to the steered clock. */
void nic_stamp_by_software(struct nic *nic, struct parcel *parcel, int64_t after_ps);

/* The daemon fetches it now: what is unusable gets its status. */
void nic_stamp_fetch(const struct nic *nic, struct parcel *parcel);

/* The transmit stamp of the last frame was not read out: some hardware then keeps it for the next. */
void nic_stamp_lost(struct nic *nic);

#endif
