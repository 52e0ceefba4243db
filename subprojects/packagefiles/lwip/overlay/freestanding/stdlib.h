/* SPDX-License-Identifier: MIT
 * What lwIP takes of <stdlib.h>: the number behind an interface's name, which nobody here asks for.
 */
#ifndef LWIP_PORT_STDLIB_H
#define LWIP_PORT_STDLIB_H

static inline int atoi(const char *text)
{
	int number = 0;

	for (; *text >= '0' && *text <= '9' && number < 256; text++) {
		number = number * 10 + (*text - '0');
	}
	return number;
}

#endif
