"""The language server: what an editor shows a drafter while the law is being written."""
