/* SPDX-License-Identifier: MIT
 * Response times of one CPU, in numbers alone: docs/decisions/0025 has the
 * formulas and their sources.
 */
#ifndef TENON_GENERATOR_RESPONSE_H
#define TENON_GENERATOR_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

/* What goes before: a scheduling context of at least the same priority. All times in ns. */
struct response_load {
	uint64_t budget, period; /* budget <= period <= 2^40 */
	uint64_t jitter;         /* so late in a period its budget may begin to run: period - budget, or 0 */
	uint64_t overrun;        /* what a server finishes of its last call beyond the budget */
};

/* One that has a deadline. */
struct response_job {
	uint64_t budget;   /* CPU time of what it has to do */
	uint64_t blocking; /* by less urgent ones, each time that it becomes ready */
	uint64_t waits;    /* so often it waits on the way, and becomes ready again */
	uint64_t away;     /* so long it waits in all */
};

/* One that others on another CPU wait for: it works on a budget of its own, for one call after the other as they came. */
struct response_server {
	uint64_t budget, period, response; /* `response`: of a whole budget that begins with a period */
	uint64_t wcet;                     /* of a call; at most 2^40 */
	uint64_t clients;                  /* each has one call at a time */
	uint64_t left_over;                /* what it finishes in a period of calls that others paid for */
	uint64_t
	    demand; /* of all their calls while a period lasts and one before is answered, where they are counted */
	bool counted; /* all of them have a deadline and say how often they call */
	bool waits;   /* it may wait in the middle of a call */
};

/*
 * The longest time from a call to its answer: the server's response where all calls of a period fit into its budget. Else the
 * budget may be used up when the call comes, and those of all other clients may be before it. A result of more than 2^41
 * says only that.
 */
uint64_t response_of_call(const struct response_server *server);

/*
 * The longest time from becoming ready to being done. A result above `limit` (at most 2^40) is no response time: it says
 * that there is none up to the limit.
 */
uint64_t response_time(const struct response_job *job, const struct response_load *load, uint32_t loads,
		       uint64_t limit);
/* What one load takes of a span of that length, which is at most 2^41. */
uint64_t response_share(const struct response_load *load, uint64_t span);

#endif
