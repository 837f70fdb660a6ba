"""User-facing wording, Chinese and English."""

from __future__ import annotations

from emergency.words.problems import PROBLEMS, safe, tell

__all__ = ["PROBLEMS", "safe", "tell"]
