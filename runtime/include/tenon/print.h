/* SPDX-License-Identifier: MIT
 * Bounded formatted print.
 *
 * A subset of snprintf: %d %i %u %x %X %c %s %p %%, flags `-` `0` `+`, a width
 * and a precision (numbers or `*`), lengths hh h l ll z j t. No floating point,
 * no %n. An unknown conversion is printed as it stands.
 */
#ifndef TENON_PRINT_H
#define TENON_PRINT_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Writes at most size - 1 bytes and a zero. Returns the number of bytes
 * written, without the zero; it is less than the full text's where it was cut.
 * size 0 writes nothing and returns 0. A NULL for %s prints "(null)".
 */
size_t tenon_print(char *out, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
size_t tenon_print_list(char *out, size_t size, const char *format, va_list list)
    __attribute__((format(printf, 3, 0)));

#endif
