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

/* An entry speaks of one instance, of counted ones, or of all inside a composite: the nearer one counts. */
enum reach { REACH_ONE, REACH_COUNTED, REACH_INSIDE };

static void supervise_inside(struct build *build, const struct entry *entry, const struct member *member)
{
	if (member->group != NULL) {
		for (const struct member *inner = member->group->first; inner != NULL; inner = inner->next)
			supervise_inside(build, entry, inner);
	} else if (member->draft != NULL && member->draft->component != NULL &&
		   member->draft->instance->supervision == NULL) {
		supervise(build, entry, member->draft);
	}
}

static void supervise_family(struct build *build, const struct entry *entry, const struct family *family,
			     enum reach reach)
{
	const struct member *member = family->first;

	for (uint32_t i = 0; i < family->count; i++, member = member->next) {
		enum reach has = member->composite ? REACH_INSIDE
				 : family->counted ? REACH_COUNTED
						   : REACH_ONE;

		if (has == reach)
			supervise_inside(build, entry, member);
	}
}

static void supervise_group(struct build *build, struct group *group, const struct value *written,
			    enum reach reach)
{
	for (uint32_t i = 0; written != NULL && i < written->entries; i++) {
		const struct family *family = group_find(build, group, written->entry[i].name);

		if (family != NULL)
			supervise_family(build, &written->entry[i], family, reach);
	}
}

void supervision_resolve(struct build *build)
{
	const struct value *supervise = value_get(build->system_value, "supervise"),
			   *changed = overlay_supervise(build, supervise);

	build->supervision = ARENA_ARRAY(build->arena, struct supervision, build->instances);
	find_supervisor(build);
	for (enum reach reach = REACH_ONE; reach <= REACH_INSIDE; reach++)
		for (struct group *group = build->group; group != NULL; group = group->next)
			supervise_group(
			    build, group,
			    group->composite == NULL ? changed : value_get(group->value, "supervise"), reach);
	if (build->supervisions != 0 && build->model->supervisor == NULL && !build->incomplete)
		complaint_help(report_error(build->report, RULE_SUPERVISOR_MISSING,
					    supervise == NULL
						? build->supervision[0].place
						: value_key_place(build->system_value, "supervise"),
					    "nobody in this system supervises"),
			       "add the instance \"supervisor\" to \"components\"");
	build->model->supervision = build->supervision;
	build->model->supervisions = build->supervisions;
}
