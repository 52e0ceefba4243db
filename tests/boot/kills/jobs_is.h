/* SPDX-License-Identifier: MIT
 * All of the disk.
 */
#define JOBS_SECTORS   524288
#define JOBS_ORIGIN    0
#define JOBS_READ_ONLY false
