/* src/linux/control.h -- what the kernel says about a datagram beside it: control messages of recvmsg(2). */
#ifndef LINUX_CONTROL_H
#define LINUX_CONTROL_H

#include "gnomon/types.h"

#include <sys/socket.h>
#include <time.h>

/* Room for everything that is asked for: time stamps, error with offender, packet info, kernel time. */
#define CONTROL_SIZE 512

struct control {
	bool has_stamps; /* SO_TIMESTAMPING: [0] software, [1] (of old kernels) and [2] hardware; zero: none */
	struct timespec stamps[3];
	bool has_kernel_time; /* SO_TIMESTAMPNS: when the kernel saw it, CLOCK_REALTIME */
	struct timespec kernel_time;
	bool has_id; /* error queue: of the frame that left */
	uint32_t id;
	int error; /* error queue: something else than a timestamp, a positive errno */
	bool has_destination;
	struct gn_address destination;
	bool is_short; /* a control message ended before its content, or the kernel had to cut them off */
};

/* Reads them all. Never trusts a length: what does not fit is left out and is_short is set. */
void control_parse(struct msghdr *message, struct control *out);

#endif
