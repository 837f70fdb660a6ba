"""Forms in which others take our results: SARIF for tools, a spreadsheet of opinions for offices."""

from __future__ import annotations

from emergency.exchange.opinions import opinions
from emergency.exchange.sarif import sarif

__all__ = ["opinions", "sarif"]
