/* SPDX-License-Identifier: MIT
 * Groups that sockets of UDP hear (RFC 1112, RFC 4291 2.7); lwIP tells the routers (IGMP version 2, MLD version 1).
 */
#ifndef IP_GROUPS_H
#define IP_GROUPS_H

#include "sockets.h"

/* Both return what the client is told; but for OK nothing was changed. A group that it has it may join again. */
enum socket_outcome groups_join(struct socket *socket, const ip_addr_t *group);
enum socket_outcome groups_leave(struct socket *socket, const ip_addr_t *group);
void groups_leave_all(struct socket *socket);
bool groups_has(const struct socket *socket, const ip_addr_t *group);

#endif
