/* SPDX-License-Identifier: MIT
 * See rate.h. Time that has given less than a byte is kept: `time_ns` goes on by what whole bytes took.
 */
#include "rate.h"

#define SECOND_NS UINT64_C(1000000000)

void rate_init(struct rate *rate, uint32_t bytes_per_s, uint32_t burst, uint64_t now_ns)
{
	*rate = (struct rate){.bytes_per_s = bytes_per_s, .burst = burst, .level = burst, .time_ns = now_ns};
}

bool rate_allows(struct rate *rate, uint64_t now_ns)
{
	const uint64_t elapsed_ns = now_ns - rate->time_ns;
	const uint64_t missing = (uint64_t)(rate->burst - rate->level);
	uint64_t bytes;

	if (rate->bytes_per_s == 0) {
		return true;
	}
	/* Both products stay below 2^64: missing bytes are at most a burst and a frame. */
	bytes = elapsed_ns / SECOND_NS > UINT32_MAX
		    ? missing
		    : elapsed_ns / SECOND_NS * rate->bytes_per_s +
			  elapsed_ns % SECOND_NS * rate->bytes_per_s / SECOND_NS;
	if (bytes >= missing) {
		rate->level = rate->burst;
		rate->time_ns = now_ns;
	} else {
		rate->level += (int64_t)bytes;
		rate->time_ns += bytes * SECOND_NS / rate->bytes_per_s;
	}
	return rate->level > 0;
}

void rate_take(struct rate *rate, uint32_t bytes)
{
	if (rate->bytes_per_s != 0) {
		rate->level -= bytes;
	}
}

uint64_t rate_when(const struct rate *rate)
{
	return rate->time_ns + ((uint64_t)-rate->level + 1) * SECOND_NS / rate->bytes_per_s + 1;
}
