"""Numbers of a run, folded from its log entries as they are emitted.

A sweep keeps no entries, so every number is a fold: `Indicators` is called with each entry, live (``log.listen``) or
over a kept log (`fold`), and gives the same numbers either way. Numbers are rounded on reading as the log rounds them
on writing, so a log read back from its file folds to the same values too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any, ClassVar

from emergency.log import KINDS, Entry
from emergency.machine import Program, Value
from emergency.source import Id

__all__ = ["Indicators", "PlanIndicators", "fold", "sharing", "summary"]

_DIGITS = 6
_TOTALS = ("wanted", "served", "limited", "short")


def _r(value: float) -> float:
    return round(float(value), _DIGITS)


class PlanIndicators:
    """The numbers of one plan.

    Attributes
    ----------
    levels : list of dict
        Each time a level was in force: ``scheme, level, from_h, to_h`` [h]; ``to_h`` None while it still is.
    highest : dict
        The gravest level of each scheme that had one.
    activated_h, ended_h : float or None
        When a response level was first entered, and when the response last ended [h].
    lags : list of dict
        Each crossing that became known, with how long that took [h].
    waiting : dict
        Per seat: how many tasks had to queue, for how long in all and at most [h].
    behind : dict
        Per seat and other plan whose task it was busy with: ``times, hours, longest_h``, and of the longest wait
        when it ended (``t_h``), which task waited (``ref``) and behind which (``behind_ref``).
    gaps : list of dict
        Each silence of the plan that was met.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.now = 0.0
        self.levels: list[dict[str, Any]] = []
        self.highest: dict[str, str] = {}
        self.activated_h: float | None = None
        self.ended_h: float | None = None
        self.lags: list[dict[str, Any]] = []
        self.waiting: dict[str, dict[str, float]] = {}
        self.behind: dict[tuple[str, str], dict[str, Any]] = {}
        self._took: dict[str, list[float]] = {"decided": [], "measure-done": []}
        self.gaps: list[dict[str, Any]] = []
        self.readings: dict[str, str] = {}
        self.counts = dict.fromkeys(self._COUNTED.values(), 0)
        self.periodic = {"late": 0, "missed": 0}
        self._deadlines: dict[tuple[str, str, float], str] = {}
        self._in_force: dict[str, dict[str, Any]] = {}
        #: kind of entry → what takes one of this plan in
        self.told: dict[str, Callable[[Entry], None]] = {
            "entered": self._entered, "indicator": self._indicator, "resource": self._waited, "gap": self._gap,
            "note": self._note, "report-due": self._due, "deadline-missed": self._missed, "step": self._done,
            "published": self._done, **dict.fromkeys(self._COUNTED, self._counted),
        }  # fmt: skip

    _COUNTED: ClassVar[dict[str, str]] = {
        "decision-opened": "opened", "decided": "decided", "decision-refused": "not_decided",
        "measure-started": "measures_started", "measure-done": "measures_done", "report-sent": "reports_sent",
    }  # fmt: skip

    def _counted(self, entry: Entry) -> None:
        if entry.detail.get("why") != "not-authorised":
            self.counts[self._COUNTED[entry.kind]] += 1
        if entry.kind in self._took:
            self._took[entry.kind].append(entry.detail.get("took", 0.0))
        self._done(entry)

    @property
    def took(self) -> dict[str, float]:
        """How long decisions and measures took in all [h], from being opened to being decided or done."""
        return {kind: reduce(lambda a, b: _r(a + _r(b)), hours, 0.0) for kind, hours in self._took.items()}

    # --- levels

    def _entered(self, entry: Entry) -> None:
        scheme, value, now = entry.scheme or "", entry.level or "", _r(entry.t)
        says = self.program.plan.schemes[Id(scheme)]
        before = self._in_force.pop(scheme, None)
        if before is not None:
            before["to_h"] = now
        if value in says.levels:
            found = {"scheme": scheme, "level": value, "from_h": now, "to_h": None}
            self.levels.append(found)
            self._in_force[scheme] = found
            ranks = self.program.ranks
            highest = self.highest.get(scheme)
            if highest is None or ranks[Value(scheme, value)] > ranks[Value(scheme, highest)]:
                self.highest[scheme] = value
        if says.kind != "response":
            return
        if value in says.levels:
            self.ended_h = None
            if self.activated_h is None:
                self.activated_h = now
        elif before is not None:
            self.ended_h = now

    def days_at(self) -> dict[str, dict[str, float]]:
        """Days [d] at each level of each scheme up to now."""
        found: dict[str, dict[str, float]] = {}
        for one in self.levels:
            until = self.now if one["to_h"] is None else one["to_h"]
            scheme = found.setdefault(one["scheme"], {})
            scheme[one["level"]] = _r(scheme.get(one["level"], 0.0) + (until - one["from_h"]) / 24)
        return found

    # --- what was known, waited for, missing

    def _indicator(self, entry: Entry) -> None:
        detail = entry.detail
        if "known" not in detail:
            return
        found = {k: detail.get(k) for k in ("variable", "bound", "place", "known", "how")}
        self.lags.append({**found, "t_h": _r(entry.t), "lag_h": _r(detail["lag"])})

    def _waited(self, entry: Entry) -> None:
        hours = _r(entry.detail["waited"])
        seat = self.waiting.setdefault(entry.actor or "", {"times": 0, "hours": 0.0, "longest_h": 0.0})
        seat["times"] += 1
        seat["hours"] = _r(seat["hours"] + hours)
        seat["longest_h"] = max(seat["longest_h"], hours)
        plan, _, ref = str(entry.detail.get("behind", "")).partition(":")
        if plan and plan != self.program.id:
            self._waited_behind(entry, hours, plan, ref)

    def _waited_behind(self, entry: Entry, hours: float, plan: str, ref: str) -> None:
        """A task waited for people or vehicles that were busy with another plan."""
        nothing = {"times": 0, "hours": 0.0, "longest_h": 0.0}
        one = self.behind.setdefault((entry.actor or "", plan), nothing)
        one["times"] += 1
        one["hours"] = _r(one["hours"] + hours)
        if hours >= one["longest_h"]:
            one |= {"longest_h": hours, "t_h": _r(entry.t), "ref": entry.ref, "behind_ref": ref}

    def _gap(self, entry: Entry) -> None:
        detail = entry.detail
        name = detail.get("reading") or f"{detail.get('why', 'gap')}:{entry.ref}"
        self.gaps.append({"gap": name, "t_h": _r(entry.t), "ref": entry.ref, "clauses": list(entry.clauses)})

    def _note(self, entry: Entry) -> None:
        if entry.ref == "readings":
            self.readings = dict(entry.detail["taken"])

    # --- deadlines

    def _due(self, entry: Entry) -> None:
        self._deadlines[(entry.ref or "", entry.detail["do"], _r(entry.detail["due"]))] = "open"

    def _missed(self, entry: Entry) -> None:
        detail = entry.detail
        if "due" not in detail:  # a periodic report that came late or not at all
            self.periodic["late" if detail.get("how") == "late" else "missed"] += 1
            return
        self._deadlines[(entry.ref or "", detail["do"], _r(detail["due"]))] = "missed"

    def _done(self, entry: Entry) -> None:
        """A step done in time meets its deadlines; one done after them makes the missed ones late."""
        if "met" not in entry.detail:
            return
        for key, state in self._deadlines.items():
            if key[:2] == (entry.ref, entry.detail.get("do")) and state in ("open", "missed"):
                in_time = state == "open" and _r(entry.t) <= key[2] + 10**-_DIGITS
                self._deadlines[key] = "met" if in_time else "late"

    def deadlines(self) -> dict[str, int]:
        """How many deadlines ran, and how they ended; ``open`` ones had not ended with the run or were called off."""
        states = list(self._deadlines.values())
        return {"due": len(states), **{s: states.count(s) for s in ("met", "late", "missed", "open")}}

    def deadline_list(self) -> list[dict[str, Any]]:
        """Each deadline that ran: ``ref, do, due_h, state``."""
        return [{"ref": r, "do": do, "due_h": due, "state": s} for (r, do, due), s in self._deadlines.items()]

    def as_dict(self) -> dict[str, Any]:
        """The plan's part of ``summary.json``."""
        return {
            "levels": self.levels, "highest": self.highest, "activated_h": self.activated_h, "ended_h": self.ended_h,
            "deadlines": self.deadlines(), "periodic_reports": self.periodic, "days_at": self.days_at(),
            "lags": self.lags, "waiting": dict(sorted(self.waiting.items())), "gaps": self.gaps,
            "counts": self.counts,
        }  # fmt: skip


class Indicators:
    """The numbers of one run; call it with each entry.

    Parameters
    ----------
    programs : mapping
        The programs of the plans that ran, by id: they know how grave each level is.

    Attributes
    ----------
    plans : dict of str to PlanIndicators
    demand : dict
        Per customer and product what was wanted, served, limited and short [t]; known when the run has ended.
    stockout_h : dict
        Per product the hours [h] it was out of stock; of markets per shelf, ``MARKET:good@place``.
    markets : dict
        Per market what `demand` and `delivered` are for stocks (customers are its places), and what went through
        its chain [t]; known when the run has ended.
    outbreaks : dict
        Per outbreak the infested area and the share of hosts dead at the end, how often it was found and carried
        elsewhere, and when it was first found [h].
    """

    #: the entries it is told of; others tell it nothing
    kinds: ClassVar[frozenset[str]] = frozenset(KINDS) - {"inject", "level-left", "message", "aftermath", "seat"}

    def __init__(self, programs: Mapping[str, Program]) -> None:
        self.plans = {id: PlanIndicators(program) for id, program in programs.items()}
        self._last = 0.0
        self._told: dict[str | None, dict[str, Callable[[Entry], None]]] = {
            id: plan.told for id, plan in self.plans.items()
        }
        self.demand: dict[str, dict[str, dict[str, float]]] = {}
        self.delivered: dict[str, dict[str, float]] = {}
        self.stockout_h: dict[str, float] = {}
        self.markets: dict[str, dict[str, Any]] = {}
        self.outbreaks: dict[str, dict[str, float | None]] = {}
        self._out_since: dict[str, float] = {}

    @property
    def now(self) -> float:
        """When the last entry came [h]."""
        return _r(self._last)

    def __call__(self, entry: Entry) -> None:
        """Take one entry in."""
        self._last = entry.t
        told = self._told.get(entry.plan)
        if told is not None:
            if entry.kind in told:
                told[entry.kind](entry)
        elif entry.kind == "shortage":
            self._shortage(entry.ref or "", bool(entry.detail["short"]), self.now)
        elif entry.kind == "indicator" and entry.detail.get("true") is True:
            self._spread(entry)
        elif entry.kind == "ended":
            self._end(entry)

    def _shortage(self, product: str, short: bool, now: float) -> None:
        if short:
            self._out_since.setdefault(product, now)
        elif product in self._out_since:
            hours = now - self._out_since.pop(product)
            self.stockout_h[product] = _r(self.stockout_h.get(product, 0.0) + hours)

    def _spread(self, entry: Entry) -> None:
        """An organism was found somewhere, or carried elsewhere."""
        name, _, what = (entry.ref or "").partition(":")
        one = self.outbreaks.setdefault(name, {"found": 0, "jumps": 0, "first_found_h": None})
        if what == "jump":
            one["jumps"] = (one["jumps"] or 0) + 1
        else:
            one["found"] = (one["found"] or 0) + 1
            if one["first_found_h"] is None:
                one["first_found_h"] = self.now

    def _end(self, entry: Entry) -> None:
        for product in list(self._out_since):
            self._shortage(product, False, self.now)
        for plan in self.plans.values():
            plan.now = self.now
        self.demand = {
            customer: {p: {k: _r(v) for k, v in total.items()} for p, total in products.items()}
            for customer, products in entry.detail.get("demand", {}).items()
        }
        self.delivered = {
            supply: {p: _r(v) for p, v in products.items()}
            for supply, products in entry.detail.get("delivered", {}).items()
        }
        self.markets = {name: _rounded(one) for name, one in entry.detail.get("markets", {}).items()}
        for name, told in entry.detail.get("outbreaks", {}).items():
            one = self.outbreaks.setdefault(name, {"found": 0, "jumps": 0, "first_found_h": None})
            one |= {k: _r(v) for k, v in told.items()}

    def customers(self) -> dict[str, dict[str, float]]:
        """Per customer, over all products: wanted, served, limited, short [t]."""
        return {
            customer: {k: _r(sum([total[k] for total in products.values()])) for k in _TOTALS}
            for customer, products in self.demand.items()
        }

    def places(self, market: str) -> dict[str, dict[str, float]]:
        """Per place of a market, over all goods: wanted, served, limited, short [t]."""
        return {
            place: {k: _r(sum([total[k] for total in goods.values()])) for k in _TOTALS}
            for place, goods in self.markets[market]["demand"].items()
        }

    def market_totals(self, market: str) -> dict[str, float]:
        """Over all places and goods of a market: wanted, served, limited, short [t]."""
        places = self.places(market).values()
        return {k: _r(sum([one[k] for one in places])) for k in _TOTALS}

    def goods(self, market: str) -> dict[str, dict[str, float]]:
        """Per good of a market, over all places: wanted, served, limited, short [t]."""
        found: dict[str, dict[str, float]] = {}
        for goods in self.markets[market]["demand"].values():
            for good, total in goods.items():
                sums = found.setdefault(good, dict.fromkeys(_TOTALS, 0.0))
                for k in _TOTALS:
                    sums[k] = _r(sums[k] + total[k])
        return found

    def waits_across(self) -> list[dict[str, Any]]:
        """Who waited for people or vehicles that another plan kept busy, seat by seat, the longest total first."""
        rows = [
            {"seat": seat, "plan": id, "behind": behind, **one}
            for id, plan in self.plans.items()
            for (seat, behind), one in plan.behind.items()
        ]
        return sorted(rows, key=lambda r: (-r["hours"], r["seat"], r["plan"], r["behind"]))

    def totals(self) -> dict[str, float]:
        """Over all customers and products: wanted, served, limited, short [t]."""
        customers = self.customers().values()
        return {k: _r(sum([c[k] for c in customers])) for k in _TOTALS} if self.demand else {}

    def numbers(self) -> dict[str, float | None]:
        """One flat row of numbers, for comparing runs; None for what did not happen."""
        row: dict[str, float | None] = {}
        for id, plan in self.plans.items():
            row |= _plan_numbers(id, plan)
        totals = self.totals()
        row |= {f"{k}_t": v for k, v in totals.items()}
        if totals:
            row["served_share"] = _r(totals["served"] / totals["wanted"]) if totals["wanted"] else 1.0
            row["stockout_h"] = _r(sum([h for of, h in self.stockout_h.items() if ":" not in of]))
        for name in self.markets:
            row |= self._market_numbers(name)
        for name, one in self.outbreaks.items():
            wanted = ("infested", "mortality", "infested_places", "found", "jumps", "first_found_h")
            row |= {f"{name}.{k}": one.get(k) for k in wanted}
        waits = [w["hours"] for plan in self.plans.values() for w in plan.waiting.values()]
        row["waiting_h"] = _r(sum(waits))
        return row

    def _market_numbers(self, name: str) -> dict[str, float | None]:
        """What was wanted and short in a market [t], the share served, and for how long shelves were empty [h]."""
        totals = self.market_totals(name)
        row: dict[str, float | None] = {f"{name}.{k}_t": v for k, v in totals.items()}
        row[f"{name}.served_share"] = _r(totals["served"] / totals["wanted"]) if totals["wanted"] else 1.0
        row[f"{name}.stockout_h"] = _r(sum([h for of, h in self.stockout_h.items() if of.startswith(f"{name}:")]))
        return row


def _plan_numbers(id: str, plan: PlanIndicators) -> dict[str, float | None]:
    row: dict[str, float | None] = {f"{id}.activated_h": plan.activated_h, f"{id}.ended_h": plan.ended_h}
    lags = [one["lag_h"] for one in plan.lags]
    row[f"{id}.lag_max_h"] = max(lags, default=None)
    row[f"{id}.lag_mean_h"] = _r(sum(lags) / len(lags)) if lags else None
    days = plan.days_at()
    for name, scheme in plan.program.plan.schemes.items():
        highest = plan.highest.get(name)
        row[f"{id}.{name}.highest"] = float(plan.program.ranks[Value(name, highest)]) if highest else 0.0
        for level in scheme.levels:
            row[f"{id}.{name}.{level}_d"] = days.get(name, {}).get(level, 0.0)
    row |= {f"{id}.deadlines_{k}": float(v) for k, v in plan.deadlines().items()}
    row |= {f"{id}.{k}": float(v) for k, v in plan.counts.items()}
    row[f"{id}.gaps"] = float(len(plan.gaps))
    return row


def _rounded(value: Any) -> Any:
    """The numbers of nested books, rounded as all are."""
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return _r(value) if isinstance(value, float) else value


#: What sharing people may cost a plan: a number of `summary.json`, or of how long things took on average [h].
_COSTS = ("activated_h", "ended_h", "decided", "decision_h", "measures_done", "measure_h", "waiting_h")


def sharing(shared: Indicators, apart: Indicators) -> dict[str, Any]:
    """What several plans lose by sharing people and vehicles, as two runs tell that share all chance.

    Parameters
    ----------
    shared, apart : Indicators
        Of the run as it is, and of the one in which each plan has people and vehicles of its own.

    Returns
    -------
    dict
        ``waits``: who waited for whom across plans, the longest total first (``seat, plan, behind, times, hours,
        longest_h, t_h, ref, behind_ref``); ``plans`` (per plan ``activated_h, ended_h``, how many were ``decided``
        and how many ``measures_done``, how long one of each took on average: ``decision_h, measure_h``,
        ``waiting_h``) and ``worlds`` (amounts [t], areas, hours): each number as ``{shared, apart, difference}``,
        the difference None where one of the two never happened; ``same``: whether nothing differs.
    """
    plans = {id: _compared(_costs(one), _costs(apart.plans[id])) for id, one in shared.plans.items()}
    theirs = _losses(apart)
    worlds = {name: _compared(one, theirs[name]) for name, one in _losses(shared).items()}
    rows = [one for group in (plans, worlds) for found in group.values() for one in found.values()]
    same = all(one["shared"] == one["apart"] for one in rows)
    return {"waits": shared.waits_across(), "plans": plans, "worlds": worlds, "same": same}


def _costs(plan: PlanIndicators) -> dict[str, float | None]:
    decided, done = plan.counts["decided"], plan.counts["measures_done"]
    each = _r(plan.took["decided"] / decided) if decided else None
    one = _r(plan.took["measure-done"] / done) if done else None
    waited = _r(sum([seat["hours"] for seat in plan.waiting.values()]))
    return dict(zip(_COSTS, (plan.activated_h, plan.ended_h, decided, each, done, one, waited), strict=True))


def _losses(run: Indicators) -> dict[str, dict[str, float | None]]:
    """What each world lost: the world of stocks is called ``stock``, markets and outbreaks by their names."""
    found: dict[str, dict[str, float | None]] = {}
    books = {name: run.market_totals(name) for name in run.markets}
    if run.demand:
        books["stock"] = run.totals()
    for name, totals in books.items():
        head = "" if name == "stock" else name
        of = [h for shelf, h in run.stockout_h.items() if shelf.rpartition(":")[0] == head]
        found[name] = {"limited_t": totals["limited"], "short_t": totals["short"], "stockout_h": _r(sum(of))}
    for name, one in run.outbreaks.items():
        found[name] = {k: one.get(k) for k in ("infested", "mortality")}
    return found


def _compared(shared: Mapping[str, float | None], apart: Mapping[str, float | None]) -> dict[str, dict[str, Any]]:
    def lost(mine: float | None, theirs: float | None) -> float | None:
        return _r(mine - theirs) if mine is not None and theirs is not None else None

    return {k: {"shared": m, "apart": apart[k], "difference": lost(m, apart[k])} for k, m in shared.items()}


def fold(entries: Iterable[Entry], programs: Mapping[str, Program]) -> Indicators:
    """The numbers of a kept log."""
    found = Indicators(programs)
    for entry in entries:
        found(entry)
    return found


def summary(
    indicators: Indicators,
    *,
    scenario: str,
    seed: int,
    run: int,
    plan_sha256: Mapping[str, str],
    scenario_sha256: str,
    version: str,
    sharing: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What ``summary.json`` holds; keys may be added, never renamed.

    Parameters
    ----------
    scenario : str
        The scenario's id.
    plan_sha256 : mapping
        The digest of each plan's file, by id.
    version : str
        Of this package.
    sharing : mapping, optional
        What `sharing` found, for a run of several plans.
    """
    told = {"sharing": dict(sharing)} if sharing is not None else {}
    world = {
        "demand": indicators.demand, "by_customer": indicators.customers(), "totals": indicators.totals(),
        "delivered": indicators.delivered, "stockout_h": indicators.stockout_h, "markets": indicators.markets,
        "outbreaks": indicators.outbreaks,
    }  # fmt: skip
    return {
        "scenario": scenario,
        "seed": seed,
        "run": run,
        "plans": {id: plan.as_dict() for id, plan in indicators.plans.items()},
        "indicators": indicators.numbers(),
        "world": world,
        "readings": {id: plan.readings for id, plan in indicators.plans.items()},
        **told,
        "receipt": {"plan_sha256": dict(plan_sha256), "scenario_sha256": scenario_sha256, "version": version},
    }
