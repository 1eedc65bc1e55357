/* src/core/management/answer_test.c -- the rows against the registry, and what several ids share. */
#include "core/management/answer.h"

#include "tests/management/asking.h"
#include "tests/test.h"

TEST(every_row_is_of_a_known_id_and_an_id_has_one_row)
{
	unsigned rows = 0;

	for (unsigned id = 0; id <= UINT16_MAX; id++) {
		const struct answer_row *row = answer_row((uint16_t)id);

		if (row) {
			rows++;
			CHECK_EQ(row->id, id);
			CHECK(wire_management_kind((uint16_t)id));
			CHECK(row->get || row->command);
		}
	}
	CHECK_EQ(rows, 37);
}

/* GET of ENABLE_PORT and DISABLE_PORT, which linuxptp answers, is all that goes beyond Table 59. */
TEST(no_row_does_what_the_id_is_not_defined_for)
{
	for (size_t place = 0; place < WIRE_MANAGEMENT_IDS; place++) {
		const struct wire_management_kind *kind = wire_management_kind_at(place);
		const struct answer_row *row = answer_row(kind->id);
		bool is_switch = kind->id == WIRE_ENABLE_PORT || kind->id == WIRE_DISABLE_PORT;

		if (row) {
			CHECK(!row->get || is_switch || kind->actions & WIRE_MAY(WIRE_GET));
			CHECK(!row->set || kind->actions & WIRE_MAY(WIRE_SET));
			CHECK(!row->command || kind->actions & WIRE_MAY(WIRE_COMMAND));
		}
	}
}

TEST(text_is_cut_to_what_a_PTPText_holds_and_never_within_a_symbol)
{
	char text[600];

	for (size_t symbol = 1; symbol <= 4; symbol++) {
		static const char *const symbols[] = { "", "x", "\xC3\xA4", "\xE2\x82\xAC",
						       "\xF0\x9F\x95\x92" };

		for (size_t before = 0; before < 5; before++) {
			for (size_t count = 0; before + count * symbol < sizeof(text); count++) {
				struct wire_text cut;
				size_t length = before + count * symbol, fitting;

				memset(text, 'a', before);
				for (size_t i = 0; i < count; i++) {
					memcpy(text + before + i * symbol, symbols[symbol], symbol);
				}
				text[length] = '\0';
				cut = answer_text(text);
				fitting = length <= 255 ? length : before + (255 - before) / symbol * symbol;
				CHECK_EQ(cut.length, fitting);
			}
		}
	}
}

TEST(time_flags_are_those_of_the_announce_message)
{
	CHECK_EQ(answer_time_flags(&(struct time_properties_ds){ .leap61 = true }), 0x01);
	CHECK_EQ(answer_time_flags(&(struct time_properties_ds){ .leap59 = true }), 0x02);
	CHECK_EQ(answer_time_flags(&(struct time_properties_ds){ .current_utc_offset_valid = true }), 0x04);
	CHECK_EQ(answer_time_flags(&(struct time_properties_ds){ .ptp_timescale = true }), 0x08);
	CHECK_EQ(answer_time_flags(&(struct time_properties_ds){ .time_traceable = true }), 0x10);
	CHECK_EQ(answer_time_flags(&(struct time_properties_ds){ .frequency_traceable = true }), 0x20);
	CHECK_EQ(answer_time_flags(&(struct time_properties_ds){ .time_source = 0x20 }), 0);
}

TEST(the_receiving_port_is_the_one_in_TIME_RECEIVER_or_UNCALIBRATED)
{
	struct gn_instance *instance = asking_start();

	CHECK(!answer_receiving_port(instance));
	instance->ports[2].ds.port_state = GN_PORT_UNCALIBRATED;
	CHECK(answer_receiving_port(instance) == &instance->ports[2]);
	instance->ports[1].ds.port_state = GN_PORT_TIME_RECEIVER;
	CHECK(answer_receiving_port(instance) == &instance->ports[1]);
}

TEST(the_interface_is_the_one_that_stamps_and_the_configured_one_until_that_is_told)
{
	struct gn_instance *instance = asking_start();
	struct port *port = &instance->ports[1];

	CHECK_MEM_EQ(answer_interface(port).octets, "eth1", 4);
	strcpy(port->attachment.label, "bond0-b");
	CHECK_EQ(answer_interface(port).length, 7);
	port->has_attachment = false;
	CHECK_EQ(answer_interface(port).length, 4);
	CHECK_EQ(answer_time_stamping(port), GN_STAMPING_HARDWARE);
	instance->config.time_stamping = GN_STAMPING_LEGACY;
	CHECK_EQ(answer_time_stamping(port), GN_STAMPING_LEGACY);
}
