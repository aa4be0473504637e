"""Fuzzing: inputs made up by the grammar, and inputs changed towards code not yet reached. See README.md."""
