/* SPDX-License-Identifier: MIT
 * Symbols and call chains out of the directory and the windows. No state.
 */
#include "trace.h"

#include <tenon/thread.h>

const struct supervision_symbol *trace_symbol(const struct supervision_member *member, uint64_t address,
					      uint64_t *offset)
{
	const struct supervision_symbol *symbol = supervision_at(member->symbol);
	uint32_t
	    low = 0,
	    high =
		member->symbols; /* the last symbol that begins at or below the address is in [low, high) */

	if (member->symbols == 0 || address < symbol[0].address || address >= member->text_end) {
		return NULL;
	}
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (symbol[middle].address <= address) {
			low = middle;
		} else {
			high = middle;
		}
	}
	*offset = address - symbol[low].address;
	return symbol[low].size == 0 || *offset < symbol[low].size ? &symbol[low] : NULL;
}

bool trace_word(const struct supervision_member *member, uint64_t address, uint64_t *word)
{
	const struct supervision_segment *segment = supervision_at(member->segment);

	if (address % sizeof *word != 0) {
		return false;
	}
	for (uint32_t i = 0; i < member->segments; i++) {
		uint64_t inside = address - segment[i].address;

		if (address >= segment[i].address && inside < segment[i].size &&
		    segment[i].size - inside >= sizeof *word) {
			*word = *(const volatile uint64_t *)(uintptr_t)(segment[i].window + inside);
			return true;
		}
	}
	return false;
}

static bool is_code(const struct supervision_member *member, uint64_t address)
{
	return address >= member->text && address < member->text_end;
}

struct frame {
	uint64_t previous, return_address;
};

static bool read_frame(const struct supervision_member *member, uint64_t pointer, struct frame *frame)
{
	uint64_t record = pointer + (uint64_t)tenon_frame_record;
	uint64_t word = 0;
	bool valid = pointer != 0 && trace_word(member, record, &frame->previous) &&
		     trace_word(member, record + sizeof(uint64_t), &word);

	frame->return_address = tenon_return_address(word);
	return valid && is_code(member, frame->return_address);
}

/*
 * A function without a frame of its own leaves its caller in the return
 * register, or, where calls push it, on the stack; a jump to a place that is no
 * code does the same. In a function with a frame the register holds a return
 * into the function itself, or what its frame says too.
 */
static bool frameless_caller(const struct supervision_member *member, const struct supervision_fault *fault,
			     const struct frame *frame, uint64_t *caller)
{
	uint64_t candidate = tenon_return_address(fault->return_address), offset;
	bool in_code = is_code(member, fault->pc);

	if (candidate == 0 && !in_code && !trace_word(member, fault->sp, &candidate)) {
		return false;
	}
	if (!is_code(member, candidate) || candidate == frame->return_address) {
		return false;
	}
	if (in_code && trace_symbol(member, candidate, &offset) == trace_symbol(member, fault->pc, &offset)) {
		return false;
	}
	*caller = candidate;
	return true;
}

size_t trace_callers(const struct supervision_member *member, const struct supervision_fault *fault,
		     uint64_t *caller, size_t room)
{
	struct frame frame = {0};
	uint64_t pointer = fault->frame;
	bool valid = read_frame(member, pointer, &frame);
	size_t count = 0;

	if (room > 0 && frameless_caller(member, fault, &frame, &caller[0])) {
		count = 1;
	}
	while (valid && count < room) {
		caller[count++] = frame.return_address;
		if (frame.previous <= pointer) {
			break;
		}
		pointer = frame.previous;
		valid = read_frame(member, pointer, &frame);
	}
	return count;
}
