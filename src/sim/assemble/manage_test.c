/* src/sim/assemble/manage_test.c -- what the words become is read again by core/wire. */
#include "sim/assemble/manage.h"

#include "core/wire/management.h"
#include "gnomon/instance.h"
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

#define WORDS_MAX 96

static uint8_t octets[GN_FRAME_MAX];
static char why[700];
static size_t length;

/* Words with one blank between; "" for what was refused. */
static bool encode(const char *line)
{
	static char copy[4096];
	const char *words[WORDS_MAX];
	size_t count = 0;
	char *save = NULL;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		CHECK(count < WORDS_MAX);
		words[count++] = word;
	}
	why[0] = '\0';
	length = manage_encode(words, count, 24, 1, octets, sizeof(octets), why, sizeof(why));
	CHECK_EQ(length == 0, why[0] != '\0');
	return length > 0;
}

static uint16_t u16_at(size_t at)
{
	return (uint16_t)(octets[at] << 8 | octets[at + 1]);
}

#define CHECK_REFUSES(line, what)                                                                            \
	do {                                                                                                 \
		CHECK(!encode(line));                                                                        \
		CHECK_STR_EQ(why, what);                                                                     \
	} while (0)

/* ---- what is said becomes octets: header 34, target 10, hops and action 4, then the TLV ---- */

TEST(a_set_has_the_fields_of_its_id)
{
	CHECK(encode("SET PRIORITY1 priority1 200"));
	CHECK_EQ(length, 34 + 14 + 8);
	CHECK_EQ(octets[0], 0x1D); /* majorSdoId 1, Management */
	CHECK_EQ(u16_at(2), length);
	CHECK_EQ(octets[4], 24);
	CHECK_EQ(u16_at(42), 0xFFFF); /* to all ports of all clocks */
	CHECK_EQ(octets[46] & 0x0F, WIRE_SET);
	CHECK_EQ(u16_at(48), WIRE_TLV_MANAGEMENT);
	CHECK_EQ(u16_at(50), 4);
	CHECK_EQ(u16_at(52), 0x2005);
	CHECK_EQ(octets[54], 200);
}

TEST(a_command_has_no_fields_and_may_be_for_one_port)
{
	CHECK(encode("port 2 COMMAND DISABLE_PORT"));
	CHECK_EQ(u16_at(42), 2);
	CHECK_EQ(octets[46] & 0x0F, WIRE_COMMAND);
	CHECK_EQ(u16_at(50), 2);
	CHECK_EQ(u16_at(52), 0x200E);
	CHECK(encode("COMMAND DISABLE_PORT"));
	CHECK_EQ(u16_at(42), 0xFFFF);
}

TEST(words_may_be_in_small_letters_and_numbers_hexadecimal)
{
	uint8_t first[GN_FRAME_MAX];
	size_t size;

	CHECK(encode("SET PRIORITY1 priority1 200"));
	size = length;
	memcpy(first, octets, size);
	CHECK(encode("set priority1 PRIORITY1 0xC8"));
	CHECK_EQ(length, size);
	CHECK_MEM_EQ(octets, first, size);
}

TEST(parts_of_a_field_have_names_of_their_own)
{
	CHECK(encode("SET GRANDMASTER_SETTINGS_NP clockClass 7 clockAccuracy 0x21 offsetScaledLogVariance "
		     "0x4E5D "
		     "currentUtcOffset 37 leap61 0 leap59 1 currentUtcOffsetValid 1 ptpTimescale 1 "
		     "timeTraceable 1 "
		     "frequencyTraceable 0 timeSource 0x20") ||
	      strstr(why, " is missing"));
	if (length > 0) {
		CHECK_EQ(octets[54], 7);
		CHECK_EQ(octets[55], 0x21);
		CHECK_EQ(u16_at(56), 0x4E5D);
		CHECK_EQ(u16_at(58), 37);
	}
}

/* ---- every id: what it misses is said, and once all is there it is taken ---- */

static void complete(const struct wire_management_kind *kind)
{
	char line[4096];

	snprintf(line, sizeof(line), "SET %s", kind->name);
	for (int i = 0; i < 40 && !encode(line); i++) {
		char name[64];
		const char *end = strstr(why, " is missing");

		if (!end) {
			CHECK(strstr(why,
				     "cannot be written here")); /* identities, addresses: not by words */
			return;
		}
		snprintf(name, sizeof(name), "%.*s", (int)(end - why), why);
		snprintf(line + strlen(line), sizeof(line) - strlen(line), " %s 1", name);
	}
	CHECK(length > 0);
	CHECK_EQ(u16_at(2), length);
	CHECK_EQ(u16_at(50), length - 52);
	CHECK_EQ(u16_at(52), kind->id);
}

TEST(every_id_that_can_be_set_says_what_it_misses_until_nothing_does)
{
	const struct wire_management_kind *kind;
	unsigned sets = 0;

	for (size_t i = 0; (kind = wire_management_kind_at(i)); i++) {
		if (kind->actions & WIRE_MAY(WIRE_SET)) {
			complete(kind);
			sets++;
		}
	}
	CHECK(sets > 10);
}

TEST(every_id_that_is_a_command_is_taken_without_fields)
{
	const struct wire_management_kind *kind;
	unsigned commands = 0;

	for (size_t i = 0; (kind = wire_management_kind_at(i)); i++) {
		char line[128];

		if (kind->actions & WIRE_MAY(WIRE_COMMAND)) {
			snprintf(line, sizeof(line), "COMMAND %s", kind->name);
			commands += encode(line) ? 1 : 0;
		}
	}
	CHECK(commands >= 2);
}

/* ---- what is refused ---- */

TEST(what_is_no_message_is_refused)
{
	CHECK_REFUSES("", "\"SET ID field value ...\" or \"COMMAND ID\" was expected");
	CHECK_REFUSES("SET", "\"SET ID field value ...\" or \"COMMAND ID\" was expected");
	CHECK_REFUSES("GET PRIORITY1", "\"SET ID field value ...\" or \"COMMAND ID\" was expected");
	CHECK_REFUSES("port 3", "\"SET ID field value ...\" or \"COMMAND ID\" was expected");
	CHECK_REFUSES("port 0 COMMAND DISABLE_PORT", "port: a number 1..1024 was expected, not \"0\"");
	CHECK_REFUSES("port x COMMAND DISABLE_PORT", "port: a number 1..1024 was expected, not \"x\"");
	CHECK_REFUSES("SET NOSUCH x 1", "NOSUCH is no management id that takes SET");
	CHECK_REFUSES("COMMAND PRIORITY1", "PRIORITY1 is no management id that takes COMMAND");
	CHECK_REFUSES("SET DEFAULT_DATA_SET priority1 1",
		      "DEFAULT_DATA_SET is no management id that takes SET");
	CHECK_REFUSES("COMMAND DISABLE_PORT x 1", "DISABLE_PORT takes no fields; \"x\" is too much");
}

TEST(fields_are_all_there_once_and_in_range)
{
	CHECK_REFUSES("SET PRIORITY1", "priority1 is missing: a SET gives all fields: priority1");
	CHECK_REFUSES("SET PRIORITY1 priority1", "priority1: its value is missing");
	CHECK_REFUSES("SET PRIORITY1 prio 1", "\"prio\" is no field of it; its fields: priority1");
	CHECK_REFUSES("SET PRIORITY1 priority1 256", "priority1: a number 0..255 was expected, not \"256\"");
	CHECK_REFUSES("SET PRIORITY1 priority1 -1", "priority1: a number 0..255 was expected, not \"-1\"");
	CHECK_REFUSES("SET PRIORITY1 priority1 1x", "priority1: a number 0..255 was expected, not \"1x\"");
	CHECK_REFUSES("SET PRIORITY1 priority1 99999999999999999999",
		      "priority1: a number 0..255 was expected, not \"99999999999999999999\"");
	CHECK_REFUSES("SET PRIORITY1 priority1 1 priority1 2", "priority1 is said twice");
}

TEST(an_octet_too_few_for_the_message_is_refused)
{
	const char *words[] = { "SET", "PRIORITY1", "priority1", "200" };

	CHECK_EQ(manage_encode(words, 4, 0, 0, octets, 55, why, sizeof(why)), 0);
	CHECK_EQ(manage_encode(words, 4, 0, 0, octets, 56, why, sizeof(why)), 56);
}
