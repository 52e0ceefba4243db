/* SPDX-License-Identifier: MIT
 * Capabilities: a table for the component, one for each client, one for the
 * servers, and one for the test, whose handles every peer may use, too, so that
 * what a test names can be sent by any of them. Rights are narrowed and copies
 * taken back as on a board; an object is a number here, and does nothing but count the signals to it.
 *
 * State: the tables, where in each the next one arrives, and how often each object was signalled.
 */
#include <string.h>
#include <tenon/object.h>

#include "host.h"

#define SLOTS      4096u
#define OBJECTS    (HOLDERS * SLOTS)
#define TEST_FIRST 0x400000u /* slots of the test: no other table has so many */

/* Which capability: a table's slot, and the generation that it then had; table 0 and slot 0 for none. */
struct name {
	uint32_t table, slot, generation;
};

static struct place {
	enum tenon_type type; /* NONE: the slot is empty */
	uint32_t rights, generation, object;
	struct name from; /* that it was derived from */
} places[HOLDERS][SLOTS];
static uint32_t accepts[HOLDERS], signals[OBJECTS], objects, next_of_test;

/* What the description gave the component; it keeps generation 0. */
static void give_static(void)
{
	for (uint32_t i = 1; i < test_component.slots && i < SLOTS; i++) {
		const struct test_slot *slot = &test_component.slot[i];

		if (slot->name != NULL)
			places[HOLDER_COMPONENT][i] =
			    (struct place){.type = slot->type, .rights = slot->rights, .object = ++objects};
	}
}

void capabilities_reset(void)
{
	memset(places, 0, sizeof places);
	memset(accepts, 0, sizeof accepts);
	memset(signals, 0, sizeof signals);
	objects = 0;
	next_of_test = 1;
	give_static();
}

void capabilities_restarted(enum holder holder)
{
	memset(places[holder], 0, sizeof places[holder]);
	accepts[holder] = 0;
	if (holder == HOLDER_COMPONENT)
		give_static();
}

/* ---- finding ---------------------------------------------------------------------------------- */

static struct place *at(const struct name *name)
{
	struct place *place = &places[name->table][name->slot];

	return place->type != TENON_TYPE_NONE && place->generation == name->generation ? place : NULL;
}

/* The slots of the test are in everybody's reach but the component's. */
static bool find(enum holder holder, tenon_handle_t handle, struct name *name)
{
	const uint32_t index = tenon_handle_index(handle);
	const bool of_test = index >= TEST_FIRST && holder != HOLDER_COMPONENT;

	*name = (struct name){.table = of_test ? HOLDER_TEST : holder,
			      .slot = of_test ? index - TEST_FIRST : index,
			      .generation = tenon_handle_generation(handle)};
	return name->slot < SLOTS && at(name) != NULL;
}

static tenon_handle_t handle_for(const struct name *name)
{
	return tenon_handle(name->table == HOLDER_TEST ? TEST_FIRST + name->slot : name->slot,
			    name->generation);
}

/* False: the slot is not empty. */
static bool put(enum holder holder, uint32_t slot, const struct place *what, struct name *name)
{
	struct place *place = &places[holder][slot < SLOTS ? slot : 0];

	if (slot == 0 || slot >= SLOTS || place->type != TENON_TYPE_NONE)
		return false;
	const uint32_t generation = place->generation + 1;

	*place = *what;
	place->generation = generation;
	*name = (struct name){holder, slot, generation};
	return true;
}

/* ---- taking back ------------------------------------------------------------------------------ */

static void revoke(const struct name *name)
{
	for (uint32_t table = 0; table < HOLDERS; table++) {
		for (uint32_t slot = 1; slot < SLOTS; slot++) {
			struct place *place = &places[table][slot];
			const struct name own = {table, slot, place->generation};

			if (place->type == TENON_TYPE_NONE || memcmp(&place->from, name, sizeof *name) != 0)
				continue;
			revoke(&own);
			place->type = TENON_TYPE_NONE;
		}
	}
}

/* What was derived from it is now derived from what that was derived from; of an owner all copies end. */
static void delete(const struct name *name)
{
	struct place *place = at(name);
	const bool owner = place->from.slot == 0;

	if (owner)
		revoke(name);
	for (uint32_t table = 0; !owner && table < HOLDERS; table++) {
		for (uint32_t slot = 1; slot < SLOTS; slot++) {
			if (memcmp(&places[table][slot].from, name, sizeof *name) == 0)
				places[table][slot].from = place->from;
		}
	}
	place->type = TENON_TYPE_NONE;
}

/* ---- system calls ----------------------------------------------------------------------------- */

static void accept(enum holder holder, struct tenon_ipc *ipc)
{
	const uint64_t slot = ipc->word[0];

	ipc->status =
	    slot < SLOTS && places[holder][slot].type != TENON_TYPE_NONE ? TENON_OCCUPIED : TENON_OK;
	if (ipc->status == TENON_OK)
		accepts[holder] = (uint32_t)slot;
}

static void read(const struct name *name, struct tenon_ipc *ipc)
{
	const struct place *place = at(name);

	*ipc = (struct tenon_ipc){.status = TENON_OK, .word = {place->type, place->rights}};
}

static void copy(enum holder holder, const struct name *name, struct tenon_ipc *ipc)
{
	struct place what = *at(name);
	struct name made;

	what.rights &= (uint32_t)ipc->word[1];
	what.from = *name;
	ipc->status = TENON_OCCUPIED;
	if (!put(holder, (uint32_t)ipc->word[0], &what, &made))
		return;
	ipc->status = TENON_OK;
	ipc->word[0] = handle_for(&made);
}

bool capability_call(enum holder holder, struct tenon_ipc *ipc)
{
	const uint32_t operation = operation_of(ipc);
	struct name name;

	if (operation == TENON_OP_CAP_ACCEPT) {
		accept(holder, ipc);
		return true;
	}
	if (operation != TENON_OP_CAP_READ && operation != TENON_OP_CAP_DELETE &&
	    operation != TENON_OP_CAP_REVOKE && operation != TENON_OP_CAP_COPY)
		return false;
	if (operation == TENON_OP_CAP_COPY && ipc->reply != 0)
		return false; /* into another table: no process has one here */
	if (!find(holder, ipc->control >> TENON_OPERATION_BITS, &name)) {
		ipc->status = TENON_BAD_HANDLE;
		return true;
	}
	ipc->status = TENON_OK;
	if (operation == TENON_OP_CAP_READ)
		read(&name, ipc);
	else if (operation == TENON_OP_CAP_DELETE)
		delete (&name);
	else if (operation == TENON_OP_CAP_REVOKE)
		revoke(&name);
	else
		copy(holder, &name, ipc);
	return true;
}

bool capability_signal(tenon_handle_t handle)
{
	struct name name;

	if (!find(HOLDER_COMPONENT, handle, &name) || at(&name)->type != TENON_TYPE_NOTIFICATION ||
	    (at(&name)->rights & TENON_RIGHT_INVOKE) == 0)
		return false;
	signals[at(&name)->object]++;
	return true;
}

/* ---- travelling ------------------------------------------------------------------------------- */

/* `slot` 0: where the receiver accepts the next one. */
static bool travel(enum holder from, enum holder to, uint32_t slot, bool moves, tenon_handle_t *handle)
{
	struct name name, arrived;
	struct place what;

	if (!find(from, *handle, &name))
		return false;
	what = *at(&name);
	what.from = moves ? what.from : name;
	if (!put(to, slot != 0 ? slot : accepts[to], &what, &arrived))
		return false;
	if (slot == 0)
		accepts[to] = 0;
	if (moves)
		at(&name)->type = TENON_TYPE_NONE;
	*handle = handle_for(&arrived);
	return true;
}

static uint32_t free_of_test(void)
{
	if (next_of_test == SLOTS)
		test_fail("a test has %u capabilities at most", SLOTS - 1);
	return next_of_test++;
}

void capability_pass(struct host_message *message, enum holder from, enum holder to)
{
	const uint64_t how = message->tag & (TENON_TAG_COPY | TENON_TAG_MOVE);

	if (how != 0 && !travel(from, to, to == HOLDER_TEST ? free_of_test() : 0, how == TENON_TAG_MOVE,
				&message->extras.capability))
		message->tag &= ~(TENON_TAG_COPY | TENON_TAG_MOVE);
	else if (how != 0)
		message->tag = (message->tag & ~(TENON_TAG_COPY | TENON_TAG_MOVE)) | TENON_TAG_COPY;
}

tenon_handle_t capability_keep(enum holder holder, tenon_handle_t handle)
{
	return travel(holder, HOLDER_TEST, free_of_test(), true, &handle) ? handle : 0;
}

void capability_drop(enum holder holder, tenon_handle_t handle)
{
	struct name name;

	if (find(holder, handle, &name))
		delete (&name);
}

/* ---- for tests -------------------------------------------------------------------------------- */

static tenon_handle_t make(enum holder holder, uint32_t slot, enum tenon_type type, uint32_t rights)
{
	const struct place what = {.type = type, .rights = rights, .object = ++objects};
	struct name name;

	if (objects == OBJECTS)
		test_fail("a test has %u objects at most", OBJECTS - 1);
	if (!put(holder, slot, &what, &name))
		test_fail("slot %u of %s is not empty", slot, test_component.name);
	return handle_for(&name);
}

tenon_handle_t test_capability(enum tenon_type type, uint32_t rights)
{
	return make(HOLDER_TEST, free_of_test(), type, rights);
}

tenon_handle_t test_component_capability(uint32_t slot, enum tenon_type type, uint32_t rights)
{
	return make(HOLDER_COMPONENT, slot, type, rights);
}

enum tenon_type test_capability_type(tenon_handle_t handle)
{
	struct name name;

	return find(HOLDER_TEST, handle, &name) ? at(&name)->type : TENON_TYPE_NONE;
}

uint32_t test_capability_rights(tenon_handle_t handle)
{
	struct name name;

	return find(HOLDER_TEST, handle, &name) ? at(&name)->rights : 0;
}

bool test_capability_same(tenon_handle_t handle, tenon_handle_t other)
{
	struct name name, second;

	return (find(HOLDER_TEST, handle, &name) || find(HOLDER_COMPONENT, handle, &name)) &&
	       (find(HOLDER_TEST, other, &second) || find(HOLDER_COMPONENT, other, &second)) &&
	       at(&name)->object == at(&second)->object;
}

void test_capability_revoke(tenon_handle_t handle)
{
	struct name name;

	if (!find(HOLDER_TEST, handle, &name))
		test_fail("there is no such capability: it was taken back, or is none of the test's");
	revoke(&name);
}

void test_capability_delete(tenon_handle_t handle)
{
	capability_drop(HOLDER_TEST, handle);
}

void test_say_capability(tenon_handle_t handle)
{
	static const char *const type[] = {
#define TYPE(name, text, doc) text,
#include <tenon/names.def>
	};
	struct name name;

	if (find(HOLDER_TEST, handle, &name))
		test_say("a capability, %s, rights 0x%x", type[at(&name)->type], (unsigned)at(&name)->rights);
	else
		test_say("no capability");
}

uint32_t test_capability_signals(tenon_handle_t handle)
{
	struct name name;
	uint32_t count;

	component_ensure();
	if (!find(HOLDER_TEST, handle, &name) && !find(HOLDER_COMPONENT, handle, &name))
		test_fail("there is no such capability: it was taken back, or is none of the test's");
	count = signals[at(&name)->object];
	signals[at(&name)->object] = 0;
	return count;
}

uint32_t test_capabilities_held(void)
{
	uint32_t held = 0;

	component_ensure();
	for (uint32_t slot = test_component.slots; slot < SLOTS; slot++)
		held += places[HOLDER_COMPONENT][slot].type != TENON_TYPE_NONE ? 1 : 0;
	return held;
}
