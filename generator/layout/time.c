/* SPDX-License-Identifier: MIT
 * What the reports say of CPU time: budgets, and the response times that
 * check/ computed.
 */
#include "../read/value.h"
#include "place.h"

#include <inttypes.h>

static const char *time_text(const struct layout *layout, uint64_t ns)
{
	return scalar_print_time(layout->arena, ns);
}

void time_text_print(const struct layout *layout, const struct instance *instance, struct text *out)
{
	const struct schedule *schedule = instance->schedule;

	if (schedule == NULL)
		return;
	text_add(out, "  CPU time:");
	if (schedule->time_sharing)
		text_add(out, " time-sharing band%s", schedule->budget_ns != 0 ? "," : "");
	if (schedule->budget_ns != 0)
		text_add(out, " %s in each period of %s", time_text(layout, schedule->budget_ns),
			 time_text(layout, schedule->period_ns));
	if (schedule->deadline_ns != 0)
		text_add(out, ", done after %s at most, deadline %s",
			 time_text(layout, schedule->response_ns), time_text(layout, schedule->deadline_ns));
	text_add(out, "  (%s)\n", cite(layout->numbers, schedule->place));
}

void time_json(const struct layout *layout, const struct instance *instance, struct text *out)
{
	const struct schedule *schedule = instance->schedule;

	if (schedule == NULL)
		return;
	text_add(out, "   \"schedule\": {\"place\": \"");
	text_quoted(out, cite(layout->numbers, schedule->place));
	text_add(out,
		 "\", \"band\": \"%s\", \"budget_ns\": %" PRIu64 ", \"period_ns\": %" PRIu64
		 ", \"deadline_ns\": %" PRIu64 ",\n    \"response_ns\": %" PRIu64 ", \"blocked_ns\": %" PRIu64
		 ", \"away_ns\": %" PRIu64 "},\n",
		 schedule->time_sharing ? "time_sharing" : "real_time", schedule->budget_ns,
		 schedule->period_ns, schedule->deadline_ns, schedule->response_ns, schedule->blocked_ns,
		 schedule->away_ns);
}
