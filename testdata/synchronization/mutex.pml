/* The protocol of psync.Mutex (examples/synchronization/psync, lock.go), for spin.
 *
 * Three processes lock, work and unlock ROUNDS times. One step is one access to shared memory or
 * one system call. KILLS of the processes, any, are killed, each between any two steps. A sleeper
 * is woken; with -DTIMEOUT it also looks for itself after a while; with -DCANCEL it may give up.
 *
 * Checked: nobody is inside beside a live owner; nobody enters unsuspecting after a death inside;
 * all who are not killed get in and finish (ltl done, under weak fairness).
 *
 * A mutant is the protocol with one mistake. The check has to find each:
 *   1 unlock forgets to wake            2 who was woken forgets the other sleepers
 *   3 a death is declared uncompared    4 the sleep does not compare
 *   5 the owner is named after the lock is taken
 *   6 the dead one's lock is freed without a mark
 */
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
#define FREE 9
#define UNNAMED 8

/* The owner word. Its fields are read, and compared and swapped, in one step each. */
byte owner = FREE;
bool waiters, suspect;

bool asleep[P], dead[P], finished[P];
bool inside[P]; /* between lock and unlock, and alive */
bool dirty;     /* somebody died inside: what the lock guards is half written */

inline load() { atomic { o = owner; w = waiters; s = suspect } }
#define UNCHANGED (owner == o && waiters == w && suspect == s)

active [P] proctype process()
{
	byte o, round;
	bool w, s, slept, repair, cancelled;
	{
	do
	:: round == ROUNDS -> break
	:: round < ROUNDS ->
		slept = false; repair = false; cancelled = false;
lock:
		load();
		if
		:: o == FREE && s && !repair -> /* ErrOwnerDied; LockRepair is the way on */
			repair = true;
			goto lock
		:: o == FREE && (!s || repair) ->
			atomic { /* compare-and-swap */
				if
				:: UNCHANGED ->
#if MUTANT == 5
					owner = UNNAMED
#else
					owner = _pid
#endif
#if MUTANT != 2
					; waiters = w || slept
#endif
				:: !UNCHANGED -> goto lock
				fi
			}
#if MUTANT == 5
			owner = _pid;
#endif
			goto critical
		:: o != FREE -> skip
		fi;
		if
		:: !w -> atomic { /* compare-and-swap */
				if
				:: UNCHANGED -> waiters = true; w = true
				:: !UNCHANGED -> goto lock
				fi
			}
		:: w -> skip
		fi;
		if
		:: cancelled -> goto next
		:: !cancelled -> skip
		fi;
		atomic { /* FUTEX_WAIT: the kernel compares, then lets it sleep */
			if
			:: UNCHANGED -> asleep[_pid] = true
#if MUTANT == 4
			:: !UNCHANGED -> asleep[_pid] = true
#else
			:: !UNCHANGED -> skip
#endif
			fi;
			slept = true
		}
		if
		:: !asleep[_pid] -> skip /* woken */
#ifdef CANCEL
		:: asleep[_pid] -> asleep[_pid] = false; cancelled = true
#endif
#ifdef TIMEOUT
		:: asleep[_pid] -> asleep[_pid] = false;
			load();
			if
			:: o < P && dead[o] -> atomic { /* compare-and-swap */
					if
#if MUTANT == 3
					:: true -> owner = FREE; waiters = false; suspect = true
#elif MUTANT == 6
					:: UNCHANGED -> owner = FREE; waiters = false
#else
					:: UNCHANGED -> owner = FREE; waiters = false; suspect = true
#endif
#if MUTANT != 3
					:: !UNCHANGED -> goto lock
#endif
					fi
				}
				d_step { asleep[0] = false; asleep[1] = false; asleep[2] = false }
			:: !(o < P && dead[o]) -> skip
			fi
#endif
		fi;
		goto lock;
critical:
		atomic {
			assert(!inside[0] && !inside[1] && !inside[2]);
			inside[_pid] = true
		}
		if
		:: suspect -> dirty = false; suspect = false /* repair, then trust */
		:: !suspect -> assert(!dirty)
		fi;
		inside[_pid] = false;
unlock:
		load();
		atomic { /* compare-and-swap */
			if
			:: UNCHANGED -> assert(owner == _pid); owner = FREE; waiters = false
			:: !UNCHANGED -> goto unlock
			fi
		}
		if
#if MUTANT != 1
		:: w -> atomic { /* FUTEX_WAKE, 1 */
				if
				:: asleep[0] -> asleep[0] = false
				:: asleep[1] -> asleep[1] = false
				:: asleep[2] -> asleep[2] = false
				:: !asleep[0] && !asleep[1] && !asleep[2] -> skip
				fi
			}
#else
		:: w -> skip
#endif
		:: !w -> skip
		fi;
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
			asleep[victim] = false;
			dirty = dirty || inside[victim];
			inside[victim] = false
		};
		kills++
	:: break
	od
}
#endif

ltl done { <> ((finished[0] || dead[0]) && (finished[1] || dead[1]) && (finished[2] || dead[2])) }
