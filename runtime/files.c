/* SPDX-License-Identifier: MIT
 * For an instance that was given no files: a root without entries.
 */
#include <stddef.h>
#include <tenon/files.h>

static const struct tenon_file root = {.name = "", .kind = TENON_FILE_DIRECTORY};
__attribute__((weak)) const struct tenon_files tenon_files = {.file = &root, .count = 1};
