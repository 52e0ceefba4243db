/* SPDX-License-Identifier: MIT
 * Keeps what it is handed, and hands out what its maker put there.
 */
#include "component.h"

static unsigned coffer_calls; /* these for who runs it on the host */
static tenon_handle_t coffer_taken, coffer_gives;
static enum chest_status coffer_answers;
static struct chest_order_token coffer_order;

void component_start(void)
{
}

static enum chest_status take(tenon_handle_t thing)
{
	coffer_calls++;
	CHECK(thing != 0);
	coffer_taken = thing;
	return coffer_answers;
}

enum chest_status keep_put(uint32_t client, uint32_t label, tenon_handle_t page)
{
	(void)client;
	(void)label;
	return take(page);
}

enum chest_status keep_get(uint32_t client, const char *name, tenon_handle_t *bell, uint32_t *uses)
{
	(void)client;
	(void)name;
	coffer_calls++;
	*bell = coffer_gives;
	*uses = 7;
	return coffer_answers;
}

enum chest_status keep_swap(uint32_t client, tenon_handle_t mine, tenon_handle_t *yours)
{
	(void)client;
	*yours = coffer_gives;
	return take(mine);
}

void keep_order(uint32_t client, struct chest_order_token token, tenon_handle_t worker)
{
	(void)client;
	coffer_order = token;
	(void)take(worker);
}

void keep_order_cancelled(uint32_t client, struct chest_order_token token)
{
	(void)client;
	(void)token;
}

void keep_drop(uint32_t client, tenon_handle_t thing)
{
	(void)client;
	(void)take(thing);
}

enum chest_status keep_pass(uint32_t client, tenon_handle_t session)
{
	(void)client;
	return take(session);
}

enum chest_status keep_count(uint32_t client, uint32_t *things)
{
	(void)client;
	coffer_calls++;
	*things = coffer_calls;
	return CHEST_OK;
}
