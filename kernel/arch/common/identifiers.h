/* SPDX-License-Identifier: MIT
 * Identifiers of address spaces (ASID, PCID): numbers from 1 up, each of one space at a time. 0 is what a space has for
 * which none was left.
 */
#ifndef ARCH_IDENTIFIERS_H
#define ARCH_IDENTIFIERS_H

#include <stdint.h>

/* The machine has identifiers 0..last; at most 65535. Once, at boot. */
void identifiers_init(unsigned last);
/* A free one, or 0. */
unsigned identifier_take(void);
/* Back for anybody: no TLB knows it any more. 0 is nobody's and stays so. */
void identifier_give(unsigned identifier);

#endif
