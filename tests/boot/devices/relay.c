/* SPDX-License-Identifier: MIT
 * Stands between the judge and the teacher, whose device reaches the judge's page for it.
 */
#include "component.h"

enum copying_status copies_copy(uint32_t client, uint64_t offset)
{
	const uint32_t number = copies_page_at_lesson(client, 0);

	CHECK(number != 0 && copies_page_at_lesson(client, 1) == 0);
	if (lesson_into(number + 1, offset) != LESSON_WRONG) /* no pool has this number */
		return COPYING_WRONG;
	return lesson_into(number, offset) == LESSON_OK ? COPYING_OK : COPYING_WRONG;
}
