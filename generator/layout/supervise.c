/* SPDX-License-Identifier: MIT
 * The supervisor's windows and its directory (runtime/include/tenon/supervision.h).
 *
 * The directory stands at TENON_AREA_WINDOWS, the windows from WINDOWS_FIRST
 * upward with an unmapped page between any two.
 */
#include "place.h"

#include <string.h>

#include <tenon/areas.h>
#include <tenon/supervision.h>
#include <tenon/tables.h>

#include "../read/arena.h"

#define WINDOWS_FIRST (TENON_AREA_WINDOWS + UINT64_C(0x40000000))

struct directory {
	const struct layout *layout;
	struct text members; /* struct supervision_member[] */
	struct text rest;    /* segments, symbols, dependents */
	struct text names;   /* text */
	uint32_t rest_at, names_at;
};

/* ---- windows ---------------------------------------------------------------------------------- */

static uint64_t window_add(struct layout *layout, uint32_t region, uint64_t size, uint8_t rights,
			   uint64_t *next, struct place place)
{
	const uint64_t address = *next;

	mapping_add(layout, (struct mapping){.space = layout->model->supervisor->index,
					     .region = region,
					     .address = address,
					     .size = size,
					     .rights = rights,
					     .place = place});
	*next += size + MODEL_PAGE;
	return address;
}

/* The same pages of the payload that the kernel copies at boot, for a second copy. */
static uint32_t pristine_add(struct layout *layout, const struct anew *anew, struct place place)
{
	const struct region *region = &layout->region[anew->region];

	return region_add(layout,
			  (struct region){.name = arena_format(layout->arena, "%s.pristine", region->name),
					  .kind = TENON_REGION_IMAGE,
					  .size = page_up(anew->image_size),
					  .image = region->image,
					  .image_size = page_up(anew->image_size),
					  .place = place});
}

static void windows_of(struct layout *layout, const struct instance *instance, uint64_t *next)
{
	struct placed *placed = &layout->instance[instance->index];

	for (uint32_t i = 0; i < placed->anews; i++) {
		struct anew *anew = &placed->anew[i];
		const struct place place = instance->supervision->place;

		anew->window = window_add(layout, anew->region, anew->size,
					  TENON_RIGHT_READ | TENON_RIGHT_WRITE, next, place);
		if (anew->image_size == 0)
			continue;
		anew->image = pristine_add(layout, anew, place);
		anew->image_window =
		    window_add(layout, anew->image, page_up(anew->image_size), TENON_RIGHT_READ, next, place);
	}
}

/* ---- who depends on whom ---------------------------------------------------------------------- */

/* Marks every instance from which `from` is reached along connections: backwards its clients, forwards its servers. */
static void reach(const struct layout *layout, uint32_t from, bool forwards, bool *reached)
{
	bool more = true;

	memset(reached, 0, layout->model->instances * sizeof *reached);
	reached[from] = true;
	while (more) {
		more = false;
		for (uint32_t i = 0; i < layout->model->connections; i++) {
			const struct connection *connection = &layout->model->connection[i];
			const uint32_t a = forwards ? connection->client->index : connection->server->index;
			const uint32_t b = forwards ? connection->server->index : connection->client->index;

			if (reached[a] && !reached[b])
				more = reached[b] = true;
		}
	}
	reached[from] = false;
}

/* ---- the directory ---------------------------------------------------------------------------- */

static uint32_t name_add(struct directory *directory, const char *name)
{
	const uint32_t at = directory->names_at + (uint32_t)directory->names.length;

	text_bytes(&directory->names, name, strlen(name) + 1);
	return at;
}

static uint32_t rest_add(struct directory *directory, const void *bytes, size_t size)
{
	const uint32_t at = directory->rest_at + (uint32_t)directory->rest.length;

	text_bytes(&directory->rest, bytes, size);
	text_pad(&directory->rest, 8);
	return at;
}

static void add_segments(struct directory *directory, const struct placed *placed,
			 struct supervision_member *member)
{
	const struct layout *layout = directory->layout;
	struct supervision_segment segment[ELF_SEGMENTS_MAX + 4];

	for (uint32_t i = 0; i < placed->anews; i++)
		segment[i] =
		    (struct supervision_segment){.window = placed->anew[i].window,
						 .size = placed->anew[i].size,
						 .image = placed->anew[i].image_window,
						 .image_size = placed->anew[i].image_size,
						 .address = placed->anew[i].address,
						 .paint = layout->region[placed->anew[i].region].paint};
	member->segments = placed->anews && placed->anew[0].window ? placed->anews : 0;
	member->segment = rest_add(directory, segment, member->segments * sizeof segment[0]);
}

static void add_symbols(struct directory *directory, const struct elf *elf, struct supervision_member *member)
{
	member->symbols = elf->symbols;
	member->symbol = directory->rest_at + (uint32_t)directory->rest.length;
	for (uint32_t i = 0; i < elf->symbols; i++) {
		const struct supervision_symbol symbol = {.address = elf->symbol[i].address,
							  .size = (uint32_t)elf->symbol[i].size,
							  .name = name_add(directory, elf->symbol[i].name)};

		(void)rest_add(directory, &symbol, sizeof symbol);
	}
}

static void add_dependents(struct directory *directory, const struct instance *instance,
			   struct supervision_member *member)
{
	const struct layout *layout = directory->layout;
	bool *reached = ARENA_ARRAY(layout->arena, bool, layout->model->instances);
	uint32_t *list = ARENA_ARRAY(layout->arena, uint32_t, layout->model->instances);

	reach(layout, instance->index, false, reached);
	for (uint32_t i = 0; i < layout->model->instances; i++) {
		if (reached[i] && layout->numbers->instance[i].member != NUMBERS_NONE)
			list[member->dependents++] = layout->numbers->instance[i].member;
	}
	member->dependent = rest_add(directory, list, member->dependents * sizeof *list);
	reach(layout, layout->model->supervisor->index, true, reached);
	member->serves_supervisor = reached[instance->index] ? 1 : 0;
}

static void add_policy(const struct supervision *supervision, struct supervision_member *member)
{
	static const uint32_t then[] = {[THEN_HALT] = SUPERVISION_HALT,
					[THEN_HALT_DEPENDENTS] = SUPERVISION_HALT_DEPENDENTS,
					[THEN_RESTART_MACHINE] = SUPERVISION_RESTART_MACHINE};

	if (!supervision)
		return;
	member->restart = ((supervision->restart & RESTART_ON_FAULT) ? SUPERVISION_ON_FAULT : 0u) |
			  ((supervision->restart & RESTART_ON_HANG) ? SUPERVISION_ON_HANG : 0u);
	member->then = then[supervision->then];
	member->within_ns = supervision->within_ns;
	member->at_most = supervision->at_most;
	member->window_ns = supervision->window_ns;
	member->back_off_ns = supervision->back_off_ns;
}

static void add_member(struct directory *directory, uint32_t index)
{
	const struct layout *layout = directory->layout;
	const struct instance *instance = numbers_member(layout->numbers, index);
	const struct numbered *supervisor = numbers_of(layout->numbers, layout->model->supervisor);
	const struct placed *placed = &layout->instance[instance->index];
	const struct supervision *supervision = instance->supervision;
	struct supervision_member member = {
	    .name = name_add(directory, instance->name.text),
	    .place = name_add(directory, cite(layout->numbers, instance->place)),
	    .component = name_add(directory, instance->component->name.text),
	    .policy_place = name_add(directory, supervision ? cite(layout->numbers, supervision->place) : ""),
	    .thread = supervisor->thread_slot[index],
	    .endpoint = supervisor->endpoint_slot[index],
	    .heartbeat = supervisor->watch_slot[index],
	    .capabilities = supervisor->table_slot[index],
	    .entry = placed->elf.entry,
	    .stack_top = TENON_AREA_STACK,
	    .stack_bottom = TENON_AREA_STACK - instance->stack,
	    .text = placed->text,
	    .text_end = placed->text_end,
	    .priority = instance->priority,
	    .drives_function = numbers_of(layout->numbers, instance)->function ? 1 : 0};

	add_policy(supervision, &member);
	add_segments(directory, placed, &member);
	add_symbols(directory, &placed->elf, &member);
	add_dependents(directory, instance, &member);
	text_bytes(&directory->members, &member, sizeof member);
}

static void directory_fill(struct directory *directory)
{
	const uint32_t members = directory->layout->numbers->members;

	text_fini(&directory->members);
	text_fini(&directory->rest);
	text_fini(&directory->names);
	for (uint32_t i = 0; i < members; i++)
		add_member(directory, i);
}

/* Offsets depend on the lengths of the parts: the first filling finds those, the second the offsets. */
static void directory_make(struct layout *layout, struct text *out)
{
	const uint32_t members = layout->numbers->members;
	struct directory directory = {.layout = layout};
	struct supervision_directory head = {
	    .magic = TENON_SUPERVISION_MAGIC, .members = members, .member = sizeof head};

	directory_fill(&directory);
	directory.rest_at = (uint32_t)(sizeof head + members * sizeof(struct supervision_member));
	directory.names_at = directory.rest_at + (uint32_t)directory.rest.length;
	directory_fill(&directory);
	head.size = directory.names_at + directory.names.length;
	text_bytes(out, &head, sizeof head);
	text_bytes(out, directory.members.data, directory.members.length);
	text_bytes(out, directory.rest.data, directory.rest.length);
	text_bytes(out, directory.names.data, directory.names.length);
	text_fini(&directory.members);
	text_fini(&directory.rest);
	text_fini(&directory.names);
}

void supervise_place(struct layout *layout)
{
	const struct instance *supervisor = layout->model->supervisor;
	uint64_t next = WINDOWS_FIRST;
	struct text directory = {0};
	struct region region;
	uint32_t number;

	if (!supervisor)
		return;
	for (uint32_t i = 0; i < layout->numbers->members; i++) {
		const struct instance *instance = numbers_member(layout->numbers, i);

		if (instance->supervision && instance->supervision->restart != 0)
			windows_of(layout, instance, &next);
	}
	directory_make(layout, &directory);
	region = (struct region){.name = arena_format(layout->arena, "%s.directory", supervisor->name.text),
				 .kind = TENON_REGION_IMAGE,
				 .size = page_up(directory.length),
				 .image = payload_add(layout, directory.data, directory.length),
				 .image_size = page_up(directory.length),
				 .place = supervisor->place};
	number = region_add(layout, region);
	mapping_add(layout, (struct mapping){.space = supervisor->index,
					     .region = number,
					     .address = TENON_AREA_WINDOWS,
					     .size = region.size,
					     .rights = TENON_RIGHT_READ,
					     .place = supervisor->place});
	text_fini(&directory);
}
