/* The ring of examples/sharedmem/ring as a model: spin tries every interleaving of a writer and a
   reader, and kills either between any two of its steps.

	spin -a ring.pml && cc -O1 -DSAFETY -o pan pan.c && ./pan -m100000
	spin -a ring.pml && cc -O1 -DNP -o pan pan.c && ./pan -l -m100000
	spin -a -DEARLY ring.pml && …      one of the faults below: now pan must find an error

   Claims: the reader takes every committed message, whole, in order and once; it never takes what
   was not committed; nobody sleeps for ever (an invalid end state) nor runs in circles (-l),
   whoever is killed. TestModel in examples/sharedmem runs all of it.

   Faults, to see that the claims can fail:
	EARLY    the tail is stored before the message is complete
	REUSE    the head is stored before the message is read
	LATEFLAG a side looks again before its flag is up (what weaker atomics would allow)
	DEADLAST the reader looks for messages first, and then whether the writer is dead

   A message is two halves with the message's number, since it is stored in more than one step.
   A statement here is one atomic step, so this is sequential consistency, as Go's atomics have. */

#define SLOTS    2
#define MESSAGES 3

byte low[SLOTS], high[SLOTS];           /* the data */
byte tail, head;                        /* the indices, which count from the beginning */
bool readerSleeps, writerSleeps;        /* the flags */
chan toReader = [1] of { bit };         /* the bell: rung since the other last looked, or not */
chan toWriter = [1] of { bit };
bool writerClosed;
bool writerGone, readerGone;            /* end-of-file on the bell */
bool killWriter, killReader;

/* ring the other's bell if its flag is up; the swap makes it one ring per sleep */
inline ring(flag, bell) {
	if
	:: flag ->
		d_step { rung = flag; flag = false }
		if
		:: rung && nfull(bell) -> bell!1
		:: rung && full(bell)
		:: !rung
		fi
	:: else
	fi
}

active proctype killer() {
	if
	:: killWriter = true
	:: killReader = true
	:: true                         /* nobody */
	fi
}

active proctype writer() {
	byte next, seen;
	bool rung, left;
	{
		do
		:: next == MESSAGES -> break
		:: next < MESSAGES ->
			do                              /* Reserve: until there is room */
			:: next - seen < SLOTS -> break
			:: else ->
				left = readerGone;
				seen = head;
				if
				:: next - seen < SLOTS -> break
				:: else
				fi;
				if
				:: left -> goto over
				:: else
				fi;
#ifdef LATEFLAG
				seen = head;
				writerSleeps = true;
#else
				writerSleeps = true;
				seen = head;
#endif
				if
				:: next - seen < SLOTS
				:: else ->
					if
					:: toWriter?_
					:: readerGone
					fi
				fi;
				writerSleeps = false
			od;
			low[next % SLOTS] = next;
#ifdef EARLY
			tail = next + 1;
			high[next % SLOTS] = next;
#else
			high[next % SLOTS] = next;
			tail = next + 1;                /* Commit */
#endif
			next++;
			ring(readerSleeps, toReader)
		od;
		writerClosed = true;
		ring(readerSleeps, toReader);
over:		skip
	} unless { killWriter };
	writerGone = true
}

active proctype reader() {
	byte next, seen, a, b;
	bool rung, gone, closed;
	{
		do
		:: next < seen ->                       /* Next: there is a message */
#ifdef REUSE
			head = next + 1;
#endif
			a = low[next % SLOTS];
			b = high[next % SLOTS];
			assert(a == next && b == next);
			next++;
			if
			:: head = next; ring(writerSleeps, toWriter)    /* release, now or later */
			:: true
			fi
		:: next == seen ->
			if
			:: head != next -> head = next; ring(writerSleeps, toWriter)
			:: else
			fi;
#ifdef DEADLAST
			seen = tail;
			gone = writerGone;
			closed = writerClosed;
#else
			gone = writerGone;
			closed = writerClosed;
			seen = tail;
#endif
			if
			:: next < seen
			:: next == seen && (closed || gone) -> break
			:: next == seen && !closed && !gone ->
#ifdef LATEFLAG
				seen = tail;
				readerSleeps = true;
#else
				readerSleeps = true;
				seen = tail;
#endif
				if
				:: next < seen
				:: next == seen && writerClosed
				:: else ->
					if
					:: toReader?_
					:: writerGone
					fi
				fi;
				readerSleeps = false
			fi
		od;
		assert(next == tail);                   /* all that was committed was taken */
		assert(!closed || next == MESSAGES)     /* and after an orderly end, that is all there is */
	} unless { killReader };
	readerGone = true
}
