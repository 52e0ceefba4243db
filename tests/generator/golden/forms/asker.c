/* SPDX-License-Identifier: MIT
 * Asks for what comes back.
 */
#include "component.h"

void component_start(void)
{
	static const struct geometry_point points[] = {{1, 2}, {-3, 4}};
	const struct forms_shape box = {.tag = FORMS_SHAPE_BOX,
					.box = {.to = points[1], .along = GEOMETRY_AXIS_DOWN}};
	struct forms_shape same, same_three[3];
	const struct forms_shape three[3] = {box, {.tag = FORMS_SHAPE_CIRCLE, .circle = 5}, {.tag = FORMS_SHAPE_NOTHING_AT_ALL}};
	uint32_t number = 0;
	uint16_t row[3];
	struct geometry_point place;
	char name[9 + 1];
	enum geometry_axis side;
	bool present[5];

	CHECK(forms_shapes(&box, three, &same, same_three) == FORMS_OK && same.tag == FORMS_SHAPE_BOX);
	CHECK(forms_options(&number, NULL, "name", NULL, NULL, &number, &present[0], &place, &present[1], name, &present[2],
			    row, &present[3], &side, &present[4]) == FORMS_OK);
}
