/* SPDX-License-Identifier: MIT
 * What may be taken below a directory.
 *
 * A client whose connection says `space` has an account over its root: all of the same file system that stands below it counts,
 * whoever makes it. A file counts with its size in whole blocks, as if it had no holes, and each file, directory and symbolic link with
 * one block more; so neither data nor names are without bound. What stands below two such roots counts for the inner one alone. A node
 * belongs to one account: names do not go from one to another, as they do not from one file system to another.
 */
#ifndef VFS_QUOTA_H
#define VFS_QUOTA_H

#include "node.h"

struct call;

#define NO_ACCOUNT UINT32_MAX

/* The root of the call's client has been found, in a directory that belongs to the account `around`: its own begins, with what stands
 * there. FILES_WOULD_WAIT: it is not all counted yet, and the call waits. */
enum files_status quota_begin(struct call *call, struct place root, uint32_t around);
/* The call gives up counting. */
void quota_forget(const struct call *call);
/* The account of a directory that the path leads to through these places, from the first root on; or NO_ACCOUNT. */
uint32_t quota_of(const struct place *stack, uint32_t depth);
/* Is there room for one file, directory or link more? Then it counts. */
bool quota_take_name(uint32_t account, uint32_t file_system);
/* What had these attributes is gone, or was never made. */
void quota_give(uint32_t account, uint32_t file_system, const struct filesystem_attributes *attributes);
/* The node, which was reached through the account, has been taken into use. */
void quota_open(struct node *node, uint32_t account, const struct filesystem_attributes *attributes);
/* May the node get that size? */
bool quota_allows(const struct node *node, uint64_t size);
/* It has another size now. */
void quota_follow(struct node *node);
/* Its last name and its last user are gone. */
void quota_end(const struct node *node);
/* In blocks: what the account may have and what is free, where that is less than what the medium has. */
void quota_space(uint32_t account, uint32_t block, uint64_t *blocks, uint64_t *free_blocks);

#endif
