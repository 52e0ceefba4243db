/* SPDX-License-Identifier: MIT
 * Who holds a node, and the volume's list of nodes that go once nobody does.
 */
#ifndef EXT4_ORPHANS_H
#define EXT4_ORPHANS_H

#include "library.h"
#include <stdbool.h>

bool orphans_is_held(ext2_ino_t inode);

#endif
