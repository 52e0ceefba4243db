/* SPDX-License-Identifier: MIT
 * What happens to a member: restart within its limits, or its policy's end.
 * State: one `struct member` each, on the heap.
 */
#include "member.h"
#include "component.h"
#include "power.h"
#include "report.h"

#include <tenon/object.h>
#include <tenon/string.h>
#include <tenon/thread.h>

#define LIMIT_MAX 256u /* restarts remembered for one member */

static struct member *members;

uint32_t members_count(void)
{
	return supervision_directory()->members;
}

struct member *member_get(uint32_t index)
{
	CHECK(index < members_count());
	return &members[index];
}

static const char *name_of(uint32_t index)
{
	return supervision_at(supervision_member(index)->name);
}

uint32_t member_find(const char *name)
{
	uint32_t index = 0;

	while (index < members_count() && strcmp(name_of(index), name) != 0) {
		index++;
	}
	return index;
}

static bool is_watched(const struct supervision_member *policy)
{
	return (policy->restart & SUPERVISION_ON_HANG) != 0 && policy->heartbeat != 0;
}

void members_init(uint64_t now_ns)
{
	CHECK(supervision_directory()->magic == TENON_SUPERVISION_MAGIC);
	members = heap_allocate_zeroed(members_count(), sizeof *members);
	CHECK(members != NULL || members_count() == 0);
	for (uint32_t i = 0; i < members_count(); i++) {
		const struct supervision_member *policy = supervision_member(i);
		struct member *member = &members[i];

		member->beat_at_ns = is_watched(policy) ? now_ns + policy->within_ns : TENON_NEVER;
		member->limit = policy->at_most < LIMIT_MAX ? policy->at_most : LIMIT_MAX;
		member->restarted_ns = heap_allocate_zeroed(member->limit, sizeof *member->restarted_ns);
		CHECK(member->restarted_ns != NULL);
		if (policy->at_most > LIMIT_MAX) {
			log_warning("%s: only %u restarts are remembered", name_of(i), LIMIT_MAX);
		}
	}
}

/* ---- Restart and halt ------------------------------------------------------------------------ */

bool member_restartable(uint32_t index)
{
	return supervision_member(index)->segments > 0;
}

/* Bytes of a stack that the kernel painted at boot and nobody used since. They stay as they are, so that the paint shows
 * how deep the stack ever was. */
static uint64_t unused(const struct supervision_segment *segment)
{
	const uint64_t *word = (const uint64_t *)(uintptr_t)segment->window;
	uint64_t at = 0;

	while (segment->paint != 0 && at < segment->size &&
	       word[at / sizeof *word] == segment->paint + at / TENON_PAGE_SIZE) {
		at += sizeof *word;
	}
	return at;
}

static void make_memory(const struct supervision_member *policy)
{
	const struct supervision_segment *segment = supervision_at(policy->segment);

	for (uint32_t i = 0; i < policy->segments; i++) {
		uint8_t *window = (uint8_t *)(uintptr_t)segment[i].window;
		uint64_t kept = segment[i].image_size + unused(&segment[i]); /* a stack has no image */

		memcpy(window, (const void *)(uintptr_t)segment[i].image, segment[i].image_size);
		memset(window + kept, 0, segment[i].size - kept);
	}
}

/* What the member made and was given goes, so that it starts with the table that the generator described. */
static void make_table(const struct supervision_member *policy)
{
	CHECK(tenon_table_reset(policy->capabilities) == TENON_OK);
}

/* A thread that was stopped in the middle of a request to another CPU is startable when that has come back. */
static void start(const struct supervision_member *policy, uint32_t restarts)
{
	enum tenon_status status;

	while ((status = tenon_thread_start(policy->thread, policy->entry, policy->stack_top, restarts)) ==
	       TENON_BUSY)
		tenon_yield();
	CHECK(status == TENON_OK);
}

/* Takes it off whatever it does. Its device goes on by itself, so the bus stops that too: nothing writes to the memory that is
 * made anew afterwards. A bus that does not answer is not waited for long. */
static void stop(const struct supervision_member *policy)
{
	CHECK(tenon_thread_stop(policy->thread) == TENON_OK);
	if (policy->drives_function != 0 && devices_connected() &&
	    devices_quiesce((const char *)supervision_at(policy->name)) != BUS_CONTROL_OK) {
		report_add("  its device could not be stopped");
	}
}

void member_restart(uint32_t index)
{
	const struct supervision_member *policy = supervision_member(index);
	struct member *member = member_get(index);

	CHECK(member_restartable(index));
	stop(policy);
	make_table(policy);
	make_memory(policy);
	if (policy->endpoint != 0) {
		CHECK(tenon_endpoint_state(policy->endpoint, TENON_ENDPOINT_OPEN) == TENON_OK);
	}
	if (member->limit > 0) {
		member->restarted_ns[member->restarts % member->limit] = clock_ns();
	}
	member->restarts++;
	member->state = MEMBER_RUNNING;
	member->beat_asked = false;
	member->beat_at_ns = is_watched(policy) ? clock_ns() + policy->within_ns : TENON_NEVER;
	start(policy, member->restarts);
}

void member_halt(uint32_t index)
{
	const struct supervision_member *policy = supervision_member(index);
	struct member *member = member_get(index);

	stop(policy);
	if (policy->endpoint != 0) {
		CHECK(tenon_endpoint_state(policy->endpoint, TENON_ENDPOINT_CLOSED) == TENON_OK);
	}
	member->state = MEMBER_HALTED;
	member->beat_at_ns = TENON_NEVER;
}

/* ---- Policy ---------------------------------------------------------------------------------- */

/* Restarts still allowed now: those remembered that are younger than the window use it up. */
static bool within_limit(const struct supervision_member *policy, const struct member *member,
			 uint64_t now_ns)
{
	uint32_t young = 0;

	if (member->limit == 0) {
		return true;
	}
	for (uint32_t i = 0; i < member->limit && i < member->restarts; i++) {
		young += now_ns - member->restarted_ns[i] < policy->window_ns;
	}
	return young < member->limit;
}

static void give_up(uint32_t index)
{
	const struct supervision_member *policy = supervision_member(index);
	const uint32_t *dependent = supervision_at(policy->dependent);
	const char *place = supervision_at(policy->policy_place);

	/* Those furthest away first: who is stopped before his server, on whichever CPU, never sees it go. */
	for (uint32_t i = policy->then == SUPERVISION_HALT_DEPENDENTS ? policy->dependents : 0; i > 0; i--) {
		member_halt(dependent[i - 1]);
	}
	member_halt(index);
	switch ((enum supervision_then)policy->then) {
	case SUPERVISION_HALT:
		report_add("  halted%s%s", place[0] != 0 ? ", " : "", place);
		break;
	case SUPERVISION_HALT_DEPENDENTS:
		report_add("  halted with all that use it, %s", place);
		for (uint32_t i = 0; i < policy->dependents; i++) {
			report_add("  halted too: %s", name_of(dependent[i]));
		}
		break;
	case SUPERVISION_RESTART_MACHINE:
		report_add("  the machine restarts, %s", place);
		report_print();
		power_restart_machine();
	}
}

void member_failed(uint32_t index, uint32_t cause)
{
	const struct supervision_member *policy = supervision_member(index);
	struct member *member = member_get(index);
	uint64_t now_ns = clock_ns();
	const char *place = supervision_at(policy->policy_place);
	struct report_time back_off;

	if ((policy->restart & cause) == 0 || !member_restartable(index)) {
		give_up(index);
		return;
	}
	if (!within_limit(policy, member, now_ns)) {
		struct report_time window = report_time(policy->window_ns);

		report_add("  %u restarts in %llu %s are used up", policy->at_most, window.number,
			   window.unit);
		give_up(index);
		return;
	}
	if (policy->back_off_ns == 0) {
		member_restart(index);
		report_add("  restarted, %s", place);
		return;
	}
	stop(policy);
	member->state = MEMBER_WAITING;
	member->restart_at_ns = now_ns + policy->back_off_ns;
	member->beat_at_ns = TENON_NEVER;
	back_off = report_time(policy->back_off_ns);
	report_add("  restarts in %llu %s, %s", back_off.number, back_off.unit, place);
}

/* ---- Time ------------------------------------------------------------------------------------ */

static void look_at_beat(uint32_t index, uint64_t now_ns)
{
	const struct supervision_member *policy = supervision_member(index);
	struct member *member = member_get(index);

	if (!member->beat_asked) {
		member->beat_asked = true;
		member->beat_at_ns = now_ns + policy->within_ns;
		CHECK(tenon_signal(policy->heartbeat) == TENON_OK);
		return;
	}
	report_hang(index);
	member_failed(index, SUPERVISION_ON_HANG);
	report_print();
}

/* Half of the time is left before the next question, so that a hang is seen within one and a half. */
void member_beat(uint32_t index, uint64_t now_ns)
{
	struct member *member = member_get(index);

	if (member->beat_asked) {
		member->beat_asked = false;
		member->beat_at_ns = now_ns + supervision_member(index)->within_ns / 2;
	}
}

void members_look(uint64_t now_ns)
{
	for (uint32_t i = 0; i < members_count(); i++) {
		if (members[i].state == MEMBER_WAITING && members[i].restart_at_ns <= now_ns) {
			member_restart(i);
			log_info("%s: restarted", name_of(i));
		} else if (members[i].state == MEMBER_RUNNING && members[i].beat_at_ns <= now_ns) {
			look_at_beat(i, now_ns);
		}
	}
}

uint64_t members_next(void)
{
	uint64_t next = TENON_NEVER;

	for (uint32_t i = 0; i < members_count(); i++) {
		uint64_t at = members[i].state == MEMBER_WAITING   ? members[i].restart_at_ns
			      : members[i].state == MEMBER_RUNNING ? members[i].beat_at_ns
								   : TENON_NEVER;

		next = at < next ? at : next;
	}
	return next;
}
