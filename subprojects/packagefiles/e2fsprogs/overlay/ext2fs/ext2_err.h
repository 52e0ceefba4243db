/* SPDX-License-Identifier: MIT
 * The library's headers ask for it in this folder; it is made in the build folder.
 */
#include <ext2_err.h>
