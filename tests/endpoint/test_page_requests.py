"""Pages over HTTP: each thing at its IRI as a page or as RDF, by negotiation."""

from __future__ import annotations

from urllib.parse import quote

import rdflib

from kg.sparql import catalogue as queries
from kg.vocabulary.iris import ID, ONTOLOGY_IRI
from tests.endpoint.test_pages import Page
from tests.support.serving import Got, Server

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
KIM = rdflib.URIRef(f"{ID}kim-jong-un")


def page(got: Got) -> Page:
    assert (got.status, got.type) == (200, "text/html"), got.text
    policy = got.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    return Page(got.text)


def test_a_thing_is_a_page_for_browsers_and_rdf_for_programs(server: Server):
    assert "Kim Jong Un" in page(server.get("/id/kim-jong-un", Accept=BROWSER)).text
    for accept, form in [
        ("text/turtle", "turtle"),
        ("application/rdf+xml", "xml"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "json-ld"),
        ("*/*", "turtle"),
        ("text/html;q=0.1, text/turtle", "turtle"),
    ]:
        got = server.get("/id/kim-jong-un", Accept=accept)
        assert got.headers["vary"] == "Accept, Accept-Encoding"
        found = rdflib.Graph().parse(data=got.content, format=form)
        assert str(found.value(KIM, rdflib.RDFS.label)) == "Kim Jong Un"


def test_the_form_of_a_thing_can_be_chosen_in_its_address(server: Server):
    assert server.get("/id/kim-jong-un", {"format": "turtle"}, Accept=BROWSER).type == "text/turtle"
    assert server.get("/id/kim-jong-un", {"format": "html"}).type == "text/html"
    assert server.get("/id/kim-jong-un", {"format": "nonsense"}).status == 406
    assert server.get("/id/kim-jong-un", Accept="image/png").status == 406


def test_what_a_claim_only_passes_on_is_no_triple_of_its_description(server: Server):
    """In a dataset it lies in the claim's own graph; in a graph it would be asserted."""
    denied = server.query("SELECT ?c { ?c ent:status ent:Denied }", Accept="text/csv").text
    path = "/id/" + denied.split()[1].removeprefix(ID)
    graph = rdflib.Graph().parse(data=server.get(path, Accept="text/turtle").content)
    whole = rdflib.Dataset()
    whole.parse(data=server.get(path, Accept="application/trig").content, format="trig")
    told = whole.graph(rdflib.URIRef(ID + path.removeprefix("/id/")))
    assert len(told) > 0
    assert not set(told) & set(graph)


def test_what_nobody_tells_of_is_not_found(server: Server):
    assert server.get("/id/nobody", Accept=BROWSER).status == 404
    assert server.get("/id/%20", Accept=BROWSER).status == 400
    assert server.get("/questions/nothing", Accept=BROWSER).status == 404


def test_the_ontology_is_a_page_with_a_place_for_each_term_and_rdf(server: Server):
    assert "Meeting" in page(server.get("/ontology", Accept=BROWSER)).anchors
    found = rdflib.Graph().parse(data=server.get("/ontology", Accept="text/turtle").content)
    assert (rdflib.URIRef(ONTOLOGY_IRI), rdflib.RDF.type, rdflib.OWL.Ontology) in found


def test_every_question_of_the_home_page_can_be_run(server: Server):
    home = page(server.get("/", Accept=BROWSER))
    actions = [a for a in home.values("form", "action") if a.startswith("/questions/")]
    assert len(actions) == len(queries.names())
    for action in actions[::7]:
        page(server.get(action, {"believe": "planned", "cite": "true"}, Accept=BROWSER))


def test_a_question_takes_its_parameters_and_leaves_out_empty_ones(server: Server):
    path = "/questions/who-met-whom"
    asked = {"$place": "China", "$agent": "", "cite": "true", "believe": "reported"}
    found = page(server.get(path, asked, Accept=BROWSER))
    assert "Vladimir Putin" in found.text and "Donald Trump" not in found.text
    assert "paragraph 17" in found.text
    assert "Donald Trump" in page(server.get(path, Accept=BROWSER)).text
    assert server.get(path, {"$place": "Atlantis"}, Accept=BROWSER).status == 400
    assert server.get(path, {"believe": "everything"}, Accept=BROWSER).status == 400


def test_the_query_form_answers_with_a_page(server: Server):
    text = "SELECT ?who { ?who ent:metWith id:xi-jinping }"
    found = page(server.query(text, Accept=BROWSER))
    assert "/id/kim-jong-un" in found.values("a", "href")
    chosen = server.ask("GET", f"/query?query={quote(text)}&format=csv", Accept=BROWSER)
    assert chosen.type == "text/csv"
    assert "yes" in page(server.query("ASK {}", Accept=BROWSER)).text
    assert server.query("SELECT nonsense", Accept=BROWSER).status == 400


def test_pages_are_cached_by_their_entity_tag(server: Server):
    first = server.get("/id/kim-jong-un", Accept=BROWSER)
    again = server.get("/id/kim-jong-un", Accept=BROWSER, If_None_Match=first.headers["etag"])
    assert (again.status, again.content) == (304, b"")
    head = server.ask("HEAD", "/id/kim-jong-un", Accept=BROWSER)
    assert (head.status, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(first.content))


def test_the_style_sheet_is_our_own_and_asks_for_nothing(server: Server):
    got = server.get("/style.css")
    assert got.type == "text/css"
    assert b"url(" not in got.content and b"@import" not in got.content


def test_what_a_query_names_in_vain_is_told_in_the_header_and_on_the_page(server: Server):
    text = "SELECT ?x { ?x a ent:Metting ; ent:participant id:xi-jinpingg }"
    for query, params in ((text, {}), (text, {"cite": "true"})):
        got = server.get("/query", {"query": query, **params})
        assert got.status == 200
        assert got.headers["entente-warning"] == (
            "the ontology has no ent:Metting; did you mean 'ent:Meeting'? | "
            "nothing has the key id:xi-jinpingg; did you mean 'id:xi-jinping'?"
        )
    shown = page(server.get("/query", {"query": text}, Accept="text/html"))
    assert "the ontology has no ent:Metting; did you mean “ent:Meeting”?" in shown.text
    taken = server.get("/query", {"query": "who-met-whom", "$place": "kim\r\nX: y"})
    assert taken.status == 400
    for plain in ("SELECT ?x { ?x a ent:Meeting }", "who-met-whom"):
        assert "entente-warning" not in server.query(plain).headers
    assert server.lines()  # each is JSON: what readers are warned of stays out of the log
