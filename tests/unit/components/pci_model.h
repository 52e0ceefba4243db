/* SPDX-License-Identifier: MIT
 * A model of configuration space: functions on buses behind bridges, whose
 * registers keep what their masks let through. Accesses find their way as
 * they do in hardware, by the numbers that the bridges hold at that moment.
 */
#ifndef PCI_MODEL_H
#define PCI_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define MODEL_FUNCTIONS 200u
#define MODEL_WORDS     64u

struct model_function {
	struct model_function *bridge; /* NULL: on the first bus */
	uint32_t place;                /* device << 3 | function */
	uint32_t word[MODEL_WORDS];
	uint32_t writable[MODEL_WORDS];
};

extern struct model_function model[MODEL_FUNCTIONS];
extern uint32_t model_functions, model_accesses;

void model_clear(void);
/* An endpoint without registers, or a bridge that passes nothing on. */
struct model_function *model_add(struct model_function *bridge, uint32_t place, uint32_t identity,
				 bool is_bridge);
/* `bytes`: a power of two. `wide`: takes the next one too. */
void model_bar(struct model_function *function, uint32_t index, uint64_t bytes, bool wide, bool prefetchable);
/* Appends a capability of `words` words at `at`; the caller fills the rest in. */
uint32_t *model_capability(struct model_function *function, uint32_t at, uint32_t kind, uint32_t next);

#endif
