"""The figures of a report as files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from emergency.log import write_bytes_atomically

__all__ = ["write_figures"]


def write_figures(folder: Path, figures: Mapping[str, Mapping[str, bytes]]) -> None:
    """Write figures, by name and form (``svg``, ``png``), as ``figures/NAME.FORM`` in a folder."""
    for name, forms in figures.items():
        for form, data in forms.items():
            write_bytes_atomically(folder / "figures" / f"{name}.{form}", data)
