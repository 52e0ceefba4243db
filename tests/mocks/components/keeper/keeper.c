/* SPDX-License-Identifier: MIT
 * Capabilities in both directions, answered at once, later and never. Misbehaves where the label says so.
 */
#include "component.h"
#include <tenon/object.h>

#define BELLS       8u
#define LABEL_FULL  100u
#define LABEL_KEEPS 101u /* forgets to delete what it passed on */

static tenon_handle_t bell[BELLS];
static struct vault_order_token waiting;
static bool waits;

enum vault_status keep_put(uint32_t client, uint32_t label, tenon_handle_t page)
{
	enum vault_status status;

	(void)client;
	if (label == LABEL_FULL)
		return VAULT_FULL;
	if (waits) {
		waits = false;
		CHECK(vault_order_finish(waiting, VAULT_OK, page) == TENON_OK);
		return VAULT_OK; /* who asked has a copy; the page stays here */
	}
	status = bank_put(label, page);
	if (status == VAULT_OK && label != LABEL_KEEPS)
		(void)tenon_cap_delete(page); /* stale: it was taken back meanwhile */
	return status;
}

enum vault_status keep_get(uint32_t client, uint32_t label, uint32_t *uses, tenon_handle_t *given)
{
	static tenon_handle_t last;
	enum vault_status status;

	(void)client;
	if (last != 0)
		(void)tenon_cap_delete(last); /* stale: the bank took it back */
	last = 0;
	status = bank_get(label, uses, &last);
	*given = last;
	return status;
}

void keep_order(uint32_t client, struct vault_order_token token)
{
	(void)client;
	if (waits)
		CHECK(vault_order_finish(waiting, VAULT_GONE, 0) == TENON_OK);
	waiting = token;
	waits = true;
}

void keep_order_cancelled(uint32_t client, struct vault_order_token token)
{
	(void)client;
	(void)token;
	waits = false;
}

void keep_drop(uint32_t client, tenon_handle_t left)
{
	(void)client;
	for (uint32_t i = 0; i < BELLS; i++) {
		if (bell[i] == 0) {
			bell[i] = left;
			return;
		}
	}
	(void)tenon_cap_delete(left); /* stale: it was taken back meanwhile */
}

enum vault_status keep_ring(uint32_t client, uint32_t *bells)
{
	(void)client;
	*bells = 0;
	for (uint32_t i = 0; i < BELLS; i++) {
		if (bell[i] != 0 && tenon_signal(bell[i]) == TENON_OK)
			++*bells;
		else
			bell[i] = 0;
	}
	return VAULT_OK;
}
