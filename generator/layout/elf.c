/* SPDX-License-Identifier: MIT
 * ELF64, little-endian, statically linked (System V ABI, chapters 4 and 5).
 */
#include "elf.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tenon/areas.h>

#include "../read/arena.h"

#define FILE_MAX  ((size_t)512 * 1024 * 1024)
#define IMAGE_END (TENON_AREA_STACK - UINT64_C(0x40000000)) /* a GiB below its top is left to the stack */

struct file {
	const char *path;
	const uint8_t *data;
	size_t size;
	struct arena *arena;
	const char **why; /* of `struct elf` */
	Elf64_Ehdr head;
};

static bool refuse(const struct file *file, const char *why)
{
	*file->why = why;
	return false;
}

/* Copies `size` bytes at `offset`; false where the file is shorter. */
static bool take(const struct file *file, uint64_t offset, void *to, size_t size)
{
	if (offset > file->size || size > file->size - offset)
		return false;
	memcpy(to, file->data + offset, size);
	return true;
}

static bool load(struct file *file)
{
	FILE *in = fopen(file->path, "rb");
	uint8_t *data;
	long size;

	if (!in)
		return refuse(file, arena_format(file->arena, "cannot be opened: %s", strerror(errno)));
	if (fseek(in, 0, SEEK_END) != 0 || (size = ftell(in)) < 0 || (size_t)size > FILE_MAX ||
	    fseek(in, 0, SEEK_SET) != 0) {
		fclose(in);
		return refuse(file, "is not a file of usable size");
	}
	data = arena_take(file->arena, (size_t)size, 1);
	if (fread(data, 1, (size_t)size, in) != (size_t)size) {
		fclose(in);
		return refuse(file, "cannot be read whole");
	}
	fclose(in);
	file->data = data;
	file->size = (size_t)size;
	return true;
}

static bool check_head(struct file *file, enum architecture architecture)
{
	static const uint16_t machine[] = {[ARCHITECTURE_X86_64] = EM_X86_64,
					   [ARCHITECTURE_AARCH64] = EM_AARCH64,
					   [ARCHITECTURE_RISCV64] = EM_RISCV};

	if (!take(file, 0, &file->head, sizeof file->head) ||
	    memcmp(file->head.e_ident, ELFMAG, SELFMAG) != 0)
		return refuse(file, "is not an ELF file");
	if (file->head.e_ident[EI_CLASS] != ELFCLASS64 || file->head.e_ident[EI_DATA] != ELFDATA2LSB)
		return refuse(file, "is not a 64-bit little-endian ELF file");
	if (file->head.e_machine != machine[architecture])
		return refuse(file, "is for another architecture than the board's");
	if (file->head.e_type != ET_EXEC)
		return refuse(file, "is not a statically linked executable at a fixed address");
	if (file->head.e_phentsize != sizeof(Elf64_Phdr))
		return refuse(file, "has program headers of an unknown size");
	return true;
}

/* ---- segments --------------------------------------------------------------------------------- */

static bool add_segment(const struct file *file, struct elf *elf, const Elf64_Phdr *header)
{
	struct elf_segment *segment = &elf->segment[elf->segments];

	if (elf->segments == ELF_SEGMENTS_MAX)
		return refuse(file, "has too many segments");
	if (header->p_vaddr % MODEL_PAGE != 0 || header->p_vaddr < TENON_AREA_IMAGE ||
	    header->p_vaddr >= IMAGE_END || header->p_memsz > IMAGE_END - header->p_vaddr)
		return refuse(file, "has a segment outside the area of images, or not on a page");
	if (header->p_filesz > header->p_memsz || header->p_offset > file->size ||
	    header->p_filesz > file->size - header->p_offset)
		return refuse(file, "has a segment that is longer than the file");
	if ((header->p_flags & (PF_W | PF_X)) == (PF_W | PF_X))
		return refuse(file, "has a segment that is both writable and executable");
	if (!(header->p_flags & PF_W) && header->p_filesz != header->p_memsz)
		return refuse(file, "has a read-only segment that is longer in memory than in the file");
	if (elf->segments != 0 && segment[-1].address + segment[-1].size > header->p_vaddr)
		return refuse(file,
			      "has segments that overlap or do not ascend"); /* so no two share a page */
	*segment = (struct elf_segment){.address = header->p_vaddr,
					.size = header->p_memsz,
					.bytes = file->data + header->p_offset,
					.file_size = header->p_filesz,
					.flags = header->p_flags & (PF_R | PF_W | PF_X)};
	elf->segments++;
	return true;
}

static bool read_segments(const struct file *file, struct elf *elf)
{
	bool entry_found = false;

	for (uint32_t i = 0; i < file->head.e_phnum; i++) {
		Elf64_Phdr header;

		if (file->head.e_phoff > file->size ||
		    !take(file, file->head.e_phoff + (uint64_t)i * sizeof header, &header, sizeof header))
			return refuse(file, "has program headers past its end");
		if (header.p_type == PT_INTERP || header.p_type == PT_DYNAMIC)
			return refuse(file, "is linked dynamically");
		if (header.p_type == PT_LOAD && header.p_memsz != 0 && !add_segment(file, elf, &header))
			return false;
	}
	elf->entry = file->head.e_entry;
	for (uint32_t i = 0; i < elf->segments; i++) {
		const struct elf_segment *segment = &elf->segment[i];

		entry_found = entry_found || ((segment->flags & PF_X) && elf->entry >= segment->address &&
					      elf->entry - segment->address < segment->file_size);
	}
	return entry_found || refuse(file, "has an entry point outside its code");
}

/* ---- symbols ---------------------------------------------------------------------------------- */

static bool section_at(const struct file *file, uint32_t index, Elf64_Shdr *section)
{
	return index < file->head.e_shnum && file->head.e_shentsize == sizeof *section &&
	       file->head.e_shoff <= file->size &&
	       take(file, file->head.e_shoff + (uint64_t)index * sizeof *section, section, sizeof *section) &&
	       section->sh_offset <= file->size && section->sh_size <= file->size - section->sh_offset;
}

static int compare_symbols(const void *left, const void *right)
{
	const struct elf_symbol *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* Text at `offset` of a string table; NULL where it does not end inside. */
static const char *text_at(const struct file *file, const Elf64_Shdr *strings, uint32_t offset)
{
	const char *text = (const char *)file->data + strings->sh_offset;

	if (offset >= strings->sh_size || !memchr(text + offset, 0, strings->sh_size - offset))
		return NULL;
	return text + offset;
}

/* The symbols of a type, ascending. */
static const struct elf_symbol *collect(const struct file *file, const Elf64_Shdr *table,
					const Elf64_Shdr *strings, unsigned type, uint32_t *found)
{
	const uint64_t count = table->sh_size / sizeof(Elf64_Sym);
	struct elf_symbol *list = ARENA_ARRAY(file->arena, struct elf_symbol, count);

	*found = 0;

	for (uint64_t i = 0; i < count; i++) {
		Elf64_Sym symbol;
		const char *name;

		memcpy(&symbol, file->data + table->sh_offset + i * sizeof symbol, sizeof symbol);
		name = text_at(file, strings, symbol.st_name);
		if (ELF64_ST_TYPE(symbol.st_info) != type || symbol.st_shndx == SHN_UNDEF || !name || !*name)
			continue;
		list[(*found)++] =
		    (struct elf_symbol){.address = symbol.st_value, .size = symbol.st_size, .name = name};
	}
	qsort(list, *found, sizeof *list, compare_symbols);
	return list;
}

/* A file without symbols is a file without names in its backtraces, no more. */
static void read_symbols(const struct file *file, struct elf *elf)
{
	for (uint32_t i = 0; i < file->head.e_shnum; i++) {
		Elf64_Shdr section, strings;

		if (section_at(file, i, &section) && section.sh_type == SHT_SYMTAB &&
		    section_at(file, section.sh_link, &strings) && strings.sh_type == SHT_STRTAB) {
			elf->symbol = collect(file, &section, &strings, STT_FUNC, &elf->symbols);
			elf->object = collect(file, &section, &strings, STT_OBJECT, &elf->objects);
			return;
		}
	}
}

/* What the ports were compiled with. */
static void read_contract(const struct file *file, struct elf *elf)
{
	Elf64_Shdr names, section;

	if (!section_at(file, file->head.e_shstrndx, &names) || names.sh_type != SHT_STRTAB)
		return;
	for (uint32_t i = 0; i < file->head.e_shnum; i++) {
		const char *name;

		if (!section_at(file, i, &section) || section.sh_type != SHT_PROGBITS || section.sh_size == 0)
			continue;
		name = text_at(file, &names, section.sh_name);
		if (!name || strcmp(name, ".tenon.contract") != 0)
			continue;
		elf->contract = (const char *)file->data + section.sh_offset;
		elf->contract_size = section.sh_size - 1; /* the zero byte at its end */
	}
}

/* ---- relocations ------------------------------------------------------------------------------ */

static const char *section_name(const struct file *file, const Elf64_Shdr *section)
{
	Elf64_Shdr names;
	const char *name = NULL;

	if (section_at(file, file->head.e_shstrndx, &names) && names.sh_type == SHT_STRTAB)
		name = text_at(file, &names, section->sh_name);
	return name ? name : "";
}

static int compare_references(const void *left, const void *right)
{
	const struct elf_reference *a = left, *b = right;

	return a->location < b->location ? -1 : a->location > b->location;
}

/* The value of a symbol of any type; false where the table has none of that number. */
static bool symbol_value(const struct file *file, const Elf64_Shdr *table, uint64_t number, uint64_t *value)
{
	Elf64_Sym symbol;

	if (number >= table->sh_size / sizeof symbol)
		return false;
	memcpy(&symbol, file->data + table->sh_offset + number * sizeof symbol, sizeof symbol);
	*value = symbol.st_value;
	return symbol.st_shndx != SHN_UNDEF;
}

static void collect_references(const struct file *file, struct elf *elf, const Elf64_Shdr *section,
			       const Elf64_Shdr *of, const Elf64_Shdr *table)
{
	const uint64_t count = section->sh_size / sizeof(Elf64_Rela);
	struct elf_reference *list = ARENA_ARRAY(file->arena, struct elf_reference, elf->references + count);

	if (elf->references)
		memcpy(list, elf->reference, elf->references * sizeof *list);
	for (uint64_t i = 0; i < count; i++) {
		Elf64_Rela entry;
		uint64_t value;

		memcpy(&entry, file->data + section->sh_offset + i * sizeof entry, sizeof entry);
		if (symbol_value(file, table, ELF64_R_SYM(entry.r_info), &value))
			list[elf->references++] =
			    (struct elf_reference){.location = entry.r_offset,
						   .target = value + (uint64_t)entry.r_addend,
						   .type = (uint32_t)ELF64_R_TYPE(entry.r_info),
						   .code = (of->sh_flags & SHF_EXECINSTR) != 0};
	}
	elf->reference = list;
	elf->has_references = true;
}

static void read_references(const struct file *file, struct elf *elf)
{
	for (uint32_t i = 0; i < file->head.e_shnum; i++) {
		Elf64_Shdr section, of, table;

		if (!section_at(file, i, &section))
			continue;
		if (section.sh_type == SHT_PROGBITS &&
		    strcmp(section_name(file, &section), ".tenon.calls") == 0) {
			elf->calls = file->data + section.sh_offset;
			elf->calls_size = section.sh_size;
		}
		if (section.sh_type == SHT_RELA && section_at(file, section.sh_info, &of) &&
		    (of.sh_flags & SHF_ALLOC) && strcmp(section_name(file, &of), ".eh_frame") != 0 &&
		    section_at(file, section.sh_link, &table) && table.sh_type == SHT_SYMTAB)
			collect_references(file, elf, &section, &of, &table);
	}
	if (elf->references)
		qsort((struct elf_reference *)elf->reference, elf->references, sizeof *elf->reference,
		      compare_references);
}

bool elf_read(struct elf *elf, const char *path, enum architecture architecture, struct arena *arena)
{
	struct file file = {.path = path, .arena = arena, .why = &elf->why};

	*elf = (struct elf){0};
	if (!load(&file) || !check_head(&file, architecture) || !read_segments(&file, elf))
		return false;
	read_symbols(&file, elf);
	read_contract(&file, elf);
	read_references(&file, elf);
	return true;
}
