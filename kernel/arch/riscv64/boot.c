/* SPDX-License-Identifier: MIT
 * From the loader's entry, and the firmware's for further CPUs, to the core:
 * this CPU's structure, stack, vectors and control registers.
 */
#include <arch/arch.h>
#include <arch_inline.h>
#include "riscv64.h"
#include "sbi.h"

const struct tenon_boot_info *boot_info;
uint64_t secondary_satp;

bool isa_has(const char *isa, const char *name)
{
	while (*isa != '\0') {
		size_t n = 0;

		while (name[n] != '\0' && isa[n] == name[n])
			++n;
		if (name[n] == '\0' && (isa[n] == '_' || isa[n] == '\0'))
			return true;
		while (*isa != '\0' && *isa != '_')
			++isa;
		if (*isa == '_')
			++isa;
	}
	return false;
}

static void cpu_describe(struct cpu *cpu, unsigned index)
{
	struct arch_cpu *arch = (struct arch_cpu *)cpu;

	arch->kernel.cpu = cpu;
	arch->entered = &arch->kernel;
	arch->index = index;
	arch->hart = boot_info->cpu[index].id;
	arch->plic_context = boot_info->cpu[index].context;
}

static void cpu_control_init(void)
{
	csr_write(sscratch, (uint64_t)arch_cpu());
	csr_write(stvec, (uint64_t)trap_entry);
	csr_write(sie, 0);
	csr_clear(sstatus, SSTATUS_SIE | SSTATUS_SPP | SSTATUS_VS | SSTATUS_FS | SSTATUS_SUM | SSTATUS_MXR);
	csr_write(scounteren, 0);
	/* User mode gets no cache-block instructions and nothing else of its environment register. A CPU
	 * that has none of this may lack the register. */
	if (isa_has(boot_info->riscv64.isa, "zicboz") || isa_has(boot_info->riscv64.isa, "zicbom"))
		csr_write(senvcfg, 0);
	__asm__ volatile("fence.i" ::: "memory");
}

BOOT void arch_boot(const struct tenon_boot_info *info)
{
	struct cpu *cpu = core_cpu(info->boot_cpu);
	struct arch_cpu *arch = (struct arch_cpu *)cpu;

	boot_info = info;
	cpu_describe(cpu, info->boot_cpu);
	arch->stack_top =
	    (uint64_t)boot_stack + KERNEL_STACK_SIZE; /* for a fault before the guarded one stands */
	__asm__ volatile("mv tp, %0" ::"r"(cpu));
	cpu_control_init();
	vector_init();
	space_boot(info);
	arch->stack_top = space_map_stack(info->boot_cpu, arch_image_physical(boot_stack),
					  arch_image_physical(boot_stack + TENON_PAGE_SIZE));
}

void arch_boot_secondary(uint64_t hart)
{
	(void)hart; /* the same as arch_cpu's, which the boot CPU wrote */
	cpu_control_init();
	__asm__ volatile("sfence.vma" ::: "memory");
}

/* Its stack; a CPU that comes back finds it again. */
BOOT void arch_cpu_prepare(unsigned index, struct cpu *cpu)
{
	((struct arch_cpu *)cpu)->stack_top = space_map_stack(index, boot_page(), boot_page());
}

bool arch_cpu_start(unsigned index, struct cpu *cpu)
{
	struct arch_cpu *arch = (struct arch_cpu *)cpu;

	cpu_describe(cpu, index);
	arch->vector_owner = NULL;
	arch->counter_user = NULL;
	arch->special = 0;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return sbi_hart_start(arch->hart, arch_image_physical((const void *)(uintptr_t)secondary_start).value,
			      (uint64_t)cpu);
}

bool arch_cpu_is_off(struct cpu *cpu)
{
	return sbi_hart_is_stopped(((const struct arch_cpu *)cpu)->hart);
}

void arch_cpu_off(struct cpu *cpu)
{
	while (interrupts_handle(cpu)) {
	}
	csr_write(sie, 0);
	sbi_hart_stop();
	core_panic("boot.c", __LINE__, "the firmware does not switch this hart off");
}
