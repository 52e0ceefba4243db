/* SPDX-License-Identifier: MIT
 * The ways to misbehave, one function each. Each returns only if it was not
 * stopped.
 */
#ifndef MISBEHAVE_H
#define MISBEHAVE_H

void read_at(const volatile void *address);
void write_at(volatile void *address);
void execute_at(const volatile void *address);
void execute_privileged(void);
void execute_undefined(void);
void write_code(void);
void execute_data(void);
int overflow_stack(int depth);
void hang(void);

/* An address of the kernel half. */
volatile void *kernel_address(void);

#endif
