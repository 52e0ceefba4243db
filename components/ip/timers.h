/* SPDX-License-Identifier: MIT
 * When lwIP's timers run. It has twenty-five wake-ups a second for what is seldom there: a stack that waits for nothing soon is woken once a
 * second, in which each timer runs once.
 */
#ifndef IP_TIMERS_H
#define IP_TIMERS_H

/* Before anything is done that looks at the time of TCP, of which ticks were left out while nothing was waited for. */
void timers_wake(void);
/* What is due. */
void timers_run(void);
/* After anything was done: when the next ones run. */
void timers_plan(void);

#endif
