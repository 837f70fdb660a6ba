"""Sweeps on a cluster: two real worker processes on this machine, one of them killed in the middle."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from emergency.errors import InputError
from emergency.replicate.sweep import Conduct, Request, resume, sweep

pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("ignore")  # distributed has warnings of its own

ROOT = Path(__file__).parent.parent
SCENARIO = str(ROOT / "scenarios/fuel-pipeline-outage.yaml")
FILES = ("runs.csv", "runs-1.csv", "summary.json", "courses.bin")


def start(what: str, *more: str) -> subprocess.Popen[bytes]:
    """A scheduler or a worker as a process of its own."""
    command = [sys.executable, "-m", "distributed.cli.dask_" + what, *more, "--no-dashboard"]
    where = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=ROOT, env=where, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler, and two workers of it, each without a nanny that would bring it back to life."""
    distributed = pytest.importorskip("distributed")
    told = tmp_path / "scheduler.json"
    running = [start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told))]
    flags = ("--scheduler-file", str(told), "--no-nanny", "--nthreads", "1", "--host", "127.0.0.1")
    running += [start("worker", *flags, "--local-directory", str(tmp_path)) for _ in range(2)]
    try:
        while not told.is_file():
            assert running[0].poll() is None
            time.sleep(0.05)
        with distributed.Client(scheduler_file=str(told), set_as_default=False) as client:
            client.wait_for_workers(2, timeout=120)
            address = client.scheduler.address
        yield address, running[1:]
    finally:
        for one in reversed(running):
            one.kill()
            one.wait()


def test_nothing_is_lost_with_a_worker(
    crew: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    """A worker is killed in the middle of a sweep: the other takes over, and the files are those of one process."""
    address, workers = crew
    request = Request(SCENARIO, 40, compare=("policy=eager",))
    sweep(request, tmp_path / "here", Conduct(workers=1))

    def progress(done: int, total: int) -> None:
        if done > total / 4 and workers[0].poll() is None:
            workers[0].kill()

    found = sweep(request, tmp_path / "there", Conduct(2, address, progress))
    assert found.complete
    assert workers[0].poll() is not None
    assert workers[1].poll() is None
    for name in FILES:
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes(), name


def test_a_sweep_can_move_to_a_cluster(crew: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path) -> None:
    """What was begun on one machine is gone on with on others."""
    request = Request(SCENARIO, 24)
    sweep(request, tmp_path / "here", Conduct(workers=1))
    done: list[int] = []
    begun = sweep(
        request, tmp_path / "there", Conduct(1, None, lambda n, _: done.append(n), lambda: len(done) > 1)
    )
    assert not begun.complete
    assert resume(tmp_path / "there", Conduct(2, crew[0])).complete
    assert (tmp_path / "here/runs.csv").read_bytes() == (tmp_path / "there/runs.csv").read_bytes()


def refusal(folder: Path, address: str) -> str:
    """The one problem for which a sweep on a cluster is not begun; nothing of it may be left behind."""
    with pytest.raises(InputError) as refused:
        sweep(Request(SCENARIO, 2), folder, Conduct(1, address))
    assert not folder.exists()
    (problem,) = refused.value.problems
    return problem.code


@pytest.mark.parametrize("address", ["nonsense", "http://127.0.0.1:80", "tcp://127.0.0.1", "inproc://127.0.0.1:1"])
def test_an_address_of_another_kind_is_told_of(tmp_path: Path, address: str) -> None:
    """An address has a host and a port, and is spoken to by tcp or tls."""
    assert refusal(tmp_path / "out", address) == "bad-form"


@pytest.mark.parametrize("file", [None, "nowhere.pem"])
def test_tls_needs_certificates(tmp_path: Path, file: str | None) -> None:
    """Without certificates, or with one that cannot be read, a tls address is refused before anybody is called."""
    dask = pytest.importorskip("dask")
    with dask.config.set({"distributed.comm.tls.ca-file": file}):
        assert refusal(tmp_path / "out", "tls://127.0.0.1:9") == "no-certificates"


def test_a_scheduler_that_does_not_answer_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address where nobody listens is refused; a sweep that lies there already is as it was."""
    monkeypatch.setattr("emergency.replicate.cluster.PATIENCE", 0.3)
    assert refusal(tmp_path / "out", "tcp://127.0.0.1:9") == "no-scheduler"
    sweep(Request(SCENARIO, 2), tmp_path / "done", Conduct(workers=1))
    with pytest.raises(InputError):
        resume(tmp_path / "done", Conduct(1, "tcp://127.0.0.1:9"), runs=3)
    assert (tmp_path / "done/summary.json").is_file()


def test_a_cluster_that_is_lost_is_told_of(
    crew: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any worker a sweep ends and says so, and is gone on with elsewhere; another is not even begun."""
    monkeypatch.setattr("emergency.replicate.cluster.PATIENCE", 1.0)
    monkeypatch.setattr("emergency.replicate.cluster.LONELY", 0.5)
    address, workers = crew

    def progress(done: int, total: int) -> None:
        for one in workers:
            one.kill()
            one.wait()

    with pytest.raises(InputError) as refused:
        sweep(Request(SCENARIO, 60), tmp_path / "begun", Conduct(2, address, progress))
    assert [p.code for p in refused.value.problems] == ["lost-cluster"]
    assert resume(tmp_path / "begun", Conduct(workers=1)).complete
    assert refusal(tmp_path / "out", address) == "no-workers"
