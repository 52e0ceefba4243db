/* SPDX-License-Identifier: MIT
 * The thread pointer of x86_64 is the base of FS, which user mode may write.
 */
int __set_thread_area(void *pointer);

int __set_thread_area(void *pointer)
{
	__asm__ volatile("wrfsbase %0" ::"r"(pointer));
	return 0;
}
