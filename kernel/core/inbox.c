/* SPDX-License-Identifier: MIT
 * A CPU's inbox: how other CPUs hand it threads. Lock-free, many producers, one consumer; a message is the thread's own
 * link, so that there is always room. The producer that finds it empty kicks the CPU.
 */
#include <core/core.h>

void inbox_push(struct cpu *to, struct thread *message)
{
	core_point();
	struct thread *first = __atomic_load_n(&to->inbox, __ATOMIC_RELAXED);
	do {
		message->inbox_next = first;
	} while (!__atomic_compare_exchange_n(&to->inbox, &first, message, true, __ATOMIC_RELEASE,
					      __ATOMIC_RELAXED));
	if (first == NULL)
		arch_cpu_kick(to);
}

void inbox_drain(struct cpu *cpu)
{
	core_point();
	struct thread *newest = __atomic_exchange_n(&cpu->inbox, NULL, __ATOMIC_ACQUIRE), *oldest = NULL;
	while (newest != NULL) {
		struct thread *next = newest->inbox_next;
		newest->inbox_next = oldest;
		oldest = newest;
		newest = next;
	}
	while (oldest != NULL) {
		struct thread *message = oldest;
		oldest = message->inbox_next;
		thread_inbox(cpu, message);
	}
}

void core_kicked(struct cpu *cpu)
{
	inbox_drain(cpu);
	grace_kicked(cpu);
	power_kicked(cpu);
	if (unlikely(__atomic_load_n(&core.device_faults, __ATOMIC_RELAXED) != 0))
		device_faults_serve(cpu);
}
