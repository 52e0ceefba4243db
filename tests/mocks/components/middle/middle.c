/* SPDX-License-Identifier: MIT
 * Passes on what it is asked, and misbehaves where the number says so.
 */
#include "component.h"

#include <tenon/string.h>

#define FAIL_A_CHECK  98
#define TURN_FOR_EVER 97
#define WRITE_NOTICE  96
#define CALL_TWICE    95
#define OVERFLOW_HEAP 94

static struct {
	bool waits;
	struct echo_wait_token token;
} waiting[FRONT_CLIENTS];
static uint32_t calls, cancels, rings;
static enum echo_status last; /* what it was answered */

/* What is no error of the interface is for the component to deal with; its caller hears that it was refused. */
static enum echo_status pass_on(enum echo_status status)
{
	last = status;
	return status == ECHO_OK ? status : ECHO_REFUSED;
}

void component_start(void)
{
	*(volatile uint32_t *)front_notice(0) = PARAMETER_LIMIT;
}

static void misbehave(int32_t number)
{
	uint8_t *block = heap_allocate(8);

	CHECK(number != FAIL_A_CHECK);
	while (number == TURN_FOR_EVER)
		(void)clock_ns();
	if (number == WRITE_NOTICE)
		*(volatile uint8_t *)(uintptr_t)back_notice() = 1;
	if (number == OVERFLOW_HEAP)
		((volatile uint8_t *)block)[8] = 1;
	heap_free(block);
}

enum echo_status front_say(uint32_t client, const char *text, int32_t number, enum echo_kind kind,
			   const void *data, uint32_t data_size, char same[21])
{
	(void)client;
	calls++;
	misbehave(number);
	if (number == CALL_TWICE)
		(void)back_say(text, number, kind, data, data_size, same); /* the second one counts */
	return pass_on(back_say_until(clock_ns() + 50000000, text, number, kind, data, data_size, same));
}

enum echo_status front_once(uint32_t client, uint32_t number, uint32_t *same)
{
	(void)client;
	if (number == 0) {
		*same = calls + 1000 * cancels + 1000000 * rings;
		return ECHO_OK;
	}
	if (number >= 1000 && number < 1000 + LINES_COUNT)
		return pass_on(lines_once(number - 1000, number, same));
	if (number == UINT32_MAX) {
		*same = (uint32_t)last;
		return ECHO_OK;
	}
	return pass_on(back_once(number, same));
}

void front_wait(uint32_t client, struct echo_wait_token token, uint32_t delay_ms)
{
	waiting[client].waits = true;
	waiting[client].token = token;
	due_at(clock_ns() + delay_ms * UINT64_C(1000000));
}

void front_wait_cancelled(uint32_t client, struct echo_wait_token token)
{
	(void)token;
	waiting[client].waits = false;
	cancels++;
}

void due(void)
{
	for (uint32_t client = 0; client < FRONT_CLIENTS; client++) {
		if (waiting[client].waits)
			CHECK(echo_wait_finish(waiting[client].token, ECHO_OK) == TENON_OK);
		waiting[client].waits = false;
	}
}

void front_tell(uint32_t client, uint32_t number)
{
	front_signal_rang(client);
	(void)back_tell(number); /* nobody hears of it */
}

enum echo_status front_copy(uint32_t client, struct tenon_loan from, struct tenon_loan to)
{
	uint8_t in[64], out[64];
	enum echo_status status;

	(void)client;
	if (tenon_loan_get(from, 0, in, from.bytes) != TENON_OK)
		return ECHO_REFUSED;
	status = back_copy(in, (uint32_t)from.bytes, out, (uint32_t)to.bytes);
	return status != ECHO_OK || tenon_loan_put(to, 0, out, to.bytes) == TENON_OK ? status : ECHO_REFUSED;
}

void back_rang(void)
{
	rings++;
	((volatile uint8_t *)back_board())[rings] = (uint8_t)rings;
}

void lines_rang(uint32_t server)
{
	rings += 10 * (server + 1);
	((volatile uint8_t *)lines_board(server))[0] = (uint8_t)rings;
}
