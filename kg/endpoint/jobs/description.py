"""What the service and its dataset say of themselves, asked of the dataset in SPARQL.

SPARQL 1.1 Service Description, and the statistics of VoID (section 4.6 of its guide).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from kg.vocabulary.context import context
from kg.vocabulary.iris import ID, ONTOLOGY_IRI

_PREFIXES = {
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
    "dcterms": "http://purl.org/dc/terms/",
    "format": "http://www.w3.org/ns/formats/",
}
_RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_GRAPHS = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads")

_SERVICE = """
CONSTRUCT {{
  <{base}/query> a sd:Service ;
    sd:endpoint <{base}/query> ;
    sd:supportedLanguage sd:SPARQL11Query{languages} ;
    sd:resultFormat {formats} ;
    {features}    sd:defaultDataset <{base}/.well-known/void#dataset> .
  <{base}/.well-known/void#dataset> a sd:Dataset ;
    sd:defaultGraph <{base}/store#default> .
  <{base}/store#default> a sd:Graph ; void:triples ?triples .
}}
WHERE {{ SELECT (COUNT(*) AS ?triples) {{ ?s ?p ?o }} }}"""
_NAMED = """
CONSTRUCT {{
  <{base}/.well-known/void#dataset> sd:namedGraph ?entry .
  ?entry a sd:NamedGraph ; sd:name ?name .
}}
WHERE {{
  {{ SELECT DISTINCT ?name {{ GRAPH ?name {{ ?s ?p ?o }} }} LIMIT {most} }}
  BIND (IRI(CONCAT("{base}/store?graph=", ENCODE_FOR_URI(STR(?name)))) AS ?entry)
}}"""
_MOST = 1_000
"""So many named graphs are listed: each claim has one."""

_EXTENSIONS = {
    "cite": "true: each answer carries the claims and passages that it rests on",
    "believe": "reported, attributed or planned: how much of what is claimed is taken on trust",
    "article": "key, label or IRI of an article: only its claims are heard",
    "speaker": "key, label or IRI of an agent: only what rests on this agent’s word is heard",
    "as-of": "a day: only articles published by then are heard",
}

_VOID = """
CONSTRUCT {{
  <{base}/.well-known/void#dataset> a void:Dataset ; dcterms:title "Entente"@en ;
    void:sparqlEndpoint <{base}/query> ; void:vocabulary <{ontology}> ;
    void:uriSpace "{space}" ;
    void:triples ?triples ; void:distinctSubjects ?subjects ; void:distinctObjects ?objects ;
    void:properties ?properties ; void:classes ?classes ; void:entities ?entities .
}}
WHERE {{
  SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects)
         (COUNT(DISTINCT ?o) AS ?objects) (COUNT(DISTINCT ?p) AS ?properties)
         (COUNT(DISTINCT ?class) AS ?classes) (COUNT(DISTINCT ?entity) AS ?entities) {{
    ?s ?p ?o
    BIND (IF(?p = rdf:type, ?o, ?none) AS ?class)
    BIND (IF(STRSTARTS(STR(?s), "{space}"), ?s, ?none) AS ?entity)
  }}
}}"""
_CLASSES = """
CONSTRUCT {{
  <{base}/.well-known/void#dataset> void:classPartition ?part .
  ?part void:class ?class ; void:entities ?entities .
}}
WHERE {{
  {{ SELECT ?class (COUNT(DISTINCT ?s) AS ?entities) {{ ?s a ?class }} GROUP BY ?class }}
  BIND (IRI(CONCAT("{base}/.well-known/void#", ENCODE_FOR_URI(STR(?class)))) AS ?part)
}}"""
_PROPERTIES = """
CONSTRUCT {{
  <{base}/.well-known/void#dataset> void:propertyPartition ?part .
  ?part void:property ?property ; void:triples ?triples .
}}
WHERE {{
  {{ SELECT ?property (COUNT(*) AS ?triples) {{ ?s ?property ?o }} GROUP BY ?property }}
  BIND (IRI(CONCAT("{base}/.well-known/void#", ENCODE_FOR_URI(STR(?property)))) AS ?part)
}}"""


def describe(store: ox.Store, given: Mapping[str, str]) -> Iterator[ox.Triple]:
    """Yield the description of the service at ``given["base"]``, and of its default dataset.

    ``given["writable"]`` tells whether updates are taken, ``given["federated"]`` whether SERVICE
    may ask some other server.
    """
    features = "".join(
        f'sd:feature [ a sd:Feature ; rdfs:label "{name}" ; rdfs:comment "{about}"@en ] ;\n'
        for name, about in _EXTENSIONS.items()
    )
    if given.get("federated"):
        features += "sd:feature sd:BasicFederatedQuery ;\n"
    text = _SERVICE.format(
        base=given["base"],
        languages=", sd:SPARQL11Update" if given.get("writable") else "",
        formats=", ".join(f"format:{name}" for name in (*_RESULTS, *_GRAPHS)),
        features=features,
    )
    yield from _constructed(store, text)
    yield from _constructed(store, _NAMED.format(base=given["base"], most=_MOST))


def void(store: ox.Store, given: Mapping[str, str]) -> Iterator[ox.Triple]:
    """Yield the statistics of the default graph, of its classes and of its properties."""
    for text in (_VOID, _CLASSES, _PROPERTIES):
        text = text.format(base=given["base"], ontology=ONTOLOGY_IRI, space=ID)
        yield from _constructed(store, text)


def _constructed(store: ox.Store, text: str) -> Iterator[ox.Triple]:
    found = store.query(text, prefixes={**context().prefixes, **_PREFIXES})
    assert isinstance(found, ox.QueryTriples)
    return found
