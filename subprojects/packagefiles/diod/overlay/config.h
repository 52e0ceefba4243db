/* SPDX-License-Identifier: MIT
 * What configure would have found: nothing that the two programs need.
 */
