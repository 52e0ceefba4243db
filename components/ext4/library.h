/* SPDX-License-Identifier: MIT
 * libext2fs, whose header wants types of POSIX that it does not ask for by itself.
 */
#ifndef EXT4_LIBRARY_H
#define EXT4_LIBRARY_H

#include <sys/stat.h>
#include <sys/types.h>

#include <ext2fs/ext2fs.h>

#endif
