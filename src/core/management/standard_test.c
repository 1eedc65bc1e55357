/* src/core/management/standard_test.c -- the ids of Table 59: each member of the data sets in its place. */
#include "tests/management/asking.h"
#include "tests/test.h"

/* The data of the answer to a GET on the management socket, octet for octet. */
static void check_data(uint16_t id, uint16_t port, const uint8_t *expected, size_t length)
{
	CHECK_EQ(asking_ask(&(struct question){ .id = id, .target_port = port }), 1);
	CHECK_EQ(asking_frame(0)->data_length, length);
	CHECK_MEM_EQ(asking_frame(0)->data, expected, length);
}

#define CHECK_DATA(id, port, ...)                                                                            \
	check_data(id, port, (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }))

TEST(a_clock_description_is_made_of_the_configuration_and_the_attachment)
{
	struct gn_instance *instance = asking_start();

	CHECK_DATA(WIRE_CLOCK_DESCRIPTION, 2, 0x40, 0x00,                /* three ports: boundary clock */
		   10, 'I', 'E', 'E', 'E', ' ', '8', '0', '2', '.', '3', /* physicalLayerProtocol */
		   0x00, 0x06, 0x02, 0, 0, 0, 0, 0x02,                   /* physicalAddress */
		   0x00, 0x03, 0x00, 0x06, 0x02, 0, 0, 0, 0, 0x02,       /* protocolAddress */
		   0x00, 0x11, 0x22, 0,                                  /* manufacturerIdentity */
		   11, 'A', 'c', 'm', 'e', ';', 'M', '1', ';', 'S', 'N', '1', /* productDescription */
		   5, '1', ';', '2', ';', '3', 8, 'd', 'e', 'v', ';', 'r', 'a', 'c', 'k', /* and the others */
		   0x00, 0x1B, 0x19, 0x00, 0x01, 0x00);
	instance->ports[1].has_attachment = false;
	CHECK_EQ(asking_ask(&(struct question){ .id = WIRE_CLOCK_DESCRIPTION, .target_port = 2 }), 1);
	CHECK_MEM_EQ(asking_frame(0)->data + 13, ((uint8_t[]){ 0, 0, 0, 3, 0, 0 }), 6);
}

TEST(a_physical_address_has_at_most_the_octets_that_are_there)
{
	struct gn_instance *instance = asking_start();
	union wire_management_data data;

	for (unsigned length = 0; length <= UINT8_MAX; length++) {
		instance->ports[0].attachment.physical_address_length = (uint8_t)length;
		asking_get(WIRE_CLOCK_DESCRIPTION, 1, &data);
		CHECK_EQ(data.clock_description.physical_address.length, length < 16 ? length : 16);
	}
}

TEST(a_clock_with_one_port_is_an_ordinary_clock_and_a_configured_type_stays)
{
	static const struct {
		int configured;
		uint16_t ports, shown;
	} cases[] = {
		{ 0x8000, 1, 0x8000 }, { 0x8000, 2, 0x4000 }, { 0, 1, 0x8000 },
		{ 0, 3, 0x4000 },      { 0x4000, 1, 0x4000 }, { 0x2000, 3, 0x2000 },
	};
	struct gn_instance *instance = asking_start();
	union wire_management_data data;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		instance->config.clock_type = cases[i].configured;
		instance->port_count = cases[i].ports;
		asking_get(WIRE_CLOCK_DESCRIPTION, 1, &data);
		CHECK_EQ(data.clock_description.clock_type, cases[i].shown);
	}
}

TEST(the_profile_is_the_configured_one_or_that_of_the_delay_mechanism)
{
	static const uint8_t e2e[6] = { 0x00, 0x1B, 0x19, 0x00, 0x01, 0x00 };
	static const uint8_t p2p[6] = { 0x00, 0x1B, 0x19, 0x00, 0x02, 0x00 };
	static const uint8_t own[6] = { 0xC0, 0xFF, 0xEE, 0x01, 0x02, 0x03 };
	static const enum gn_delay_mechanism mechanisms[] = { GN_DELAY_AUTO,    GN_DELAY_E2E,
							      GN_DELAY_P2P,     GN_DELAY_COMMON_P2P,
							      GN_DELAY_SPECIAL, GN_DELAY_NONE };
	struct gn_instance *instance = asking_start();
	union wire_management_data data;

	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++) {
		bool is_p2p = mechanisms[i] == GN_DELAY_P2P || mechanisms[i] == GN_DELAY_COMMON_P2P;

		instance->ports[0].ds.delay_mechanism = mechanisms[i];
		strcpy(instance->ports[0].config.profile_identity, "00:00:00:00:00:00");
		asking_get(WIRE_CLOCK_DESCRIPTION, 1, &data);
		CHECK_MEM_EQ(data.clock_description.profile_identity, is_p2p ? p2p : e2e, 6);
		strcpy(instance->ports[0].config.profile_identity, "c0:FF:eE:01:02:03");
		asking_get(WIRE_CLOCK_DESCRIPTION, 1, &data);
		CHECK_MEM_EQ(data.clock_description.profile_identity, own, 6);
	}
}

TEST(an_identity_that_is_cut_short_is_filled_with_zeros)
{
	static const struct {
		const char *text;
		uint8_t octets[3];
	} cases[] = {
		{ "", { 0, 0, 0 } },         { "0", { 0, 0, 0 } },           { "01", { 1, 0, 0 } },
		{ "01:", { 1, 0, 0 } },      { "01:g2:03", { 1, 0, 0 } },    { "01:2g:03", { 1, 0, 0 } },
		{ "01:02:03", { 1, 2, 3 } }, { "01:02:03:04", { 1, 2, 3 } },
	};
	struct gn_instance *instance = asking_start();
	union wire_management_data data;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(instance->config.manufacturer_identity, 0,
		       sizeof(instance->config.manufacturer_identity));
		strcpy(instance->config.manufacturer_identity, cases[i].text);
		asking_get(WIRE_CLOCK_DESCRIPTION, 1, &data);
		CHECK_MEM_EQ(data.clock_description.manufacturer_identity, cases[i].octets, 3);
	}
}

TEST(the_longest_texts_there_can_be_fit_into_an_answer)
{
	struct gn_instance *instance = asking_start();
	union wire_management_data data;

	memset(instance->config.product_description, 'p', GN_TEXT_SIZE - 1);
	memset(instance->config.revision_data, 'r', GN_TEXT_SIZE - 1);
	memset(instance->config.user_description, 'u', GN_TEXT_SIZE - 1);
	asking_get(WIRE_CLOCK_DESCRIPTION, 3, &data);
	CHECK_EQ(data.clock_description.product_description.length, 255);
	CHECK_EQ(data.clock_description.user_description.length, 255);
	asking_get(WIRE_USER_DESCRIPTION, 0, &data);
	CHECK_EQ(data.user_description.user_description.length, 255);
}

TEST(a_user_description_is_padded_even)
{
	struct gn_instance *instance = asking_start();

	CHECK_DATA(WIRE_USER_DESCRIPTION, 0, 8, 'd', 'e', 'v', ';', 'r', 'a', 'c', 'k', 0);
	strcpy(instance->config.user_description, "odd");
	CHECK_DATA(WIRE_USER_DESCRIPTION, 0, 3, 'o', 'd', 'd');
	strcpy(instance->config.user_description, "");
	CHECK_DATA(WIRE_USER_DESCRIPTION, 0, 0, 0);
}

TEST(the_flags_of_the_default_data_set)
{
	struct gn_instance *instance = asking_start();
	union wire_management_data data;

	for (unsigned flags = 0; flags < 4; flags++) {
		instance->default_ds.two_step_flag = flags & 1;
		instance->default_ds.time_receiver_only = flags & 2;
		asking_get(WIRE_DEFAULT_DATA_SET, 0, &data);
		CHECK_EQ(data.default_data_set.flags, flags);
	}
}

TEST(a_current_data_set_has_steps_offset_and_delay)
{
	struct gn_instance *instance = asking_start();

	instance->current_ds.steps_removed = 0x0102;
	instance->current_ds.offset_from_time_transmitter = (struct gn_offset){ -100, 0x8000 };
	instance->current_ds.mean_delay = gn_interval_from_ns(500);
	CHECK_DATA(WIRE_CURRENT_DATA_SET, 0, 1, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x9C, 0x80, 0, 0, 0, 0, 0,
		   0x01, 0xF4, 0, 0);
	instance->current_ds.offset_from_time_transmitter = (struct gn_offset){ INT64_MAX, 0 };
	CHECK_DATA(WIRE_CURRENT_DATA_SET, 0, 1, 2, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0,
		   0x01, 0xF4, 0, 0);
}

TEST(a_parent_data_set_is_octet_for_octet_the_parents)
{
	struct gn_instance *instance = asking_start();

	instance->parent_ds = (struct parent_ds){
		.parent_port_identity = asking_identity,
		.parent_stats = true,
		.observed_parent_offset_scaled_log_variance = 0xFFFF,
		.observed_parent_clock_phase_change_rate = 0x7FFFFFFF,
		.grandmaster_identity = asking_identity.clock_identity,
		.grandmaster_clock_quality = { 6, 0x21, 0x4E5D },
		.grandmaster_priority1 = 10,
		.grandmaster_priority2 = 20,
	};
	CHECK_DATA(WIRE_PARENT_DATA_SET, 0, 0xAA, 0xBB, 0xCC, 0xFF, 0xFE, 0xDD, 0xEE, 0xFF, 0, 2, 1, 0, 0xFF,
		   0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 10, 6, 0x21, 0x4E, 0x5D, 20, 0xAA, 0xBB, 0xCC, 0xFF, 0xFE,
		   0xDD, 0xEE, 0xFF);
}

TEST(time_properties_and_the_ids_that_show_a_part_of_them)
{
	struct gn_instance *instance = asking_start();

	instance->time_properties_ds = (struct time_properties_ds){
		.current_utc_offset = -2,
		.current_utc_offset_valid = true,
		.leap61 = true,
		.time_traceable = true,
		.ptp_timescale = true,
		.time_source = GN_TIME_SOURCE_GNSS,
	};
	instance->current_ds.synchronization_uncertain = true;
	CHECK_DATA(WIRE_TIME_PROPERTIES_DATA_SET, 0, 0xFF, 0xFE, 0x5D, 0x20);
	CHECK_DATA(WIRE_TRACEABILITY_PROPERTIES, 0, 0x10, 0);
	CHECK_DATA(WIRE_TIMESCALE_PROPERTIES, 0, 0x08, 0x20);
	instance->time_properties_ds = (struct time_properties_ds){ .frequency_traceable = true,
								    .leap59 = true };
	instance->current_ds.synchronization_uncertain = false;
	CHECK_DATA(WIRE_TIME_PROPERTIES_DATA_SET, 0, 0, 0, 0x22, 0);
	CHECK_DATA(WIRE_TRACEABILITY_PROPERTIES, 0, 0x20, 0);
	CHECK_DATA(WIRE_TIMESCALE_PROPERTIES, 0, 0, 0);
}

TEST(a_port_data_set_has_each_member_in_its_place)
{
	struct gn_instance *instance = asking_start();
	struct port_ds *ds = &instance->ports[2].ds;

	ds->log_min_delay_req_interval = -4;
	ds->mean_link_delay = (struct gn_interval){ -1 };
	ds->log_announce_interval = -1;
	ds->announce_receipt_timeout = 9;
	ds->log_sync_interval = -7;
	ds->delay_mechanism = GN_DELAY_P2P;
	ds->log_min_pdelay_req_interval = 3;
	ds->minor_version_number = 1;
	CHECK_DATA(WIRE_PORT_DATA_SET, 3, 0x00, 0x11, 0x22, 0xFF, 0xFE, 0x33, 0x44, 0x55, 0, 3, 4, 0xFC, 0xFF,
		   0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 9, 0xF9, 2, 3, 0x02);
	CHECK_DATA(WIRE_LOG_ANNOUNCE_INTERVAL, 3, 0xFF, 0);
	CHECK_DATA(WIRE_ANNOUNCE_RECEIPT_TIMEOUT, 3, 9, 0);
	CHECK_DATA(WIRE_LOG_SYNC_INTERVAL, 3, 0xF9, 0);
	CHECK_DATA(WIRE_DELAY_MECHANISM, 3, 2, 0);
	CHECK_DATA(WIRE_LOG_MIN_PDELAY_REQ_INTERVAL, 3, 3, 0);
	CHECK_DATA(WIRE_VERSION_NUMBER, 3, 2, 0);
	CHECK_DATA(WIRE_MASTER_ONLY, 3, 0, 0);
	ds->time_transmitter_only = true;
	CHECK_DATA(WIRE_MASTER_ONLY, 3, 1, 0);
}

TEST(port_states_are_the_numbers_of_the_standard)
{
	struct gn_instance *instance = asking_start();
	union wire_management_data data;

	for (int state = GN_PORT_INITIALIZING; state <= GN_PORT_TIME_RECEIVER; state++) {
		instance->ports[0].ds.port_state = (enum gn_port_state)state;
		asking_get(WIRE_PORT_DATA_SET, 1, &data);
		CHECK_EQ(data.port_data_set.port_state, state);
	}
}

TEST(an_automatic_delay_mechanism_is_shown_as_E2E)
{
	struct gn_instance *instance = asking_start();

	instance->ports[0].ds.delay_mechanism = GN_DELAY_AUTO;
	CHECK_DATA(WIRE_DELAY_MECHANISM, 1, GN_DELAY_E2E, 0);
	instance->ports[0].ds.delay_mechanism = GN_DELAY_NONE;
	CHECK_DATA(WIRE_DELAY_MECHANISM, 1, GN_DELAY_NONE, 0);
}

TEST(single_members_of_the_default_data_set)
{
	struct gn_instance *instance = asking_start();

	instance->default_ds.clock_quality.clock_accuracy = 0x21;
	CHECK_DATA(WIRE_PRIORITY1, 0, 128, 0);
	CHECK_DATA(WIRE_PRIORITY2, 0, 127, 0);
	CHECK_DATA(WIRE_CLOCK_ACCURACY, 0, 0x21, 0);
	CHECK_DATA(WIRE_SLAVE_ONLY, 0, 0, 0);
	instance->default_ds.time_receiver_only = true;
	CHECK_DATA(WIRE_SLAVE_ONLY, 0, 1, 0);
	CHECK_DATA(WIRE_DOMAIN, 0, 0, 0);
}

TEST(every_priority_can_be_set_and_is_read_back)
{
	struct gn_instance *instance = asking_start();

	for (unsigned value = 0; value <= UINT8_MAX; value++) {
		const uint8_t data[2] = { (uint8_t)value, 0xEE };
		struct question q = { .action = WIRE_SET, .id = WIRE_PRIORITY1, .data = data, .length = 2 };

		CHECK_EQ(asking_ask(&q), 1);
		CHECK_MEM_EQ(asking_frame(0)->data, ((uint8_t[]){ (uint8_t)value, 0 }), 2);
		CHECK_EQ(instance->default_ds.priority1, value);
		q.id = WIRE_PRIORITY2;
		CHECK_EQ(asking_ask(&q), 1);
		CHECK_EQ(asking_frame(0)->data[0], value);
		CHECK_EQ(instance->default_ds.priority2, value);
	}
}
