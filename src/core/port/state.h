/* src/core/port/state.h -- the state machines of Figures 30 and 31 (9.2.5) as tables. */
#ifndef CORE_PORT_STATE_H
#define CORE_PORT_STATE_H

#include "gnomon/types.h"

enum state_machine {
	STATE_MACHINE_FULL,
	STATE_MACHINE_TIME_RECEIVER_ONLY, /* Figure 31 */
	STATE_MACHINE_STATIC_RECEIVER,    /* roles by configuration, no BMCA */
	STATE_MACHINE_STATIC_TRANSMITTER,
};

/* The state after the event; the same one where the figure has no arrow. */
enum gn_port_state state_next(enum state_machine machine, enum gn_port_state state, enum gn_port_event event);

#endif
