/* SPDX-License-Identifier: MIT
 * Devices: who uses an I/O space, what its device reaches, message interrupts, and what becomes of a driver whose device
 * reaches for something else. The driver is a, but where a test says otherwise.
 */
#include "system.h"

#define REQUESTER TENON_REQUESTER(0, 1, 8)
#define OTHER     TENON_REQUESTER(0, 2, 0)
#define OUTSIDE   TENON_REQUESTER(1, 0, 0) /* no IOMMU before it */
#define NOBODY    TENON_REQUESTER(2, 0, 0)
#define FREE      50u
#define BUFFERS   UINT64_C(0x720000000)
#define ACCESS    (TENON_RIGHT_READ | TENON_RIGHT_WRITE)

static uint64_t attach(unsigned thread, uint64_t requester, uint64_t begins)
{
	act(thread, simple_call(TENON_OP_DEVICE_ATTACH, SLOT_IO, requester, begins, 0));
	return status_of(thread);
}

static bool reaches(uint64_t address, unsigned rights)
{
	physical_t physical;
	return host_dma(REQUESTER, address, rights, &physical);
}

static void it_reaches_what_is_mapped(void **state)
{
	(void)state;
	physical_t physical = {0};
	system_boot(1, 1u << A);
	assert_false(host_dma(REQUESTER, MEMORY_ADDRESS, ACCESS, &physical));
	assert_int_equal(attach(A, REQUESTER, 1), TENON_OK);
	assert_int_equal(word_of(A, 0), 1);
	assert_true(host_dma(REQUESTER, MEMORY_ADDRESS + 0x1008, ACCESS, &physical));
	assert_ptr_equal(arch_direct(physical), memory_of(A) + 0x1008);
	assert_false(host_dma(OTHER, MEMORY_ADDRESS, ACCESS, &physical));
	assert_int_equal(attach(A, REQUESTER, 1), TENON_OK); /* anew */
	assert_true(reaches(MEMORY_ADDRESS, ACCESS));
	assert_int_equal(attach(A, REQUESTER, 0), TENON_OK);
	assert_int_equal(word_of(A, 0), 0);
	assert_false(reaches(MEMORY_ADDRESS, TENON_RIGHT_READ));
	settle();
	assert_true(is_current(A)); /* who is not attached is nobody's fault */
	assert_int_equal(attach(A, REQUESTER, 0), TENON_OK);
	assert_int_equal(attach(A, OTHER, 1), TENON_OK);
}

static void refusals(void **state)
{
	(void)state;
	system_boot(1, 1u << A);
	act(A, simple_call(TENON_OP_DEVICE_ATTACH, SLOT_SPACE, REQUESTER, 1, 0));
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	assert_int_equal(attach(A, REQUESTER, 2), TENON_BAD_ARGUMENT);
	assert_int_equal(attach(A, NOBODY, 1), TENON_BAD_ARGUMENT);
	assert_int_equal(attach(A, UINT64_C(0x100000001), 1), TENON_BAD_ARGUMENT);
	assert_int_equal(attach(A, REQUESTER, 1), TENON_OK);
	assert_int_equal(attach(A, OTHER, 1), TENON_BUSY);
	assert_int_equal(attach(A, OTHER, 0), TENON_BUSY);
	act(A, simple_call(TENON_OP_CAP_COPY, SLOT_IO, FREE, ACCESS, 0));
	act(A, simple_call(TENON_OP_DEVICE_ATTACH, FREE, REQUESTER, 0, 0));
	assert_int_equal(status_of(A), TENON_BAD_RIGHTS);
	assert_true(reaches(MEMORY_ADDRESS, TENON_RIGHT_READ));
}

static uint64_t device_address_of(uint64_t address, tenon_handle_t space)
{
	act(A, simple_call(TENON_OP_SPACE_QUERY, space, address, 0, 0));
	assert_int_equal(status_of(A), TENON_OK);
	return word_of(A, 4);
}

static void addresses(void **state)
{
	(void)state;
	system_boot(1, 1u << A);
	uint64_t physical = arch_physical(memory_of(A)).value + 0x1000;
	assert_int_equal(device_address_of(MEMORY_ADDRESS + 0x1000, SLOT_IO), physical);
	assert_int_equal(attach(A, OUTSIDE, 1), TENON_OK);
	assert_int_equal(word_of(A, 0), 0);
	assert_int_equal(device_address_of(MEMORY_ADDRESS + 0x1000, SLOT_IO), physical);
	assert_int_equal(attach(A, OUTSIDE, 0), TENON_OK);
	assert_int_equal(attach(A, REQUESTER, 1), TENON_OK);
	assert_int_equal(device_address_of(MEMORY_ADDRESS + 0x1000, SLOT_IO), MEMORY_ADDRESS + 0x1000);
	assert_int_equal(device_address_of(MEMORY_ADDRESS + MEMORY_WRITABLE, SLOT_IO), 0);
	assert_int_equal(device_address_of(MEMORY_ADDRESS, SLOT_SPACE), 0);
}

static uint64_t map(uint64_t rights, uint64_t cache)
{
	struct host_call call = simple_call(TENON_OP_FRAME_MAP, FREE, BUFFERS, rights, cache);
	call.reply = SLOT_IO;
	act(A, call);
	return status_of(A);
}

static void frames_come_and_go(void **state)
{
	(void)state;
	system_boot(1, 1u << A | 1u << SUPERVISOR);
	act(SUPERVISOR, receive_of(2, SLOT_REPLY + 3));
	assert_int_equal(attach(A, REQUESTER, 1), TENON_OK);
	act(A, simple_call(TENON_OP_POOL_MAKE, SLOT_POOL, TENON_TYPE_FRAME, FREE, 4096));
	assert_int_equal(status_of(A), TENON_OK);
	assert_int_equal(map(TENON_RIGHT_READ | TENON_RIGHT_EXECUTE, TENON_CACHE_NORMAL), TENON_BAD_ARGUMENT);
	assert_int_equal(map(ACCESS, TENON_CACHE_NORMAL), TENON_OK);
	assert_true(reaches(BUFFERS, ACCESS));
	act(A, simple_call(TENON_OP_FRAME_PROTECT, FREE, TENON_RIGHT_READ | TENON_RIGHT_EXECUTE, 0, 0));
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	act(A, simple_call(TENON_OP_FRAME_PROTECT, FREE, TENON_RIGHT_READ, 0, 0));
	assert_int_equal(status_of(A), TENON_OK); /* the invariants know what is stale */
	assert_true(reaches(BUFFERS, TENON_RIGHT_READ));
	act(A, simple_call(TENON_OP_FRAME_UNMAP, FREE, 0, 0, 0));
	assert_int_equal(status_of(A), TENON_OK);
	assert_int_equal(map(ACCESS, TENON_CACHE_NORMAL), TENON_OK);
	assert_true(reaches(BUFFERS, ACCESS));
	act(A, simple_call(TENON_OP_CAP_DELETE, FREE, 0, 0, 0));
	assert_false(reaches(BUFFERS, TENON_RIGHT_READ));
	settle();
	assert_int_equal(state_of(A), TENON_THREAD_FAULTED);
}

static void no_registers_and_no_thread(void **state)
{
	(void)state;
	system_boot(1, 1u << A);
	act(A, simple_call(TENON_OP_POOL_MAKE, SLOT_REGISTERS, TENON_TYPE_FRAME, FREE, 4096));
	assert_int_equal(status_of(A), TENON_OK);
	assert_int_equal(map(ACCESS, TENON_CACHE_DEVICE), TENON_BAD_ARGUMENT);
	act(A, simple_call(TENON_OP_POOL_MAKE, SLOT_POOL, TENON_TYPE_THREAD, FREE + 1, 0));
	struct host_call bind = simple_call(TENON_OP_THREAD_BIND, FREE + 1, SLOT_IO, SLOT_TABLE, 0);
	act(A, bind);
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
}

/* ---- faults ---- */

static void boot_driver(unsigned driver, unsigned cpus)
{
	system_driver = driver;
	system_boot_waiting(cpus);
	system_driver = A;
}

static void expect_report(unsigned driver, uint64_t address)
{
	settle();
	assert_true(is_current(SUPERVISOR));
	assert_int_equal(control_of(SUPERVISOR, 1) >> 32, TENON_LABEL_FAULT);
	assert_int_equal(control_of(SUPERVISOR, 2), 900 + driver);
	assert_int_equal(word_of(SUPERVISOR, 0), TENON_FAULT_DMA);
	assert_int_equal(word_of(SUPERVISOR, 2), address);
	assert_int_equal(state_of(driver), TENON_THREAD_FAULTED);
	assert_null(host_invariants());
	assert_false(core.spaces[IO_SPACE].attached);
}

static void a_driver_that_runs(void **state)
{
	(void)state;
	boot_driver(A, 2);
	assert_int_equal(attach(A, REQUESTER, 1), TENON_OK);
	assert_false(reaches(MEMORY_ADDRESS + MEMORY_WRITABLE + 8, TENON_RIGHT_WRITE));
	expect_report(A, MEMORY_ADDRESS + MEMORY_WRITABLE + 8);
	assert_false(
	    reaches(MEMORY_ADDRESS, TENON_RIGHT_READ)); /* nothing any more, and nobody hears of it */
	act(SUPERVISOR, reply_receive_of(2, SLOT_REPLY + 3, 0, 0));
	assert_int_equal(state_of(A), TENON_THREAD_RUNNING); /* resumed */
}

static void a_driver_that_is_ready(void **state)
{
	(void)state;
	boot_driver(B, 2);
	assert_int_equal(attach(A, REQUESTER, 1), TENON_OK);
	assert_int_equal(state_of(B), TENON_THREAD_READY);
	assert_false(reaches(8, TENON_RIGHT_READ));
	expect_report(B, 8);
}

static void a_driver_that_receives(void **state)
{
	(void)state;
	boot_driver(SERVER, 2);
	assert_int_equal(attach(A, REQUESTER, 1), TENON_OK);
	assert_false(reaches(8, TENON_RIGHT_READ));
	expect_report(SERVER, 8);
	act(SUPERVISOR, reply_receive_of(2, SLOT_REPLY + 3, 0, 0));
	assert_int_equal(state_of(SERVER), TENON_THREAD_RUNNING);
	assert_int_equal(status_of(SERVER), TENON_CANCELLED);
}

static void a_driver_in_a_call(void **state)
{
	(void)state;
	boot_driver(A, 2);
	assert_int_equal(attach(A, REQUESTER, 1), TENON_OK);
	act(A, call_until(0, 0, 1, 1000000));
	assert_true(is_current(SERVER));
	act(SERVER, call_of(2, 0, 1));
	assert_int_equal(state_of(A), TENON_THREAD_AWAITING_REPLY);
	assert_false(reaches(8, TENON_RIGHT_READ));
	expect_report(A, 8);
	act(SUPERVISOR, reply_receive_of(2, SLOT_REPLY + 3, 0, 0));
	settle();
	assert_int_equal(status_of(A), TENON_CANCELLED);
	advance_ns(2000000); /* nothing is left of its deadline */
	assert_int_equal(status_of(A), TENON_CANCELLED);
}

static void a_driver_of_another_cpu(void **state)
{
	(void)state;
	boot_driver(C, 2);
	assert_int_equal(attach(A, REQUESTER, 1), TENON_OK);
	assert_true(is_current(C));
	assert_false(reaches(8, TENON_RIGHT_READ));
	expect_report(C, 8);
}

static void a_driver_that_stopped(void **state)
{
	(void)state;
	boot_driver(C, 2);
	assert_int_equal(attach(A, REQUESTER, 1), TENON_OK);
	act(A, stop_of(C));
	assert_false(reaches(8, TENON_RIGHT_READ));
	settle();
	assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
	assert_true(is_current(B)); /* while a waited for the other CPU */
	assert_int_equal(attach(B, REQUESTER, 1), TENON_OK);
	act(B, start_of(C));
	assert_int_equal(state_of(C), TENON_THREAD_RUNNING); /* not its fault any more */
}

static void a_driver_that_faulted(void **state)
{
	(void)state;
	boot_driver(A, 2);
	assert_int_equal(attach(A, REQUESTER, 1), TENON_OK);
	host_fault(0, TENON_FAULT_READ, 16);
	settle();
	assert_true(is_current(SUPERVISOR));
	assert_false(reaches(8, TENON_RIGHT_READ));
	settle();
	assert_int_equal(word_of(SUPERVISOR, 0), TENON_FAULT_READ); /* told once */
	assert_false(core.spaces[IO_SPACE].attached);
	act(SUPERVISOR, receive_of(2, SLOT_REPLY + 4));
	assert_int_equal(state_of(SUPERVISOR), TENON_THREAD_RECEIVING);
}

/* ---- message interrupts ---- */

static void messages(void **state)
{
	(void)state;
	system_boot_waiting(2);
	act(A, simple_call(TENON_OP_INTERRUPT_MESSAGE, SLOT_MESSAGE, REQUESTER, 0, 0));
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT); /* attached to nothing */
	assert_int_equal(attach(A, REQUESTER, 1), TENON_OK);
	act(A, simple_call(TENON_OP_INTERRUPT_MESSAGE, SLOT_MESSAGE, OTHER, 0, 0));
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	act(A, simple_call(TENON_OP_INTERRUPT_MESSAGE, SLOT_INTERRUPT, REQUESTER, 0, 0));
	assert_int_equal(status_of(A), TENON_BAD_RIGHTS);
	act(A, simple_call(TENON_OP_INTERRUPT_MESSAGE, SLOT_MESSAGE, REQUESTER, 0, 0));
	assert_int_equal(status_of(A), TENON_OK);
	uint64_t address = word_of(A, 0);
	uint32_t data = (uint32_t)word_of(A, 1);
	assert_false(host_message(OTHER, address, data));
	for (unsigned i = 0; i < 3; i++) { /* none waits for an acknowledgement */
		assert_true(host_message(REQUESTER, address, data));
		settle();
		assert_true(is_current(SERVER));
		assert_int_equal(control_of(SERVER, 3), TENON_SOURCE_SIGNAL);
		assert_int_equal(word_of(SERVER, 0), 0x200);
		act(SERVER, simple_call(TENON_OP_INTERRUPT_ACK, SLOT_MESSAGE, 0, 0, 0));
		assert_int_equal(status_of(SERVER), TENON_OK);
		act(SERVER, receive_of(0, SLOT_REPLY));
	}
}

static void a_message_follows_to_the_boot_cpu(void **state)
{
	(void)state;
	system_boot_waiting(3);
	assert_int_equal(attach(A, REQUESTER, 1), TENON_OK);
	act(A, simple_call(TENON_OP_INTERRUPT_MESSAGE, SLOT_MESSAGE, REQUESTER, 0, 0));
	uint64_t address = word_of(A, 0);
	uint32_t data = (uint32_t)word_of(A, 1);
	core.interrupts[1].cpu = 2; /* as if its server had lived there */
	arch_interrupt_route(HOST_LINES, 2);
	act(A, simple_call(TENON_OP_PLATFORM_CPU, SLOT_PLATFORM, 2, 0, 0));
	assert_int_equal(core.interrupts[1].cpu, 0);
	assert_true(host_message(REQUESTER, address, data));
	settle();
	assert_true(is_current(SERVER));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_reaches_what_is_mapped),
	    cmocka_unit_test(refusals),
	    cmocka_unit_test(addresses),
	    cmocka_unit_test(frames_come_and_go),
	    cmocka_unit_test(no_registers_and_no_thread),
	    cmocka_unit_test(a_driver_that_runs),
	    cmocka_unit_test(a_driver_that_is_ready),
	    cmocka_unit_test(a_driver_that_receives),
	    cmocka_unit_test(a_driver_in_a_call),
	    cmocka_unit_test(a_driver_of_another_cpu),
	    cmocka_unit_test(a_driver_that_stopped),
	    cmocka_unit_test(a_driver_that_faulted),
	    cmocka_unit_test(messages),
	    cmocka_unit_test(a_message_follows_to_the_boot_cpu),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
