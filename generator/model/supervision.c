/* SPDX-License-Identifier: MIT
 * `supervise:`, and who supervises.
 */
#include "build.h"

static void find_supervisor(struct build *build)
{
	for (uint32_t i = 0; i < build->instances; i++) {
		const struct draft *draft = &build->draft[i];
		const struct instance *first = build->model->supervisor;

		if (draft->component == NULL || !draft->component->supervisor)
			continue;
		if (first == NULL)
			build->model->supervisor = draft->instance;
		else
			complaint_note(report_error(build->report, RULE_TWO_SUPERVISORS,
						    draft->instance->place, "\"%s\" is a second supervisor",
						    draft->instance->name.text),
				       first->place, "the first one is here");
	}
}

static void check_hang(struct build *build, const struct draft *draft, const struct entry *entry,
		       const struct supervision *supervision)
{
	bool asked = (supervision->restart & RESTART_ON_HANG) != 0;

	if (asked && value_get(entry->value, "within") == NULL)
		complaint_help(report_error(build->report, RULE_HEARTBEAT_MISSING,
					    value_key_place(entry->value, "restart"),
					    "\"on_hang\" needs to know after what time \"%s\" hangs",
					    draft->instance->name.text),
			       "add \"within: 500 ms\"");
	if (asked && !draft->component->heartbeat)
		complaint_help(
		    report_error(build->report, RULE_HEARTBEAT_MISSING,
				 value_key_place(entry->value, "restart"),
				 "nobody can see that \"%s\" hangs: its component \"%s\" has no heartbeat",
				 draft->instance->name.text, draft->component->name.text),
		    "add \"heartbeat: true\" to the component");
}

static void supervise(struct build *build, const struct entry *entry, struct draft *draft)
{
	static const enum supervise_then then[] = {THEN_HALT, THEN_HALT_DEPENDENTS, THEN_RESTART_MACHINE};
	const struct value *at_most = value_get(entry->value, "at_most");
	struct supervision *supervision = &build->supervision[build->supervisions];

	if (draft->component->supervisor)
		complaint_help(report_error(build->report, RULE_SUPERVISED_SUPERVISOR, entry->name.place,
					    "\"%s\" is the supervisor and cannot restart itself",
					    draft->instance->name.text),
			       "its fault restarts the machine");
	build->supervisions++;
	supervision->instance = draft->instance;
	supervision->place = entry->name.place;
	supervision->described = entry->value;
	supervision->restart =
	    (uint32_t)value_number(entry->value, "restart", 0); /* bits in the order of RESTART_… */
	supervision->within_ns = value_number(entry->value, "within", 0);
	supervision->at_most = at_most == NULL ? 0 : (uint32_t)at_most->number;
	supervision->window_ns = at_most == NULL ? 0 : at_most->second;
	supervision->back_off_ns = value_number(entry->value, "back_off", 0);
	supervision->then = then[value_number(entry->value, "then", 0)];
	draft->instance->supervision = supervision;
	check_hang(build, draft, entry, supervision);
}

static bool is_supervised(const struct draft *draft)
{
	return draft->instance->supervision != NULL;
}

void supervision_resolve(struct build *build)
{
	static const struct section section = {"supervise", is_supervised, supervise};
	const struct value *written = value_get(build->system_value, "supervise");

	build->supervision = ARENA_ARRAY(build->arena, struct supervision, build->instances);
	find_supervisor(build);
	entries_resolve(build, &section);
	if (build->supervisions != 0 && build->model->supervisor == NULL && !build->incomplete)
		complaint_help(report_error(build->report, RULE_SUPERVISOR_MISSING,
					    written == NULL
						? build->supervision[0].place
						: value_key_place(build->system_value, "supervise"),
					    "nobody in this system supervises"),
			       "add the instance \"supervisor\" to \"components\"");
	build->model->supervision = build->supervision;
	build->model->supervisions = build->supervisions;
}
