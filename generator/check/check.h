/* SPDX-License-Identifier: MIT
 * Rules on what is resolved: each a small function that looks at the model and
 * reports. The rules on form and names are checked where these are read.
 */
#ifndef TENON_GENERATOR_CHECK_H
#define TENON_GENERATOR_CHECK_H

#include "../model/model.h"
#include "../read/report.h"

void check_interface(const struct interface *interface, struct report *report);
void check_component(const struct component *component, struct report *report);

/* At most so many clients at a port. */
void check_clients(const struct model *model, struct report *report);
/* No cycle of calls. False where there is one. */
bool check_calls(const struct model *model, struct report *report);
/* Computes the priorities that are not given, into `instance` (those of the model); refuses inversions. */
void check_priorities(const struct model *model, struct instance *instance, struct report *report);
/* CPU time: what `schedule` says, and response times, into `schedule` (those of the model). After the priorities. */
void check_schedules(const struct model *model, struct schedule *schedule, struct report *report);
/* The declared memory against the board's. */
void check_memory(const struct model *model, struct report *report);
/* The declared capabilities against what messages may bring. */
void check_room(const struct model *model, struct report *report);
/* What `assert` says of the system: each statement is one, and holds. */
void check_assertions(const struct model *model, struct report *report);

#endif
