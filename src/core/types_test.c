/* src/core/types_test.c */
#include "gnomon/types.h"

#include "tests/test.h"

TEST(every_result_has_a_text_of_its_own)
{
	for (int a = GN_OK; a <= GN_ERR_RANGE; a++) {
		CHECK(gn_result_text((enum gn_result)a)[0] != '\0');
		for (int b = GN_OK; b < a; b++) {
			CHECK(strcmp(gn_result_text((enum gn_result)a), gn_result_text((enum gn_result)b)) !=
			      0);
		}
	}
	CHECK_STR_EQ(gn_result_text((enum gn_result)(GN_ERR_RANGE + 1)), "unknown result");
}

TEST(clock_identities_differ_when_any_bit_does)
{
	struct gn_port_identity a = { { { 1, 2, 3, 0xFF, 0xFE, 4, 5, 6 } }, 1 }, b = a;

	CHECK(gn_clock_identity_equal(&a.clock_identity, &b.clock_identity));
	CHECK(gn_port_identity_equal(&a, &b));
	for (int bit = 0; bit < 64; bit++) {
		b = a;
		b.clock_identity.octets[bit / 8] ^= (uint8_t)(1u << bit % 8);
		CHECK(!gn_clock_identity_equal(&a.clock_identity, &b.clock_identity));
		CHECK(!gn_port_identity_equal(&a, &b));
	}
	b = a;
	b.port_number = 257;
	CHECK(!gn_port_identity_equal(&a, &b));
}

TEST(an_eui_48_becomes_a_clock_identity_with_ff_fe_in_its_middle)
{
	const uint8_t mac[6] = { 0x00, 0x1B, 0x19, 0xA0, 0xB1, 0xC2 };
	const uint8_t identity[8] = { 0x00, 0x1B, 0x19, 0xFF, 0xFE, 0xA0, 0xB1, 0xC2 };

	CHECK_MEM_EQ(gn_clock_identity_from_mac(mac).octets, identity, 8);
}

TEST(message_types_have_the_names_of_the_standard_and_reserved_ones_none)
{
	static const char *const names[] = {
		"Sync",
		"Delay_Req",
		"Pdelay_Req",
		"Pdelay_Resp",
		NULL,
		NULL,
		NULL,
		NULL,
		"Follow_Up",
		"Delay_Resp",
		"Pdelay_Resp_Follow_Up",
		"Announce",
		"Signaling",
		"Management",
		NULL,
		NULL,
		NULL,
	};

	for (unsigned type = 0; type < sizeof(names) / sizeof(names[0]); type++) {
		if (names[type]) {
			CHECK_STR_EQ(gn_message_type_name(type), names[type]);
		} else {
			CHECK(gn_message_type_name(type) == NULL);
		}
	}
	CHECK(gn_message_type_name(UINT32_MAX) == NULL);
}
