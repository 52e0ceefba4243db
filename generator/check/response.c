/* SPDX-License-Identifier: MIT
 * The least fixed point of
 *
 *   R = C + (1 + n) B + A + sum over loads ( ceil((R + J) / T) C + O )
 *
 * found from below, as Joseph and Pandya (1986) and Audsley et al. (1993) do;
 * docs/decisions/0025 says where each term comes from.
 */
#include "response.h"

uint64_t response_share(const struct response_load *load, uint64_t span)
{
	return (span + load->jitter + load->period - 1) / load->period * load->budget + load->overrun;
}

uint64_t response_time(const struct response_job *job, const struct response_load *load, uint32_t loads,
		       uint64_t limit)
{
	uint64_t own = job->budget + (1 + job->waits) * job->blocking + job->away;
	uint64_t response = own, before = 0;

	while (response != before && response <= limit) {
		before = response;
		response = own;
		for (uint32_t i = 0; i < loads && response <= limit; i++)
			response += response_share(&load[i], before);
	}
	return response;
}
