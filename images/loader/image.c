/* SPDX-License-Identifier: MIT
 * The kernel ELF that the loader holds (System V gABI, chapters 4 and 5). It was made together with the loader, and yet
 * everything in it is checked before it is used: a build that went wrong is refused with a sentence.
 */
#include "loader.h"

#include <string.h>

struct elf_header {
	uint8_t ident[16];
	uint16_t type, machine;
	uint32_t version;
	uint64_t entry, program_offset, section_offset;
	uint32_t flags;
	uint16_t header_size, program_size, programs, section_size, sections, names;
};

struct elf_program {
	uint32_t type, flags;
	uint64_t offset, address, physical, file_size, memory_size, alignment;
};

struct elf_section {
	uint32_t name, type;
	uint64_t flags, address, offset, size;
	uint32_t link, info;
	uint64_t alignment, entry_size;
};

#define PT_LOAD         1u
#define PT_GNU_PROPERTY 0x6474e553u
#define ELF_EXECUTE     1u
#define ELF_WRITE       2u
#define ELF_READ        4u
#define SHT_NOBITS      8u

#if defined(__x86_64__)
#define ELF_MACHINE 62
#elif defined(__aarch64__)
#define ELF_MACHINE 183
#elif defined(__riscv)
#define ELF_MACHINE 243
#endif

/* `count` things of `each` bytes at `offset` of the file, or NULL where the file does not hold them. */
static const void *file_part(uint64_t offset, uint64_t each, uint64_t count)
{
	uint64_t size = (uint64_t)(kernel_elf_end - kernel_elf);

	if (offset > size || (each != 0 && count > (size - offset) / each) || offset % 8 != 0)
		return NULL;
	return kernel_elf + offset;
}

static const struct elf_header *read_header(void)
{
	static const uint8_t ident[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
	const struct elf_header *header = file_part(0, sizeof(*header), 1);

	if (header == NULL || memcmp(header->ident, ident, sizeof(ident)) != 0)
		refuse("the image holds no kernel: not a 64-bit little-endian ELF file");
	if (header->machine != ELF_MACHINE || header->type != 2)
		refuse("the kernel is an ELF file of machine %u, type %u; wanted %u, 2",
		       (uint64_t)header->machine, (uint64_t)header->type, (uint64_t)ELF_MACHINE);
	if (header->program_size != sizeof(struct elf_program) ||
	    header->section_size != sizeof(struct elf_section))
		refuse("the kernel ELF has headers of a size that is not known");
	return header;
}

static void read_segment(struct image *image, const struct elf_program *program)
{
	struct image_segment *segment = &image->segment[image->segments];
	uint64_t offset = program->address - TENON_KERNEL_BASE;

	if (image->segments == IMAGE_SEGMENTS)
		refuse("the kernel ELF has more than %u segments", (uint64_t)IMAGE_SEGMENTS);
	if (program->address < TENON_KERNEL_BASE || program->memory_size > GIB ||
	    offset > GIB - program->memory_size)
		refuse("a kernel segment at %x is not within 1 GiB of %x", program->address,
		       TENON_KERNEL_BASE);
	if (program->file_size > program->memory_size)
		refuse("the kernel segment at %x is longer in the file than in memory", program->address);
	segment->bytes =
	    file_part(program->offset & ~UINT64_C(7), 1, program->file_size + (program->offset & 7));
	if (segment->bytes == NULL)
		refuse("the kernel segment at %x reaches past the end of the file", program->address);
	if ((program->flags & ELF_WRITE) != 0 && (program->flags & ELF_EXECUTE) != 0)
		refuse("the kernel segment at %x is writable and executable", program->address);
	segment->bytes += program->offset & 7;
	segment->start = program->address;
	segment->file_size = program->file_size;
	segment->address = page_down(program->address);
	segment->size = page_up(program->address + program->memory_size) - segment->address;
	if (image->segments > 0 && segment->address - TENON_KERNEL_BASE < image->size)
		refuse("the kernel segment at %x overlaps the one before or shares a page with it",
		       program->address);
	segment->rights = RIGHT_READ | ((program->flags & ELF_WRITE) != 0 ? RIGHT_WRITE : 0) |
			  ((program->flags & ELF_EXECUTE) != 0 ? RIGHT_EXECUTE : 0);
	image->size = segment->address + segment->size - TENON_KERNEL_BASE;
	image->segments++;
}

/* The program property note of AArch64 (ELF for the Arm 64-bit Architecture, 6.2): does all code have its landing pads? */
static bool guarded(const struct elf_program *program)
{
	const uint32_t *word = file_part(program->offset, 1, program->file_size);

	/* name size, descriptor size, type, "GNU\0", property type, its size, its value */
	return ELF_MACHINE == 183 && word != NULL && program->file_size >= 28 && word[0] == 4 &&
	       word[2] == 5 && word[4] == 0xc0000000u && word[5] >= 4 && (word[6] & 1) != 0;
}

static void read_sections(struct image *image, const struct elf_header *header)
{
	const struct elf_section *section =
	    file_part(header->section_offset, sizeof(*section), header->sections);
	const struct elf_section *names = NULL;
	const char *name = NULL;

	if (section != NULL && header->names < header->sections) {
		names = &section[header->names];
		name = file_part(names->offset & ~UINT64_C(7), 1, names->size + (names->offset & 7));
	}
	if (name == NULL || names->size == 0)
		refuse("the kernel ELF has no section names");
	name += names->offset & 7;
	if (name[names->size - 1] != 0)
		refuse("the section names of the kernel ELF do not end");
	for (unsigned i = 0; i < header->sections; i++) {
		if (section[i].name >= names->size)
			refuse("a section of the kernel ELF has no name");
		if (strcmp(name + section[i].name, ".trampoline") == 0) {
			image->trampoline = section[i].address;
			image->trampoline_size = section[i].size;
		} else if (strcmp(name + section[i].name, ".tenon.header") == 0 &&
			   section[i].type != SHT_NOBITS && section[i].size >= sizeof(*image->header)) {
			image->header = file_part(section[i].offset, sizeof(*image->header), 1);
		}
	}
}

static void check_sections(const struct image *image)
{
	uint64_t offset = image->trampoline - TENON_KERNEL_BASE;

	if (image->trampoline_size != 0 &&
	    (image->trampoline % PAGE != 0 || image->trampoline < TENON_KERNEL_BASE ||
	     offset >= image->size || image->trampoline_size > image->size - offset))
		refuse("the kernel's .trampoline at %x is not whole pages of the kernel", image->trampoline);
	if (image->header == NULL)
		refuse("the kernel ELF has no section .tenon.header");
	if (image->header->magic != TENON_IMAGE_MAGIC)
		refuse("the kernel's .tenon.header begins with %x", image->header->magic);
	if (memchr(image->header->board, 0, sizeof(image->header->board)) == NULL ||
	    memchr(image->header->system, 0, sizeof(image->header->system)) == NULL)
		refuse("a name in the kernel's .tenon.header does not end");
}

void image_read(struct image *image)
{
	const struct elf_header *header = read_header();
	const struct elf_program *program =
	    file_part(header->program_offset, sizeof(*program), header->programs);
	bool code_guarded = false, entry_found = false;

	if (program == NULL)
		refuse("the program headers of the kernel ELF reach past its end");
	image->entry = header->entry;
	for (unsigned i = 0; i < header->programs; i++) {
		if (program[i].type == PT_LOAD && program[i].memory_size != 0)
			read_segment(image, &program[i]);
		else if (program[i].type == PT_GNU_PROPERTY)
			code_guarded = guarded(&program[i]);
	}
	for (unsigned i = 0; i < image->segments; i++) {
		struct image_segment *segment = &image->segment[i];

		if ((segment->rights & RIGHT_EXECUTE) == 0)
			continue;
		entry_found |=
		    image->entry >= segment->address && image->entry - segment->address < segment->size;
		segment->rights |= code_guarded ? RIGHT_GUARDED : 0;
	}
	if (!entry_found)
		refuse("the entry point %x of the kernel is in no executable segment", image->entry);
	read_sections(image, header);
	check_sections(image);
}

void image_place(const struct image *image)
{
	uint8_t *place = (uint8_t *)(uintptr_t)image->physical;

	memset(place, 0, image->size);
	for (unsigned i = 0; i < image->segments; i++) {
		const struct image_segment *segment = &image->segment[i];

		memcpy(place + (segment->start - TENON_KERNEL_BASE), segment->bytes, segment->file_size);
		if ((segment->rights & RIGHT_EXECUTE) != 0)
			arch_sync_code(place + (segment->address - TENON_KERNEL_BASE), segment->size);
	}
}
