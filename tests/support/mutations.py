"""How much of what can be wrong with a claim is caught: each of our claims broken in every way.

``python -m tests.support.mutations`` prints it by kind of mutation, and by which law what passes is
legal; of each sort of those it shows one to the reasoner. ``--every 20`` takes one mutant in
twenty, ``--survivors`` lists what passes. Exit code 1 tells that a mutant passes without a law.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from kg import mapper
from kg.facts import reader as facts
from kg.facts.files import files
from kg.resources import SEEDS
from kg.validation import validate
from kg.validation.owl.consistency import check
from kg.validation.owl.reasoner import Reasoner
from tests.support.mutants import Mutant, mutants, our_facts
from tests.support.survivors import LAWS, reason

LAYERS = ("structure", "shapes", "warning", "reasoner", "legal", "unexplained")
_ITEM = re.compile(r"^  - (?=key: )", re.MULTILINE)


class Bench:
    """Our facts in files, of which one at a time has a mutant in the place of its claim."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def files(self, mutant: Mutant) -> list[Path]:
        """Write the file of a mutant; return it and the others."""
        changed = self.folder / mutant.file.name
        changed.write_text(_file(mutant), encoding="utf-8")
        return [changed, *(path for path in files([SEEDS]) if path != mutant.file)]

    def caught(self, mutant: Mutant) -> str:
        """Return the layer that finds a mutant; ``warning`` if none calls it a violation."""
        files = self.files(mutant)
        faults: list = []
        if any(faults for _ in facts.read(files, faults)) or faults:
            return "structure"
        report = validate(files, reasoner=False)
        return "shapes" if not report else "warning" if list(report) else ""

    def clashes(self, mutant: Mutant, reasoner: Reasoner) -> bool:
        """Tell whether the reasoner finds a mutant."""
        read = facts.read(self.files(mutant), [])
        return bool(check(mapper.graphs(read), reasoner))


def _file(mutant: Mutant) -> str:
    head, *items = _ITEM.split(mutant.file.read_text("utf-8"))
    keys = [claim["key"] for claim in our_facts().claims[mutant.file]]
    assert len(items) == len(keys)
    items[keys.index(mutant.claim["key"])] = mutant.text + "\n"
    return "  - ".join([head, *items])


def judged(chosen: Iterable[Mutant]) -> Iterator[tuple[Mutant, str, str]]:
    """Yield each mutant with the layer that finds it, or why it is legal."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        for mutant in chosen:
            layer = bench.caught(mutant)
            why = "" if layer else reason(mutant)
            yield mutant, layer or ("legal" if why else "unexplained"), why


def refuted(legal: Iterable[Mutant]) -> Iterator[Mutant]:
    """Yield what the reasoner finds of mutants that are called legal, one of each sort asked."""
    sorts = {(m.kind, m.cls, m.key): m for m in legal}
    with tempfile.TemporaryDirectory() as folder, Reasoner() as reasoner:
        bench = Bench(Path(folder))
        yield from (m for m in sorts.values() if bench.clashes(m, reasoner))


def table(rows: Iterable[tuple[str, Counter[str]]]) -> str:
    """Lay out how many mutants each layer finds, in Markdown."""
    lines = [" | ".join(["| mutation", "mutants", *LAYERS]) + " |", "|---" + "|---:" * 7 + "|"]
    for name, counts in rows:
        numbers = (f"{n:,}" for n in (counts.total(), *(counts[layer] for layer in LAYERS)))
        lines.append(f"| {name} | {' | '.join(numbers)} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description="Break each claim in every way.")
    parser.add_argument("--every", type=int, default=1, help="take one mutant in so many")
    parser.add_argument("--survivors", action="store_true", help="list what is legal")
    options = parser.parse_args()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    legal: dict[str, list[Mutant]] = {why: [] for why in LAWS}
    for mutant, layer, why in judged(islice(mutants(), 0, None, options.every)):
        counts[mutant.kind][layer] += 1
        if layer == "unexplained":
            print(mutant)
        elif why:
            legal[why].append(mutant)
            if options.survivors:
                print(f"{mutant}: {why}")
    found = [*refuted(m for some in legal.values() for m in some)]
    for mutant in found:
        counts[mutant.kind].update({"legal": -1, "reasoner": 1})
        print(f"the reasoner finds {mutant}")
    whole = sum(counts.values(), Counter())
    print(table([*counts.items(), ("all", whole)]), "\n\n| legal, for | mutants |\n|---|---:|")
    for why, some in legal.items():
        print(f"| {why} | {len(some):,} |")
    return 1 if found or whole["unexplained"] else 0


if __name__ == "__main__":
    sys.exit(main())
