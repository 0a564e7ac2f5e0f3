"""Where a page stands: its path, its parameters, and whom its reader believes.

The reader's choice is kept in the address, so every link to another page here carries it on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from kg.claims.belief import PARAMETERS, BeliefOptions
from kg.sparql.formats import RDF_FORMATS, RESULTS_FORMATS
from kg.vocabulary.iris import ID, ONTOLOGY_IRI

_LEVELS = {
    "reported": "what articles report",
    "attributed": "also what they attribute to others",
    "planned": "also what is planned",
}
Pairs = tuple[tuple[str, str], ...]


class Site(NamedTuple):
    """The place of a page among the others.

    ``given`` are the parameters in its address but for those of belief, ``belief`` is what the
    reader chose, ``sought`` the words in the search box, ``alternates`` where the same is in
    formats for programs: addresses with their media types.
    """

    path: str = "/"
    given: Pairs = ()
    belief: BeliefOptions = BeliefOptions()
    sought: str = ""
    alternates: Pairs = ()

    @classmethod
    def of(cls, path: str, pairs: Iterable[tuple[str, str]]) -> Site:
        """Return the place of a page with these parameters, those of belief among them."""
        pairs = list(pairs)
        given = tuple(pair for pair in pairs if pair[0] not in PARAMETERS)
        belief = BeliefOptions.given(dict(pairs))
        return cls(path, given, belief, dict(given).get("q", ""))

    @property
    def chosen(self) -> Pairs:
        """The parameters of the reader's belief, where it is not the usual one."""
        usual = BeliefOptions()
        both = zip(PARAMETERS, self.belief, usual, strict=True)
        return tuple((name, value) for name, value, common in both if value != common)

    @property
    def believes(self) -> str:
        """The reader's belief in words: “also what is planned, of ft-outcast-to-ally”."""
        level, article, speaker, day = self.belief
        parts = [_LEVELS.get(level, level)]
        parts += [f"only of {article}"] if article else []
        parts += [f"only on the word of {speaker}"] if speaker else []
        return ", ".join(parts + ([f"as of {day}"] if day else []))

    @property
    def levels(self) -> Iterator[tuple[str, str, bool]]:
        """The levels of belief: name, words, whether it is chosen."""
        return ((name, words, name == self.belief.level) for name, words in _LEVELS.items())

    def link(self, target: str) -> str:
        """Return a link as a page here has it: to other pages with the belief, away without.

        Example: ``/id/china#x`` is ``/id/china?believe=planned#x`` for who believes plans.
        """
        if not self.chosen or not target.startswith("/"):
            return target
        address, mark, fragment = target.partition("#")
        return f"{address}{'&' if '?' in address else '?'}{urlencode(self.chosen)}{mark}{fragment}"

    def here(self, **changes: str) -> str:
        """Return a link to this page with some parameters changed; an empty one is taken away."""
        kept = [(name, value) for name, value in self.given if name not in changes]
        pairs = [*kept, *((name, value) for name, value in changes.items() if value), *self.chosen]
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def offering(self, *formats: str, at: Site | None = None) -> Site:
        """Return the place of a page that is also there in other formats, or is so elsewhere."""
        there = at or self
        found = ((there.here(format=name), _media_type(name)) for name in formats)
        return self._replace(alternates=tuple(found))

    @property
    def usual(self) -> str:
        """The link to this page for who believes what is reported."""
        return self._replace(belief=BeliefOptions()).here()


def _media_type(format_name: str) -> str:
    """Return the media type of a format, which may be called by it."""
    if "/" in format_name:
        return format_name
    rdf = RDF_FORMATS.get(format_name)
    whole = rdf.media_type if rdf else RESULTS_FORMATS[format_name].media_type
    return whole.partition(";")[0]


def href(iri: str) -> str:
    """Return where a page links to for an IRI: ours are pages here, others lead away.

    Example: ``https://w3id.org/entente/id/china`` is the page ``/id/china``.
    """
    if iri.startswith(ID):
        return "/id/" + iri.removeprefix(ID)
    if iri.startswith(ONTOLOGY_IRI):
        return "/ontology" + iri.removeprefix(ONTOLOGY_IRI)
    return iri if iri.startswith(("http://", "https://")) else ""
