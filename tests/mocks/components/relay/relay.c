/* SPDX-License-Identifier: MIT
 * A multiplexer: what comes from any gauge goes to every client whose session is open, the bytes of its picture copied
 * once. A reading waits with its gauge while a client has no room for it. Misbehaves where the number of drops says so.
 */
#include "component.h"
#include <tenon/string.h>

#define DROPS_OUT_OF_RANGE 999u /* is passed on as more than the interface allows */

static bool listens[RAIN_CLIENTS];
static struct drops_reading held;
static uint32_t held_of; /* the gauge that it came from */
static bool holds;
static uint64_t total;

static uint32_t rises(uint32_t drops)
{
	return drops == DROPS_OUT_OF_RANGE ? 1001 : drops;
}

static void copy_picture(uint32_t client, struct drops_reading *to)
{
	const void *from = gauges_pictures_read(held_of, &held.picture);

	if (held.picture.index == TENON_BUFFER_NONE || !rain_pictures_allocate(client, &to->picture)) {
		to->picture.index = TENON_BUFFER_NONE;
		return;
	}
	to->picture.length = held.picture.length;
	memcpy(rain_pictures_write(client, &to->picture), from, held.picture.length);
}

static bool pass_on(uint32_t client)
{
	struct drops_reading copy = held;

	copy.drops = rises(held.drops);
	copy_picture(client, &copy);
	if (rain_readings_send(client, &copy))
		return true;
	if (copy.picture.index != TENON_BUFFER_NONE)
		rain_pictures_release(client, &copy.picture);
	return false;
}

/* False: somebody has no room, and is told of it later. Nobody misses one, but who was served may see it twice. */
static bool deliver(void)
{
	const struct drops_seen seen = {.picture = held.picture};

	for (uint32_t client = 0; client < RAIN_CLIENTS; client++)
		if (listens[client] && !pass_on(client))
			return false;
	total += held.drops;
	holds = false;
	return held.picture.index == TENON_BUFFER_NONE || gauges_returns_send(held_of, &seen) || true;
}

static void work(void)
{
	if (holds && !deliver())
		return;
	for (held_of = 0; held_of < GAUGES_COUNT; held_of++) {
		while (gauges_readings_receive(held_of, &held)) {
			holds = true;
			if (!deliver())
				return;
		}
	}
}

void gauges_session(uint32_t server, bool open)
{
	if (holds && held_of == server)
		holds = false; /* its picture is gone */
	(void)open;
}

void gauges_readings(uint32_t server)
{
	(void)server;
	work();
}

void gauges_returns_room(uint32_t server)
{
	(void)server;
}

void rain_session(uint32_t client, bool open)
{
	listens[client] = open;
	work();
}

void rain_readings_room(uint32_t client)
{
	(void)client;
	work();
}

void rain_returns(uint32_t client)
{
	struct drops_seen seen;

	while (rain_returns_receive(client, &seen))
		if (seen.picture.index != TENON_BUFFER_NONE)
			rain_pictures_release(client, &seen.picture);
}

enum drops_status rain_total(uint32_t client, uint64_t *drops)
{
	(void)client;
	*drops = total;
	return DROPS_OK;
}
