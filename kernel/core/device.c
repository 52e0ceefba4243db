/* SPDX-License-Identifier: MIT
 * Devices: which requester on the bus uses which I/O space, who signals a message interrupt, and what becomes of a driver
 * whose device reaches for memory that is not its own.
 *
 * I/O spaces and message interrupts are made at boot and stay. One lock guards who uses them, and with it all of the
 * IOMMU; it is taken last, and under it nothing else is. A driver's thread learns of its device's fault at home: the space
 * is marked, and its home CPU kicked, which looks again after each kick while the thread is on its way somewhere.
 */
#include <core/core.h>

static struct spinlock lock;

/* Under the lock: the space that a requester uses. */
static COLD struct space *find(uint64_t requester)
{
	for (uint32_t i = 0; i < core.tables->spaces; i++) {
		if (core.spaces[i].attached && core.spaces[i].requester == requester)
			return &core.spaces[i];
	}
	return NULL;
}

static COLD void detach(struct space *space)
{
	if (space->translated)
		arch_io_detach(&space->arch, space->requester);
	space->attached = space->translated = false;
}

static COLD enum tenon_status attach(struct space *space, uint32_t requester)
{
	enum tenon_status status = arch_io_attach(&space->arch, requester);
	if (status != TENON_OK && status != TENON_UNSUPPORTED)
		return status;
	space->requester = requester;
	space->attached = true;
	space->translated = status == TENON_OK;
	return TENON_OK;
}

COLD void syscall_device_attach(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_SPACE, TENON_RIGHT_MANAGE);
	uint64_t requester = arch_word(&thread->context, 0), begins = arch_word(&thread->context, 1);
	(void)cpu;
	if (slot == NULL)
		return;
	struct space *space = slot->object;
	enum tenon_status status = TENON_BAD_ARGUMENT;
	bool translated = false;
	if (space->device_of != NULL && requester <= UINT32_MAX && begins <= 1) {
		spin_lock(&lock);
		const struct space *user = find(requester);
		status = (space->attached && space->requester != requester) || (user != NULL && user != space)
			     ? TENON_BUSY
			     : TENON_OK;
		if (status == TENON_OK && space->attached)
			detach(space);
		if (status == TENON_OK && begins != 0)
			status = attach(space, (uint32_t)requester);
		translated = space->translated;
		spin_unlock(&lock);
	}
	thread_tell(thread, status);
	if (status == TENON_OK)
		arch_word_set(&thread->context, 0, translated);
}

COLD void device_forget_leaf(const struct space *space, uint64_t address, uint64_t size)
{
	spin_lock(&lock);
	if (space->translated)
		arch_io_flush(&space->arch, space->requester, address, size);
	spin_unlock(&lock);
}

COLD uint64_t device_address(const struct space *space, uint64_t address, physical_t physical)
{
	if (space->device_of == NULL)
		return 0;
	return __atomic_load_n(&space->translated, __ATOMIC_RELAXED) ? address : physical.value;
}

/* ---- message interrupts, which stay where boot found their server, as lines do ---- */

COLD void syscall_interrupt_message(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_INTERRUPT, TENON_RIGHT_MANAGE);
	struct arch_message message = {0, 0};
	(void)cpu;
	if (slot == NULL)
		return;
	struct interrupt *interrupt = slot->object;
	enum tenon_status status = TENON_BAD_ARGUMENT;
	spin_lock(&lock);
	struct space *space = find(arch_word(&thread->context, 0));
	if (space != NULL && (interrupt->flags & TENON_INTERRUPT_MESSAGE) != 0) {
		interrupt->bound = true;
		message = arch_message_bind(interrupt->number, space->requester, &space->arch,
					    space->translated, interrupt->cpu);
		status = TENON_OK;
	}
	spin_unlock(&lock);
	thread_tell(thread, status);
	arch_word_set(&thread->context, 0, message.address);
	arch_word_set(&thread->context, 1, message.data);
}

void device_interrupts_move(const struct cpu *from)
{
	spin_lock(&lock);
	for (uint32_t i = 0; i < core.tables->interrupts; i++) {
		struct interrupt *interrupt = &core.interrupts[i];
		if (interrupt->cpu != from->index)
			continue;
		interrupt->cpu = core.boot_cpu;
		if ((interrupt->flags & TENON_INTERRUPT_MESSAGE) == 0 || interrupt->bound)
			arch_interrupt_route(interrupt->number, core.boot_cpu);
	}
	spin_unlock(&lock);
}

/* ---- faults ---- */

/* On the thread's home CPU: it leaves whatever it does and faults, unless it has, or stopped. False: it is on its way. */
static COLD bool accuse(struct cpu *cpu, struct thread *thread, uint64_t address)
{
	uint8_t state = __atomic_load_n(&thread->state, __ATOMIC_RELAXED);
	if (state == TENON_THREAD_STOPPED || thread->faulted)
		return true;
	if (state == THREAD_MANAGING || !thread_take_off(cpu, thread))
		return false;
	if (state <= TENON_THREAD_RECEIVING && state >= TENON_THREAD_CALLING) {
		timer_cancel(cpu, thread);
		thread->deadline_follows = false;
		thread->loan_fault = false;
		schedule_take_back(cpu, thread->scheduling);
		thread_tell(thread, TENON_CANCELLED);
	}
	thread->state = THREAD_WAKING;
	thread_fault(cpu, thread, &(struct core_fault){TENON_FAULT_DMA, address, 0});
	return true;
}

COLD void device_faults_serve(struct cpu *cpu)
{
	for (uint32_t i = 0; i < core.tables->spaces; i++) {
		struct space *space = &core.spaces[i];
		if (!__atomic_load_n(&space->accused, __ATOMIC_ACQUIRE))
			continue;
		struct cpu *home = thread_home(space->device_of);
		if (home != cpu) {
			arch_cpu_kick(home); /* it has moved */
		} else if (accuse(cpu, space->device_of, space->accused_address)) {
			__atomic_store_n(&space->accused, false, __ATOMIC_RELEASE);
			__atomic_sub_fetch(&core.device_faults, 1u, __ATOMIC_RELAXED);
		}
	}
}

COLD void core_device_fault(struct cpu *cpu, uint32_t requester, uint64_t address)
{
	spin_lock(&lock);
	struct space *space = find(requester);
	bool known = space != NULL && space->translated;
	if (known) {
		detach(space);
		if (!space->accused) {
			space->accused_address = address;
			__atomic_add_fetch(&core.device_faults, 1u, __ATOMIC_RELAXED);
			__atomic_store_n(&space->accused, true, __ATOMIC_RELEASE);
		}
	}
	spin_unlock(&lock);
	if (known)
		device_faults_serve(cpu);
}
