/* SPDX-License-Identifier: MIT
 * libfdt includes <stdlib.h> for strtoul() in functions that the loader does not use.
 */
#ifndef LOADER_STDLIB_H
#define LOADER_STDLIB_H

unsigned long strtoul(const char *string, char **end, int base);

#endif
