/* SPDX-License-Identifier: MIT
 * A program with main() as a component. The library that it is in was compiled with these names for main() and exit().
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdnoreturn.h>

int program_main(int count, char **arguments);
noreturn void program_exit(int status);

#endif
