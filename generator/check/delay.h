/* SPDX-License-Identifier: MIT
 * Between delay.c, which finds what delays an instance with a deadline and
 * owns this state, and delay_away.c, for the calls to another CPU among it.
 */
#ifndef TENON_GENERATOR_DELAY_H
#define TENON_GENERATOR_DELAY_H

#include "response.h"
#include "schedule.h"
#include "../read/value.h"

#define DELAY_MAX (UINT64_C(1) << 41) /* ns; more than any deadline */

struct delays {
	const struct model *model;
	struct schedule *schedule;
	struct arena *arena;
	struct report *report;
	unsigned char *refused; /* one for each instance: it was named as unlimited or unknown */
	struct waits waits;
	unsigned char *done; /* its response time is known, or was refused */
};

/* ---- delay.c: refusals, once for each instance ---- */
/* Nothing says how long a call of the server takes. */
void refuse_unknown(struct delays *delays, const struct instance *server, const struct instance *late,
		    const struct connection *caller);
/* Threads that it makes of its pool may have calls under way. */
void refuse_threads(struct delays *delays, const struct instance *lower, const struct instance *late);

/* ---- delay_away.c ---- */
/* The longest time of one call of a server on another CPU, whatever its other clients do, whose own response is known. */
uint64_t delay_of_call(struct delays *delays, const struct connection *call);

#endif
