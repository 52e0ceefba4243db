/* SPDX-License-Identifier: MIT
 * What time it is, for heads.
 */
#ifndef HTTPD_NOW_H
#define HTTPD_NOW_H

#include "text.h"

#include <stdbool.h>

/*
 * The time of the day as text_date() has it. False: no clock is connected, or it shows no time. It is asked now and then, and waited for then;
 * the kernel's clock goes on from there.
 */
bool date_now(char text[TEXT_DATE]);

#endif
