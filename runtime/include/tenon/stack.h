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
 *
 * A library that calls what its user hands it, in the user's own notes: the
 * library's function by name, and the table that was handed over.
 *
 *     static const struct io_manager flash = {.read = flash_read, .write = flash_write};
 *
 *     TENON_STACK_CALLS_OF(io_read, io_manager);
 *     TENON_STACK_TABLE(io_manager, flash);
 */
#ifndef TENON_STACK_H
#define TENON_STACK_H

#define TENON_STACK_TEXT(word)  #word
#define TENON_STACK_WORD(macro) TENON_STACK_TEXT(macro)
#define TENON_STACK_ENTRY(address, number, letter, text)                                                     \
	".pushsection .tenon.calls,\"\",@progbits\n\t"                                                       \
	".quad " address "\n\t.quad " number "\n\t.byte '" letter "'\n\t"                                    \
	".asciz \"" text "\"\n\t.popsection"
#define TENON_STACK_HERE(number, letter, text)                                                               \
	__asm__ volatile(TENON_STACK_ENTRY("9f", number, letter, text) "\n9:")

/*
 * For the notes that come with a library, in one file: what is declared by name is said of the code from this symbol on, up to
 * the end that TENON_STACK_LIBRARY names, and not of functions elsewhere that have the same name.
 */
#ifndef TENON_STACK_OF
#define TENON_STACK_OF 0
#endif
#define TENON_STACK_BY_NAME(number, letter, text)                                                            \
	__asm__(TENON_STACK_ENTRY(TENON_STACK_WORD(TENON_STACK_OF), number, letter, text))

/*
 * The code from TENON_STACK_OF to the symbol `end` is a library whose notes are complete: a call through a pointer in it that
 * is not declared is refused, and its functions that the notes lead to are called by nothing else.
 */
#define TENON_STACK_LIBRARY(end) TENON_STACK_BY_NAME(#end, "l", "")

/* In a function: its calls through pointers are of this kind. Several are possible. */
#define TENON_STACK_CALLS(kind) TENON_STACK_HERE("0", "c", #kind)

/* Outside of functions: a pointer of this kind may lead to this function. */
#define TENON_STACK_CALLED(kind, function)                                                                   \
	_Static_assert(sizeof(&(function)) != 0, "a function");                                              \
	TENON_STACK_BY_NAME("0", "t", #kind ":" #function)

/* The same of a function that has no declaration here. */
#define TENON_STACK_CALLED_BY_NAME(kind, function) TENON_STACK_BY_NAME("0", "t", #kind ":" #function)

/* The same of each function whose address stands in `object`, a variable: a table of functions. */
#define TENON_STACK_TABLE(kind, object)                                                                      \
	_Static_assert(sizeof(object) != 0, "a table");                                                      \
	TENON_STACK_BY_NAME("0", "o", #kind ":" #object)
/* The same of what stands between two symbols of the linker script. */
#define TENON_STACK_BETWEEN(kind, first, end) __asm__(TENON_STACK_ENTRY(#first, #end, "b", #kind))

/* Outside of functions: no pointer of this kind is ever called in this component. */
#define TENON_STACK_NEVER(kind) __asm__(TENON_STACK_ENTRY("0", "0", "n", #kind))

/*
 * Outside of functions: pointers of this kind are handed over by users of a library. Where they declare no function for it,
 * any whose address is taken may be meant.
 */
#define TENON_STACK_HANDED(kind) __asm__(TENON_STACK_ENTRY("0", "0", "a", #kind))

/* Outside of functions, for a library's code: the pointers that `caller` calls may lead to `callee`. Both by name. */
#define TENON_STACK_LEADS(caller, callee) TENON_STACK_BY_NAME("0", "d", #caller ":" #callee)

/* The same, by kind: the calls of `function` through pointers are of this kind. Several are possible. */
#define TENON_STACK_CALLS_OF(function, kind) TENON_STACK_BY_NAME("0", "k", #function ":" #kind)

/* In a function whose frame depends on a value: it has at most this many bytes, a number. */
#define TENON_STACK_FRAME(bytes) TENON_STACK_HERE(TENON_STACK_TEXT(bytes), "f", "")

/* The same outside of functions, for a library's function. */
#define TENON_STACK_FRAME_OF(function, bytes) TENON_STACK_BY_NAME(TENON_STACK_TEXT(bytes), "F", #function)

/* In a function that calls itself, directly or through others: so many calls of it are open at a time at most. */
#define TENON_STACK_RECURSION(times) TENON_STACK_HERE(TENON_STACK_TEXT(times), "r", "")

/* The same outside of functions, for a library's function. */
#define TENON_STACK_RECURSION_OF(function, times) TENON_STACK_BY_NAME(TENON_STACK_TEXT(times), "R", #function)

/* Outside of functions, of one like longjmp(): where it sets the stack pointer it is left, for a frame that is open already. */
#define TENON_STACK_LEAVES_OF(function) TENON_STACK_BY_NAME("0", "j", #function)

/* In a function that is meant to run past the end of the stack, into the guard page. The component then has no bound. */
#define TENON_STACK_OPEN() TENON_STACK_HERE("0", "u", "")

#endif
