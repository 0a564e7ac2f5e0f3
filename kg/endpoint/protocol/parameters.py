"""The parameters of requests, each declared once: parsing, refusals and the document follow it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kg.claims.belief import PARAMETERS
from kg.endpoint.http.messages import Fields, absolute
from kg.endpoint.http.negotiation import FORMAT_NAMES
from kg.errors import RequestError
from kg.vocabulary.statuses import LEVELS, Status


class Parameter(NamedTuple):
    """What a parameter is called, what it means and which values it may have.

    ``choices`` are in lower case; where there are none, any text is taken, or with ``is_iri`` any
    absolute IRI. A value that is empty counts as none, unless the parameter ``keeps_empty``.
    """

    name: str
    about: str
    choices: tuple[str, ...] = ()
    is_iri: bool = False
    may_repeat: bool = False
    is_required: bool = False
    keeps_empty: bool = False

    def checked(self, value: str) -> str:
        """Return a value as it is understood. Raises ``RequestError``."""
        if self.choices and value.lower() not in self.choices:
            known = " or ".join(self.choices) if len(self.choices) == 2 else ", ".join(self.choices)
            raise RequestError(400, f"“{self.name}” is one of {known}, not “{value}”")
        if self.is_iri:
            return absolute(value)
        return value.lower() if self.choices else value


class Given(NamedTuple):
    """The parameters of a request: those that are declared, and the names of others."""

    fields: Fields
    others: tuple[str, ...] = ()


def _graphs(name: str, about: str) -> Parameter:
    return Parameter(name, about, is_iri=True, may_repeat=True)


QUERY = Parameter(
    "query", "A query, or the name of one of the catalogue.", is_required=True, keeps_empty=True
)
BINDING = Parameter("$", "$NAME: the value of a parameter of a named query.")
UPDATE = Parameter("update", "An update.", is_required=True, keeps_empty=True)
FORMAT = Parameter(
    "format",
    "A format by name or media type, for clients that cannot set the Accept header; of several "
    "the first that there is.",
    may_repeat=True,
)
CITE = Parameter(
    "cite", "true: say of each answer which claims it rests on.", choices=("true", "false")
)
_BELIEVE, _ARTICLE, _SPEAKER, _AS_OF = PARAMETERS
BELIEF = (
    Parameter(_BELIEVE, "How much of what is claimed is taken on trust.", choices=tuple(LEVELS)),
    Parameter(_ARTICLE, "Hear this article only: its key, label or IRI."),
    Parameter(_SPEAKER, "Hear only what rests on this agent's word: a key, label or IRI."),
    Parameter(_AS_OF, "Hear articles published by this day (EDTF) only."),
)
DATASET = (
    _graphs("default-graph-uri", "A graph of the default graph. May be repeated."),
    _graphs("named-graph-uri", "A named graph. May be repeated."),
)
USING = (
    _graphs("using-graph-uri", "A graph of the default graph of an update. May be repeated."),
    _graphs("using-named-graph-uri", "A named graph of an update. May be repeated."),
)
GRAPH = (
    Parameter("graph", "The IRI of a named graph.", is_iri=True, keeps_empty=True),
    Parameter("default", "The default graph.", keeps_empty=True),
)
TRIPLE = (
    Parameter("name", "A key, a label or an IRI.", is_required=True),
    Parameter("property", "With a value: the property of a triple."),
    Parameter("value", "With a property: the object of a triple."),
)
WORDS = Parameter("q", "A name, or words of one, in any case, 200 characters at most.")
KIND = Parameter("kind", "Only what is of this class, such as Person, or of this kind.")
PAGE = Parameter("page", "Which page of a long list, from 1 on.")
STATE = Parameter("state", "Only what this state has to do with: its key or label.")
YEAR = Parameter("year", "Only what was in this year.")
STATUS = Parameter(
    "status", "Only what a claim of this status tells of.", choices=tuple(s.word for s in Status)
)
SOURCE = Parameter("source", "Only what a claim of this article tells of: its key or label.")
SORT = Parameter("sort", "What a list is sorted by.", choices=("name", "date", "claims"))

VALUES = {"format": FORMAT_NAMES}
"""Values that the document suggests where others are taken too."""

# What clients send of themselves, which is near to a name of ours and means something else.
_OF_CLIENTS = frozenset({"queryln", "queryid", "querytype", "formats", "values", "names"})
_CHECKED = 20
_LONGEST = 40


def read(pairs: Iterable[tuple[str, str]], declared: Sequence[Parameter], *, strict: bool) -> Given:
    """Return the parameters that are declared, in that order, each value checked.

    Others are left out, since clients send some of their own; but one that is near to a declared
    one is misspelt. With ``strict``, there may be no others. Raises ``RequestError``.

    Example: of ``believe=Planned&output=json`` there remains ``believe=planned``.
    """
    found: dict[str, list[tuple[str, str]]] = {parameter.name: [] for parameter in declared}
    others: dict[str, None] = {}
    for name, value in pairs:
        kind = "$" if name[:1] == "$" and "$" in found else name
        if kind in found:
            found[kind].append((name, value))
        else:
            others[name] = None
    _refuse_misspelt(list(others), [parameter.name for parameter in declared], strict)
    fields = [field for parameter in declared for field in _checked(parameter, found)]
    return Given(tuple(fields), tuple(others))


def _checked(parameter: Parameter, found: dict[str, list[tuple[str, str]]]) -> Fields:
    given = found[parameter.name]
    if not parameter.keeps_empty:
        given = [(name, value) for name, value in given if value]
    names = [name for name, _ in given]
    if not parameter.may_repeat and len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise RequestError(400, f"the parameter “{twice}” is given {names.count(twice)} times")
    checked = [(name, parameter.checked(value)) for name, value in given]
    # Bindings may come in any order; of others the order is that of the values.
    return tuple(sorted(checked) if parameter is BINDING else checked)


def _refuse_misspelt(others: list[str], declared: list[str], strict: bool) -> None:
    for name in others[:_CHECKED]:
        near = similar(name, declared)
        if near or strict:
            remedy = f"did you mean “{near}”?" if near else f"there is {', '.join(declared)}"
            raise RequestError(400, f"there is no parameter “{name}”; {remedy}")


def similar(name: str, declared: Iterable[str]) -> str:
    """Return the declared name that a name is a misspelling of, or an empty string.

    Example: ``qeury`` is one of ``query``.
    """
    from difflib import get_close_matches

    word = name.lower()
    if len(word) > _LONGEST or word in _OF_CLIENTS:
        return ""
    return next(iter(get_close_matches(word, list(declared), n=1, cutoff=0.75)), "")
