/* SPDX-License-Identifier: MIT
 * The report about a member. State: the lines gathered and not yet printed.
 */
#include "report.h"
#include "component.h"
#include "trace.h"

#include <stdarg.h>
#include <tenon/print.h>
#include <tenon/thread.h>

#define LINES       20u
#define CALLERS     12u
#define PATIENCE_NS UINT64_C(100000000)

static char lines[LINES][TENON_LOG_TEXT + 1];
static uint32_t count;

void report_add(const char *format, ...)
{
	va_list list;

	if (count == LINES) {
		return;
	}
	va_start(list, format);
	(void)tenon_print_list(lines[count++], sizeof lines[0], format,
			       list); /* cut when long, as the header says */
	va_end(list);
}

/* ---- Gathering ------------------------------------------------------------------------------- */

static const char *text(uint32_t offset)
{
	return supervision_at(offset);
}

/* "read_at+0x4", or nothing where no function is. */
/* A return address stands after the call, which may be its function's last instruction: that is `back` 1. */
static void describe(const struct supervision_member *member, uint64_t address, uint64_t back, char *out,
		     size_t size)
{
	uint64_t offset;
	const struct supervision_symbol *symbol = trace_symbol(member, address - back, &offset);

	out[0] = 0;
	if (symbol != NULL) {
		(void)tenon_print(out, size, " %s+0x%llx", text(symbol->name),
				  (unsigned long long)(offset + back));
	}
}

static const char *access(uint64_t kind)
{
	switch (kind) {
	case TENON_FAULT_READ:
		return "a read of";
	case TENON_FAULT_WRITE:
		return "a write to";
	case TENON_FAULT_EXECUTE:
		return "an instruction fetch from";
	default:
		return "an access to";
	}
}

/* Where an address lies, for one who does not know the layout by heart. */
static const char *place(const struct supervision_member *member, uint64_t address)
{
	if (address < TENON_PAGE_SIZE) {
		return " (null)";
	}
	if (address >= member->text && address < member->text_end) {
		return " (its code)";
	}
	if (address >= member->stack_bottom && address < member->stack_top) {
		return " (its stack)";
	}
	if (address < member->stack_bottom && member->stack_bottom - address <= TENON_PAGE_SIZE) {
		return " (the guard page below its stack: the stack overflowed)";
	}
	if (address >= TENON_AREA_END) {
		return " (the kernel's half)";
	}
	return "";
}

static void add_reason(const struct supervision_member *member, const struct supervision_fault *fault)
{
	static const char *const other[] = {
	    [TENON_FAULT_INSTRUCTION] = "an undefined or privileged instruction",
	    [TENON_FAULT_ARITHMETIC] = "an arithmetic fault",
	    [TENON_FAULT_BREAKPOINT] = "a breakpoint: it stopped itself",
	    [TENON_FAULT_OTHER] = "a fault of another kind",
	};
	const char *name = text(member->name);

	switch (fault->kind) {
	case TENON_FAULT_READ:
	case TENON_FAULT_WRITE:
	case TENON_FAULT_EXECUTE:
		report_add("%s: %s 0x%llx%s, which it may not", name, access(fault->kind),
			   (unsigned long long)fault->address, place(member, fault->address));
		break;
	case TENON_FAULT_TAG:
		report_add("%s: an access to 0x%llx%s with a wrong tag: memory that it no longer has, or the "
			   "end of a "
			   "block",
			   name, (unsigned long long)fault->address, place(member, fault->address));
		break;
	case TENON_FAULT_ALIGNMENT:
		report_add("%s: an unaligned access to 0x%llx", name, (unsigned long long)fault->address);
		break;
	case TENON_FAULT_LOAN:
		report_add("%s: what it lent at 0x%llx%s is not there as it said", name,
			   (unsigned long long)fault->address, place(member, fault->address));
		break;
	case TENON_FAULT_DMA:
		report_add("%s: its device reached for 0x%llx%s, which is not mapped for it", name,
			   (unsigned long long)fault->address,
			   fault->address < TENON_AREA_END ? place(member, fault->address) : "");
		break;
	case TENON_FAULT_INSTRUCTION:
	case TENON_FAULT_ARITHMETIC:
	case TENON_FAULT_BREAKPOINT:
	case TENON_FAULT_OTHER:
		report_add("%s: %s (syndrome 0x%llx)", name, other[fault->kind],
			   (unsigned long long)fault->syndrome);
		break;
	default:
		report_add("%s: fault %llu", name, (unsigned long long)fault->kind);
		break;
	}
}

static void add_trace(const struct supervision_member *member, const struct supervision_fault *fault)
{
	uint64_t caller[CALLERS];
	size_t callers = trace_callers(member, fault, caller, CALLERS);
	char where[80];

	describe(member, fault->pc, 0, where, sizeof where);
	report_add("  at 0x%llx%s", (unsigned long long)fault->pc, where);
	for (size_t i = 0; i < callers; i++) {
		describe(member, caller[i], 1, where, sizeof where);
		report_add("  from 0x%llx%s", (unsigned long long)caller[i], where);
	}
}

void report_fault(uint32_t index, const struct supervision_fault *fault)
{
	const struct supervision_member *member = supervision_member(index);

	add_reason(member, fault);
	report_add("  component %s, %s", text(member->component), text(member->place));
	add_trace(member, fault);
}

struct report_time report_time(uint64_t time_ns)
{
	static const struct {
		uint64_t ns;
		const char *name;
	} unit[] = {{UINT64_C(3600000000000), "h"},
		    {UINT64_C(60000000000), "min"},
		    {UINT64_C(1000000000), "s"},
		    {UINT64_C(1000000), "ms"},
		    {UINT64_C(1000), "us"}};

	for (size_t i = 0; i < sizeof unit / sizeof unit[0]; i++)
		if (time_ns % unit[i].ns == 0)
			return (struct report_time){time_ns / unit[i].ns, unit[i].name};
	return (struct report_time){time_ns, "ns"};
}

void report_hang(uint32_t index)
{
	const struct supervision_member *member = supervision_member(index);
	const struct report_time within = report_time(member->within_ns);
	struct tenon_thread_view view;

	report_add("%s: hangs, no sign of life for %llu %s", text(member->name), within.number, within.unit);
	report_add("  component %s, %s", text(member->component), text(member->place));
	if (tenon_thread_read(member->thread, &view) == TENON_OK) {
		struct supervision_fault seen = {.pc = view.pc, .sp = view.sp, .frame = view.frame};

		add_trace(member, &seen);
	}
}

/* ---- Printing -------------------------------------------------------------------------------- */

static bool print_to_log(const char *line)
{
	return log_write_until(clock_ns() + PATIENCE_NS, LOG_LEVEL_ERROR, line) == LOG_OK;
}

static bool print_to_serial(const char *line)
{
	char out[TENON_LOG_TEXT + 32];
	size_t size = tenon_print(out, sizeof out, "supervisor: %s\r\n", line);

	return serial_write_until(clock_ns() + PATIENCE_NS, out, (uint32_t)size) == SERIAL_OK;
}

void report_print(void)
{
	bool log = log_connected(), serial = serial_connected();

	for (uint32_t i = 0; i < count; i++) {
		log = log &&
		      print_to_log(lines[i]); /* one that did not answer is not asked again for this report */
		serial = serial && (log || print_to_serial(lines[i]));
	}
	count = 0;
}
