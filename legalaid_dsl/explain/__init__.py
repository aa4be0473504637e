"""Trace to prose: what is payable, why, what was refused, what is still needed."""
