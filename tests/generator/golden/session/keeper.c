/* SPDX-License-Identifier: MIT
 * Keeps the name and mode of each client's session, and its numbers.
 */
#include "component.h"

static char names[STORE_CLIENTS][101];
static uint32_t modes[STORE_CLIENTS], counts[STORE_CLIENTS], values[BELL_CLIENTS], closed, hinted;

enum store_status store_attach(uint32_t client, uint32_t mode, const char *name, const void *salt,
			       uint32_t salt_size)
{
	const uint8_t *last = (const uint8_t *)salt + salt_size - 1;
	uint32_t i = 0;

	if (name[0] == '-' || (salt_size != 0 && *last != salt_size))
		return STORE_NO_SUCH_NAME;
	do {
		names[client][i] = name[i];
	} while (name[i++] != '\0');
	modes[client] = mode;
	return STORE_OK;
}

enum store_status store_read(uint32_t client, uint32_t at, uint32_t *value)
{
	*value = modes[client] + (uint32_t)(uint8_t)names[client][at % 100];
	return STORE_OK;
}

enum store_status store_append(uint32_t client, uint32_t value, uint32_t *count)
{
	counts[client] += value;
	*count = counts[client];
	return STORE_OK;
}

enum store_status store_open(uint32_t client)
{
	(void)client;
	return STORE_OK;
}

enum store_status store_close(uint32_t client)
{
	(void)client;
	return STORE_OK;
}

void store_hint(uint32_t client, uint32_t value)
{
	(void)client;
	hinted += value;
}

void store_closed(uint32_t client)
{
	counts[client] = 0;
	closed++;
}

enum bell_status bell_set(uint32_t client, uint32_t value)
{
	values[client] = value;
	return BELL_OK;
}

enum bell_status bell_get(uint32_t client, uint32_t *value)
{
	*value = values[client];
	return BELL_OK;
}

void bell_closed(uint32_t client)
{
	values[client] = 0;
	closed++;
}
