"""The print pack of an exercise, made from its scenario and plans: who gets what lies in a folder of its own.

``players/`` situation manual, player cards, blank forms; ``evaluators/`` evaluation guide; ``controllers/`` the guide
with the story, the injects and the actions expected, which nobody else gets.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emergency.incident import Prepared
from emergency.log import EventLog
from emergency.report.exercise_guides import controller_data, evaluation_data, manual_data
from emergency.report.forms import write_blank_forms
from emergency.report.information import write_blank_information
from emergency.report.page import Page
from emergency.report.pdf import write_pdf
from emergency.report.player_cards import card_data, seats_of, split
from emergency.words.papers import plain, told

__all__ = ["pack_page", "write_pack"]


def pack_page(prepared: Prepared, lang: str) -> Page:
    """A page of a scenario that has not been run."""
    log = EventLog(prepared.start)
    log.add(0.0, "note", ref="scenario")
    programs = {id: ready.program for id, ready in prepared.plans.items()}
    return Page(log.entries, prepared.scenario, programs, {}, lang)


def write_pack(prepared: Prepared, folder: Path, lang: str) -> list[Path]:
    """Write everything an exercise needs on paper; returns the files.

    Raises
    ------
    MissingExtraError
        Without the extra ``docs``.
    """
    page = pack_page(prepared, lang)
    at_table, simulated = split(page, seats_of(page))
    players, evaluators, controllers = (folder / name for name in ("players", "evaluators", "controllers"))
    manual = manual_data(page, at_table, prepared.calendar)
    cards = {"cards": [card_data(page, card) for card in at_table]}
    return [
        _write(page, "situation-manual", "manual", "for-players", manual, players),
        _write(page, "player-cards", "cards", "for-players", cards, players),
        *write_blank_forms(page, players / "forms"),
        *(write_blank_information(page, id, players / "forms" / f"{id}-information.docx") for id in page.programs),
        _write(page, "evaluation-guide", "guide", "only-evaluators", evaluation_data(page), evaluators),
        _write(page, "controller-guide", "control", "only-control", controller_data(page, simulated), controllers),
    ]


def _write(page: Page, name: str, kind: str, whose: str, data: dict[str, Any], folder: Path) -> Path:
    lang = page.lang
    head = {
        "lang": lang, "kind": told(kind, lang), "title": page.scenario.title.in_(lang),
        "mark": told("mark", lang), "whose": told(whose, lang), "w": plain(lang),
    }  # fmt: skip
    return write_pdf(f"papers/{name}.typ", head | data, folder / f"{name}.pdf")
