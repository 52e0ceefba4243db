/* SPDX-License-Identifier: MIT
 * See known.h. A name has one place, by its hash; who comes later takes it.
 */
#include "known.h"
#include "ask.h"

#include <tenon/string.h>

#define PLACES  32u
#define LONGEST 63u /* bytes of a name */
#define SYSTEMS (FILE_SYSTEMS_COUNT > 0 ? FILE_SYSTEMS_COUNT : 1)

static struct known {
	uint64_t period; /* of its file system; 0: nothing stands here */
	struct place directory;
	struct filesystem_attributes attributes;
	char name[LONGEST + 1];
} all[PLACES];

static uint64_t periods[SYSTEMS]; /* counts how often all was forgotten */

/* NULL: it has none. */
static struct known *place_of(struct place directory, const char *name)
{
	uint64_t hash = directory.node ^ (uint64_t)directory.file_system << 32;
	uint32_t length = 0;

	for (; name[length] != '\0'; length++) {
		if (length == LONGEST) {
			return NULL;
		}
		hash = (hash ^ (uint8_t)name[length]) * UINT64_C(0x9e3779b97f4a7c15);
	}
	return &all[(hash >> 40) % PLACES];
}

static bool find(struct place directory, const char *name, struct filesystem_attributes *attributes)
{
	const struct known *known = place_of(directory, name);

	if (known == NULL || known->period == 0 || !place_is(known->directory, directory) ||
	    known->period != periods[directory.file_system] + 1 || strcmp(known->name, name) != 0) {
		return false;
	}
	*attributes = known->attributes;
	return true;
}

static void keep(struct place directory, const char *name, const struct filesystem_attributes *attributes)
{
	struct known *known = place_of(directory, name);

	if (known != NULL && system_at(directory.file_system)->volume != NOWHERE) {
		known->period = periods[directory.file_system] + 1;
		known->directory = directory;
		known->attributes = *attributes;
		memcpy(known->name, name, strlen(name) + 1);
	}
}

enum filesystem_status known_look_up(struct place directory, const char *name,
				     struct filesystem_attributes *attributes)
{
	enum filesystem_status status;

	if (desk_is_ready(directory.file_system) && find(directory, name, attributes)) {
		return FILESYSTEM_OK;
	}
	status = ask_look_up(directory, name, attributes);
	if (status == FILESYSTEM_OK) {
		keep(directory, name, attributes);
	}
	return status;
}

void known_ask(uint32_t file_system, const struct filesystem_ask *ask)
{
	switch (ask->operation) {
	case FILESYSTEM_OPERATION_LOOK_UP:
	case FILESYSTEM_OPERATION_READ_ATTRIBUTES:
	case FILESYSTEM_OPERATION_READ_ENTRIES:
	case FILESYSTEM_OPERATION_READ_LINK:
	case FILESYSTEM_OPERATION_HOLD:
	case FILESYSTEM_OPERATION_RELEASE: /* what is released to its end has no name */
	case FILESYSTEM_OPERATION_SPACE:
		break;
	case FILESYSTEM_OPERATION_MAP:
		if (ask->allocate) {
			known_forget(file_system);
		}
		break;
	default: /* what an interface may get later, too */
		known_forget(file_system);
		break;
	}
}

void known_forget(uint32_t file_system)
{
	periods[file_system]++;
}
