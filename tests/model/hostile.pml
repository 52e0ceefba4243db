/* SPDX-License-Identifier: MIT
 * One honest side against a peer that writes anything into all that it can write, at any time, and may also stop for ever:
 * whatever the honest side reads there is any value, and another one when it reads again.
 *
 * ROOM is N for an honest sender and 0 for an honest receiver. Indices count modulo 8 here.
 *
 * Checked: the honest side never believes in more entries or room than the ring has (so that what it touches lies in the
 * ring); what it uses of an entry is what it checked; once broken, a session stays so; and it comes back to its own loop
 * again and again (no invalid end state, no non-progress cycle), for it waits with a deadline.
 *
 * Mutants as in channel.pml.
 */
#define N 2
#define M 8
#ifndef ROOM
#define ROOM 0
#endif
#define LEGAL 2 /* values of an entry that pass its check */

#define INDEX(x)   select(x : 0 .. 7)
#define SESSION(x) select(x : 0 .. 2)
#define CELL(x)    select(x : 0 .. LEGAL)

inline refresh()
{
	INDEX(seen);
#ifdef READ_TWICE
	checked = seen;
	INDEX(seen);
#else
	checked = seen;
#endif
	SESSION(word);
	atomic {
		closed = (word != expected || expected == 0);
		if
		:: closed
		:: !closed && broken
#ifdef NO_CHECK
		:: !closed && !broken -> limit = (seen + ROOM) % M
#else
		:: !closed && !broken && (checked + ROOM + M - limit) % M > N - (limit + M - position) % M ->
			broken = 1;
			limit = position
		:: !closed && !broken && (checked + ROOM + M - limit) % M <= N - (limit + M - position) % M ->
			limit = (seen + ROOM) % M
#endif
		fi;
		seen = 0;
		checked = 0;
		word = 0
	}
}

inline join()
{
	SESSION(word);
	atomic {
		if
		:: expected != 0 && word == expected
		:: else -> position = 0; limit = 0; broken = 0; expected = word; limit = (word != 0 -> ROOM : 0)
		fi;
		word = 0
	}
}

active proctype honest()
{
	byte position, limit, expected, seen, checked, word, value;
	bit closed, broken;

	do
	:: skip;
progress:
		assert((limit + M - position) % M <= N);
		if
		:: position == limit || expected == 0 -> refresh()
		:: else
		fi;
		assert((limit + M - position) % M <= N);
		assert(!broken || position == limit);
		if
		:: expected != 0 && !closed && position != limit ->
			CELL(value);
			if
			:: value < LEGAL ->
#ifdef USE_IN_PLACE
				CELL(value);
#endif
				assert(value < LEGAL)
			:: else
			fi;
			atomic { value = 0; position = (position + 1) % M }
		:: closed -> join()
		:: else -> /* nothing to do, or broken: wait with a deadline */
			if
#ifdef NO_DEADLINE
			:: false /* the peer need never signal */
#else
			:: skip
#endif
			fi
		fi;
		closed = 0
	od
}
