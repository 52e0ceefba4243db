/* SPDX-License-Identifier: MIT
 * What pointers in lwIP lead to, for the bound of the stack: the functions of the one interface, those of connections and ports,
 * those that have memory back, and timers.
 */
#include <tenon/stack.h>

TENON_STACK_CALLS_OF(pbuf_free, ip_free);
TENON_STACK_CALLED_BY_NAME(ip_free, head_is_free);
TENON_STACK_CALLED_BY_NAME(ip_free, rest_is_free);
TENON_STACK_CALLED_BY_NAME(ip_free, is_free);
TENON_STACK_CALLED_BY_NAME(ip_free, echo_is_free);
TENON_STACK_CALLED_BY_NAME(ip_free, ipfrag_free_pbuf_custom);
TENON_STACK_CALLED_BY_NAME(ip_free, ip6_frag_free_pbuf_custom);
/* A part of a datagram holds the whole, which is not in parts. */
TENON_STACK_RECURSION_OF(pbuf_free, 2);

TENON_STACK_CALLS_OF(netif_add, ip_begin);
TENON_STACK_CALLED_BY_NAME(ip_begin, begin_interface);
TENON_STACK_CALLS_OF(ip4_output_if_opt_src, ip_output_4);
TENON_STACK_CALLS_OF(ip4_frag, ip_output_4);
TENON_STACK_CALLED_BY_NAME(ip_output_4, etharp_output);
TENON_STACK_CALLS_OF(ip6_output_if_src, ip_output_6);
TENON_STACK_CALLS_OF(ip6_frag, ip_output_6);
TENON_STACK_CALLS_OF(nd6_send_q, ip_output_6);
TENON_STACK_CALLED_BY_NAME(ip_output_6, ethip6_output);
TENON_STACK_CALLS_OF(ethernet_output, ip_link);
TENON_STACK_CALLED_BY_NAME(ip_link, frames_send);

TENON_STACK_CALLS_OF(netif_set_addr, ip_status);
TENON_STACK_CALLS_OF(netif_do_set_ipaddr, ip_status);
TENON_STACK_CALLS_OF(netif_do_set_netmask, ip_status);
TENON_STACK_CALLS_OF(netif_do_set_gw, ip_status);
TENON_STACK_CALLS_OF(netif_set_up, ip_status);
TENON_STACK_CALLS_OF(netif_set_down, ip_status);
TENON_STACK_CALLS_OF(netif_ip6_addr_set_state, ip_status);
TENON_STACK_CALLS_OF(nd6_tmr, ip_status);
TENON_STACK_CALLS_OF(nd6_input, ip_status);
TENON_STACK_CALLS_OF(netif_create_ip6_linklocal_address, ip_status);
TENON_STACK_CALLED_BY_NAME(ip_status, tell_address);

TENON_STACK_CALLS_OF(sys_check_timeouts, ip_timer);
TENON_STACK_CALLED_BY_NAME(ip_timer, lwip_cyclic_timer);
TENON_STACK_CALLED_BY_NAME(ip_timer, tcpip_tcp_timer);
TENON_STACK_CALLS_OF(lwip_cyclic_timer, ip_cyclic);
TENON_STACK_CALLED_BY_NAME(ip_cyclic, ip_reass_tmr);
TENON_STACK_CALLED_BY_NAME(ip_cyclic, etharp_tmr);
TENON_STACK_CALLED_BY_NAME(ip_cyclic, dhcp_coarse_tmr);
TENON_STACK_CALLED_BY_NAME(ip_cyclic, dhcp_fine_tmr);
TENON_STACK_CALLED_BY_NAME(ip_cyclic, igmp_tmr);
TENON_STACK_CALLED_BY_NAME(ip_cyclic, dns_tmr);
TENON_STACK_CALLED_BY_NAME(ip_cyclic, nd6_tmr);
TENON_STACK_CALLED_BY_NAME(ip_cyclic, ip6_reass_tmr);
TENON_STACK_CALLED_BY_NAME(ip_cyclic, mld6_tmr);
/* The card filters no groups. */
TENON_STACK_CALLS_OF(igmp_joingroup_netif, ip_never);
TENON_STACK_CALLS_OF(igmp_start, ip_never);
TENON_STACK_CALLS_OF(igmp_stop, ip_never);
TENON_STACK_CALLS_OF(igmp_leavegroup_netif, ip_never);
TENON_STACK_CALLS_OF(mld6_joingroup_netif, ip_never);
TENON_STACK_CALLS_OF(mld6_leavegroup_netif, ip_never);
TENON_STACK_CALLS_OF(mld6_stop, ip_never);
TENON_STACK_NEVER(ip_never);

TENON_STACK_CALLS_OF(dns_call_found, ip_found);
TENON_STACK_CALLS_OF(dns_send, ip_found);
TENON_STACK_CALLS_OF(dns_recv, ip_found);
TENON_STACK_CALLS_OF(dns_check_entry, ip_found);
TENON_STACK_CALLS_OF(dns_tmr, ip_found);
TENON_STACK_CALLED_BY_NAME(ip_found, name_found);
TENON_STACK_CALLS_OF(raw_input, ip_echo);
TENON_STACK_CALLED_BY_NAME(ip_echo, received_echo);

TENON_STACK_CALLS_OF(udp_input, ip_datagram);
TENON_STACK_CALLED_BY_NAME(ip_datagram, received_datagram);
TENON_STACK_CALLED_BY_NAME(ip_datagram, dhcp_recv);
TENON_STACK_CALLED_BY_NAME(ip_datagram, dns_recv);

TENON_STACK_CALLS_OF(tcp_input, ip_stream);
TENON_STACK_CALLS_OF(tcp_input_delayed_close, ip_stream);
TENON_STACK_CALLS_OF(tcp_process, ip_stream);
TENON_STACK_CALLS_OF(tcp_listen_input, ip_stream);
TENON_STACK_CALLS_OF(tcp_process_refused_data, ip_stream);
TENON_STACK_CALLS_OF(tcp_slowtmr, ip_stream);
TENON_STACK_CALLS_OF(tcp_abandon, ip_stream);
TENON_STACK_CALLED_BY_NAME(ip_stream, received);
TENON_STACK_CALLED_BY_NAME(ip_stream, acknowledged);
TENON_STACK_CALLED_BY_NAME(ip_stream, polled);
TENON_STACK_CALLED_BY_NAME(ip_stream, failed);
TENON_STACK_CALLED_BY_NAME(ip_stream, connected);
TENON_STACK_CALLED_BY_NAME(ip_stream, accepted);
TENON_STACK_CALLED_BY_NAME(ip_stream, tcp_recv_null);

/* A question where a neighbour is goes to a group, or to one whose address is known: it asks no other. */
TENON_STACK_RECURSION_OF(nd6_send_ns, 2);
