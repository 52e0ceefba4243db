/* SPDX-License-Identifier: MIT
 * The disk that the test plays the driver of, and what its clients do.
 */
#ifndef TEST_BLOCK_DISK_H
#define TEST_BLOCK_DISK_H

#include "test.h"

#define SECTORS 4096u
#define SIZE    512u

extern uint8_t image[SECTORS * SIZE]; /* all zeroes when a test begins with disk_clear() */
extern const struct storage_geometry whole;

void disk_clear(void);
/* The driver's next request. */
struct storage_request asked(void);
/* What a client is told of its volume. */
struct storage_geometry told(uint32_t client);
/* The driver answers the reads of the component itself. */
void serve_scan(void);
/* The component starts, hears of the disk and reads its table. */
void begin(void);
/* A client's request, with a buffer of its own if it moves data. */
void send(uint32_t client, uint64_t number, enum storage_kind kind, uint64_t first, uint32_t count);
/* The driver has carried it out. */
void complete(struct storage_request request);
void complete_as(struct storage_request request, enum storage_outcome outcome);
/* The client's next completion is this one; its buffer is free again. */
void expect(uint32_t client, uint64_t number, enum storage_outcome outcome);
/* A little-endian number. */
void put(uint8_t *at, uint64_t value, uint32_t bytes);

#endif
