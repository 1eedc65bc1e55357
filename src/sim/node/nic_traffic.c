/* src/sim/node/nic_traffic.c -- frames in and out, and what becomes of their stamps.
 *
 *     in:   connector (stamp) --> interrupt --> the daemon's turn: FRAME_RECEIVED     one entry; two with `coalesce'
 *     out:  call --> wire (stamp): link                                                     one-step: one entry
 *                      +--> stamp_delay --> the daemon's turn: FRAME_SENT                    two; none without a token
 *
 * Each token comes back once: with its stamp, or as missing when the driver's wait is over. What comes later, or twice, the
 * real driver finds nobody to belong to, and counts. */
#include "sim/node/nic_stamp.h"
#include "sim/node/node.h"
#include "sim/world.h"

#include <stdlib.h>
#include <string.h>

#define PARCELS_PER_BLOCK 64
#define BITS_PER_OCTET 8
#define PRIORITY_MAX 7
#define SYNC_ORIGIN 34 /* octets before originTimestamp */
#define CORRECTION 8   /* and correctionField */
#define CORRECTION_LENGTH 8
#define SECONDS_LENGTH 6
#define NANOSECONDS_LENGTH 4

/* ---- parcels ---- */

struct parcel_block {
	struct parcel_block *next;
	struct parcel parcels[PARCELS_PER_BLOCK];
};

static bool add_block(struct parcel_pool *pool)
{
	struct parcel_block *block = malloc(sizeof(*block));

	if (!block) {
		return false;
	}
	block->next = pool->blocks;
	pool->blocks = block;
	for (int i = 0; i < PARCELS_PER_BLOCK; i++) {
		block->parcels[i].next = pool->free;
		pool->free = &block->parcels[i];
	}
	return true;
}

void parcel_pool_free(struct parcel_pool *pool)
{
	while (pool->blocks) {
		struct parcel_block *next = pool->blocks->next;

		free(pool->blocks);
		pool->blocks = next;
	}
	pool->free = NULL;
}

/* NULL without memory: the run ends. */
static struct parcel *new_parcel(const struct nic *nic)
{
	struct parcel_pool *pool = &nic->node->world->parcels;
	struct parcel *parcel;

	if (!pool->free && !add_block(pool)) {
		world_out_of_memory(nic->node->world);
		return NULL;
	}
	parcel = pool->free;
	pool->free = parcel->next;
	pool->living++;
	*parcel = (struct parcel){ .generation = nic->generation, .stamp.status = GN_STAMP_MISSING };
	return parcel;
}

static void free_parcel(const struct nic *nic, struct parcel *parcel)
{
	struct parcel_pool *pool = &nic->node->world->parcels;

	if (parcel->frame) {
		frame_drop(parcel->frame);
	}
	parcel->next = pool->free;
	pool->free = parcel;
	pool->living--;
}

/* ---- small things ---- */

static struct queue *queue_of(const struct nic *nic)
{
	return &nic->node->world->queue;
}

static int64_t now_ps(const struct nic *nic)
{
	return queue_of(nic)->now_ps;
}

static const struct gn_port_config *config_of(const struct nic *nic)
{
	return &nic->node->config->ports[nic->port - 1];
}

static bool chance(struct nic *nic, double probability)
{
	return probability > 0 && rng_chance(&nic->rng, probability);
}

static bool stamps_software(const struct nic *nic)
{
	return nic->time_stamping == GN_STAMPING_SOFTWARE;
}

static bool is_for_us(const struct nic *nic, const struct parcel *parcel)
{
	return parcel->generation == nic->generation && nic->node->instance;
}

/* Something of the parcel is ready at `ready_ps`. */
static void give_turn(struct nic *nic, struct parcel *parcel, int64_t ready_ps, queue_handler handler)
{
	queue_add(queue_of(nic), host_turn_ps(&nic->node->host, ready_ps), handler, nic, parcel);
}

/* ---- in ---- */

static void deliver(void *object, void *argument)
{
	struct nic *nic = object;
	struct parcel *parcel = argument;
	const struct frame *frame = parcel->frame;
	struct gn_event event = { .type = GN_EVENT_FRAME_RECEIVED, .port = nic->port };

	if (node_defers(nic->node, deliver, object, argument)) {
		return;
	}
	if (is_for_us(nic, parcel)) {
		nic_stamp_fetch(nic, parcel);
		event.u.received = (struct gn_frame_received){
			.octets = frame->octets,
			.length = frame->length,
			.stamp = parcel->stamp,
			.software_stamp = parcel->software_stamp,
			.source = frame->source,
			.is_unicast = frame->is_unicast,
			.is_general = !frame->is_event,
		};
		nic->received[frame_message_type(frame) % GN_MESSAGE_TYPES]++;
		node_turn(nic->node, &event);
	}
	free_parcel(nic, parcel);
}

static bool is_same_address(const struct gn_address *a, const struct gn_address *b)
{
	return a->network_protocol == b->network_protocol && a->length == b->length &&
	       memcmp(a->octets, b->octets, a->length) == 0;
}

static bool is_heard(const struct nic *nic, const struct frame *frame)
{
	return nic->is_open && !frame->is_corrupt && frame->transport == config_of(nic)->network_transport &&
	       (!frame->is_unicast || is_same_address(&frame->destination, &nic->address));
}

static void stamp_received(struct nic *nic, struct parcel *parcel, int64_t interrupt_ps)
{
	parcel->stamp.epoch = nic->node->epoch;
	if (!parcel->frame->is_event || chance(nic, nic->settings.receive_stamp_loss)) {
		return;
	}
	if (stamps_software(nic)) {
		nic_stamp_by_software(nic, parcel, interrupt_ps - now_ps(nic));
	} else {
		nic_stamp_by_hardware(nic, parcel, STAMP_IN, 0);
	}
	if (frame_message_type(parcel->frame) == GN_PDELAY_REQ) {
		nic->last_pdelay_request = parcel->stamp.time;
	}
}

/* Asked for with check_fup_sync alone, as the real driver does. */
static void note_kernel_time(const struct nic *nic, struct parcel *parcel, int64_t interrupt_ps)
{
	struct gn_precise now;

	if (nic->node->config->check_fup_sync) {
		now = phc_exact(&nic->node->system, now_ps(nic));
		parcel->software_stamp.ns = (int64_t)gn_timestamp_to_ns(now.whole) +
					    (interrupt_ps - now_ps(nic)) / PS_PER_NS;
	}
}

/* Until an interrupt that is held back the daemon has turns for other things. */
static void interrupt_comes(void *object, void *argument)
{
	struct nic *nic = object;

	give_turn(nic, argument, now_ps(nic), deliver);
}

void nic_receive(struct plug *plug, struct frame *frame)
{
	struct nic *nic = plug->owner;
	struct parcel *parcel = is_heard(nic, frame) ? new_parcel(nic) : NULL;
	int64_t interrupt_ps;

	if (!parcel) {
		frame_drop(frame);
		return;
	}
	parcel->frame = frame;
	interrupt_ps = host_interrupt_ps(&nic->node->host,
					 now_ps(nic) + frame_duration_ps(frame, nic_speed(nic)));
	stamp_received(nic, parcel, interrupt_ps);
	note_kernel_time(nic, parcel, interrupt_ps);
	if (nic->node->host.settings.coalesce > 0) {
		queue_add(queue_of(nic), interrupt_ps, interrupt_comes, nic, parcel);
	} else {
		give_turn(nic, parcel, interrupt_ps, deliver);
	}
}

/* ---- out: the stamp's way back ---- */

static void return_token(void *object, void *argument)
{
	struct nic *nic = object;
	struct parcel *parcel = argument;
	struct gn_event event = { .type = GN_EVENT_FRAME_SENT, .port = nic->port };

	if (node_defers(nic->node, return_token, object, argument)) {
		return;
	}
	if (is_for_us(nic, parcel)) {
		nic_stamp_fetch(nic, parcel);
		event.u.sent = (struct gn_frame_sent){ .token = parcel->token, .stamp = parcel->stamp };
		node_turn(nic->node, &event);
	}
	free_parcel(nic, parcel);
}

/* The driver's wait is over. */
static void give_up(void *object, void *argument)
{
	struct nic *nic = object;
	struct parcel *parcel = argument;

	nic->stamps_lost += is_for_us(nic, parcel);
	parcel->stamp.status = GN_STAMP_MISSING;
	give_turn(nic, parcel, now_ps(nic), return_token);
}

static void give_up_held(void *object, void *argument)
{
	struct nic *nic = object;

	if (nic->held == argument) {
		nic->held = NULL;
		give_up(object, argument);
	} else {
		free_parcel(nic, argument);
	}
}

/* The stamp that was held goes with this token, and this one's with that token. The parcel that waited is ended by its own
 * entry of the queue. */
static void change_places(struct nic *nic, struct parcel *parcel)
{
	struct parcel *held = nic->held, *other = new_parcel(nic);
	uint32_t token = parcel->token;

	nic->held = NULL;
	if (!other) {
		return;
	}
	*other = *parcel;
	other->token = held->token;
	*parcel = *held;
	parcel->token = token;
	give_turn(nic, other, now_ps(nic), return_token);
}

static void stamp_is_there(void *object, void *argument)
{
	struct nic *nic = object;
	struct parcel *parcel = argument;

	if (!is_for_us(nic, parcel)) {
		free_parcel(nic, parcel);
		return;
	}
	if (nic->held) {
		change_places(nic, parcel);
	} else if (chance(nic, nic->settings.stamp_swap)) {
		nic->held = parcel;
		queue_add(queue_of(nic), parcel->deadline_ps, give_up_held, nic, parcel);
		return;
	}
	if (chance(nic, nic->settings.stamp_duplicate)) {
		nic->stamps_unmatched++;
	}
	give_turn(nic, parcel, now_ps(nic), return_token);
}

static int64_t stamp_delay_ps(struct nic *nic)
{
	const struct nic_settings *s = &nic->settings;
	double more = s->stamp_delay_jitter > 0 ? rng_exponential(&nic->rng) * (double)s->stamp_delay_jitter
						: 0;

	return stamps_software(nic) ? 0 : s->stamp_delay + (int64_t)more;
}

/* The frame is on the wire `after_ps` from now, and stamped; its reference has been given away. */
static void await_stamp(struct nic *nic, struct parcel *parcel, int64_t after_ps)
{
	int64_t there_ps = now_ps(nic) + after_ps + stamp_delay_ps(nic);
	bool is_sent = nic->plug.link && link_has_carrier(nic->plug.link);
	bool is_lost = !is_sent || chance(nic, nic->settings.stamp_loss);

	if (is_lost) {
		nic_stamp_lost(nic);
	} else if (there_ps > parcel->deadline_ps) {
		nic->stamps_late++;
	}
	if (is_lost || there_ps > parcel->deadline_ps) {
		queue_add(queue_of(nic), parcel->deadline_ps, give_up, nic, parcel);
	} else {
		queue_add(queue_of(nic), there_ps, stamp_is_there, nic, parcel);
	}
}

/* ---- out: one-step hardware ---- */

static void put_number(uint8_t *at, uint64_t value, int octets)
{
	for (int i = 0; i < octets; i++) {
		at[i] = (uint8_t)(value >> (BITS_PER_OCTET * (octets - 1 - i)));
	}
}

static void add_correction(uint8_t *octets, int64_t scaled_ns)
{
	uint64_t value = 0;

	for (int i = 0; i < CORRECTION_LENGTH; i++) {
		value = value << BITS_PER_OCTET | octets[CORRECTION + i];
	}
	put_number(octets + CORRECTION, value + (uint64_t)scaled_ns, CORRECTION_LENGTH);
}

/* Sync gets its origin, Pdelay_Resp the time that passed since its request came in (11.4.3, one-step). */
static void insert_time(const struct nic *nic, struct frame *frame, struct gn_precise egress)
{
	if (frame_message_type(frame) == GN_SYNC) {
		put_number(frame->octets + SYNC_ORIGIN, egress.whole.seconds, SECONDS_LENGTH);
		put_number(frame->octets + SYNC_ORIGIN + SECONDS_LENGTH, egress.whole.nanoseconds,
			   NANOSECONDS_LENGTH);
		add_correction(frame->octets, egress.fraction);
	} else if (gn_timestamp_is_valid(nic->last_pdelay_request.whole) &&
		   gn_timestamp_is_valid(egress.whole)) {
		add_correction(frame->octets, gn_precise_diff(egress, nic->last_pdelay_request).scaled_ns);
	}
}

/* It leaves now; put in before a queue, the time is that of when it went into it. */
static void leave_one_step(void *object, void *argument)
{
	struct nic *nic = object;
	struct parcel *parcel = argument;
	int64_t queued_ps = 0;

	if (nic->settings.insertion == NIC_BEFORE_QUEUE && nic->settings.queue_jitter > 0) {
		queued_ps = (int64_t)(rng_exponential(&nic->rng) * (double)nic->settings.queue_jitter);
	}
	nic_stamp_by_hardware(nic, parcel, STAMP_OUT, -queued_ps);
	insert_time(nic, parcel->frame, parcel->stamp.time);
	link_send(&nic->plug, parcel->frame);
	parcel->frame = NULL;
	if (parcel->token != 0 && is_for_us(nic, parcel)) {
		await_stamp(nic, parcel, 0);
	} else {
		free_parcel(nic, parcel);
	}
}

/* Its other frames keep the order with those: they too are given to the link as they leave. */
static void leave_plain(void *object, void *argument)
{
	struct nic *nic = object;

	link_send(&nic->plug, argument);
}

static bool is_one_step_hardware(const struct nic *nic)
{
	return nic->time_stamping == GN_STAMPING_ONESTEP || nic->time_stamping == GN_STAMPING_P2P1STEP;
}

static void put_on_wire(struct nic *nic, struct frame *frame, int64_t wire_ps)
{
	if (is_one_step_hardware(nic)) {
		queue_add(queue_of(nic), wire_ps, leave_plain, nic, frame);
	} else {
		link_send_at(&nic->plug, frame, wire_ps);
	}
}

/* ---- out: the call ---- */

static struct frame *make_frame(const struct nic *nic, const struct gn_send *send)
{
	const struct gn_config *config = nic->node->config;
	struct frame *frame = frame_new(&nic->node->world->frames, send->length);

	if (!frame) {
		world_out_of_memory(nic->node->world);
		return NULL;
	}
	memcpy(frame->octets, send->octets, send->length);
	frame->is_event = send->is_event;
	frame->is_unicast = send->destination == GN_TO_ADDRESS;
	frame->is_pdelay = send->destination == GN_TO_PDELAY;
	frame->transport = (uint8_t)config_of(nic)->network_transport;
	frame->priority = (uint8_t)(config->socket_priority <= PRIORITY_MAX ? config->socket_priority
									    : PRIORITY_MAX);
	frame->source = nic->address;
	memcpy(frame->source_mac, nic->physical_address, sizeof(frame->source_mac));
	if (frame->is_unicast) {
		frame->destination = send->address;
		nic_mac_of_address(&send->address, frame->destination_mac);
	} else {
		memcpy(frame->destination_mac, nic->group_mac[send->destination],
		       sizeof(frame->destination_mac));
	}
	return frame;
}

/* Behind the frame before it. */
static int64_t wire_time(struct nic *nic, const struct frame *frame, int64_t ready_ps)
{
	int64_t wire_ps = ready_ps > nic->wire_free_ps ? ready_ps : nic->wire_free_ps;
	int64_t speed = nic_speed(nic);

	nic->wire_free_ps = wire_ps +
			    (int64_t)frame_wire_octets(frame) * BITS_PER_OCTET * PS_PER_SECOND / speed;
	return wire_ps;
}

static void not_sent(struct nic *nic, uint32_t token)
{
	struct gn_event event = { .type = GN_EVENT_FRAME_SENT, .port = nic->port };

	event.u.sent = (struct gn_frame_sent){ .token = token, .stamp = { .status = GN_STAMP_NOT_SENT } };
	if (token != 0) {
		node_feed(nic->node, &event);
	}
}

static void send_timed(struct nic *nic, struct frame *frame, const struct gn_send *send, int64_t stamped_ps,
		       int64_t wire_ps)
{
	struct parcel *parcel = new_parcel(nic);

	if (!parcel) {
		frame_drop(frame);
		return;
	}
	parcel->token = send->token;
	parcel->deadline_ps = now_ps(nic) + nic->node->config->tx_timestamp_timeout * PS_PER_MS;
	if (send->is_one_step) {
		parcel->frame = frame;
		queue_add(queue_of(nic), wire_ps, leave_one_step, nic, parcel);
		return;
	}
	if (stamps_software(nic)) {
		nic_stamp_by_software(nic, parcel, stamped_ps - now_ps(nic));
	} else {
		nic_stamp_by_hardware(nic, parcel, STAMP_OUT, wire_ps - now_ps(nic));
	}
	put_on_wire(nic, frame, wire_ps);
	await_stamp(nic, parcel, wire_ps - now_ps(nic));
}

void nic_send(struct nic *nic, const struct gn_send *send)
{
	struct frame *frame = nic->is_open ? make_frame(nic, send) : NULL;
	int64_t stamped_ps, wire_ps;

	if (!frame) {
		not_sent(nic, send->token);
		return;
	}
	nic->sent[send->message_type % GN_MESSAGE_TYPES]++;
	host_transmit_ps(&nic->node->host, now_ps(nic), &stamped_ps, &wire_ps);
	wire_ps = wire_time(nic, frame, wire_ps);
	if (send->token != 0 || send->is_one_step) {
		send_timed(nic, frame, send, stamped_ps, wire_ps);
	} else {
		put_on_wire(nic, frame, wire_ps);
	}
}
