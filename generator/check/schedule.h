/* SPDX-License-Identifier: MIT
 * What the rules on CPU time share.
 */
#ifndef TENON_GENERATOR_SCHEDULE_H
#define TENON_GENERATOR_SCHEDULE_H

#include "calls.h"

static inline bool has_deadline(const struct instance *instance)
{
	return instance->schedule != NULL && instance->schedule->deadline_ns != 0;
}

static inline bool has_budget(const struct instance *instance)
{
	return instance->schedule != NULL && instance->schedule->budget_ns != 0;
}

/* Does the server work on the time of this client? */
static inline bool lends(const struct connection *connection)
{
	return is_call(connection) && connection->client->cpu == connection->server->cpu &&
	       connection->client->priority < connection->server->priority;
}

bool is_log(const struct connection *connection);
/* What find_wait() found; both arrays have one entry for each instance, all zero at first. */
struct waits {
	const struct connection **found;
	unsigned char *looked;
};
/*
 * The connection through which a server may wait for something else than its CPU while it holds a call: of its own or of
 * a server that works for it. NULL: there is none. What it writes to the log does not count.
 */
const struct connection *find_wait(struct waits *waits, const struct instance *server);

/* All servers that may work on the time of an instance: called by it, by those, and so on. */
struct servants {
	const struct instance **server;
	uint32_t servers;
};
struct servants servants_of(const struct model *model, struct arena *arena, const struct instance *instance);

/*
 * Why an instance runs on CPU time of its own and not only on that of its callers, in words that follow its name:
 * "has interrupts". NULL: it does not.
 */
const char *runs_by_itself(const struct model *model, struct arena *arena, const struct instance *instance);

/* Response times, into `schedule` (those of the model); what is not known or comes too late is refused. */
void check_delays(const struct model *model, struct schedule *schedule, struct arena *arena,
		  struct report *report);

#endif
