"""What review rules say, Chinese and English: one table for each module of rules.

A table maps a rule's id to its `RuleWords`; ``"rule-id:variant"`` holds other wording for some of its cases. Templates
have places for facts, ``{level}``; `findings.filled` puts them in.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["RuleWords"]

Words = tuple[str, str]


class RuleWords(NamedTuple):
    """The wording of a rule, each as ``(zh, en)``.

    Attributes
    ----------
    because : why it is a fault, in one sentence; no places for facts.
    says : what is wrong, for one finding.
    suggests : what would mend it.
    reference : the law or practice that asks for it, with its article, if any does.
    """

    because: Words
    says: Words
    suggests: Words
    reference: Words | None = None
