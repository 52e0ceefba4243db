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

uint64_t response_of_call(const struct response_server *server)
{
	const uint64_t most = UINT64_C(1) << 42;
	const uint64_t budget = server->left_over < server->budget ? server->budget - server->left_over : 0;
	const unsigned __int128 before = (unsigned __int128)server->clients * server->wcet;
	unsigned __int128 time = server->response;

	if (budget == 0)
		return most;
	if (!server->counted || server->demand > budget)
		time +=
		    server->period - server->budget + ((before + budget - 1) / budget - 1) * server->period;
	time *= server->waits ? server->clients : 1;
	return time < most ? (uint64_t)time : most;
}
