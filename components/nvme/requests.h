/* SPDX-License-Identifier: MIT
 * The clients' requests, from their channels to the device and back.
 *
 * A client has as many places for requests as its channel has entries. A place is free, or its request is with the device, or
 * done and not yet delivered because the client's other channel is full. Nothing is received while there is no place, so who is
 * slow waits for himself only.
 */
#ifndef NVME_REQUESTS_H
#define NVME_REQUESTS_H

#include "component.h"

#define REQUESTS_PLACES 64u /* of a client */

/* Has this come, what the device answered? `number` is what requests_put() was called with. */
void requests_finish(uint32_t number, enum storage_outcome outcome);
/* Whoever is held up tries again. */
void requests_go_on(void);
/* The disk is this from now on. Clients are told; what was with the device is put anew, or ends. */
void requests_begin(const struct storage_geometry *geometry);

/* ---- defined by the driver ---- */

/* Is there room for a request of this client? */
bool requests_has_room(uint32_t client);
/* Puts a request, which was checked, and there is room. `data`: where the device finds its `bytes`, if it has any. */
void requests_put(uint32_t client, uint32_t number, const struct storage_request *request, uint64_t data,
		  uint32_t bytes);
/* The device is told of what was put. */
void requests_kick(uint32_t client);
/* A client that had requests with the device has gone: the device must not write into its buffers any more. Calls
 * requests_begin(). */
void requests_reset(void);

#endif
