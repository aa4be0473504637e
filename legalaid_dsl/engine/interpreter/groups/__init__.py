"""Items that are looked at together: totals, counts, extremes, ceilings that several share."""
