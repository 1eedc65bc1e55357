/* src/tools/status_picture.h -- what one daemon answered, put together.
 *
 * Nothing in it needs to be there: `known` and each port's `known` say which parts were answered. Texts from the daemon
 * are printable UTF-8 already. */
#ifndef TOOLS_STATUS_PICTURE_H
#define TOOLS_STATUS_PICTURE_H

#include "core/wire/management.h"
#include "gnomon/config.h"
#include "gnomon/report.h"

enum status_part {
	STATUS_DEFAULT_DS,
	STATUS_CURRENT_DS,
	STATUS_PARENT_DS,
	STATUS_TIME_PROPERTIES_DS,
	STATUS_TIME_STATUS,
	STATUS_GNOMON,
	STATUS_SERVO,
	/* of each port */
	STATUS_PORT_DS,
	STATUS_PORT_PROPERTIES,
	STATUS_PORT_STATS,
	STATUS_PORT_HWCLOCK,
	STATUS_GNOMON_PORT,
	STATUS_DROPS,
	STATUS_PARTS,
	STATUS_FIRST_OF_PORT = STATUS_PORT_DS,
};

#define STATUS_TEXT_SIZE 256

struct status_port {
	uint32_t known; /* bits 1 << enum status_part */
	struct wire_port_data_set ds;
	struct wire_port_properties_np properties; /* its text points nowhere: see interface */
	struct wire_port_stats_np stats;
	struct wire_port_hwclock_np hwclock;
	struct wire_gnomon_port_status_np gnomon;
	char interface[STATUS_TEXT_SIZE]; /* empty: not told */
	uint64_t drops[GN_DROPS];
	uint64_t drops_other; /* for reasons that we do not know */
};

struct status_picture {
	char path[GN_PATH_SIZE]; /* the socket that answered */
	uint32_t known;
	uint8_t major_sdo_id; /* of the last answer's header */
	struct wire_default_data_set default_ds;
	struct wire_current_data_set current_ds;
	struct wire_parent_data_set parent_ds;
	struct wire_time_properties_data_set time_properties_ds;
	struct wire_time_status_np time_status;
	struct wire_gnomon_status_np gnomon; /* its texts point nowhere: see these */
	struct wire_gnomon_servo_np servo;
	char clock_name[STATUS_TEXT_SIZE], version_text[STATUS_TEXT_SIZE];
	struct status_port *ports; /* [port number - 1]; malloc'ed when DEFAULT_DATA_SET was taken */
	uint16_t port_count;
};

static inline bool status_knows(const struct status_picture *picture, enum status_part part)
{
	return picture->known >> part & 1;
}

static inline bool status_port_knows(const struct status_port *port, enum status_part part)
{
	return port->known >> part & 1;
}

/* The management id that tells it. */
uint16_t status_id_of(enum status_part part);

enum status_taken {
	STATUS_FOREIGN, /* not an answer to this question: go on waiting */
	STATUS_TAKEN,
	STATUS_REFUSED, /* it answered that it has no such thing, or something that makes no sense */
};

struct status_question {
	enum status_part part;
	uint16_t port; /* 0: the clock */
	uint16_t sequence_id;
	struct gn_port_identity asker;
	uint8_t domain_number, major_sdo_id;
};

/* The message that asks it; returns its length. */
size_t status_encode_question(const struct status_question *question, uint8_t out[64]);

/* Takes what came from the socket, whatever it is. */
enum status_taken status_take(struct status_picture *picture, const struct status_question *question,
			      const uint8_t *octets, size_t length);

/* Forgets everything but the path; frees the ports. */
void status_forget(struct status_picture *picture);

#endif
