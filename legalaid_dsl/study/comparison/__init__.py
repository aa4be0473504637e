"""Two rulesets side by side: what changes, for whom, and why."""
