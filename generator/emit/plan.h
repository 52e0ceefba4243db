/* SPDX-License-Identifier: MIT
 * The plan for Meson: what is compiled, and nothing that changes without it.
 */
#ifndef TENON_GENERATOR_PLAN_H
#define TENON_GENERATOR_PLAN_H

#include "../model/model.h"
#include "text.h"

void plan_print(const struct model *model, const struct request *request, struct text *out);

#endif
