"""What changed between two states of the facts: claims, and the answers that differ for it.

In come two stores, dumps or facts, out comes how they differ: for people, as JSON, or as a feed of
what is new. Read first ``states`` (what a state is, and what its claims and answers are), then
``comparison`` (how two differ), and ``feed`` (the same for feed readers).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import lazy_names

if TYPE_CHECKING:
    from kg.diff.comparison import Diff, compared, diff
    from kg.diff.states import State

# Where each name is defined; a module is imported when a name of it is first used.
_HOMES = {"Diff": "comparison", "State": "states", "compared": "comparison", "diff": "comparison"}

__all__ = ["Diff", "State", "compared", "diff"]


__getattr__ = lazy_names("kg.diff", _HOMES)
