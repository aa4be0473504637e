"""What the choice of a reading decides."""
