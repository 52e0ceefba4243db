/* SPDX-License-Identifier: MIT
 * Restarts the disk's driver again and again, and ends the run when all have told what they saw.
 */
#include "component.h"

#define RESTART_NS UINT64_C(5000000)

static uint32_t reports, restarts, wrong_total;

void component_start(void)
{
	look_at(clock_ns() + RESTART_NS);
}

void look(void)
{
	restarts++;
	CHECK(supervisor_restart("disk") == SUPERVISOR_OK);
	look_at(clock_ns() + RESTART_NS);
}

enum judge_status judge_report(uint32_t client, uint32_t wrong)
{
	wrong_total += wrong;
	log_info("%s: %u wrong", judge_client_name(client), wrong);
	if (++reports == JUDGE_CLIENTS) {
		log_info("%u reports, %u wrong; the driver was restarted %s", reports, wrong_total,
			 restarts > 3 ? "often" : "hardly ever");
		(void)power_end(wrong_total == 0 ? 0 : 1);
	}
	return JUDGE_OK;
}
