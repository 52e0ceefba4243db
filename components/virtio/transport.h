/* SPDX-License-Identifier: MIT
 * How a driver reaches its virtio device: over PCI (pci.c) or by registers in
 * memory (mmio.c). A driver is linked with one of them; both say the same.
 * Sections are those of Virtual I/O Device (VIRTIO) 1.2.
 *
 * A driver has one device, so nothing here names it.
 */
#ifndef VIRTIO_TRANSPORT_H
#define VIRTIO_TRANSPORT_H

#include <stdbool.h>
#include <stdint.h>

/* Finds the registers of a device of this type (section 5). False: it is none; a reason is on the log. */
bool transport_init(uint32_t type);

uint32_t transport_status(void);
void transport_set_status(uint32_t status);
/* Features are read and accepted in two halves, 0 and 1. */
uint32_t transport_features(uint32_t half);
void transport_accept(uint32_t half, uint32_t features);

/* How many entries queue `queue` may have; 0: there is no such queue. */
uint32_t transport_queue_most(uint32_t queue);
/* Where the parts of a queue are, as the device sees them. */
struct transport_queue {
	uint32_t size;
	uint64_t descriptors, driver, device;
};
/* The queue's interrupt is the driver's interrupt `interrupt`. False: the device does not take it. */
bool transport_queue_enable(uint32_t queue, const struct transport_queue *parts, uint32_t interrupt);
void transport_notify(uint32_t queue);

/* How many interrupts the device can tell apart, at least 1. */
uint32_t transport_interrupts(void);
/* The interrupt that tells of changes of the configuration. False as above. */
bool transport_configuration_interrupt(uint32_t interrupt);
/* `bytes` (1, 2 or 4) of the device's own configuration (2.5), at an aligned offset; 0 past its end. */
uint32_t transport_configuration(uint32_t offset, uint32_t bytes);
/* Changes when the configuration does. */
uint32_t transport_generation(void);

/* An interrupt came: what does it say? Both where it does not tell them apart. */
struct transport_event {
	bool queues, configuration;
};
struct transport_event transport_interrupt(void);

/* May the device read and write memory from now on? */
void transport_let(bool on);

#endif
