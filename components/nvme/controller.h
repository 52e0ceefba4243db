/* SPDX-License-Identifier: MIT
 * An NVMe controller (NVM Express Base Specification 2.0) from its reset to its queues, in the order in which the driver calls
 * it. Commands to the controller itself are few, and waited for here; the loop of the component stands meanwhile.
 *
 * What a controller says is not believed: each value is checked where it is read.
 */
#ifndef NVME_CONTROLLER_H
#define NVME_CONTROLLER_H

#include "component.h"
#include "queue.h"

/*
 * Resets it, and finds its first namespace. `most_queues`: how many queues for requests the driver wants; at least one and not
 * more are granted. False: a reason is on the log, and the controller reaches no memory.
 */
bool controller_start(uint32_t most_queues, struct storage_geometry *geometry, uint32_t *queues);
/* Makes the queues of number `index`, from 1 on; the driver's interrupt `interrupt` tells of its completions. False as above. */
bool controller_make_queue(struct queue *queue, uint32_t index, uint32_t interrupt);
/* It reaches no memory any more. */
void controller_stop(void);
/* It says that it cannot go on (3.1.3.6). */
bool controller_is_fatal(void);

/* The namespace that requests are for, and how commands to it begin. */
struct command controller_command(uint8_t opcode);

#endif
