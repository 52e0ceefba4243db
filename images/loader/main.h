/* SPDX-License-Identifier: MIT
 * What the entry of each kind of firmware calls once it can allocate and print.
 */
#ifndef LOADER_MAIN_H
#define LOADER_MAIN_H

#include <stdnoreturn.h>

noreturn void loader_main(void);

#endif
