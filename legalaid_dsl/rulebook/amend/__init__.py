"""Amending law: sentences that change the text of other instruments, each from its own day."""
