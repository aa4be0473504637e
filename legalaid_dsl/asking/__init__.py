"""Asking for a case: the next question that can still change the answer."""
