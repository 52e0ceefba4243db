/* SPDX-License-Identifier: MIT
 * Files in memory in the place of the file system, for the fuzzer: an input is
 * an archive of descriptions,
 *
 *   --board box --variant quick
 *   === system.yaml
 *   system: small
 *   === components/server/component.yaml
 *   …
 *
 * The lines before the first marker are a command line. Below `tree/` stand the
 * files of tests/generator/tree, which are read once and are the root of every
 * input.
 */
#ifndef TENON_FUZZ_ARCHIVE_H
#define TENON_FUZZ_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#define ARCHIVE_VARIANTS 4

struct archive_line {
	const char *board; /* NULL: the first of the system */
	const char *variant[ARCHIVE_VARIANTS];
	uint32_t variants;
	const char *dtb; /* NULL: the archive has no file board.dtb */
};

/* Reads the tree. Ends the program where it is not there. */
void archive_init(const char *tree);
/* Opens an input, which stays open until archive_close. */
struct archive_line archive_open(const uint8_t *bytes, size_t count);
void archive_close(void);

#endif
