/* SPDX-License-Identifier: MIT */
/* */
