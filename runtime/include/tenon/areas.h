/* SPDX-License-Identifier: MIT
 * Where things stand in a component's address space.
 *
 * The one place for these addresses: the generator chooses regions inside the
 * areas, the runtime and the linker's flags use the fixed ones. All lie below
 * the user limit of 2^38.
 */
#ifndef TENON_AREAS_H
#define TENON_AREAS_H

#define TENON_AREA_IMAGE   0x200000     /* every component is linked here, static */
#define TENON_AREA_STACK   0x400000000  /* the stack's top; a guard page below its bottom */
#define TENON_AREA_BUFFER  0x500000000  /* the message buffer, TENON_MESSAGE_MAX_BYTES */
#define TENON_AREA_HEAP    0x800000000  /* the heap's first byte */
#define TENON_AREA_REGIONS 0x1000000000 /* shared regions and device registers upward */
#define TENON_AREA_WINDOWS 0x2000000000 /* the supervisor's windows into the others */
#define TENON_AREA_OWN     0x3000000000 /* what a component maps itself at run time */
#define TENON_AREA_END     0x4000000000

/* Shared regions and device registers in a host program that tests a component: the areas above are not free there. Both
 * ends of a connection are in that program; the other end's pages stand TENON_AREA_HOST_PEER further up. */
#define TENON_AREA_HOST_REGIONS 0x300000000000
#define TENON_AREA_HOST_PEER    0x010000000000

#endif
