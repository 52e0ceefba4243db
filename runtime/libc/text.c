/* SPDX-License-Identifier: MIT
 * Functions of <tenon/string.h> that musl does not have.
 */
#include <string.h>
#include <tenon/string.h>

size_t tenon_copy_text(char *to, size_t size, const char *from)
{
	const size_t length = strnlen(from, size - 1);

	memcpy(to, from, length);
	to[length] = '\0';
	return length;
}
