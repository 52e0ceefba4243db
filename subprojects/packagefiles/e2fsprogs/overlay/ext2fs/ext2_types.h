/* SPDX-License-Identifier: MIT
 * Some of the library's headers ask for it in this folder; it is made in the build folder.
 */
#include <ext2_types.h>
