/* SPDX-License-Identifier: MIT
 * See status.h.
 */
#include "status.h"

#include "component.h"

#include <tenon/files.h>
#include <tenon/print.h>
#include <tenon/string.h>

#define PEERS    64u
#define NS_OF_US 1000u

/* A name of 63 bytes, each written with six, nine numbers with their names, and the numbers of the peers. */
_Static_assert(63 * 6 + 9 * 32 + PEERS * 11 < ANSWER_ENTRY, "room for an instance");

static const char page_name[] = "status.html", values_end[] = ".json";

enum status_kind status_of_path(const char *path)
{
	const size_t length = strlen(PARAMETER_STATUS);

	if (length == 0 || !inspection_connected() || strncmp(path, PARAMETER_STATUS, length) != 0) {
		return STATUS_NONE;
	}
	return path[length] == '\0'                     ? STATUS_PAGE
	       : strcmp(path + length, values_end) == 0 ? STATUS_VALUES
							: STATUS_NONE;
}

const char *status_page(uint32_t *size)
{
	for (uint32_t i = 0; i < tenon_files.count; i++) {
		const struct tenon_file *file = &tenon_files.file[i];

		if (file->kind == TENON_FILE && strcmp(file->name, page_name) == 0) {
			*size = (uint32_t)file->size;
			return file->data;
		}
	}
	*size = 0;
	return "";
}

/* A text of JSON, without its quotes (RFC 8259, 7). Returns the bytes written, at most six for each of the name's. */
static uint32_t write_text(const char *text, char *out)
{
	uint32_t length = 0;

	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\' || (unsigned char)*text < 0x20) {
			length += (uint32_t)tenon_print(out + length, 7, "\\u%04x", (unsigned char)*text);
		} else {
			out[length++] = *text;
		}
	}
	return length;
}

static uint32_t make_peers(uint32_t place, char *out, uint32_t size)
{
	uint32_t peers[PEERS], count = 0, length = 0;

	if (inspection_peers(place, peers, PEERS, &count) != INSPECTION_OK) {
		count = 0; /* it has just gone */
	}
	for (uint32_t i = 0; i < count; i++) {
		length += (uint32_t)tenon_print(out + length, size - length, i == 0 ? "%u" : ",%u", peers[i]);
	}
	return length;
}

/* One instance. 0: there is none of that number. */
static uint32_t make_instance(struct answer *answer, uint32_t place, char *out, uint32_t size)
{
	static const char *const states[] = {
	    [INSPECTION_STATE_STOPPED] = "stopped", [INSPECTION_STATE_READY] = "ready",
	    [INSPECTION_STATE_RUNNING] = "running", [INSPECTION_STATE_CALLING] = "calling",
	    [INSPECTION_STATE_WAITING] = "waiting", [INSPECTION_STATE_FAULTED] = "faulted",
	};
	char name[64];
	enum inspection_state state;
	uint32_t priority, cpu, restarts, length;
	uint64_t time_ns, memory;
	const enum inspection_status status =
	    inspection_instance(place, name, &state, &priority, &cpu, &restarts, &time_ns, &memory);

	if (status != INSPECTION_OK) {
		answer->is_cut = status != INSPECTION_NO_MORE;
		return 0;
	}
	length = (uint32_t)tenon_print(out, size, "%s{\"name\":\"", place == 0 ? "" : ",\n");
	length += write_text(name, out + length);
	length += (uint32_t)tenon_print(out + length, size - length,
					"\",\"state\":\"%s\",\"priority\":%u,\"cpu\":%u,\"restarts\":%u,"
					"\"time_us\":%llu,\"memory\":%llu,\"peers\":[",
					states[state], priority, cpu, restarts,
					(unsigned long long)(time_ns / NS_OF_US), (unsigned long long)memory);
	length += make_peers(place, out + length, size - length);
	return length + (uint32_t)tenon_print(out + length, size - length, "]}");
}

static uint32_t make_machine(struct answer *answer, char *out, uint32_t size)
{
	uint64_t now_ns = 0, ram = 0, free = 0;

	if (inspection_machine(&now_ns, &ram, &free) != INSPECTION_OK) {
		answer->is_cut = true;
		return 0;
	}
	return (uint32_t)tenon_print(
	    out, size, "{\"now_us\":%llu,\"ram\":%llu,\"free\":%llu,\"instances\":[\n",
	    (unsigned long long)(now_ns / NS_OF_US), (unsigned long long)ram, (unsigned long long)free);
}

uint32_t status_make(struct answer *answer, char *out, uint32_t size)
{
	uint32_t length = 0, part;

	if (answer->next == 0) {
		length = make_machine(answer, out, size);
		answer->next = 1;
	}
	while (!answer->is_cut && size - length >= ANSWER_ENTRY) {
		part = make_instance(answer, (uint32_t)answer->next - 1, out + length, size - length);
		length += part;
		answer->next++;
		if (part == 0) {
			answer->is_text = false;
			return length + (uint32_t)tenon_print(out + length, size - length, "\n]}\n");
		}
	}
	return length;
}
