"""Sheets out of files of each format, looked at before they are read."""
