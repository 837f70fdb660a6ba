"""The command line: parses, calls the library, prints.

Exit codes: 0 done; 1 findings, or a failed run; 2 bad input. It is the only package that imports inside functions,
so that ``emergency --help`` loads none of the heavy libraries.
"""

from emergency.cli import plans, review, runs, many, play, replay, serve, exchange, papers  # noqa: F401, I001  in the order help lists them
from emergency.cli.app import app

__all__ = ["app", "main"]


def main() -> None:
    """Entry point of the ``emergency`` command."""
    app()
