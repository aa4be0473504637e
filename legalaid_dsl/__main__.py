"""``python -m legalaid_dsl``."""

from .cli.main import run

if __name__ == "__main__":
    run()
