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
/* This CPU takes LPIs from now on; its redistributor is `frames`, and `physical` on the bus. Returns what commands call it. */
uint64_t its_init_cpu(volatile uint8_t *frames, uint64_t physical);
/* `redistributor`: what its_init_cpu() returned on `cpu`. */
struct arch_message its_bind(uint32_t message, uint32_t requester, struct arch_space *space, bool translated,
			     uint32_t cpu, uint64_t redistributor);
/* A message that was bound arrives there from now on. */
void its_route(uint32_t message, uint32_t cpu, uint64_t redistributor);

#endif
