/* SPDX-License-Identifier: MIT
 * Time: nanoseconds since kernel entry, made of the machine's counter by multiplication and shift.
 */
#include <core/core.h>

#define TICKS_SHIFT   60u /* rates up to 16 GHz */
#define NS_SHIFT      53u /* rates down to 500 kHz */
#define NS_PER_SECOND UINT64_C(1000000000)

static uint64_t ticks_factor, ns_factor;

/* Rounded up; the result fits in 64 bits. Bit by bit, and by constant shifts: it runs twice at boot, and the compiler's own
 * division and variable shift of 128 bits are library functions. */
static uint64_t quotient(unsigned __int128 dividend, uint64_t divisor)
{
	unsigned __int128 rest = 0;
	uint64_t result = 0;
	dividend += divisor - 1;
	for (unsigned bit = 128; bit-- > 0;) {
		rest = rest << 1 | (uint64_t)(dividend >> 127);
		dividend <<= 1;
		result <<= 1;
		if (rest >= divisor) {
			rest -= divisor;
			result |= 1;
		}
	}
	return result;
}

/* Both round up, so that who wakes at a deadline reads a time that is not before it. */
void clock_init(uint64_t entry_ticks)
{
	unsigned __int128 one = 1, rate = arch_ticks_per_second();
	CHECK(rate >= 500000u && rate < 16u * NS_PER_SECOND);
	core.entry_ticks = entry_ticks;
	core.ms_ticks = (uint64_t)rate / 1000u;
	ticks_factor = quotient(rate << TICKS_SHIFT, NS_PER_SECOND);
	ns_factor = quotient((one * NS_PER_SECOND) << NS_SHIFT, (uint64_t)rate);
}

uint64_t clock_ns(uint64_t ticks)
{
	return (uint64_t)(((unsigned __int128)ticks * ns_factor) >> NS_SHIFT);
}

uint64_t clock_ticks(uint64_t ns)
{
	return (
	    uint64_t)(((unsigned __int128)ns * ticks_factor + (((unsigned __int128)1 << TICKS_SHIFT) - 1)) >>
		      TICKS_SHIFT);
}

uint64_t clock_deadline(uint64_t deadline_ns)
{
	if (deadline_ns == TENON_NEVER)
		return UINT64_MAX;
	unsigned __int128 ticks =
	    (((unsigned __int128)deadline_ns * ticks_factor) >> TICKS_SHIFT) + 1 + core.entry_ticks;
	return ticks < UINT64_MAX ? (uint64_t)ticks : UINT64_MAX;
}

void syscall_clock_read(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_CLOCK, TENON_RIGHT_READ);
	(void)cpu;
	if (slot == NULL)
		return;
	uint64_t ticks = arch_ticks() - core.entry_ticks;
	thread_tell(thread, TENON_OK);
	arch_word_set(&thread->context, 0, clock_ns(ticks));
	arch_word_set(&thread->context, 1, ticks);
	arch_word_set(&thread->context, 2, arch_ticks_per_second());
}
