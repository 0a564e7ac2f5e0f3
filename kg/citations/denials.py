"""Which denials bear on a yes/no question, and how.

A claim with the status ``ent:Denied`` denies the whole event that it describes, with its type,
roles and place, and nothing weaker; a time that it gives bounds it. So it denies a question that
asks for all of that, or for more. Of a summit of three that is denied in March: whether the three
held a summit in Sel is denied, of March; whether two of them did is not, nor whether the three did
in April.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import pyoxigraph as ox

from kg.citations.denied_event import DeniedEvent, Window, window
from kg.citations.questions import Question
from kg.citations.supposition import Supposition, implied, is_of_events
from kg.claims.sources import Claim, Sources, subjects
from kg.entailment.rules import rules
from kg.sparql.engine import evaluate
from kg.vocabulary.context import context
from kg.vocabulary.terms import LABEL, Triple, terms

_MOST = 50
"""So many denials that share something with a question are looked at for what is narrower."""


class Bearing(Enum):
    """How a denial bears on a question."""

    ALL = "the question asks for all that is denied"
    MORE = "the question asks for all that is denied, and for more"
    PART = "what is denied would be an answer, and is more than the question asks for"
    SOME = "the question asks for some of what is denied, and for something else"


@dataclass(frozen=True)
class Denial:
    """A claim that denies an event, and how it bears on a question.

    ``when`` is the time that the claim gives, in EDTF; empty where it gives none. ``of_detail``
    tells that it leaves to others that the event was.
    """

    claim: Claim
    event: str
    window: Window
    when: str
    bearing: Bearing
    of_detail: bool = False

    @property
    def answers(self) -> bool:
        """Whether the question is denied."""
        return self.bearing in (Bearing.ALL, Bearing.MORE)


_DENIED = "SELECT ?claim ?about { ?claim ent:status ent:Denied ; ent:about ?about } ORDER BY ?claim"

# Of the claims that deny something: those that name nothing but these things.
_WITHIN = """SELECT DISTINCT ?claim {{ ?claim ent:status ent:Denied
  FILTER NOT EXISTS {{
    GRAPH ?claim {{ ?event ?prop ?thing
      FILTER (isIRI(?thing) && ?prop != rdf:type && ?thing NOT IN ({things})) }}
    FILTER NOT EXISTS {{ GRAPH ?claim {{ ?thing ?q ?r }} }} }} }} ORDER BY ?claim"""

# Of the claims that deny something: some that name one of these things.
_SHARING = """SELECT DISTINCT ?claim {{ VALUES ?thing {{ {things} }}
  GRAPH ?claim {{ {{ ?thing ?p ?o }} UNION {{ ?s ?q ?thing }} }} ?claim ent:status ent:Denied
}} ORDER BY ?claim LIMIT {most}"""


class Denials:
    """The denials in a store, looked at for one ASK query."""

    def __init__(self, store: ox.Store, text: str) -> None:
        self.store = store
        self.question = Question(text)
        self.sources = Sources(store)

    @cached_property
    def found(self) -> list[Denial]:
        """Those that bear on the question, those that answer it first."""
        found = [
            Denial(claim, denied.event.value, denied.window, denied.when, how, bool(denied.detail))
            for claim in map(self.sources.claim, _candidates(self.store, self.question))
            for denied in [DeniedEvent(self.store, claim.iri, claim.about)]
            if (how := _bearing(self.store, self.question, denied))
        ]
        return sorted(found, key=lambda denial: (not denial.answers, denial.claim.order))

    def against(self, claims: Sequence[Claim]) -> list[Denial]:
        """Return the denials of what the claims say.

        Three kinds: a denial of the same event that bears on the question (unless it denies a
        detail that is not asked for); a denial that answers the question and may be of the same
        time; and a denial of an event of which the claims say everything that is denied.
        """
        events = {claim.about for claim in claims} - {""}
        bearing = [denial for denial in self.found if denial.claim not in claims]
        times = [window(self.store, ox.NamedNode(event)) for event in events]
        found = [
            denial
            for denial in bearing
            if (denial.event in events and (denial.answers or not denial.of_detail))
            or (denial.answers and any(time.overlaps(denial.window) for time in times))
        ]
        known = {*claims, *(denial.claim for denial in self.found)}
        return [*found, *(d for d in self._of_the_same(claims) if d.claim not in known)]

    def _of_the_same(self, claims: Sequence[Claim]) -> Iterator[Denial]:
        """Yield the denials of events of which the claims tell all that is denied."""
        tellers: dict[str, list[ox.NamedNode]] = {}
        for claim in claims:
            tellers.setdefault(claim.about, []).append(claim.iri)
        for iri, about in _rows(self.store, _DENIED):
            if about.value not in tellers:
                continue
            denied = DeniedEvent(self.store, iri, about.value)
            told = {
                entailed
                for teller in tellers[about.value]
                for quad in self.store.quads_for_pattern(denied.event, None, None, teller)
                for entailed in implied(terms(quad))
            }
            if denied.parts and told.issuperset(denied.parts):
                denial = self.sources.claim(iri)
                yield Denial(denial, about.value, denied.window, denied.when, Bearing.SOME)


def _candidates(store: ox.Store, question: Question) -> list[ox.NamedNode]:
    """Return the claims that may deny what is asked, or something narrower."""
    things = [*question.things, *_called(store, question)]
    implied = [*things, *_around(store, things)]
    sharing = things or question.classes
    queries = [
        _WITHIN.format(things=", ".join(map(str, implied)) or "rdf:nil"),
        _SHARING.format(things=" ".join(map(str, sharing)), most=_MOST),
    ]
    return list(dict.fromkeys(row[0] for query in queries for row in _rows(store, query)))


def _called(store: ox.Store, question: Question) -> Iterator[ox.NamedNode]:
    """Yield the things that a question names by what they are called."""
    for literal in question.literals:
        yield from subjects(store, LABEL, literal)


def _around(store: ox.Store, things: Iterable[ox.NamedNode]) -> Iterator[ox.NamedNode]:
    """Yield what an event has to do with if it has to do with things: places around a place."""
    links = {p for r in rules() if is_of_events(r.conclusion[1]) for _, p, _ in r.premises}
    for thing in things:
        for link in links:
            for quad in store.quads_for_pattern(thing, link, None, ox.DefaultGraph()):
                if isinstance(quad.object, ox.NamedNode):
                    yield quad.object


def _rows(store: ox.Store, query: str) -> ox.QuerySolutions:
    rows = store.query(query, prefixes=dict(context().prefixes))
    assert isinstance(rows, ox.QuerySolutions)
    return rows


def _bearing(store: ox.Store, question: Question, denied: DeniedEvent) -> Bearing | None:
    """Return how a denial bears on a question, if it does."""
    things = denied.things | {*question.things, *_called(store, question)}
    supposition = Supposition(store, denied.event, denied.told, things)

    def holds(supposed: set[Triple]) -> bool:
        world = supposition.world(supposed | denied.called)
        return bool(evaluate(question.text, world))

    if not denied.parts or holds(set()):
        return None
    told = denied.told
    whole = told | denied.asked(question)
    alone = holds(told)
    supposed = whole if holds(whole) else told if alone else set()
    needed = {p for p in denied.parts if not holds(supposition.exchanged(supposed, p))}
    is_named = denied.is_event and denied.event in question.things
    asks_of_it = is_named and (not denied.detail or not denied.detail.isdisjoint(needed))
    if supposed and (asks_of_it or needed.issuperset(denied.parts)):
        return Bearing.ALL if alone else Bearing.MORE
    if alone:
        return Bearing.PART
    return Bearing.SOME if supposed and needed else None
