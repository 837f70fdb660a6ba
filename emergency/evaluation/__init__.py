"""Play judged against the plan: conformance, the envelope of plan-perfect play, what to put right."""

from emergency.evaluation.conformance import STATES, Act, by_agency, by_clause, conformance
from emergency.evaluation.envelope import Band, Envelope, Mark, Milestones, Position, milestones_of, play_perfect
from emergency.evaluation.review_data import HEADINGS, AfterAction, Deviation, Improvement, review

__all__ = [
    "HEADINGS",
    "STATES",
    "Act",
    "AfterAction",
    "Band",
    "Deviation",
    "Envelope",
    "Improvement",
    "Mark",
    "Milestones",
    "Position",
    "by_agency",
    "by_clause",
    "conformance",
    "milestones_of",
    "play_perfect",
    "review",
]
