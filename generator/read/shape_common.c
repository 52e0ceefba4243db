/* SPDX-License-Identifier: MIT
 * Shapes that several descriptions share, and the list of descriptions.
 */
#include "shape.h"

const struct shape shape_text = {.kind = SHAPE_TEXT, .says = "text"};
const struct shape shape_doc = {.kind = SHAPE_TEXT, .says = "a sentence or more"};
const struct shape shape_identifier = {.kind = SHAPE_IDENTIFIER, .says = "a name"};
const struct shape shape_boolean = {.kind = SHAPE_BOOLEAN, .says = "true or false"};
const struct shape shape_size = {
	.kind = SHAPE_SIZE, .says = "a size, such as 8 KiB", .min = 0, .max = UINT64_C(1) << 40};
const struct shape shape_time = {
	.kind = SHAPE_TIME, .says = "a time, such as 500 ms", .min = 0, .max = UINT64_C(366) * 86400 * 1000000000};

const struct description description[DESCRIPTIONS] = {
	{"interface", &shape_interface, "interfaces/NAME.yaml",
	 "An interface says what one component offers to others: operations, events and shared memory, all typed. "
	 "Both ends of a connection are generated from it."},
	{"component", &shape_component, "components/NAME/component.yaml",
	 "A component is code that runs in an address space of its own, with what it offers, uses and may cost."},
	{"system", &shape_system, "system.yaml",
	 "A system names the instances of components that make up one image, and how they are connected."},
	{"board", &shape_board, "platforms/NAME/board.yaml",
	 "A board is a machine that an image is built for. What its device tree says is not repeated here."},
};
