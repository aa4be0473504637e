"""Tables of cases in, tables of results out, a piece at a time."""
