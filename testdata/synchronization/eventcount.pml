/* The protocol of psync's eventcount (examples/synchronization/psync/sleep.go), for spin: how
 * those sleep that wait for a Semaphore's permit, an RWMutex's readers, a Barrier, a Cond, an Event.
 *
 * Three processes acquire and release one of N permits, ROUNDS times. One step is one access to
 * shared memory or one system call. KILLS of the processes, any, are killed, each between any two
 * steps. A sleeper is woken; with -DTIMEOUT it also looks for the dead after a while; with
 * -DCANCEL it may give up.
 *
 * Checked: nobody sleeps for ever; no permit is given out twice; all who are not killed get theirs
 * and finish (ltl done, under weak fairness).
 *
 * A mutant is the protocol with one mistake. The check has to find each:
 *   1 the bit comes down, and who fell asleep under it is forgotten
 *   2 the key is taken after the look      3 the sleep does not compare
 *   4 a dead one's permit comes back uncompared
 */
#ifndef N
#define N 1
#endif
#ifndef ROUNDS
#define ROUNDS 1
#endif
#ifndef KILLS
#define KILLS 0
#endif
#ifndef MUTANT
#define MUTANT 0
#endif

#define P 3
#define NOBODY 9

/* The eventcount. The lowest bit: somebody sleeps, or is about to. */
byte count;
/* The permits, each with the name of who has it. */
byte slot[N] = NOBODY;

bool asleep[P], dead[P], finished[P];

#define ODD(c) ((c & 1) == 1)

/* FUTEX_WAKE, all */
inline wakeAll() { d_step { asleep[0] = false; asleep[1] = false; asleep[2] = false } }

/* key announces a sleeper. */
inline announce()
{
	do
	:: c = count;
		if
		:: ODD(c) -> break
		:: !ODD(c) -> atomic { /* compare-and-swap */
				if
				:: count == c -> count = c + 1; c = c + 1; goto announced
				:: count != c -> skip
				fi
			}
		fi
	od;
announced:
	key = c
}

/* take looks at one permit after the other. */
inline take()
{
	i = 0; mine = NOBODY;
	do
	:: i == N || mine != NOBODY -> break
	:: i < N && mine == NOBODY -> atomic { /* compare-and-swap */
			if
			:: slot[i] == NOBODY -> slot[i] = _pid; mine = i
			:: slot[i] != NOBODY -> i++
			fi
		}
	od
}

/* advance wakes everybody. */
inline advance()
{
	do
	:: c = count;
		if
		:: !ODD(c) -> break
		:: ODD(c) -> atomic { /* compare-and-swap */
				if
				:: count == c -> count = c + 1
				:: count != c -> c = 0 /* again */
				fi
			}
			if
			:: c == 0 -> skip
			:: c != 0 -> wakeAll(); break
			fi
		fi
	od
}

active [P] proctype process()
{
	byte round, c, key, i, mine;
	bool cancelled;
	{
	do
	:: round == ROUNDS -> break
	:: round < ROUNDS ->
		cancelled = false;
		take();
		do
		:: mine != NOBODY -> break
		:: mine == NOBODY ->
#if MUTANT != 2
			announce();
#endif
			take();
#if MUTANT == 2
			announce();
#endif
			if
			:: mine != NOBODY -> break
			:: mine == NOBODY && cancelled -> goto next
			:: mine == NOBODY && !cancelled -> skip
			fi;
			atomic { /* FUTEX_WAIT: the kernel compares, then lets it sleep */
				if
				:: count == key -> asleep[_pid] = true
#if MUTANT == 3
				:: count != key -> asleep[_pid] = true
#else
				:: count != key -> skip
#endif
				fi
			}
			if
			:: !asleep[_pid] -> skip /* woken */
#ifdef CANCEL
			:: asleep[_pid] -> asleep[_pid] = false; cancelled = true
#endif
#ifdef TIMEOUT
			:: asleep[_pid] -> asleep[_pid] = false;
				/* bury */
				i = 0;
				do
				:: i == N -> break
				:: i < N ->
					mine = slot[i];
					if
					:: mine < P && dead[mine] -> atomic { /* compare-and-swap */
							if
#if MUTANT == 4
							:: true -> slot[i] = NOBODY
#else
							:: slot[i] == mine -> slot[i] = NOBODY
							:: slot[i] != mine -> skip
#endif
							fi
						}
						advance()
					:: !(mine < P && dead[mine]) -> skip
					fi;
					mine = NOBODY;
					i++
				od
#endif
			fi
		od;

		/* inside */
		assert(slot[mine] == _pid);

		slot[mine] = NOBODY;
		/* advanceOne wakes one. */
		do
		:: c = count;
			if
			:: !ODD(c) -> goto next
			:: ODD(c) -> atomic { /* compare-and-swap */
					if
					:: count == c -> count = c + 2; goto counted
					:: count != c -> skip
					fi
				}
			fi
		od;
counted:
		atomic { /* FUTEX_WAKE, 1 */
			if
			:: asleep[0] -> asleep[0] = false; goto next
			:: asleep[1] -> asleep[1] = false; goto next
			:: asleep[2] -> asleep[2] = false; goto next
			:: !asleep[0] && !asleep[1] && !asleep[2] -> skip
			fi
		}
		atomic { /* compare-and-swap */
			if
			:: count == c + 2 -> count = c + 3
			:: count != c + 2 -> goto next
			fi
		}
#if MUTANT != 1
		wakeAll();
#endif
next:
		round++
	od;
	finished[_pid] = true
	} unless { dead[_pid] }
}

#if KILLS > 0
active proctype killer()
{
	byte kills, victim;
	do
	:: kills < KILLS ->
		if /* the processes are alike: let the first to be killed be 0, and the second 0 or 1 */
		:: victim = 0
		:: kills > 0 -> victim = 1
		fi;
		d_step { /* SIGKILL, at once */
			dead[victim] = true;
			asleep[victim] = false
		};
		kills++
	:: break
	od
}
#endif

ltl done { <> ((finished[0] || dead[0]) && (finished[1] || dead[1]) && (finished[2] || dead[2])) }
