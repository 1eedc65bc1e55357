/* src/core/wire/tlv_test.c -- the laws of all TLVs, the registry beside Table 52, and single oddities. */
#include "core/wire/tlv.h"

#include <stdlib.h>

#include "core/wire/message.h"
#include "tests/test.h"
#include "tests/wire/random.h"

static uint8_t octets[8192];

/* Encodes into `octets` and takes it off again as a TLV. */
static struct wire_tlv encode(const struct wire_tlv_value *value)
{
	struct wire_writer w = wire_writer(octets, sizeof(octets));
	const uint8_t *at = octets;
	struct wire_tlv tlv;
	size_t length;

	wire_tlv_encode(&w, value);
	CHECK(!w.overrun);
	length = w.at;
	CHECK(wire_tlv_next(&at, &length, &tlv));
	CHECK_EQ(length, 0);
	return tlv;
}

static struct wire_tlv tlv_of(uint16_t type, const uint8_t *value, uint16_t length)
{
	return (struct wire_tlv){ .type = type, .length = length, .value = value };
}

TEST(every_kind_decodes_to_what_was_encoded)
{
	for (size_t k = 0; wire_tlv_kind_at(k); k++) {
		for (int i = 0; i < 500; i++) {
			struct wire_tlv_value a, b;
			struct wire_tlv tlv;

			random_begin();
			a = random_tlv(wire_tlv_kind_at(k));
			tlv = encode(&a);
			CHECK_EQ(tlv.type, a.type);
			CHECK_EQ(tlv.length % 2, 0);
			CHECK(wire_tlv_kind(&tlv) == a.kind);
			CHECK(wire_tlv_decode(&tlv, &b));
			CHECK(wire_tlv_value_equal(&a, &b));
		}
	}
}

TEST(every_shorter_value_is_undecodable_or_what_its_octets_say)
{
	for (int i = 0; i < 2000; i++) {
		struct wire_tlv_value a;
		struct wire_tlv tlv;
		uint8_t again[8192];

		random_begin();
		a = random_tlv(random_tlv_kind());
		tlv = encode(&a);
		for (uint16_t cut = 0; cut < tlv.length; cut++) {
			uint8_t *exact = malloc(cut);
			struct wire_tlv shorter = tlv_of(tlv.type, exact, cut);
			struct wire_tlv_value b;
			size_t before, length;

			memcpy(exact, tlv.value, cut);
			if (wire_tlv_decode(&shorter, &b)) {
				before = b.kind->organization != 0 ? 6 : 0;
				length = wire_encode_fields(again, sizeof(again), b.kind->fields, &b.u);
				CHECK(before + length <= cut);
				CHECK_MEM_EQ(again, exact + before, length);
			}
			free(exact);
		}
	}
}

TEST(of_a_longer_value_the_known_part_is_used)
{
	for (int i = 0; i < 2000; i++) {
		const struct wire_tlv_kind *kind = random_tlv_kind();
		uint8_t last = kind->fields->fields[kind->fields->count - 1].type;
		struct wire_tlv_value a, b;
		struct wire_tlv tlv;

		random_begin();
		a = random_tlv(kind);
		tlv = encode(&a);
		memset(octets + 4 + tlv.length, 0xFF, 6);
		tlv.length = (uint16_t)(tlv.length + 6);
		if (last == WIRE_REST || last == WIRE_RECORDS ||
		    wire_fields_present(kind->fields, &a.u) < kind->fields->count) {
			continue; /* more of the same, or what was absent */
		}
		CHECK(wire_tlv_decode(&tlv, &b));
		CHECK(wire_tlv_value_equal(&a, &b));
	}
}

/* The lengthField that the standard gives each fixed layout. */
TEST(fixed_layouts_have_the_standard_s_length)
{
	static const struct {
		uint16_t type, length;
	} standard[] = {
		{ WIRE_TLV_MANAGEMENT, 2 },
		{ WIRE_TLV_MANAGEMENT_ERROR_STATUS, 8 },
		{ WIRE_TLV_REQUEST_UNICAST_TRANSMISSION, 6 },
		{ WIRE_TLV_GRANT_UNICAST_TRANSMISSION, 8 },
		{ WIRE_TLV_CANCEL_UNICAST_TRANSMISSION, 2 },
		{ WIRE_TLV_ACKNOWLEDGE_CANCEL_UNICAST_TRANSMISSION, 2 },
		{ WIRE_TLV_PATH_TRACE, 0 },
		{ WIRE_TLV_ALTERNATE_TIME_OFFSET_INDICATOR, 16 },
		{ WIRE_TLV_ENHANCED_ACCURACY_METRICS, 84 },
		{ WIRE_TLV_L1_SYNC, 2 },
		{ WIRE_TLV_PORT_COMMUNICATION_AVAILABILITY, 2 },
		{ WIRE_TLV_PROTOCOL_ADDRESS, 4 },
		{ WIRE_TLV_SLAVE_RX_SYNC_TIMING_DATA, 10 },
		{ WIRE_TLV_SLAVE_RX_SYNC_COMPUTED_DATA, 12 },
		{ WIRE_TLV_SLAVE_TX_EVENT_TIMESTAMPS, 12 },
		{ WIRE_TLV_CUMULATIVE_RATE_RATIO, 4 },
		{ WIRE_TLV_PAD, 0 },
		{ WIRE_TLV_AUTHENTICATION, 6 },
		{ WIRE_TLV_SLAVE_DELAY_TIMING_DATA_NP, 10 },
		{ WIRE_TLV_NSM_REQUEST_NP, 0 },
		{ WIRE_TLV_NSM_RESPONSE_NP, 2 + 4 + 32 + 18 + 4 + 10 },
	};
	static const struct {
		uint32_t organization, subtype;
		uint16_t length;
	} organizations[] = {
		{ WIRE_ORGANIZATION_IEEE_802_1, WIRE_FOLLOW_UP_INFORMATION, 28 },
		{ WIRE_ORGANIZATION_IEEE_802_1, WIRE_MESSAGE_INTERVAL_REQUEST, 12 },
		{ WIRE_ORGANIZATION_IEEE_802_1, WIRE_CSN, 46 },
		{ WIRE_ORGANIZATION_IEEE_802_1, WIRE_GPTP_CAPABLE, 12 },
		{ WIRE_ORGANIZATION_IEEE_802_1, WIRE_GPTP_CAPABLE_INTERVAL_REQUEST, 10 },
		{ WIRE_ORGANIZATION_IEEE_802_1, WIRE_DRIFT_TRACKING, 32 },
		{ WIRE_ORGANIZATION_ITU_T, WIRE_INTERFACE_RATE, 18 },
		{ WIRE_ORGANIZATION_IEEE_C37_238, WIRE_C37_238_2011, 18 },
		{ WIRE_ORGANIZATION_IEEE_C37_238, WIRE_C37_238_2017, 18 },
		{ WIRE_ORGANIZATION_SMPTE, WIRE_SYNCHRONIZATION_METADATA, 48 },
		{ WIRE_ORGANIZATION_CERN, WIRE_WHITE_RABBIT, 8 },
	};

	for (size_t i = 0; i < sizeof(standard) / sizeof(standard[0]); i++) {
		struct wire_tlv_value value = wire_tlv_value_of(standard[i].type);

		CHECK_EQ(encode(&value).length, standard[i].length);
	}
	for (size_t i = 0; i < sizeof(organizations) / sizeof(organizations[0]); i++) {
		struct wire_tlv_value value = wire_tlv_value_of_organization(organizations[i].organization,
									     organizations[i].subtype);

		CHECK_EQ(encode(&value).length, organizations[i].length);
	}
}

TEST(one_record_more_is_as_many_octets_as_the_standard_says)
{
	uint8_t record[64];
	const struct wire_slave_rx_sync_timing_record timing = { 0 };
	const struct wire_slave_rx_sync_computed_record computed = { 0 };
	const struct wire_slave_tx_event_record event = { 0 };
	const struct wire_path_trace_entry entry = { 0 };
	const struct wire_slave_delay_timing_record delay = { 0 };

	CHECK_EQ(wire_encode_fields(record, 64, &wire_slave_rx_sync_timing_record_table, &timing), 34);
	CHECK_EQ(wire_encode_fields(record, 64, &wire_slave_rx_sync_computed_record_table, &computed), 22);
	CHECK_EQ(wire_encode_fields(record, 64, &wire_slave_tx_event_record_table, &event), 12);
	CHECK_EQ(wire_encode_fields(record, 64, &wire_path_trace_entry_table, &entry), 8);
	CHECK_EQ(wire_encode_fields(record, 64, &wire_slave_delay_timing_record_table, &delay), 30);
}

/* ---- walking ------------------------------------------------------------------------------------------------ */

TEST(tlvs_are_taken_off_one_by_one)
{
	static const uint8_t tlvs[] = { 0, 8, 0, 2, 1, 2, 0x12, 0x34, 0, 0, 0x80, 8, 0, 4, 1, 2, 3, 4 };
	const uint8_t *at = tlvs;
	size_t length = sizeof(tlvs);
	struct wire_tlv tlv;

	CHECK(wire_tlv_next(&at, &length, &tlv));
	CHECK_EQ(tlv.type, 8);
	CHECK_EQ(tlv.length, 2);
	CHECK(tlv.value == tlvs + 4);
	CHECK(wire_tlv_next(&at, &length, &tlv)); /* unknown: skipped by its length */
	CHECK_EQ(tlv.type, 0x1234);
	CHECK(wire_tlv_next(&at, &length, &tlv));
	CHECK_EQ(tlv.type, 0x8008);
	CHECK(!wire_tlv_next(&at, &length, &tlv));
	CHECK_EQ(length, 0);
	CHECK(wire_tlvs_are_well_formed(tlvs, sizeof(tlvs)));
	CHECK(wire_tlv_find(tlvs, sizeof(tlvs), WIRE_TLV_PAD, &tlv));
	CHECK_EQ(tlv.length, 4);
	CHECK(!wire_tlv_find(tlvs, sizeof(tlvs), WIRE_TLV_L1_SYNC, &tlv));
	CHECK(wire_tlvs_are_well_formed(NULL, 0));
}

TEST(a_malformed_tlv_ends_the_walk_with_octets_left)
{
	for (size_t cut = 1; cut < 8; cut++) {
		static const uint8_t whole[] = { 0, 8, 0, 4, 1, 2, 3, 4 };
		uint8_t *exact = malloc(cut);
		const uint8_t *at = exact;
		size_t length = cut;
		struct wire_tlv tlv;

		memcpy(exact, whole, cut);
		CHECK(!wire_tlv_next(&at, &length, &tlv));
		CHECK_EQ(length, cut);
		CHECK(!wire_tlvs_are_well_formed(exact, cut));
		free(exact);
	}
}

TEST(an_organization_s_extension_is_found_under_any_of_the_three_types)
{
	static const uint16_t types[] = { 0x0003, 0x4000, 0x8000 };

	for (size_t i = 0; i < 3; i++) {
		uint8_t tlvs[] = { 0, 8, 0, 0, 0, 0, 0, 12, 0, 0x80, 0xC2, 0, 0, 2, 1, 2, 3, 4, 0, 0 };
		struct wire_interval_request request;
		struct wire_tlv tlv;

		tlvs[4] = (uint8_t)(types[i] >> 8);
		tlvs[5] = (uint8_t)types[i];
		CHECK(wire_tlv_find_organization(tlvs, sizeof(tlvs), WIRE_ORGANIZATION_IEEE_802_1,
						 WIRE_MESSAGE_INTERVAL_REQUEST, &tlv));
		CHECK_EQ(tlv.type, types[i]);
		CHECK(wire_tlv_get_interval_request(&tlv, &request));
		CHECK_EQ(request.announce_interval, 3);
		CHECK(!wire_tlv_find_organization(tlvs, sizeof(tlvs), WIRE_ORGANIZATION_IEEE_802_1,
						  WIRE_GPTP_CAPABLE, &tlv));
		CHECK(!wire_tlv_find_organization(tlvs, sizeof(tlvs), WIRE_ORGANIZATION_ITU_T,
						  WIRE_MESSAGE_INTERVAL_REQUEST, &tlv));
	}
}

/* ---- the registry ------------------------------------------------------------------------------------------- */

/* 14.2: 0x0008, 0x0009 and all from 0x4000 to 0x7FFF, known or not. */
TEST(the_types_that_a_boundary_clock_passes_on_are_those_of_the_standard)
{
	for (unsigned type = 0; type <= UINT16_MAX; type++) {
		bool is_passed_on = type == 8 || type == 9 || (type >= 0x4000 && type <= 0x7FFF);

		CHECK_EQ(wire_tlv_is_propagated((uint16_t)type), is_passed_on);
		CHECK(wire_tlv_name((uint16_t)type));
	}
}

TEST(names_of_types)
{
	CHECK_STR_EQ(wire_tlv_name(0x0008), "PATH_TRACE");
	CHECK_STR_EQ(wire_tlv_name(0x8009), "AUTHENTICATION");
	CHECK_STR_EQ(wire_tlv_name(0x000A), "reserved");
	CHECK_STR_EQ(wire_tlv_name(0x2004), "experimental");
	CHECK_STR_EQ(wire_tlv_name(0x7FFF), "experimental, propagated");
	CHECK_STR_EQ(wire_tlv_name(0xFFFF), "reserved");
}

TEST(no_kind_is_listed_twice)
{
	for (size_t i = 0; wire_tlv_kind_at(i); i++) {
		const struct wire_tlv_kind *a = wire_tlv_kind_at(i);

		for (size_t j = 0; j < i; j++) {
			const struct wire_tlv_kind *b = wire_tlv_kind_at(j);

			CHECK(strcmp(a->name, b->name) != 0);
			CHECK(a->organization != b->organization || a->subtype != b->subtype ||
			      (a->organization == 0 && a->type != b->type));
		}
	}
}

TEST(an_unknown_type_is_carried_through_as_octets)
{
	static const uint8_t value[] = { 1, 2, 3, 4 };

	for (unsigned type = 0; type <= UINT16_MAX; type += 257) {
		struct wire_tlv tlv = tlv_of((uint16_t)type, value, sizeof(value));
		struct wire_tlv_value decoded;
		struct wire_tlv again;

		if (!wire_tlv_decode(&tlv, &decoded)) {
			continue; /* a known one with more fields */
		}
		again = encode(&decoded);
		CHECK_EQ(again.type, type);
		CHECK_EQ(again.length, sizeof(value));
		CHECK_MEM_EQ(again.value, value, sizeof(value));
	}
}

TEST(another_organization_s_extension_is_carried_through_as_octets)
{
	static const uint8_t value[] = { 0xAA, 0xBB, 0xCC, 0, 0, 1, 9, 8 };
	struct wire_tlv tlv = tlv_of(WIRE_TLV_ORGANIZATION_EXTENSION_PROPAGATE, value, sizeof(value));
	struct wire_tlv_value decoded;
	struct wire_tlv again;

	CHECK(wire_tlv_decode(&tlv, &decoded));
	CHECK_EQ(decoded.u.organization_extension.organization_id, 0xAABBCC);
	CHECK_EQ(decoded.u.organization_extension.organization_sub_type, 1);
	CHECK_EQ(decoded.u.organization_extension.data_field.length, 2);
	again = encode(&decoded);
	CHECK_EQ(again.length, sizeof(value));
	CHECK_MEM_EQ(again.value, value, sizeof(value));
	tlv.length = 4; /* no whole organizationSubType */
	CHECK(!wire_tlv_decode(&tlv, &decoded));
}

/* ---- oddities ----------------------------------------------------------------------------------------------- */

TEST(a_c37_238_length_of_12_is_read_as_18)
{
	static const uint8_t tlvs[] = {
		0, 3, 0, 12, 0x1C, 0x12, 0x9D, 0, 0, 1, 0, 3, 0, 0, 0, 50, 0, 0, 0, 200, 0, 0, 0, 8, 0, 0,
	};
	const uint8_t *at = tlvs;
	size_t length = sizeof(tlvs);
	struct wire_tlv_value value;
	struct wire_tlv tlv;

	CHECK(wire_tlvs_are_well_formed(tlvs, sizeof(tlvs)));
	CHECK(wire_tlv_next(&at, &length, &tlv));
	CHECK_EQ(tlv.length, 18);
	CHECK(wire_tlv_decode(&tlv, &value));
	CHECK_EQ(value.u.c37_238_2011.network_time_inaccuracy, 200);
	CHECK_EQ(encode(&value).length, 18);
	CHECK(wire_tlv_next(&at, &length, &tlv));
	CHECK_EQ(tlv.type, WIRE_TLV_PATH_TRACE);

	/* where no six octets follow it is what it says: too short for its fields */
	at = tlvs;
	length = 16;
	CHECK(wire_tlv_next(&at, &length, &tlv));
	CHECK_EQ(tlv.length, 12);
	CHECK(!wire_tlv_decode(&tlv, &value));
}

TEST(an_error_status_may_come_with_a_text_an_empty_one_or_none)
{
	static const uint8_t none[] = { 0, 6, 0x20, 0x18, 0, 0, 0, 0 };
	static const uint8_t empty[] = { 0, 6, 0x20, 0x18, 0, 0, 0, 0, 0, 0 };
	static const uint8_t text[] = { 0, 6, 0x20, 0x18, 0, 0, 0, 0, 2, 'n', 'o', 0 };
	static const uint8_t broken[] = { 0, 6, 0x20, 0x18, 0, 0, 0, 0, 4, 'n', 'o', 0 };
	struct wire_tlv_value value;
	struct wire_tlv tlv;

	tlv = tlv_of(WIRE_TLV_MANAGEMENT_ERROR_STATUS, none, sizeof(none));
	CHECK(wire_tlv_decode(&tlv, &value));
	CHECK(!value.u.management_error_status.has_display_data);
	CHECK_EQ(encode(&value).length, 8);
	tlv = tlv_of(WIRE_TLV_MANAGEMENT_ERROR_STATUS, empty, sizeof(empty));
	CHECK(wire_tlv_decode(&tlv, &value));
	CHECK(value.u.management_error_status.has_display_data);
	CHECK_EQ(encode(&value).length, 10);
	tlv = tlv_of(WIRE_TLV_MANAGEMENT_ERROR_STATUS, text, sizeof(text));
	CHECK(wire_tlv_decode(&tlv, &value));
	CHECK_EQ(value.u.management_error_status.display_data.length, 2);
	CHECK_EQ(encode(&value).length, 12);
	tlv = tlv_of(WIRE_TLV_MANAGEMENT_ERROR_STATUS, broken, sizeof(broken));
	CHECK(!wire_tlv_decode(&tlv, &value));
}

TEST(l1_sync_has_its_extended_fields_if_it_says_so)
{
	uint8_t value[40] = { 0x07, 0x07, 0x05 };
	struct wire_tlv tlv = tlv_of(WIRE_TLV_L1_SYNC, value, sizeof(value));
	struct wire_tlv_value decoded;

	CHECK(wire_tlv_decode(&tlv, &decoded)); /* not said: the rest is not ours */
	CHECK_EQ(decoded.u.l1_sync.parameters, 0);
	CHECK_EQ(encode(&decoded).length, 2);
	value[0] |= WIRE_L1_OPT_PARAMS_ENABLED;
	CHECK(wire_tlv_decode(&tlv, &decoded));
	CHECK_EQ(decoded.u.l1_sync.parameters, 5);
	CHECK_EQ(encode(&decoded).length, 40);
	tlv.length = 2;
	CHECK(!wire_tlv_decode(&tlv, &decoded));
}

TEST(an_organization_s_value_that_nobody_knows_is_our_own_mistake)
{
	expect_assert_failure(wire_tlv_value_of_organization(WIRE_ORGANIZATION_ITU_T, 99));
}

TEST(a_failed_decoding_leaves_the_value_untouched)
{
	static const uint8_t value[2] = { 0 };
	struct wire_tlv tlv = tlv_of(WIRE_TLV_GRANT_UNICAST_TRANSMISSION, value, sizeof(value));
	struct wire_tlv_value out = wire_tlv_value_of(WIRE_TLV_PAD);

	CHECK(!wire_tlv_decode(&tlv, &out));
	CHECK_EQ(out.type, WIRE_TLV_PAD);
}

TEST(follow_up_information_is_one_tlv_of_32_octets_either_way)
{
	const struct wire_follow_up_information a = { -12345, 7, 0x0102, 0x030405060708090A, 0x0B0C, -99 };
	struct wire_follow_up_information b;
	struct wire_writer w = wire_writer(octets, 32);
	const uint8_t *at = octets;
	size_t length = 32;
	struct wire_tlv tlv;

	wire_tlv_put_follow_up_information(&w, &a);
	CHECK(!w.overrun && w.at == 32);
	for (int i = 0; i < 12; i++) {
		CHECK_EQ(octets[16 + i], i + 1); /* ScaledNs */
	}
	CHECK(wire_tlv_next(&at, &length, &tlv));
	CHECK(wire_tlv_get_follow_up_information(&tlv, &b));
	CHECK_EQ(b.cumulative_scaled_rate_offset, -12345);
	CHECK_EQ(b.gm_time_base_indicator, 7);
	CHECK_EQ(b.last_gm_phase_change_ns, 0x030405060708090A);
	CHECK_EQ(b.last_gm_phase_change_fraction, 0x0B0C);
	CHECK_EQ(b.scaled_last_gm_freq_change, -99);
	tlv.length = 26;
	CHECK(!wire_tlv_get_follow_up_information(&tlv, &b));
	tlv.length = 28;
	tlv.type = WIRE_TLV_PATH_TRACE;
	CHECK(!wire_tlv_get_follow_up_information(&tlv, &b));
}

TEST(an_interval_request_is_no_follow_up_information)
{
	const struct wire_interval_request a = {
		WIRE_INTERVAL_NO_CHANGE, -3, WIRE_INTERVAL_INITIAL, 6, { 0 }
	};
	struct wire_interval_request b;
	struct wire_follow_up_information c;
	struct wire_writer w = wire_writer(octets, sizeof(octets));
	const uint8_t *at = octets;
	struct wire_tlv tlv;
	size_t length;

	wire_tlv_put_interval_request(&w, &a);
	length = w.at;
	CHECK_EQ(length, 16);
	CHECK(wire_tlv_next(&at, &length, &tlv));
	CHECK(wire_tlv_get_interval_request(&tlv, &b));
	CHECK_EQ(b.link_delay_interval, -128);
	CHECK_EQ(b.time_sync_interval, -3);
	CHECK_EQ(b.announce_interval, 126);
	CHECK_EQ(b.flags, 6);
	CHECK(!wire_tlv_get_follow_up_information(&tlv, &c));
}

TEST(a_tlv_that_does_not_fit_overruns_its_writer)
{
	const struct wire_interval_request a = { 0 };

	for (size_t size = 0; size < 16; size++) {
		uint8_t *exact = malloc(size);
		struct wire_writer w = wire_writer(exact, size);

		wire_tlv_put_interval_request(&w, &a);
		CHECK(w.overrun);
		free(exact);
	}
}

TEST(where_it_is_carried)
{
	struct wire_tlv_value value = wire_tlv_value_of(WIRE_TLV_PATH_TRACE);

	CHECK_EQ(value.kind->carried_in, WIRE_CARRIED_IN(GN_ANNOUNCE));
	value = wire_tlv_value_of(WIRE_TLV_CUMULATIVE_RATE_RATIO);
	CHECK_EQ(value.kind->carried_in, WIRE_CARRIED_IN(GN_SYNC) | WIRE_CARRIED_IN(GN_FOLLOW_UP));
	value = wire_tlv_value_of(WIRE_TLV_AUTHENTICATION);
	CHECK_EQ(value.kind->carried_in, WIRE_CARRIED_IN_ANY);
	value = wire_tlv_value_of(0x1234);
	CHECK_EQ(value.kind->carried_in, WIRE_CARRIED_NOWHERE);
}
