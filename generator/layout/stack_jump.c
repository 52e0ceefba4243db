/* SPDX-License-Identifier: MIT
 * Tables of jumps, as of `switch`. Where the linker kept its relocations they
 * say which words are entries; on AArch64, whose tables of distances have
 * none, the marks of branch protection say what is jumped to.
 */
#include <string.h>

#include "stack_walk.h"

static uint64_t word_at(const struct walk *walk, uint64_t address, unsigned width)
{
	uint64_t size, word = 0;
	const uint8_t *bytes = stack_bytes(walk->code->elf, address, ELF_READ, &size);

	if (bytes && size >= width && width <= sizeof word)
		memcpy(&word, bytes, width);
	return word;
}

/* Does what stands at `base` lead into the function, and not to its beginning? */
static bool leads_inside(const struct walk *walk, uint64_t base, unsigned width)
{
	const uint64_t word = word_at(walk, base, width);
	const uint64_t target =
	    width == 4 && !walk_inside(walk, word) ? base + (uint64_t)code_signed(word, 32) : word;

	return width >= 4 && target != walk->function->address && walk_inside(walk, target);
}

/* An address in the function and something that was added to it, or what was read from a table of such addresses. */
bool jump_is_table(const struct walk *walk, struct value by)
{
	return by.kind == VALUE_TABLE &&
	       (leads_inside(walk, (uint64_t)by.value, by.width) ||
		(walk_inside(walk, (uint64_t)by.value) && (uint64_t)by.value != walk->function->address));
}

static uint32_t first_reference(const struct elf *elf, uint64_t location)
{
	uint32_t low = 0, high = elf->references;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (elf->reference[middle].location < location)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Did the linker write the word there? Where it kept no relocations any word may be an entry. */
static bool is_entry(const struct elf *elf, uint64_t location)
{
	const uint32_t first = first_reference(elf, location);

	return !elf->has_references ||
	       (first < elf->references && elf->reference[first].location == location &&
		!elf->reference[first].code);
}

/* The entries of a table: those that follow one another and lead into the function. */
static bool go_by_entries(struct walk *walk, uint64_t base, unsigned width, uint32_t *found)
{
	for (uint64_t at = base; is_entry(walk->code->elf, at); at += width) {
		const uint64_t word = word_at(walk, at, width);
		const uint64_t target =
		    walk_inside(walk, word) ? word : base + (uint64_t)code_signed(word, 32);

		if (!walk_inside(walk, target))
			break;
		if (!walk_go(walk, target))
			return false;
		(*found)++;
	}
	return true;
}

/* Does the mark of a target of jumps (bti j, bti jc of AArch64) stand there? */
static bool is_marked(const struct walk *walk, uint64_t at)
{
	uint64_t size;
	const uint8_t *bytes = stack_bytes(walk->code->elf, at, ELF_EXECUTE, &size);
	const uint32_t word = size >= 4 ? (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
					      (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24
					: 0;

	return word == 0xd503249f || word == 0xd50324df;
}

/* Tables of distances have no relocations; AArch64 marks what they lead to. */
static bool go_by_marks(struct walk *walk, uint32_t *found)
{
	for (uint64_t at = walk->function->address; at < walk->function->end; at += 4) {
		if (!is_marked(walk, at))
			continue;
		if (!walk_go(walk, at))
			return false;
		(*found)++;
	}
	return true;
}

/* A function that jumps through pointers elsewhere: is there a place in it that tables lead to and no way was found to? */
void jump_check_tables(struct walk *walk)
{
	const struct stack_function *function = walk->function;
	const struct elf *elf = walk->code->elf;

	for (uint64_t at = function->address; walk->code->machine == &code_aarch64 && at < function->end;
	     at += 4) {
		if (is_marked(walk, at) && !walk_was_seen(walk, at))
			(void)walk_problem(walk, STACK_TABLE, at);
	}
	for (uint32_t i = 0; i < elf->references; i++) {
		const uint64_t target = elf->reference[i].target;

		if (!elf->reference[i].code && walk_inside(walk, target) && target != function->address &&
		    !walk_was_seen(walk, target))
			(void)walk_problem(walk, STACK_TABLE, target);
	}
}

bool jump_by_table(struct walk *walk, uint64_t site, struct value by)
{
	uint32_t found = 0;

	if (walk->code->machine == &code_aarch64 ? !go_by_marks(walk, &found)
						 : !go_by_entries(walk, (uint64_t)by.value, by.width, &found))
		return false;
	return found != 0 || walk_problem(walk, STACK_TABLE, site);
}
