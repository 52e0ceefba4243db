/* SPDX-License-Identifier: MIT
 * See desk.h.
 */
#include "desk_state.h"
#include "call.h"
#include "known.h"
#include "reopen.h"

#include <tenon/string.h>

#define SECOND 256u /* where a second text stands in the buffer */

struct desk desks[FILE_SYSTEMS_COUNT > 0 ? FILE_SYSTEMS_COUNT : 1];

static const struct tenon_buffer whole = {.index = 0, .length = FILE_SYSTEMS_PAPER_SIZE};
static struct asker asker;
static bool has_changed; /* a desk or a turn has become free, and somebody may wait for it */

void desk_changed(void)
{
	has_changed = true;
}

void desks_start(void)
{
	for (uint32_t i = 0; i < FILE_SYSTEMS_COUNT; i++) {
		desks[i].waiting = NO_CALL;
	}
}

struct asker desk_set_asker(struct asker next)
{
	const struct asker before = asker;

	asker = next;
	return before;
}

static bool is_mine(const struct desk *desk)
{
	return desk->is_owned && desk->owner.call == asker.call && desk->owner.node == asker.node;
}

bool desk_is_asked(uint32_t file_system)
{
	return desks[file_system].state == ASKED && is_mine(&desks[file_system]);
}

static void changed(const struct desk *desk)
{
	has_changed = has_changed || desk->waiting != NO_CALL || desk->has_chores;
}

static void become_idle(struct desk *desk)
{
	desk->state = IDLE;
	desk->is_owned = false;
	changed(desk);
}

static void add_release(struct desk *desk, uint64_t node)
{
	CHECK(desk->releases < HELD_MAX); /* no more can be held */
	desk->release[(desk->first_release + desk->releases++) % HELD_MAX] = node;
	desk->has_chores = true;
}

void desk_drop(struct desk *desk)
{
	if (desk->state == ANSWERED && desk->ask.operation == FILESYSTEM_OPERATION_HOLD &&
	    desk->answer.status == FILESYSTEM_OK) {
		add_release(desk, desk->ask.node);
	}
	if (desk->is_owned && desk->owner.node != NULL) {
		desk->owner.node->is_committing = false;
	}
	become_idle(desk);
}

/* ---- turns ------------------------------------------------------------------------------------ */

void desk_give_turn(struct call *call)
{
	if (call->turn != NOWHERE) {
		desks[call->turn].holder = NULL;
		changed(&desks[call->turn]);
		call->turn = NOWHERE;
	}
}

void desk_leave(struct call *call)
{
	desk_give_turn(call);
	for (uint32_t i = 0; i < FILE_SYSTEMS_COUNT; i++) {
		struct desk *desk = &desks[i];

		if (desk->is_owned && desk->owner.call == call) {
			if (desk->state == ASKED) {
				desk->is_owned = false; /* the answer is dropped when it comes */
			} else {
				desk_drop(desk);
			}
		}
	}
}

static bool take_turn(uint32_t file_system)
{
	struct desk *desk = &desks[file_system];
	struct call *call = asker.call;

	if (call == NULL || !call_takes_turn(call) || call->turn == file_system) {
		return true;
	}
	desk_give_turn(call);
	if (desk->holder != NULL) {
		return false;
	}
	desk->holder = call;
	call->turn = file_system;
	call->turns++;
	return true;
}

/* ---- asking ----------------------------------------------------------------------------------- */

static bool is_same(const struct desk *desk, const struct question *question)
{
	const struct filesystem_ask *ask = &desk->ask, *other = &question->ask;

	return ask->operation == other->operation && ask->node == other->node && ask->other == other->other &&
	       ask->offset == other->offset && ask->length == other->length &&
	       ask->allocate == other->allocate && ask->settle == other->settle &&
	       (question->name == NULL || strcmp(desk->name, question->name) == 0);
}

static bool write_paper(uint32_t file_system, const struct question *question)
{
	uint8_t *paper = file_systems_paper_write(file_system, &whole);

	if (question->name != NULL) {
		memcpy(paper, question->name, strlen(question->name) + 1);
	}
	if (question->second != NULL) {
		memcpy(paper + SECOND, question->second, strlen(question->second) + 1);
	}
	if (question->bytes != 0) {
		memcpy(paper, question->data, question->bytes);
	}
	return question->loan == NULL ||
	       tenon_loan_get(*question->loan, question->done, paper, question->ask.count) == TENON_OK;
}

/* True: it is there. */
static bool receive(uint32_t file_system)
{
	struct desk *desk = &desks[file_system];
	struct filesystem_answer answer;

	while (file_systems_answers_receive(file_system, &answer)) {
		if (desk->state != ASKED || answer.number != desk->number) {
			log_warning("%s answers what it was not asked",
				    file_systems_server_name(file_system));
			continue;
		}
		if (answer.status > FILESYSTEM_DAMAGED) { /* no error of the interface */
			answer.status = FILESYSTEM_IO;
		}
		desk->answer = answer;
		desk->state = ANSWERED;
		system_answered(file_system, desk->is_opening);
		return true;
	}
	return false;
}

/* It cannot ask now. */
static enum filesystem_status wait(struct desk *desk)
{
	if (desk->is_gone) {
		return FILESYSTEM_IO;
	}
	desk_look_soon();
	if (asker.call != NULL) {
		call_wait_at_desk(asker.call, &desk->waiting);
	} else {
		desk->has_chores = true;
	}
	if (asker.node != NULL) {
		asker.node->is_blocked = true;
	}
	return FILESYSTEM_LATER;
}

static enum filesystem_status take(struct desk *desk, struct filesystem_answer *answer)
{
	*answer = desk->answer;
	become_idle(desk);
	return (enum filesystem_status)answer->status;
}

static bool is_busy(const struct desk *desk)
{
	const bool opens = asker.call == NULL && asker.node == NULL && desk->is_opening;

	return !desk->is_open || (desk->is_opening && !opens) || desk->state != IDLE;
}

bool desk_is_ready(uint32_t file_system)
{
	return take_turn(file_system) && !is_busy(&desks[file_system]);
}

enum filesystem_status desk_ask(uint32_t file_system, const struct question *question,
				struct filesystem_answer *answer)
{
	struct desk *desk = &desks[file_system];

	if (desk->state == ANSWERED && is_mine(desk)) {
		if (is_same(desk, question)) {
			return take(desk, answer);
		}
		desk_drop(desk);
	}
	if (!take_turn(file_system) || is_busy(desk)) {
		return wait(desk);
	}
	if (!write_paper(file_system, question)) {
		return FILESYSTEM_MALFORMED;
	}
	known_ask(file_system, &question->ask);
	desk->ask = question->ask;
	desk->ask.number = ++desk->number;
	desk->state = ASKED;
	desk->owner = asker;
	desk->is_owned = true;
	if (!file_systems_asks_send(file_system, &desk->ask)) {
		become_idle(desk); /* the session has ended, of which we hear next */
		return wait(desk);
	}
	if (receive(file_system)) { /* it is more urgent than we are, and had to wait for nothing */
		return take(desk, answer);
	}
	if (question->name != NULL) {
		memcpy(desk->name, question->name, strlen(question->name) + 1);
	}
	desk_look_soon();
	if (asker.call != NULL) {
		asker.call->is_asking = true;
	}
	if (asker.node != NULL) {
		asker.node->is_blocked = true;
	}
	return FILESYSTEM_LATER;
}

const uint8_t *desk_paper(uint32_t file_system)
{
	return file_systems_paper_read(file_system, &whole);
}

/* ---- what is to be done some time ------------------------------------------------------------- */

void desk_do_chores(uint32_t file_system)
{
	struct desk *desk = &desks[file_system];
	const struct asker before = desk_set_asker((struct asker){0});
	struct filesystem_answer answer;

	if (desk->is_opening) {
		system_open_again(file_system);
		(void)desk_set_asker(before);
		return;
	}
	while (desk->releases > 0) {
		const struct question question = {.ask = {.operation = FILESYSTEM_OPERATION_RELEASE,
							  .node = desk->release[desk->first_release]}};
		const enum filesystem_status status = desk_ask(file_system, &question, &answer);

		if (status == FILESYSTEM_LATER) {
			break;
		}
		desk->releases--;
		desk->first_release = (desk->first_release + 1) % HELD_MAX;
		if (status != FILESYSTEM_OK) {
			log_error("%s does not release a node: %s", file_systems_server_name(file_system),
				  filesystem_status_name(status));
		}
	}
	if (desk->wants_sync && desk->releases == 0) {
		const enum files_status status = system_sync(file_system, false);

		desk->wants_sync = status == FILES_WOULD_WAIT;
		if (!desk->wants_sync) {
			nodes_synced(file_system, status);
		}
	}
	(void)desk_set_asker(before);
}

void desk_release(struct place place)
{
	struct desk *desk = &desks[place.file_system];

	add_release(desk, place.node);
	if (desk->state == IDLE && !desk->is_opening) {
		desk_do_chores(place.file_system);
	}
}

void desk_want_sync(uint32_t file_system)
{
	desks[file_system].wants_sync = true;
	desks[file_system].has_chores = true;
	has_changed = true;
}

bool desks_go_on(void)
{
	if (!has_changed) {
		return false;
	}
	has_changed = false;
	for (uint32_t i = 0; i < FILE_SYSTEMS_COUNT; i++) {
		struct desk *desk = &desks[i];

		if (!desk->is_open || desk->is_opening || desk->state != IDLE) {
			continue;
		}
		if (desk->has_chores && !(desk->chores_were_last && desk->waiting != NO_CALL)) {
			desk->has_chores = false;
			desk->chores_were_last = true;
			desk_do_chores(i);
			nodes_go_on();
		} else {
			desk->chores_were_last = false;
			has_changed = has_changed || desk->has_chores;
		}
		calls_go_on(&desk->waiting);
	}
	return true;
}

/* ---- the channels ----------------------------------------------------------------------------- */

void file_systems_answers(uint32_t server)
{
	struct desk *desk = &desks[server];
	uint64_t number;

	if (!receive(server)) {
		return;
	}
	number = desk->number;
	if (desk->is_owned && desk->owner.call != NULL) {
		calls_again(desk->owner.call);
		calls_run();
	} else if (desk->is_owned && desk->owner.node != NULL) {
		struct node *node = desk->owner.node;

		node->users++; /* it stays, whatever comes of it */
		node_make_clean(node);
		node_gives_room(node);
		node_leave(node);
	} else if (desk->is_owned) {
		desk_do_chores(server);
	}
	if (desk->state == ANSWERED && desk->number == number) {
		desk_drop(desk);
	}
	has_changed = true;
	calls_run();
	desk_look_no_more();
}

void file_systems_asks_room(uint32_t server)
{
	(void)server;
}
