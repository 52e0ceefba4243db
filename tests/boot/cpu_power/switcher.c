/* SPDX-License-Identifier: MIT
 * Switches CPUs off and on again, one by one and all at once, and tries what must be refused.
 */
#include "component.h"

#define ROUNDS      10u
#define PATIENCE_NS UINT64_C(20000000000)
#define RESIDENT    1u /* the last CPU where somebody lives */

static unsigned checks, wrong;
static uint64_t boot_cpu; /* firmware chooses: of RISC-V's harts the first that is there */

static void expect(bool holds, const char *what, uint64_t cpu)
{
	checks++;
	if (holds)
		return;
	wrong++;
	log_error("wrong: CPU %llu: %s", (unsigned long long)cpu, what);
}

static enum tenon_status power_set(uint64_t cpu, uint64_t on)
{
	return (enum tenon_status)tenon_operate(TENON_OP_PLATFORM_CPU, SLOT_PLATFORM, cpu, on, 0, 0).status;
}

static bool is_online(uint64_t cpu)
{
	return tenon_operate(TENON_OP_INSPECT, SLOT_INSPECTOR, TENON_INSPECT_CPU, cpu, 0, 0).word[0] != 0;
}

/* Until the inspector says so. */
static void await(uint64_t cpu, bool online)
{
	uint64_t start = clock_ns();

	while (is_online(cpu) != online && clock_ns() - start < PATIENCE_NS)
		tenon_yield();
	expect(is_online(cpu) == online, online ? "does not come back" : "does not leave", cpu);
}

/* One CPU at a time is on its way. */
static void switch_cpu(uint64_t cpu, uint64_t on)
{
	enum tenon_status status;
	uint64_t start = clock_ns();

	do {
		status = power_set(cpu, on);
	} while (status == TENON_BUSY && clock_ns() - start < PATIENCE_NS);
	expect(status == TENON_OK, on ? "is not switched on" : "is not switched off", cpu);
}

static void switch_on(uint64_t cpu)
{
	switch_cpu(cpu, 1);
}

static void switch_off(uint64_t cpu)
{
	switch_cpu(cpu, 0);
}

/* It alone cannot be switched off at all, and says so before anything else. */
static void find_boot_cpu(uint64_t count)
{
	uint64_t found = 0;

	for (uint64_t cpu = 0; cpu < count; cpu++) {
		enum tenon_status status;
		uint64_t start = clock_ns();

		do {
			status = power_set(cpu, 0);
		} while (status == TENON_BUSY && cpu > RESIDENT && clock_ns() - start < PATIENCE_NS);
		if (status == TENON_UNSUPPORTED) {
			boot_cpu = cpu;
			found++;
		} else if (status == TENON_OK) {
			await(cpu, false);
			switch_on(cpu);
			await(cpu, true);
		} else {
			expect(cpu <= RESIDENT, "is neither switched off nor refused", cpu);
		}
	}
	expect(found == 1, "boot CPUs were found", found);
}

static void try_refused(uint64_t count)
{
	expect(power_set(count, 0) == TENON_BAD_ARGUMENT, "does not exist", count);
	expect(power_set(UINT64_MAX, 1) == TENON_BAD_ARGUMENT, "does not exist", UINT64_MAX);
	expect(power_set(0, 2) == TENON_BAD_ARGUMENT, "neither on nor off", 0);
	expect(power_set(boot_cpu, 0) == TENON_UNSUPPORTED, "is the boot CPU", boot_cpu);
	if (count > RESIDENT && boot_cpu != RESIDENT)
		expect(power_set(RESIDENT, 0) == TENON_BUSY, "has a resident", RESIDENT);
	for (uint64_t cpu = 0; cpu < count; cpu++)
		expect(power_set(cpu, 1) == TENON_OK && is_online(cpu), "is on", cpu);
}

static void one_by_one(uint64_t count)
{
	for (uint64_t cpu = RESIDENT + 1; cpu < count; cpu++) {
		if (cpu == boot_cpu)
			continue;
		switch_off(cpu);
		await(cpu, false);
		expect(power_set(cpu, 0) == TENON_OK, "is off", cpu);
		switch_on(cpu);
		await(cpu, true);
	}
}

static void all_at_once(uint64_t count)
{
	for (unsigned step = 0; step < 4; step++) {
		bool on = step >= 2;

		for (uint64_t cpu = RESIDENT + 1; cpu < count; cpu++) {
			if (cpu == boot_cpu)
				continue;
			if (step % 2 == 0)
				switch_cpu(cpu, on);
			else
				await(cpu, on);
		}
	}
}

void component_start(void)
{
	uint64_t count =
	    tenon_operate(TENON_OP_INSPECT, SLOT_INSPECTOR, TENON_INSPECT_COUNTS, 0, 0, 0).word[3];

	find_boot_cpu(count);
	try_refused(count);
	for (unsigned round = 0; round < ROUNDS; round++) {
		one_by_one(count);
		all_at_once(count);
	}
	log_info("switcher: %u checks, %u wrong", checks, wrong);
	(void)power_end(0); /* does not come back when it succeeds */
}
