/* SPDX-License-Identifier: MIT
 * Signals from threads and from interrupt lines.
 */
#include <core/core.h>

void syscall_signal(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_NOTIFICATION, TENON_RIGHT_INVOKE);
	if (slot == NULL)
		return;
	thread_tell(thread, TENON_OK);
	notification_signal(cpu, slot->object, slot->badge);
}

/* A line signals once, and then not again until it is acknowledged; a message is over when it has arrived. */
void core_interrupt(struct cpu *cpu, uint32_t number)
{
	struct interrupt *interrupt = number < core.line_count ? core.lines[number] : NULL;
	if (interrupt == NULL || (interrupt->flags & TENON_INTERRUPT_MESSAGE) == 0)
		arch_interrupt_mask(number);
	if (interrupt != NULL)
		notification_signal(cpu, interrupt->notification, interrupt->bits);
}

void syscall_interrupt_ack(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_INTERRUPT, TENON_RIGHT_INVOKE);
	(void)cpu;
	if (slot == NULL)
		return;
	const struct interrupt *interrupt = slot->object;
	if ((interrupt->flags & TENON_INTERRUPT_MESSAGE) == 0)
		arch_interrupt_unmask(interrupt->number);
	thread_answer(thread, TENON_OK);
}
