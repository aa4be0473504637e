"""What is proposed: as edits or as an amending act, its examples, and what it changes."""
