"""Paths: what can come of a plan, searched through to the end.

`turns` says what the clauses let happen, `ground` when a guard can hold, `search` goes through all of it; `reach`
and `times` are the rules every plan is checked by, `properties` those a user writes, `witness` makes a scenario of
the run that a finding shows.

What the search rests on, and so what its findings mean:

- Readings are not heard. Where clauses have somebody act and leave something open, both outcomes are searched;
  where they have nobody act, nobody acts.
- The world is free: any variable moves to the next region at any time. People may answer, refuse or never answer.
- "Never", "no way" and "at the earliest" hold under every reading: the search lets more happen than any one
  reading does. A run is a fact if none of its turns depends on what is left open, else a candidate.
"""

from emergency.review.paths import reach, times

__all__ = ["reach", "times"]
