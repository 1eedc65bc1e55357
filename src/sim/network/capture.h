/* src/sim/network/capture.h -- what passes a link, as a capture file that Wireshark reads.
 *
 * An attacker's own frames are in it too, faults are not: it shows what was sent, not what arrived.
 *
 * The classic format with nanoseconds (magic 0xA1B23C4D), link type Ethernet. The PTP octets are wrapped as they would be on
 * the wire: Ethernet type 0x88F7, or IPv4/IPv6 and UDP with right lengths and checksums, tagged where the frame is. Times are
 * true ones: when the frame enters the link. */
#ifndef SIM_CAPTURE_H
#define SIM_CAPTURE_H

#include "report/sink.h"
#include "sim/network/link.h"

#define CAPTURE_FRAME_MAX (GN_FRAME_MAX + 128)

struct capture {
	struct tap tap;
	struct link *link;
	uint64_t start_seconds;
	report_sink sink;
	void *context;
	uint64_t frames;
};

/* Writes the file's header and then a record for every frame; `capture` outlives the link's use. */
void capture_init(struct capture *capture, struct link *link, uint64_t start_seconds, report_sink sink,
		  void *context);

/* The octets of a frame from its destination address on (no preamble, no check sequence). Returns how many. */
size_t capture_wrap(const struct frame *frame, uint8_t out[CAPTURE_FRAME_MAX]);

#endif
