"""The notebooks run as they stand, and what is committed beside their sources is what a run gives.

After a change: ``EMERGENCY_REWRITE=1 pytest tests/test_notebooks.py`` makes the ``.ipynb`` anew from the sources.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

MISSING = "needs the notebooks extra: pip install 'emergency[notebooks]'"
jupytext = pytest.importorskip("jupytext", reason=MISSING)
nbclient = pytest.importorskip("nbclient", reason=MISSING)
nbformat = pytest.importorskip("nbformat", reason=MISSING)
pytest.importorskip("ipykernel", reason=MISSING)

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager  # noqa: E402
from jupyter_client.manager import AsyncKernelManager  # noqa: E402

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "notebooks"
SOURCES = sorted(FOLDER.glob("*.py"))
REWRITE = "EMERGENCY_REWRITE"
ABSOLUTE = re.compile(r"(?<![\w.<])/(?:home|root|tmp|var|usr|opt|mnt|work|private|Users)/|\b[A-Za-z]:\\")


class ThisPython(KernelSpecManager):
    """Whatever kernels a machine has: the one that runs is of the interpreter that runs the tests."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name=kernel_name, language="python")


def made(source: Path) -> Any:
    """The notebook of a source, without outputs; cells are named by their place."""
    notebook = jupytext.read(source)
    notebook.metadata.pop("jupytext", None)
    notebook.metadata["language_info"] = {"name": "python"}
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{i:02}"
    return notebook


@cache
def executed(source: Path) -> Any:
    """The notebook executed from its own folder, as Jupyter does; raises if a cell does."""
    notebook = made(source)
    path = os.pathsep.join(p for p in (str(ROOT), os.environ.get("PYTHONPATH")) if p)
    with TemporaryDirectory() as empty:
        manager = AsyncKernelManager(kernel_spec_manager=ThisPython())
        if os.name == "posix":  # pipes of the system: nothing listens on the network
            manager.transport, manager.ip = "ipc", str(Path(empty, "kernel"))
        here = {"metadata": {"path": str(FOLDER)}}
        client = nbclient.NotebookClient(notebook, timeout=300, km=manager, resources=here, record_timing=False)
        own = {"PYTHONPATH": path, "IPYTHONDIR": empty, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
        client.execute(env={**os.environ, **own}, cleanup_kc=True)
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def committed(source: Path) -> Any:
    """The notebook as committed; made anew first where that is asked for."""
    path = source.with_suffix(".ipynb")
    if os.environ.get(REWRITE):
        nbformat.write(executed(source), path)
    return nbformat.read(path, as_version=4)


def cells(notebook: Any) -> list[tuple[str, str, str, dict[str, Any]]]:
    """What a notebook is made of, outputs left out: name, kind, text, and whether the text is folded."""
    return [(c.id, c.cell_type, c.source, dict(c.metadata)) for c in notebook.cells]


def outputs(notebook: Any) -> Iterator[tuple[int, Any]]:
    """Each output with the number of its cell."""
    for i, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", ()):
            yield i, output


def told(notebook: Any) -> list[tuple[int, Any]]:
    """What the outputs say: their text, and of pictures that there is one."""
    return [
        (i, {k: "" if k.startswith("image/") else v for k, v in output.get("data", {}).items()})
        for i, output in outputs(notebook)
    ]


def leaks(text: str) -> list[str]:
    """Places of this machine that a text gives away."""
    found = [m[0] for m in ABSOLUTE.finditer(text)]
    names = {str(ROOT), str(Path.home()), platform.node()}
    return found + [n for n in names if len(n) > 3 and re.search(rf"(?<!\w){re.escape(n)}(?!\w)", text)]


def test_there_are_two() -> None:
    """A class has a notebook for reading a plan and one for walking through a response."""
    assert [s.stem for s in SOURCES] == ["read-a-plan", "walk-a-response"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.stem)
def test_it_runs(source: Path) -> None:
    """Every cell runs, from the notebook's folder, without an error, a warning or a print to the screen."""
    kinds = {output.output_type for _, output in outputs(executed(source))}
    assert kinds <= {"execute_result", "display_data"}
    ran = [c for c in executed(source).cells if c.cell_type == "code"]
    assert [c.execution_count for c in ran] == list(range(1, len(ran) + 1))


@pytest.mark.parametrize(
    ("stem", "place", "before", "after"),
    [
        ("read-a-plan", "root", 'LANG = "zh" ', 'LANG = "en" '),
        ("read-a-plan", "notebooks", "STOCK_DAYS = 7", "STOCK_DAYS = 20"),
        ("read-a-plan", "tests", 'WHO = "police"', 'WHO = "finance"'),
        ("walk-a-response", "root", 'LANG = "zh" ', 'LANG = "en" '),
        ("walk-a-response", "notebooks", "\nSEED = 1 ", "\nSEED = 5 "),
    ],
    ids=["language", "stock", "agency", "language of the walk", "seed"],
)
def test_a_class_may_change_it(
    stem: str, place: str, before: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a notebook invites a class to change can be changed, wherever in the repository it is opened."""
    text = (FOLDER / f"{stem}.py").read_text(encoding="utf-8")
    assert text.count(before) == 1
    monkeypatch.chdir(ROOT if place == "root" else ROOT / place)
    exec(compile(text.replace(before, after), stem, "exec"), {"__name__": stem})  # noqa: S102


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.stem)
def test_the_committed_notebook_is_made_from_its_source(source: Path) -> None:
    """The committed notebook has the cells of its source, in their order, the same of them folded."""
    assert cells(committed(source)) == cells(made(source)), f"run {REWRITE}=1 pytest tests/test_notebooks.py"


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.stem)
def test_committed_outputs_are_what_a_run_gives(source: Path) -> None:
    """The committed outputs say, word for word, what the program says today."""
    assert told(committed(source)) == told(executed(source)), f"run {REWRITE}=1 pytest tests/test_notebooks.py"


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.stem)
def test_committed_notebooks_tell_nothing_of_the_machine(source: Path) -> None:
    """No output holds an absolute path, a host's name or a time of execution; a notebook stays small."""
    notebook = committed(source)
    assert leaks(f"plans are in {FOLDER}"), "the search finds what it is for"
    assert not leaks("\n".join(json.dumps(t, ensure_ascii=False) for t in told(notebook)))
    assert not any("execution" in c.metadata for c in notebook.cells)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert source.with_suffix(".ipynb").stat().st_size < 600_000


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.stem)
def test_answers_are_hidden(source: Path) -> None:
    """Nobody reads an answer before opening it: what is headed as one stands within a closed `details`."""
    texts = [c.source for c in made(source).cells if c.cell_type == "markdown"]
    texts += [str(output.get("data", {}).get("text/html", "")) for _, output in outputs(executed(source))]
    opened = [re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL) for text in texts]
    assert sum("<details>" in text for text in texts) >= 5
    assert not [text for text in opened if re.search(r"答案(?!”)|\bAnswers?\b(?! for)", text)]


@pytest.mark.parametrize("source", SOURCES, ids=lambda s: s.stem)
def test_every_paragraph_is_told_twice(source: Path) -> None:
    """Each markdown cell speaks Chinese and English."""
    for cell in made(source).cells:
        if cell.cell_type == "markdown":
            assert re.search(r"[\u4e00-\u9fff]{4}", cell.source), cell.source
            assert re.search(r"[A-Za-z]{3,} [a-z]{2,}", cell.source), cell.source
