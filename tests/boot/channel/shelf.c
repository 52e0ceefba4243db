/* SPDX-License-Identifier: MIT
 * Marks each buffer that it is given and sends it back. The connections have different numbers of buffers, and rings of
 * different lengths; what it is told of them is checked against what arrives.
 */
#include "component.h"

static struct {
	struct shelf_parcel parcel;
	bool waits; /* `parcel` goes back once there is room */
} answer[PORT_CLIENTS];

void component_start(void)
{
	for (uint32_t i = 0; i < PORT_CLIENTS; i++)
		log_info("%s has %u buffers of at most %u (%s)", port_client_name(i), port_loads_count(i),
			 PORT_LOADS_COUNT, port_client_line(i));
}

void port_session(uint32_t client, bool open)
{
	(void)open;
	answer[client].waits = false;
}

static bool send_back(uint32_t client)
{
	answer[client].waits = !port_returned_send(client, &answer[client].parcel);
	return !answer[client].waits;
}

void port_given(uint32_t client)
{
	while (!answer[client].waits && port_given_receive(client, &answer[client].parcel)) {
		uint32_t *word = port_loads_write(client, &answer[client].parcel.load);

		CHECK(word != NULL && answer[client].parcel.load.index < port_loads_count(client));
		CHECK(*word == answer[client].parcel.load.index); /* of this client's pool, and no other's */
		*word += port_loads_count(client);
		(void)send_back(client); /* else when there is room */
	}
}

void port_returned_room(uint32_t client)
{
	if (!answer[client].waits || send_back(client))
		port_given(client);
}
