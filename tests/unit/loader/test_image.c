/* SPDX-License-Identifier: MIT
 * The checks of the kernel ELF: a good one, and that one wrong in one way at a time.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"

#define BASE TENON_KERNEL_BASE

/* Laid out in the room of the kernel ELF. */
struct file {
	Elf64_Ehdr header;
	Elf64_Phdr program[3];
	Elf64_Shdr section[4];
	char names[64];
	struct tenon_image_header image_header;
	uint8_t code[16], data[8];
};
static struct file *file;
static struct image image;

static Elf64_Phdr load(uint64_t address, const void *bytes, uint64_t size, uint64_t memory_size,
		       uint32_t flags)
{
	return (Elf64_Phdr){.p_type = PT_LOAD,
			    .p_flags = flags,
			    .p_offset = (uint64_t)((const uint8_t *)bytes - (const uint8_t *)file),
			    .p_vaddr = address,
			    .p_filesz = size,
			    .p_memsz = memory_size};
}

static Elf64_Shdr section(uint32_t name, uint64_t address, const void *bytes, uint64_t size)
{
	return (Elf64_Shdr){.sh_name = name,
			    .sh_type = SHT_PROGBITS,
			    .sh_addr = address,
			    .sh_offset = (uint64_t)((const uint8_t *)bytes - (const uint8_t *)file),
			    .sh_size = size};
}

static int make(void **state)
{
	static const char names[] = "\0.trampoline\0.tenon.header\0.shstrtab";

	(void)state;
	memset(kernel_elf_bytes(), 0, KERNEL_ELF_ROOM);
	memset(&image, 0, sizeof(image));
	file = (struct file *)(void *)kernel_elf_bytes();
	memcpy(file->header.e_ident, ELFMAG "\2\1\1", 7);
	file->header.e_type = ET_EXEC;
	file->header.e_machine = EM_X86_64;
	file->header.e_entry = BASE + 4;
	file->header.e_phoff = offsetof(struct file, program);
	file->header.e_phentsize = sizeof(Elf64_Phdr);
	file->header.e_phnum = 3;
	file->header.e_shoff = offsetof(struct file, section);
	file->header.e_shentsize = sizeof(Elf64_Shdr);
	file->header.e_shnum = 4;
	file->header.e_shstrndx = 3;
	memcpy(file->names, names, sizeof(names));
	file->image_header.magic = TENON_IMAGE_MAGIC;
	file->image_header.memory_at_least = 64 * MIB;
	memset(file->code, 0xc3, sizeof(file->code));
	memset(file->data, 0xdd, sizeof(file->data));
	file->program[0] = load(BASE, file->code, 16, 0x2000, PF_R | PF_X);
	file->program[1] = load(BASE + 0x2000, &file->image_header, sizeof(file->image_header), 0x1000, PF_R);
	file->program[2] = load(BASE + 0x4010, file->data, 8, 0x3000, PF_R | PF_W);
	file->section[1] = section(1, BASE + 0x1000, file->code, 0x1000);
	file->section[2] = section(13, BASE + 0x2000, &file->image_header, sizeof(file->image_header));
	file->section[3] = section(27, 0, file->names, sizeof(file->names));
	return 0;
}

static void reads_and_places(void **state)
{
	uint8_t *place = aligned_alloc(4096, 0x8000);

	(void)state;
	image_read(&image);
	assert_int_equal(image.entry, BASE + 4);
	assert_int_equal(image.size, 0x8000);
	assert_int_equal(image.segments, 3);
	assert_int_equal(image.segment[0].rights, RIGHT_READ | RIGHT_EXECUTE);
	assert_int_equal(image.segment[1].rights, RIGHT_READ);
	assert_int_equal(image.segment[2].rights, RIGHT_READ | RIGHT_WRITE);
	assert_int_equal(image.segment[2].address, BASE + 0x4000);
	assert_int_equal(image.segment[2].size, 0x4000);
	assert_int_equal(image.trampoline, BASE + 0x1000);
	assert_int_equal(image.header->memory_at_least, 64 * MIB);
	assert_non_null(place);
	memset(place, 0xff, 0x8000);
	image.physical = (uint64_t)(uintptr_t)place;
	image_place(&image);
	assert_int_equal(place[15], 0xc3);
	assert_int_equal(place[16], 0);
	assert_int_equal(place[0x400f], 0);
	assert_int_equal(place[0x4010], 0xdd);
	assert_int_equal(place[0x4018], 0);
	assert_int_equal(place[0x7fff], 0);
	free(place);
}

#define REJECT(name, change, text)                                                                           \
	static void name(void **state)                                                                       \
	{                                                                                                    \
		(void)state;                                                                                 \
		change;                                                                                      \
		assert_refused(image_read(&image), text);                                                    \
	}

REJECT(no_elf, file->header.e_ident[1] = 'e', "not a 64-bit")
REJECT(other_machine, file->header.e_machine = EM_ARM, "of machine")
REJECT(shared_object, file->header.e_type = ET_DYN, "of machine")
REJECT(program_header_size, file->header.e_phentsize = 32, "of a size")
REJECT(programs_past_end, file->header.e_phoff = KERNEL_ELF_ROOM - 64, "reach past its end")
REJECT(program_offset_wraps, file->header.e_phoff = UINT64_MAX - 7, "reach past its end")
REJECT(bytes_past_end, file->program[0].p_offset = KERNEL_ELF_ROOM - 8, "past the end of the file")
REJECT(bytes_offset_wraps, file->program[0].p_offset = UINT64_MAX - 15, "past the end of the file")
REJECT(file_longer_than_memory, file->program[2].p_filesz = 0x3001, "longer in the file")
REJECT(below_base, file->program[0].p_vaddr = BASE - 0x1000, "not within 1 GiB")
REJECT(too_far, file->program[2].p_vaddr = BASE + GIB - 0x1000, "not within 1 GiB")
REJECT(too_large, file->program[2].p_memsz = UINT64_MAX, "not within 1 GiB")
REJECT(write_and_execute, file->program[0].p_flags |= PF_W, "writable and executable")
REJECT(shared_page, file->program[1].p_vaddr = BASE + 0x1ff8, "shares a page")
REJECT(entry_in_data, file->header.e_entry = BASE + 0x4000, "in no executable segment")
REJECT(no_names, file->header.e_shstrndx = 4, "no section names")
REJECT(names_do_not_end, file->section[3].sh_size = 5, "do not end")
REJECT(name_past_end, file->section[1].sh_name = 64, "has no name")
REJECT(trampoline_not_pages, file->section[1].sh_addr += 8, "not whole pages")
REJECT(trampoline_outside, file->section[1].sh_size = 0x10000, "not whole pages")
REJECT(no_header, file->names[14] = 'x', "no section .tenon.header")
REJECT(header_too_short, file->section[2].sh_size = 8, "no section .tenon.header")
REJECT(header_magic, file->image_header.magic++, "begins with")
REJECT(board_does_not_end, memset(file->image_header.board, 'b', sizeof(file->image_header.board)),
       "does not end")

#define UNIT(name) cmocka_unit_test_setup(name, make)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    UNIT(reads_and_places),
	    UNIT(no_elf),
	    UNIT(other_machine),
	    UNIT(shared_object),
	    UNIT(program_header_size),
	    UNIT(programs_past_end),
	    UNIT(program_offset_wraps),
	    UNIT(bytes_past_end),
	    UNIT(bytes_offset_wraps),
	    UNIT(file_longer_than_memory),
	    UNIT(below_base),
	    UNIT(too_far),
	    UNIT(too_large),
	    UNIT(write_and_execute),
	    UNIT(shared_page),
	    UNIT(entry_in_data),
	    UNIT(no_names),
	    UNIT(names_do_not_end),
	    UNIT(name_past_end),
	    UNIT(trampoline_not_pages),
	    UNIT(trampoline_outside),
	    UNIT(no_header),
	    UNIT(header_too_short),
	    UNIT(header_magic),
	    UNIT(board_does_not_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
