/* SPDX-License-Identifier: MIT
 * system.yaml.
 */
#include <stddef.h>
#include "shape.h"

static const struct shape board_list = {
    .kind = SHAPE_LIST, .says = "a list of boards", .of = &shape_identifier, .min = 1};

static const struct shape wire = {.kind = SHAPE_TEXT, .says = "a wire, such as shell.console -> serial.port"};
static const struct shape wires = {.kind = SHAPE_LIST, .says = "a list of wires", .of = &wire};

static const char *const restart_choice[] = {"on_fault", "on_hang", NULL};
static const struct shape restart = {
    .kind = SHAPE_CHOICES, .says = "on_fault or on_hang, or a list of both", .choice = restart_choice};
static const struct shape rate = {
    .kind = SHAPE_RATE, .says = "a limit, such as 5 per 1 min", .min = 1, .max = 1000000};
static const struct shape within = {.kind = SHAPE_TIME,
				    .says = "a time, such as 500 ms",
				    .min = UINT64_C(1000000),
				    .max = UINT64_C(3600000000000)};
static const char *const then_choice[] = {"halt", "halt_dependents", "restart_machine", NULL};
static const struct shape then = {
    .kind = SHAPE_CHOICE, .says = "halt, halt_dependents or restart_machine", .choice = then_choice};
static const struct key supervision_key[] = {
    {"restart", &restart, false, "[]", "When it is started anew: `on_fault`, `on_hang` or both."},
    {"within", &within, false, NULL, "With `on_hang`: it hangs when it does not answer for so long."},
    {"at_most", &rate, false, "without limit", "How many restarts in what time; after that `then`."},
    {"back_off", &shape_time, false, "0 ns", "Wait so long before a restart."},
    {"then", &then, false, "halt",
     "When it may not be started again: `halt` it, `halt_dependents` too, or `restart_machine`."},
    {0}};
static const struct shape supervision = {
    .kind = SHAPE_OBJECT, .says = "a supervision", .title = "Supervision", .key = supervision_key};
static const struct shape supervise = {
    .kind = SHAPE_MAP, .says = "a mapping of instances", .of = &supervision, .names = "an instance"};

static const struct key system_key[] = {
    {"system", &shape_identifier, true, NULL, "Its name."},
    {"doc", &shape_doc, false, NULL, "What it is for."},
    {"boards", &board_list, true, NULL, "Boards that it is built for."},
    {"components", &shape_instances, true, NULL,
     "Its instances, by name. An empty one is an instance of the component of its name."},
    {"connect", &wires, false, "[]",
     "Wires INSTANCE.PORT -> INSTANCE.PORT, from a used port to a provided one. A port whose interface has "
     "one "
     "provider connects by itself."},
    {"supervise", &supervise, false, "{}", "What happens when an instance faults or hangs."},
    {0}};
const struct shape shape_system = {
    .kind = SHAPE_OBJECT, .says = "a system", .title = "System", .key = system_key};
