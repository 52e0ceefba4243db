/* SPDX-License-Identifier: MIT
 * Frames that go: lwIP's, until the card has said `sent`, with what the card does for them. A card that sums gets segments of TCP without
 * their sums; one that cuts gets segments that follow each other as one frame, which lwIP does not know of.
 */
#ifndef IP_FRAMES_H
#define IP_FRAMES_H

#include "component.h"

#include "lwip/netif.h"

void frames_begin(void);
/* Which card there is, whose `most` is 0: none. Tells lwIP which sums it has to make. */
void frames_set_card(struct netif *netif, const struct network_card *now);
/* lwIP's function of the interface (netif.h): not sent where there is no room, which who sends finds out. */
err_t frames_send(struct netif *netif, struct pbuf *pbuf);
/* What waits for more that follows it goes. */
void frames_flush(void);
/* The card looks at it no more. A number that it has not is ignored. */
void frames_end(uint32_t number);
/* There is no card any more that would. */
void frames_end_all(void);
/* Was there no room since the last call? */
bool frames_were_refused(void);

#endif
