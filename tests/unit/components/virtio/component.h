/* SPDX-License-Identifier: MIT
 * As much of a driver's component.h as the virtio library needs: memory that
 * the device sees where we do, and a log that nobody reads.
 */
#ifndef COMPONENT_H
#define COMPONENT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEVICE_DMA_SIZE 65536u
void *device_dma(void);
uint64_t device_address(const volatile void *memory);

#define log_error(...)   (0 ? (void)printf(__VA_ARGS__) : (void)0)
#define CHECK(condition) ((condition) ? (void)0 : abort())

#endif
