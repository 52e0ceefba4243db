/* SPDX-License-Identifier: MIT
 * Platform control and I/O ports.
 */
#include <core/core.h>

void syscall_platform_power(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_PLATFORM, TENON_RIGHT_MANAGE);
	(void)cpu;
	if (slot == NULL)
		return;
	switch (arch_word(&thread->context, 0)) {
	case TENON_POWER_OFF:
		arch_power_off();
	case TENON_POWER_RESTART:
		arch_restart();
	default:
		thread_tell(thread, TENON_BAD_ARGUMENT);
	}
}

/* Decodes offset and width of a port access. */
static enum tenon_status port_find(const struct thread *thread, const struct ports *ports, uint16_t *port,
				   unsigned *width)
{
	uint64_t offset = arch_word(&thread->context, 0), bytes = arch_word(&thread->context, 1);
	if (bytes != 1 && bytes != 2 && bytes != 4)
		return TENON_BAD_ARGUMENT;
	if (bytes > ports->count || offset > ports->count - bytes)
		return TENON_BAD_ARGUMENT;
	*port = (uint16_t)(ports->first + offset);
	*width = (unsigned)bytes;
	return TENON_OK;
}

static __attribute__((noinline)) void port_access(struct thread *thread, uint64_t control0, bool writes)
{
	struct slot *slot =
	    syscall_object(thread, control0, TENON_TYPE_PORTS, writes ? TENON_RIGHT_WRITE : TENON_RIGHT_READ);
	uint16_t port = 0;
	unsigned width = 0;
	uint32_t value = 0;
	if (slot == NULL)
		return;
	enum tenon_status status =
	    ARCH_PORTS ? port_find(thread, slot->object, &port, &width) : TENON_UNSUPPORTED;
	if (status == TENON_OK && writes) {
		uint64_t word = arch_word(&thread->context, 2);
		status = word >> (8 * width) != 0 ? TENON_BAD_ARGUMENT
						  : arch_port_write(port, width, (uint32_t)word);
	} else if (status == TENON_OK) {
		status = arch_port_read(port, width, &value);
	}
	thread_tell(thread, status);
	if (status == TENON_OK && !writes)
		arch_word_set(&thread->context, 0, value);
}

void syscall_port_read(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	(void)cpu;
	port_access(thread, control0, false);
}

void syscall_port_write(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	(void)cpu;
	port_access(thread, control0, true);
}
