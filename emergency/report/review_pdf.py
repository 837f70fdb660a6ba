"""A review on paper: the same parts as the page, typeset; drawings and charts are pictures, every mark a link."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jinja2 import Environment

from emergency.report.pdf import write_pdf
from emergency.report.review_shapes import Picture
from emergency.report.standalone import style
from emergency.words.review import REVIEW, told

__all__ = ["review_pdf"]

_PX = 0.75  # [pt]
#: Parts that paper shows as the page does.
_OWN = ("counts", "open", "severities", "across", "settled", "checked", "skipped", "version")


def review_pdf(context: Mapping[str, Any], shapes: Environment, lang: str) -> bytes:
    """A review as the bytes of a PDF.

    Parameters
    ----------
    context : mapping
        What the page is made of.
    shapes : Environment
        That knows the template of the drawings.

    Raises
    ------
    MissingExtraError
        Without the extra ``docs``.
    """
    paper = _Paper(shapes, lang)
    data = {name: context[name] for name in _OWN} | {
        "lang": lang,
        "w": {name: words[lang != "zh"] for name, words in REVIEW.items() if "{" not in words[1]},
        "plans": [paper.plan(plan) for plan in context["plans"]],
        "shared": paper.shared(context["shared"]),
        "places": sorted(_places(context)),
    }
    with TemporaryDirectory() as folder:
        return write_pdf("papers/review.typ", data, Path(folder) / "review.pdf").read_bytes()


def _places(context: Mapping[str, Any]) -> set[str]:
    """What links can lead to: findings, clauses, plans."""
    found = {f["anchor"] for name in ("across", "settled") for f in context[name]} | {"p-across"}
    for plan in context["plans"]:
        found |= {one["anchor"] for one in (*plan["findings"], *plan["clauses"])} | {f"p-{plan['id']}"}
    return found if context["shared"] else found - {"p-across"}


class _Paper:
    """Parts of the page made ready for paper: pictures as SVG, words that take facts as whole sentences."""

    def __init__(self, shapes: Environment, lang: str) -> None:
        self.shapes, self.lang = shapes.get_template("review_svg.j2"), lang

    def say(self, name: str, /, **facts: object) -> str:
        """A sentence of the report."""
        return told(name, self.lang, **facts)

    def picture(self, drawn: Picture | Mapping[str, Any], macro: str, title: str = "") -> dict[str, Any]:
        """A drawing or a chart as SVG with its width [pt]."""
        svg = self.shapes.render(macro=macro, shape=drawn).replace("<defs>", f"<style>{_css()}</style><defs>", 1)
        wide, tall = (drawn.width, drawn.height) if isinstance(drawn, Picture) else (drawn["width"], drawn["height"])
        return {"svg": svg, "width": (wide + 16) * _PX, "height": (tall + 16) * _PX, "title": title}

    def plan(self, plan: Mapping[str, Any]) -> dict[str, Any]:
        """One plan's parts."""
        bodies, charts = plan["organisation"], plan["thresholds"]
        notes = [self.say("not-drawn", n=bodies["left_out"])] if bodies["left_out"] else []
        if bodies["loose"]:
            notes.append(self.say("loose", n=len(bodies["loose"]), names=bodies["loose"]))
        single = bodies["single"]
        return {
            **plan,
            "thresholds": {**charts, "charts": [self.chart(chart) for chart in charts["charts"]]},
            "organisation": {
                **bodies,
                "drawings": [self.picture(one, "drawing", one.title) for one in bodies["drawings"]],
                "notes": notes,
                "rest": self.say("single", n=len(single), names=single) if single else "",
            },
            "machine": {
                **plan["machine"],
                "drawings": [self.picture(one, "drawing", one.title) for one in plan["machine"]["drawings"]],
            },
            "reporting": {**plan["reporting"], "drawings": self.pictures(plan["reporting"]["drawings"])},
        }

    def pictures(self, drawn: list[Picture]) -> list[dict[str, Any]]:
        """Several drawings of one part, without titles of their own."""
        return [self.picture(one, "drawing") for one in drawn]

    def chart(self, chart: Mapping[str, Any]) -> dict[str, Any]:
        """A chart with its title, marks and gaps."""
        title = chart["title"] + ("" if chart["to_scale"] else f" {self.say('not-to-scale')}")
        gaps = self.say("gaps-at", gaps=chart["gaps"]) if chart["gaps"] else ""
        return {**self.picture(chart, "chart", title), "marks": chart["marks"], "gaps": gaps}

    def shared(self, shared: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """What plans share."""
        if shared is None:
            return None
        drawn, undrawn = shared["drawing"], shared["undrawn"]
        return {
            **shared,
            "drawing": self.picture(drawn, "drawing") if drawn else None,
            "note": self.say("undrawn", n=len(undrawn), names=undrawn) if undrawn else "",
        }


@cache
def _css() -> str:
    """The page's own rules about drawings."""
    text = style("review.css")
    rules = re.findall(r"svg [^{}]*\{[^{}]*\}", text.split("@media", 1)[0] + text.rsplit("}\n", 1)[-1])
    return "\n".join(rules).replace('"Report Sans", ', "")
