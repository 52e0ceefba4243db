/* SPDX-License-Identifier: MIT
 * The part of the interface that changes names.
 */
#include "ext4.h"

#include "names.h"

enum filesystem_status files_create(uint32_t client, uint64_t directory, const char *name,
				    enum filesystem_kind kind, uint32_t mode,
				    const struct filesystem_time *now,
				    struct filesystem_attributes *attributes)
{
	const enum node_kind wanted = kind == FILESYSTEM_KIND_DIRECTORY       ? NODE_DIRECTORY
				      : kind == FILESYSTEM_KIND_SYMBOLIC_LINK ? NODE_LINK
									      : NODE_FILE;
	const struct node_time time = ext4_time(now);
	struct node_attributes made = {0};
	const enum filesystem_status status = DO(names_create(directory, name, wanted, mode, &time, &made));

	(void)client;
	*attributes = ext4_attributes(&made);
	return status;
}

enum filesystem_status files_create_link(uint32_t client, uint64_t directory, const char *name,
					 const char *target, const struct filesystem_time *now,
					 struct filesystem_attributes *attributes)
{
	const struct node_time time = ext4_time(now);
	struct node_attributes made = {0};
	const enum filesystem_status status = DO(names_create_link(directory, name, target, &time, &made));

	(void)client;
	*attributes = ext4_attributes(&made);
	return status;
}

enum filesystem_status files_link(uint32_t client, uint64_t node, uint64_t directory, const char *name,
				  const struct filesystem_time *now)
{
	const struct node_time time = ext4_time(now);

	(void)client;
	return DO(names_link(node, directory, name, &time));
}

enum filesystem_status files_unlink(uint32_t client, uint64_t directory, const char *name,
				    enum filesystem_kind kind, const struct filesystem_time *now)
{
	const struct node_time time = ext4_time(now);

	(void)client;
	return DO(names_unlink(directory, name, kind == FILESYSTEM_KIND_DIRECTORY, &time));
}

enum filesystem_status files_rename(uint32_t client, uint64_t from, const char *old, uint64_t to,
				    const char *new, const struct filesystem_time *now)
{
	const struct node_time time = ext4_time(now);

	(void)client;
	return DO(names_rename(from, old, to, new, &time));
}
