/* SPDX-License-Identifier: MIT
 * The finished system: regions, mappings and the payload, beside the numbers
 * that compose chose. What tables.c, payload and reports are printed from.
 */
#ifndef TENON_GENERATOR_PLACE_H
#define TENON_GENERATOR_PLACE_H

#include "../emit/numbers.h"
#include "../emit/text.h"
#include "elf.h"
#include "layout.h"
#include "stack.h"

#define LAYOUT_SLOT_BYTES UINT64_C(64) /* of a capability table */

struct region {
	const char *name;    /* "shell.data"; also the label of its image in the payload */
	uint8_t kind, cache; /* tables.h */
	uint64_t size;       /* page multiple */
	uint64_t image;      /* offset in the payload, page-aligned */
	uint64_t image_size;
	uint64_t physical; /* DEVICE */
	uint64_t paint;    /* ZERO; see tables.h */
	struct place place;
	uint32_t index;
};

struct mapping {
	uint32_t space, region; /* space: of the instance of that index, or behind those an I/O space */
	uint64_t address, size;
	uint8_t rights, cache; /* cache: tables.h, 0: the region's */
	struct place place;
};

/* A writable part of an instance that a restart makes anew. */
struct anew {
	uint32_t region;
	uint64_t address, size;
	uint32_t image; /* region of its pristine bytes; NUMBERS_NONE: all zero */
	uint64_t image_size;
	uint64_t window, image_window; /* addresses in the supervisor; 0: not mapped there */
};

struct placed {
	struct elf elf;
	struct anew anew[ELF_SEGMENTS_MAX + 4];
	uint32_t anews;
	uint64_t text, text_end;
	struct stack_result stack;
};

struct layout {
	const struct layout_request *request;
	const struct model *model;
	const struct numbers *numbers;
	struct arena *arena;
	struct placed *instance; /* as in the model */
	struct region *region;
	uint32_t regions, region_room;
	struct mapping *mapping; /* by space, then address */
	uint32_t mappings, mapping_room;
	uint32_t **shared_region;          /* of each connection, by its interface's shared regions */
	const struct instance **device_of; /* I/O space -> its driver, from the first I/O space on */
	struct text payload;               /* bytes */
	uint64_t table_pages;              /* at most that many page tables */
	uint64_t ram_bytes;                /* of all regions that take RAM */
	uint64_t pool_bytes;
	uint64_t gap_bytes;  /* at most so much is left between aligned pools */
	uint64_t slot_bytes; /* of the capability tables */
};

/* ---- contract ---- */
/* Was each end of each connection compiled with the same interface? False after refusals in the report. */
__attribute__((warn_unused_result)) bool contract_holds(const struct layout *layout);

/* ---- place ---- */
uint32_t region_add(struct layout *layout, struct region region);
void mapping_add(struct layout *layout, struct mapping mapping);
/* Puts bytes into the payload at the next page; returns the offset. */
uint64_t payload_add(struct layout *layout, const void *bytes, size_t size);
void place_instances(struct layout *layout);
void place_shared(struct layout *layout);
void place_finish(struct layout *layout); /* sorts, counts */
/* Whose space it is, an I/O space's driver. */
const struct instance *space_holder(const struct layout *layout, uint32_t space);
/* False after a refusal in the report. */
__attribute__((warn_unused_result)) bool place_fits(const struct layout *layout);

/* ---- stack_check: bounds of all stacks; false after refusals in the report ---- */
__attribute__((warn_unused_result)) bool stack_check(struct layout *layout);
/* Bytes; the whole stack where a component is declared to run past its end. */
uint64_t stack_bound(const struct layout *layout, const struct instance *instance);
void stack_text(const struct layout *layout, const struct instance *instance, struct text *out);
void stack_json(const struct layout *layout, const struct instance *instance, struct text *out);

/* ---- supervise: windows and the directory; needs place_instances ---- */
void supervise_place(struct layout *layout);

/* ---- holdings: what an instance may come to hold beyond its slots ---- */
struct authority;
/* Given back with authority_free(). */
struct authority *holdings_make(const struct layout *layout);
/* How many capabilities to endpoints carry GRANT. */
uint32_t holdings_granting(const struct layout *layout);
void holdings_text(const struct layout *layout, const struct authority *authority, uint32_t instance,
		   struct text *out);
void holdings_json(const struct layout *layout, const struct authority *authority, uint32_t instance,
		   struct text *out);

/* ---- cost ---- */
/* Bytes of one instance; what several instances have is counted with one of them. */
struct cost {
	uint64_t image; /* in the payload, and in RAM as long as the machine runs */
	uint64_t data, stack, heap, buffer;
	uint64_t shared; /* of the connections in which it is the client */
	uint64_t pool, capability_table;
};
/* Needs place_finish. */
struct cost cost_of(const struct layout *layout, const struct instance *instance);

/* ---- time: the CPU time of an instance; nothing where the system says nothing of it ---- */
void time_text_print(const struct layout *layout, const struct instance *instance, struct text *out);
void time_json(const struct layout *layout, const struct instance *instance, struct text *out);

/* ---- report_device: of an instance with a device ---- */
void device_text(const struct layout *layout, const struct instance *instance, struct text *out);
/* "nothing", "mapped" or "everything": what the device may read and write by itself. */
const char *device_reach(const struct layout *layout, const struct instance *instance);

/* ---- printing ---- */
/* "rw-i---" */
void text_rights(struct text *out, uint8_t rights);
void tables_print(const struct layout *layout, struct text *out);
void payload_print(const struct layout *layout, struct text *out);
void report_as_text(const struct layout *layout, struct text *out);
void report_json(const struct layout *layout, struct text *out);

static inline uint64_t page_up(uint64_t bytes)
{
	return (bytes + MODEL_PAGE - 1) / MODEL_PAGE * MODEL_PAGE;
}

#endif
