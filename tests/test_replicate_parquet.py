"""Rows as Parquet: those of the text, in groups, whole or not there."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from emergency.errors import MissingExtraError
from emergency.replicate import parquet as module
from emergency.replicate.parquet import write_parquet
from emergency.replicate.store import Table, read_rows
from emergency.replicate.sweep import Conduct, Request, resume, sweep

parquet = pytest.importorskip("pyarrow.parquet")

ROOT = Path(__file__).parent.parent
FAST = "fuel-quiet"


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_the_rows_are_those_of_the_text(tmp_path: Path) -> None:
    """Every column and row of runs.csv, and of each change, with what was run in the metadata."""
    found = sweep(Request(FAST, 6, compare=("policy=eager",)), tmp_path, Conduct(1, parquet=True))
    for case, (name, label) in enumerate((("runs", ""), ("runs-1", "policy=eager"))):
        table = parquet.read_table(tmp_path / f"{name}.parquet")
        rows, _, _ = read_rows(tmp_path / f"{name}.csv", found.tables[case].columns)
        assert table.column_names == ["run", "failed", *found.tables[case].columns]
        assert table["run"].to_pylist() == list(range(6))
        assert table["failed"].null_count == 6
        for k, column in enumerate(found.tables[case].columns):
            cells = [np.nan if v is None else v for v in table[column].to_pylist()]
            np.testing.assert_array_equal(cells, rows[:, k])
        about = json.loads(table.schema.metadata[b"emergency"])
        assert (about["scenario"], about["change"]) == (FAST, label)
        assert about["plan_sha256"]


def test_rows_come_in_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the rows came in, they are written in groups of one size, with what failed and what is not known."""
    monkeypatch.setattr(module, "GROUP", 4)
    rows = np.arange(20.0).reshape(10, 2)
    rows[3, 1] = np.nan
    table = Table(("a", "b"), 1)
    for first, end in ((0, 3), (3, 3), (3, 9), (9, 10)):
        table.add(rows[first:end], {7: "broke"} if first == 3 else {})
    write_parquet(tmp_path / "x.parquet", table, {})
    file = parquet.ParquetFile(tmp_path / "x.parquet")
    assert [file.metadata.row_group(k).num_rows for k in range(file.num_row_groups)] == [4, 4, 2]
    found = file.read()
    assert found["a"].to_pylist() == rows[:, 0].tolist()
    assert found["b"].to_pylist()[3] is None
    assert [k for k, v in enumerate(found["failed"].to_pylist()) if v is not None] == [7]


def test_a_file_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When writing breaks off, nothing is left behind."""
    table = Table(("a",), 1)
    table.add(np.ones((3, 1)), {})

    def breaks(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(module, "_group", breaks)
    with pytest.raises(OSError, match="no room"):
        write_parquet(tmp_path / "x.parquet", table, {})
    assert list(tmp_path.iterdir()) == []


def test_rows_of_an_earlier_end_do_not_stay(tmp_path: Path) -> None:
    """A sweep made longer without Parquet leaves no Parquet of fewer rows beside it."""
    sweep(Request(FAST, 3), tmp_path, Conduct(1, parquet=True))
    assert (tmp_path / "runs.parquet").exists()
    resume(tmp_path, Conduct(1), runs=4)
    assert not (tmp_path / "runs.parquet").exists()
    resume(tmp_path, Conduct(1, parquet=True), runs=5)
    assert parquet.ParquetFile(tmp_path / "runs.parquet").metadata.num_rows == 5


def test_without_the_library_it_is_said_before_the_first_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing extra is told with its name, and no sweep is begun that the next command would find half done."""

    def missing(name: str) -> object:
        if name.startswith("pyarrow"):
            raise ModuleNotFoundError(name)
        return import_module(name)

    monkeypatch.setattr(module, "import_module", missing)
    with pytest.raises(MissingExtraError, match="parquet"):
        sweep(Request(FAST, 3), tmp_path / "out", Conduct(1, parquet=True))
    assert not (tmp_path / "out").exists()
