/* SPDX-License-Identifier: MIT
 * What the machine code does not say about the stack, for `tenon-gen layout`,
 * which computes how much each component can need. None of these is code: they
 * leave entries in a section of the ELF that is not loaded.
 *
 * A call through a pointer. Beside the call stands what kind of pointer it is,
 * and for each function that such a pointer may lead to that it is one:
 *
 *     struct device { void (*ready)(void); };
 *
 *     TENON_STACK_CALLS(device_ready);
 *     device->ready();
 *
 *     static void started(void) { ... }
 *     TENON_STACK_CALLED(device_ready, started);
 *
 * Without a declaration any function whose address is taken may be called,
 * which gives a bound that is too high, or calls that seem to go in a circle.
 */
#ifndef TENON_STACK_H
#define TENON_STACK_H

#define TENON_STACK_TEXT(word) #word
#define TENON_STACK_ENTRY(address, number, letter, text)                                                     \
	".pushsection .tenon.calls,\"\",@progbits\n\t"                                                       \
	".quad " address "\n\t.quad " number "\n\t.byte '" letter "'\n\t"                                    \
	".asciz \"" text "\"\n\t.popsection"
#define TENON_STACK_HERE(number, letter, text)                                                               \
	__asm__ volatile(TENON_STACK_ENTRY("9f", number, letter, text) "\n9:")

/* In a function: its calls through pointers are of this kind. Several are possible. */
#define TENON_STACK_CALLS(kind) TENON_STACK_HERE("0", "c", #kind)

/* Outside of functions: a pointer of this kind may lead to this function. */
#define TENON_STACK_CALLED(kind, function)                                                                   \
	_Static_assert(sizeof(&(function)) != 0, "a function");                                              \
	__asm__(TENON_STACK_ENTRY("0", "0", "t", #kind ":" #function))

/* Outside of functions: no pointer of this kind is ever called in this component. */
#define TENON_STACK_NEVER(kind) __asm__(TENON_STACK_ENTRY("0", "0", "n", #kind))

/* Outside of functions, for a library's code: the pointers that `caller` calls may lead to `callee`. Both by name. */
#define TENON_STACK_LEADS(caller, callee) __asm__(TENON_STACK_ENTRY("0", "0", "d", #caller ":" #callee))

/* In a function whose frame depends on a value: it has at most this many bytes, a number. */
#define TENON_STACK_FRAME(bytes) TENON_STACK_HERE(TENON_STACK_TEXT(bytes), "f", "")

/* The same outside of functions, for a library's function. */
#define TENON_STACK_FRAME_OF(function, bytes)                                                                \
	__asm__(TENON_STACK_ENTRY("0", TENON_STACK_TEXT(bytes), "F", #function))

/* In a function that calls itself, directly or through others: so many calls of it are open at a time at most. */
#define TENON_STACK_RECURSION(times) TENON_STACK_HERE(TENON_STACK_TEXT(times), "r", "")

/* The same outside of functions, for a library's function. */
#define TENON_STACK_RECURSION_OF(function, times)                                                            \
	__asm__(TENON_STACK_ENTRY("0", TENON_STACK_TEXT(times), "R", #function))

/* In a function that is meant to run past the end of the stack, into the guard page. The component then has no bound. */
#define TENON_STACK_OPEN() TENON_STACK_HERE("0", "u", "")

#endif
