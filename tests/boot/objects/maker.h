/* SPDX-License-Identifier: MIT
 * What the parts of the maker share: a puppet, the set that its faults arrive at, and the count of checks.
 */
#ifndef MAKER_H
#define MAKER_H

#include <tenon/process.h>

enum puppet_request;

/* Slots of the maker's table. */
#define SLOT_CODE   (SLOT_FREE)
#define SLOT_SET    (SLOT_FREE + 1)
#define SLOT_FAULTS (SLOT_FREE + 2)
#define SLOT_ANSWER (SLOT_FREE + 3)
#define SLOT_SPARE  (SLOT_FREE + 4) /* for what one test makes and ends */
#define SLOTS_SPARE 40u
#define SLOT_FIRST  (SLOT_SPARE + SLOTS_SPARE) /* of puppets */
#define SLOTS_EACH  24u

/* The faults of all puppets arrive here, with the puppet's number as the badge; the maker's thread takes them. */
extern tenon_handle_t fault_set, fault_endpoint, fault_reply;

void expect(bool holds, const char *what, uint64_t detail);

/* Puppet `number`, below 4, with `argument`. What cannot be made is counted as wrong. */
void puppet_make(struct tenon_process *puppet, unsigned number, uint64_t argument, uint64_t affinity);

/* Tells a puppet what makes it fault, and takes the fault, which must be of this kind at this address. */
void puppet_faults(const struct tenon_process *puppet, unsigned request, uint64_t address,
		   enum tenon_fault kind);

/* Stops a puppet after a fault and starts it again. */
void puppet_again(const struct tenon_process *puppet, uint64_t argument);

/* Makes an object of the maker's pool in spare slot `index`. */
tenon_handle_t spare_make(enum tenon_type type, unsigned index, uint64_t size);

/* Waits until so much of the pool is free: the last of it comes back when all CPUs have taken an interrupt. */
bool is_whole(tenon_handle_t pool, uint64_t free);

/* Ends what spare_make() made and was not ended, the first first. */
void spare_end(void);

void try_memory(void); /* memory.c */
void try_tables(void); /* tables.c */

#endif
