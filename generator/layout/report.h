/* SPDX-License-Identifier: MIT
 * What both reports call things.
 */
#ifndef TENON_GENERATOR_REPORT_NAMES_H
#define TENON_GENERATOR_REPORT_NAMES_H

#include <tenon/tables.h>

extern const char *const report_type_name[TENON_TYPE_COUNT];
extern const char *const report_kind_name[]; /* of a region, by enum tenon_region_kind */

#endif
