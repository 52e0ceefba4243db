/* SPDX-License-Identifier: MIT
 * What musl calls through pointers, for the bounds of stacks (docs/stacks.md).
 * It is complete for the folders of subprojects/packagefiles/musl/sources.sh:
 * a call that is missing here is refused by name, in each component that
 * reaches it. There is no code in this file.
 *
 * What a component hands to the library has a kind, which the component may
 * say more about: libc_compare, libc_visit, libc_at_exit, libc_cookie,
 * libc_thread.
 */
#define TENON_STACK_OF tenon_libc_text
#include <tenon/stack.h>

TENON_STACK_LIBRARY(tenon_libc_text_end);

/* ---- the start and the end --------------------------------------------------------------------- */

TENON_STACK_LEADS(__libc_start_main, libc_start_main_stage2);
TENON_STACK_LEADS(libc_start_main_stage2, libc_main);

TENON_STACK_CALLS_OF(libc_start_init, libc_initialisers);
TENON_STACK_BETWEEN(libc_initialisers, __init_array_start, __init_array_end);
TENON_STACK_CALLS_OF(libc_exit_fini, libc_finalisers);
TENON_STACK_BETWEEN(libc_finalisers, __fini_array_start, __fini_array_end);

/* atexit() hands its function to one that calls it without the argument. */
TENON_STACK_LEADS(__funcs_on_exit, call);
TENON_STACK_CALLS_OF(__funcs_on_exit, libc_at_exit);
TENON_STACK_CALLS_OF(call, libc_at_exit);
TENON_STACK_CALLS_OF(__funcs_on_quick_exit, libc_at_exit);
TENON_STACK_HANDED(libc_at_exit);

/* longjmp() goes back to a frame that is open; the last jump of some architectures is through a register. */
TENON_STACK_LEAVES_OF(longjmp);

/* ---- files: the functions of a FILE ------------------------------------------------------------ */

TENON_STACK_CALLS_OF(__toread, libc_file_write);
TENON_STACK_CALLS_OF(__uflow, libc_file_read);
TENON_STACK_CALLS_OF(fread_unlocked, libc_file_read);
TENON_STACK_CALLED_BY_NAME(libc_file_read, __stdio_read);
TENON_STACK_CALLED_BY_NAME(libc_file_read, string_read);  /* sscanf() */
TENON_STACK_CALLED_BY_NAME(libc_file_read, wstring_read); /* swscanf() */
TENON_STACK_CALLED_BY_NAME(libc_file_read, do_read);      /* wcstol(), wcstod() */
TENON_STACK_CALLED_BY_NAME(libc_file_read, mread);        /* fmemopen() */
TENON_STACK_CALLED_BY_NAME(libc_file_read, cookieread);

TENON_STACK_CALLS_OF(__fwritex, libc_file_write);
TENON_STACK_CALLS_OF(__overflow, libc_file_write);
TENON_STACK_CALLS_OF(__towrite, libc_file_write);
TENON_STACK_CALLS_OF(close_file, libc_file_write);
TENON_STACK_CALLS_OF(fflush_unlocked, libc_file_write);
TENON_STACK_CALLS_OF(__fseeko_unlocked, libc_file_write);
TENON_STACK_CALLS_OF(vfprintf, libc_file_write);
TENON_STACK_CALLS_OF(vfwprintf, libc_file_write);
TENON_STACK_CALLED_BY_NAME(libc_file_write, __stdio_write);
TENON_STACK_CALLED_BY_NAME(libc_file_write, __stdout_write);
TENON_STACK_CALLED_BY_NAME(libc_file_write, sn_write);  /* snprintf() */
TENON_STACK_CALLED_BY_NAME(libc_file_write, sw_write);  /* swprintf() */
TENON_STACK_CALLED_BY_NAME(libc_file_write, mwrite);    /* fmemopen() */
TENON_STACK_CALLED_BY_NAME(libc_file_write, ms_write);  /* open_memstream() */
TENON_STACK_CALLED_BY_NAME(libc_file_write, wms_write); /* open_wmemstream() */
TENON_STACK_CALLED_BY_NAME(libc_file_write, cookiewrite);

TENON_STACK_CALLS_OF(__fseeko_unlocked, libc_file_seek);
TENON_STACK_CALLS_OF(__ftello_unlocked, libc_file_seek);
TENON_STACK_CALLS_OF(close_file, libc_file_seek);
TENON_STACK_CALLS_OF(fflush_unlocked, libc_file_seek);
TENON_STACK_CALLED_BY_NAME(libc_file_seek, __stdio_seek);
TENON_STACK_CALLED_BY_NAME(libc_file_seek, mseek);
TENON_STACK_CALLED_BY_NAME(libc_file_seek, ms_seek);
TENON_STACK_CALLED_BY_NAME(libc_file_seek, wms_seek);
TENON_STACK_CALLED_BY_NAME(libc_file_seek, cookieseek);

TENON_STACK_CALLS_OF(fclose, libc_file_close);
TENON_STACK_CALLS_OF(__fclose_ca, libc_file_close);
TENON_STACK_CALLED_BY_NAME(libc_file_close, __stdio_close);
TENON_STACK_CALLED_BY_NAME(libc_file_close, mclose);
TENON_STACK_CALLED_BY_NAME(libc_file_close, ms_close);
TENON_STACK_CALLED_BY_NAME(libc_file_close, wms_close);
TENON_STACK_CALLED_BY_NAME(libc_file_close, cookieclose);

/* fopencookie() */
TENON_STACK_CALLS_OF(cookieread, libc_cookie);
TENON_STACK_CALLS_OF(cookiewrite, libc_cookie);
TENON_STACK_CALLS_OF(cookieseek, libc_cookie);
TENON_STACK_CALLS_OF(cookieclose, libc_cookie);
TENON_STACK_HANDED(libc_cookie);

/* ---- sorting and searching --------------------------------------------------------------------- */

/* qsort() hands its function to one that calls it without the argument of qsort_r(). */
TENON_STACK_LEADS(sift, wrapper_cmp);
TENON_STACK_LEADS(trinkle, wrapper_cmp);
TENON_STACK_CALLS_OF(sift, libc_compare);
TENON_STACK_CALLS_OF(trinkle, libc_compare);
TENON_STACK_CALLS_OF(wrapper_cmp, libc_compare);
TENON_STACK_CALLS_OF(bsearch, libc_compare);
TENON_STACK_CALLS_OF(lfind, libc_compare);
TENON_STACK_CALLS_OF(lsearch, libc_compare);
TENON_STACK_CALLS_OF(tdelete, libc_compare);
TENON_STACK_CALLS_OF(tfind, libc_compare);
TENON_STACK_CALLS_OF(tsearch, libc_compare);
TENON_STACK_CALLS_OF(scandir, libc_compare);
TENON_STACK_LEADS(scandir, alphasort);
TENON_STACK_LEADS(scandir, versionsort);
TENON_STACK_HANDED(libc_compare);

/* ---- walking: twalk(), nftw(), glob(), dl_iterate_phdr() --------------------------------------- */

/* The trees of tsearch() are balanced: no path has more than 1.44 * 64 nodes. */
TENON_STACK_RECURSION_OF(walk, 96);
TENON_STACK_RECURSION_OF(tdestroy, 96);
TENON_STACK_CALLS_OF(walk, libc_visit);
TENON_STACK_CALLS_OF(tdestroy, libc_visit);
TENON_STACK_CALLS_OF(do_nftw, libc_visit);
TENON_STACK_CALLS_OF(do_glob, libc_visit);
TENON_STACK_CALLS_OF(static_dl_iterate_phdr, libc_visit);
TENON_STACK_HANDED(libc_visit);

/* ---- threads ----------------------------------------------------------------------------------- */

TENON_STACK_CALLS_OF(start, libc_thread);
TENON_STACK_CALLS_OF(start_c11, libc_thread);
TENON_STACK_CALLS_OF(pthread_exit, libc_thread);
TENON_STACK_CALLS_OF(_pthread_cleanup_pop, libc_thread);
TENON_STACK_CALLS_OF(__pthread_once_full, libc_thread);
TENON_STACK_CALLS_OF(__pthread_tsd_run_dtors, libc_thread);
TENON_STACK_CALLS_OF(__fork_handler, libc_thread);
TENON_STACK_CALLS_OF(__synccall, libc_thread);
TENON_STACK_CALLS_OF(handler, libc_thread);
TENON_STACK_CALLS_OF(child, libc_thread);
TENON_STACK_HANDED(libc_thread);
TENON_STACK_LEAVES_OF(__unmapself); /* the stack of a thread that ended is unmapped on another one */

TENON_STACK_LEADS(child, execve); /* posix_spawn() */
TENON_STACK_LEADS(child, execvpe);
TENON_STACK_CALLED_BY_NAME(libc_signal, handler); /* of a signal: there are none */
/* What __clone() begins with. */
TENON_STACK_CALLED_BY_NAME(libc_cloned, start);
TENON_STACK_CALLED_BY_NAME(libc_cloned, start_c11);
TENON_STACK_CALLED_BY_NAME(libc_cloned, child);

/* ---- memory ------------------------------------------------------------------------------------ */

/* A group of slots lies in a slot of more than twice their size, 16 bytes at least, until it is half a page. */
TENON_STACK_RECURSION_OF(alloc_slot, 7);
TENON_STACK_RECURSION_OF(nontrivial_free, 7);

/* ---- text -------------------------------------------------------------------------------------- */

/* strftime() and strptime(): %c asks for %T, and that for numbers alone. */
TENON_STACK_RECURSION_OF(__strftime_l, 3);
TENON_STACK_RECURSION_OF(strptime, 3);
/* A subnormal number is made a normal one first; a character is looked up in UTF-8. */
TENON_STACK_RECURSION_OF(frexp, 2);
TENON_STACK_RECURSION_OF(frexpf, 2);
TENON_STACK_RECURSION_OF(frexpl, 2);
TENON_STACK_RECURSION_OF(iconv, 2);
/* Without a file it is called for each. */
TENON_STACK_RECURSION_OF(fflush_unlocked, 2);
/* What the buffer holds is written first, which finds the buffer empty. */
TENON_STACK_RECURSION_OF(cookiewrite, 2);
TENON_STACK_RECURSION_OF(ms_write, 2);
TENON_STACK_RECURSION_OF(mwrite, 2);
TENON_STACK_RECURSION_OF(sw_write, 2);
TENON_STACK_RECURSION_OF(wms_write, 2);
/* Without a buffer: PATH_MAX and what is kept beside it. */
TENON_STACK_FRAME_OF(getcwd, 4352);
