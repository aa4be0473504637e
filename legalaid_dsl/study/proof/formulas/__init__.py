"""A rulebook under chosen readings as formulas, over all cases of a space at once."""
