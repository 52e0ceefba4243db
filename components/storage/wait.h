/* SPDX-License-Identifier: MIT
 * A client of `storage` that waits: for components on libraries that read and write blocks one call at a time. The component
 * has a used port `volume: storage`, serves calls itself, and defines none of that port's handlers: they are in wait.c.
 *
 * Each function waits for its own end, in which signals are handled and calls to the component queue. A request is sent again
 * when the session with the other side ended before it was completed, so who calls sees a delay and no error. Not for
 * component_start(), when no session is open yet.
 *
 * State: what the volume said of itself, and the pieces of the one transfer that is under way.
 */
#ifndef STORAGE_WAIT_H
#define STORAGE_WAIT_H

#include "component.h"

/*
 * What the volume is, as it said last; waits until it has said so. Nothing in it is out of the interface's bounds; `most` is
 * at least 1 and fits into a buffer, where there are sectors at all.
 */
const struct storage_geometry *storage_geometry(void);

/*
 * Reads or writes `count` sectors from `first` on, in as many requests as that takes. Anything but OK is the first outcome
 * that was another: bytes of a read are any then, and of a write some sectors may have been written.
 */
__attribute__((warn_unused_result)) enum storage_outcome storage_read(uint64_t first, uint64_t count,
								      void *data);
__attribute__((warn_unused_result)) enum storage_outcome storage_write(uint64_t first, uint64_t count,
								       const void *data);
/* The sectors read as zeroes afterwards: by the device itself where it can, else written. */
__attribute__((warn_unused_result)) enum storage_outcome storage_zero(uint64_t first, uint64_t count);
/* The sectors are not needed any more, and read as anything. OK also where the device cannot do that. */
__attribute__((warn_unused_result)) enum storage_outcome storage_discard(uint64_t first, uint64_t count);
/* What was written before is on stable storage. */
__attribute__((warn_unused_result)) enum storage_outcome storage_flush(void);

#endif
