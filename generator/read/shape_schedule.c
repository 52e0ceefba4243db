/* SPDX-License-Identifier: MIT
 * `schedule:` of systems, composites and overlays: CPU time.
 */
#include <stddef.h>
#include "shape.h"

#define BUDGET_MIN UINT64_C(10000)         /* ns; the kernel takes no less */
#define PERIOD_MAX UINT64_C(1000000000000) /* ns; below 2^40, the most that the kernel takes */

static const struct shape span = {
    .kind = SHAPE_TIME, .says = "a time, such as 5 ms", .min = BUDGET_MIN, .max = PERIOD_MAX};
static const struct shape deadline = {.kind = SHAPE_TIME,
				      .says = "a time, such as 5 ms, or none",
				      .min = BUDGET_MIN,
				      .max = PERIOD_MAX,
				      .word = "none"};
static const char *const band_choice[] = {"real_time", "time_sharing", NULL};
static const struct shape band = {
    .kind = SHAPE_CHOICE, .says = "real_time or time_sharing", .choice = band_choice};
static const struct shape times = {.kind = SHAPE_INTEGER, .says = "a number", .min = 0, .max = 1000000};
static const struct shape calls = {
    .kind = SHAPE_MAP, .says = "a mapping of used ports to numbers", .of = &times, .names = "a port"};

static const struct key schedule_key[] = {
    {"period", &span, false, NULL, "The time in which it may use its budget once."},
    {"budget", &span, false, "no limit",
     "CPU time that it may use in each period, the time that servers on its CPU work for it included. Then "
     "it waits for the next period."},
    {"deadline", &deadline, false, "the period",
     "What it has to do at one time is done so long after it became ready, else the system is refused. "
     "`none`: nothing is promised, the budget is a limit only."},
    {"band", &band, false, "real_time",
     "`time_sharing`: among instances of one priority, who computes much waits for who computes little; "
     "nothing is promised."},
    {"calls", &calls, false, "{}",
     "How often it calls a server on another CPU in one period at most, by the name of the port that it "
     "uses. What it writes to the log is not counted where nothing is said."},
    {0}};
static const struct shape schedule = {
    .kind = SHAPE_OBJECT, .says = "a schedule", .title = "Schedule", .key = schedule_key};
const struct shape shape_schedules = {.kind = SHAPE_MAP,
				      .says = "a mapping of instances",
				      .of = &schedule,
				      .names = "an instance",
				      .dotted = true};
const struct shape shape_wcet = {
    .kind = SHAPE_TIME, .says = "a time, such as 20 us", .min = 1, .max = PERIOD_MAX};
