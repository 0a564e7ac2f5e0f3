"""Small made-up worlds for laws: claims over a few nodes, and queries over these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple
from zlib import crc32

import pyoxigraph as ox
from hypothesis import strategies as st

from kg.claims.belief import Belief
from kg.entailment.materialization import graph_closure, materialize
from kg.mapper import Graph
from kg.vocabulary.context import context
from kg.vocabulary.dates import last_day
from kg.vocabulary.iris import ID, REFERENCE
from kg.vocabulary.ontology import ent
from kg.vocabulary.statuses import LEVELS
from kg.vocabulary.terms import LABEL, RDF_TYPE

NODES = ["a", "b", "c", "d"]
PROPERTIES = ["ent:host", "ent:participant", "ent:childOf", "ent:subEventOf", "ent:reason"]
CLASSES = ["ent:Meeting", "ent:Gathering", "ent:Person"]


class Told(NamedTuple):
    """A claim: its status and its triples as texts.

    The claims in turn are of two articles; what is not reported is attributed to one of two people.
    Of one that was taken back, all of this was so before: nothing of it is told any more.
    """

    status: str
    triples: tuple[tuple[str, str, str], ...]
    speaker: str = "s"


RETRACTED = "Retracted"
PUBLISHED = ("2025-01-10", "2025-03")
"""When the articles appeared."""


def named(name: str) -> ox.NamedNode:
    return ox.NamedNode(context().expand(name) if ":" in name else ID + name)


def triple(texts: tuple[str, str, str]) -> ox.Triple:
    return ox.Triple(*map(named, texts))


def built(claims: Iterable[tuple[int, Told]]) -> ox.Store:
    """A store of claims, laid out as a build lays it out; node a is in the reference data."""
    store = ox.Store()
    graphs = [Graph(REFERENCE, True, [triple(("a", "ent:participant", "b")), *articles()])]
    reported = {REFERENCE}
    for number, told in claims:
        iri, passage, span = (named(f"{kind}{number}") for kind in ("claim", "passage", "span"))
        source = named(f"article{number % 2}")
        if told.status == RETRACTED:
            graphs.append(Graph(None, True, list(retraction(iri))))
            continue
        described = [*description(iri, passage, span, told.status, source)]
        described += [ox.Triple(iri, *spoken) for spoken in speaker_of(told)]
        graphs.append(Graph(None, True, described))
        graphs.append(Graph(iri, told.status == "Reported", [*map(triple, told.triples)]))
        reported |= {iri} if told.status == "Reported" else set()
    for graph in graphs:
        store.extend(graph.quads())
        if graph.name:
            store.extend(graph_closure(graph).quads())
    for entailed in materialize(store, reported):
        store.extend(entailed.quads())
    return store


def speaker_of(told: Told) -> Iterator[tuple[ox.NamedNode, ox.NamedNode]]:
    if told.status != "Reported":
        yield named("prov:wasAttributedTo"), named(told.speaker)


def articles() -> Iterator[ox.Triple]:
    for number, day in enumerate(PUBLISHED):
        kind = named("xsd:date" if day.count("-") == 2 else "xsd:gYearMonth")
        published = ox.Literal(day, datatype=kind)
        yield ox.Triple(named(f"article{number}"), named("schema:datePublished"), published)


def is_heard(number: int, told: Told, belief: Belief) -> bool:
    """Whether somebody who believes so hears a claim: by the article, the day, and the speaker."""
    if told.status == RETRACTED:
        return belief.article is belief.speaker is belief.as_of is None
    return (
        belief.article in (None, named(f"article{number % 2}"))
        and (belief.as_of is None or last_day(PUBLISHED[number % 2]) <= belief.as_of)
        and (
            belief.speaker is None
            or (told.status != "Reported" and belief.speaker == named(told.speaker))
        )
    )


def chosen_alone(claims: Iterable[tuple[int, Told]], belief: Belief) -> ox.Store:
    """A store built of nothing but the claims that a belief chooses, those believed as reported.

    The status of a claim is what its article says all the same.
    """
    heard = [(number, told) for number, told in claims if is_heard(number, told, belief)]
    believed = [(n, told) for n, told in heard if told.status in belief.statuses]
    store = built(
        (n, told._replace(status="Reported") if (n, told) in believed else told)
        for n, told in heard
    )
    for number, told in believed:
        claim, status = named(f"claim{number}"), named("ent:status")
        store.remove(ox.Quad(claim, status, ox.NamedNode(ent.Reported)))
        store.add(ox.Quad(claim, status, ox.NamedNode(getattr(ent, told.status))))
        store.extend(ox.Quad(claim, *spoken) for spoken in speaker_of(told))
    return store


def retraction(iri: ox.NamedNode) -> Iterator[ox.Triple]:
    yield ox.Triple(iri, RDF_TYPE, named("ent:RetractedClaim"))
    yield ox.Triple(iri, LABEL, ox.Literal(iri.value, language="en"))
    yield ox.Triple(iri, named("ent:retraction"), ox.Literal("Read once more.", language="en"))


def description(iri, passage, span, status, source=named("article0")):  # noqa: B008  a term
    def literal(text: str, kind: str) -> ox.Literal:
        return ox.Literal(text, datatype=named(f"xsd:{kind}"))

    yield ox.Triple(iri, RDF_TYPE, named("ent:Claim"))
    yield ox.Triple(iri, LABEL, ox.Literal(iri.value, language="en"))
    yield ox.Triple(iri, named("ent:status"), ox.NamedNode(getattr(ent, status)))
    yield ox.Triple(iri, named("prov:wasQuotedFrom"), passage)
    yield ox.Triple(passage, RDF_TYPE, named("ent:Passage"))
    yield ox.Triple(passage, named("oa:hasSource"), source)
    yield ox.Triple(passage, named("oa:hasSelector"), span)
    yield ox.Triple(passage, named("ent:paragraph"), literal("1", "integer"))
    yield ox.Triple(span, RDF_TYPE, named("oa:TextPositionSelector"))
    yield ox.Triple(span, named("oa:start"), literal("0", "integer"))
    yield ox.Triple(span, named("oa:end"), literal("9", "integer"))


nodes = st.sampled_from(NODES)
speakers = st.sampled_from(["s", "t"])
relations = st.tuples(nodes, st.sampled_from(PROPERTIES), nodes)
kinds = st.tuples(nodes, st.just("rdf:type"), st.sampled_from(CLASSES))
tellings = st.builds(
    Told,
    st.sampled_from([*["Reported", "Reported", "Reported", "Attributed"] * 3, RETRACTED]),
    st.lists(relations | kinds, min_size=1, max_size=3, unique=True).map(tuple),
    speakers,
)
beliefs = st.tuples(
    st.sampled_from([LEVELS["reported"], LEVELS["attributed"], LEVELS["attributed"]]),
    st.sampled_from([None, None, None, named("article0")]),
    st.sampled_from([None, None, None, named("s")]),
    st.sampled_from([None, None, date(2025, 1, 31), date(2025, 3, 30), date(2025, 3, 31)]),
).map(lambda choice: Belief(*choice))
generations = st.tuples(nodes, st.just("ent:childOf"), nodes)
disputed = st.lists(
    st.builds(
        Told,
        st.sampled_from([*["Reported", "Attributed", "Attributed"] * 3, RETRACTED]),
        st.lists(relations | generations, min_size=2, max_size=4, unique=True).map(tuple),
        speakers,
    ),
    min_size=4,
    max_size=6,
).map(lambda told: tuple(enumerate(told)))
"""Worlds of which much is not reported, and something follows from several claims only."""
worlds = st.lists(tellings, min_size=1, max_size=5).map(lambda told: tuple(enumerate(told)))


# ── Queries ──────────────────────────────────────────────────────────────────

terms = st.sampled_from(["?x", "?y", "?z", "?x", "?y", "id:a", "id:b"])
simple = st.sampled_from([*PROPERTIES, "ent:grandchildOf", "ent:metWith"])
paths = st.recursive(
    simple,
    lambda p: st.one_of(
        st.tuples(p, p).map("/".join).map("({})".format),
        st.tuples(p, p).map("|".join).map("({})".format),
        p.map("(^{})".format),
        st.tuples(p, st.sampled_from("*+?")).map("".join).map("({})".format),
        simple.map("(!{})".format),
        st.tuples(simple, simple).map(lambda t: f"(!({t[0]}|^{t[1]}))"),
    ),
    max_leaves=3,
)
patterns = st.one_of(
    st.tuples(terms, simple, terms).map(" ".join),
    st.tuples(terms, simple, terms).map(" ".join),
    st.tuples(terms, paths, terms).map(" ".join),
    st.tuples(terms, st.just("?p"), terms).map(" ".join),
    st.tuples(terms, st.sampled_from(CLASSES)).map(" a ".join),
    st.tuples(terms, simple, simple, terms).map(lambda t: f"{t[0]} {t[1]} [ {t[2]} {t[3]} ]"),
).map("{} .".format)


def joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(parts, min_size=1, max_size=2).map(" ".join)


def growing(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """What can only grow with the data."""
    return st.one_of(
        st.tuples(inner, inner).map(lambda t: f"{{ {t[0]} }} UNION {{ {t[1]} }}"),
        st.tuples(inner, inner).map(lambda t: f"{t[0]} FILTER EXISTS {{ {t[1]} }}"),
        st.tuples(inner, inner, inner).map(
            lambda t: f"{t[0]} FILTER (EXISTS {{ {t[1]} }} || EXISTS {{ {t[2]} }})"
        ),
        inner.map("GRAPH ?g {{ {} }}".format),
        inner.map("{{ SELECT DISTINCT ?x WHERE {{ {} }} }}".format),
        inner.map("{{ SELECT ?x ?z WHERE {{ {} }} }}".format),
        inner.map("{} VALUES (?x ?y) {{ (id:a UNDEF) (UNDEF id:b) (id:c id:d) }}".format),
        inner.map(lambda t: f"{{ {t} BIND (?x AS ?copy{crc32(t.encode())}) }}"),
    )


def shrinking(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """What may also shrink when data is added."""
    return st.one_of(
        st.tuples(inner, inner).map(lambda t: f"{t[0]} OPTIONAL {{ {t[1]} }}"),
        st.tuples(inner, inner, inner).map(
            lambda t: f"{t[0]} OPTIONAL {{ {t[1]} FILTER EXISTS {{ {t[2]} }} }}"
        ),
        st.tuples(inner, inner).map(lambda t: f"{t[0]} MINUS {{ {t[1]} }}"),
        st.tuples(inner, inner).map(lambda t: f"{t[0]} FILTER NOT EXISTS {{ {t[1]} }}"),
        st.tuples(inner, inner).map(
            lambda t: f"{{ {t[0]} BIND (EXISTS {{ {t[1]} }} AS ?there{crc32(t[0].encode())}) }}"
        ),
        inner.map("{{ SELECT ?x (COUNT(?y) AS ?n) WHERE {{ {} }} GROUP BY ?x }}".format),
        inner.map("{{ SELECT ?x ?y WHERE {{ {} }} ORDER BY ?x ?y LIMIT 2 }}".format),
        growing(inner),
    )


monotone = st.recursive(joined(patterns), growing, max_leaves=4)
any_pattern = st.recursive(joined(patterns), shrinking, max_leaves=4)

growing_queries = st.tuples(
    st.sampled_from(["SELECT DISTINCT ?x", "SELECT ?x ?y", "SELECT *", "SELECT (STR(?x) AS ?s)"]),
    monotone,
).map(lambda t: f"{t[0]} WHERE {{ {t[1]} }}")
any_queries = st.one_of(
    growing_queries,
    any_pattern.map("SELECT * WHERE {{ {} }}".format),
    any_pattern.map("SELECT DISTINCT ?x WHERE {{ {} }}".format),
    any_pattern.map("SELECT (COUNT(*) AS ?n) (SAMPLE(?x) AS ?s) WHERE {{ {} }}".format),
    any_pattern.map(
        "SELECT ?y (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {} }} GROUP BY ?y HAVING (COUNT(*) > 1)".format
    ),
    any_pattern.map("SELECT ?t (MIN(?x) AS ?m) WHERE {{ {} }} GROUP BY (STR(?y) AS ?t)".format),
)
