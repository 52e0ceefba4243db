/* SPDX-License-Identifier: MIT
 * lwIP's port: no operating system below it but these functions, which the component `ip` has, or a program of the host.
 */
#ifndef LWIP_PORT_CC_H
#define LWIP_PORT_CC_H

#include <stddef.h>
#include <stdint.h>

#define LWIP_NO_INTTYPES_H 1
#define LWIP_NO_UNISTD_H   (!__STDC_HOSTED__) /* it has ssize_t */
#define LWIP_NO_CTYPE_H    1
#define X8_F               "02x"
#define U16_F              "u"
#define S16_F              "d"
#define X16_F              "x"
#define U32_F              "u"
#define S32_F              "d"
#define X32_F              "x"
#define SZT_F              "lu"

#define BYTE_ORDER    LITTLE_ENDIAN
#define lwip_htons(x) __builtin_bswap16(x)
#define lwip_htonl(x) __builtin_bswap32(x)

/* The sum of RFC 1071, not inverted, of words as they lie in memory. */
uint16_t lwip_sum(const void *data, int length);

/* lwIP found itself in a state that cannot be; does not return. */
_Noreturn void lwip_failed(const char *what, const char *file, unsigned line);
#define LWIP_PLATFORM_ASSERT(what) lwip_failed(what, __FILE__, __LINE__)
#define LWIP_PLATFORM_DIAG(what)

/* 32 bits that nobody outside can guess. */
uint32_t lwip_random(void);
#define LWIP_RAND() lwip_random()

/* The first number of a connection's bytes (RFC 6528). Addresses are ip_addr_t. */
uint32_t lwip_first_number(const void *local, uint16_t local_port, const void *remote, uint16_t remote_port);

/* Memory of which the card reads; aligned to 8 bytes. NULL: there is no more. */
void *lwip_allocate(size_t size);
void lwip_free(void *memory);

#endif
