/* SPDX-License-Identifier: MIT
 * What the supervisor knows of the others: a directory that `tenon-gen layout`
 * writes into the image and maps read-only into the supervisor, and the two
 * handlers that its generated loop calls.
 *
 * The directory describes each instance but the supervisor itself, in the
 * order of the system file; `member` is the position there. Everything in it
 * is offsets from its first byte, so it is the same bytes wherever it lies.
 * Text is zero-terminated, at an offset too.
 *
 * Each writable segment of a member that may be restarted is also mapped,
 * writable, into the supervisor (`window`), and the pristine bytes of its image
 * read-only (`image`). To make a member anew: stop its thread, for each
 * segment copy image_size bytes from image to window and clear the rest, reset
 * its table; then start the thread at `entry` with `stack_top`.
 */
#ifndef TENON_SUPERVISION_H
#define TENON_SUPERVISION_H

#include <stdint.h>
#include <tenon/areas.h>
#include <tenon/ipc.h>

#define TENON_SUPERVISION_MAGIC UINT64_C(0x314e4f4e45545653) /* "SVTENON1" */

enum supervision_restart { SUPERVISION_ON_FAULT = 1, SUPERVISION_ON_HANG = 2 }; /* bits of `restart` */
enum supervision_then { SUPERVISION_HALT, SUPERVISION_HALT_DEPENDENTS, SUPERVISION_RESTART_MACHINE };

struct supervision_segment {
	uint64_t window;     /* address in the supervisor, writable */
	uint64_t size;       /* bytes */
	uint64_t image;      /* address in the supervisor of the pristine bytes; 0 where image_size is 0 */
	uint64_t image_size; /* bytes; what follows is zero */
	uint64_t address;    /* address in the member */
	uint64_t paint;      /* not zero: a stack, painted (tables.h) */
};

struct supervision_symbol {
	uint64_t address; /* ascending */
	uint32_t size;    /* bytes; 0: unknown, up to the next */
	uint32_t name;    /* offset of the text */
};

struct supervision_member {
	uint32_t name;      /* offset of the text: the instance */
	uint32_t place;     /* offset of the text: "system.yaml:12", its entry */
	uint32_t component; /* offset of the text: the component */
	uint32_t
	    policy_place; /* offset of the text: the `supervise` entry; the empty text where there is none */
	tenon_handle_t thread;    /* MANAGE and READ */
	tenon_handle_t endpoint;  /* MANAGE; 0: it serves nobody */
	tenon_handle_t heartbeat; /* a signal here asks for a beat; 0: it is not watched */
	tenon_handle_t
	    capabilities; /* its table, MANAGE: TABLE_RESET before a new start; 0: never restarted */
	uint64_t entry, stack_top;
	uint64_t stack_bottom;   /* lowest address of its stack */
	uint64_t text, text_end; /* addresses of its code */
	uint32_t restart;        /* bits of enum supervision_restart; 0: never */
	uint32_t then;           /* enum supervision_then, when the restarts are used up or there are none */
	uint64_t within_ns;      /* ON_HANG: a beat must come back within this time */
	uint32_t at_most;        /* restarts within window_ns; 0: without limit */
	uint32_t dependents;     /* how many */
	uint64_t window_ns;
	uint64_t back_off_ns; /* wait before a restart */
	uint32_t dependent;   /* offset of uint32_t[dependents]: members that use it, directly or not */
	uint32_t segments;
	uint32_t segment; /* offset of struct supervision_segment[segments] */
	uint32_t symbols;
	uint32_t symbol; /* offset of struct supervision_symbol[symbols]: its functions */
	uint32_t priority;
	uint32_t
	    serves_supervisor; /* 1: the supervisor calls it, directly or not (log, serial); stays when all others are stopped */
	uint32_t drives_function; /* 1: the bus quiesces its device before it is made anew */
};

struct supervision_directory {
	uint64_t magic;
	uint64_t size; /* bytes of the whole */
	uint32_t members;
	uint32_t member; /* offset of struct supervision_member[members] */
};

/* Where it is mapped. Only the component with `role: supervisor` has it. */
TENON_INLINE const struct supervision_directory *supervision_directory(void)
{
	return tenon_region(TENON_AREA_WINDOWS);
}

/* What stands at an offset of the directory. */
TENON_INLINE const void *supervision_at(uint32_t offset)
{
	return (const void *)((const uint8_t *)supervision_directory() + offset);
}

TENON_INLINE const struct supervision_member *supervision_member(uint32_t member)
{
	return (const struct supervision_member *)supervision_at(supervision_directory()->member) + member;
}

/* Words of a fault, in the order of its message (abi.h). */
struct supervision_fault {
	uint64_t kind; /* enum tenon_fault */
	uint64_t pc, address, sp, frame, return_address, syndrome;
};

/*
 * Handlers of the component with `role: supervisor`, called by its loop.
 * A member has faulted and stays where it is until its thread is stopped and started; index < members.
 */
void supervisor_fault(uint32_t index, const struct supervision_fault *fault);
/* A member has answered a signal to its `heartbeat`. */
void supervisor_heartbeat(uint32_t index);

#endif
