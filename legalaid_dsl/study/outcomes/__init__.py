"""What a ruleset says of a case, and how two such answers, or two rulebooks, differ."""
