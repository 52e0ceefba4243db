/* SPDX-License-Identifier: MIT
 * Never compiled: the tests here end before that.
 */
