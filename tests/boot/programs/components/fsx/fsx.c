/* SPDX-License-Identifier: MIT
 * What the text of fsx does not say about its stack.
 */
#include "program.h"

#include <tenon/stack.h>

TENON_STACK_NEVER(libc_signal); /* its handler is for signals, which do not come */
