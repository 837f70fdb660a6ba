"""How the tests draw their examples: anew each time on a developer's machine, the same ones in CI.

A rule that a rare example breaks is found where somebody can look into it; a change that has nothing to do with it is
not held up by chance.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")
