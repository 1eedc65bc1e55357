/* src/config/unicast.c -- the lines of [unicast_master_table].
 *
 * They are checked in linuxptp's order, so that a mistake gets its own message first; a table without mistakes is then
 * refused as a whole by the caller. A line is tried as each form in turn: "table_id x" is no table_id but an address
 * of the unknown transport "table_id". */
#include "config/internal.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define say_error(config, ...) config_say_line(config, CONFIG_TO_STDERR, __VA_ARGS__)

static bool open_table(const struct config *config, struct unicast_tables *tables, int id, int number)
{
	int *ids;

	if (id < 1) {
		say_error(config, "line %d: table_id %d is out of range. Must be in the range 1 to %d",
			  number, id, INT32_MAX);
		return false;
	}
	for (size_t i = 0; i < tables->count; i++) {
		if (tables->ids[i] == id) {
			say_error(config, "line %d: table_id %d already taken", number, id);
			return false;
		}
	}
	ids = realloc(tables->ids, (tables->count + 1) * sizeof(*ids));
	if (!ids) {
		say_error(config, "line %d: cannot allocate memory for a unicast table", number);
		return false;
	}
	ids[tables->count++] = id;
	tables->ids = ids;
	tables->in_table = true;
	if (tables->first_line == 0) {
		tables->first_line = number;
	}
	return true;
}

static bool is_in_table(const struct config *config, const struct unicast_tables *tables, int number)
{
	if (!tables->in_table) {
		say_error(config, "line %d: missing table_id", number);
	}
	return tables->in_table;
}

static bool is_ipv4(const char *address)
{
	struct in_addr out;

	return inet_aton(address, &out) != 0;
}

static bool is_ipv6(const char *address)
{
	struct in6_addr out;

	return inet_pton(AF_INET6, address, &out) == 1;
}

static bool is_mac(const char *address)
{
	unsigned octets[6];

	return sscanf(address, "%2x:%2x:%2x:%2x:%2x:%2x", &octets[0], &octets[1], &octets[2], &octets[3],
		      &octets[4], &octets[5]) == 6;
}

static const struct {
	const char *transport;
	bool (*is_address)(const char *address);
	const char *fault;
} transports[] = {
	{ "L2", is_mac, "bad Layer-2 address" },
	{ "UDPv4", is_ipv4, "bad IPv4 address" },
	{ "UDPv6", is_ipv6, "bad IPv6 address" },
};

static bool check_address(const struct config *config, const char *transport, const char *address, int number)
{
	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++) {
		if (strcasecmp(transports[i].transport, transport) != 0) {
			continue;
		}
		if (transports[i].is_address(address)) {
			return true;
		}
		config_say_line(config, 3, "%s", transports[i].fault);
		break;
	}
	say_error(config, "line %d: bad address", number);
	return false;
}

bool unicast_parse_line(const struct config *config, struct unicast_tables *tables, const char *line,
			int number)
{
	char transport[17], address[65];
	int value;

	if (sscanf(line, "table_id %d", &value) == 1) {
		return open_table(config, tables, value, number);
	}
	if (sscanf(line, "logQueryInterval %d", &value) == 1) {
		if (!is_in_table(config, tables, number)) {
			return false;
		}
		if (value < INT8_MIN || value > INT8_MAX) {
			say_error(config, "line %d: logQueryInterval %d out of range", number, value);
			return false;
		}
		return true;
	}
	if (sscanf(line, "peer_address %64s", address) == 1) {
		return is_in_table(config, tables, number);
	}
	if (sscanf(line, " %16s %64s", transport, address) != 2) {
		say_error(config, "bad master table at line %d", number);
		return false;
	}
	return is_in_table(config, tables, number) && check_address(config, transport, address, number);
}
