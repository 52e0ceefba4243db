/* SPDX-License-Identifier: MIT
 * Files and directories that clients have open.
 */
#ifndef VFS_OPEN_H
#define VFS_OPEN_H

#include "node.h"

struct file {
	bool is_used;
	uint32_t client;
	uint32_t access; /* FILES_ACCESS_... */
	enum filesystem_kind kind;
	struct node *node;
	uint64_t next;   /* where the last read ended */
	uint32_t window; /* pages to read ahead */
};

/* The client's file of that number, or NULL. */
struct file *file_of(uint32_t client, uint32_t number);
/* A free place, or NULL; the node's user becomes the file's. */
struct file *file_open(uint32_t client, struct node *node, enum filesystem_kind kind, uint32_t access);
uint32_t file_number(const struct file *file);
void file_close(struct file *file);
/* With its locks; what the client may have is free again. */
void files_close_all(uint32_t client);
/* What a file's user sees of it, which its file system may not know yet. */
void attributes_adjust(struct place place, struct filesystem_attributes *attributes);

#endif
