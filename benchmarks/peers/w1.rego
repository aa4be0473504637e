package w1

may := {
	"meeting": {"person_met"}, "study": {"centre", "branch"}, "arguments": {"centre", "branch"}, "other": {"centre", "branch"},
	"hearing": {"judge", "clerk", "investigator"}, "testimony": {"judge", "clerk", "investigator"},
	"custody": {"investigator", "person_met"}, "evidence": {"investigator", "person_met"},
}

ceiling := {"meeting": 4, "study": 10, "arguments": 6, "other": 3}

# half sessions of what is left over after whole ones of sixteen quarters of an hour
gave(rest) := 0 if { rest == 0 }
gave(rest) := 1 if { rest > 0; rest < 12 }
gave(rest) := 2 if { rest >= 12 }

counts(e) if { some role in e.certified_by; role in may[e.task] }

halves(e) := (2 * ((e.quarters - (e.quarters % 16)) / 16)) + gave(e.quarters % 16)

sessions := [[e.task, halves(e)] | some e in input.entries; counts(e)]

of_task[task] := found if {
	some task, _ in may
	found := least(sum([s[1] | some s in sessions; s[0] == task]), task)
}

least(found, task) := found if { not ceiling[task] }
least(found, task) := found if { found <= ceiling[task] }
least(found, task) := ceiling[task] if { found > ceiling[task] }

all_together := sum([found | some found in of_task])

total := all_together if { all_together <= 60 }
total := 60 if { all_together > 60 }

amount := (total * 38 * 2340000) / 200

answer := [total, amount]
