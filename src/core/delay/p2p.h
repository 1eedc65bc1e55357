/* src/core/delay/p2p.h -- the peer-to-peer delay mechanism (11.4), and asCapable of IEEE 802.1AS.
 *
 *   requester  --t1-----------------t4--
 *                  \ Pdelay_Req    / Pdelay_Resp
 *   responder  -----t2-----------t3-----     (t3 in Pdelay_Resp_Follow_Up, or t3 - t2 in its correctionField)
 */
#ifndef CORE_DELAY_P2P_H
#define CORE_DELAY_P2P_H

#include "core/ingress.h"

void p2p_request_transmit(struct port *port);
void p2p_request_sent(struct port *port, const struct pending_token *token, struct gn_precise t1);
void p2p_request_receive(struct port *port, const struct ingress *in);
/* Our Pdelay_Resp left at t3: its Follow_Up goes out. */
void p2p_response_sent(struct port *port, const struct pending_token *token, struct gn_precise t3);
void p2p_response_receive(struct port *port, const struct ingress *in);
void p2p_response_follow_up_receive(struct port *port, const struct ingress *in);

/* The open exchange means nothing any more: the clock was stepped. The measured delay stays. */
void p2p_forget(struct port *port);

/* Everything, for a port that starts anew. */
void p2p_reset(struct port *port);

#endif
