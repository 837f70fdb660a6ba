"""The door of the console: who is let in by a link or a cookie, what is kept of it, and how often anybody may ask."""

from __future__ import annotations

import re
import sqlite3
import stat
from pathlib import Path

import pytest

pytest.importorskip("itsdangerous")

from hypothesis import given
from hypothesis import strategies as st

from emergency.console.access import LINKS, MAX_HOURS, Access, TurnedAway, base_of, cookie_name, invitations_of
from emergency.console.intake import MAY, Form, NotAForm, command_of, read_form
from emergency.console.key import Unusable, default_key, read_key
from emergency.console.limits import Limit
from emergency.console.place import Badge, Role
from emergency.errors import RefusedError
from emergency.words.console_access import ACCESS

KEY = b"k" * 64
FORM = "application/x-www-form-urlencoded"
HEAD = "vice-head-commerce"


class Clock:
    """A calendar that stands where it is put."""

    def __init__(self) -> None:
        self.t = 1e9

    def __call__(self) -> float:
        return self.t


def access(folder: Path, clock: Clock | None = None, key: bytes = KEY) -> Access:
    """The door of a store."""
    return Access(folder / "x.invitations", key, clock or Clock())


def turned_away(call: object, *args: object) -> str:
    """Why a call is turned away."""
    with pytest.raises(TurnedAway) as found:
        call(*args)  # type: ignore[operator]
    return found.value.why


# ------------------------------------------------------------------------------------------- invitations


def test_a_link_becomes_a_cookie_and_the_cookie_a_badge(tmp_path: Path) -> None:
    """Who has the link gets a cookie, and the cookie proves the badge the link was for; the link works again."""
    door = access(tmp_path)
    badge, token = door.invite("x", Role.player, HEAD, "Commerce, table 3", 2.0)
    assert badge == Badge("x", HEAD, Role.player, HEAD, "Commerce, table 3")
    for _ in range(2):
        name, value, seconds = door.cookie(door.enter(token))
        assert seconds == 7200
        assert door.known("x", badge.id, {name: value}).badge == badge


def test_it_survives_a_restart(tmp_path: Path) -> None:
    """Invitations are read again from their file, and cookies made before still hold."""
    clock = Clock()
    door = access(tmp_path, clock)
    badge, token = door.invite("x", Role.evaluator, None, "E", 2.0)
    name, value, _ = door.cookie(door.enter(token))
    door.close()
    again = access(tmp_path, clock)
    assert again.badges("x") == (badge,)
    assert again.enter(token).badge == badge
    assert again.known("x", badge.id, {name: value}).badge == badge


def test_neither_token_nor_key_is_kept(tmp_path: Path) -> None:
    """The file of invitations holds no token, no part of one, and nothing of the key; others cannot read it."""
    door = access(tmp_path)
    _, token = door.invite("x", Role.player, HEAD, "A", 2.0)
    door.close()
    kept = (tmp_path / "x.invitations").read_bytes()
    assert b"vice-head-commerce" in kept
    assert not any(part.encode() in kept for part in token.split("."))
    assert KEY not in kept
    assert stat.S_IMODE((tmp_path / "x.invitations").stat().st_mode) == 0o600


def test_another_key_knows_nobody(tmp_path: Path) -> None:
    """Who has the file of invitations but not the key can make neither link nor cookie."""
    door = access(tmp_path)
    badge, token = door.invite("x", Role.facilitator, None, "F", 2.0)
    held = door.enter(token)
    door.close()
    thief = access(tmp_path, key=b"z" * 64)
    mine, theirs = door.cookie(held), thief.cookie(held)
    assert turned_away(thief.enter, token) == "forged"
    assert turned_away(thief.known, "x", badge.id, {mine[0]: mine[1]}) == "forged"
    assert turned_away(door.known, "x", badge.id, {theirs[0]: theirs[1]}) == "forged"
    assert door.known("x", badge.id, {mine[0]: mine[1]}).badge == badge


def test_invitations_expire(tmp_path: Path) -> None:
    """After its hours neither the link nor the cookie made of it lets anybody in; a new link does."""
    clock = Clock()
    door = access(tmp_path, clock)
    badge, token = door.invite("x", Role.player, HEAD, "A", 2.0)
    held = door.enter(token)
    name, value, _ = door.cookie(held)
    clock.t += 7201.0
    assert turned_away(door.enter, token) == "expired"
    assert turned_away(door.known, "x", badge.id, {name: value}) == "expired"
    assert not door.stands(held)
    renewed = door.link("x", badge.id, 2.0)
    assert door.enter(renewed).badge == badge
    assert door.known("x", badge.id, {name: value}).badge == badge


def test_invitations_are_revoked(tmp_path: Path) -> None:
    """Revoked, link and cookie are worth nothing, for good; a badge made later is another one."""
    door = access(tmp_path)
    badge, token = door.invite("x", Role.player, HEAD, "A", 2.0)
    held = door.enter(token)
    name, value, _ = door.cookie(held)
    door.revoke("x", badge.id)
    assert turned_away(door.enter, token) == "revoked"
    assert turned_away(door.known, "x", badge.id, {name: value}) == "revoked"
    assert turned_away(door.link, "x", badge.id, 2.0) == "revoked"
    assert not door.stands(held)
    assert door.badges("x") == ()
    other, _ = door.invite("x", Role.player, HEAD, "B", 2.0)
    assert other.id != badge.id
    door.close()
    assert turned_away(access(tmp_path).enter, token) == "revoked"


def test_one_server_for_one_store(tmp_path: Path) -> None:
    """While the invitations of a store are open nobody else opens them: two hosts would spoil an exercise."""
    door = access(tmp_path)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        access(tmp_path)
    door.close()
    access(tmp_path).close()


def test_links_handed_out_before_a_restart_still_work(tmp_path: Path) -> None:
    """A server started again makes new links; the last few before them work on, each until its own time, and revoked
    none does."""
    clock = Clock()
    door = access(tmp_path, clock)
    badge, token = door.invite("x", Role.facilitator, None, "F", 2.0)
    name, value, _ = door.cookie(door.enter(token))
    door.close()
    again = access(tmp_path, clock)
    newer = again.link("x", badge.id, 4.0)
    assert {again.enter(one).badge for one in (token, newer)} == {badge}
    clock.t += 7201.0
    assert turned_away(again.enter, token) == "expired"
    assert again.enter(newer).badge == badge
    assert again.known("x", badge.id, {name: value}).badge == badge
    more = [again.link("x", badge.id, 1.0) for _ in range(LINKS)]
    assert turned_away(again.enter, newer) == "revoked"
    assert {again.enter(one).badge for one in more} == {badge}
    again.revoke("x", badge.id)
    assert {turned_away(again.enter, one) for one in (newer, *more)} == {"revoked"}


def test_a_file_of_invitations_from_before_still_holds(tmp_path: Path) -> None:
    """An invitation whose link has no time of its own is read: the link is good as long as its badge."""
    clock = Clock()
    door = access(tmp_path, clock)
    badge, token = door.invite("x", Role.facilitator, None, "F", 2.0)
    door.close()
    with sqlite3.connect(tmp_path / "x.invitations") as db:
        db.execute("UPDATE invitation SET digest = substr(digest, 1, instr(digest, '@') - 1)")
    again = access(tmp_path, clock)
    assert again.enter(token).badge == badge
    clock.t += 7201.0
    assert turned_away(again.enter, token) == "expired"


def test_a_cookie_opens_one_badge_of_one_exercise(tmp_path: Path) -> None:
    """The cookie of a badge under another badge's name, or in another exercise, opens nothing."""
    door = access(tmp_path)
    made = {}
    for exercise in ("x", "y"):
        for role in (Role.facilitator, Role.wall):
            badge, token = door.invite(exercise, role, None, role.value, 2.0)
            made[exercise, badge.id] = door.cookie(door.enter(token))
    assert len({name for name, _, _ in made.values()}) == 4
    for of, (_, value, _) in made.items():
        for exercise, id in made:
            told = {cookie_name(exercise, id): value}
            if (exercise, id) == of:
                assert door.known(exercise, id, told).badge.id == id
            else:
                assert turned_away(door.known, exercise, id, told) == "forged"
    assert turned_away(door.known, "x", "facilitator", {}) == "nobody"


@given(data=st.data())
def test_no_changed_token_and_no_changed_cookie_is_taken(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Change, cut or add one character of a token or a cookie: it is nobody's."""
    door = access(tmp_path_factory.mktemp("door"))
    badge, token = door.invite("x", Role.facilitator, None, "F", 2.0)
    name, value, _ = door.cookie(door.enter(token))
    right = data.draw(st.sampled_from([token, value]))
    at = data.draw(st.integers(0, len(right) - 1))
    letter = data.draw(st.sampled_from("AZaz09-_.%é\x00"))
    ways = [right[:at], right[:at] + letter + right[at + 1 :], right[:at] + letter + right[at:]]
    wrong = data.draw(st.sampled_from(ways))
    if wrong == right:
        return
    assert turned_away(door.enter, wrong) == "forged"
    assert turned_away(door.known, "x", badge.id, {name: wrong}) == "forged"
    door.close()


def test_a_cookie_is_no_link_and_a_link_no_cookie(tmp_path: Path) -> None:
    """Each is signed for its own use."""
    door = access(tmp_path)
    badge, token = door.invite("x", Role.facilitator, None, "F", 2.0)
    name, value, _ = door.cookie(door.enter(token))
    assert turned_away(door.enter, value) == "forged"
    assert turned_away(door.known, "x", badge.id, {name: token}) == "forged"


def test_forms_belong_to_a_badge(tmp_path: Path) -> None:
    """What one badge's forms carry is no other's, and not that of the same seat after it was revoked."""
    door = access(tmp_path)
    a = door.enter(door.invite("x", Role.player, HEAD, "A", 2.0)[1])
    b = door.enter(door.invite("x", Role.player, "finance", "B", 2.0)[1])
    assert door.own_form(a, door.csrf(a))
    for wrong in (door.csrf(b), "", "é", door.csrf(a)[:-1]):
        assert not door.own_form(a, wrong)


def test_ids_are_plain_and_invitations_bounded(tmp_path: Path) -> None:
    """Ids hold what an address may hold, however a seat is spelt; hours and numbers of invitations have a bound."""
    door = access(tmp_path)
    seats = ["A_b/../c", "油", "x" * 60, HEAD, HEAD, HEAD]
    ids = [door.invite("x", Role.player, seat, "A", 1.0)[0].id for seat in seats]
    assert ids == ["a-b-c", "guest", "x" * 34, HEAD, f"{HEAD}-2", f"{HEAD}-3"]
    for hours in (0.0, -1.0, MAX_HOURS + 1, float("nan")):
        assert turned_away(door.invite, "x", Role.wall, None, "W", hours) == "too-long"
    assert base_of("油 a/b", "c") == "/x/%E6%B2%B9%20a%2Fb/c"


def test_an_exercise_has_only_so_many_invitations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound no more are made; other exercises are not concerned."""
    monkeypatch.setattr("emergency.console.access.MAX_BADGES", 3)
    door = access(tmp_path)
    for _ in range(3):
        door.invite("x", Role.wall, None, "W", 1.0)
    assert turned_away(door.invite, "x", Role.wall, None, "W", 1.0) == "full"
    assert door.invite("y", Role.wall, None, "W", 1.0)[0].id == "wall"


def test_where_invitations_lie(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Beside a file; of a database with the user's state, and without the password in the name."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert invitations_of("a/b.sqlite") == Path("a/b.sqlite.invitations")
    found = invitations_of("postgresql://me:secret@host/db")
    assert found.parent == tmp_path / "emergency"
    assert "secret" not in found.name
    assert default_key().parent == tmp_path / "emergency"
    (tmp_path / "x.invitations").write_bytes(b"no database at all, but as long as one would be" * 100)
    with pytest.raises(sqlite3.Error):
        access(tmp_path)


# ---------------------------------------------------------------------------------------------- the key


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    """A key that is missing is made, with mode 0600; asked again it is the same."""
    path = tmp_path / "deep" / "serve.key"
    made = read_key(path, "en")
    assert len(made) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key(path, "en") == made
    assert read_key(tmp_path / "other.key", "en") != made


def test_a_key_others_can_read_is_refused(tmp_path: Path) -> None:
    """Readable by others, too short, or a folder: it is said which file, and no exercise begins."""
    path = tmp_path / "serve.key"
    read_key(path, "en")
    path.chmod(0o640)
    with pytest.raises(Unusable, match=r"serve\.key can be read by others"):
        read_key(path, "en")
    path.chmod(0o600)
    path.write_text("short")
    with pytest.raises(Unusable, match="太短"):
        read_key(path, "zh")
    with pytest.raises(Unusable):
        read_key(tmp_path, "en")
    assert Unusable.exit_code == 2


# ------------------------------------------------------------------------------------------- how often


def test_limits_are_for_each_alone() -> None:
    """A burst, then a rate; one who asks too often takes nothing from another, and idle time gives it back."""
    limit = Limit(rate=2.0, burst=3.0)
    assert [limit.allows("a", 0.0) for _ in range(5)] == [True, True, True, False, False]
    assert limit.allows("b", 0.0)
    assert [limit.allows("a", 0.5), limit.allows("a", 0.5)] == [True, False]
    assert [limit.allows("a", 100.0) for _ in range(5)] == [True, True, True, False, False]
    assert not limit.allows("a", 50.0)  # a clock put back gives nothing


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 1)), max_size=200))
def test_limits_hold_and_forget(asked: list[tuple[int, float]]) -> None:
    """No more than burst + rate·time pass for anybody who is remembered, and no more are remembered than may be."""
    limit, t = Limit(rate=1.0, burst=2.0, most=20), 0.0
    passed = dict.fromkeys(range(10), 0)
    for who, wait in asked:
        t += wait
        passed[who] += limit.allows(who, t)
    assert all(n <= 2.0 + t + 1e-6 for n in passed.values())
    small = Limit(rate=1.0, burst=1.0, most=3)
    for who in range(100):
        small.allows(who, 0.0)
    assert len(small._left) == 3


# --------------------------------------------------------------------------------------------- forms


def badge(role: Role, seat: str | None = None) -> Badge:
    """Somebody."""
    return Badge("x", "b", role, seat, "Name")


def test_who_acts_is_said_by_the_badge() -> None:
    """`by` comes from the badge; a form that says it is refused, whatever it says."""
    decided = command_of(Form(b"do=decide&ask=1&plan=p&ref=r&step=s&verdict=do"), badge(Role.player, HEAD))
    assert decided.by == f"seat:{HEAD}"
    assert command_of(Form(b"do=pause"), badge(Role.facilitator)).by == "facilitator"
    assert command_of(Form(b"do=note&text=x"), badge(Role.evaluator)).by == "evaluator"
    for by in (b"facilitator", f"seat:{HEAD}".encode(), b""):
        with pytest.raises(RefusedError):
            command_of(Form(b"do=say&to=a&text=x&by=" + by), badge(Role.player, "finance"))


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gives_its_own_commands_only(role: Role) -> None:
    """What is not in the table is refused before anything else is looked at; time is passed by nobody."""
    everything = {do for may in MAY.values() for do in may} | {"tick", "fly", ""}
    for do in everything - MAY[role]:
        with pytest.raises(RefusedError) as refused:
            command_of(Form(f"do={do}".encode()), badge(role, HEAD))
        assert refused.value.code == "role"
    assert "tick" not in set().union(*MAY.values())
    assert "decide" not in MAY[Role.facilitator]


def test_lists_blanks_and_numbers_of_forms() -> None:
    """Repeated fields are lists, blank ones are left out, those in between stay; numbers are numbers."""
    player, leader = badge(Role.player, HEAD), badge(Role.facilitator)
    assert command_of(Form(b"do=say&to=a&to=b&text=x&report="), player).to == ("a", "b")  # type: ignore[union-attr]
    assert command_of(Form(b"do=say&to=a&text=x"), player).to == ("a",)  # type: ignore[union-attr]
    assert command_of(Form(b"do=write-inject&to=&title=t&text=x"), leader).to == ()  # type: ignore[union-attr]
    filled = command_of(Form(b"do=fill-form&form=p:f&to=a&fields=1&fields=&fields=3&fields="), player)
    assert filled.fields == ("1", "", "3")  # type: ignore[union-attr]
    assert command_of(Form(b"do=jump&to="), leader).to is None  # type: ignore[union-attr]
    assert command_of(Form(b"do=jump&to=2.5"), leader).to == 2.5  # type: ignore[union-attr]
    assert command_of(Form(b"do=claim"), player).name == "Name"  # type: ignore[union-attr]
    assert command_of(Form(b"do=claim&name=Li"), player).name == "Li"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "body",
    [b"do=pace&pace=nan", b"do=pace&pace=0", b"do=pace&pace=", b"do=jump&to=-1", b"do=jump&to=1e99",
     b"do=rate&objective=o", b"do=pause&more=1", b"do=say&to=a", b"do=note&text=x&entry=-1",
     b"do=note&text=" + b"x" * 4001,
     b"do=say&text=x" + b"&to=a" * 60, b"do=assign&to=" + b"a" * 81],
)  # fmt: skip
def test_forms_that_make_no_command_are_refused(body: bytes) -> None:
    """Wrong numbers, missing and foreign fields, too long and too many: refused, never anything else."""
    with pytest.raises(RefusedError):
        command_of(Form(body), badge(Role.facilitator))


@pytest.mark.parametrize(
    ("kind", "body"),
    [(FORM, b"a=\xff"), (FORM, b"a=%FF"), (FORM, b"a&b"), (FORM, b"&".join([b"a=1"] * 201)),
     ("application/json", b"{}"), ("multipart/form-data; boundary=x", b"--x"), ("", b"a=1"), ("text/plain", b"a=1")],
)  # fmt: skip
def test_what_is_no_form_is_refused(kind: str, body: bytes) -> None:
    """Other types of content, bytes that are no text, too many fields."""
    with pytest.raises(NotAForm):
        read_form(kind, body)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_form_or_none(body: bytes) -> None:
    """Whatever is sent, it is a form or it is refused; and its text holds nothing that steers."""
    try:
        form = read_form("application/x-www-form-urlencoded; charset=utf-8", body)
        command_of(form, badge(Role.facilitator))
    except (NotAForm, RefusedError):
        return


def test_text_is_kept_without_what_steers() -> None:
    """Control characters and overrides of direction go; lines, tabs and every script stay."""
    form = Form(b"text=a%00b%1B%5B31m%0D%0Ac%09%E2%80%AEd%E6%B2%B9%F0%9F%9A%92")
    assert form.one("text") == "ab[31m\nc\td油🚒"
    with pytest.raises(NotAForm):
        Form(b"csrf=1&csrf=2").one("csrf")


# --------------------------------------------------------------------------------------------- wording

SOURCE = Path(__file__).parent.parent / "emergency"
SAID = re.compile(
    r'(?:Denied\(\d+, |TurnedAway\(|_say\(lang, |_refuse\(lang, |_told\(request, \d+, |\btold\()"([a-z-]+)"'
)


def test_everything_said_is_said_in_both_languages() -> None:
    """Each word the door uses is in the table, in both languages with the same facts; the table has no others."""
    files = [*(SOURCE / "console").rglob("*.py"), SOURCE / "cli" / "serve.py"]
    ours = [f.read_text() for f in files if "words.console_access" in f.read_text() or "TurnedAway" in f.read_text()]
    by_name = {"key-open", "key-short"} | {role.value for role in Role} | {"held-elsewhere", "invitations-unusable"}
    used = {name for text in ours for name in SAID.findall(text)} | by_name | {"not-here", "not-so", "broken"}
    assert used == set(ACCESS)
    for zh, en in ACCESS.values():
        assert set(re.findall(r"\{(\w+)\}", zh)) == set(re.findall(r"\{(\w+)\}", en))
        assert zh != en
        assert not re.search(r"[\u4e00-\u9fff]", en)
