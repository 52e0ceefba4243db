/* SPDX-License-Identifier: MIT
 * Our options (the library's overlay has them), and what lwIP's unit tests need besides: several interfaces, a look into the statistics, and
 * windows that a test can fill.
 */
#ifndef TESTS_LWIPOPTS_H
#define TESTS_LWIPOPTS_H

#include "../../subprojects/packagefiles/lwip/overlay/lwipopts.h"

#define LWIP_TESTMODE 1

#undef LWIP_SINGLE_NETIF
#define LWIP_SINGLE_NETIF              0
#define LWIP_HAVE_LOOPIF               1
#define LWIP_NETIF_EXT_STATUS_CALLBACK 1
#define ETHARP_SUPPORT_STATIC_ENTRIES  1
#define MIB2_STATS                     1
#undef MEM_STATS
#define MEM_STATS            1
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 8)

#undef LWIP_DNS
#define LWIP_DNS 0 /* it has memory from the beginning, and they count */
#undef LWIP_ND6_RDNSS_MAX_DNS_SERVERS
#define LWIP_ND6_RDNSS_MAX_DNS_SERVERS 0

#undef PBUF_POOL_SIZE
#define PBUF_POOL_SIZE 400

#undef PBUF_POOL_BUFSIZE
#define PBUF_POOL_BUFSIZE 600 /* a kibibyte is to be in several */

/* They count its questions whether somebody has the address. */
#undef DHCP_DOES_ARP_CHECK
#define DHCP_DOES_ARP_CHECK 1

/* They count segments by these. */
#undef TCP_MSS
#define TCP_MSS 536
#undef TCP_SND_QUEUELEN
#define TCP_SND_QUEUELEN 40
#undef MEMP_NUM_TCP_SEG
#define MEMP_NUM_TCP_SEG TCP_SND_QUEUELEN
#undef TCP_SND_BUF
#define TCP_SND_BUF (12 * TCP_MSS)
#undef TCP_WND
#define TCP_WND (10 * TCP_MSS)
#undef TCP_RCV_SCALE
#define TCP_RCV_SCALE 0
#undef TCP_OOSEQ_MAX_PBUFS
#define TCP_OOSEQ_MAX_PBUFS 0

#define LWIP_MEM_ILLEGAL_FREE(message) /* the tests try it */

#endif
