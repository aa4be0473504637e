% W1 in Prolog: reads cases as terms, decides each of them the times that it is told to, prints answers and CPU time.
% A case is a list of line(Task, Quarters, Certifiers); sessions are counted in halves.

may(hearing, judge).  may(hearing, clerk).  may(hearing, investigator).
may(testimony, judge).  may(testimony, clerk).  may(testimony, investigator).
may(custody, investigator).  may(custody, person_met).
may(evidence, investigator).  may(evidence, person_met).
may(meeting, person_met).
may(study, centre).  may(study, branch).
may(arguments, centre).  may(arguments, branch).
may(other, centre).  may(other, branch).

gave(0, 0) :- !.
gave(Rest, 1) :- Rest < 12, !.
gave(_, 2).

counts(Task, Certifiers) :- member(Role, Certifiers), may(Task, Role), !.

halves(Task, Quarters, Certifiers, Halves) :-
    counts(Task, Certifiers), !,
    Full is Quarters // 16, Rest is Quarters mod 16, gave(Rest, Gave), Halves is 2 * Full + Gave.
halves(_, _, _, 0).

% what the ceiling of a task leaves, and what is left of the ceilings
fill(meeting, H, left(A, B, C, D), P, left(N, B, C, D)) :- !, P is min(H, A), N is A - P.
fill(study, H, left(A, B, C, D), P, left(A, N, C, D)) :- !, P is min(H, B), N is B - P.
fill(arguments, H, left(A, B, C, D), P, left(A, B, N, D)) :- !, P is min(H, C), N is C - P.
fill(other, H, left(A, B, C, D), P, left(A, B, C, N)) :- !, P is min(H, D), N is D - P.
fill(_, H, Left, H, Left).

lines([], _, Whole, Whole, []).
lines([line(Task, Quarters, Certifiers) | Rest], Left, Whole, Last, [Paid | More]) :-
    halves(Task, Quarters, Certifiers, Halves),
    fill(Task, Halves, Left, Allowed, Still),
    Paid is min(Allowed, Whole), Next is Whole - Paid,
    lines(Rest, Still, Next, Last, More).

decide(Lines, Total, Amount, Paid) :-
    lines(Lines, left(4, 10, 6, 3), 60, Last, Paid),
    Total is 60 - Last, Amount is (Total * 38 * 2340000 + 100) // 200.

% each case is kept as a term; deciding again and again must not read it again
repeat_all(Cases, Times) :- forall(between(1, Times, _), forall(member(C, Cases), decide(C, _, _, _))).

% `nothing` in place of decide, to take the cost of going through the list away
nothing_all(Cases, Times) :- forall(between(1, Times, _), forall(member(C, Cases), C = [_ | _])).

main :-
    read(Times), read(Cases),
    forall(member(C, Cases), ( decide(C, T, A, P), print([T, A | P]), nl )),
    statistics(cputime, Start), repeat_all(Cases, Times), statistics(cputime, Middle),
    nothing_all(Cases, Times), statistics(cputime, End),
    Spent is (Middle - Start) - (End - Middle),
    format("seconds ~w~n", [Spent]).
