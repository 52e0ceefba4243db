/* SPDX-License-Identifier: MIT
 * The ELF reader against files that are wrong: each header field, every
 * length, every byte. It must refuse or read, and never go outside the file
 * (the sanitizers watch).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <tenon/areas.h>
#include "layout/elf.h"
#include "read/arena.h"
#include "support.h"

#define FILE_BYTES 0x4200u
#define PAGE       0x1000u

struct image {
	uint8_t bytes[FILE_BYTES];
};

static Elf64_Ehdr *head(struct image *image)
{
	return (Elf64_Ehdr *)(void *)image->bytes;
}

static Elf64_Phdr *segment(struct image *image, unsigned index)
{
	return (Elf64_Phdr *)(void *)(image->bytes + sizeof(Elf64_Ehdr)) + index;
}

static void add_segment(struct image *image, unsigned index, uint32_t flags, uint64_t size)
{
	*segment(image, index) = (Elf64_Phdr){.p_type = PT_LOAD,
					      .p_flags = flags,
					      .p_offset = (index + 1) * PAGE,
					      .p_vaddr = TENON_AREA_IMAGE + (uint64_t)index * PAGE,
					      .p_filesz = 16,
					      .p_memsz = size,
					      .p_align = PAGE};
}

/* Constants, code with one function, data with a tail of zeros. */
static void make(struct image *image)
{
	const Elf64_Sym symbol = {.st_name = 1,
				  .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
				  .st_shndx = 1,
				  .st_value = TENON_AREA_IMAGE + PAGE,
				  .st_size = 16};
	const Elf64_Shdr sections[3] = {
	    [1] = {.sh_type = SHT_SYMTAB, .sh_offset = 0x4000, .sh_size = sizeof symbol, .sh_link = 2},
	    [2] = {.sh_type = SHT_STRTAB, .sh_offset = 0x4020, .sh_size = 6}};

	memset(image, 0, sizeof *image);
	*head(image) =
	    (Elf64_Ehdr){.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
			 .e_type = ET_EXEC,
			 .e_machine = EM_X86_64,
			 .e_entry = TENON_AREA_IMAGE + PAGE,
			 .e_phoff = sizeof(Elf64_Ehdr),
			 .e_phentsize = sizeof(Elf64_Phdr),
			 .e_phnum = 3,
			 .e_shoff = 0x4040,
			 .e_shentsize = sizeof(Elf64_Shdr),
			 .e_shnum = 3};
	add_segment(image, 0, PF_R, 16);
	add_segment(image, 1, PF_R | PF_X, 16);
	add_segment(image, 2, PF_R | PF_W, 0x1800);
	memcpy(image->bytes + 0x4000, &symbol, sizeof symbol);
	memcpy(image->bytes + 0x4020, "\0main", 6);
	memcpy(image->bytes + 0x4040, sections, sizeof sections);
}

static bool reads(const void *bytes, size_t size, struct elf *elf, struct arena *arena)
{
	char path[TEMPORARY_PATH];
	bool good;

	temporary_path(path, "tenon-elf");
	const int descriptor = mkstemp(path);

	assert_true(descriptor >= 0);
	assert_true(write(descriptor, bytes, size) == (ssize_t)size);
	close(descriptor);
	good = elf_read(elf, path, ARCHITECTURE_X86_64, arena);
	unlink(path);
	return good;
}

static bool accepts(const struct image *image)
{
	struct arena *arena = arena_create();
	struct elf elf;
	const bool good = reads(image, sizeof *image, &elf, arena);

	arena_destroy(arena);
	return good;
}

static void refuses(const struct image *image, const char *why)
{
	struct arena *arena = arena_create();
	struct elf elf;

	assert_false(reads(image, sizeof *image, &elf, arena));
	assert_string_equal(elf.why, why);
	arena_destroy(arena);
}

static void reads_what_is_right(void **state)
{
	struct arena *arena = arena_create();
	struct image image;
	struct elf elf;

	(void)state;
	make(&image);
	assert_true(reads(&image, sizeof image, &elf, arena));
	assert_int_equal(elf.segments, 3);
	assert_int_equal(elf.segment[2].size, 0x1800);
	assert_int_equal(elf.segment[2].file_size, 16);
	assert_int_equal(elf.segment[1].flags, ELF_READ | ELF_EXECUTE);
	assert_int_equal(elf.symbols, 1);
	assert_string_equal(elf.symbol[0].name, "main");
	arena_destroy(arena);
}

static void refuses_a_wrong_head(void **state)
{
	struct image image;

	(void)state;
	make(&image), head(&image)->e_machine = EM_AARCH64;
	refuses(&image, "is for another architecture than the board's");
	make(&image), head(&image)->e_type = ET_DYN;
	refuses(&image, "is not a statically linked executable at a fixed address");
	make(&image), head(&image)->e_ident[EI_CLASS] = ELFCLASS32;
	refuses(&image, "is not a 64-bit little-endian ELF file");
	make(&image), head(&image)->e_ident[EI_DATA] = ELFDATA2MSB;
	refuses(&image, "is not a 64-bit little-endian ELF file");
	make(&image), head(&image)->e_phentsize = 32;
	refuses(&image, "has program headers of an unknown size");
	make(&image), head(&image)->e_phoff = UINT64_MAX - 8;
	refuses(&image, "has program headers past its end");
	make(&image), head(&image)->e_phnum = UINT16_MAX;
	refuses(&image, "has program headers past its end");
	make(&image), head(&image)->e_entry = TENON_AREA_IMAGE; /* constants */
	refuses(&image, "has an entry point outside its code");
}

static void refuses_wrong_segments(void **state)
{
	struct image image;

	(void)state;
	make(&image), segment(&image, 1)->p_flags = PF_R | PF_W | PF_X;
	refuses(&image, "has a segment that is both writable and executable");
	make(&image), segment(&image, 2)->p_vaddr += 8;
	refuses(&image, "has a segment outside the area of images, or not on a page");
	make(&image), segment(&image, 2)->p_vaddr = 0;
	refuses(&image, "has a segment outside the area of images, or not on a page");
	make(&image), segment(&image, 2)->p_vaddr = TENON_AREA_STACK;
	refuses(&image, "has a segment outside the area of images, or not on a page");
	make(&image), segment(&image, 2)->p_memsz = UINT64_MAX;
	refuses(&image, "has a segment outside the area of images, or not on a page");
	make(&image), segment(&image, 2)->p_filesz = 0x1801;
	refuses(&image, "has a segment that is longer than the file");
	make(&image), segment(&image, 2)->p_offset = FILE_BYTES - 8;
	refuses(&image, "has a segment that is longer than the file");
	make(&image), segment(&image, 2)->p_offset = UINT64_MAX - 8;
	refuses(&image, "has a segment that is longer than the file");
	make(&image), segment(&image, 2)->p_vaddr = TENON_AREA_IMAGE + PAGE; /* overlaps the code */
	refuses(&image, "has segments that overlap or do not ascend");
	make(&image), segment(&image, 0)->p_memsz = 32; /* constants with a tail of zeros */
	refuses(&image, "has a read-only segment that is longer in memory than in the file");
	make(&image), head(&image)->e_phnum = 9, segment(&image, 2)->p_memsz = 16;
	for (unsigned i = 3; i < 9; i++)
		add_segment(&image, i, PF_R, 16), segment(&image, i)->p_offset = PAGE;
	refuses(&image, "has too many segments");
	make(&image), segment(&image, 0)->p_type = PT_INTERP;
	refuses(&image, "is linked dynamically");
}

static void survives_every_length(void **state)
{
	struct image image;

	(void)state;
	make(&image);
	for (size_t size = 0; size < sizeof image; size += size < 256 ? 1 : 61) {
		struct arena *arena = arena_create();
		struct elf elf;

		(void)reads(&image, size, &elf, arena);
		arena_destroy(arena);
	}
}

/* Every byte of the headers, symbols and sections, set to each of a few values. */
static void survives_every_byte(void **state)
{
	static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff};
	struct image right, image;

	(void)state;
	make(&right);
	for (size_t at = 0; at < sizeof image; at++) {
		if (at == sizeof(Elf64_Ehdr) + 3 * sizeof(Elf64_Phdr))
			at = 0x4000;
		for (size_t v = 0; v < sizeof values; v++) {
			image = right;
			image.bytes[at] = values[v];
			(void)accepts(&image);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_what_is_right), cmocka_unit_test(refuses_a_wrong_head),
	    cmocka_unit_test(refuses_wrong_segments), cmocka_unit_test(survives_every_length),
	    cmocka_unit_test(survives_every_byte)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
