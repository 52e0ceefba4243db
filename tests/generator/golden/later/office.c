/* SPDX-License-Identifier: MIT
 * The handlers that glue asks for. Nobody is connected to the port `back`.
 */
#include "component.h"

static struct ticket_wait_token waiting;

void component_start(void)
{
	open_at(clock_ns() + 1000);
}

void open(void)
{
	close_at(clock_ns() + 1000);
}

void close(void)
{
	front_signal_gone(0);
	(void)ticket_wait_finish(waiting, TICKET_OK, 1, "one");
}

void front_wait(uint32_t client, struct ticket_wait_token token, const char *what)
{
	((char *)front_board(client))[0] = what[0];
	waiting = token;
	front_signal_ready(client);
}

void front_wait_cancelled(uint32_t client, struct ticket_wait_token token)
{
	(void)client;
	(void)token;
	close_cancel();
}

enum ticket_status front_now(uint32_t client, uint32_t *number)
{
	*number = client;
	return TICKET_OK;
}

enum ticket_status front_draw(uint32_t client, uint32_t kinds, uint32_t *number)
{
	*number = front_numbers_limit(client) + kinds;
	front_paper_memory(client)[0] = 1;
	return TICKET_OK;
}

enum ticket_status front_hand_in(uint32_t client, uint32_t number)
{
	front_give_back_paper(client, 10);
	return number < FRONT_NUMBERS_TOTAL ? TICKET_OK : TICKET_MALFORMED;
}

/* Who starts anew has drawn nothing. */
void front_closed(uint32_t client)
{
	(void)front_paper_memory(client);
}
