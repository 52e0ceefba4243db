/* SPDX-License-Identifier: MIT
 * See open.h.
 */
#include "call.h"
#include "lock.h"

static struct file files[FILES_OPEN_TOTAL > 0 ? FILES_OPEN_TOTAL : 1];
static uint32_t first_free; /* before it none is */

struct file *file_of(uint32_t client, uint32_t number)
{
	return number < FILES_OPEN_TOTAL && files[number].is_used && files[number].client == client
		   ? &files[number]
		   : NULL;
}

uint32_t file_number(const struct file *file)
{
	return (uint32_t)(file - files);
}

struct file *file_open(uint32_t client, struct node *node, enum filesystem_kind kind, uint32_t access)
{
	for (uint32_t i = first_free; i < FILES_OPEN_TOTAL; i++) {
		if (!files[i].is_used) {
			first_free = i + 1;
			files[i] = (struct file){
			    .is_used = true, .client = client, .access = access, .kind = kind, .node = node};
			return &files[i];
		}
	}
	return NULL;
}

void file_close(struct file *file)
{
	file->is_used = false;
	first_free = first_free < file_number(file) ? first_free : file_number(file);
	calls_forget_file(file);
	node_leave(file->node);
}

void files_close_all(uint32_t client)
{
	for (uint32_t i = 0; i < FILES_OPEN_TOTAL; i++) {
		if (files[i].is_used && files[i].client == client) {
			locks_drop(&files[i]);
			file_close(&files[i]);
			files_give_back_open(client, 1);
		}
	}
}
