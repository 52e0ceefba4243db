/* SPDX-License-Identifier: MIT
 * Files in memory: a copy, made when it is mapped. What a program changed in a shared one goes to the file with msync() and munmap(), as far
 * as the file reaches then; what others write meanwhile is not seen.
 *
 * State: the mappings, each with the description that it keeps open.
 */
#include "files.h"

#include "../libc.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define MAPPINGS 32u

static struct mapping {
	char *first; /* NULL: free */
	size_t bytes;
	struct description *description;
	uint64_t offset;
	bool is_kept; /* shared and writable */
} mappings[MAPPINGS];

static struct mapping *free_mapping(void)
{
	for (uint32_t i = 0; i < MAPPINGS; i++) {
		if (mappings[i].first == NULL) {
			return &mappings[i];
		}
	}
	return NULL;
}

/* The mapping in which that byte lies. */
static struct mapping *mapping_at(uintptr_t at)
{
	for (uint32_t i = 0; i < MAPPINGS; i++) {
		const uintptr_t first = (uintptr_t)mappings[i].first;

		if (first != 0 && at >= first && at - first < mappings[i].bytes) {
			return &mappings[i];
		}
	}
	return NULL;
}

static long may_map(const struct description *description, const long *a)
{
	const bool writes = (a[2] & PROT_WRITE) != 0 && (a[3] & MAP_TYPE) == MAP_SHARED;

	if ((a[3] & MAP_TYPE) != MAP_SHARED && (a[3] & MAP_TYPE) != MAP_PRIVATE) {
		return -EINVAL;
	}
	if ((a[3] & MAP_FIXED) != 0 || (a[2] & PROT_EXEC) != 0 || description->is_directory) {
		return -ENODEV;
	}
	if (a[1] <= 0 || a[5] < 0 || a[5] % TENON_PAGE_SIZE != 0) {
		return -EINVAL;
	}
	return (description->flags & O_ACCMODE) == O_WRONLY ||
		       (writes && (description->flags & O_ACCMODE) != O_RDWR)
		   ? -EACCES
		   : 0;
}

static long map(struct description *description, const long *a)
{
	const size_t bytes = (size_t)a[1];
	struct mapping *mapping = free_mapping();
	long error = may_map(description, a);
	char *first;

	if (error != 0 || mapping == NULL) {
		return error != 0 ? error : -ENOMEM;
	}
	first = libc_pages_take(bytes);
	if (first == NULL) {
		return -ENOMEM;
	}
	error = data_read(description, first, bytes, (uint64_t)a[5]); /* behind its end are zeroes */
	if (error < 0) {
		(void)libc_pages_give(first, bytes);
		return error;
	}
	*mapping = (struct mapping){.first = first,
				    .bytes = bytes,
				    .description = description,
				    .offset = (uint64_t)a[5],
				    .is_kept = (a[2] & PROT_WRITE) != 0 && (a[3] & MAP_TYPE) == MAP_SHARED};
	description->references++;
	return (long)first;
}

/* To the file, but not further than it reaches. */
static long write_back(const struct mapping *mapping)
{
	struct filesystem_attributes attributes;
	uint64_t bytes, stop;
	long done;

	if (!mapping->is_kept) {
		return 0;
	}
	done = status_error(files_read_attributes(mapping->description->file, &attributes));
	if (done != 0 || attributes.size <= mapping->offset) {
		return done;
	}
	bytes = attributes.size - mapping->offset;
	bytes = bytes < mapping->bytes ? bytes : mapping->bytes;
	done = data_write(mapping->description, mapping->first, bytes, mapping->offset, &stop);
	return done < 0 ? done : 0;
}

static long unmap(struct mapping *mapping, const long *a)
{
	if ((uintptr_t)a[0] != (uintptr_t)mapping->first || (size_t)a[1] < mapping->bytes) {
		return -EINVAL; /* not a part alone */
	}
	(void)write_back(mapping); /* munmap() tells of no error: who wants to know calls msync() */
	description_put(mapping->description);
	mapping->first = NULL;
	return libc_pages_give((void *)a[0], mapping->bytes) ? 0 : -EINVAL;
}

bool mapping_call(long number, const long *a, long *result)
{
	struct description *description;
	struct mapping *mapping;

	if (number == SYS_mmap && (a[3] & MAP_ANONYMOUS) == 0) {
		description = description_of(a[4]);
		*result = description == NULL ? -EBADF : map(description, a);
		return true;
	}
	if (number != SYS_munmap && number != SYS_msync) {
		return false;
	}
	mapping = mapping_at((uintptr_t)a[0]);
	if (mapping == NULL) {
		*result = -ENOMEM;
		return number == SYS_msync;
	}
	*result = number == SYS_munmap ? unmap(mapping, a) : write_back(mapping);
	return true;
}
