"""Reviews that outlive their server: found by the log they were made of."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from emergency.console.shelf import Shelf, reviews_of

MARKS = ("a1", "b2", "c3")
PAGES = {"zh": "<p>复盘</p>", "en": "<p>review</p>"}


def shelf(folder: Path, exercise: str = "x", version: str = "1") -> Shelf:
    """The shelf of an exercise."""
    return Shelf(folder / "x.sqlite.reviews", exercise, version)


def test_a_review_is_found_again_in_both_languages(tmp_path: Path) -> None:
    """What was put away is there for a server started later, of the same log or one that has gone on from it."""
    assert shelf(tmp_path).find(MARKS, "zh") is None
    shelf(tmp_path).put(MARKS, PAGES)
    for lang, page in PAGES.items():
        assert shelf(tmp_path).find(MARKS, lang) == page
        assert shelf(tmp_path).find((*MARKS, "d4"), lang) == page


@pytest.mark.parametrize("marks", [(), ("a1", "b2"), ("a1", "b2", "c4"), ("a1", "x2", "c3", "d4"), ("a1b2c3",)])
def test_another_log_has_no_review(tmp_path: Path, marks: tuple[str, ...]) -> None:
    """A log that is shorter, or went otherwise before its end, is another one."""
    shelf(tmp_path).put(MARKS, PAGES)
    assert shelf(tmp_path).find(marks, "en") is None


def test_another_exercise_or_engine_has_no_review(tmp_path: Path) -> None:
    """Reviews are each exercise's own, though one is called as another begins; and another engine may judge
    otherwise."""
    shelf(tmp_path, "x").put(MARKS, PAGES)
    assert shelf(tmp_path, "x.3").find(MARKS, "en") is None
    assert shelf(tmp_path, ".").find(MARKS, "en") is None
    assert shelf(tmp_path, version="2").find(MARKS, "en") is None
    shelf(tmp_path, "x.3").put(MARKS, {"en": "other"})
    assert shelf(tmp_path).find(MARKS, "en") == PAGES["en"]


def test_a_later_review_takes_the_place_of_the_earlier(tmp_path: Path) -> None:
    """Of one exercise there is one review; the files are for their owner alone, and none is left half written."""
    shelf(tmp_path).put(MARKS, PAGES)
    shelf(tmp_path).put(MARKS, {"zh": "新", "en": "new"})
    assert shelf(tmp_path).find(MARKS, "en") == "new"
    shelf(tmp_path).put((*MARKS, "d4"), {"zh": "后", "en": "later"})
    assert shelf(tmp_path).find((*MARKS, "d4", "e5"), "en") == "later"
    assert shelf(tmp_path).find(MARKS, "en") is None
    files = list((tmp_path / "x.sqlite.reviews").iterdir())
    assert len(files) == 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_page_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    """A file that is damaged, or a folder called like one, is no review and stops nobody."""
    shelf(tmp_path).put(MARKS, PAGES)
    english = next((tmp_path / "x.sqlite.reviews").glob("*.en.html"))
    english.write_bytes(b"\xff\xfe")
    assert shelf(tmp_path).find(MARKS, "en") is None
    english.unlink()
    english.mkdir()
    assert shelf(tmp_path).find(MARKS, "en") is None
    assert shelf(tmp_path).find(MARKS, "zh") == PAGES["zh"]


def test_where_reviews_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the store; of a database with the user's other state, by no name that tells its password."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert reviews_of("runs/a.sqlite") == Path("runs/a.sqlite.reviews")
    found = reviews_of("postgresql://user:secret@host/db")
    assert found.parent == tmp_path / "emergency"
    assert "secret" not in str(found)
