/* SPDX-License-Identifier: MIT
 * Processes from a pool; see process.h.
 *
 * The sub-pool is made first, and everything after it comes from it: so there
 * is one way back from any failure, the one that destroy takes.
 */
#include <tenon/process.h>
#include <tenon/string.h>
#include <tenon/thread.h>

#define READ_WRITE (TENON_RIGHT_READ | TENON_RIGHT_WRITE)

/* A process while it is made: `next` is the first slot of the plan that is still free. */
struct making {
	const struct tenon_process_plan *plan;
	struct tenon_process process;
	uint32_t next;
};

static uint64_t pages_of(uint64_t bytes)
{
	return bytes / TENON_PAGE_SIZE + (bytes % TENON_PAGE_SIZE != 0);
}

uint32_t tenon_process_slots(const struct tenon_process_plan *plan)
{
	uint64_t slots = 4; /* pool, space, table, thread */

	slots += pages_of(plan->stack_bytes) + (plan->buffer != 0 ? 1 : 0) + (plan->serves ? 3 : 0);
	for (uint32_t i = 0; i < plan->segments; i++)
		slots += pages_of(plan->segment[i].size);
	return slots < UINT32_MAX ? (uint32_t)slots : UINT32_MAX;
}

static bool plan_is_sound(const struct tenon_process_plan *plan)
{
	uint64_t shared = 0;

	for (uint32_t i = 0; i < plan->segments; i++) {
		const struct tenon_process_segment *segment = &plan->segment[i];

		if (segment->image > segment->size || (segment->frames != NULL && segment->image != 0) ||
		    (segment->bytes == NULL && segment->image != 0))
			return false;
		shared += segment->frames != NULL ? pages_of(segment->size) : 0;
	}
	return shared <= TENON_PROCESS_SHARED && plan->stack_bytes <= plan->stack_top &&
	       plan->slots >= tenon_process_slots(plan);
}

static enum tenon_status make(struct making *making, tenon_handle_t pool, enum tenon_type type, uint64_t size,
			      tenon_handle_t *out)
{
	return tenon_pool_make(pool, type, making->plan->slot + making->next++, size, out);
}

/* ---- memory ---- */

static enum tenon_status page_fill(const struct making *making, tenon_handle_t frame, const void *bytes,
				   uint64_t count)
{
	enum tenon_status status =
	    tenon_frame_map(frame, making->plan->space, making->plan->window, READ_WRITE, TENON_CACHE_NORMAL);

	if (status != TENON_OK)
		return status;
	memcpy((void *)(uintptr_t)making->plan->window, bytes, count);
	return tenon_frame_unmap(frame);
}

static enum tenon_status page_make(struct making *making, const struct tenon_process_segment *segment,
				   uint64_t page, tenon_handle_t *frame)
{
	const uint64_t offset = page * TENON_PAGE_SIZE;
	const uint64_t left = segment->image > offset ? segment->image - offset : 0;
	struct tenon_process *process = &making->process;
	enum tenon_status status;

	if (segment->frames != NULL) {
		status = tenon_cap_copy(segment->frames[page], 0, making->plan->slot + making->next++,
					segment->rights, 0, frame);
		if (status == TENON_OK)
			process->shared[process->shares++] = *frame;
	} else {
		status = make(making, process->pool, TENON_TYPE_FRAME, TENON_PAGE_SIZE, frame);
	}
	if (status == TENON_OK && left != 0)
		status = page_fill(making, *frame, (const uint8_t *)segment->bytes + offset,
				   left < TENON_PAGE_SIZE ? left : TENON_PAGE_SIZE);
	if (status == TENON_OK)
		status = tenon_frame_map(*frame, process->space, segment->address + offset, segment->rights,
					 TENON_CACHE_NORMAL);
	return status;
}

static enum tenon_status segment_make(struct making *making, const struct tenon_process_segment *segment)
{
	enum tenon_status status = TENON_OK;
	tenon_handle_t frame;

	for (uint64_t page = 0; status == TENON_OK && page < pages_of(segment->size); page++)
		status = page_make(making, segment, page, &frame);
	return status;
}

static enum tenon_status memory_make(struct making *making, tenon_handle_t *buffer)
{
	const struct tenon_process_plan *plan = making->plan;
	const struct tenon_process_segment stack = {
	    .address = plan->stack_top - plan->stack_bytes, .size = plan->stack_bytes, .rights = READ_WRITE};
	const struct tenon_process_segment page = {
	    .address = plan->buffer, .size = TENON_PAGE_SIZE, .rights = READ_WRITE};
	enum tenon_status status = segment_make(making, &stack);

	for (uint32_t i = 0; status == TENON_OK && i < plan->segments; i++)
		status = segment_make(making, &plan->segment[i]);
	*buffer = 0;
	if (status == TENON_OK && plan->buffer != 0)
		status = page_make(making, &page, 0, buffer);
	return status;
}

/* ---- capabilities ---- */

/* A receive set, its endpoint for the maker, and the set and a reply object for the process. */
static enum tenon_status service_make(struct making *making)
{
	struct tenon_process *process = &making->process;
	tenon_handle_t reply = 0;
	enum tenon_status status = make(making, process->pool, TENON_TYPE_RECEIVE_SET, 0, &process->set);

	if (status == TENON_OK)
		status = tenon_set_make(process->set, TENON_TYPE_ENDPOINT,
					making->plan->slot + making->next++, 0, &process->endpoint);
	if (status == TENON_OK)
		status = tenon_set_make(process->set, TENON_TYPE_REPLY, making->plan->slot + making->next++,
					0, &reply);
	if (status == TENON_OK)
		status = tenon_cap_copy(process->set, process->table, TENON_PROCESS_SLOT_SET,
					TENON_RIGHT_RECEIVE, 0, NULL);
	if (status == TENON_OK)
		status = tenon_cap_copy(reply, process->table, TENON_PROCESS_SLOT_REPLY, TENON_RIGHT_INVOKE,
					0, NULL);
	return status;
}

static enum tenon_status table_fill(struct making *making)
{
	const struct tenon_process_plan *plan = making->plan;
	enum tenon_status status = plan->serves ? service_make(making) : TENON_OK;

	for (uint32_t i = 0; status == TENON_OK && i < plan->capabilities; i++) {
		const struct tenon_process_capability *capability = &plan->capability[i];

		status = tenon_cap_copy(capability->handle, making->process.table, capability->slot,
					capability->rights, capability->badge, NULL);
	}
	return status;
}

/* ---- the whole ---- */

static enum tenon_status objects_make(struct making *making)
{
	const struct tenon_process_plan *plan = making->plan;
	struct tenon_process *process = &making->process;
	enum tenon_status status =
	    make(making, plan->pool, TENON_TYPE_POOL, plan->pool_bytes, &process->pool);

	if (status == TENON_OK)
		status = make(making, process->pool, TENON_TYPE_SPACE, 0, &process->space);
	if (status == TENON_OK)
		status = make(making, process->pool, TENON_TYPE_TABLE, plan->table_slots, &process->table);
	if (status == TENON_OK)
		status = make(making, process->pool, TENON_TYPE_THREAD, 0, &process->thread);
	return status;
}

static enum tenon_status process_make(struct making *making)
{
	const struct tenon_process_plan *plan = making->plan;
	const struct tenon_process *process = &making->process;
	tenon_handle_t buffer = 0;
	enum tenon_status status = objects_make(making);

	if (status == TENON_OK)
		status = memory_make(making, &buffer);
	if (status == TENON_OK)
		status = tenon_thread_bind(process->thread, process->space, process->table,
					   plan->fault_endpoint, buffer);
	if (status == TENON_OK)
		status =
		    tenon_thread_schedule(process->thread, plan->priority, plan->band, plan->affinity, 0);
	if (status == TENON_OK)
		status = table_fill(making);
	if (status == TENON_OK)
		status = tenon_thread_start(process->thread, plan->entry, plan->stack_top, plan->argument);
	return status;
}

enum tenon_status tenon_process_create(const struct tenon_process_plan *plan, struct tenon_process *process)
{
	struct making making = {.plan = plan};
	enum tenon_status status;

	if (!plan_is_sound(plan))
		return TENON_BAD_ARGUMENT;
	status = process_make(&making);
	if (status == TENON_OK)
		*process = making.process;
	else
		(void)tenon_process_destroy(&making.process); /* the first failure is what counts */
	return status;
}

enum tenon_status tenon_process_destroy(struct tenon_process *process)
{
	const enum tenon_status status = process->pool != 0 ? tenon_cap_delete(process->pool) : TENON_OK;

	/* Only now: the thread would fault without them. A copy is gone already if the frame's owner is. */
	for (; status == TENON_OK && process->shares != 0; process->shares--)
		(void)tenon_cap_delete(process->shared[process->shares - 1]);
	return status;
}
