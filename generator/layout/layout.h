/* SPDX-License-Identifier: MIT
 * The second pass: reads the ELF of each instance and prints what the kernel
 * walks at boot.
 *
 *   tables.c        kernel/include/tenon/tables.h filled in, each entry with its YAML line
 *   payload.S       the segments, page-aligned, from payload.bin
 *   payload.bin
 *   report.txt      every object, capability and mapping, for people
 *   report.json     the same for programs, and what each instance costs
 */
#ifndef TENON_GENERATOR_LAYOUT_H
#define TENON_GENERATOR_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

struct model;
struct report;
struct request;

struct layout_elf {
	const char *instance;
	const char *path;
};

struct layout_request {
	const struct model *model;
	const struct request *asked;  /* what the model was composed from */
	struct report *report;        /* takes refusals */
	const struct layout_elf *elf; /* one for each instance, any order */
	uint32_t elfs;
	const char *gen;    /* what compose wrote, compared with the model; NULL: not compared */
	const char *folder; /* where to write; made when missing */
};

/* False after refusals in the report, or a message on stderr where a file cannot be written. */
__attribute__((warn_unused_result)) bool layout_write(const struct layout_request *request);

#endif
