"""A made-up corpus of facts of any size, the same on every run.

``python benchmarks/corpus.py 1000 DIR`` writes 1,000 claims in the proportions of ``seeds/``:
kinds of events, statuses, dates of every form, and one claim in five that tells again of an
event which another claim introduced. People, states, cities and goods are as many whatever the
number of claims; articles, each with 50 claims, grow with it.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random
from typing import NamedTuple

LEADERS = 200
STATES = 100
CITIES = 60
GOODS = ("grain", "fuel", "shells", "drones", "troops", "loans", "vaccines", "fertiliser")
STATUSES = {"Reported": 95, "Attributed": 11, "Planned": 4, "Denied": 2}

RETOLD = 0.2
"""How many claims tell of an event that another introduced."""
RECENT = 40
"""An event is told again while it is among so many latest ones."""
CLAIMS_PER_ARTICLE = 50
CLAIMS_PER_FILE = 1000

# What each kind of event says of itself, and how many of a hundred events are of the kind.
KINDS: dict[str, tuple[int, dict[str, str]]] = {
    "Statement": (35, {"speaker": "leader", "topic": "topics", "when": "date", "gist": "gist"}),
    "Tenure": (17, {"holder": "leader", "leads": "state", "office": "office", "asOf": "day"}),
    "Supply": (
        11,
        {
            "supplier": "state", "recipient": "state", "item": "item", "quantity": "quantity",
            "when": "date", "reason": "event",
        },
    ),
    "Meeting": (9, {"participant": "leaders", "place": "place", "when": "date", "reason": "event"}),
    "Pledge": (6, {"speaker": "state", "topic": "topics", "when": "date", "gist": "gist"}),
    "Allegation": (6, {"speaker": "leader", "topic": "topics", "gist": "gist"}),
    "Visit": (5, {"visitor": "leader", "host": "leader", "place": "state", "when": "date"}),
    "Sanction": (4, {"issuer": "state", "target": "state", "backer": "states", "when": "date"}),
    "Ceremony": (3, {"participant": "leaders", "place": "place", "when": "day"}),
    "Gathering": (2, {"participant": "leaders", "subEventOf": "event", "when": "date"}),
    "Conflict": (2, {"belligerent": "states", "when": "date"}),
}  # fmt: skip

_WORDS = (
    "talks", "trade", "border", "summit", "treaty", "grain", "exports", "missiles", "envoys",
    "ties", "pressure", "alliance", "minister", "capital", "delegation", "aid", "neighbours",
    "war", "peace", "sanctions", "visit", "region", "security",
)  # fmt: skip


class Event(NamedTuple):
    """An event that a claim has introduced: its key and what was said of it."""

    key: str
    said: dict[str, str]


class Claims:
    """Writes claims one after the other, each as the lines of one item of a list."""

    def __init__(self, seed: int = 0) -> None:
        self.random = Random(seed)
        self.recent: deque[Event] = deque(maxlen=RECENT)
        self.values: dict[str, Callable[[], str]] = {
            "leader": lambda: f"leader-{self.random.randrange(LEADERS)}",
            "leaders": lambda: self.several("leader", LEADERS, 2, 4),
            "state": lambda: f"state-{self.random.randrange(STATES)}",
            "states": lambda: self.several("state", STATES, 1, 3),
            "place": lambda: f"city-{self.random.randrange(CITIES)}",
            "topics": lambda: self.several("state", STATES, 1, 4),
            "item": lambda: self.random.choice(GOODS),
            "office": lambda: self.random.choice(("President", "Prime minister", "Chairman")),
            "event": lambda: self.random.choice(self.recent).key if self.recent else "",
            "gist": lambda: self.sentence(14),
            "date": self.date,
            "day": self.day,
            "quantity": self.quantity,
        }

    def __iter__(self) -> Iterator[str]:
        """Yield claims without end."""
        number = 0
        while True:
            yield self.claim(number)
            number += 1

    def claim(self, number: int) -> str:
        random = self.random
        [status] = random.choices(list(STATUSES), list(STATUSES.values()))
        again = bool(self.recent) and random.random() < RETOLD
        event = random.choice(self.recent) if again else self.introduced(number)
        described = {"key": f"claim-{number}", "status": status}
        if status in ("Attributed", "Planned"):
            described["attributedTo"] = self.values["leader"]()
        described |= {"gist": self.sentence(10), "about": event.key}
        passages = [
            f"      - {self.passage(number, i)}" for i in range(random.choice((1, 1, 1, 2)))
        ]
        facts = {"key": event.key} | (self.repeated(event) if again else event.said)
        lines = [*_item(described, "  "), "    quoted:", *passages, "    facts:"]
        return "\n".join([*lines, *_item(facts, "      ")]) + "\n\n"

    def introduced(self, number: int) -> Event:
        [kind] = self.random.choices(list(KINDS), [weight for weight, _ in KINDS.values()])
        said = {"type": kind, "label": f"{kind} {number} on {self.sentence(3)}"}
        for word, value in KINDS[kind][1].items():
            if text := self.values[value]():
                said[word] = text
        event = Event(f"{kind.lower()}-{number}", said)
        self.recent.append(event)
        return event

    def repeated(self, event: Event) -> dict[str, str]:
        """Say again who took part, and now and then where and when."""
        words = list(event.said)[2:]
        return {w: event.said[w] for w in words[: self.random.randint(1, len(words))]}

    def passage(self, number: int, part: int) -> str:
        article, place = divmod(number, CLAIMS_PER_ARTICLE)
        start = place * 200 + part * 90
        end = start + self.random.randint(20, 80)
        digest = sha256(f"{number}.{part}".encode()).hexdigest()
        return (
            f"{{source: article-{article}, paragraph: {place // 2 + 2}, "
            f"start: {start}, end: {end}, sha256: {digest}}}"
        )

    def several(self, kind: str, count: int, least: int, most: int) -> str:
        chosen = self.random.sample(range(count), self.random.randint(least, most))
        return f"[{', '.join(f'{kind}-{number}' for number in chosen)}]"

    def sentence(self, words: int) -> str:
        return " ".join(self.random.choices(_WORDS, k=words)).capitalize()

    def day(self) -> str:
        random = self.random
        return f"{random.randint(2000, 2025)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"

    def date(self) -> str:
        """Return a date as articles give them: mostly a day, else something vaguer."""
        day = self.day()
        vague = (day[:4], day[:7], f"{day[:4]}/..", f"../{day}", f"{day[:4]}~")
        return day if self.random.random() < 0.6 else self.random.choice(vague)

    def quantity(self) -> str:
        amount = 10 ** self.random.randint(2, 9)
        return f"{{minValue: {amount}, unitText: units, verbatim: more than {amount}}}"


def reference(claims: int) -> Iterator[str]:
    """Yield the entities that so many claims refer to."""
    yield _entity("scheme", "ConceptScheme")
    yield _entity("press", "Organisation")
    for number in range(STATES):
        yield _entity(f"state-{number}", "State")
    for number in range(LEADERS):
        yield _entity(f"leader-{number}", "Person")
    for number in range(CITIES):
        yield _entity(f"city-{number}", "Place", locatedIn=f"state-{number}")
    for good in GOODS:
        yield _entity(good, "Concept", inScheme="scheme")
    for number in range(-(-claims // CLAIMS_PER_ARTICLE)):
        key = f"article-{number}"
        digest = sha256(key.encode()).hexdigest()
        yield _entity(
            key, "Article", headline=f"Headline {number}", publisher="press",
            datePublished="2025-12-31", sha256=digest, paragraphs="30", characters="12000",
            omits="{paragraph: 1, gist: The headline.}",
        )  # fmt: skip


def write(claims: int, folder: Path) -> None:
    """Write a corpus of so many claims into a folder, which must be empty or absent."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    _write(folder / "reference.yaml", "entities", reference(claims))
    made = iter(Claims())
    for first in range(0, claims, CLAIMS_PER_FILE):
        some = islice(made, min(CLAIMS_PER_FILE, claims - first))
        _write(folder / f"claims-{first // CLAIMS_PER_FILE:04}.yaml", "claims", some)


def _write(path: Path, section: str, items: Iterator[str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{section}:\n")
        file.writelines(items)


def _entity(key: str, kind: str, **properties: str) -> str:
    label = key.replace("-", " ").capitalize()
    item = {"key": key, "type": kind, "label": label} | properties
    return "\n".join(_item(item, "  ")) + "\n\n"


def _item(properties: dict[str, str], indent: str) -> Sequence[str]:
    """Lay out a mapping as an item of a list."""
    lines = [f"{indent}  {key}: {value}" for key, value in properties.items()]
    return [f"{indent}- {lines[0].strip()}", *lines[1:]]


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
