"""The files of the ruleset that is edited: saves, what is typed and not saved, earlier texts."""
