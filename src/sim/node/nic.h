/* src/sim/node/nic.h -- a network interface: from the wire to a stamp that the driver hands over, and back.
 *
 * Two units can stamp, the MAC and the PHY, each with a clock, latencies, jitter and quantisation of its own; `provider`
 * says which one is used. What the driver hands over goes through the same checks as the real driver's: nanoseconds in
 * range, within a second of its clock. */
#ifndef SIM_NIC_H
#define SIM_NIC_H

#include "gnomon/instance.h"
#include "sim/node/host.h"
#include "sim/network/link.h"
#include "sim/clock/phc.h"

enum nic_provider { NIC_MAC, NIC_PHY };
enum nic_insertion { NIC_AT_EGRESS, NIC_BEFORE_QUEUE };

enum nic_preset { NIC_REALISTIC, NIC_IDEAL };

struct unit_settings {
	int preset; /* enum nic_preset */
	int64_t latency_in,
		latency_out;  /* ps, between the reference plane and where it stamps; not compensated */
	int64_t jitter;       /* ps, standard deviation */
	int64_t quantisation; /* ps; 0: none. The register counts in such steps */
};
extern const struct part_kind mac_kind, phy_kind;

struct nic_settings {
	int preset; /* enum nic_preset */
	int provider;
	bool has_one_step, has_p2p_one_step;
	int insertion;              /* one-step: where the time is put in */
	int64_t queue_jitter;       /* ps: mean of an exponential, between insertion point and wire */
	int64_t stamp_delay;        /* ps: from the wire to the transmit stamp's being there */
	int64_t stamp_delay_jitter; /* ps: mean of an exponential, more */
	double stamp_loss, stamp_duplicate, stamp_swap; /* of transmit stamps */
	double receive_stamp_loss;
	int64_t load_shift;  /* ps: with bug load-offset: at full load of the host */
	int64_t reset_shift; /* ps: with bug reset-offset: by each link flap, alternating */
	int bug;             /* enum driver_bug: one of the stamps' */
	double bug_chance;   /* of those that come and go; also of a stamp off by a second */
};
extern const struct part_kind nic_kind;

struct node;

struct nic {
	struct plug plug;
	struct nic_settings settings;
	struct unit_settings mac, phy;
	struct node *node;
	uint16_t port;
	uint8_t physical_address[6];
	bool is_open;
	uint8_t time_stamping; /* enum gn_time_stamping in use */
	struct rng rng;
	struct gn_precise last_pdelay_request; /* p2p one-step: its ingress */
	struct gn_stamp last_transmit;         /* the bugs' */
	bool has_last_transmit, is_queue_stale;
	struct parcel *held; /* a swapped stamp waits for the next; NULL: none */
	uint64_t generation; /* raised when the port is closed: what is under way then is not for us */
	uint64_t flaps;
	uint64_t sent[GN_MESSAGE_TYPES], received[GN_MESSAGE_TYPES];
	uint64_t stamps_lost, malformed_sent;
	uint64_t stamps_late, stamps_unmatched; /* came after their time; were nobody's (duplicates) */
	uint8_t group_mac[2][6];                /* by enum gn_destination: primary, peer delay */
	struct gn_address address;              /* of its transport */
	int64_t wire_free_ps;                   /* when the frame before is through */
	struct gn_port_attachment attachment;   /* as told last */
	uint16_t sequence[GN_MESSAGE_TYPES];    /* sent last: for sent_check.c */
	uint32_t has_sequence;                  /* bits of message types */
};

/* What is under way inside a node: a frame and its stamp, or a stamp alone. One pool for a world. */
struct parcel {
	struct parcel *next;
	struct frame *frame; /* NULL: a stamp alone */
	uint64_t generation;
	struct gn_stamp stamp;
	struct phc *clock; /* that it was stamped with; NULL: no clock */
	uint32_t clock_epoch;
	int64_t stamped_ps;
	int64_t deadline_ps; /* until when the driver waits for it */
	struct gn_instant software_stamp;
	uint32_t token;
};

struct parcel_pool {
	struct parcel *free;
	struct parcel_block *blocks;
	uint64_t living;
};

void parcel_pool_free(struct parcel_pool *pool);

void nic_init(struct nic *nic, struct node *node, uint16_t port, uint64_t seed, const char *name);

/* A message of the instance: to the wire, and its token back. */
void nic_send(struct nic *nic, const struct gn_send *send);

/* False: it cannot do the time stamping that is configured. */
bool nic_open(struct nic *nic);
void nic_close(struct nic *nic);
void nic_attachment(const struct nic *nic, struct gn_port_attachment *out);

/* What comes in by its plug: struct plug's receive(). */
void nic_receive(struct plug *plug, struct frame *frame);

/* Bits per second of its cable; of a gigabit where there is none. */
int64_t nic_speed(const struct nic *nic);

/* The hardware address behind an address of any transport: nodes make theirs of it. */
void nic_mac_of_address(const struct gn_address *address, uint8_t mac[6]);

/* What is plugged in, or who stamps, may have changed: the daemon is told with its next turn. */
void nic_changed(struct nic *nic);

/* The clock that is advertised, and steered where hardware stamps. */
struct phc *nic_clock(const struct nic *nic);

#endif
