/* tests/management/asking.c -- one instance in static memory, made anew by asking_start(). */
#include "tests/management/asking.h"

#include "core/ingress.h"
#include "tests/test.h"

#define FRAMES_MAX 64

static _Alignas(max_align_t) uint8_t memory[1 << 20];
static struct gn_instance *instance;
static struct asking_frame frames[FRAMES_MAX];
static unsigned frame_count, report_counts[GN_REPORTS];
static struct gn_report last_report;

const struct gn_port_identity asking_identity = { { { 0xAA, 0xBB, 0xCC, 0xFF, 0xFE, 0xDD, 0xEE, 0xFF } }, 2 };

static struct gn_port_attachment attachment_of(uint16_t number)
{
	return (struct gn_port_attachment){
		.link_is_up = true,
		.speed_mbps = 1000,
		.physical_address = { 0x02, 0, 0, 0, 0, (uint8_t)number },
		.physical_address_length = 6,
		.protocol_address = { GN_PROTOCOL_IEEE_802_3, 6, { 0x02, 0, 0, 0, 0, (uint8_t)number } },
		.phc_index = number - 1,
		.time_stamping = GN_STAMPING_HARDWARE,
	};
}

static struct gn_port_config port_config(unsigned place)
{
	struct gn_port_config c = {
		.network_transport = GN_PROTOCOL_IEEE_802_3,
		.delay_mechanism = GN_DELAY_E2E,
		.log_announce_interval = 1,
		.announce_receipt_timeout = 3,
		.delay_filter_length = 10,
		.delay_filter = GN_FILTER_MOVING_MEDIAN,
		.neighbor_prop_delay_thresh = 20000000,
		.min_neighbor_prop_delay = -20000000,
		.allowed_lost_responses = 9,
		.as_capable = GN_AS_CAPABLE_AUTO,
		.fault_reset_interval = 4,
		.freq_est_interval = 1,
		.phc_index = -1,
		.name = { 'e', 't', 'h', (char)('0' + place) },
	};

	return c;
}

static struct gn_config config_of(struct gn_port_config *ports)
{
	struct gn_config c = {
		.two_step_flag = 1,
		.gm_capable = 1,
		.priority1 = 128,
		.priority2 = 127,
		.clock_class = 248,
		.clock_accuracy = 0xFE,
		.offset_scaled_log_variance = 0xFFFF,
		.clock_class_threshold = 248,
		.max_steps_removed = 255,
		.utc_offset = 37,
		.time_source = GN_TIME_SOURCE_INTERNAL_OSCILLATOR,
		.ptp_minor_version = 1,
		.time_stamping = GN_STAMPING_HARDWARE,
		.clock_type = 0x8000,
		.product_description = "Acme;M1;SN1",
		.revision_data = "1;2;3",
		.user_description = "dev;rack",
		.manufacturer_identity = "00:11:22",
		.freq_est_interval = 1,
		.port_count = ASKING_PORTS,
		.ports = ports,
	};

	c.port = port_config(0);
	return c;
}

static void take(const struct gn_action *action)
{
	struct asking_frame *f = &frames[frame_count];
	struct wire_tlv tlv;
	bool has_header;

	if (action->type == GN_ACTION_REPORT) {
		last_report = *action->u.report;
		report_counts[last_report.id]++;
	}
	if (action->type != GN_ACTION_SEND) {
		return;
	}
	CHECK(frame_count < FRAMES_MAX);
	*f = (struct asking_frame){ .port = action->port, .length = action->u.send.length };
	f->destination = action->u.send.destination;
	f->address = action->u.send.address;
	CHECK(f->length <= sizeof(f->octets));
	memcpy(f->octets, action->u.send.octets, f->length);
	CHECK_EQ(wire_decode(f->octets, f->length, &f->message, &has_header), GN_DROPS);
	frame_count++;
	if (f->message.header.message_type != GN_MANAGEMENT ||
	    !wire_tlv_next(&(const uint8_t *){ f->message.tlvs }, &(size_t){ f->message.tlvs_length },
			   &tlv)) {
		return;
	}
	f->tlv_type = tlv.type;
	if (tlv.type == WIRE_TLV_MANAGEMENT_ERROR_STATUS && tlv.length >= 4) {
		f->error = (uint16_t)(tlv.value[0] << 8 | tlv.value[1]);
		f->id = (uint16_t)(tlv.value[2] << 8 | tlv.value[3]);
	} else if (tlv.length >= 2) {
		f->id = (uint16_t)(tlv.value[0] << 8 | tlv.value[1]);
		f->data = tlv.value + 2;
		f->data_length = tlv.length - 2u;
	}
}

static void drain(void)
{
	struct gn_action action;

	frame_count = 0;
	memset(report_counts, 0, sizeof(report_counts));
	while (gn_instance_poll(instance, &action)) {
		take(&action);
	}
}

static void happen(struct gn_event event)
{
	event.now.ns = (int64_t)ASKING_NOW_S * GN_NS_PER_SECOND;
	gn_instance_event(instance, &event);
	drain();
}

struct gn_instance *asking_start(void)
{
	static const struct gn_clock_identity own = { { 0x00, 0x11, 0x22, 0xFF, 0xFE, 0x33, 0x44, 0x55 } };
	struct gn_port_config ports[ASKING_PORTS];
	struct gn_config config = config_of(ports);

	for (unsigned i = 0; i < ASKING_PORTS; i++) {
		ports[i] = port_config(i);
	}
	CHECK_EQ(gn_instance_init(memory, sizeof(memory), &config, &own, 1, &instance), GN_OK);
	happen((struct gn_event){ .type = GN_EVENT_START });
	for (uint16_t i = 1; i <= ASKING_PORTS; i++) {
		happen((struct gn_event){
			.type = GN_EVENT_PORT_OPENED, .port = i, .u.opened = { true, attachment_of(i) } });
		CHECK_EQ(instance->ports[i - 1].ds.port_state, GN_PORT_LISTENING);
	}
	return instance;
}

struct gn_address asking_address(enum asking_from from)
{
	if (from == ASKING_NETWORK) {
		return (struct gn_address){ GN_PROTOCOL_IEEE_802_3, 6, { 0x02, 0, 0, 0, 9, 9 } };
	}
	return (struct gn_address){ GN_PROTOCOL_LOCAL, 4, { 0, 0, 0, 7 } };
}

size_t asking_octets(const struct question *q, uint8_t *octets, size_t size)
{
	struct wire_message m = wire_message_of(GN_MANAGEMENT, 1);
	struct gn_clock_identity target = instance->default_ds.clock_identity;
	uint8_t tlv[GN_FRAME_MAX];
	struct wire_writer w = wire_writer(tlv, sizeof(tlv));

	if (q->target == ASKING_ALL_CLOCKS) {
		memset(target.octets, 0xFF, sizeof(target.octets));
	} else if (q->target == ASKING_OTHER_CLOCK) {
		target.octets[7] ^= 1;
	}
	wire_put_u16(&w, WIRE_TLV_MANAGEMENT);
	wire_put_u16(&w, (uint16_t)(2 + q->length));
	wire_put_u16(&w, q->id);
	wire_put_octets(&w, q->data, q->length);
	m.header.source_port_identity = asking_identity;
	m.header.sequence_id = 0x1234;
	m.body.management = (struct wire_management){
		.target_port_identity = { target, q->target_port ? q->target_port : 0xFFFF },
		.starting_boundary_hops = q->starting_hops,
		.boundary_hops = q->hops,
		.action_field = (uint8_t)q->action,
	};
	if (q->target_port == ASKING_PORT_ZERO) {
		m.body.management.target_port_identity.port_number = 0;
	}
	m.tlvs = tlv;
	m.tlvs_length = w.at;
	return wire_encode(&m, octets, size);
}

unsigned asking_give(const struct question *q, const uint8_t *octets, size_t length)
{
	uint16_t number = q->by_port ? q->by_port : 1;
	bool is_local = q->from != ASKING_NETWORK;
	struct gn_frame_received frame = {
		.octets = octets,
		.length = length,
		.stamp.status = GN_STAMP_MISSING,
		.source = asking_address(q->from),
		.is_unicast = q->is_unicast,
		.is_general = true,
		.is_local = is_local,
		.may_change = q->from == ASKING_SOCKET,
	};

	instance->actions.head = instance->actions.tail = 0;
	instance->actions.octets_used = 0;
	ingress_receive(instance, is_local ? NULL : &instance->ports[number - 1], &frame);
	drain();
	return frame_count;
}

unsigned asking_ask(const struct question *q)
{
	uint8_t octets[GN_FRAME_MAX];
	size_t length = asking_octets(q, octets, sizeof(octets));

	CHECK(length > 0);
	return asking_give(q, octets, length);
}

const struct asking_frame *asking_frame(unsigned place)
{
	CHECK(place < frame_count);
	return &frames[place];
}

unsigned asking_reports(enum gn_report_id id)
{
	return report_counts[id];
}

const struct gn_report *asking_report(void)
{
	return &last_report;
}

void asking_get(uint16_t id, uint16_t port, union wire_management_data *out)
{
	const struct wire_management_kind *kind = wire_management_kind(id);
	const struct asking_frame *f;

	CHECK_EQ(asking_ask(&(struct question){ .action = WIRE_GET, .id = id, .target_port = port }), 1);
	f = asking_frame(0);
	CHECK_EQ(f->tlv_type, WIRE_TLV_MANAGEMENT);
	CHECK_EQ(f->id, id);
	CHECK_EQ(f->message.body.management.action_field, WIRE_RESPONSE);
	CHECK(wire_management_decode(kind, f->data, f->data_length, out));
}
