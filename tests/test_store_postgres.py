"""The PostgreSQL store: on a server of its own, what holds for the SQLite file holds for the database.

The server runs in a folder of its own, reached by a socket in that folder, and ends with the tests. A server refuses
to run as root, so that root starts it as another user, who needs a folder that is not below root's private ones.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_exercise import played, prepared, receipt

from emergency.errors import InputError, RunError
from emergency.exercise import Divergence, Keeper, SqliteStore, open_store
from emergency.exercise.store import PostgresStore

psycopg = pytest.importorskip("psycopg", reason="the postgres extra is not installed")


def binaries() -> Path | None:
    """The folder of the newest server: Debian's, which is not on the path, or the one that is."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def other_user() -> dict[str, Any]:
    """As whom the server runs."""
    if os.geteuid() != 0:
        return {}
    import pwd

    names = {one.pw_name: one for one in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Server:
    """A cluster in a folder; it can be killed and started again."""

    def __init__(self, bin: Path, folder: Path) -> None:
        self.bin, self.folder, self.who = bin, folder, other_user()
        self.environment = {"PATH": str(bin), "LC_ALL": "C"}
        initdb = [bin / "initdb", "-D", folder / "data", "-U", "keeper", "-A", "trust", "-E", "UTF8", "-N"]
        subprocess.run(initdb, check=True, capture_output=True, cwd=folder, env=self.environment, **self.who)
        self.start()

    def start(self) -> None:
        # Without fsync: what is tried here is our program, and only the server ends, never the machine.
        options = ["-k", self.folder, "-c", "listen_addresses=", "-c", "fsync=off"]
        command = [self.bin / "postgres", "-D", self.folder / "data", *options]
        with (self.folder / "log").open("ab") as log:
            self.child = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, env=self.environment, **self.who
            )
        for _ in range(2400):
            try:
                psycopg.connect(self.url).close()
                return
            except psycopg.OperationalError:
                assert self.child.poll() is None, (self.folder / "log").read_text()
                time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        self.child.send_signal(how)
        self.child.wait(60)

    @property
    def url(self) -> str:
        return f"postgresql://keeper@{quote(str(self.folder), safe='')}/postgres"

    def new(self) -> str:
        """The address of a part of the database nobody has used."""
        with psycopg.connect(self.url, autocommit=True) as db:
            name = f"x{db.execute('SELECT COUNT(*) FROM pg_namespace').fetchone()[0]}"
            db.execute(f"CREATE SCHEMA {name}")
        return f"{self.url}?options=-csearch_path%3D{name}"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A running server."""
    bin = binaries()
    if bin is None:
        pytest.skip("no PostgreSQL server is installed")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    who = other_user()
    os.chown(folder, who.get("user", -1), who.get("group", -1))
    running = None
    try:
        running = Server(bin, folder)
        yield running
    finally:
        if running is not None:
            running.stop(signal.SIGQUIT)  # at once: nothing of it is kept
        shutil.rmtree(folder)


def test_records_are_appended_never_changed(server: Server) -> None:
    """Records are there through a new connection, numbered for each exercise, and no statement changes them."""
    url = server.new()
    store = open_store(url)
    assert isinstance(store, PostgresStore)
    numbers = [store.append("a", {"n": 0}), store.append("b", {"n": 0}), store.append("a", {"n": 1, "zh": "险\0"})]
    assert numbers == [0, 0, 1]
    store.close()
    again = PostgresStore(url)
    assert again.read("a") == [{"n": 0}, {"n": 1, "zh": "险\0"}]
    assert again.read() == [{"n": 0}, {"n": 0}]
    assert again.read("c") == []
    again.close()
    with psycopg.connect(url, autocommit=True) as other:
        for change in ("UPDATE record SET body = 'x'", "DELETE FROM record", "TRUNCATE record"):
            with pytest.raises(psycopg.Error, match="never changed"):
                other.execute(change)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
records = st.dictionaries(texts, texts, max_size=3)
appends = st.lists(st.tuples(st.sampled_from(["a", "b", "险 情"]), records), max_size=8)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(appends)
def test_both_stores_keep_alike(server: Server, tmp_path: Path, records: list[tuple[str, dict[str, str]]]) -> None:
    """The same records appended give the same numbers and are read back the same from a file and a database."""
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    file, database = SqliteStore(folder / "x.sqlite"), PostgresStore(server.new())
    for exercise, record in records:
        assert file.append(exercise, record) == database.append(exercise, record)
    for exercise in ("a", "b", "险 情"):
        assert file.read(exercise) == database.read(exercise) == [r for e, r in records if e == exercise]
    assert sorted(map(repr, file.read())) == sorted(map(repr, database.read()))
    file.close()
    database.close()


def test_two_hosts_at_once(server: Server) -> None:
    """Connections that open an empty database and write to one exercise together lose and reorder nothing."""
    url, seen = server.new(), {}

    def write(host: int) -> None:
        store = PostgresStore(url)
        seen[host] = [store.append("x", {"host": host, "k": k}) for k in range(40)]
        store.close()

    hosts = [Thread(target=write, args=(host,)) for host in range(4)]
    for one in hosts:
        one.start()
    for one in hosts:
        one.join()
    store = PostgresStore(url)
    kept = store.read("x")
    store.close()
    assert sorted(n for numbers in seen.values() for n in numbers) == list(range(160))
    for host, numbers in seen.items():
        assert numbers == sorted(numbers)
        assert [kept[n] for n in numbers] == [{"host": host, "k": k} for k in range(40)]


def test_an_exercise_is_gone_on_with(server: Server) -> None:
    """An exercise kept in a database is resumed by replay to the same log, and refused if it comes out otherwise."""
    url = server.new()
    store = PostgresStore(url)
    first = Keeper(store, "x", prepared(), receipt())
    played(first)
    store.close()
    store = PostgresStore(url)
    again = Keeper(store, "x", prepared(), receipt())
    assert again.session.digest == first.session.digest
    with pytest.raises(Divergence):
        Keeper(store, "x", prepared("injects.outage.at.value=20 h"), receipt())
    store.close()


def cut(store: PostgresStore, url: str) -> None:
    """End the store's connection from the server's side."""
    with psycopg.connect(url, autocommit=True) as db:
        assert db.execute("SELECT pg_terminate_backend(%s, 5000)", (store._db.info.backend_pid,)).fetchone()[0]


def test_a_connection_cut_loses_nothing(server: Server) -> None:
    """Cut between calls, the store connects again and goes on with the next number."""
    url = server.new()
    store = PostgresStore(url)
    assert store.append("x", {"n": 0}) == 0
    cut(store, url)
    assert store.append("x", {"n": 1}) == 1
    cut(store, url)
    assert store.read("x") == [{"n": 0}, {"n": 1}]
    store.close()


@pytest.mark.parametrize("committed", [True, False])
def test_cut_while_appending(server: Server, committed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut just before or just after the commit, when nobody knows which, the record is there once."""
    url = server.new()
    store = PostgresStore(url)
    store.append("x", {"n": 0})
    whole = psycopg.Connection.transaction
    broken = []

    class Breaking:
        """A transaction whose first end is cut."""

        def __init__(self, db: Any) -> None:
            self.inner = whole(db)

        def __enter__(self) -> Any:
            return self.inner.__enter__()

        def __exit__(self, *error: Any) -> Any:
            if broken:
                return self.inner.__exit__(*error)
            broken.append(True)
            if committed:
                self.inner.__exit__(*error)
            cut(store, url)
            return store._db.execute("SELECT 1") and None

    monkeypatch.setattr(psycopg.Connection, "transaction", lambda db: Breaking(db))
    assert store.append("x", {"n": 1}) == 1
    assert store.append("x", {"n": 2}) == 2
    assert broken
    assert store.read("x") == [{"n": 0}, {"n": 1}, {"n": 2}]
    store.close()


def test_a_record_in_doubt_is_cleared_up_first(server: Server) -> None:
    """If the server went away right after a commit, the same record is acknowledged later; another is refused.

    The session has not carried out what the database holds, so that anything added to it could not be replayed.
    """
    url = server.new()
    store, other = PostgresStore(url), PostgresStore(url)
    store.append("x", {"n": 0})
    other.append("x", {"n": 1})
    store._doubt["x"] = 1, '{"n":1}'
    with pytest.raises(RunError, match="resume"):
        store.append("x", {"n": 2})
    assert store.append("y", {"n": 0}) == 0
    assert store.append("x", {"n": 1}) == 1
    assert store.append("x", {"n": 2}) == 2
    store._doubt["x"] = 3, '{"n":3}'
    assert store.append("x", {"n": 4}) == 3
    assert [r["n"] for r in store.read("x")] == [0, 1, 2, 4]
    store.close()
    other.close()


def test_a_server_torn_down_and_started_again(server: Server) -> None:
    """What was acknowledged before the server went down is there afterwards; meanwhile the store says it is lost."""
    url = server.new()
    store = PostgresStore(url)
    for n in range(20):
        store.append("x", {"n": n})
    server.stop(signal.SIGQUIT)
    with pytest.raises(RunError):
        store.append("x", {"n": 20})
    with pytest.raises(RunError):
        store.read("x")
    server.start()
    assert store.append("x", {"n": 20}) == 20
    assert store.read("x") == [{"n": n} for n in range(21)]
    store.close()


def test_a_database_out_of_reach_is_a_problem(server: Server) -> None:
    """An address nobody answers at, or that is none, is told without its password."""
    for url in (
        f"postgresql://keeper:secret@{quote(str(server.folder), safe='')}/absent?password=secret",
        "postgresql://keeper:secret@127.0.0.1:1/x?connect_timeout=2&password=secret",
        "postgresql://keeper:secret@[::1/x",
    ):
        with pytest.raises(InputError) as found:
            open_store(url)
        assert "secret" not in str(found.value)
        assert found.value.problems[0].code == "file-unreadable"
