"""The rows of a finished sweep as Parquet, for those who go on with them elsewhere.

While a sweep goes on its rows are lines of text: a Parquet file is nothing until its end has been written, and a
sweep that is killed must lose nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from emergency.errors import MissingExtraError
from emergency.replicate.store import Table, runs_file

__all__ = ["need_parquet", "parquet_file", "write_parquet"]

GROUP = 16_384  # rows of a row group


def need_parquet() -> None:
    """See that Parquet can be written, before hours are spent.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    """
    _arrow("pyarrow")


def _arrow(module: str) -> Any:
    try:
        return import_module(module)
    except ModuleNotFoundError:
        raise MissingExtraError("pyarrow", "parquet") from None


def parquet_file(case: int) -> str:
    """The Parquet file with the rows of a case."""
    return runs_file(case).removesuffix(".csv") + ".parquet"


def write_parquet(path: Path, table: Table, about: Mapping[str, Any]) -> None:
    """Write the rows of one case: ``run``, ``failed`` (null where it did not), then a column for each number.

    Parameters
    ----------
    about : mapping
        Kept as JSON in the file's metadata under ``emergency``: what was run, and from which files.

    Notes
    -----
    The file takes its name only when it is whole. A number that is not known is null.
    """
    arrow, parquet = _arrow("pyarrow"), _arrow("pyarrow.parquet")
    fields = [("run", arrow.int64()), ("failed", arrow.string()), *((c, arrow.float64()) for c in table.columns)]
    told = json.dumps(about, ensure_ascii=False, sort_keys=True)
    schema = arrow.schema(fields, metadata={"emergency": told})
    draft = path.with_name(path.name + ".part")
    try:
        with parquet.ParquetWriter(draft, schema, compression="zstd") as writer:
            for first in range(0, len(table), GROUP):
                writer.write_table(_group(arrow, schema, table, first, min(first + GROUP, len(table))))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _group(arrow: Any, schema: Any, table: Table, first: int, end: int) -> Any:
    failed = arrow.array([table.failures.get(run) for run in range(first, end)], arrow.string())
    rows = table.rows(first, end)
    numbers = [arrow.array(column, from_pandas=True) for column in np.ascontiguousarray(rows.T)]
    return arrow.table([arrow.array(range(first, end), arrow.int64()), failed, *numbers], schema=schema)
