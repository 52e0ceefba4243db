/* SPDX-License-Identifier: MIT
 * See done.h.
 */
#include "done.h"

/* `first` is the next that the client hears of. */
static struct {
	struct network_received entry[DONE_IN];
	uint32_t first, count;
} in;
static struct {
	struct network_sent entry[DONE_OUT];
	uint32_t first, count;
} out;

uint32_t done_in_count(void)
{
	return in.count;
}

uint32_t done_out_count(void)
{
	return out.count;
}

void done_in(uint32_t number, uint32_t length, enum network_check check, enum network_outcome outcome)
{
	in.entry[(in.first + in.count++) % DONE_IN] =
	    (struct network_received){.number = number, .length = length, .check = check, .outcome = outcome};
}

void done_out(uint32_t number, enum network_outcome outcome)
{
	out.entry[(out.first + out.count++) % DONE_OUT] =
	    (struct network_sent){.number = number, .outcome = outcome};
}

void done_tell_in(void)
{
	while (in.count > 0 && card_receiveds_send(DONE_CLIENT, &in.entry[in.first])) {
		in.first = (in.first + 1) % DONE_IN;
		in.count--;
	}
}

void done_tell_out(void)
{
	while (out.count > 0 && card_sents_send(DONE_CLIENT, &out.entry[out.first])) {
		out.first = (out.first + 1) % DONE_OUT;
		out.count--;
	}
}

void done_forget(void)
{
	in.count = out.count = 0;
}
