/* SPDX-License-Identifier: MIT
 * Has something computed.
 */
#include "component.h"

void component_start(void)
{
	uint32_t result = 0;
	enum work_status status = work_work(1000, &result);

	log_info("%s, the result is %u", work_status_name(status), result);
}
