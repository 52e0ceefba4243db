/* SPDX-License-Identifier: MIT
 * What the loader hands to the kernel: one structure, and a machine state.
 *
 * The loader (images/loader) takes the memory map, the DTB or the ACPI tables
 * and the boot CPU from the firmware, and leaves:
 *   - boot services ended, interrupts masked, one CPU running (EL1, S-mode, ring 0 in long mode);
 *   - the kernel ELF's segments at one physically contiguous, 2 MiB aligned place
 *     (segment offset = virtual address - KERNEL_BASE), bss zeroed;
 *   - page tables, MMU on: kernel segments at their virtual addresses with
 *     exactly their ELF rights (W^X); all RAM of the firmware's map in the
 *     direct map at DIRECT_BASE + physical, never executable, and read-only
 *     where it aliases kernel segments that are not writable; the low half
 *     maps the loader itself and the pages of the kernel's ".trampoline"
 *     section one to one, executable; nothing else. Devices are not mapped.
 *     On x86_64 the low half also maps the page boot_info.x86_64.trampoline one to one, executable and not writable
 *     (the kernel fills it through the direct map), and root_table is below 4 GiB, so that a starting CPU can load it;
 *     kernel leaves are global (nG = 0, G = 1);
 *   - control at the kernel ELF's entry point (virtual), first argument
 *     (x0, a0, rdi) = address of this structure in the direct map.
 *     The kernel sets its own stack, and on x86_64 its own GDT and IDT at once: the firmware's are not mapped any more.
 *
 * System registers as the loader leaves them:
 *   AArch64  EL1 with SP_EL1; MAIR attributes as TENON_MAIR_* (arch_boot.h); TCR_EL1: T0SZ = T1SZ = 25, 4 KiB granules, inner
 *            shareable write-back walks, 16-bit ASIDs where the CPU has them (TCR_EL1.AS), ASID taken from TTBR0, IPS from
 *            the CPU; SCTLR_EL1 = RES1 | M | C | I | SA | SA0; leaves use the attribute index TENON_MAIR_NORMAL. Pages of
 *            executable kernel segments are guarded (GP) when the ELF carries the property note that says BTI.
 *            A secondary CPU started by PSCI sets the same itself.
 *   RISC-V   satp = Sv39, ASID 0; A and D set in every leaf; sstatus.SIE = 0, sie = 0.
 *   x86_64   EFER.NXE, CR0.WP set; CR4.PCIDE, CR4.PGE clear, the rest of CR4 as the firmware left it.
 *
 * The loader finds two sections of the kernel ELF by name: ".trampoline" (whole pages, may be absent) and ".tenon.header"
 * (struct tenon_image_header, emitted by `tenon-gen layout`).
 */
#ifndef TENON_BOOT_H
#define TENON_BOOT_H

#include <stdint.h>

/*
 * Where the kernel is linked: the same everywhere, so that its tests need not know the machine. TENON_DIRECT_BASE and
 * TENON_DEVICE_BASE, the rest of the kernel half, are each architecture's own (arch_boot.h).
 */
#define TENON_KERNEL_BASE UINT64_C(0xffffffff80000000)

/* What the image asks of the machine; the loader refuses to start it on less. Section ".tenon.header" of the kernel ELF. */
#define TENON_IMAGE_MAGIC UINT64_C(0x474d494e4f4e4554) /* "TENONIMG" */
struct tenon_image_header {
	uint64_t magic;
	uint64_t memory_at_least; /* bytes of RAM */
	char board[48];           /* zero-terminated */
	char system[48];          /* zero-terminated */
};

#define TENON_BOOT_MAGIC     UINT64_C(0x314e4f4e4554) /* "TENON1" */
#define TENON_BOOT_RANGES    128
#define TENON_BOOT_CPUS      64
#define TENON_BOOT_IOAPICS   8
#define TENON_BOOT_OVERRIDES 16
#define TENON_BOOT_IOMMUS    16

enum tenon_boot_range_kind {
	TENON_RANGE_FREE = 0, /* RAM that nobody uses once the kernel runs, the loader's own pages included */
	TENON_RANGE_KEPT, /* RAM in the direct map that stays: page tables made by the loader, this structure, firmware run-time data */
	TENON_RANGE_KERNEL /* the kernel's segments */
};

struct tenon_boot_range {
	uint64_t base; /* physical, 4 KiB aligned */
	uint64_t size; /* bytes, 4 KiB multiple */
	uint32_t kind;
	uint32_t node; /* NUMA node; 0 where the machine says nothing */
};

struct tenon_boot_cpu {
	uint64_t id; /* MPIDR affinity, hart id, local APIC id */
	uint32_t node;
	uint32_t context; /* RISC-V: S-mode context of this hart at the PLIC, if there is one */
};

/* AArch64, from the DTB. */
struct tenon_boot_aarch64 {
	uint64_t gicd, gicd_size;
	uint64_t gicr, gicr_size; /* first redistributor region */
	uint32_t timer_interrupt; /* INTID of the virtual timer's PPI (27) */
	uint32_t psci_smc;        /* 1: smc conduit, 0: hvc */
	uint64_t panic_uart;      /* PL011 of stdout-path, for the panic line only; 0: none */
	uint64_t its;             /* interrupt translation service of the GIC; 0: none */
	uint64_t smmu,
	    smmu_size; /* SMMUv3 through which PCI segment 0 reaches memory, its stream ids the requester ids; 0: none */
	uint32_t smmu_event; /* INTID of its event queue's line, an edge */
	uint32_t smmu_reserved;
};

/* RISC-V, from the DTB. */
struct tenon_boot_riscv64 {
	uint64_t timebase_hz;
	uint64_t aplic, aplic_size; /* S-mode APLIC, 0 where there is none */
	uint32_t aplic_sources;
	uint32_t imsic_ids; /* number of interrupt identities per IMSIC file */
	uint64_t imsic,
	    imsic_size; /* first S-mode IMSIC file; one 4 KiB page per hart in CPU order unless guests */
	uint32_t
	    imsic_stride_bits; /* log2 of the distance of two harts' S-mode files: 12 + guest-index-bits */
	uint32_t plic_sources;
	uint64_t plic, plic_size; /* 0 where there is none */
	uint32_t has_sstc;        /* 1: stimecmp may be written; 0: SBI set_timer */
	uint32_t reserved;
	uint64_t iommu,
	    iommu_size; /* IOMMU through which PCI segment 0 reaches memory, its device ids the requester ids; 0: none */
	char isa[512]; /* the boot hart's ISA string, zero-terminated */
};

/* x86_64, from ACPI. */
struct tenon_boot_x86_64 {
	uint64_t lapic; /* physical base of the local APIC */
	uint64_t tsc_hz,
	    lapic_hz; /* measured by the loader before it left the firmware; LAPIC timer with divider 1 */
	uint64_t trampoline; /* a free page below 1 MiB for starting CPUs */
	uint64_t rsdp;
	uint32_t ioapic_count;
	struct {
		uint64_t base;
		uint32_t id, first_gsi;
		uint32_t
		    requester; /* its bus, device and function to a remapping unit (DMAR), or NO_REQUESTER */
		uint32_t reserved;
	} ioapic[TENON_BOOT_IOAPICS];
	uint32_t override_count; /* ISA interrupt source overrides; flags as in MADT */
	struct {
		uint32_t isa, gsi;
		uint32_t flags, reserved;
	} override[TENON_BOOT_OVERRIDES];
	uint32_t pm1a_control, pm1b_control; /* I/O ports */
	uint32_t s5_type_a, s5_type_b;       /* SLP_TYP values of \_S5 */
	uint32_t reset_port, reset_value;    /* FADT reset register, if in I/O space; else port 0 */
	uint32_t iommu_count;                /* DMAR: remapping units; 0 where there is none */
	uint32_t interrupts_remap;           /* 1: they can remap interrupts */
	struct {
		uint64_t base;
		uint32_t segment; /* PCI segment */
		uint32_t reserved;
	} iommu[TENON_BOOT_IOMMUS];
};
#define TENON_BOOT_NO_REQUESTER UINT32_MAX

struct tenon_boot_info {
	uint64_t magic;
	uint64_t size;            /* sizeof(struct tenon_boot_info) */
	uint64_t kernel_physical; /* where KERNEL_BASE is */
	uint64_t kernel_size;
	uint64_t root_table; /* physical address of the page table of the kernel half */
	uint64_t
	    entry_ticks; /* the clock's counter as the loader read it last, before it entered the kernel */
	uint64_t dtb, dtb_size; /* physical, in a KEPT range; 0 on x86_64 */
	uint64_t ecam,
	    ecam_size; /* PCI configuration space of segment 0 from bus 0 on, where ACPI says it (MCFG); else 0 */
	uint32_t cpu_count;
	uint32_t boot_cpu; /* index into cpu */
	uint32_t range_count;
	uint32_t reserved;
	struct tenon_boot_cpu cpu[TENON_BOOT_CPUS];
	struct tenon_boot_range range[TENON_BOOT_RANGES]; /* ascending, not overlapping */
	union {
		struct tenon_boot_aarch64 aarch64;
		struct tenon_boot_riscv64 riscv64;
		struct tenon_boot_x86_64 x86_64;
	};
};

#endif
