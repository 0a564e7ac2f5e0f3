"""What a reader has open: one generation of the store, and the datasets of some beliefs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kg import store
from kg.claims.belief import BeliefOptions
from kg.dataset import Dataset

_MOST = 8
"""So many beliefs are kept at hand."""

_USUAL = BeliefOptions()


class Snapshot:
    """The generation in force, and what it looks like to those who believe more or less."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._datasets: dict[BeliefOptions, Dataset] = {}
        self.open()

    def open(self) -> None:
        """Open the generation in force. Raises ``StoreError``."""
        self._datasets.clear()  # lets go of the old one
        generation = store.open_current(self._path)
        self.generation = generation.path.name
        self._datasets[_USUAL] = Dataset(generation)

    def at(self, generation: str) -> None:
        """Open the generation in force if it is another than this one that is open."""
        if generation != self.generation:
            self.open()

    @property
    def whole(self) -> Dataset:
        """The dataset of a reader who believes what is reported, whoever reports it."""
        return self._datasets[_USUAL]

    def dataset(self, given: Mapping[str, str]) -> Dataset:
        """Return the dataset for ``believe``, ``article`` and so on. Raises ``QueryError``."""
        reader = BeliefOptions.given(given)
        if reader not in self._datasets:
            if len(self._datasets) > _MOST:
                del self._datasets[next(r for r in self._datasets if r != _USUAL)]
            self._datasets[reader] = self.whole.choosing(reader)
        return self._datasets[reader]
