/* SPDX-License-Identifier: MIT
 * Sessions of a channel: either side may die between any two accesses to the shared memory, and is followed by a successor
 * that knows nothing and finds the memory as it was left.
 *
 * A session word is own generation * 16 + joined generation; an entry holds the generation of its sender and the low bits
 * of its number. Publishing always signals here; which signals may be elided is channel.pml's affair.
 *
 * Checked: an entry is taken only in the session of the sender that put it, in order, once; an index read in a session
 * belongs to it; whenever nothing moves any more, the channel is open on both sides and empty.
 *
 * Mutants as in channel.pml.
 */
#define N 2
#define M 4
#define SENDER 0
#define RECEIVER 1
#ifndef DEATHS
#define DEATHS 2
#endif
#define GENERATION(word) ((word) / 16)
#define JOINED(word) ((word) % 16)

byte session[2], index[2], entry[N];
byte expected[2]; /* private to each side: the other's word while open, 0: not open */
bit signal[2], dead[2];

proctype death()
{
	byte deaths;

end:	do
	:: deaths < DEATHS -> atomic { deaths++; dead[SENDER] = 1 }
	:: deaths < DEATHS -> atomic { deaths++; dead[RECEIVER] = 1 }
	:: deaths < DEATHS -> break
	od
}

/* begin_session() */
inline begin(side)
{
	word = session[side];
	generation = (GENERATION(word) > generation -> GENERATION(word) : generation);
	word = session[1 - side];
	generation = (JOINED(word) > generation -> JOINED(word) : generation) + 1;
	assert(generation < 16);
#ifdef INDEX_FIRST
	index[side] = 0;
	session[side] = generation * 16;
#else
	session[side] = generation * 16;
	index[side] = 0;
#endif
	atomic { position = 0; limit = 0; expected[side] = 0; own = generation * 16; word = 0 }
}

/* tenon_channel_join() */
inline join(side, room)
{
	word = session[1 - side];
	if
	:: expected[side] != 0 && word == expected[side]
	:: else ->
		looked = word;
		if
		:: expected[side] != 0 ->
#ifdef SAME_GENERATION
			atomic { position = 0; limit = 0; expected[side] = 0 }
#else
			begin(side)
#endif
		:: else
		fi;
		word = looked;
		if
		:: own != generation * 16 + GENERATION(word) ->
			own = generation * 16 + GENERATION(word);
			session[side] = own;
			signal[1 - side] = 1
		:: else
		fi;
		if
		:: GENERATION(word) != 0 && JOINED(word) == generation ->
			atomic { expected[side] = word; limit = room }
		:: else
		fi
	fi;
	word = 0
}

/* tenon_channel_refresh(): closed if the session is over. */
inline refresh(side, room)
{
#ifdef SESSION_FIRST
	word = session[1 - side];
	seen = index[1 - side];
#else
	seen = index[1 - side];
	word = session[1 - side];
#endif
	d_step {
		closed = (word != expected[side]);
		if
		:: !closed ->
			assert((seen + room + M - limit) % M <= N - (limit + M - position) % M);
			limit = (seen + room) % M
		:: else
		fi;
		seen = 0;
		word = 0
	}
}

/* What a side does when it can do nothing: joins what can be joined, else waits. */
inline wait_or_join(side, room)
{
	if
	:: expected[side] != 0 && !closed -> /* full or empty */
end_wait:	atomic { signal[side] == 1 -> signal[side] = 0 };
	:: else ->
		closed = 0;
		join(side, room);
		if
		:: expected[side] == 0 && session[1 - side] == looked ->
end_closed:		atomic { signal[side] == 1 -> signal[side] = 0 }
		:: else
		fi
	fi
}

inline publish(side)
{
	index[side] = position;
	signal[1 - side] = 1;
	if
	:: session[1 - side] != expected[side] -> limit = position
	:: else
	fi
}

proctype sender()
{
	byte position, limit, own, looked, generation, word, seen;
	bit closed;

start:	{
		begin(SENDER);
		join(SENDER, N);
		do
		:: expected[SENDER] == 0 -> wait_or_join(SENDER, N)
		:: expected[SENDER] != 0 && position == limit ->
			refresh(SENDER, N);
			if
			:: position == limit || closed -> wait_or_join(SENDER, N)
			:: else
			fi
		:: expected[SENDER] != 0 && position != limit ->
			entry[position % N] = GENERATION(own) * 4 + position;
			position = (position + 1) % M;
			publish(SENDER)
		:: expected[SENDER] != 0 && position != limit -> /* nothing to send: its loop goes on all the same */
end_idle:		atomic { signal[SENDER] == 1 -> signal[SENDER] = 0 };
			join(SENDER, N)
		od
	} unless {
		atomic {
			dead[SENDER] -> dead[SENDER] = 0;
			position = 0; limit = 0; own = 0; looked = 0; generation = 0; word = 0; seen = 0; closed = 0;
			expected[SENDER] = 0
		}
	};
	goto start
}

proctype receiver()
{
	byte position, limit, own, looked, generation, word, seen;
	bit closed;

start:	{
		begin(RECEIVER);
		join(RECEIVER, 0);
		do
		:: expected[RECEIVER] == 0 -> wait_or_join(RECEIVER, 0)
		:: expected[RECEIVER] != 0 && position == limit ->
			refresh(RECEIVER, 0);
			if
			:: position == limit || closed -> wait_or_join(RECEIVER, 0)
			:: else
			fi
		:: expected[RECEIVER] != 0 && position != limit ->
			assert(entry[position % N] == GENERATION(expected[RECEIVER]) * 4 + position);
			position = (position + 1) % M;
			publish(RECEIVER)
		od
	} unless {
		atomic {
			dead[RECEIVER] -> dead[RECEIVER] = 0;
			position = 0; limit = 0; own = 0; looked = 0; generation = 0; word = 0; seen = 0; closed = 0;
			expected[RECEIVER] = 0
		}
	};
	goto start
}

proctype watcher()
{
	timeout ->
	assert(expected[SENDER] != 0 && expected[SENDER] == session[RECEIVER]);
	assert(expected[RECEIVER] != 0 && expected[RECEIVER] == session[SENDER]);
	assert(index[SENDER] == index[RECEIVER])
}

init
{
	atomic {
		run sender();
		run receiver();
		run death();
		run watcher()
	}
}
