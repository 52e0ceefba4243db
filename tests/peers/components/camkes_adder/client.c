/* SPDX-License-Identifier: MIT
 * Asks for one sum.
 */
#include "component.h"

void component_start(void)
{
	static const int32_t operands[] = {342, 74, 283, 37, 534};
	int64_t sum = 0;
	enum addition_status status =
	    addition_calculate(operands, sizeof operands / sizeof operands[0], &sum);

	log_info("%s, the result is %lld", addition_status_name(status), (long long)sum);
}
