"""Made-up shapes and data graphs that together reach all of SHACL core, and SELECT constraints."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

PREFIXES = """@prefix ex: <http://ex.example/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex: a <http://www.w3.org/2002/07/owl#Ontology> ;
    sh:declare [ sh:prefix "ex" ; sh:namespace "http://ex.example/"^^xsd:anyURI ] .
"""
NODES = ["ex:a", "ex:b", "ex:c", "ex:d", "_:x", "_:y"]
CLASSES = ["ex:C", "ex:D"]
PROPERTIES = ["ex:p", "ex:q", "ex:r"]
LITERALS = [
    "1", "2", "10", "1.5", "true", '"abc"', '"ab"', '"x"@en', '"y"@en', '"x"@de',
    '"x"@en-gb', '"2020-01-01"^^xsd:date', '"2021-03-01"^^xsd:date',
    '"2020-02-31"^^xsd:date', '"2020-01-01T10:00:00"^^xsd:dateTime', '"many"^^xsd:integer',
    '"1"^^ex:odd',
]  # fmt: skip
NUMBERS = ["1", "2", "10", "1.5"]
DATATYPES = ["xsd:integer", "xsd:decimal", "xsd:string", "xsd:boolean", "xsd:date",
             "xsd:dateTime", "ex:odd", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>"]  # fmt: skip
SELECTS = [
    "SELECT $this ?value { $this ex:p ?value FILTER (isIRI(?value)) }",
    "SELECT $this { FILTER NOT EXISTS { $this ex:q ?any } }",
    "SELECT $this ?value { { $this ex:p ?value } UNION { $this ex:q ?value FILTER (isIRI($this)) } }",
    "SELECT $this (ex:q AS ?path) ?value { $this ex:q ?value . ?value ex:p ?x }",
    "SELECT $this ?n { { SELECT $this (COUNT(?v) AS ?n) { $this ex:p ?v } GROUP BY $this } FILTER (?n > 1) }",
]
OF_PATH = ["SELECT $this ?value { $this $PATH ?value FILTER (isLiteral(?value)) }"]


class Made(NamedTuple):
    """A data graph and a shapes graph, in Turtle."""

    data: str
    shapes: str


def made(seed: int) -> Made:
    """The made-up graphs with a number."""
    return _Maker(Random(seed)).made()


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.some = random.choice
        self.texts: list[str] = []

    def made(self) -> Made:
        for _ in range(self.random.randint(1, 3)):
            self.shape(depth=0, targets=True)
        shapes = "\n".join(self.texts)
        # pySHACL has an order of its own for what SPARQL does not compare.
        is_ordered = "clusive" in shapes or "lessThan" in shapes
        pool = NUMBERS if is_ordered else LITERALS
        return Made(
            PREFIXES + self.data(pool, 0.0 if "lessThan" in shapes else 0.5), PREFIXES + shapes
        )

    def data(self, literals: list[str], nodes: float) -> str:
        lines = [f"{self.some(NODES)} a {self.some(CLASSES)} ." for _ in range(4)]
        lines += ["ex:D rdfs:subClassOf ex:C ."] * self.random.randint(0, 1)
        for _ in range(self.random.randint(6, 14)):
            value = self.some(NODES if self.random.random() < nodes else literals)
            lines.append(f"{self.some(NODES)} {self.some(PROPERTIES)} {value} .")
        return "\n".join(lines)

    # ── Shapes ───────────────────────────────────────────────────────────────

    def shape(self, depth: int, *, targets: bool = False, path: bool | None = None) -> str:
        """Write a shape, and what it refers to; return its name."""
        name = f"ex:S{len(self.texts)}"
        self.texts.append("")
        place = len(self.texts) - 1
        has_path = self.random.random() < 0.5 if path is None else path
        said = [f"sh:path {self.path()}"] if has_path else []
        said += [self.target(has_path) for _ in range(self.random.randint(1, 2))] if targets else []
        said += self.constraints(depth, has_path)
        if self.random.random() < 0.06:
            said.append("sh:deactivated true")
        if self.random.random() < 0.2:
            said.append(f"sh:severity sh:{self.some(['Warning', 'Info', 'Violation'])}")
        if self.random.random() < 0.2:
            said.append('sh:message "so"@en, "also"@de')
        kind = "sh:PropertyShape" if has_path else "sh:NodeShape"
        implicit = ", rdfs:Class" if targets and self.random.random() < 0.1 else ""
        self.texts[place] = f"{name} a {kind}{implicit} ; {' ; '.join(said)} ."
        return name

    def target(self, has_path: bool) -> str:
        kind = self.some(["Class", "Class", "Node", "SubjectsOf", "ObjectsOf"])
        if kind == "Class":
            return f"sh:targetClass {self.some(CLASSES)}"
        if kind == "Node":
            nodes = ["ex:a", "ex:b", "ex:nowhere", "1", '"abc"']
            return f"sh:targetNode {self.some(nodes)}"
        return f"sh:target{kind} {self.some(PROPERTIES)}"

    def path(self, depth: int = 0) -> str:
        kind = self.random.randint(0, 12) % 10 if depth < 2 else 0
        inner = [self.path(depth + 1) for _ in range(2)] if kind >= 5 else []
        return {
            5: lambda: f"( {inner[0]} {inner[1]} )",
            6: lambda: f"[ sh:alternativePath ( {inner[0]} {inner[1]} ) ]",
            # pySHACL turns round the members of a sequence, and not their order.
            7: lambda: f"[ sh:inversePath {self.some(PROPERTIES)} ]",
            8: lambda: f"[ sh:{self.some(['zeroOrMore', 'oneOrMore'])}Path {inner[0]} ]",
            9: lambda: f"[ sh:zeroOrOnePath {inner[0]} ]",
        }.get(kind, lambda: self.some(PROPERTIES))()

    def constraints(self, depth: int, has_path: bool) -> list[str]:
        kinds = list(
            dict.fromkeys(self.kind(depth, has_path) for _ in range(self.random.randint(1, 2)))
        )
        return [self.constraint(kind, depth) for kind in kinds]

    def kind(self, depth: int, has_path: bool) -> str:
        plain = ["class", "datatype", "nodeKind", "minExclusive", "minInclusive", "maxExclusive",
                 "maxInclusive", "minLength", "maxLength", "pattern", "languageIn", "in", "hasValue",
                 "equals", "disjoint", "closed", "sparql"]  # fmt: skip
        of_paths = ["minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals", "ofPath"]
        deep = ["property", "node", "and", "or", "xone", "not"]
        kinds = plain + (of_paths * 2 if has_path else [])
        kinds += (deep * 2 + ["qualified"] * 2 * has_path) if depth < 2 else []
        return self.some(kinds)

    def constraint(self, kind: str, depth: int) -> str:
        value = {
            "class": lambda: self.some(CLASSES),
            "datatype": lambda: self.some(DATATYPES),
            "nodeKind": lambda: (
                "sh:"
                + self.some(
                    [
                        "IRI",
                        "BlankNode",
                        "Literal",
                        "BlankNodeOrIRI",
                        "BlankNodeOrLiteral",
                        "IRIOrLiteral",
                    ]
                )
            ),
            "pattern": lambda: self.some(['"^a"', '"B" ; sh:flags "i"', '"example/[ab]$"']),
            "languageIn": lambda: self.some(['( "en" )', '( "de" "en-gb" )', "()"]),
            "in": lambda: f"( {' '.join(self.term() for _ in range(self.random.randint(0, 4)))} )",
            "hasValue": self.term,
            "uniqueLang": lambda: "true",
            "closed": lambda: f"true ; sh:ignoredProperties ( {self.some(PROPERTIES)} rdfs:label )",
            "property": lambda: self.shape(depth + 1, path=True),
            "node": lambda: self.shape(depth + 1, path=False),
            "not": lambda: self.shape(depth + 1),
        }
        if kind in ("and", "or", "xone"):
            inner = [self.shape(depth + 1) for _ in range(self.random.randint(1, 3))]
            return f"sh:{kind} ( {' '.join(inner)} )"
        if kind == "qualified":
            return self.qualified(depth)
        if kind in ("sparql", "ofPath"):
            text = self.some(SELECTS if kind == "sparql" else OF_PATH)
            return f'sh:sparql [ sh:prefixes ex: ; sh:select """{text}""" ]'
        if kind in ("equals", "disjoint", "lessThan", "lessThanOrEquals"):
            return f"sh:{kind} {self.some(PROPERTIES)}"
        if kind.endswith("clusive"):
            return f"sh:{kind} {self.some(NUMBERS)}"
        if kind.endswith(("Count", "Length")):
            return f"sh:{kind} {self.random.randint(1, 3)}"
        return f"sh:{kind} {value[kind]()}"

    def qualified(self, depth: int) -> str:
        inner = self.shape(depth + 1)
        low, high = sorted(self.random.randint(0, 2) for _ in range(2))
        counts = self.some([f"sh:qualifiedMinCount {low}", f"sh:qualifiedMaxCount {high}",
                            f"sh:qualifiedMinCount {low} ; sh:qualifiedMaxCount {high}"])  # fmt: skip
        disjoint = self.some(["", " ; sh:qualifiedValueShapesDisjoint true"])
        return f"sh:qualifiedValueShape {inner} ; {counts}{disjoint}"

    def term(self) -> str:
        return self.some(["ex:a", "ex:b", *LITERALS])
