/* SPDX-License-Identifier: MIT
 * See timers.h.
 */
#include "timers.h"

#include "card.h"
#include "component.h"

#include "lwip/dhcp.h"
#include "lwip/igmp.h"
#include "lwip/mld6.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"

#define NS_OF_MS UINT64_C(1000000)
#define REST_MS  1000u /* the period of neighbours, routes, names and parts of datagrams */

static u32_t stands; /* the time, while timers run: each asks for it, and reads no clock */
static bool runs, rests;
static u32_t behind; /* ticks, while it rests */
static uint64_t ran; /* ns, when timers did; a rest ends a second after that, whatever comes in between */

/* lwIP's (lwip/sys.h). */
u32_t sys_now(void)
{
	return runs ? stands : (u32_t)(clock_ns() / NS_OF_MS);
}

/* Something of TCP is on its way, or owed. What only has a time-out of seconds does not count. */
static bool tcp_waits(void)
{
	for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next) {
		if (pcb->unacked != NULL || pcb->unsent != NULL || pcb->refused_data != NULL ||
		    (pcb->flags & (TF_ACK_DELAY | TF_ACK_NOW | TF_CLOSEPEND)) != 0) {
			return true;
		}
	}
	return false;
}

/* A report of a group is due. */
static bool groups_wait(void)
{
	const struct netif *netif = card_interface();

	for (const struct igmp_group *group = netif_igmp_data(netif); group != NULL; group = group->next) {
		if (group->timer != 0) {
			return true;
		}
	}
	for (const struct mld_group *group = netif_mld6_data(netif); group != NULL; group = group->next) {
		if (group->timer != 0) {
			return true;
		}
	}
	return false;
}

static bool dhcp_waits(void)
{
	const struct dhcp *dhcp = netif_dhcp_data(card_interface());

	return dhcp != NULL && dhcp->request_timeout != 0;
}

static u32_t ticks(void)
{
	return (u32_t)(clock_ns() / (TCP_SLOW_INTERVAL * NS_OF_MS));
}

void timers_wake(void)
{
	if (rests) {
		rests = false;
		tcp_ticks = ticks() - behind;
	}
}

/* lwIP counts one for each second run of TCP's timer, however late that comes. */
void timers_run(void)
{
	const bool rested = rests;
	u32_t right;

	timers_wake();
	ran = clock_ns();
	right = tcp_ticks;
	stands = sys_now();
	runs = true;
	sys_check_timeouts();
	runs = false;
	if (rested) {
		tcp_ticks = right;
	}
}

void timers_plan(void)
{
	u32_t wait_ms = sys_timeouts_sleeptime();

	if (wait_ms == SYS_TIMEOUTS_SLEEPTIME_INFINITE) {
		tick_cancel();
		return;
	}
	if (wait_ms < REST_MS && !tcp_waits() && !groups_wait() && !dhcp_waits()) {
		rests = true;
		behind = ticks() - tcp_ticks;
		tick_at(ran + REST_MS * NS_OF_MS);
		return;
	}
	tick_at(clock_ns() + wait_ms * NS_OF_MS);
}
