"""``python -m emergency.cli``."""

from emergency.cli import main

if __name__ == "__main__":
    main()
