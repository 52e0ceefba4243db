/* SPDX-License-Identifier: MIT
 * Sends back what is typed, and counts it. It takes no more than it has room to answer.
 */
#include "component.h"

#include <tenon/print.h>

static struct terminal_chunk answers[2]; /* what is to be shown next, the last one first */
static uint32_t waiting, received;

static void say(struct terminal_chunk *chunk, const char *format, uint32_t number)
{
	chunk->text.count = (uint32_t)tenon_print((char *)chunk->text.item, sizeof chunk->text.item, format,
						  COMPONENT_NAME, number);
}

static void answer(const struct terminal_chunk *typed)
{
	uint32_t before = received;

	received += typed->text.count;
	if (received / 10 != before / 10)
		say(&answers[waiting++], "\r\n%s has received %u characters so far!\r\n", received);
	answers[waiting++] = *typed;
}

/* As far as there are characters, and room. */
static void go_on(void)
{
	struct terminal_chunk typed;

	do {
		while (waiting > 0 && terminal_output_send(&answers[waiting - 1]))
			waiting--;
		if (waiting > 0 || !terminal_input_receive(&typed))
			return;
		answer(&typed);
	} while (true);
}

void terminal_session(bool open)
{
	if (!open)
		return;
	waiting = 1;
	say(&answers[0], "Hello world! I am %s.\r\nPlease give me character!\r\n", 0);
	go_on();
}

void terminal_input(void)
{
	go_on();
}

void terminal_output_room(void)
{
	go_on();
}
