/* src/core/management/linuxptp_test.c -- the ids 0xC000.., whose layouts others rely on octet for octet. */
#include "tests/management/asking.h"
#include "tests/test.h"

static unsigned tell(uint16_t id, uint16_t port, const uint8_t *data, size_t length)
{
	return asking_ask(&(struct question){
		.action = WIRE_SET, .id = id, .target_port = port, .data = data, .length = length });
}

TEST(a_time_status_is_answered_with_these_octets)
{
	static const uint8_t expected[50] = {
		0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFB, 0xF4,             /* master_offset -1036 */
		0x17, 0x97, 0x9C, 0xFE, 0x36, 0x2A, 0x00, 0x07,             /* ingress_time */
		0x00, 0x00, 0x00, 0x0A,                                     /* cumulativeScaledRateOffset */
		0x00, 0x00, 0x00, 0x0B, 0x00, 0x0C, 0x00, 0x0D,             /* scaledLastGmPhaseChange .. */
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0E, 0x00, 0x0F, /* lastGmPhaseChange */
		0x00, 0x00, 0x00, 0x01,                                     /* gmPresent */
		0xAA, 0xBB, 0xCC, 0xFF, 0xFE, 0xDD, 0xEE, 0xFF,
	};
	struct gn_instance *instance = asking_start();

	instance->last_offset_ns = -1036;
	instance->ingress.whole = (struct gn_timestamp){ 1700000000, 7 };
	instance->parent_ds.grandmaster_identity = asking_identity.clock_identity;
	instance->has_follow_up_information = true;
	instance->follow_up_information = (struct wire_follow_up_information){
		.cumulative_scaled_rate_offset = 0x0A,
		.scaled_last_gm_freq_change = 0x0B,
		.gm_time_base_indicator = 0x0C,
		.last_gm_phase_change_high = 0x0D,
		.last_gm_phase_change_ns = 0x0E,
		.last_gm_phase_change_fraction = 0x0F,
	};
	CHECK_EQ(asking_ask(&(struct question){ .id = WIRE_TIME_STATUS_NP }), 1);
	CHECK_EQ(asking_frame(0)->data_length, sizeof(expected));
	CHECK_MEM_EQ(asking_frame(0)->data, expected, sizeof(expected));
}

TEST(a_grandmaster_has_no_grandmaster_present_and_an_old_follow_up_is_not_shown)
{
	struct gn_instance *instance = asking_start();
	union wire_management_data data;

	instance->follow_up_information.gm_time_base_indicator = 5;
	asking_get(WIRE_TIME_STATUS_NP, 0, &data);
	CHECK_EQ(data.time_status_np.gm_present, 0);
	CHECK_EQ(data.time_status_np.gm_time_base_indicator, 0);
	CHECK_EQ(data.time_status_np.ingress_time, 0);
}

TEST(the_neighbours_rate_is_added_for_the_receiving_port_and_saturates)
{
	static const struct {
		double ratio;
		int32_t information, shown;
	} cases[] = {
		{ 1.0, 5, 5 },
		{ 1.0 + 1.0 / 2199023255552.0, 5, 6 },
		{ 1.0 + 1000.0 / 2199023255552.0, -5, 995 },
		{ 1.001, 0, INT32_MAX }, /* 2^41 / 1000 is more than 2^31 */
		{ 0.999, 0, INT32_MIN },
		{ 1.0, INT32_MAX, INT32_MAX },
		{ 1.0, INT32_MIN, INT32_MIN },
	};
	struct gn_instance *instance = asking_start();
	union wire_management_data data;

	instance->has_follow_up_information = true;
	instance->ports[1].neighbor_rate.is_valid = true;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		instance->ports[1].neighbor_rate.ratio = cases[i].ratio;
		instance->follow_up_information.cumulative_scaled_rate_offset = cases[i].information;
		instance->ports[1].ds.port_state = GN_PORT_TIME_RECEIVER;
		asking_get(WIRE_TIME_STATUS_NP, 0, &data);
		CHECK_EQ(data.time_status_np.cumulative_scaled_rate_offset, cases[i].shown);
		instance->ports[1].ds.port_state = GN_PORT_PASSIVE;
		asking_get(WIRE_TIME_STATUS_NP, 0, &data);
		CHECK_EQ(data.time_status_np.cumulative_scaled_rate_offset, cases[i].information);
	}
}

/* ---- GRANDMASTER_SETTINGS_NP ---- */

TEST(grandmaster_settings_change_the_default_data_set_and_what_is_announced)
{
	static const uint8_t settings[] = { 6, 0x21, 0x4E, 0x5D, 0x00, 0x25, 0x3C, 0x20 };
	struct gn_instance *instance = asking_start();
	const struct time_properties_ds *own = &instance->own_time_properties;

	CHECK_EQ(tell(WIRE_GRANDMASTER_SETTINGS_NP, 0, settings, sizeof(settings)), 1);
	CHECK_MEM_EQ(asking_frame(0)->data, settings, sizeof(settings));
	CHECK_EQ(instance->default_ds.clock_quality.clock_class, 6);
	CHECK_EQ(instance->default_ds.clock_quality.clock_accuracy, 0x21);
	CHECK_EQ(instance->default_ds.clock_quality.offset_scaled_log_variance, 0x4E5D);
	CHECK_EQ(own->current_utc_offset, 37);
	CHECK_EQ(own->time_source, GN_TIME_SOURCE_GNSS);
	CHECK(own->current_utc_offset_valid && own->ptp_timescale && own->time_traceable &&
	      own->frequency_traceable);
	CHECK(!own->leap59 && !own->leap61);
	CHECK(instance->is_decision_due);
}

TEST(every_combination_of_flags_is_kept_but_two_leap_seconds_at_once)
{
	struct gn_instance *instance = asking_start();

	for (unsigned flags = 0; flags <= UINT8_MAX; flags++) {
		const uint8_t settings[] = { 248, 0xFE, 0xFF, 0xFF, 0x00, 0x25, (uint8_t)flags, 0xA0 };

		instance->is_decision_due = false;
		CHECK_EQ(tell(WIRE_GRANDMASTER_SETTINGS_NP, 0, settings, sizeof(settings)), 1);
		if ((flags & 3) == 3) {
			CHECK_EQ(asking_frame(0)->error, WIRE_ERROR_WRONG_VALUE);
			CHECK(!instance->is_decision_due);
		} else {
			CHECK_EQ(asking_frame(0)->data[6], flags & 0x3F);
			CHECK(instance->is_decision_due);
		}
	}
}

TEST(who_is_never_grandmaster_keeps_clockClass_255)
{
	static const uint8_t settings[] = { 6, 0x21, 0x4E, 0x5D, 0x00, 0x25, 0x3C, 0x20 };
	struct gn_instance *instance = asking_start();

	instance->default_ds.time_receiver_only = true;
	CHECK_EQ(tell(WIRE_GRANDMASTER_SETTINGS_NP, 0, settings, sizeof(settings)), 1);
	CHECK_EQ(asking_frame(0)->data[0], 255);
	CHECK_EQ(asking_frame(0)->data[1], 0x21);
	instance = asking_start();
	instance->config.gm_capable = 0;
	CHECK_EQ(tell(WIRE_GRANDMASTER_SETTINGS_NP, 0, settings, sizeof(settings)), 1);
	CHECK_EQ(instance->default_ds.clock_quality.clock_class, 255);
}

TEST(the_decision_that_follows_announces_the_new_settings)
{
	static const uint8_t settings[] = { 6, 0x21, 0x4E, 0x5D, 0x00, 0x25, 0x3C, 0x20 };
	struct gn_instance *instance = asking_start();
	struct gn_event later = { .type = GN_EVENT_DEADLINE, .now = instance->now };
	union wire_management_data data;

	for (int i = 0; i < ASKING_PORTS; i++) {
		instance->ports[i].ds.port_state = GN_PORT_TIME_TRANSMITTER;
	}
	CHECK_EQ(tell(WIRE_GRANDMASTER_SETTINGS_NP, 0, settings, sizeof(settings)), 1);
	gn_instance_event(instance, &later);
	asking_get(WIRE_PARENT_DATA_SET, 0, &data);
	CHECK_EQ(data.parent_data_set.grandmaster_clock_quality.clock_class, 6);
	asking_get(WIRE_TIME_PROPERTIES_DATA_SET, 0, &data);
	CHECK_EQ(data.time_properties_data_set.flags, 0x3C);
}

TEST(synchronization_uncertain_is_0_1_or_255)
{
	struct gn_instance *instance = asking_start();

	for (unsigned value = 0; value <= UINT8_MAX; value++) {
		const uint8_t data[2] = { (uint8_t)value, 0 };

		instance->synchronization_uncertain_np = 0xFF;
		CHECK_EQ(tell(WIRE_SYNCHRONIZATION_UNCERTAIN_NP, 0, data, 2), 1);
		if (value < 2 || value == 0xFF) {
			CHECK_EQ(asking_frame(0)->data[0], value);
			CHECK_EQ(instance->synchronization_uncertain_np, value);
		} else {
			CHECK_EQ(asking_frame(0)->error, WIRE_ERROR_NOT_SUPPORTED);
			CHECK_EQ(instance->synchronization_uncertain_np, 0xFF);
		}
	}
}

/* ---- ports ---- */

TEST(a_port_tells_whether_it_is_as_capable_and_takes_a_threshold)
{
	static const uint8_t settings[] = { 0x00, 0x00, 0x03, 0x20, 0, 0, 0, 1 },
			     too_large[] = { 0x80, 0, 0, 0, 0, 0, 0, 0 };
	struct gn_instance *instance = asking_start();
	struct port *port = &instance->ports[1];
	union wire_management_data data;

	port->is_as_capable = false;
	CHECK_EQ(tell(WIRE_PORT_DATA_SET_NP, 2, settings, sizeof(settings)), 1);
	CHECK_MEM_EQ(asking_frame(0)->data, ((uint8_t[]){ 0, 0, 0x03, 0x20, 0, 0, 0, 0 }), 8);
	CHECK_EQ(port->config.neighbor_prop_delay_thresh, 800);
	CHECK_EQ(instance->ports[0].config.neighbor_prop_delay_thresh, 20000000);
	CHECK_EQ(tell(WIRE_PORT_DATA_SET_NP, 2, too_large, sizeof(too_large)), 1);
	CHECK_EQ(asking_frame(0)->error, WIRE_ERROR_WRONG_VALUE);
	CHECK_EQ(port->config.neighbor_prop_delay_thresh, 800);

	port->is_as_capable = true;
	asking_get(WIRE_PORT_DATA_SET_NP, 2, &data);
	CHECK_EQ(data.port_data_set_np.as_capable, WIRE_AS_CAPABLE_YES);
	port->config.as_capable = GN_AS_CAPABLE_TRUE;
	asking_get(WIRE_PORT_DATA_SET_NP, 2, &data);
	CHECK_EQ(data.port_data_set_np.as_capable, WIRE_AS_CAPABLE_FORCED);
}

TEST(port_properties_are_answered_with_these_octets)
{
	static const uint8_t expected[] = {
		0x00, 0x11, 0x22, 0xFF, 0xFE, 0x33, 0x44, 0x55, 0, 3, 4, 1, 4, 'e', 't', 'h', '2', 0,
	};

	asking_start();
	CHECK_EQ(asking_ask(&(struct question){ .id = WIRE_PORT_PROPERTIES_NP, .target_port = 3 }), 1);
	CHECK_EQ(asking_frame(0)->data_length, sizeof(expected));
	CHECK_MEM_EQ(asking_frame(0)->data, expected, sizeof(expected));
}

TEST(a_hardware_clock_is_answered_with_these_octets)
{
	static const uint8_t first[] = { 0x00, 0x11, 0x22, 0xFF, 0xFE, 0x33, 0x44, 0x55,
					 0,    2,    0,    0,    0,    1,    1,    0 };
	static const uint8_t none[] = { 0x00, 0x11, 0x22, 0xFF, 0xFE, 0x33, 0x44, 0x55,
					0,    2,    0xFF, 0xFF, 0xFF, 0xFF, 0,    0 };
	struct gn_instance *instance = asking_start();
	const struct question q = { .id = WIRE_PORT_HWCLOCK_NP, .target_port = 2 };

	instance->ports[1].attachment.is_virtual_clock = true;
	CHECK_EQ(asking_ask(&q), 1);
	CHECK_MEM_EQ(asking_frame(0)->data, first, sizeof(first));
	instance->ports[1].has_attachment = false;
	CHECK_EQ(asking_ask(&q), 1);
	CHECK_MEM_EQ(asking_frame(0)->data, none, sizeof(none));
}

TEST(every_counter_of_a_port_is_at_its_place_and_little_endian)
{
	struct gn_instance *instance = asking_start();
	struct port *port = &instance->ports[1];
	const uint8_t *data;

	for (unsigned i = 0; i < GN_MESSAGE_TYPES; i++) {
		port->received[i] = 0x0100 + i;
		port->sent[i] = 0x0200 + i;
	}
	for (unsigned i = 0; i < 10; i++) {
		port->service[i] = 0x0300 + i;
	}
	CHECK_EQ(asking_ask(&(struct question){ .id = WIRE_PORT_STATS_NP, .target_port = 2 }), 1);
	data = asking_frame(0)->data;
	CHECK_EQ(asking_frame(0)->data_length, 266);
	CHECK_EQ(data[9], 2);
	for (unsigned i = 0; i < GN_MESSAGE_TYPES; i++) {
		CHECK_MEM_EQ(data + 10 + 8 * i, ((uint8_t[]){ (uint8_t)i, 1, 0, 0, 0, 0, 0, 0 }), 8);
		CHECK_MEM_EQ(data + 138 + 8 * i, ((uint8_t[]){ (uint8_t)i, 2, 0, 0, 0, 0, 0, 0 }), 8);
	}
	CHECK_EQ(asking_ask(&(struct question){ .id = WIRE_PORT_SERVICE_STATS_NP, .target_port = 2 }), 1);
	data = asking_frame(0)->data;
	CHECK_EQ(asking_frame(0)->data_length, 90);
	for (unsigned i = 0; i < 10; i++) {
		CHECK_MEM_EQ(data + 10 + 8 * i, ((uint8_t[]){ (uint8_t)i, 3, 0, 0, 0, 0, 0, 0 }), 8);
	}
}

/* ---- PORT_CORRECTIONS_NP ---- */

static void put_little(uint8_t *out, int64_t v)
{
	for (int i = 0; i < 8; i++) {
		out[i] = (uint8_t)((uint64_t)v >> (8 * i));
	}
}

TEST(corrections_are_taken_in_whole_nanoseconds_and_shown_as_they_are_in_force)
{
	static const struct {
		int64_t scaled, shown;
		bool is_taken;
	} cases[] = {
		{ 10 * 65536, 10 * 65536, true },
		{ -10 * 65536, -10 * 65536, true },
		{ 0x7FFF, 0, true }, /* half a nanosecond, nearly */
		{ 0x8000, 65536, true },
		{ -0x8000, 0, true },
		{ -0x8001, -65536, true },
		{ (int64_t)INT32_MAX * 65536, (int64_t)INT32_MAX * 65536, true },
		{ (int64_t)INT32_MIN * 65536, (int64_t)INT32_MIN * 65536, true },
		{ ((int64_t)INT32_MAX + 1) * 65536, 0, false },
		{ ((int64_t)INT32_MIN - 1) * 65536, 0, false },
		{ INT64_MAX, 0, false },
		{ INT64_MIN, 0, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (unsigned place = 0; place < 3; place++) {
			struct gn_instance *instance = asking_start();
			const struct port *port = &instance->ports[0];
			uint8_t data[24] = { 0 }, shown[24] = { 0 };

			put_little(data + 8 * place, cases[i].scaled);
			put_little(shown + 8 * place, cases[i].shown);
			CHECK_EQ(tell(WIRE_PORT_CORRECTIONS_NP, 1, data, sizeof(data)), 1);
			if (cases[i].is_taken) {
				CHECK_MEM_EQ(asking_frame(0)->data, shown, sizeof(shown));
				CHECK_EQ(port->ds.delay_asymmetry.scaled_ns, place == 2 ? cases[i].shown : 0);
			} else {
				CHECK_EQ(asking_frame(0)->error, WIRE_ERROR_WRONG_VALUE);
			}
			CHECK_EQ(port->config.egress_latency, place == 0 ? cases[i].shown / 65536 : 0);
			CHECK_EQ(port->config.ingress_latency, place == 1 ? cases[i].shown / 65536 : 0);
		}
	}
}

TEST(one_correction_that_is_too_large_leaves_all_of_them)
{
	struct gn_instance *instance = asking_start();
	uint8_t data[24] = { 0 };

	put_little(data, 7 * 65536);
	put_little(data + 16, INT64_MAX);
	CHECK_EQ(tell(WIRE_PORT_CORRECTIONS_NP, 1, data, sizeof(data)), 1);
	CHECK_EQ(asking_frame(0)->error, WIRE_ERROR_WRONG_VALUE);
	CHECK_EQ(instance->ports[0].config.egress_latency, 0);
}
