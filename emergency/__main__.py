"""The ``emergency`` command, and ``python -m emergency``."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; Ctrl-C while it is still being loaded ends it like later."""
    try:
        from emergency.cli import main as start  # noqa: PLC0415  may be interrupted
    except KeyboardInterrupt:
        sys.exit(130)
    start()


if __name__ == "__main__":
    main()
