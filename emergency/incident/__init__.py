"""One incident on a SimPy clock: the world, what is known of it, the plans' levels, decisions and measures.

`prepare` works a scenario out once; `Incident` is one run, stepped from outside; `simulate` plays it with
policies in all seats. The only package that knows SimPy.
"""

from emergency.incident.incident import Incident, simulate
from emergency.incident.prepared import Prepared, ReadyPlan, prepare

__all__ = ["Incident", "Prepared", "ReadyPlan", "prepare", "simulate"]
