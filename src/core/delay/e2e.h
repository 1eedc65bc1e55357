/* src/core/delay/e2e.h -- the delay request-response mechanism (11.3).
 *
 *   time transmitter  --t1----------------t4--
 *                         \ Sync         / Delay_Req
 *   time receiver     -----t2----------t3-----
 */
#ifndef CORE_DELAY_E2E_H
#define CORE_DELAY_E2E_H

#include "core/ingress.h"

void e2e_request_transmit(struct port *port);
/* Our Delay_Req left at t3. */
void e2e_request_sent(struct port *port, const struct pending_token *token, struct gn_precise t3);
void e2e_request_receive(struct port *port, const struct ingress *in);
void e2e_response_receive(struct port *port, const struct ingress *in);

/* Requests that are open mean nothing any more: the clock was stepped, or the parent is another. */
void e2e_forget(struct port *port);

#endif
