/* SPDX-License-Identifier: MIT
 * Included before every file of the loader: all of it is linked into one program, so that no name needs a table of
 * addresses, which would need relocation at run time.
 */
#pragma GCC visibility push(hidden)
