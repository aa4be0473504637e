"""What is too long for every day: with ``--long``, or by hand, resumable, with figures for the documentation."""
