"""What ends the reading of one statement, once its problem has been noted."""


class Unresolved(Exception):
    """Raised inside one statement after its problem has been noted."""
