"""What the command line says by itself: help in Vietnamese, usage errors in both languages."""
