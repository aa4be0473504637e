"""What was meant: names, units, dates, figures and readings resolved and checked."""
