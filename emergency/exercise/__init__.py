"""Tabletop exercises: the incident of a simulation with people in some of its seats."""

from emergency.exercise.clock import ExerciseClock
from emergency.exercise.command import Command, from_data, to_data
from emergency.exercise.keeper import Divergence, Keeper, NotOffered, Receipt, replay
from emergency.exercise.session import Phase, Session
from emergency.exercise.store import MemoryStore, SqliteStore, Store, open_store

__all__ = [
    "Command",
    "Divergence",
    "ExerciseClock",
    "Keeper",
    "MemoryStore",
    "NotOffered",
    "Phase",
    "Receipt",
    "Session",
    "SqliteStore",
    "Store",
    "from_data",
    "open_store",
    "replay",
    "to_data",
]
