/* SPDX-License-Identifier: MIT
 * The protocol of runtime/channel.c between two honest sides, on a memory that is weaker than program order.
 *
 * Every store goes into its side's store buffer and becomes visible later. Stores of different kinds overtake each other,
 * except that the index (a release store) waits for all that was stored before it; a full fence waits until the buffer is
 * empty. So what passes here passes on x86_64 (where stores keep their order) and with the weaker orders of AArch64 and
 * RISC-V. Loads of one side keep their order: index and entries by acquire, index and sleep number by the fence.
 *
 * The ring has N entries of two words; a word holds the low bits of the entry's number. Indices count modulo M, as they
 * count modulo 2^32 in the program. Sleep numbers are 64 bits there and never come again; here 0 is awake, and
 * a sleep is 1 or 3, whichever the other side did not signal last.
 *
 * Checked: each entry arrives whole, in order, once (assert in the receiver); an index is never further than the ring is
 * long; and whenever nothing moves any more, nobody sleeps while there is something for it to do (watcher).
 *
 * A mutant is this file with one of the names below defined; each must fail (tests/tree/channel_model).
 */
#define N 2
#define M 4
#define SENDER 0
#define RECEIVER 1

mtype = { FIRST, SECOND, INDEX, SLEEPS };

byte first[N], second[N]; /* the entries' words */
byte index[2], sleeps[2];
byte woken[2]; /* by each side: the other's last sleep number that it signalled; private in the program */
chan buffer[2] = [4] of { mtype, byte, byte }; /* stores under way: what, where, value */
bit signal[2]; /* bits of the notification that wakes a side */
bit waiting[2];

proctype memory(byte side)
{
	byte where, value;

end:	do
#ifdef TOTAL_STORE_ORDER
	:: atomic { buffer[side]?FIRST, where, value -> first[where] = value; where = 0; value = 0 }
	:: atomic { buffer[side]?SECOND, where, value -> second[where] = value; where = 0; value = 0 }
	:: atomic { buffer[side]?SLEEPS, where, value -> sleeps[side] = value; value = 0 }
#else
	:: atomic { buffer[side]??FIRST, where, value -> first[where] = value; where = 0; value = 0 }
	:: atomic { buffer[side]??SECOND, where, value -> second[where] = value; where = 0; value = 0 }
	:: atomic { buffer[side]??SLEEPS, where, value -> sleeps[side] = value; value = 0 }
#endif
#ifdef NO_RELEASE
	:: atomic { buffer[side]??INDEX, where, value -> index[side] = value; value = 0 }
#else
	:: atomic { buffer[side]?INDEX, where, value -> index[side] = value; value = 0 }
#endif
	od
}

/* tenon_channel_publish() after the index was stored. */
inline wake_peer(side)
{
#ifndef NO_FENCE_PUBLISH
	empty(buffer[side]);
#endif
	number = sleeps[1 - side];
	atomic {
		if
		:: (number & 1) && number != woken[side] -> woken[side] = number; signal[1 - side] = 1
		:: else
		fi;
		number = 0
	}
}

inline publish(side)
{
	atomic { buffer[side]!INDEX, 0, position; shown = position };
	wake_peer(side)
}

/* tenon_channel_refresh(): the other's index, read once and checked. */
inline refresh(side, offset)
{
	number = index[1 - side];
	d_step {
		assert((number + offset + M - limit) % M <= N - (limit + M - position) % M);
		limit = (number + offset) % M;
		number = 0
	}
}

/* tenon_channel_prepare_to_sleep(), the wait, tenon_channel_finish_sleep(). */
inline sleep(side, offset)
{
	if
	:: shown != position -> publish(side)
	:: else
	fi;
#ifdef LOOK_BEFORE_SLEEP
	refresh(side, offset);
#endif
	atomic {
#ifdef SAME_SLEEP
		buffer[side]!SLEEPS, 0, 1
#else
		buffer[side]!SLEEPS, 0, (woken[1 - side] == 1 -> 3 : 1)
#endif
	};
#ifndef NO_FENCE_SLEEP
	empty(buffer[side]);
#endif
#ifndef LOOK_BEFORE_SLEEP
	refresh(side, offset);
#endif
	if
	:: position == limit ->
		waiting[side] = 1;
end_wait:	atomic { signal[side] == 1 -> signal[side] = 0; waiting[side] = 0 }
	:: else
	fi;
	if
	:: buffer[side]!SLEEPS, 0, 0
#ifdef FORGETFUL
	:: skip /* a component need not finish */
#endif
	fi
}

proctype sender()
{
#ifdef ROOM_FOR_ONE_MORE
	byte position, shown, limit = N + 1, number;
#else
	byte position, shown, limit = N, number;
#endif

	do
	:: position == limit ->
#ifdef ROOM_FOR_ONE_MORE
		refresh(SENDER, N + 1);
		if :: position == limit -> sleep(SENDER, N + 1) :: else fi
#else
		refresh(SENDER, N);
		if :: position == limit -> sleep(SENDER, N) :: else fi
#endif
	:: position != limit ->
		atomic { buffer[SENDER]!FIRST, position % N, position };
		atomic { buffer[SENDER]!SECOND, position % N, position; position = (position + 1) % M };
		if
		:: publish(SENDER)
#ifdef BATCHES
		:: skip
#endif
		fi
	:: shown == position -> break /* it has nothing more to send */
	od;
end_rest:
	false
}

proctype receiver()
{
	byte position, shown, limit, number;
	byte a, b;

	do
	:: position == limit ->
#ifdef NO_ACQUIRE
		a = first[position % N];
		b = second[position % N];
#endif
		refresh(RECEIVER, 0);
		if
		:: position == limit -> sleep(RECEIVER, 0)
#ifdef NO_ACQUIRE
		:: else -> atomic { assert(a == position && b == position); a = 0; b = 0; position = (position + 1) % M }
#else
		:: else
#endif
		fi
	:: position != limit ->
#ifdef ROOM_BEFORE_COPY
		atomic { buffer[RECEIVER]!INDEX, 0, (position + 1) % M };
#endif
		a = first[position % N];
		b = second[position % N];
		atomic {
			assert(a == position && b == position);
			a = 0;
			b = 0;
			position = (position + 1) % M
		};
		if
		:: publish(RECEIVER)
#ifdef BATCHES
		:: skip
#endif
		fi
	:: shown == position -> break /* it is busy with something else for ever */
	od;
end_rest:
	false
}

/* Runs when nobody can move: then all stores are visible. */
proctype watcher()
{
	timeout ->
	assert(!waiting[RECEIVER] || index[SENDER] == index[RECEIVER]);
	assert(!waiting[SENDER] || (index[SENDER] + M - index[RECEIVER]) % M >= N);
	assert(!(waiting[SENDER] && waiting[RECEIVER]))
}

init
{
	atomic {
		run memory(SENDER);
		run memory(RECEIVER);
		run sender();
		run receiver();
		run watcher()
	}
}
