/* SPDX-License-Identifier: MIT
 * Intel VT-d (specification 4.1): registers (11), entries of its tables (9), descriptors of its queue (6.5.2).
 */
#ifndef VTD_REGISTERS_H
#define VTD_REGISTERS_H

enum vtd_register {
	VTD_CAPABILITY = 0x08, /* 64 bits */
	VTD_EXTENDED = 0x10,   /* 64 bits */
	VTD_COMMAND = 0x18,
	VTD_STATUS = 0x1c,
	VTD_ROOT = 0x20, /* 64 bits */
	VTD_FAULT_STATUS = 0x34,
	VTD_FAULT_CONTROL = 0x38,
	VTD_FAULT_DATA = 0x3c,
	VTD_FAULT_ADDRESS = 0x40,
	VTD_FAULT_ADDRESS_HIGH = 0x44,
	VTD_PROTECTED = 0x64,
	VTD_QUEUE_TAIL = 0x88,     /* 64 bits */
	VTD_QUEUE = 0x90,          /* 64 bits */
	VTD_INTERRUPT_TABLE = 0xb8 /* 64 bits */
};

#define CAPABILITY_DOMAINS(value)      (UINT32_C(1) << (4 + 2 * ((value) & 7))) /* how many it tells apart */
#define CAPABILITY_WRITE_BUFFER        (UINT64_C(1) << 4)
#define CAPABILITY_PROTECTS            (UINT64_C(3) << 5)
#define CAPABILITY_FOUR_LEVELS         (UINT64_C(1) << 10)
#define CAPABILITY_ADDRESS_BITS(value) (((value) >> 16 & 63) + 1)
#define CAPABILITY_FAULTS(value)       ((uint32_t)((value) >> 24 & 0x3ff) * 16) /* offset of the first record */
#define CAPABILITY_2_MIB               (UINT64_C(1) << 34)
#define CAPABILITY_1_GIB               (UINT64_C(1) << 35)
#define CAPABILITY_FAULT_COUNT(value)  ((uint32_t)((value) >> 40 & 0xff) + 1)

#define EXTENDED_COHERENT   (UINT64_C(1) << 0)
#define EXTENDED_QUEUE      (UINT64_C(1) << 1)
#define EXTENDED_INTERRUPTS (UINT64_C(1) << 3)
#define EXTENDED_X2APIC     (UINT64_C(1) << 4)

#define COMMAND_TRANSLATE       (UINT32_C(1) << 31)
#define COMMAND_ROOT            (UINT32_C(1) << 30)
#define COMMAND_QUEUE           (UINT32_C(1) << 26)
#define COMMAND_INTERRUPTS      (UINT32_C(1) << 25)
#define COMMAND_INTERRUPT_TABLE (UINT32_C(1) << 24)
#define COMMAND_KEPT            UINT32_C(0x96ffffff) /* of the status; the others say "now" */

#define PROTECTED_ENABLE (UINT32_C(1) << 31)
#define PROTECTED_STATUS UINT32_C(1)

#define FAULT_OVERFLOW    UINT32_C(1)
#define FAULT_PENDING     UINT32_C(2)
#define FAULT_QUEUE_ERROR (UINT32_C(1) << 4)
#define FAULT_VALID       (UINT32_C(1) << 31) /* of a record's last word */

#define ENTRY_VALID   UINT64_C(1)
#define ENTRY_SILENT  UINT64_C(2) /* FPD */
#define CONTEXT_48    UINT64_C(2) /* four levels */
#define REMAP_LEVEL   (UINT64_C(1) << 4)
#define REMAP_VERIFY  (UINT64_C(1) << 18) /* of all bits of the requester */
#define TABLE_X2APIC  (UINT64_C(1) << 11)
#define TABLE_256     UINT64_C(7)
#define REMAP_ENTRIES 256u

/* Descriptors (6.5.2). */
#define FORGET_CONTEXTS   (UINT64_C(1) | 1 << 4)
#define FORGET_PAGES      (UINT64_C(2) | 1 << 4 | 3 << 6) /* and what is under way has arrived */
#define FORGET_DOMAIN     (UINT64_C(2) | 2 << 4 | 3 << 6)
#define FORGET_INTERRUPTS UINT64_C(4)
#define FORGET_INTERRUPT  (UINT64_C(4) | 1 << 4)
#define TELL_WHEN_DONE    (UINT64_C(5) | 1 << 5 | UINT64_C(1) << 32)
#define QUEUE_MASK        511u /* words */

#endif
