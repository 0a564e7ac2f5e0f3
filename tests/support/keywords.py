"""Texts that glue, escape and hide SERVICE and LOAD, and innocent ones that only hold the words."""

from __future__ import annotations

from hypothesis import strategies as st

GAPS = ["", " ", "\n", "\r", "\t", "#>\n", "# '''\r", " #\\u000A\n", "#{\n"]
QUERIES = [
    "SELECT * {{ {k} }}",
    "SELECT*{{{k}}}",
    "ASK {{ FILTER(?a<?b){k} FILTER(?c>?d) }}",
    "SELECT * {{ VALUES ?v {{'''abc'}} {k} }}",
    'SELECT * {{ VALUES ?v {{"""abc"}} {k} BIND("" AS ?w) }}',
    "ASK {{ FILTER NOT EXISTS {{ {k} }} }}",
    "CONSTRUCT {{ ?a ?b ?c }} WHERE {{ {k} }}",
    "DESCRIBE ?a {{ {k} }}",
    "SELECT (COUNT(*) AS ?n) {{ {{ SELECT * {{ {k} }} }} UNION {{ {k} }} }}",
    "SELECT * {{ ?s ?p '\\\\' . {k} }}",
    "SELECT * {{ ?s ?p '\\u0027 . {k} }} #'",
    'ASK {{ ?s ?p "\\\\u0022 . {k}" }}',
    "ASK {{ ?s ?p <urn:a> . {k} }}",
    "ASK {{ OPTIONAL {{ {k} }} }} ORDER BY ?a",
    "SELECT * {{ GRAPH ?g {{ {k} }} }} # {k}",
    "SELECT ?service {{ BIND(1 AS ?service) {k} }}",
]
UPDATES = [
    "{l}",
    "CLEAR DEFAULT;{l}",
    "INSERT {{ ?a ?b ?c }} WHERE {{ {k} }}",
    "DELETE {{ ?a ?b ?c }} WHERE {{ {k} }}; {l}",
    "INSERT DATA {{ <urn:a> <urn:b> '''abc''' }};{l}",
    "INSERT DATA {{ <urn:a> <urn:b> 'LOAD', '\\u0027' }} ; {l}",
]
PLACES = [
    "BIND('{w}' AS ?a)",
    'BIND("""{w}" {w}""" AS ?a)',
    "BIND(<http://example.org/{w}/{w}#{w}> AS ?a)",
    "BIND(<urn:{w}>AS?{w})",
    "# {w} <http://localhost/> {{\n",
    "BIND(1 AS ?{w})",
    "BIND('\\u0053ERVICE {w}'@en-load AS ?a)",
    "OPTIONAL {{ ?s rdfs:{w} ?{w}, 'x{w}x', _:{w} }}",
    "OPTIONAL {{ {w}:a {w}:{w} rdfs:a{w} }}",
    "FILTER(1<2&&'{w}'!='>')",
]


@st.composite
def _word(draw: st.DrawFn, word: str) -> str:
    """A word in any case, now and then with a letter as an escape."""
    letters = []
    for letter in word:
        cased = draw(st.sampled_from([letter.upper(), letter.lower()]))
        escaped = f"\\u{ord(cased):04x}"
        letters.append(draw(st.sampled_from([cased] * 30 + [escaped])))
    return "".join(letters)


@st.composite
def hidden(draw: st.DrawFn, texts: list[str], host: str) -> str:
    """A text that would ask the host, if it were taken for what it is."""
    gap = st.sampled_from(GAPS)
    silent = draw(st.sampled_from(["", "SILENT", "silent"]))
    target = draw(st.sampled_from(["<http://{}/x>", ":x", "<x>", "?v"])).format(host)
    bound = f"VALUES ?v{{<http://{host}/x>}}" if target == "?v" else ""
    asked = f"{draw(gap)}{silent}{draw(gap)}{target}{draw(gap)}"
    service = f"{bound}{draw(_word('SERVICE'))}{asked}{{?a ?b ?c}}"
    load = f"{draw(_word('LOAD'))}{asked}"
    base = draw(st.sampled_from([f"BASE <http://{host}/> ", ""]))  # else it comes from outside
    return f"{base}PREFIX : <http://{host}/>\n" + draw(st.sampled_from(texts)).format(
        k=service, l=load
    )


@st.composite
def innocent(draw: st.DrawFn) -> str:
    """A query of one solution that holds the words where they are no keywords."""
    word = draw(st.sampled_from(["SERVICE", "service", "LOAD", "Load", "SERVICESILENT", "Order"]))
    places = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3, unique=True))
    binds = [place.format(w=f"{word}{n}") for n, place in enumerate(places)]
    body = " ".join(b.replace("AS ?a)", f"AS ?a{n})") for n, b in enumerate(binds))
    prefixes = " ".join(f"PREFIX {word}{n}: <http://example.org/{word}>" for n in range(3))
    return f"{prefixes} SELECT * {{ {body} }}"
