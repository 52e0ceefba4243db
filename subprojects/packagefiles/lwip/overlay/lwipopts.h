/* SPDX-License-Identifier: MIT
 * lwIP's options: docs/decisions/0035-ip.md says why. The library, the component `ip` and the library's own tests have the same.
 */
#ifndef LWIP_PORT_LWIPOPTS_H
#define LWIP_PORT_LWIPOPTS_H

/* One thread, whose loop calls; the raw interface alone. */
#define NO_SYS                       1
#define SYS_LIGHTWEIGHT_PROT         0
#define LWIP_NETCONN                 0
#define LWIP_SOCKET                  0
#define LWIP_SINGLE_NETIF            1
#define LWIP_NETIF_TX_SINGLE_PBUF    0
#define LWIP_CHECKSUM_CTRL_PER_NETIF 1

/* Memory: headers lie where the card reads them, objects in pools of a fixed size. */
#ifndef MEM_LIBC_MALLOC
#define MEM_LIBC_MALLOC 1
#define mem_clib_malloc lwip_allocate
#define mem_clib_free   lwip_free
void *lwip_allocate_zeroed(unsigned long count, unsigned long size);
#define mem_clib_calloc lwip_allocate_zeroed
#endif
#define MEM_ALIGNMENT            8
#define MEM_SIZE                 (256 * 1024)
#define MEMP_NUM_TCP_PCB         192
#define MEMP_NUM_TCP_PCB_LISTEN  32
#define MEMP_NUM_UDP_PCB         48
#define MEMP_NUM_RAW_PCB         4
#define MEMP_NUM_TCP_SEG         2048
#define MEMP_NUM_IGMP_GROUP      32
#define MEMP_NUM_MLD6_GROUP      32
#define MEMP_NUM_PBUF            2048
#define MEMP_NUM_REASSDATA       8
#define MEMP_NUM_FRAG_PBUF       64
#define MEMP_NUM_ARP_QUEUE       64
#define MEMP_NUM_ND6_QUEUE       32
#define PBUF_POOL_SIZE           16
#define PBUF_POOL_BUFSIZE        1536
#define LWIP_SUPPORT_CUSTOM_PBUF 1
#define PBUF_POOL_FREE_OOSEQ     1

/* Ethernet and IPv4. */
#define LWIP_ETHERNET              1
#define LWIP_ARP                   1
#define ARP_TABLE_SIZE             32
#define ARP_QUEUEING               1
#define ARP_QUEUE_LEN              16 /* a sender that begins with some lines at once loses none of them */
#define LWIP_IPV4                  1
#define IP_REASSEMBLY              1
#define IP_REASS_MAX_PBUFS         64
#define IP_FRAG                    1
#define LWIP_ICMP                  1
#define LWIP_BROADCAST_PING        0
#define LWIP_MULTICAST_PING        0
#define LWIP_IGMP                  1
#define LWIP_RAW                   1
#define LWIP_DHCP                  1
#define LWIP_DHCP_DOES_ACD_CHECK   0
#define DHCP_DOES_ARP_CHECK        0
#define LWIP_NETIF_HOSTNAME        1
#define LWIP_NETIF_STATUS_CALLBACK 1
#define LWIP_DNS                   1
#define DNS_MAX_NAME_LENGTH        256
#define DNS_TABLE_SIZE             16
#define DNS_MAX_REQUESTS           16
#define LWIP_DNS_SECURE            7

/* IPv6. */
#define LWIP_IPV6                      1
#define LWIP_IPV6_FRAG                 1
#define LWIP_IPV6_REASS                1
#define IPV6_FRAG_COPYHEADER           1 /* pointers are longer than a header of a fragment */
#define LWIP_IPV6_AUTOCONFIG           1
#define LWIP_IPV6_DUP_DETECT_ATTEMPTS  1
#define LWIP_IPV6_MLD                  1
#define LWIP_ICMP6                     1
#define LWIP_ND6_RDNSS_MAX_DNS_SERVERS 2

/* UDP and TCP. */
#define LWIP_UDP                   1
#define LWIP_TCP                   1
#define TCP_MSS                    1460
#define LWIP_WND_SCALE             1
#define TCP_RCV_SCALE              2
#define TCP_WND                    (64 * TCP_MSS)
#define TCP_SND_BUF                (64 * TCP_MSS)
#define TCP_SND_QUEUELEN           256
#define TCP_QUEUE_OOSEQ            1
#define TCP_OOSEQ_MAX_PBUFS        32
#define LWIP_TCP_SACK_OUT          1
#define TCP_LISTEN_BACKLOG         1
#define SO_REUSE                   1 /* of a listening port: listeners.c */
#define TCP_DEFAULT_LISTEN_BACKLOG 32
#define LWIP_TCP_KEEPALIVE         1
#define LWIP_DISABLE_TCP_SANITY_CHECKS                                                                       \
	1 /* they compare the window with the pool of pbufs, and what comes here is in the card's */
#define LWIP_HOOK_TCP_ISN(local, local_port, remote, remote_port)                                            \
	lwip_first_number(local, local_port, remote, remote_port)

#define LWIP_CHKSUM      lwip_sum /* overlay/sum.c */
#define LWIP_STATS       1
#define LWIP_STATS_LARGE 1
#define MEM_STATS        0
#define MEMP_STATS       1
#define LWIP_PERF        0
#define LWIP_DEBUG       0

#endif
