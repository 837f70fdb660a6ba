"""The compiled engine is the same engine: the same tests pass on it, and it writes the same logs."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
SCENARIOS = sorted(path.stem for path in (ROOT / "scenarios").glob("*.yaml"))
ENGINE_TESTS = ("test_world*.py", "test_incident*.py", "test_indicators.py", "test_log.py", "test_matters.py",
                "test_runs*.py", "test_seat.py", "test_chance.py", "test_sharing.py", "test_island.py")

#: Run in a process of its own: what each scenario's log is, three runs of it.
DIGESTS = """
import hashlib, json, sys
from emergency.chance import Chance
from emergency.incident import Incident, incident, prepare, simulate
from emergency.indicators import fold
from emergency.log import EventLog
from emergency.reader import load_inputs
from emergency.seat import AsWritten


class Slower(AsWritten):
    def answer(self, ask, now):
        given = super().answer(ask, now)
        given.delay += 0.5
        return given


found = {"engine": incident.__file__}
for name in sys.argv[1:]:
    inputs = load_inputs(name)
    prepared = prepare(inputs.scenario, inputs.plans, inputs.jurisdiction)
    programs = {id: one.program for id, one in prepared.plans.items()}
    digest = hashlib.sha256()
    for run in range(3):
        log = EventLog(prepared.start, keep=True)
        one = Incident(prepared, Chance(7).run(run), log)
        # The last with a policy of somebody's own, which builds on one of the engine's.
        simulate(one, Slower(prepared.work, prepared.scenario.behaviour, one.stream) if run == 2 else None)
        for entry in log:
            digest.update(repr((entry.t, entry.kind, entry.plan, entry.actor, entry.ref, entry.clauses,
                                entry.scheme, entry.level, entry.detail)).encode())
        digest.update(json.dumps(fold(log, programs).numbers(), sort_keys=True).encode())
    found[name] = digest.hexdigest()
print(json.dumps(found))
"""


def hook() -> ModuleType:
    """The build hook, loaded from where the wheel's builder finds it."""
    settings = importlib.util.spec_from_file_location("compile_hook", ROOT / ".ci/compile.py")
    assert settings is not None
    assert settings.loader is not None
    module = importlib.util.module_from_spec(settings)
    settings.loader.exec_module(module)
    return module


def python(where: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the package that lies in a folder; -P keeps the current one out of the path."""
    env = {**os.environ, "PYTHONPATH": str(where)}
    return subprocess.run([sys.executable, "-P", *args], capture_output=True, text=True, env=env, cwd=ROOT)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package, its engine compiled, and the plans and scenarios beside it."""
    if shutil.which("cc") is None or not Path(sysconfig.get_paths()["include"], "Python.h").is_file():
        pytest.skip("no C compiler, or none of Python's headers")
    where = tmp_path_factory.mktemp("compiled")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    own = settings["hooks"]["custom"]
    made = hook().build(ROOT, where, own["modules"], own["interpreted"])
    assert len(made) > 30
    for folder in ("plans", "scenarios"):
        shutil.copytree(ROOT / folder, where / folder)
    return where


@pytest.mark.slow
def test_the_compiled_engine_writes_the_same_logs(compiled: Path) -> None:
    """Every scenario, run by run and number by number."""
    told = [python(where, "-c", DIGESTS, *SCENARIOS) for where in (ROOT, compiled)]
    assert [one.returncode for one in told] == [0, 0], told[1].stderr
    interpreted, fast = (json.loads(one.stdout) for one in told)
    assert interpreted.pop("engine").endswith(".py")
    assert not fast.pop("engine").endswith(".py")
    assert set(fast) == set(SCENARIOS)
    assert fast == interpreted


@pytest.mark.slow
def test_the_engines_own_tests_pass_compiled(compiled: Path) -> None:
    """Worlds, incidents, indicators and the plans' runs."""
    files = sorted(str(path) for name in ENGINE_TESTS for path in (ROOT / "tests").glob(name))
    told = python(compiled, "-m", "pytest", "-p", "no:cacheprovider", "-n", "2", *files)
    assert told.returncode == 0, told.stdout[-4000:]
