/* SPDX-License-Identifier: MIT
 * Waits for all programs to end, and says so once everything is on the media. Then the shell has its turn.
 */
#include "component.h"

static uint32_t ended, failed;

enum runs_status runs_ended(uint32_t client, uint32_t status)
{
	ended++;
	failed += status != 0;
	log_info("%u of %u have ended: %s", ended, RUNS_CLIENTS, runs_client_name(client));
	if (ended == RUNS_CLIENTS) {
		finish_at(clock_ns());
	}
	return RUNS_OK;
}

/* Not in the handler, for the last client waits for its answer. */
void finish(void)
{
	if (files_sync_all(false) != FILES_OK) {
		log_error("wrong: sync");
		failed++;
	}
	log_info("%u programs, %u wrong", ended, failed);
	if (failed != 0) {
		(void)power_end(failed);
	}
}

void files_session(bool open)
{
	(void)open;
}

void files_changes(void)
{
}
