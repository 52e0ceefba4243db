/* SPDX-License-Identifier: MIT
 * Buffers: the set-up of views, and the ledger. The caller owns all structures; a ledger belongs to one thread.
 */
#include <tenon/buffers.h>

void tenon_buffers_init(struct tenon_buffers *buffers, void *base, size_t region_bytes, uint32_t buffer_bytes,
			uint32_t count, uint32_t rights)
{
	CHECK(base != NULL && buffer_bytes != 0 && count <= region_bytes / buffer_bytes);
	*buffers = (struct tenon_buffers){
	    .base = base, .buffer_bytes = buffer_bytes, .count = count, .rights = rights};
}

static void link_line(struct tenon_ledger *ledger, struct tenon_ledger_list *list, uint32_t index,
		      uint32_t owner)
{
	ledger->line[index] =
	    (struct tenon_ledger_line){.next = list->first, .previous = TENON_LEDGER_NONE, .owner = owner};
	if (list->first != TENON_LEDGER_NONE) {
		ledger->line[list->first].previous = index;
	}
	list->first = index;
	list->count++;
}

static void unlink_line(struct tenon_ledger *ledger, struct tenon_ledger_list *list, uint32_t index)
{
	const struct tenon_ledger_line *line = &ledger->line[index];

	if (line->previous != TENON_LEDGER_NONE) {
		ledger->line[line->previous].next = line->next;
	} else {
		list->first = line->next;
	}
	if (line->next != TENON_LEDGER_NONE) {
		ledger->line[line->next].previous = line->previous;
	}
	list->count--;
}

void tenon_ledger_init(struct tenon_ledger *ledger, struct tenon_ledger_line *line, uint32_t count)
{
	CHECK(count < TENON_LEDGER_NONE);
	*ledger = (struct tenon_ledger){.line = line, .count = count, .free = {.first = TENON_LEDGER_NONE}};
	for (uint32_t i = count; i > 0; i--) {
		link_line(ledger, &ledger->free, i - 1, TENON_LEDGER_NONE);
	}
}

uint32_t tenon_ledger_add(struct tenon_ledger *ledger, uint32_t rights, uint32_t most)
{
	CHECK(ledger->participants < TENON_LEDGER_PARTICIPANTS);
	ledger->participant[ledger->participants] =
	    (struct tenon_participant){.rights = rights, .most = most, .held = {.first = TENON_LEDGER_NONE}};
	return ledger->participants++;
}

static enum tenon_ledger_status refuse(struct tenon_participant *participant, enum tenon_ledger_status status)
{
	participant->refused++;
	return status;
}

/* Whether `from` may dispose of the buffer. */
static enum tenon_ledger_status check_owner(struct tenon_ledger *ledger, uint32_t index, uint32_t from)
{
	if (from >= ledger->participants) {
		return TENON_LEDGER_BAD_INDEX;
	}
	if (index >= ledger->count) {
		return refuse(&ledger->participant[from], TENON_LEDGER_BAD_INDEX);
	}
	if (ledger->line[index].owner != from) {
		return refuse(&ledger->participant[from], TENON_LEDGER_NOT_OWNER);
	}
	return TENON_LEDGER_OK;
}

enum tenon_ledger_status tenon_ledger_allocate(struct tenon_ledger *ledger, uint32_t participant,
					       uint32_t *index)
{
	struct tenon_participant *to = &ledger->participant[participant];

	if (participant >= ledger->participants) {
		return TENON_LEDGER_BAD_INDEX;
	}
	if (!(to->rights & TENON_BUFFERS_ALLOCATE)) {
		return refuse(to, TENON_LEDGER_NO_RIGHT);
	}
	if (ledger->free.first == TENON_LEDGER_NONE || to->held.count >= to->most) {
		return TENON_LEDGER_EMPTY;
	}
	*index = ledger->free.first;
	unlink_line(ledger, &ledger->free, *index);
	link_line(ledger, &to->held, *index, participant);
	return TENON_LEDGER_OK;
}

enum tenon_ledger_status tenon_ledger_give(struct tenon_ledger *ledger, uint32_t index, uint32_t from,
					   uint32_t to)
{
	enum tenon_ledger_status status = check_owner(ledger, index, from);
	struct tenon_participant *giver, *taker;

	if (status != TENON_LEDGER_OK) {
		return status;
	}
	giver = &ledger->participant[from];
	if (to >= ledger->participants) {
		return refuse(giver, TENON_LEDGER_BAD_INDEX);
	}
	taker = &ledger->participant[to];
	if (!(taker->rights & (TENON_BUFFERS_READ | TENON_BUFFERS_WRITE))) {
		return refuse(giver, TENON_LEDGER_NO_RIGHT);
	}
	if (to != from && taker->held.count >= taker->most) {
		return TENON_LEDGER_EMPTY;
	}
	unlink_line(ledger, &giver->held, index);
	link_line(ledger, &taker->held, index, to);
	return TENON_LEDGER_OK;
}

enum tenon_ledger_status tenon_ledger_release(struct tenon_ledger *ledger, uint32_t index, uint32_t from)
{
	enum tenon_ledger_status status = check_owner(ledger, index, from);

	if (status != TENON_LEDGER_OK) {
		return status;
	}
	unlink_line(ledger, &ledger->participant[from].held, index);
	link_line(ledger, &ledger->free, index, TENON_LEDGER_NONE);
	return TENON_LEDGER_OK;
}

uint32_t tenon_ledger_reclaim(struct tenon_ledger *ledger, uint32_t participant)
{
	struct tenon_ledger_list *held = &ledger->participant[participant].held;
	uint32_t reclaimed;

	CHECK(participant < ledger->participants);
	reclaimed = held->count;
	while (held->first != TENON_LEDGER_NONE) {
		uint32_t index = held->first;

		unlink_line(ledger, held, index);
		link_line(ledger, &ledger->free, index, TENON_LEDGER_NONE);
	}
	return reclaimed;
}
