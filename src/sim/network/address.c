/* src/sim/network/address.c -- a hash table with open addressing, never more than half full. Nothing is taken out: what is
 * forgotten has port 0, and its place is found again when the address comes back. */
#include "sim/network/address.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 64
#define ADDRESSES_MAX 65536 /* as large as tables of switches are */

struct box_address {
	uint8_t address[BOX_ADDRESS_SIZE];
	bool is_used;
	uint16_t port;
};

/* FNV-1a, its halves folded */
static size_t hash_of(const uint8_t *address)
{
	uint64_t hash = UINT64_C(0xCBF29CE484222325);

	for (size_t i = 0; i < BOX_ADDRESS_SIZE; i++) {
		hash = (hash ^ address[i]) * UINT64_C(0x100000001B3);
	}
	return (size_t)(hash ^ hash >> 32);
}

/* Its place, or the free one where it belongs. */
static struct box_address *place_of(struct box_address *table, size_t room, const uint8_t *address)
{
	size_t place = hash_of(address) & (room - 1);

	while (table[place].is_used && memcmp(table[place].address, address, BOX_ADDRESS_SIZE) != 0) {
		place = (place + 1) & (room - 1);
	}
	return &table[place];
}

static bool has_room(struct box *box)
{
	size_t room = box->address_room ? box->address_room * 2 : ROOM_FIRST;
	struct box_address *table;

	if (box->address_count * 2 < box->address_room) {
		return true;
	}
	if (box->address_count >= ADDRESSES_MAX) {
		return false;
	}
	table = calloc(room, sizeof(*table));
	if (!table) {
		return false;
	}
	for (size_t i = 0; i < box->address_room; i++) {
		if (box->addresses[i].is_used) {
			*place_of(table, room, box->addresses[i].address) = box->addresses[i];
		}
	}
	free(box->addresses);
	box->addresses = table;
	box->address_room = room;
	return true;
}

void box_learn(struct box *box, const uint8_t *address, size_t size, uint16_t port)
{
	uint8_t padded[BOX_ADDRESS_SIZE] = { 0 };
	struct box_address *place;

	assert(size <= sizeof(padded));
	memcpy(padded, address, size);
	place = box->address_room ? place_of(box->addresses, box->address_room, padded) : NULL;
	if (!place || !place->is_used) {
		if (!has_room(box)) {
			return;
		}
		place = place_of(box->addresses, box->address_room, padded);
		memcpy(place->address, padded, sizeof(padded));
		place->is_used = true;
		box->address_count++;
	}
	place->port = port;
}

uint16_t box_port_of(const struct box *box, const uint8_t *address, size_t size)
{
	uint8_t padded[BOX_ADDRESS_SIZE] = { 0 };

	assert(size <= sizeof(padded));
	memcpy(padded, address, size);
	return box->address_room ? place_of(box->addresses, box->address_room, padded)->port : 0;
}

void box_forget(struct box *box, uint16_t port)
{
	for (size_t i = 0; i < box->address_room; i++) {
		if (port == 0 || box->addresses[i].port == port) {
			box->addresses[i].port = 0;
		}
	}
}
