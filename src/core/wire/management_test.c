/* src/core/wire/management_test.c -- Table 59 transcribed a second time, the laws of the codec over all ids, and the
 * vectors of tests/vectors/wire.h. */
#include <stdlib.h>

#include "core/wire/management.h"
#include "gnomon/report.h"
#include "tests/test.h"
#include "tests/vectors/wire.h"
#include "tests/wire/random.h"

#define ROUNDS 200
#define V SIZE_MAX /* of variable size */

/* Number, name, scope, actions, octets: as printed. */
static const struct {
	uint16_t id;
	const char *name;
	char scope;
	const char *actions;
	size_t octets;
} table_59[] = {
	{ 0x0000, "NULL_PTP_MANAGEMENT", 'P', "GSC", 0 },
	{ 0x0001, "CLOCK_DESCRIPTION", 'P', "G", V },
	{ 0x0002, "USER_DESCRIPTION", 'C', "GS", V },
	{ 0x0003, "SAVE_IN_NON_VOLATILE_STORAGE", 'C', "C", 0 },
	{ 0x0004, "RESET_NON_VOLATILE_STORAGE", 'C', "C", 0 },
	{ 0x0005, "INITIALIZE", 'C', "C", 2 },
	{ 0x0006, "FAULT_LOG", 'C', "G", V },
	{ 0x0007, "FAULT_LOG_RESET", 'C', "C", 0 },
	{ 0x2000, "DEFAULT_DATA_SET", 'C', "G", 20 },
	{ 0x2001, "CURRENT_DATA_SET", 'C', "G", 18 },
	{ 0x2002, "PARENT_DATA_SET", 'C', "G", 32 },
	{ 0x2003, "TIME_PROPERTIES_DATA_SET", 'C', "G", 4 },
	{ 0x2004, "PORT_DATA_SET", 'P', "G", 26 },
	{ 0x2005, "PRIORITY1", 'C', "GS", 2 },
	{ 0x2006, "PRIORITY2", 'C', "GS", 2 },
	{ 0x2007, "DOMAIN", 'C', "GS", 2 },
	{ 0x2008, "SLAVE_ONLY", 'C', "GS", 2 },
	{ 0x2009, "LOG_ANNOUNCE_INTERVAL", 'P', "GS", 2 },
	{ 0x200A, "ANNOUNCE_RECEIPT_TIMEOUT", 'P', "GS", 2 },
	{ 0x200B, "LOG_SYNC_INTERVAL", 'P', "GS", 2 },
	{ 0x200C, "VERSION_NUMBER", 'P', "GS", 2 },
	{ 0x200D, "ENABLE_PORT", 'P', "C", 0 },
	{ 0x200E, "DISABLE_PORT", 'P', "C", 0 },
	{ 0x200F, "TIME", 'C', "GS", 10 },
	{ 0x2010, "CLOCK_ACCURACY", 'C', "GS", 2 },
	{ 0x2011, "UTC_PROPERTIES", 'C', "GS", 4 },
	{ 0x2012, "TRACEABILITY_PROPERTIES", 'C', "GS", 2 },
	{ 0x2013, "TIMESCALE_PROPERTIES", 'C', "GS", 2 },
	{ 0x2014, "UNICAST_NEGOTIATION_ENABLE", 'P', "GS", 2 },
	{ 0x2015, "PATH_TRACE_LIST", 'C', "G", V },
	{ 0x2016, "PATH_TRACE_ENABLE", 'C', "GS", 2 },
	{ 0x2017, "GRANDMASTER_CLUSTER_TABLE", 'C', "GS", V },
	{ 0x2018, "UNICAST_MASTER_TABLE", 'P', "GS", V },
	{ 0x2019, "UNICAST_MASTER_MAX_TABLE_SIZE", 'P', "G", 2 },
	{ 0x201A, "ACCEPTABLE_MASTER_TABLE", 'C', "GS", V },
	{ 0x201B, "ACCEPTABLE_MASTER_TABLE_ENABLED", 'P', "GS", 2 },
	{ 0x201C, "ACCEPTABLE_MASTER_MAX_TABLE_SIZE", 'C', "G", 2 },
	{ 0x201D, "ALTERNATE_MASTER", 'P', "GS", 4 },
	{ 0x201E, "ALTERNATE_TIME_OFFSET_ENABLE", 'C', "GS", 2 },
	{ 0x201F, "ALTERNATE_TIME_OFFSET_NAME", 'C', "GS", V },
	{ 0x2020, "ALTERNATE_TIME_OFFSET_MAX_KEY", 'C', "G", 2 },
	{ 0x2021, "ALTERNATE_TIME_OFFSET_PROPERTIES", 'C', "GS", 16 },
	{ 0x3000, "EXTERNAL_PORT_CONFIGURATION_ENABLED", 'C', "GS", 2 },
	{ 0x3001, "MASTER_ONLY", 'P', "GS", 2 },
	{ 0x3002, "HOLDOVER_UPGRADE_ENABLE", 'C', "GS", 2 },
	{ 0x3003, "EXT_PORT_CONFIG_PORT_DATA_SET", 'P', "GS", 2 },
	{ 0x4000, "TRANSPARENT_CLOCK_DEFAULT_DATA_SET", 'C', "G", 12 },
	{ 0x4001, "TRANSPARENT_CLOCK_PORT_DATA_SET", 'P', "G", 20 },
	{ 0x4002, "PRIMARY_DOMAIN", 'C', "GS", 2 },
	{ 0x6000, "DELAY_MECHANISM", 'P', "GS", 2 },
	{ 0x6001, "LOG_MIN_PDELAY_REQ_INTERVAL", 'P', "GS", 2 },
	/* linuxptp's */
	{ 0xC000, "TIME_STATUS_NP", 'C', "G", 50 },
	{ 0xC001, "GRANDMASTER_SETTINGS_NP", 'C', "GS", 8 },
	{ 0xC002, "PORT_DATA_SET_NP", 'P', "GS", 8 },
	{ 0xC003, "SUBSCRIBE_EVENTS_NP", 'C', "GS", 66 },
	{ 0xC004, "PORT_PROPERTIES_NP", 'P', "G", V },
	{ 0xC005, "PORT_STATS_NP", 'P', "G", 266 },
	{ 0xC006, "SYNCHRONIZATION_UNCERTAIN_NP", 'C', "GS", 2 },
	{ 0xC007, "PORT_SERVICE_STATS_NP", 'P', "G", 90 },
	{ 0xC008, "UNICAST_MASTER_TABLE_NP", 'P', "G", V },
	{ 0xC009, "PORT_HWCLOCK_NP", 'P', "G", 16 },
	{ 0xC00A, "POWER_PROFILE_SETTINGS_NP", 'P', "GS", 16 },
	{ 0xC00B, "CMLDS_INFO_NP", 'P', "G", 16 },
	{ 0xC00C, "PORT_CORRECTIONS_NP", 'P', "GS", 24 },
	{ 0xC00D, "EXTERNAL_GRANDMASTER_PROPERTIES_NP", 'C', "GS", 10 },
	/* our own */
	{ 0xD000, "GNOMON_STATUS_NP", 'C', "G", V },
	{ 0xD001, "GNOMON_PORT_STATUS_NP", 'P', "G", V },
	{ 0xD002, "GNOMON_DROP_COUNTERS_NP", 'P', "G", V },
	{ 0xD003, "GNOMON_SERVO_NP", 'C', "G", V },
};
#define LINES (sizeof(table_59) / sizeof(table_59[0]))

static unsigned actions_of(const char *letters)
{
	unsigned actions = 0;

	for (; *letters; letters++) {
		actions |= *letters == 'G' ? WIRE_MAY(WIRE_GET) : 0;
		actions |= *letters == 'S' ? WIRE_MAY(WIRE_SET) : 0;
		actions |= *letters == 'C' ? WIRE_MAY(WIRE_COMMAND) : 0;
	}
	return actions;
}

TEST(the_registry_is_table_59_and_what_linuxptp_and_we_add)
{
	CHECK_EQ(LINES, WIRE_MANAGEMENT_IDS);
	for (size_t i = 0; i < LINES; i++) {
		const struct wire_management_kind *kind = wire_management_kind_at(i);

		CHECK_EQ(kind->id, table_59[i].id);
		CHECK_STR_EQ(kind->name, table_59[i].name);
		CHECK_EQ(kind->scope, table_59[i].scope == 'P' ? WIRE_SCOPE_PORT : WIRE_SCOPE_CLOCK);
		CHECK_EQ(kind->actions, actions_of(table_59[i].actions));
	}
	CHECK(!wire_management_kind_at(LINES));
}

TEST(every_number_finds_its_kind_and_all_others_none)
{
	size_t line = 0;

	for (unsigned id = 0; id <= UINT16_MAX; id++) {
		const struct wire_management_kind *kind = wire_management_kind((uint16_t)id);

		if (line < LINES && table_59[line].id == id) {
			CHECK(kind && kind->id == id);
			line++;
		} else {
			CHECK(!kind);
		}
	}
	CHECK_EQ(line, LINES);
}

TEST(error_ids_have_the_names_of_the_standard)
{
	CHECK(!wire_management_error_name(0));
	CHECK_STR_EQ(wire_management_error_name(0x0001), "RESPONSE_TOO_BIG");
	CHECK_STR_EQ(wire_management_error_name(0x0007), "UNPOPULATED");
	CHECK(!wire_management_error_name(0x0008));
	CHECK_STR_EQ(wire_management_error_name(0xFFFE), "GENERAL_ERROR");
	CHECK(!wire_management_error_name(0xFFFF));
}

TEST(what_is_encoded_has_the_size_of_the_table_and_decodes_to_the_same)
{
	for (size_t i = 0; i < LINES; i++) {
		const struct wire_management_kind *kind = wire_management_kind_at(i);

		for (int round = 0; round < ROUNDS && kind->fields; round++) {
			union wire_management_data data, again;
			uint8_t octets[2000];
			struct wire_writer w = wire_writer(octets, sizeof(octets));

			random_begin();
			memset(&data, 0, sizeof(data));
			random_fields(kind->fields, &data);
			wire_management_encode(&w, kind, &data);
			CHECK(!w.overrun);
			CHECK_EQ(w.at % 2, 0);
			if (table_59[i].octets != V) {
				CHECK_EQ(w.at, table_59[i].octets);
			}
			CHECK(wire_management_fits(kind, octets, w.at));
			CHECK(wire_management_decode(kind, octets, w.at, &again));
			CHECK(wire_management_equal(kind, &data, &again));
		}
	}
}

/* Any octets: in memory of just their size, for a sanitizer to see what is read outside. What decodes encodes to the
 * octets it came from, pad octet and unread tail aside. */
TEST(any_octets_are_refused_or_encode_to_what_they_were_decoded_from)
{
	for (size_t i = 0; i < LINES; i++) {
		const struct wire_management_kind *kind = wire_management_kind_at(i);

		for (int round = 0; round < 20 * ROUNDS; round++) {
			size_t length = test_random_below(4) ? 2 * test_random_below(24)
							     : kind->size + 2 * test_random_below(2);
			uint8_t *octets = malloc(length + 1);
			uint8_t again[2000];
			struct wire_writer w = wire_writer(again, sizeof(again));
			union wire_management_data data;

			for (size_t k = 0; k < length; k++) {
				octets[k] = test_random_below(2) ? (uint8_t)test_random()
								 : (uint8_t)test_random_below(3);
			}
			octets = realloc(octets, length ? length : 1);
			if (wire_management_decode(kind, octets, length, &data)) {
				wire_management_encode(&w, kind, &data);
				CHECK(!w.overrun);
				CHECK_LE(w.at, length);
				if (w.at > 0) {
					CHECK_MEM_EQ(again, octets, w.at - 1); /* the last may be the pad */
				}
			}
			(void)wire_management_fits(kind, octets, length);
			free(octets);
		}
	}
}

TEST(every_size_but_the_right_one_is_refused)
{
	static const uint8_t zeros[400];

	for (size_t i = 0; i < LINES; i++) {
		const struct wire_management_kind *kind = wire_management_kind_at(i);

		CHECK(wire_management_fits(kind, NULL, 0));
		for (size_t length = 2; length <= sizeof(zeros); length += 2) {
			bool fits = wire_management_fits(kind, zeros, length);

			if (kind->size_rule == WIRE_SIZE_EXACT) {
				CHECK_EQ(fits, length == kind->size);
			} else if (kind->size_rule == WIRE_SIZE_AT_LEAST) {
				CHECK_EQ(fits, length >= kind->size);
			} else if (kind->size_rule == WIRE_SIZE_MULTIPLE) {
				CHECK_EQ(fits, length % kind->size == 0);
			} else if (kind->size_rule == WIRE_SIZE_ANY) {
				CHECK(fits);
			}
		}
		if (kind->size_rule == WIRE_SIZE_EXACT || kind->size_rule == WIRE_SIZE_AT_LEAST) {
			CHECK(table_59[i].octets == V || kind->size == table_59[i].octets);
		}
	}
}

TEST(text_that_runs_out_of_the_data_or_leaves_some_is_refused)
{
	static const uint8_t exact[] = { 3, 'a', 'b', 'c' }, padded[] = { 2, 'a', 'b', 0 };
	static const uint8_t running_out[] = { 4, 'a', 'b', 'c' }, left[] = { 1, 'a', 0, 0 };
	const struct wire_management_kind *kind = wire_management_kind(WIRE_USER_DESCRIPTION);
	union wire_management_data data;

	CHECK(wire_management_decode(kind, exact, 4, &data));
	CHECK_EQ(data.user_description.user_description.length, 3);
	CHECK(wire_management_decode(kind, padded, 4, &data));
	CHECK(!wire_management_decode(kind, running_out, 4, &data));
	CHECK(!wire_management_decode(kind, left, 4, &data));
}

TEST(a_dataset_that_was_refused_leaves_the_output_untouched)
{
	static const uint8_t short_one[18];
	union wire_management_data data, before;

	memset(&data, 0xA5, sizeof(data));
	before = data;
	CHECK(!wire_management_decode(wire_management_kind(WIRE_DEFAULT_DATA_SET), short_one, 18, &data));
	CHECK_MEM_EQ(&data, &before, sizeof(data));
}

TEST(our_own_layouts_may_grow_at_their_end)
{
	const struct wire_management_kind *kind = wire_management_kind(WIRE_GNOMON_PORT_STATUS_NP);
	uint8_t octets[80] = { 1, 2 };
	union wire_management_data data;

	octets[48] = 4;
	memcpy(octets + 49, "eth0", 4);
	CHECK(wire_management_decode(kind, octets, 54, &data));
	CHECK(wire_management_decode(kind, octets, sizeof(octets), &data));
	CHECK_EQ(data.gnomon_port_status_np.flags, WIRE_GNOMON_PORT_LINK_IS_UP);
	CHECK_MEM_EQ(data.gnomon_port_status_np.interface.octets, "eth0", 4);
	CHECK(!wire_management_decode(kind, octets, 52, &data));
}

TEST(the_counters_of_linuxptp_are_little_endian_and_its_identities_are_not)
{
	const struct wire_management_kind *kind = wire_management_kind(WIRE_PORT_STATS_NP);
	union wire_management_data data;
	uint8_t octets[266];
	struct wire_writer w = wire_writer(octets, sizeof(octets));

	memset(&data, 0, sizeof(data));
	data.port_stats_np.port_identity.port_number = 0x0102;
	data.port_stats_np.received[GN_SYNC] = 0x0102030405060708;
	data.port_stats_np.sent[GN_MANAGEMENT] = 3;
	wire_management_encode(&w, kind, &data);
	CHECK_EQ(w.at, 266);
	CHECK_MEM_EQ(octets + 8, ((uint8_t[]){ 1, 2, 8, 7, 6, 5, 4, 3, 2, 1 }), 10);
	CHECK_EQ(octets[138 + 8 * 13], 3);
}

TEST(ten_nanoseconds_of_latency_are_sent_as_linuxptp_sends_them)
{
	const struct wire_management_kind *kind = wire_management_kind(WIRE_PORT_CORRECTIONS_NP);
	union wire_management_data data;
	uint8_t octets[24];
	struct wire_writer w = wire_writer(octets, sizeof(octets));

	memset(&data, 0, sizeof(data));
	data.port_corrections_np.egress_latency = (uint64_t)10 << 16;
	wire_management_encode(&w, kind, &data);
	CHECK_MEM_EQ(octets, ((uint8_t[]){ 0, 0, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0 }), 12);
}

/* ---- vectors ---- */

static size_t load(const char *hex, uint8_t *octets, size_t size)
{
	size_t length = strlen(hex) / 2;

	CHECK(length <= size);
	for (size_t i = 0; i < length; i++) {
		char digits[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		octets[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return length;
}

/* The dataField of a vector's MANAGEMENT TLV, and the kind of its id; NULL if it has none. */
static const struct wire_management_kind *data_of_vector(const struct wire_vector *vector, uint8_t *octets,
							 size_t size, const uint8_t **data, size_t *length)
{
	struct wire_message m;
	struct wire_tlv tlv;
	bool has_header;

	CHECK_EQ(wire_decode(octets, load(vector->hex, octets, size), &m, &has_header), GN_DROPS);
	if (!wire_tlv_find(m.tlvs, m.tlvs_length, WIRE_TLV_MANAGEMENT, &tlv)) {
		return NULL;
	}
	*data = tlv.value + 2;
	*length = tlv.length - 2u;
	return wire_management_kind((uint16_t)(tlv.value[0] << 8 | tlv.value[1]));
}

TEST(every_vector_decodes_and_encodes_to_the_same_octets_and_no_part_of_it_does)
{
	unsigned seen = 0;

	for (size_t i = 0; i < WIRE_VECTORS; i++) {
		uint8_t octets[1500], again[1500];
		struct wire_writer w = wire_writer(again, sizeof(again));
		const struct wire_management_kind *kind;
		union wire_management_data data;
		const uint8_t *field;
		size_t length;

		kind = data_of_vector(&wire_vectors[i], octets, sizeof(octets), &field, &length);
		if (!kind) {
			continue;
		}
		seen++;
		CHECK(wire_management_fits(kind, field, length));
		CHECK(wire_management_decode(kind, field, length, &data));
		wire_management_encode(&w, kind, &data);
		CHECK_EQ(w.at, length);
		CHECK_MEM_EQ(again, field, length);
		for (size_t part = 2; part < length; part += 2) {
			uint8_t *cut = malloc(part);

			memcpy(cut, field, part);
			if (kind->size_rule != WIRE_SIZE_MULTIPLE) {
				CHECK(!wire_management_decode(kind, cut, part, &data));
			}
			free(cut);
		}
	}
	CHECK_LE(43, seen); /* the vectors of clause 15 */
}

TEST(the_vectors_mean_what_they_were_made_of)
{
	static const uint8_t master[] = { 0x00, 0x11, 0x22, 0xFF, 0xFE, 0x33, 0x44, 0x55 };
	unsigned met = 0;

	for (size_t i = 0; i < WIRE_VECTORS; i++) {
		const char *title = wire_vectors[i].title;
		const struct wire_management_kind *kind;
		union wire_management_data data;
		uint8_t octets[1500];
		const uint8_t *field;
		size_t length;

		kind = data_of_vector(&wire_vectors[i], octets, sizeof(octets), &field, &length);
		if (!kind || !wire_management_decode(kind, field, length, &data)) {
			continue;
		}
		if (strcmp(title, "Management RESPONSE PORT_DATA_SET") == 0) {
			const struct wire_port_data_set *ds = &data.port_data_set;

			met++;
			CHECK_MEM_EQ(ds->port_identity.clock_identity.octets, master, 8);
			CHECK_EQ(ds->port_identity.port_number, 1);
			CHECK_EQ(ds->port_state, GN_PORT_TIME_RECEIVER);
			CHECK_EQ(ds->mean_link_delay.scaled_ns, 500 << 16);
			CHECK_EQ(ds->log_announce_interval, 1);
			CHECK_EQ(ds->announce_receipt_timeout, 3);
			CHECK_EQ(ds->log_sync_interval, -3);
			CHECK_EQ(ds->delay_mechanism, GN_DELAY_E2E);
			CHECK_EQ(ds->minor_version_number, 1);
			CHECK_EQ(ds->version_number, 2);
		} else if (strcmp(title, "Management RESPONSE CLOCK_DESCRIPTION") == 0) {
			const struct wire_clock_description *d = &data.clock_description;

			met++;
			CHECK_EQ(d->clock_type, 0x8000);
			CHECK_EQ(d->physical_address.length, 6);
			CHECK_EQ(d->protocol_address.network_protocol, GN_PROTOCOL_IEEE_802_3);
			CHECK_EQ(d->product_description.length, 11);
			CHECK_EQ(d->profile_identity[1], 0x1B);
		} else if (strcmp(title, "Management RESPONSE ALTERNATE_MASTER") == 0) {
			met++;
			CHECK_EQ(data.alternate_master.log_alternate_multicast_sync_interval, -1);
			CHECK_EQ(data.alternate_master.number_of_alternate_masters, 4);
		} else if (strcmp(title, "Management RESPONSE UNICAST_MASTER_TABLE") == 0) {
			struct wire_records records = data.unicast_master_table.port_addresses;
			struct wire_address_entry entry;

			met++;
			CHECK_EQ(wire_records_count(&records, &wire_address_entry_table), 2);
			CHECK(wire_record_next(&records, &wire_address_entry_table, &entry));
			CHECK_EQ(entry.port_address.address[3], 1);
		}
	}
	CHECK_EQ(met, 4);
}
