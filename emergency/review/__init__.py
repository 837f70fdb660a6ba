"""What is wrong with a plan, found mechanically.

Two kinds of check stand side by side. The *citation audit* (`citation`, over `document`, `printed` and `text`) holds
a plan file against its print. The *review* (`check`) holds the statements against each other, against other plans
and against law: `case` is a plan with its indexes, `rules` the registry, `finding` what is handed over, `baseline`
what has been decided about it, `telling` the words on a terminal; each further module holds one class of rules.
"""
