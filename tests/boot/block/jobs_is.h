/* SPDX-License-Identifier: MIT
 * A part of the disk, or all of it for who may only read.
 */
#define JOBS_SECTORS   PARAMETER_SECTORS
#define JOBS_ORIGIN    PARAMETER_ORIGIN
#define JOBS_READ_ONLY PARAMETER_READ_ONLY
