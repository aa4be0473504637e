"""What can be known to be wrong before any case runs."""
