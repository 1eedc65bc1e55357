/* tests/management/asking.h -- an instance with three ports, asked and told by management messages.
 *
 * The identity is 001122fffe334455. Ports 1..3 are eth0..eth2 over IEEE 802.3, opened and LISTENING; tests put them
 * where they want them. Requests go in as octets by the way that a frame takes; what the instance sends is decoded. */
#ifndef TESTS_MANAGEMENT_ASKING_H
#define TESTS_MANAGEMENT_ASKING_H

#include "core/dataset.h"
#include "core/wire/management.h"

#define ASKING_PORTS 3
#define ASKING_NOW_S 1000 /* the time on the driver's clock */

enum asking_from {
	ASKING_SOCKET,           /* the management socket that may change */
	ASKING_READ_ONLY_SOCKET, /* the other one */
	ASKING_NETWORK,          /* a port */
};

enum asking_target { ASKING_ALL_CLOCKS, ASKING_THIS_CLOCK, ASKING_OTHER_CLOCK };

struct question {
	enum wire_action action;
	uint16_t id;
	const uint8_t *data;
	size_t length;
	enum asking_from from;
	uint16_t by_port; /* of ASKING_NETWORK; 0: port 1 */
	bool is_unicast;
	enum asking_target target;
	uint16_t target_port; /* 0: all of them; ASKING_PORT_ZERO: 0 itself */
	uint8_t starting_hops, hops;
};
#define ASKING_PORT_ZERO 0xFFFE /* stands for portNumber 0 in a question */

struct asking_frame {
	uint16_t port; /* that it leaves by; 0: the management socket */
	uint8_t destination;
	struct gn_address address;
	uint8_t octets[GN_FRAME_MAX];
	size_t length;
	struct wire_message message; /* into `octets` */
	uint16_t tlv_type;
	uint16_t error; /* of MANAGEMENT_ERROR_STATUS, else 0 */
	uint16_t id;
	const uint8_t *data; /* of MANAGEMENT */
	size_t data_length;
};

struct gn_instance *asking_start(void);

/* The identity and the address of who asks. */
extern const struct gn_port_identity asking_identity;
struct gn_address asking_address(enum asking_from from);

/* Asks. Returns the number of frames that were sent. */
unsigned asking_ask(const struct question *q);

/* The message of a question, and giving any octets. */
size_t asking_octets(const struct question *q, uint8_t *octets, size_t size);
unsigned asking_give(const struct question *q, const uint8_t *octets, size_t length);

const struct asking_frame *asking_frame(unsigned place);

/* Reports of that id since the last question; the last one is kept. */
unsigned asking_reports(enum gn_report_id id);
const struct gn_report *asking_report(void);

/* Asks for the current data by GET on the management socket; checks that there is one answer. */
void asking_get(uint16_t id, uint16_t port, union wire_management_data *out);

#endif
