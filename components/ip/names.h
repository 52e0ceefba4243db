/* SPDX-License-Identifier: MIT
 * Names that clients look up. lwIP asks (RFC 1035), with an identifier and a port that cannot be guessed (RFC 5452); an answer counts
 * that has both, comes from who was asked, and repeats the question. Aliases are followed inside one answer only, so there is no circle.
 */
#ifndef IP_NAMES_H
#define IP_NAMES_H

#include "sockets.h"

/* Asks, and tells the client when it is known, or at once why not. */
void names_look_up(uint32_t client, const struct socket_request *request);

#endif
