"""The official text attached, and the ledger of its sentences."""
