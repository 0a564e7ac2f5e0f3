"""Write what is generated, or with ``--check`` tell whether it is stale.

``docs/ontology.md`` is made from the ontology, ``kg/endpoint/openapi.json`` from the operations of
the endpoint.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from difflib import unified_diff
from pathlib import Path

import openapi
import pyoxigraph as ox

from kg.facts.keywords import introducible, own_keys
from kg.resources import ONTOLOGY, PACKAGE
from kg.vocabulary.context import context
from kg.vocabulary.iris import ONTOLOGY_IRI
from kg.vocabulary.ontology import ent, name, ontology, rows

PAGE = Path(__file__).with_name("ontology.md")
DOCUMENT = PACKAGE / "endpoint" / "openapi.json"
_TOP = """\
<!-- Made by docs/generate.py from ontology/entente.ttl and ontology/alignments.ttl: edit those. -->

# The ontology

{}

This is version {}. In the tables, names without a prefix are our own: `ent:` stands for `{}`.
A term of ours is narrower than those it is aligned with; *italics* there mark what is only close to
it, and in the meanings an example. [Migrating](migrating.md) says what changed since 0.1.

**Names of terms.** A class is a noun in the singular with a capital (`DiplomaticMeasure`), a
property a noun, or a noun with *Of*, *For* or *With* that reads from subject to object (`heirOf`,
`firstFor`, `metWith`). Exceptions: `place`, `when`, `asOf`, `leads`, `changes`, `ends`, `omits`,
`inFavour`, `against` and `abstaining` say what press English says. A role is called as the one
who plays it. A status is a participle (`Reported`). Names are never reused for another meaning.

**Names of things.** Everything has one `rdfs:label`, in English as the press prints it: write
`"Beijing"@en`, for `"Beijing"` alone finds nothing. Other names, spellings and scripts are
`skos:altLabel`, in any language; `kg find` looks through both. `schema:sameAs` is the item of
Wikidata, where it is certain.

**Where `GRAPH` is needed.** A plain pattern asks what is reported and what follows from it. What
is only attributed, planned or denied lies in the graph of its claim, so that
`GRAPH ?claim {{ … }} ?claim ent:status ?status` asks it, and says who says so.
"""
_EVENT = "?x a {} ; rdfs:label ?label OPTIONAL {{ ?x ent:when ?when }}"
_THING = "?x a {} ; rdfs:label ?label"
_TOLD = "GRAPH ?claim {{ ?x a {} }} ?claim ent:status ?status ; ent:gist ?gist"
_KEYS = """\
What facts files may say besides `key` and `type`. A class also takes the keys of the class that it
is a kind of: a Meeting those of a Gathering, every event those of `Event`. [Curating](curating.md)
shows claims, passages and quantities.

"""
_HEADER = f"""SELECT ?description ?version (STR(ent:) AS ?namespace) {{
  <{ONTOLOGY_IRI}> dcterms:description ?description ; owl:versionInfo ?version }}"""
_TERMS = """SELECT ?term ?label (CONCAT(?definition, " *", ?example, "*") AS ?meaning) {{
  ?term a {} ; rdfs:label ?label ; skos:definition ?definition ; skos:example ?example }}
  ORDER BY ?term"""
_CLASSES, _STATUSES = _TERMS.format("owl:Class"), _TERMS.format("ent:Status")
_PROPERTIES = """SELECT ?term (CONCAT(?definition, " *", ?example, "*") AS ?meaning) {
  VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty }
  ?term a ?kind OPTIONAL { ?term skos:definition ?definition ; skos:example ?example } }
  ORDER BY ?term"""
_SUPERCLASSES = """SELECT ?class ?above {
  ?class rdfs:subClassOf|owl:equivalentClass/owl:intersectionOf/rdf:rest*/rdf:first ?above
  FILTER (isIRI(?class) && isIRI(?above)) } ORDER BY ?above ?class"""
_ROOTS = """SELECT ?prop { ?prop a owl:ObjectProperty
  FILTER NOT EXISTS { ?prop rdfs:subPropertyOf [] } } ORDER BY ?prop"""
_TRAITS = """SELECT ?property ?trait ?other {
  { ?property rdfs:subPropertyOf ?other BIND ("a kind of" AS ?trait) }
  UNION { ?property owl:inverseOf|^owl:inverseOf ?other BIND ("inverse of" AS ?trait) }
  UNION { ?property owl:propertyDisjointWith ?other BIND ("disjoint with" AS ?trait) }
  UNION { ?property a ?kind FILTER (?kind NOT IN (owl:ObjectProperty, owl:DatatypeProperty))
          BIND (LCASE(REPLACE(STR(?kind), "^.*#|Property$", "")) AS ?trait) }
  FILTER (isIRI(?property) && !isBlank(COALESCE(?other, ""))) } ORDER BY ?trait ?other"""
_CHAINS = """SELECT ?property ?chain ?link ?inverse {
  ?property owl:propertyChainAxiom ?chain . ?chain rdf:rest* ?before . ?before rdf:rest* ?cell .
  ?cell rdf:first ?link OPTIONAL { ?link owl:inverseOf ?inverse FILTER isBlank(?link) }
} GROUP BY ?property ?chain ?cell ?link ?inverse ORDER BY ?property ?chain COUNT(?before)"""
_ALIGNED = {"rdfs:subClassOf": "`{}`", "rdfs:subPropertyOf": "`{}`", "skos:closeMatch": "*`{}`*"}


def page() -> str:
    """Return the text of the page."""
    top = _TOP.format(*next(rows(_HEADER)))
    return "\n".join([top, *(f"## {title}\n\n{body}" for title, body in _sections())])


def _sections() -> Iterator[tuple[str, str]]:
    yield "Kinds of things", _diagram(_tree())
    yield "What joins things of different kinds", _diagram(sorted(_relations()))
    wider = _joined((cls, _codes(above)) for cls, above in rows(_SUPERCLASSES))
    aligned, traits = _joined(_alignments()), _joined(_traits())
    lines = [(cls, *text, wider[cls], aligned[cls]) for cls, *text in rows(_CLASSES)]
    yield "Classes", _table("class | label | meaning | a kind of | aligned with", lines)
    yield "Keys of each class", _KEYS + _table("class | keys of its own", _keys())
    ends = [(prop, _extent(prop), meaning) for prop, meaning in rows(_PROPERTIES)]
    lines = [(*cells, traits[cells[0]], aligned[cells[0]]) for cells in ends if cells[2]]
    yield "Properties", _table("property | from → to | meaning | traits | aligned with", lines)
    yield "Statuses of claims", _table("status | label | meaning", rows(_STATUSES))
    lines = [(prop, extent) for prop, extent, meaning in ends if not meaning]
    yield "Properties of others, used as they are", _table("property | from → to", lines)
    asked = [(cls, f"`{_question(cls)}`") for cls, *_ in rows(_CLASSES)]
    yield "A query for each class", _table("class | to be pasted after `kg query -e`", asked)


def _question(cls: str) -> str:
    """Ask for the members of a class: of events, also those that no article reports itself."""
    term, kinds = context().compact(cls), ontology().superclasses[cls]
    if ent.Event not in kinds or cls == ent.Event:
        return f"SELECT ?x ?label {{ {_THING.format(term)} }}"
    told = f"{{ {_EVENT.format(term)} }} UNION {{ {_TOLD.format(term)} }}"
    return f"SELECT DISTINCT ?x ?label ?when ?status ?gist {{ {told} }}"


def _keys() -> Iterator[tuple[str, str]]:
    """List the keys that each class of facts adds to those of the classes above it."""
    written = {*introducible("entities"), *introducible("facts")}
    for cls in sorted(c for c in ontology().superclasses if name(c) in written):
        above = ontology().superclasses[cls] - {cls}
        own = set(own_keys(cls)).difference(*map(own_keys, above))
        if own:
            yield cls, ", ".join(f"`{key}`" for key in sorted(own))


def _name(iri: str) -> str:
    return context().compact(iri).removeprefix("ent:")


def _codes(*iris: str) -> str:
    return " or ".join(sorted(f"`{_name(iri)}`" for iri in iris)) or "anything"


def _extent(prop: str) -> str:
    domain = ontology().domains.get(prop, frozenset())
    values = frozenset[str]().union(*(ontology().range(cls, prop) for cls in domain))
    return f"{_codes(*domain)} → {_codes(*values)}" if domain else ""


def _tree() -> Iterator[str]:
    yield from (f"{_node(above)} <|-- {_node(cls)}" for cls, above in rows(_SUPERCLASSES))
    alone = {cls for cls, *_ in rows(_CLASSES)}.difference(*rows(_SUPERCLASSES))
    yield from (f"class {_node(cls)}" for cls in sorted(alone))


def _relations() -> Iterator[str]:
    """Draw the properties that are no kind of another and join things of different classes."""
    for (prop,) in rows(_ROOTS):
        for start in sorted(ontology().domains.get(prop, ())):
            for end in sorted(ontology().range(start, prop) - {start}):
                yield f"{_node(start)} --> {_node(end)} : {_node(prop)}"


def _node(iri: str) -> str:
    return context().compact(iri).partition(":")[2]


def _diagram(lines: Iterable[str]) -> str:
    return "\n    ".join(["```mermaid\nclassDiagram", "direction LR", *lines]) + "\n```\n"


def _table(headings: str, lines: Iterable[tuple[str, ...]]) -> str:
    rule = "--- | " * headings.count("|") + "---"
    body = (" | ".join([_codes(term), *cells]) for term, *cells in lines)
    return "".join(f"| {line} |\n" for line in [headings, rule, *body])


def _alignments() -> Iterator[tuple[str, str]]:
    for term, prop, other, _ in sorted(ox.parse(path=ONTOLOGY / "alignments.ttl"), key=str):
        if isinstance(other, ox.NamedNode) and (form := _ALIGNED.get(_name(prop.value))):
            yield str(term)[1:-1], form.format(_name(other.value))


def _traits() -> Iterator[tuple[str, str]]:
    yield from ((prop, f"{trait} {_codes(q)}" if q else trait) for prop, trait, q in rows(_TRAITS))
    chains = defaultdict(list)
    for prop, chain, link, inverse in rows(_CHAINS):
        chains[prop, chain].append(f"inverse of {_codes(inverse)}" if inverse else _codes(link))
    yield from sorted((p, "follows from " + " then ".join(c)) for (p, _), c in chains.items())


def _joined(pairs: Iterable[tuple[str, str]]) -> defaultdict[str, str]:
    texts: defaultdict[str, str] = defaultdict(str)
    for key, text in pairs:
        texts[key] = f"{texts[key]}; {text}".removeprefix("; ")
    return texts


def _generated() -> dict[Path, str]:
    return {
        PAGE: page(),
        DOCUMENT: json.dumps(openapi.document(), ensure_ascii=False, indent=1) + "\n",
    }


def main(check: bool) -> int:
    """Write each file, or only compare it and show the difference; return the exit code."""
    stale = False
    for path, text in _generated().items():
        if not check:
            path.write_text(text, encoding="utf-8", newline="\n")
            continue
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        difference = [
            *unified_diff(lines, text.splitlines(), f"{path} on disk", "due", lineterm="", n=1)
        ]
        if difference:
            sys.stderr.write("\n".join([*difference, "stale: run “make generated”"]) + "\n")
        stale = stale or bool(difference)
    return int(stale)


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
