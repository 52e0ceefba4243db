/* SPDX-License-Identifier: MIT
 * What was counted, as one JSON object.
 */
#include "count.h"

#include <inttypes.h>
#include <stdio.h>

static void stretch_print(FILE *out, const struct stretch *stretch, enum architecture architecture)
{
	const struct counts *counts = &stretch->least;
	const char *comma = "";

	fprintf(out,
		"{\"mark\": %u, \"times\": %u, \"instructions\": %" PRIu64 ", \"repeated\": %" PRIu64
		", \"data_lines\": %" PRIu64 ", \"code_lines\": %" PRIu64 ", \"atomics\": %" PRIu64
		", \"barriers\": %" PRIu64 ", \"tlb\": {",
		stretch->mark, stretch->times, counts->instructions, counts->repeated, counts->data_lines,
		counts->code_lines, counts->atomics, counts->barriers);
	for (unsigned i = 0; i < TLB_KINDS; i++) {
		if (counts->tlb[i] == 0)
			continue;
		fprintf(out, "%s\"%s\": %" PRIu64, comma, tlb_name(architecture, i), counts->tlb[i]);
		comma = ", ";
	}
	fprintf(out, "}}");
}

static void shared_print(FILE *out)
{
	GHashTableIter iterator;
	gpointer line, value;
	const char *comma = "";

	g_hash_table_iter_init(&iterator, shared);
	while (g_hash_table_iter_next(&iterator, &line, &value)) {
		const struct shared_line *entry = value;
		const bool several = (entry->touched & (entry->touched - 1)) != 0;

		if (!several || entry->written == 0)
			continue;
		fprintf(out,
			"%s{\"physical\": %" PRIu64 ", \"virtual\": %" PRIu64
			", \"touched\": %u, \"written\": %u, \"reader\": %" PRIu64 ", \"writer\": %" PRIu64
			"}",
			comma, (uint64_t)GPOINTER_TO_SIZE(line) << LINE_SHIFT, entry->virtual, entry->touched,
			entry->written, entry->reader, entry->writer);
		comma = ",\n";
	}
}

static void waits_print(FILE *out)
{
	for (unsigned i = 0; i < waits_count && i < MAX_WAITS; i++) {
		const struct lock_wait *wait = &waits[i];

		fprintf(out,
			"%s{\"lock\": %" PRIu64 ", \"at\": %" PRIu64 ", \"stands\": %" PRIu64
			", \"holders\": %" PRIu64 ", \"cpu\": %u, \"holder\": %u, \"sharing\": %s}",
			i == 0 ? "" : ",\n", wait->lock, wait->at, wait->stands, wait->holders, wait->cpu,
			wait->holder, wait->sharing ? "true" : "false");
	}
}

/* [mark, page, address, executed] each. */
static void places_print(FILE *out)
{
	GArray *places = stretch_places();

	for (guint i = 0; i < places->len; i++) {
		const struct place *place = &g_array_index(places, struct place, i);

		fprintf(out, "%s[%u, %" PRIu64 ", %" PRIu64 ", %" PRIu64 "]", i == 0 ? "" : ",\n",
			place->mark, place->page, place->address, place->executed);
	}
	g_array_unref(places);
}

void report(const char *path, enum architecture architecture, uint64_t before)
{
	FILE *out = fopen(path, "w");
	const char *comma = "";

	if (out == NULL)
		return; /* who reads it finds nothing, and says so */
	fprintf(out, "{\"before\": %" PRIu64 ",\n\"stretches\": [", before);
	for (unsigned i = 0; i < MARKS; i++) {
		if (stretches[i].times == 0)
			continue;
		fprintf(out, "%s", comma);
		stretch_print(out, &stretches[i], architecture);
		comma = ",\n";
	}
	fprintf(out,
		"],\n\"longest\": {\"instructions\": %" PRIu64 ", \"entry\": %" PRIu64
		", \"within\": %" PRIu64 ", \"operation\": %d},\n",
		longest.instructions, longest.entry, longest.within, longest.operation);
	fprintf(out, "\"lines_touched\": %u,\n\"shared\": [", g_hash_table_size(shared));
	shared_print(out);
	fprintf(out, "],\n\"waits_count\": %u,\n\"waits\": [", waits_count);
	waits_print(out);
	fprintf(out, "],\n\"places\": [");
	places_print(out);
	fprintf(out, "],\n\"shared_calls\": [");
	for (unsigned i = 0; i < MAX_CPUS; i++)
		fprintf(out, "%s%" PRIu64, i == 0 ? "" : ", ", shared_calls[i]);
	fprintf(out, "]}\n");
	fclose(out);
}
