"""The secret that signs invitations and cookies: a file of its own, away from the store, for its owner alone."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from emergency.errors import EmergencyError
from emergency.words.console_access import told

__all__ = ["Unusable", "default_key", "read_key", "state"]

_LEAST = 32  # characters


class Unusable(EmergencyError):
    """Something needed to open the door cannot be used: bad input."""

    exit_code = 2


def state() -> Path:
    """Where a user's programs keep what is not for others."""
    return Path(os.environ.get("XDG_STATE_HOME") or "~/.local/state").expanduser() / "emergency"


def default_key() -> Path:
    """Where the key lies if nobody says: never beside the store."""
    return state() / "serve.key"


def read_key(path: Path, lang: str) -> bytes:
    """The secret in a file, made if there is none.

    Raises
    ------
    Unusable
        If others may read it, or it is too short to be a secret.
    OSError
        If it can be neither read nor made.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _kept(path, lang)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(_LEAST))
        file.flush()
        os.fsync(file.fileno())
    return _kept(path, lang)


def _kept(path: Path, lang: str) -> bytes:
    if not path.is_file() or stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Unusable(told("key-open", lang, path=path))
    text = path.read_bytes().strip()
    if len(text) < _LEAST:
        raise Unusable(told("key-short", lang, path=path))
    return text
