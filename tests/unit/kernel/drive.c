/* SPDX-License-Identifier: MIT
 * Short words for the tests: who does what, and what came of it.
 */
#include "system.h"

void system_boot(unsigned cpus, unsigned started)
{
	if (!host_boot(system_tables(started), cpus))
		fail_msg("boot: %s", host_panic);
	settle();
}

struct thread *thread_of(unsigned thread)
{
	return &core.threads[thread];
}

uint64_t control_of(unsigned thread, unsigned n)
{
	return thread_of(thread)->context.control[n];
}

uint64_t status_of(unsigned thread)
{
	return control_of(thread, 0);
}

uint64_t word_of(unsigned thread, unsigned n)
{
	return thread_of(thread)->context.word[n];
}

unsigned state_of(unsigned thread)
{
	return (unsigned)thread_visible_state(thread_of(thread));
}

uint8_t *buffer_of(unsigned thread)
{
	return thread_of(thread)->buffer;
}

bool is_current(unsigned thread)
{
	return thread_of(thread)->home->current == thread_of(thread);
}

void settle(void)
{
	host_settle();
	if (host_end != HOST_ON)
		return;
	const char *problem = host_invariants();
	if (problem != NULL)
		fail_msg("invariant: %s", problem);
}

void advance_ns(uint64_t ns)
{
	host_advance(ns);
	settle();
}

void act(unsigned thread, struct host_call call)
{
	settle();
	if (!is_current(thread))
		fail_msg("%s does not run", thread_of(thread)->name);
	host_syscall(thread_of(thread)->home->index, &call);
	if (host_end == HOST_ON)
		settle();
}

struct host_call call_until(unsigned endpoint, uint64_t label, uint64_t word, uint64_t deadline)
{
	return (struct host_call){.operation = TENON_OP_CALL,
				  .handle = SLOT_ENDPOINT + endpoint,
				  .tag = tenon_tag((uint32_t)label, 8),
				  .deadline = deadline,
				  .word = {word}};
}

struct host_call call_of(unsigned endpoint, uint64_t label, uint64_t word)
{
	return call_until(endpoint, label, word, TENON_NEVER);
}

struct host_call receive_of(unsigned set, unsigned reply_slot)
{
	return (struct host_call){.operation = TENON_OP_RECEIVE,
				  .handle = SLOT_SET + set,
				  .deadline = TENON_NEVER,
				  .reply = reply_slot};
}

struct host_call reply_receive_of(unsigned set, unsigned reply_slot, uint64_t label, uint64_t word)
{
	return (struct host_call){.operation = TENON_OP_REPLY_RECEIVE,
				  .handle = SLOT_SET + set,
				  .tag = tenon_tag((uint32_t)label, 8),
				  .deadline = TENON_NEVER,
				  .reply = reply_slot,
				  .word = {word}};
}

struct host_call reply_of(unsigned reply_slot, uint64_t label, uint64_t word)
{
	return (struct host_call){.operation = TENON_OP_REPLY,
				  .handle = reply_slot,
				  .tag = tenon_tag((uint32_t)label, 8),
				  .word = {word}};
}

struct host_call send_of(unsigned endpoint, uint64_t label, uint64_t word)
{
	struct host_call call = call_of(endpoint, label, word);
	call.operation = TENON_OP_SEND;
	return call;
}

struct host_call lending(struct host_call base, unsigned count)
{
	base.tag |= (uint64_t)count << TENON_TAG_LOANS_SHIFT;
	return base;
}

static struct tenon_extras *extras_of(unsigned thread)
{
	return (struct tenon_extras *)(void *)buffer_of(thread);
}

void loan_put(unsigned thread, unsigned index, uint64_t address, uint64_t bytes, unsigned rights)
{
	extras_of(thread)->loan[index].address = address;
	extras_of(thread)->loan[index].bytes = bytes | (uint64_t)rights << TENON_LOAN_RIGHTS_SHIFT;
}

void loan_pass_on(unsigned thread, unsigned index, unsigned reply_slot, unsigned outer, uint64_t offset,
		  uint64_t bytes, unsigned rights)
{
	loan_put(thread, index, offset,
		 bytes | TENON_LOAN_PASSED | (uint64_t)outer << TENON_LOAN_INDEX_SHIFT |
		     (uint64_t)reply_slot << TENON_LOAN_REPLY_SHIFT,
		 rights);
}

struct host_call loan_of(enum tenon_operation operation, unsigned reply_slot, unsigned index, uint64_t offset,
			 uint64_t own, uint64_t bytes)
{
	return (struct host_call){.operation = operation,
				  .handle = reply_slot,
				  .tag = tenon_tag(0, 40),
				  .word = {index, offset, own, bytes, 0}};
}

uint8_t *memory_of(unsigned thread)
{
	physical_t physical;
	unsigned rights;
	assert_true(arch_space_lookup(&thread_of(thread)->memory->arch, MEMORY_ADDRESS, &physical, &rights));
	return arch_direct(physical);
}

struct host_call signal_of(unsigned notification)
{
	return (struct host_call){.operation = TENON_OP_SIGNAL, .handle = SLOT_NOTIFICATION + notification};
}

struct host_call stop_of(unsigned thread)
{
	return (struct host_call){.operation = TENON_OP_THREAD_STOP, .handle = SLOT_THREAD + thread};
}

struct host_call start_of(unsigned thread)
{
	return (struct host_call){.operation = TENON_OP_THREAD_START,
				  .handle = SLOT_THREAD + thread,
				  .word = {CODE_ADDRESS, STACK_ADDRESS, 7}};
}

struct host_call state_call(unsigned endpoint, unsigned state)
{
	return (struct host_call){
	    .operation = TENON_OP_ENDPOINT_STATE, .handle = SLOT_DOOR + endpoint, .word = {state}};
}

struct host_call simple_call(enum tenon_operation operation, tenon_handle_t handle, uint64_t word0,
			     uint64_t word1, uint64_t word2)
{
	return (struct host_call){.operation = operation, .handle = handle, .word = {word0, word1, word2}};
}

void system_boot_waiting(unsigned cpus)
{
	system_boot(cpus, ALL_THREADS);
	act(SUPERVISOR, receive_of(2, SLOT_REPLY + 3));
	act(STORE, receive_of(1, SLOT_REPLY + 2));
	act(SERVER, receive_of(0, SLOT_REPLY));
	if (cpus == 1)
		act(C, receive_of(0, 0)); /* refused: not its set */
}
