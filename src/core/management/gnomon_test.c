/* src/core/management/gnomon_test.c -- our own ids, against the offsets of docs/management-ids.md. */
#include "core/servo/controller.h"
#include "tests/management/asking.h"
#include "tests/test.h"

static const uint8_t *data_of(uint16_t id, uint16_t port, size_t length)
{
	CHECK_EQ(asking_ask(&(struct question){ .id = id, .target_port = port }), 1);
	CHECK_EQ(asking_frame(0)->tlv_type, WIRE_TLV_MANAGEMENT);
	CHECK_EQ(asking_frame(0)->data_length, length);
	return asking_frame(0)->data;
}

static uint64_t at(const uint8_t *data, size_t offset, size_t size)
{
	uint64_t v = 0;

	for (size_t i = 0; i < size; i++) {
		v = v << 8 | data[offset + i];
	}
	return v;
}

#define STATUS_LENGTH(name, version) ((96 + (name) + (version) + 1) / 2 * 2)
#define VERSION_LENGTH (sizeof("gnomon " GN_VERSION) - 1)
#define SCALED(ns) ((int64_t)((ns)*65536.0))

/* A clock that has followed another for a while. */
static struct gn_instance *following(void)
{
	struct gn_instance *instance = asking_start();

	instance->parent_ds.grandmaster_identity = asking_identity.clock_identity;
	instance->servo_state = SERVO_LOCKED;
	instance->servo.interval_s = 0.5;
	instance->recent.offset_rms = 12.5;
	instance->recent.offset_max = 40.0;
	instance->recent.offset_mean = -1.25;
	instance->recent.delay_deviation = 3.0;
	instance->recent.count = 64;
	instance->has_delay = true;
	instance->current_ds.mean_delay = gn_interval_from_ns(500);
	instance->last_offset_ns = -17;
	instance->last_frequency.scaled_ppb = -5;
	instance->last_error_ns = 8.0;
	instance->last_sample.ns = 999 * (int64_t)GN_NS_PER_SECOND + 750000000;
	instance->started.ns = 100 * (int64_t)GN_NS_PER_SECOND;
	instance->last_servo_change.ns = 400 * (int64_t)GN_NS_PER_SECOND;
	for (int i = 0; i < ASKING_PORTS; i++) {
		instance->ports[i].state_since.ns = 300 * (int64_t)GN_NS_PER_SECOND;
	}
	instance->steps = 2;
	instance->clock_touches = 3;
	return instance;
}

TEST(a_status_has_every_field_at_its_offset)
{
	const uint8_t *d;

	following();
	d = data_of(0xD000, 0, STATUS_LENGTH(sizeof("/dev/ptp0") - 1, VERSION_LENGTH));
	CHECK_EQ(d[0], 1);
	CHECK_EQ(d[1], 0x04);
	CHECK_EQ(d[2], GN_SERVO_PI);
	CHECK_EQ(d[3], 2);
	CHECK_EQ(d[4], 2);
	CHECK_EQ(d[5], 0);
	CHECK_EQ(at(d, 6, 2), 64);
	CHECK_EQ(at(d, 8, 8), SCALED(12.5));
	CHECK_EQ(at(d, 16, 8), SCALED(40));
	CHECK_EQ((int64_t)at(d, 24, 8), SCALED(-1.25));
	CHECK_EQ((int64_t)at(d, 32, 8), SCALED(-17));
	CHECK_EQ(at(d, 40, 8), SCALED(500));
	CHECK_EQ(at(d, 48, 8), SCALED(3));
	CHECK_EQ((int64_t)at(d, 56, 8), -5);
	CHECK_EQ(at(d, 64, 8), SCALED(8));
	CHECK_EQ(at(d, 72, 4), 600);
	CHECK_EQ(at(d, 76, 4), 250);
	CHECK_EQ(at(d, 80, 4), 2);
	CHECK_EQ(at(d, 84, 4), 3);
	CHECK_EQ(at(d, 88, 4), 900);
	CHECK_EQ(at(d, 92, 2), 32);
	CHECK_EQ(d[94], 9);
	CHECK_MEM_EQ(d + 95, "/dev/ptp0", 9);
	CHECK_EQ(d[104], VERSION_LENGTH);
	CHECK_MEM_EQ(d + 105, "gnomon " GN_VERSION, VERSION_LENGTH);
}

TEST(a_clock_that_has_measured_nothing_says_so)
{
	struct gn_instance *instance = asking_start();
	union wire_management_data data;
	const struct wire_gnomon_status_np *status = &data.gnomon_status_np;

	asking_get(0xD000, 0, &data);
	CHECK_EQ(status->flags, WIRE_GNOMON_IS_GRANDMASTER);
	CHECK_EQ(status->window_samples, 0);
	CHECK_EQ(status->mean_delay.scaled_ns, INT64_MAX);
	CHECK_EQ(status->error_estimate.scaled_ns, INT64_MAX);
	CHECK_EQ(status->last_sync_age, UINT32_MAX);
	CHECK_EQ(status->uptime, 0);
	CHECK(!instance->has_delay);
}

TEST(each_flag_of_the_status_has_its_cause)
{
	struct gn_instance *instance = following();
	union wire_management_data data;

	instance->config.free_running = 1;
	instance->ports[2].attachment.is_fallback = true;
	asking_get(0xD000, 0, &data);
	CHECK_EQ(data.gnomon_status_np.flags,
		 WIRE_GNOMON_IS_FREE_RUNNING | WIRE_GNOMON_SOFTWARE_FALLBACK | WIRE_GNOMON_HAS_OFFSET);
	instance->config.free_running = 0;
	instance->ports[2].has_attachment = false;
	instance->parent_ds.grandmaster_identity = instance->default_ds.clock_identity;
	asking_get(0xD000, 0, &data);
	CHECK_EQ(data.gnomon_status_np.flags, WIRE_GNOMON_IS_GRANDMASTER);
}

TEST(the_clock_is_named_as_it_is_configured_or_after_what_stamps)
{
	static const struct {
		int kind;
		bool is_utc;
		const char *configured;
		int32_t phc_index;
		uint8_t shown;
		const char *name;
	} cases[] = {
		{ GN_CLOCK_BY_STAMPING, true, "", -1, 1, "CLOCK_REALTIME" },
		{ GN_CLOCK_BY_STAMPING, false, "", 0, 2, "/dev/ptp0" },
		{ GN_CLOCK_BY_STAMPING, false, "", 1234567890, 2, "/dev/ptp1234567890" },
		{ GN_CLOCK_BY_STAMPING, false, "", -1, 2, "" },
		{ GN_CLOCK_BY_STAMPING, false, "/dev/ptp7", 0, 2, "/dev/ptp7" },
		{ GN_CLOCK_SYSTEM, true, "", 0, 1, "CLOCK_REALTIME" },
		{ GN_CLOCK_PHC, false, "", 10, 2, "/dev/ptp10" },
		{ GN_CLOCK_VIRTUAL, false, "lab", 0, 3, "lab" },
		{ GN_CLOCK_VIRTUAL, false, "", 0, 3, "" },
		{ 17, false, "", 0, 0, "" },
		{ -1, false, "", 0, 0, "" },
	};
	struct gn_instance *instance = asking_start();
	union wire_management_data data;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		instance->config.clock_kind = cases[i].kind;
		instance->is_clock_utc = cases[i].is_utc;
		strcpy(instance->config.clock_name, cases[i].configured);
		instance->ports[0].attachment.phc_index = cases[i].phc_index;
		asking_get(0xD000, 0, &data);
		CHECK_EQ(data.gnomon_status_np.clock_kind, cases[i].shown);
		CHECK_EQ(data.gnomon_status_np.clock_name.length, strlen(cases[i].name));
		CHECK_MEM_EQ(data.gnomon_status_np.clock_name.octets ? data.gnomon_status_np.clock_name.octets
								     : (const uint8_t *)"",
			     cases[i].name, strlen(cases[i].name));
	}
}

TEST(what_is_too_large_for_its_field_is_the_largest_that_it_holds)
{
	struct gn_instance *instance = following();
	union wire_management_data data;
	const struct wire_gnomon_status_np *status = &data.gnomon_status_np;

	instance->recent.offset_rms = 1e300;
	instance->recent.offset_mean = -1e300;
	instance->recent.offset_max = __builtin_nan("");
	instance->recent.count = 1000000;
	instance->steps = UINT64_MAX;
	instance->clock_touches = (uint64_t)UINT32_MAX + 1;
	instance->last_offset_ns = INT64_MAX;
	asking_get(0xD000, 0, &data);
	CHECK_EQ(status->offset_rms.scaled_ns, INT64_MAX);
	CHECK_EQ(status->offset_mean.scaled_ns, INT64_MIN);
	CHECK_EQ(status->offset_max.scaled_ns, INT64_MAX);
	CHECK_EQ(status->window_samples, UINT16_MAX);
	CHECK_EQ(status->window_seconds, UINT16_MAX);
	CHECK_EQ(status->steps, UINT32_MAX);
	CHECK_EQ(status->clock_touches, UINT32_MAX);
	CHECK_EQ(status->last_offset.scaled_ns, INT64_MAX);
}

TEST(the_last_change_is_the_servos_or_a_ports_whichever_came_later)
{
	struct gn_instance *instance = following();
	union wire_management_data data;

	instance->ports[2].state_since.ns = 990 * (int64_t)GN_NS_PER_SECOND;
	asking_get(0xD000, 0, &data);
	CHECK_EQ(data.gnomon_status_np.seconds_since_state_change, 10);
	asking_get(0xD001, 3, &data);
	CHECK_EQ(data.gnomon_port_status_np.seconds_since_state_change, 10);
	asking_get(0xD001, 2, &data);
	CHECK_EQ(data.gnomon_port_status_np.seconds_since_state_change, 700);
}

TEST(a_port_status_has_every_field_at_its_offset)
{
	static const uint8_t expected[54] = {
		1, 0x0F, 0x00, 0x11, 0x22, 0xFF, 0xFE, 0x33, 0x44, 0x55, 0,    2, /* to portIdentity */
		4, 1,    1,    2,    0,    3,    0,    0,                         /* to reserved */
		0, 0,    0x03, 0xE8, 0,    0,    0,    1,    0,    0,    0x02, 0xBC, /* speed, phcIndex, seconds */
		0, 0,    0,    0,    0,    0,    0x01, 0x02, 0,    0,    0,    3,    0,
		0, 0,    4, /* counters */
		4, 'e',  't',  'h',  '1',  0,
	};
	struct gn_instance *instance = following();
	struct port *port = &instance->ports[1];

	port->is_as_capable = true;
	port->attachment.is_fallback = true;
	port->attachment.is_virtual_clock = true;
	port->fault = GN_FAULT_BAD_PEER_NETWORK;
	port->tx_losses = 0x0102;
	port->tx_losses_in_a_row = 3;
	port->faults = 4;
	CHECK_MEM_EQ(data_of(0xD001, 2, sizeof(expected)), expected, sizeof(expected));
}

TEST(a_port_that_is_attached_to_nothing_has_no_link_no_speed_and_no_clock)
{
	struct gn_instance *instance = asking_start();
	union wire_management_data data;

	instance->ports[0].has_attachment = false;
	instance->ports[0].is_as_capable = false;
	asking_get(0xD001, 1, &data);
	CHECK_EQ(data.gnomon_port_status_np.flags, 0);
	CHECK_EQ(data.gnomon_port_status_np.speed, 0);
	CHECK_EQ(data.gnomon_port_status_np.phc_index, -1);
	instance->ports[0].config.as_capable = GN_AS_CAPABLE_TRUE;
	asking_get(0xD001, 1, &data);
	CHECK_EQ(data.gnomon_port_status_np.flags, WIRE_GNOMON_PORT_AS_CAPABLE);
}

TEST(an_automatic_delay_mechanism_is_0_until_a_peer_is_heard)
{
	struct gn_instance *instance = asking_start();
	struct port *port = &instance->ports[0];
	union wire_management_data data;

	port->config.delay_mechanism = GN_DELAY_AUTO;
	asking_get(0xD001, 1, &data);
	CHECK_EQ(data.gnomon_port_status_np.delay_mechanism, GN_DELAY_AUTO);
	port->is_p2p_detected = true;
	port->ds.delay_mechanism = GN_DELAY_P2P;
	asking_get(0xD001, 1, &data);
	CHECK_EQ(data.gnomon_port_status_np.delay_mechanism, GN_DELAY_P2P);
}

TEST(every_drop_counter_is_at_its_index)
{
	struct gn_instance *instance = asking_start();
	const uint8_t *d;

	for (unsigned i = 0; i < GN_DROPS; i++) {
		instance->ports[2].drops[i] = 0x0100000000000000 + i;
	}
	d = data_of(0xD002, 3, 2 + 8 * GN_DROPS);
	CHECK_EQ(at(d, 0, 2), GN_DROPS);
	for (unsigned i = 0; i < GN_DROPS; i++) {
		CHECK_EQ(at(d, 2 + 8 * i, 8), 0x0100000000000000 + i);
	}
}

/* ---- 0xD003: a controller that knows its error, with its words for it ---- */

static struct servo_quality quality;

static bool knows_nothing_more(struct servo *servo, const struct servo_observation *observation,
			       struct servo_steering *out)
{
	(void)servo;
	(void)observation;
	(void)out;
	return false;
}

static void says_quality(const struct servo *servo, int64_t now_ns, struct servo_quality *out)
{
	(void)servo;
	(void)now_ns;
	*out = quality;
}

static const struct servo_controller knowing = {
	.name = "knowing",
	.kind = GN_SERVO_ADAPTIVE,
	.observe = knows_nothing_more,
	.quality = says_quality,
};

TEST(what_a_servo_knows_of_itself_has_every_field_at_its_offset)
{
	struct gn_instance *instance = following();
	const uint8_t *d;

	instance->config.servo.kind = GN_SERVO_ADAPTIVE;
	instance->servo.controller = &knowing;
	instance->has_clock = true;
	instance->holdover.state = GN_HOLDOVER_WITHIN;
	quality = (struct servo_quality){
		.error_ns = 4,
		.bound_ns = 15.5,
		.frequency_ppb = -100,
		.frequency_error_ppb = 0.5,
		.holdover_s = 12.9,
		.sync_noise_ns = 6,
		.delay_noise_ns = 7,
		.sync_clean = 0.985,
		.delay_clean = 1,
		.asymmetry_ns = -350,
		.temperature_coefficient_ppt = -20,
		.fault = SERVO_FAULT_SATURATED,
	};
	d = data_of(0xD003, 0, 76);
	CHECK_EQ(d[0], 1);
	CHECK_EQ(d[1], 1);
	CHECK_EQ(d[2], 4);
	CHECK_EQ(d[3], 1);
	CHECK_EQ(at(d, 4, 2), 985);
	CHECK_EQ(at(d, 6, 2), 1000);
	CHECK_EQ(at(d, 8, 8), SCALED(4));
	CHECK_EQ(at(d, 16, 8), SCALED(15.5));
	CHECK_EQ((int64_t)at(d, 24, 8), INT64_C(-100) * 4294967296);
	CHECK_EQ(at(d, 32, 8), INT64_C(1) << 31);
	CHECK_EQ(at(d, 40, 8), SCALED(6));
	CHECK_EQ(at(d, 48, 8), SCALED(7));
	CHECK_EQ((int64_t)at(d, 56, 8), SCALED(-350));
	CHECK_EQ((int64_t)at(d, 64, 8), -20);
	CHECK_EQ(at(d, 72, 4), 12);
	/* and the first id shows the same error, and the kind by its number there */
	d = data_of(0xD000, 0, STATUS_LENGTH(sizeof("/dev/ptp0") - 1, VERSION_LENGTH));
	CHECK_EQ(d[2], 16);
	CHECK_EQ(at(d, 64, 8), SCALED(4));
	quality.error_ns = -1;
	quality.bound_ns = -1;
	quality.sync_noise_ns = 0;
	d = data_of(0xD003, 0, 76);
	CHECK_EQ(at(d, 4, 2), 0xFFFF);
	CHECK_EQ(at(d, 8, 8), INT64_MAX);
	CHECK_EQ(at(d, 16, 8), INT64_MAX);
	CHECK_EQ(at(d, 40, 8), INT64_MAX);
}

TEST(another_servo_knows_nothing_of_itself)
{
	const uint8_t *d;

	following();
	d = data_of(0xD003, 0, 76);
	CHECK_EQ(d[0], 1);
	CHECK_EQ(d[1], 0);
	CHECK_EQ(at(d, 4, 2), 0xFFFF);
	CHECK_EQ(at(d, 8, 8), INT64_MAX);
	CHECK_EQ(at(d, 24, 8), INT64_MAX);
	CHECK_EQ(at(d, 72, 4), 0);
}
