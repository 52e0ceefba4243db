/* SPDX-License-Identifier: MIT
 * See ask.h.
 */
#include "ask.h"
#include "reopen.h"

static enum filesystem_status look(struct place directory, const char *name,
				   struct filesystem_attributes *attributes)
{
	return file_systems_look_up(directory.file_system, directory.node, name, attributes);
}

enum filesystem_status ask_create(struct place directory, const char *name, enum filesystem_kind kind,
				  uint32_t mode, struct filesystem_attributes *attributes)
{
	const struct filesystem_time now = time_now();
	bool is_repeated = false;

	for (;; is_repeated = true) {
		enum filesystem_status status = file_systems_create(directory.file_system, directory.node,
								    name, kind, mode, &now, attributes);

		if (status == FILESYSTEM_EXISTS && is_repeated) {
			return look(directory, name, attributes);
		}
		if (!system_is_anew(directory.file_system, status)) {
			return status;
		}
	}
}

enum filesystem_status ask_create_link(struct place directory, const char *name, const char *target,
				       struct filesystem_attributes *attributes)
{
	const struct filesystem_time now = time_now();
	bool is_repeated = false;

	for (;; is_repeated = true) {
		enum filesystem_status status = file_systems_create_link(
		    directory.file_system, directory.node, name, target, &now, attributes);

		if (status == FILESYSTEM_EXISTS && is_repeated) {
			return look(directory, name, attributes);
		}
		if (!system_is_anew(directory.file_system, status)) {
			return status;
		}
	}
}

enum filesystem_status ask_link(struct place node, struct place directory, const char *name)
{
	const struct filesystem_time now = time_now();
	bool is_repeated = false;

	for (;; is_repeated = true) {
		enum filesystem_status status =
		    file_systems_link(node.file_system, node.node, directory.node, name, &now);

		if (status == FILESYSTEM_EXISTS && is_repeated) {
			return FILESYSTEM_OK;
		}
		if (!system_is_anew(node.file_system, status)) {
			return status;
		}
	}
}

enum filesystem_status ask_unlink(struct place directory, const char *name, enum filesystem_kind kind)
{
	const struct filesystem_time now = time_now();
	bool is_repeated = false;

	for (;; is_repeated = true) {
		enum filesystem_status status =
		    file_systems_unlink(directory.file_system, directory.node, name, kind, &now);

		if (status == FILESYSTEM_NOT_FOUND && is_repeated) {
			return FILESYSTEM_OK;
		}
		if (!system_is_anew(directory.file_system, status)) {
			return status;
		}
	}
}

enum filesystem_status ask_rename(struct place from, const char *old, struct place to, const char *new)
{
	const struct filesystem_time now = time_now();
	struct filesystem_attributes attributes;
	bool is_repeated = false;

	for (;; is_repeated = true) {
		enum filesystem_status status =
		    file_systems_rename(from.file_system, from.node, old, to.node, new, &now);

		if (status == FILESYSTEM_NOT_FOUND && is_repeated) {
			return look(to, new, &attributes);
		}
		if (!system_is_anew(from.file_system, status)) {
			return status;
		}
	}
}

enum filesystem_status ask_write_attributes(struct place place, uint32_t wanted, uint32_t mode,
					    const struct filesystem_time *accessed,
					    const struct filesystem_time *modified)
{
	struct filesystem_attributes attributes;
	enum filesystem_status status;

	do {
		status = file_systems_write_attributes(place.file_system, place.node, wanted, mode, 0,
						       accessed, modified, &attributes);
	} while (system_is_anew(place.file_system, status));
	return status;
}

enum filesystem_status ask_hold(struct place place)
{
	enum filesystem_status status;

	do {
		status = file_systems_hold(place.file_system, place.node);
	} while (system_is_anew(place.file_system, status));
	return status;
}

enum filesystem_status ask_release(struct place place)
{
	const enum filesystem_status status = file_systems_release(place.file_system, place.node);

	return system_is_anew(place.file_system, status) ? FILESYSTEM_OK : status;
}
