/* SPDX-License-Identifier: MIT
 * The asynchronous side of the interface `filesystem`: what is asked through the channel `asks` goes to the same handlers as what
 * is called, and its answer into the channel `answers`. For a component with a port `files: filesystem`. asks.c has the port's
 * handlers of channels; the component has those of its operations, asks_read(), asks_write() and asks_are_there().
 *
 * Handlers of signals also run where the component waits for its volume in the midst of an operation. Such a component serves from
 * its loop (asks_of_volume.c): what is asked stays in the channel until the operation has ended.
 *
 * State: how many nodes each client holds that it asked for, which count apart from those of calls; who has gone; and the answer that
 * is being made.
 */
#ifndef FILESYSTEM_ASKS_H
#define FILESYSTEM_ASKS_H

#include "component.h"

/* files_read() and files_write() with memory of this component's in place of a loan. Others may change it meanwhile. */
enum filesystem_status asks_read(uint32_t client, uint64_t node, uint64_t offset, void *data, uint32_t bytes,
				 uint32_t *count);
enum filesystem_status asks_write(uint32_t client, uint64_t node, uint64_t offset,
				  const struct filesystem_time *now, const void *data, uint32_t bytes);
/* Something has been asked: the component calls asks_serve(), at once or once it is not in the midst of an operation. */
void asks_are_there(void);
/* Does what has been asked. */
void asks_serve(void);

#endif
