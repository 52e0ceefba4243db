/* SPDX-License-Identifier: MIT
 * A client that asks for what nobody gives it, takes no answer until it has asked for more than there is room for, and breaks
 * its channel in the end. The others must not notice.
 */
#include "component.h"

#define ROUNDS 300u

static const struct storage_request odd[] = {
    {.kind = STORAGE_KIND_WRITE, .first = UINT64_MAX, .count = 2, .pool = 1},
    {.kind = STORAGE_KIND_WRITE, .first = 1, .count = UINT32_MAX, .pool = UINT32_MAX},
    {.kind = STORAGE_KIND_READ, .first = 0, .count = 0x80000001, .pool = 2, .offset = UINT64_MAX - 511},
    {.kind = STORAGE_KIND_WRITE, .first = 0, .count = 1},
    {.kind = STORAGE_KIND_READ, .first = 0, .count = 0},
    {.kind = STORAGE_KIND_DISCARD, .first = UINT64_MAX - 1, .count = UINT32_MAX},
    {.kind = STORAGE_KIND_WRITE_ZEROES, .first = (uint64_t)0 - 8192, .count = 8192},
    {.kind = STORAGE_KIND_FLUSH, .first = UINT64_MAX, .count = UINT32_MAX, .pool = 7},
};
#define ODD (sizeof odd / sizeof *odd)

static uint32_t sent, answered, accepted;

static bool send_odd(void)
{
	struct storage_request request = odd[sent % ODD];

	request.number = sent;
	request.offset = UINT64_MAX - 511; /* what has no buffer lies in the pool; this is not there */
	request.data.index = TENON_BUFFER_NONE;
	return disk_requests_send(&request);
}

static void send_all(void)
{
	while (sent < ROUNDS && send_odd()) {
		sent++;
	}
}

void disk_session(bool open)
{
	if (open) {
		send_all();
	}
}

void disk_geometries(void)
{
	struct storage_geometry geometry;

	while (disk_geometries_receive(&geometry)) {
	}
}

void disk_requests_room(void)
{
	send_all();
}

/* Nothing is taken before both rings are full. */
void disk_completions(void)
{
	struct storage_completion completion;

	while (disk_completions_receive(&completion)) {
		answered++;
		accepted += completion.outcome == STORAGE_OUTCOME_OK ? 1 : 0;
	}
	send_all();
	if (answered == ROUNDS) {
		const struct storage_request last = {.kind = (enum storage_kind)77,
						     .data = {.index = TENON_BUFFER_NONE}};

		log_info("asked %u times, %u accepted", answered, accepted);
		(void)disk_requests_send(&last);
	}
}
