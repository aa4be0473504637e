"""Decisions over HTTP (extra ``serve``)."""
