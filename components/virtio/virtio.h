/* SPDX-License-Identifier: MIT
 * A virtio device from its reset to its first request (VIRTIO 1.2, 3.1), in
 * the order in which a driver calls it:
 *
 *   virtio_begin()      reset, and features agreed upon
 *   virtqueue_init()    each queue (queue.h)
 *   virtio_go()         the device works
 *   virtio_give_up()    it does not behave: reset for good
 *   virtio_gone()       it is there no more
 *
 * What a device says is not believed: each value is checked where it is read.
 */
#ifndef VIRTIO_H
#define VIRTIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VIRTIO_INDIRECT        (UINT64_C(1) << 28)
#define VIRTIO_EVENT_INDEX     (UINT64_C(1) << 29)
#define VIRTIO_VERSION_1       (UINT64_C(1) << 32)
#define VIRTIO_ACCESS_PLATFORM (UINT64_C(1) << 33)
#define VIRTIO_PACKED          (UINT64_C(1) << 34)
#define VIRTIO_ORDER_PLATFORM  (UINT64_C(1) << 36)

/*
 * Resets the device, which must be of this type, and agrees on those of `features` that it offers, on those that this library
 * knows, and on the one without which the device cannot be driven here (VERSION_1). `agreed`: the result. False: a reason is
 * on the log, and the device is left alone.
 */
bool virtio_begin(uint32_t type, uint64_t features, uint64_t *agreed);
void virtio_go(void);
/* Does the device say that it can go on only after a reset (2.1.1)? */
bool virtio_needs_reset(void);
/* Says on the log why, and resets it: it touches no memory any more. */
void virtio_give_up(const char *why);
/* Defined by the driver: the device has been taken out, or was not there when the driver was to start. It touches no memory any more, and
 * nothing here may be called for it. */
void virtio_gone(void);

/*
 * `bytes` of the memory that driver and device share, zeroed, aligned to a power of two up to a page; never given back but by
 * virtio_begin(). NULL: it is used up.
 */
void *virtio_memory(uint32_t bytes, uint32_t alignment);

/* A field of the device's configuration, of 1, 2, 4 or 8 bytes at an aligned offset; 0 past its end. Not half before a change
 * and half after it (2.5.1). */
uint64_t virtio_configuration(uint32_t offset, uint32_t bytes);

#endif
