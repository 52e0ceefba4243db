/* SPDX-License-Identifier: MIT
 * Devices of every day. Each function says how much was not as it should be.
 */
#ifndef DAILY_H
#define DAILY_H

unsigned entropy_wrong(void);
unsigned calendar_wrong(void);

#endif
