/* src/sim/network/address.h -- who is behind which port of a box: a table that learns. */
#ifndef SIM_ADDRESS_H
#define SIM_ADDRESS_H

#include "sim/network/box.h"

#define BOX_ADDRESS_SIZE 10 /* a port identity; a MAC address has zeros behind */

/* Notes the port. A table that is full, or without memory, learns nothing more: its frames go everywhere. */
void box_learn(struct box *box, const uint8_t *address, size_t size, uint16_t port);

/* 0: not known */
uint16_t box_port_of(const struct box *box, const uint8_t *address, size_t size);

/* All that is behind that port; 0: behind any. */
void box_forget(struct box *box, uint16_t port);

#endif
