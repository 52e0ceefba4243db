/* SPDX-License-Identifier: MIT
 * libext2fs reads and writes through an I/O manager: this one is the cache of blocks.
 */
#ifndef EXT4_IO_H
#define EXT4_IO_H

#include "library.h"

io_manager io_manager_of_blocks(void);

#endif
