/* SPDX-License-Identifier: MIT
 * What an instance is given besides parameters: memory, log level, CPU.
 */
#include "build.h"

#include <string.h>

static uint64_t whole_pages(uint64_t bytes)
{
	return (bytes + MODEL_PAGE - 1) / MODEL_PAGE * MODEL_PAGE;
}

static void set_memory(struct build *build, struct draft *draft)
{
	const struct value *memory = value_get(draft->entry, "memory");
	struct instance *instance = draft->instance;
	int64_t capabilities = draft->component->capabilities;

	instance->stack = draft->component->stack;
	instance->stack_place =
	    draft->component->stack_place.file ? draft->component->stack_place : instance->place;
	instance->heap = draft->component->heap;
	instance->pool = draft->component->pool;
	instance->dma = draft->component->dma;
	instance->tagged = draft->component->tagged;
	instance->capabilities_place = draft->component->capabilities_place;
	instance->memory_place = memory == NULL ? instance->place : value_key_place(draft->entry, "memory");
	if (memory != NULL) {
		instance->stack = whole_pages(value_number(memory, "stack", instance->stack));
		if (value_get(memory, "stack") != NULL)
			instance->stack_place = value_get(memory, "stack")->place;
		instance->heap = whole_pages(value_number(memory, "heap", instance->heap));
		instance->pool = memory_pool(memory, instance->pool);
		instance->dma = whole_pages(value_number(memory, "dma", instance->dma));
		instance->tagged = value_number(memory, "tagged", instance->tagged) == 1;
		if (value_get(memory, "capabilities") != NULL) {
			capabilities = (int64_t)value_number(memory, "capabilities", 0);
			instance->capabilities_place = value_key_place(memory, "capabilities");
		}
		if (!draft->component->in_place)
			memory_check(build, memory, instance->name.text);
	}
	instance->capabilities_given = capabilities >= 0;
	if (capabilities < 0)
		capabilities = instance->pool.size != 0 ? MODEL_CAPABILITIES : 0;
	instance->capabilities = (uint32_t)capabilities;
	instance->tagged =
	    instance->tagged && build->board != NULL && build->board->architecture == ARCHITECTURE_AARCH64;
}

/* Memory for DMA is shared with a device: there must be one, which reads or writes memory. */
static void check_dma(struct build *build, const struct draft *draft)
{
	const struct value *memory = value_get(draft->entry, "memory");
	const struct device_class *class = &draft->component->device;
	const bool given = memory != NULL && value_get(memory, "dma") != NULL;
	struct complaint *complaint;

	if (draft->instance->dma == 0 || (class->present && !class->no_dma))
		return;
	complaint = report_error(build->report, RULE_DMA_MEMORY,
				 given ? value_key_place(memory, "dma") : draft->component->dma_place,
				 "\"%s\" has memory for DMA, but %s", draft->instance->name.text,
				 class->present ? "its device does none" : "it drives no device");
	if (class->present)
		complaint_note(complaint, class->place, "\"dma: none\" is said of the device here");
}

static void set_cpu(struct build *build, struct draft *draft)
{
	const struct value *cpu = value_get(draft->entry, "cpu");

	draft->instance->cpu = (uint32_t)value_number(draft->entry, "cpu", 0);
	draft->instance->counters = value_number(draft->entry, "counters", 0) == 1;
	if (build->board != NULL && draft->instance->cpu >= build->board->cpus)
		complaint_allowed(report_error(build->report, RULE_CPU_MISSING, cpu->place,
					       "\"%s\" is given CPU %u, which the board \"%s\" does not have",
					       draft->instance->name.text, draft->instance->cpu,
					       build->board->name.text),
				  "0 to %u", build->board->cpus - 1);
}

static void set_priority(struct draft *draft)
{
	const struct value *priority = value_get(draft->entry, "priority");
	struct instance *instance = draft->instance;

	instance->priority_given = priority != NULL || draft->component->priority >= 0;
	instance->priority_place = instance->place;
	if (priority != NULL) {
		instance->priority = (uint32_t)priority->number;
		instance->priority_place = priority->place;
	} else if (draft->component->priority >= 0) {
		instance->priority = (uint32_t)draft->component->priority;
		instance->priority_place = draft->component->priority_place;
	}
}

void instances_resolve(struct build *build)
{
	static const enum log_level level[] = {LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR};

	for (uint32_t i = 0; i < build->instances; i++) {
		struct draft *draft = &build->draft[i];

		if (draft->component == NULL)
			continue;
		draft->instance->component = draft->component;
		draft->instance->log = level[value_number(draft->entry, "log", LOG_INFO)];
		draft->instance->parameter =
		    parameters_set(build, draft->component, draft->entry, draft->instance->name);
		initial_read(build, draft);
		set_memory(build, draft);
		check_dma(build, draft);
		set_cpu(build, draft);
		set_priority(draft);
		draft->instance->wcet_ns = value_number(draft->entry, "wcet", draft->component->wcet_ns);
	}
}
