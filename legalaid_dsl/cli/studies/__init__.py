"""Commands that look at many cases: studies, simulations, comparisons, readings, guarantees."""
