/* SPDX-License-Identifier: MIT
 * Interrupt translation service of the GICv3 (Arm IHI 0069, chapter 5): who writes which event to it signals which LPI, and
 * where. Device ids are the requester ids of PCI segment 0.
 */
#ifndef DEV_ITS_H
#define DEV_ITS_H

#include <arch/arch.h>

#define LPI_FIRST 8192u

/* Boot. `physical` 0, or no message interrupt in the tables: there are none. */
void its_init(physical_t physical, uint32_t cpus);
/* Boot: what an I/O space needs: a table of events, and the page that devices write to. `translated`: it is mapped there. */
void its_space_init(struct arch_space *space, bool translated);
/* Message interrupts that can be. */
extern uint32_t its_messages;
/* Boot: its LPI may arrive. */
void its_enable(uint32_t message);
/* This CPU takes LPIs from now on; `frames`: its redistributor. */
void its_init_cpu(volatile uint8_t *frames);
/* `target`: the redistributor of `cpu`, and where that is on the bus. */
struct its_target {
	const volatile uint8_t *frames;
	uint64_t physical;
	uint32_t cpu;
};
struct arch_message its_bind(uint32_t message, uint32_t requester, struct arch_space *space, bool translated,
			     const struct its_target *target);
void its_route(uint32_t message, const struct its_target *target);

#endif
