/* SPDX-License-Identifier: MIT
 * The fake architecture: memory, interrupts, time and CPUs of a machine that lives in a host process. The driver and the
 * CPUs are coroutines of one host thread, so nothing here needs a lock.
 */
#include <host.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#define RAM_BASE    UINT64_C(0x40000000)
#define RAM_BYTES   (2u << 20)
#define STACK_BYTES 65536u

uint64_t host_ticks, host_ram_base = RAM_BASE, host_ram_size = RAM_BYTES, host_far_bytes;
static _Alignas(4096) uint8_t ram[RAM_BYTES];
uint8_t *host_ram = ram;
bool host_exploring;
enum host_end host_end;
char host_panic[256];
uint32_t host_port_value;
struct tenon_tables host_tables __asm__("tenon_tables"); /* what core_boot() walks */

static struct host_cpu {
	ucontext_t context;
	enum host_parked parked;
	bool spinning;
	bool fault_due;
	bool syscall_due;
	struct core_fault fault;
	uint32_t lines[HOST_LINES];
	uint8_t stack[STACK_BYTES];
} host_cpus[HOST_CPUS];
static unsigned running; /* whose coroutine runs */
static ucontext_t driver;
static struct tenon_boot_info info;

static struct line {
	bool enabled, masked, raised;
	unsigned cpu;
} lines[HOST_LINES + HOST_MESSAGES];

static struct arch_cpu *arch_of(unsigned index)
{
	return (struct arch_cpu *)(void *)core_cpu(index);
}

struct cpu *host_cpu(void)
{
	return core_cpu(running);
}

/* ---- coroutines ---- */

static void park(enum host_parked where)
{
	host_cpus[running].parked = where;
	swapcontext(&host_cpus[running].context, &driver);
}

static void resume(unsigned index)
{
	running = index;
	host_cpus[index].spinning = false;
	host_cpus[index].parked = HOST_RUNNING;
	swapcontext(&driver, &host_cpus[index].context);
	/* Who waits for a lock may find it free only after a step that did not itself end in waiting. */
	for (unsigned i = 0; i < HOST_CPUS && !host_cpus[index].spinning; i++)
		host_cpus[i].spinning = false;
}

void host_point(void)
{
	if (host_exploring)
		park(HOST_RUNNING);
}

unsigned host_locks;

void host_taken(void)
{
	host_locks++;
}

void host_held(uint32_t taken)
{
	CHECK(taken == 1 && host_locks != 0);
	host_locks--;
}

void arch_relax(void)
{
	host_cpus[running].spinning = true;
	park(HOST_RUNNING);
}

enum host_parked host_parked(unsigned cpu)
{
	return host_cpus[cpu].parked;
}

bool host_spinning(unsigned cpu)
{
	return host_cpus[cpu].spinning;
}

static bool line_due(unsigned cpu)
{
	for (uint32_t i = 0; i < COUNT_OF(lines); i++) {
		if (lines[i].raised && lines[i].enabled && !lines[i].masked && lines[i].cpu == cpu)
			return true;
	}
	return false;
}

bool host_interrupt_due(unsigned cpu)
{
	return arch_of(cpu)->kicked || arch_of(cpu)->timer_ticks <= host_ticks || line_due(cpu) ||
	       (cpu == core.boot_cpu && host_faults_due());
}

/* The current thread stands on a system call that it makes again. */
static bool restarting(unsigned cpu)
{
	return host_cpus[cpu].parked == HOST_USER && core_cpu(cpu)->current->context.restarted;
}

bool host_pending(unsigned cpu)
{
	return host_interrupt_due(cpu) || restarting(cpu);
}

/* What is pending, one of each. */
static void take_interrupts(struct cpu *cpu)
{
	struct arch_cpu *arch = arch_of(running);
	if (arch->kicked) {
		arch->kicked = false;
		core_kicked(cpu);
	}
	if (arch->timer_ticks <= host_ticks)
		core_timer(cpu);
	for (uint32_t i = 0; i < COUNT_OF(lines); i++) {
		if (!lines[i].raised || !lines[i].enabled || lines[i].masked || lines[i].cpu != running)
			continue;
		lines[i].raised = false;
		core_interrupt(cpu, i);
	}
	if (running == core.boot_cpu)
		host_faults_take(cpu);
}

void arch_idle(void)
{
	while (!host_interrupt_due(running))
		park(HOST_IDLE);
	take_interrupts(core_cpu(running));
}

/* A CPU's life: boot, then user mode and back, as entry assembly would. */
static void cpu_main(void)
{
	struct cpu *cpu = core_cpu(running);
	struct host_cpu *self = &host_cpus[running];
	if (running == info.boot_cpu)
		core_boot(&info, cpu);
	struct arch_context *context = running == info.boot_cpu ? core_start(cpu) : core_boot_secondary(cpu);
	for (;;) {
		CHECK(cpu->current != NULL && context == &cpu->current->context &&
		      arch_of(running)->context == context);
		CHECK(arch_of(running)->space == cpu->current->space);
		park(HOST_USER);
		host_swept = 0;
		if (self->fault_due) {
			self->fault_due = false;
			context = core_fault(cpu, &self->fault);
		} else if (self->syscall_due) {
			self->syscall_due = false;
			context = core_syscall(cpu);
		} else if (host_interrupt_due(running)) {
			take_interrupts(cpu);
			context = core_resume(cpu);
		} else if (context->restarted) {
			context->restarted = false;
			context = core_syscall(cpu);
		}
	}
}

/* ---- the driver's side ---- */

void *host_image(size_t offset)
{
	return host_ram + offset;
}

static void cpu_prepare(unsigned index)
{
	struct host_cpu *cpu = &host_cpus[index];
	memset(core_cpu(index), 0, sizeof(struct cpu));
	arch_of(index)->timer_ticks = UINT64_MAX;
	cpu->parked = HOST_STOPPED;
	cpu->spinning = cpu->fault_due = cpu->syscall_due = false;
}

static void coroutine_make(unsigned index)
{
	struct host_cpu *cpu = &host_cpus[index];
	getcontext(&cpu->context);
	cpu->context.uc_stack.ss_sp = cpu->stack;
	cpu->context.uc_stack.ss_size = sizeof(cpu->stack);
	cpu->context.uc_link = NULL;
	makecontext(&cpu->context, cpu_main, 0);
}

bool host_boot(const struct tenon_tables *tables, unsigned cpus)
{
	bool exploring = host_exploring;
	uint64_t kept = RAM_BASE + host_ram_size - 4096, far = kept - host_far_bytes;
	host_exploring = false;
	host_end = HOST_ON;
	host_panic[0] = 0;
	host_locks = 0;
	host_flushed = host_swept = host_swept_most = 0;
	host_ticks = 1000;
	host_tables = *tables;
	memset(&core, 0, sizeof(core));
	memset(lines, 0, sizeof(lines));
	host_devices_reset();
	info = (struct tenon_boot_info){
	    .magic = TENON_BOOT_MAGIC,
	    .size = sizeof(info),
	    .kernel_size = HOST_IMAGE_BYTES,
	    .entry_ticks = host_ticks,
	    .cpu_count = cpus,
	    .range_count = 4,
	    .range = {{RAM_BASE, HOST_IMAGE_BYTES, TENON_RANGE_KERNEL, 0},
		      {RAM_BASE + HOST_IMAGE_BYTES, far - RAM_BASE - HOST_IMAGE_BYTES, TENON_RANGE_FREE, 0},
		      {far, kept - far, TENON_RANGE_FREE, host_far_bytes != 0},
		      {kept, 4096, TENON_RANGE_KEPT, 0}},
	};
	for (unsigned i = 0; i < HOST_CPUS; i++)
		cpu_prepare(i);
	coroutine_make(0);
	resume(0);
	while (host_end == HOST_ON && host_cpus[0].parked == HOST_RUNNING) {
		for (unsigned i = 0; i < cpus; i++) {
			if (host_cpus[i].parked == HOST_RUNNING)
				resume(i);
		}
	}
	for (unsigned i = 1; i < cpus && host_end == HOST_ON; i++) {
		while (host_cpus[i].parked == HOST_RUNNING)
			resume(i);
	}
	host_exploring = exploring;
	return host_end == HOST_ON;
}

void host_step(unsigned cpu, const struct host_call *call)
{
	if (host_cpus[cpu].parked == HOST_USER && call != NULL) {
		struct arch_context *context = &core_cpu(cpu)->current->context;
		context->control[0] = (uint64_t)call->operation | call->handle << TENON_OPERATION_BITS;
		context->control[1] = call->tag;
		context->control[2] = call->deadline;
		context->control[3] = call->reply;
		memcpy(context->word, call->word, sizeof(context->word));
		host_cpus[cpu].syscall_due = true;
	}
	resume(cpu);
}

static void run(unsigned cpu)
{
	while (host_end == HOST_ON && host_cpus[cpu].parked == HOST_RUNNING)
		resume(cpu);
}

void host_syscall(unsigned cpu, const struct host_call *call)
{
	CHECK(host_cpus[cpu].parked == HOST_USER);
	if (host_pending(cpu))
		host_settle();
	if (host_cpus[cpu].parked == HOST_USER) {
		host_step(cpu, call);
		run(cpu);
	}
}

void host_fault(unsigned cpu, enum tenon_fault kind, uint64_t address)
{
	CHECK(host_cpus[cpu].parked == HOST_USER);
	host_cpus[cpu].fault = (struct core_fault){kind, address, 7};
	host_cpus[cpu].fault_due = true;
	resume(cpu);
	run(cpu);
}

void host_settle(void)
{
	for (bool again = true; again && host_end == HOST_ON;) {
		again = false;
		for (unsigned i = 0; i < core.cpu_count && host_end == HOST_ON; i++) {
			if (host_cpus[i].parked != HOST_USER && host_cpus[i].parked != HOST_IDLE)
				continue;
			if (!host_pending(i))
				continue;
			resume(i);
			run(i);
			again = true;
		}
	}
}

void host_power_settle(void)
{
	for (unsigned i = 0; i < core.cpu_count; i++)
		run(i);
}

void host_advance(uint64_t ticks)
{
	host_ticks += ticks;
	host_settle();
}

void host_line(uint32_t number)
{
	lines[number].raised = true;
}

bool host_masked(uint32_t number)
{
	return lines[number].masked;
}

/* ---- the architecture contract ---- */

size_t arch_context_state_bytes(void)
{
	return 64;
}

void arch_context_attach(struct arch_context *context, void *state)
{
	context->state = state;
}

void arch_context_counters(struct arch_context *context)
{
	(void)context;
}

void arch_context_init(struct arch_context *context, uint64_t entry, uint64_t stack_top, uint64_t argument)
{
	*context = (struct arch_context){
	    .pc = entry, .sp = stack_top, .word = {argument}, .started = true, .state = context->state};
}

/* A fake thread makes its call again as a real one does: at once, unless an interrupt comes first. */
void arch_context_restart(struct arch_context *context)
{
	context->restarted = true;
}

uint64_t arch_context_pc(const struct arch_context *context)
{
	return context->pc;
}

uint64_t arch_context_sp(const struct arch_context *context)
{
	return context->sp;
}

uint64_t arch_context_frame(const struct arch_context *context)
{
	return context->frame;
}

uint64_t arch_context_return(const struct arch_context *context)
{
	return context->link;
}

void arch_context_fini(struct arch_context *context)
{
	context->started = false;
}

void arch_context_release(struct cpu *cpu, struct arch_context *context)
{
	CHECK(cpu == arch_cpu());
	(void)context;
}

void arch_space_init(struct arch_space *space, physical_t page)
{
	CHECK(page.value % TENON_PAGE_SIZE == 0);
	*space = (struct arch_space){.root = page.value};
}

enum tenon_status arch_space_map(struct arch_space *space, uint64_t address, physical_t physical,
				 uint64_t size, unsigned rights, unsigned cache,
				 physical_t (*take_page)(void *), void *argument)
{
	if (space->table == 0)
		space->table = take_page(argument).value;
	if (space->table == 0)
		return TENON_NO_MEMORY;
	if (space->count == HOST_MAPPINGS || address >= UINT64_C(1) << 38 ||
	    size > (UINT64_C(1) << 38) - address)
		return TENON_BAD_ADDRESS;
	for (unsigned i = 0; i < space->count; i++) {
		const struct host_mapping *other = &space->mapping[i];
		if (address < other->address + other->size && other->address < address + size)
			return TENON_BAD_ADDRESS;
	}
	space->mapping[space->count++] = (struct host_mapping){address, physical.value, size, rights, cache};
	return TENON_OK;
}

uint64_t host_leaf_limit = UINT64_C(1) << 30, host_flushed, host_swept, host_swept_most;

void host_sweep(size_t bytes)
{
	host_swept += bytes;
	if (host_swept > host_swept_most)
		host_swept_most = host_swept;
}

void arch_flush_pages(const void *direct, size_t bytes)
{
	CHECK((uintptr_t)((const uint8_t *)direct - host_ram) < host_ram_size);
	host_flushed += bytes;
	host_sweep(bytes);
}

uint64_t arch_space_leaf_limit(void)
{
	return host_leaf_limit;
}

bool arch_space_change(struct arch_space *space, uint64_t address, physical_t physical, uint64_t size,
		       unsigned rights)
{
	for (unsigned i = 0; i < space->count; i++) {
		struct host_mapping *mapping = &space->mapping[i];
		if (mapping->address != address || mapping->physical != physical.value ||
		    mapping->size != size)
			continue;
		mapping->rights = rights;
		if (rights == 0)
			*mapping = space->mapping[--space->count];
		return true;
	}
	return false;
}

uint64_t arch_space_leaf(const struct arch_space *space, uint64_t address)
{
	for (unsigned i = 0; i < space->count; i++) {
		if (address - space->mapping[i].address < space->mapping[i].size)
			return space->mapping[i].size;
	}
	return 0;
}

bool arch_space_fini(struct arch_space *space, unsigned budget, void (*give_page)(void *, physical_t),
		     void *argument)
{
	if (space->table != 0) {
		give_page(argument, (physical_t){space->table});
		space->table = 0;
		if (budget == 1)
			return false;
	}
	CHECK(arch_of(running)->space != space);
	give_page(argument, (physical_t){space->root});
	return true;
}

struct host_forgotten host_forgotten[HOST_CPUS];

void arch_tlb_invalidate(const struct arch_space *space, uint64_t address, uint64_t size)
{
	host_forgotten[running] =
	    (struct host_forgotten){space, address, size, host_forgotten[running].times + 1};
}

void arch_tlb_forget(void)
{
	host_forgotten[running].times++;
}

void arch_space_leave(void)
{
	((struct arch_cpu *)(void *)host_cpu())->space = NULL;
}

bool arch_space_lookup(const struct arch_space *space, uint64_t address, physical_t *physical,
		       unsigned *rights)
{
	for (unsigned i = 0; i < space->count; i++) {
		const struct host_mapping *mapping = &space->mapping[i];
		if (address - mapping->address >= mapping->size)
			continue;
		physical->value = mapping->physical + (address - mapping->address);
		*rights = mapping->rights;
		return true;
	}
	return false;
}

physical_t arch_image_physical(const void *pointer)
{
	return arch_physical(pointer);
}

volatile void *arch_device_map(physical_t physical, uint64_t size)
{
	(void)physical;
	(void)size;
	return NULL;
}

void arch_sync_instructions(const void *direct, size_t bytes)
{
	(void)direct;
	(void)bytes;
}

void arch_interrupts_init(const struct tenon_boot_info *boot_info)
{
	(void)boot_info;
}

void arch_interrupts_init_cpu(struct cpu *cpu)
{
	(void)cpu;
}

bool arch_interrupt_valid(uint32_t number)
{
	return number >= 32 && number < COUNT_OF(lines);
}

void arch_interrupt_enable(uint32_t number, uint32_t flags, unsigned cpu)
{
	(void)flags;
	lines[number] = (struct line){.enabled = true, .cpu = cpu};
}

void arch_interrupt_route(uint32_t number, unsigned cpu)
{
	lines[number].cpu = cpu;
}

void arch_interrupt_mask(uint32_t number)
{
	CHECK(number < HOST_LINES);
	lines[number].masked = true;
}

void arch_interrupt_unmask(uint32_t number)
{
	lines[number].masked = false;
}

uint32_t arch_interrupt_count(void)
{
	return HOST_LINES;
}

uint64_t arch_ticks_per_second(void)
{
	return 1000000000;
}

void arch_timer_set(uint64_t ticks)
{
	arch_of(running)->timer_ticks = ticks;
}

uint64_t arch_boot_forget(void)
{
	return 0;
}

void arch_cpu_prepare(unsigned index, struct cpu *cpu)
{
	(void)index;
	(void)cpu;
}

bool arch_cpu_start(unsigned index, struct cpu *cpu)
{
	(void)cpu;
	coroutine_make(index);
	host_cpus[index].parked = HOST_RUNNING;
	return true;
}

bool arch_cpu_is_off(struct cpu *cpu)
{
	return host_cpus[cpu->index].parked == HOST_STOPPED;
}

noreturn void arch_cpu_off(struct cpu *cpu)
{
	while (host_pending(running))
		take_interrupts(cpu);
	park(HOST_STOPPED);
	abort();
}

void arch_cpu_kick(struct cpu *cpu)
{
	cpu->arch.kicked = true;
}

/* The machine ends: whoever it was never runs again. */
static noreturn void end(enum host_end how)
{
	host_end = how;
	park(HOST_STOPPED);
	abort();
}

noreturn void arch_power_off(void)
{
	end(HOST_POWERED_OFF);
}

noreturn void arch_restart(void)
{
	end(HOST_RESTARTED);
}

enum tenon_status arch_port_read(uint16_t port, unsigned width, uint32_t *value)
{
	(void)port;
	(void)width;
	*value = host_port_value;
	return TENON_OK;
}

enum tenon_status arch_port_write(uint16_t port, unsigned width, uint32_t value)
{
	(void)port;
	(void)width;
	host_port_value = value;
	return TENON_OK;
}

void arch_panic_write(const char *text)
{
	(void)snprintf(host_panic, sizeof(host_panic), "%s", text);
}
