/* SPDX-License-Identifier: MIT
 * Keeps who has unlocked it, and falls when it is told to.
 */
#include "component.h"

#include <tenon/string.h>

static uint32_t keys[VAULT_CLIENTS], lengths[VAULT_CLIENTS], numbers[BELL_CLIENTS];

enum vault_status vault_unlock(uint32_t client, uint32_t key, const char *name)
{
	keys[client] = key;
	lengths[client] = (uint32_t)strlen(name);
	return VAULT_OK;
}

enum vault_status vault_look(uint32_t client, uint32_t *key, uint32_t *length, uint64_t *restarts)
{
	*restarts = tenon_restarts;
	*key = keys[client];
	*length = lengths[client];
	return VAULT_OK;
}

enum vault_status vault_guests(uint32_t client, uint32_t *count)
{
	(void)client;
	*count = 0;
	for (uint32_t i = 0; i < VAULT_CLIENTS; i++) {
		*count += keys[i] != 0;
	}
	return VAULT_OK;
}

enum vault_status vault_fall(uint32_t client)
{
	(void)client;
	*(volatile uint32_t *)(uintptr_t)8 = 0;
	return VAULT_OK;
}

enum vault_status vault_take(uint32_t client)
{
	(void)client;
	return VAULT_OK;
}

void vault_closed(uint32_t client)
{
	log_info("%s started anew, and left key %u", vault_client_name(client), keys[client]);
	keys[client] = lengths[client] = 0;
}

enum bell_status bell_ring(uint32_t client, uint32_t number)
{
	numbers[client] = number;
	return BELL_OK;
}

enum bell_status bell_last(uint32_t client, uint32_t *number)
{
	*number = numbers[client];
	return BELL_OK;
}

void bell_closed(uint32_t client)
{
	numbers[client] = 0;
}
