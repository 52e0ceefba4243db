/* SPDX-License-Identifier: MIT
 * The I/O manager of libext2fs over the cache of blocks. A channel counts in blocks of its own size, which libext2fs changes
 * while it looks for the superblock.
 */
#include "io.h"

#include "blocks.h"

#include <stdlib.h>
#include <string.h>

static errcode_t io_open(const char *name, int flags, io_channel *channel)
{
	io_channel made = calloc(1, sizeof *made);

	(void)flags;
	if (made == NULL) {
		return EXT2_ET_NO_MEMORY;
	}
	made->magic = EXT2_ET_MAGIC_IO_CHANNEL;
	made->manager = io_manager_of_blocks();
	made->name = strdup(name);
	made->block_size = 1024;
	made->refcount = 1;
	*channel = made;
	return 0;
}

static errcode_t io_close(io_channel channel)
{
	if (--channel->refcount > 0) {
		return 0;
	}
	free(channel->name);
	free(channel);
	return 0;
}

static errcode_t io_set_block_size(io_channel channel, int bytes)
{
	if (bytes < 1024 || bytes > 65536) {
		return EXT2_ET_INVALID_ARGUMENT;
	}
	channel->block_size = bytes;
	return 0;
}

/* A count below zero is one of bytes. */
static uint64_t bytes_of(io_channel channel, int count)
{
	return count < 0 ? -(uint64_t)(int64_t)count : (uint64_t)count * (uint32_t)channel->block_size;
}

static errcode_t io_read(io_channel channel, unsigned long long block, int count, void *data)
{
	const uint32_t size = blocks_size();
	uint64_t left = bytes_of(channel, count), at, piece;

	if (block > UINT64_MAX / (uint32_t)channel->block_size - 1) {
		return EXT2_ET_SHORT_READ;
	}
	at = block * (uint32_t)channel->block_size;
	for (uint8_t *to = data; left != 0; left -= piece, at += piece, to += piece) {
		const uint8_t *from = blocks_read(at / size);

		piece = size - at % size < left ? size - at % size : left;
		if (from == NULL) {
			return EXT2_ET_SHORT_READ;
		}
		memcpy(to, from + at % size, piece);
	}
	return 0;
}

static errcode_t io_write(io_channel channel, unsigned long long block, int count, const void *data)
{
	const uint32_t size = blocks_size();
	uint64_t left = bytes_of(channel, count), at, piece;

	if (block > UINT64_MAX / (uint32_t)channel->block_size - 1) {
		return EXT2_ET_SHORT_WRITE;
	}
	at = block * (uint32_t)channel->block_size;
	for (const uint8_t *from = data; left != 0; left -= piece, at += piece, from += piece) {
		piece = size - at % size < left ? size - at % size : left;
		if (!blocks_write(at / size, (uint32_t)(at % size), from, (uint32_t)piece)) {
			return EXT2_ET_SHORT_WRITE;
		}
	}
	return 0;
}

static errcode_t io_read_32(io_channel channel, unsigned long block, int count, void *data)
{
	return io_read(channel, block, count, data);
}

static errcode_t io_write_32(io_channel channel, unsigned long block, int count, const void *data)
{
	return io_write(channel, block, count, data);
}

/* When something is flushed is the journal's business. */
static errcode_t io_flush(io_channel channel)
{
	(void)channel;
	return 0;
}

static struct struct_io_manager of_blocks = {
    .magic = EXT2_ET_MAGIC_IO_MANAGER,
    .name = "journalled blocks",
    .open = io_open,
    .close = io_close,
    .set_blksize = io_set_block_size,
    .read_blk = io_read_32,
    .write_blk = io_write_32,
    .flush = io_flush,
    .read_blk64 = io_read,
    .write_blk64 = io_write,
};

io_manager io_manager_of_blocks(void)
{
	return &of_blocks;
}
