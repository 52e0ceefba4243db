/* SPDX-License-Identifier: MIT
 * Misbehaves as it is asked. It answers only when nothing stopped it.
 */
#include "component.h"
#include "misbehave.h"

void component_start(void)
{
}

enum crasher_status port_fault(uint32_t client, enum crasher_kind kind)
{
	(void)client;
	switch (kind) {
	case CRASHER_KIND_READ_NULL:
		read_at((const volatile void *)0);
		break;
	case CRASHER_KIND_WRITE_NULL:
		write_at((volatile void *)0);
		break;
	case CRASHER_KIND_EXECUTE_NULL:
		execute_at((const volatile void *)0);
		break;
	case CRASHER_KIND_READ_KERNEL:
		read_at(kernel_address());
		break;
	case CRASHER_KIND_WRITE_KERNEL:
		write_at(kernel_address());
		break;
	case CRASHER_KIND_EXECUTE_KERNEL:
		execute_at(kernel_address());
		break;
	case CRASHER_KIND_PRIVILEGED:
		execute_privileged();
		break;
	case CRASHER_KIND_UNDEFINED:
		execute_undefined();
		break;
	case CRASHER_KIND_WRITE_CODE:
		write_code();
		break;
	case CRASHER_KIND_EXECUTE_DATA:
		execute_data();
		break;
	case CRASHER_KIND_OVERFLOW_STACK:
		(void)overflow_stack(0);
		break;
	case CRASHER_KIND_CHECK:
		CHECK(kind != CRASHER_KIND_CHECK);
		break;
	case CRASHER_KIND_HANG:
		hang();
		break;
	}
	log_error("was not stopped");
	return CRASHER_OK;
}
