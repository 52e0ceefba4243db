/* SPDX-License-Identifier: MIT
 * A frame of lwIP as the card takes it: headers, and one run of bytes behind them.
 */
#ifndef IP_RUNS_H
#define IP_RUNS_H

#include "component.h"

#include "lwip/pbuf.h"

/* Where headers and what follows them stand. False: they are not two runs in memory that the card knows. */
bool runs_describe(const struct pbuf *pbuf, struct network_frame *frame);
/* A copy as one run, for lwip_free(); NULL: there is no memory. */
void *runs_gather(const struct pbuf *pbuf, struct network_frame *frame);

#endif
