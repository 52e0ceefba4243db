/* SPDX-License-Identifier: MIT
 * A file's clusters: where its bytes stand, more of them, fewer of them, and zeroes.
 */
#ifndef FAT_CHAIN_H
#define FAT_CHAIN_H

#include "node.h"

/* Bytes of a file up to `bytes`, in whole clusters. */
uint32_t chain_clusters(uint64_t bytes);
/* The run of clusters one behind the other on the volume from number `index` of the file on, at most `most`. *count 0: the chain ends. */
enum filesystem_status chain_run(const struct node_view *view, uint32_t index, uint32_t most, uint32_t *first,
				 uint32_t *count);
/* Makes the chain at least so long. NO_SPACE: it is as it was. The view's entry may get its first cluster, and is stored then. */
enum filesystem_status chain_grow(struct node_view *view, uint32_t clusters);
/* Frees what is behind so many. With 0 the view's entry has no first cluster, and is stored before. */
enum filesystem_status chain_cut(struct node_view *view, uint32_t clusters);
/* Writes zeroes over bytes that the chain has. */
enum filesystem_status chain_zero(const struct node_view *view, uint64_t from, uint64_t to);

#endif
