"""The kinds of statement a plan file is made of; each says what one clause says.

Two clauses that state the same thing differently are two statements. Elsewhere than in fields marked
`OrUnstated`, a field left out means that the clause does not speak of it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from emergency.condition import Guard
from emergency.plan.declarations import Actor, ClauseEntry, Scheme, Thing
from emergency.plan.leaves import (
    UNSTATED,
    ActorRef,
    AmountOrUnstated,
    DurationOrUnstated,
    EventOrUnstated,
    Name,
    ObjectRef,
    OrUnstated,
    Silence,
    State,
    StateOrUnstated,
    StatesOrUnstated,
    Unstated,
    Verb,
    Whole,
    Within,
)
from emergency.plan.readings import Reading, Settles
from emergency.quantity import Duration
from emergency.source import Clause, Frozen, Id, Text

__all__ = [
    "SECTIONS",
    "Actor",
    "ClauseEntry",
    "Contents",
    "Criterion",
    "Decision",
    "Duty",
    "Event",
    "Form",
    "Group",
    "Indicator",
    "Label",
    "ListStatement",
    "Measure",
    "Precedence",
    "Publication",
    "Reading",
    "Reference",
    "Report",
    "Resource",
    "Scheme",
    "Seat",
    "Settles",
    "Statement",
    "Step",
    "Term",
    "Thing",
    "Upkeep",
]

Modality = Literal["shall", "may", "must-not"]
Actors = Annotated[tuple[ActorRef, ...], Field(min_length=1)]
GuardOrUnstated = Annotated[Guard | Unstated, OrUnstated(Guard)]


def _recurs(value: Duration | Unstated) -> Duration | Unstated:
    if isinstance(value, Duration) and not value.value:
        raise PydanticCustomError("bad-duration", "bad duration {value}", {"value": str(value)})
    return value


Recurring = Annotated[DurationOrUnstated, AfterValidator(_recurs)]


class Statement(Frozen):
    """What one clause says; the schema refuses a statement without its clause.

    Attributes
    ----------
    id : needed only where something refers to the statement.
    note : a remark of the encoder, e.g. on an oddity of the print; not something the clause says.
    """

    clause: Clause
    id: Id | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Statement:
        given = self.model_fields_set - {"clause", "id", "note", "modality"}  # a default is nobody's word
        said = {k: getattr(self, k) for k in given if getattr(self, k) not in (None, ())}
        if all(v == UNSTATED or isinstance(v, Silence) for v in said.values()):
            raise PydanticCustomError("says-nothing", "the statement says nothing", {})
        return self


class Label(Statement):
    """How a clause names one level: label, word, colour, and the severity it ranks."""

    scheme: Id
    level: Id
    word: Text | None = None
    colour: Literal["blue", "yellow", "orange", "red"] | None = None


class Term(Statement):
    """A term and what the clause says it means."""

    term: Text
    means: Text


class Seat(Statement):
    """Who holds which chair in which body."""

    body: ActorRef
    role: Literal["head", "deputy", "member", "office", "office-head", "expert", "site-commander"]
    actors: Actors
    rank: Literal["head", "principal", "in-charge", "deputy-in-charge"] | None = None
    modality: Modality = "shall"


class Duty(Statement):
    """What an actor is there for."""

    actors: Actors
    modality: Modality = "shall"
    verb: Verb
    object: Text
    towards: Actors | None = None
    during: tuple[State, ...] = ()
    condition: GuardOrUnstated | None = None
    together_with: Actors | None = None
    within: Within | None = None


class Event(Statement):
    """Something a clock can start from.

    Attributes
    ----------
    kind : written ``is``. ``entered`` and ``left`` name a `state`; ``holds``: a condition comes to be known to
        hold, `when`; ``reported``: a report of the matter reaches `to`, or the named `report` has been sent;
        ``occurs``: the world does it.
    """

    id: Id
    kind: Literal["entered", "left", "holds", "reported", "occurs", "recovered"] = Field(alias="is")
    name: Text
    state: StateOrUnstated | None = None
    when: GuardOrUnstated | None = None
    to: ActorRef | None = None
    report: Id | None = None


class Indicator(Statement):
    """A variable somebody watches.

    Attributes
    ----------
    name : given by the statement that introduces the variable.
    unit : of the values; ``flag`` for something that is so or not.
    measured_as : how it follows from simpler quantities, e.g. ``stock/normal-demand``.
    over : where it could be taken of each part or of the whole: ``total``, ``scarcest``, ``unstated``.
    scope : the set of places it is observed in.
    every : the cadence of reporting; ``unstated`` for "regularly".
    condition : when that cadence applies.
    """

    variable: Id
    name: Text | None = None
    unit: str | None = None
    measured_as: str | None = Field(None, pattern=r"^[a-z][a-z-]*(/[a-z][a-z-]*)?$|^unstated$")
    over: Literal["total", "scarcest", "unstated"] | None = None
    scope: Id | None = None
    observer: ActorRef | None = None
    to: ActorRef | None = None
    every: Recurring | None = None
    condition: GuardOrUnstated | None = None
    holds_when: GuardOrUnstated | None = None
    modality: Modality = "shall"


class Criterion(Statement):
    """When a level is held to be reached.

    Attributes
    ----------
    of : the level. Of a scheme imposed from above, ``off`` may have criteria too: by what it is lifted.
    role : ``definition`` for what a level *is*, ``item`` for one of its listed cases; ``unstated`` where the clause
        leaves open which of the two it gives.
    same_as : the scheme whose criteria serve this one too.
    boundary : ``unstated`` where the words leave open whether the bound itself is meant.
    scope : ``unstated`` where they leave open which places are meant; the guard names a set that would do.
    """

    of: StateOrUnstated
    role: Literal["definition", "item", "sole", "unstated"] = "sole"
    when: GuardOrUnstated | None = None
    same_as: Id | None = None
    boundary: Literal["stated", "unstated"] = "stated"
    scope: Literal["stated", "unstated"] = "stated"
    hazard: Id | None = None


class Group(Statement):
    """How a clause joins criteria: its listed items, or a definition and its items."""

    joins: Annotated[tuple[Id, ...], Field(min_length=1)]
    connective: Literal["any", "all", "items-only", "unstated"]


class Step(Frozen):
    """One step of a decision or an approval, in the order the clause tells.

    Attributes
    ----------
    when : the step is taken only if this is known to hold when its turn comes.
    """

    do: Literal[
        "collect",
        "verify",
        "advise",
        "propose",
        "submit",
        "agree",
        "approve",
        "decide",
        "sign",
        "announce",
        "report",
        "accept",
        "evaluate",
        "notify",
        "request",
    ]
    by: ActorRef
    with_: Actors | None = Field(None, alias="with")
    to: Actors | None = None
    when: Guard | None = None
    form: Id | None = None
    contents: Id | None = None
    within: Within | None = None


class Decision(Statement):
    """How a value of a scheme comes to be entered: by whom, in which steps."""

    id: Id
    to: StateOrUnstated
    from_: StateOrUnstated | None = Field(None, alias="from")
    when: GuardOrUnstated | None = None
    hazard: Id | None = None
    modality: Modality = "shall"
    steps: tuple[Step, ...] = ()


class Precedence(Statement):
    """A rule that a clause sets for the whole plan: which of several levels counts, what goes on and what ends.

    Attributes
    ----------
    rule : the question, one of `answers.PRECEDENCE`.
    answer : written ``is``; what the clause says, e.g. ``gravest``.
    """

    rule: Name
    answer: Name = Field(alias="is")


class Measure(Statement):
    """What is done while a level is in force.

    Attributes
    ----------
    during : the states in which it is taken; ``unstated`` where the clause orders it without saying in which.
        Without the key it is tied to its `condition` alone.
    target : the objects it acts on.
    strength : how hard, e.g. ``designated``, ``limited``, ``stopped``.
    condition : a guard on it, ``unstated`` where the clause makes it depend on something vague ("when necessary").
    discretion : the words that leave it to those who act whether it is taken.
    needs : what must have come first: another measure done, a decision taken, a report sent, an event happened; or
        a resource, which whoever releases it then has to release.
    rank : its place in the order in which the clause has measures taken: a later one waits for the earlier.
    alternative : the measure in whose place it comes where that one cannot be had.
    """

    id: Id
    during: StatesOrUnstated = ()
    modality: Modality = "shall"
    by: Actors
    together_with: Actors | None = None
    verb: Verb
    object: Text
    target: tuple[ObjectRef, ...] = ()
    strength: Name | None = None
    steps: tuple[Step, ...] = ()
    towards: Actors | None = None
    every: Recurring | None = None
    within: Within | None = None
    condition: GuardOrUnstated | None = None
    discretion: Text | None = None
    needs: tuple[Id, ...] = ()
    inherits: State | None = None
    rank: Whole | None = None
    alternative: Id | None = None
    amount: AmountOrUnstated | None = None
    hazard: Id | None = None


class Report(Statement):
    """Who tells whom what, after which event, within what time.

    Attributes
    ----------
    during : the states in which the report is owed at all.
    condition : a guard: it is owed only if this is known to hold when the event happens.
    """

    id: Id
    after: EventOrUnstated
    from_: Actors = Field(alias="from")
    together_with: Actors | None = None
    to: Actors
    content: Text
    during: tuple[State, ...] = ()
    condition: GuardOrUnstated | None = None
    within: Within | None = None
    contents: Id | None = None
    modality: Modality = "shall"


class Publication(Statement):
    """What is made public, by whom, after whose clearance.

    Attributes
    ----------
    during : the states in which it is owed; without `after`, entering them is what it follows.
    condition : a guard: it is owed only if this is known to hold when its event happens.
    """

    by: Actors
    together_with: Actors | None = None
    what: Text
    cleared_by: Actors | None = None
    during: tuple[State, ...] = ()
    condition: GuardOrUnstated | None = None
    after: EventOrUnstated | None = None
    within: Within | None = None
    every: Recurring | None = None
    discretion: Text | None = None
    modality: Modality = "shall"


class Part(Frozen):
    """A part of a resource."""

    kind: Name
    amount: AmountOrUnstated
    counted_as: Name | None = None


class Resource(Statement):
    """Something kept in readiness."""

    id: Id
    kind: Name
    name: Text
    amount: AmountOrUnstated
    parts: tuple[Part, ...] = ()
    place: Id | Literal["unstated"] | None = None
    holder: ActorRef | None = None
    keeper: ActorRef | None = None
    released_by: ActorRef | None = None
    modality: Modality = "shall"


class ListStatement(Statement):
    """A list or document the plan asks for, or gives in an annex."""

    id: Id
    name: Text
    kind: Literal["required", "given"] = Field(alias="is")
    by: ActorRef | None = None
    items: tuple[Text, ...] = ()


class Contents(Statement):
    """What a request, form or report must contain."""

    id: Id
    of: Text
    items: Annotated[tuple[Text, ...], Field(min_length=1)]


class Reference(Statement):
    """A law or plan the clause cites, titled as cited."""

    title: str
    kind: Literal["law", "regulation", "plan", "notice", "vague"]
    relation: Literal["basis", "superior", "carve-out", "follows"] = "basis"


class Form(Statement):
    """An annexed form."""

    id: Id
    name: Text
    fields: tuple[Text, ...] = ()
    signatories: tuple[ActorRef, ...] = ()


class Upkeep(Statement):
    """How the plan itself is kept alive: training, exercise, review, revision, supervision, accountability."""

    kind: Literal[
        "publicity",
        "training",
        "exercise",
        "review",
        "revision",
        "supervision",
        "accountability",
        "interpretation",
        "in-force",
        "reward",
    ]
    by: Actors
    together_with: Actors | None = None
    what: Text
    every: Recurring | None = None
    trigger: Text | None = None
    approved_by: ActorRef | None = None


#: Section of a plan file → its kind of statement, for the sections that are lists of statements.
SECTIONS: dict[str, type[Statement]] = {
    "labels": Label,
    "terms": Term,
    "seats": Seat,
    "duties": Duty,
    "events": Event,
    "indicators": Indicator,
    "criteria": Criterion,
    "groups": Group,
    "decisions": Decision,
    "precedence": Precedence,
    "measures": Measure,
    "reports": Report,
    "publications": Publication,
    "resources": Resource,
    "lists": ListStatement,
    "contents": Contents,
    "references": Reference,
    "forms": Form,
    "upkeep": Upkeep,
}
