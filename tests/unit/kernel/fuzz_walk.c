/* SPDX-License-Identifier: MIT
 * The walk of system calls under libFuzzer: `fuzz_kernel_walk CORPUS -max_len=4000`. The suite runs a short stretch.
 */
#include "walk.h"
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	const char *problem = walk(bytes, count);
	if (problem != NULL) {
		(void)fprintf(stderr, "%s\n", problem);
		abort();
	}
	return 0;
}
