"""What a query is made of: groups, triple patterns, paths, sub-queries (SPARQL 1.1, 19.8).

Expressions and terms stay text; ``kg.lineage.parser`` makes these of a query text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias


class Blank(str):
    """A variable that stands for a blank node: nobody sees it, not even ``SELECT *``."""

    __slots__ = ()


@dataclass(frozen=True)
class Path:
    """A property path: ``op`` is ``/``, ``|``, ``^``, ``*``, ``+``, ``?`` or ``!``."""

    op: str
    parts: tuple[Path | str, ...]

    def __str__(self) -> str:
        if self.op == "!":
            forward, backward = excluded(self.parts[0])
            return f"(!({'|'.join([*forward, *(f'^{name}' for name in backward)])}))"
        texts = [str(part) for part in self.parts]
        if self.op in "/|":
            return f"({self.op.join(texts)})"
        return f"(^{texts[0]})" if self.op == "^" else f"({texts[0]}{self.op})"

    @property
    def may_be_empty(self) -> bool:
        """Whether it leads from any term to itself."""
        parts = [isinstance(part, Path) and part.may_be_empty for part in self.parts]
        return self.op in "*?" or (self.op != "!" and (any if self.op == "|" else all)(parts))


def steps(path: Path | str) -> Iterator[str]:
    """Yield the properties that a path names: of ``a/^b*``, both."""
    for part in path.parts if isinstance(path, Path) else (path,):
        if isinstance(part, Path):
            yield from steps(part)
        else:
            yield part


def excluded(path: Path | str) -> tuple[list[str], list[str]]:
    """Return the properties that a negated set excludes, those as they are and those inverted.

    Example: of ``!(a|^b)`` these are ``(["a"], ["b"])``.
    """
    if isinstance(path, str):
        return [path], []
    if path.op == "^":
        return [], [str(path.parts[0])]
    sets = [excluded(part) for part in path.parts]
    return [n for names, _ in sets for n in names], [n for _, names in sets for n in names]


class Triple(NamedTuple):
    """A triple pattern or path pattern; terms as the text writes them."""

    subject: str
    predicate: Path | str
    object: str


@dataclass(frozen=True)
class Exists:
    """``EXISTS`` or ``NOT EXISTS`` within an expression, and where it stands there.

    ``polarity`` is 1 where the expression can but gain by what is found (as ``EXISTS {…}``), -1
    where it can but lose (``NOT EXISTS {…}``), 0 where both may be (``EXISTS {…} = ?x``).
    ``of_members`` tells that it stands in an aggregate.
    """

    group: Group
    start: int
    end: int
    polarity: int
    negated: bool
    of_members: bool = False


@dataclass(frozen=True)
class Expression:
    """An expression, kept as text; ``alone`` where it is nothing but one EXISTS."""

    text: str
    exists: tuple[Exists, ...] = ()
    aggregate: bool = False
    alone: bool = False
    mentions: frozenset[str] = frozenset()

    def as_value(self) -> Expression:
        """Return it as one whose value matters, not only whether it is true."""
        return replace(self, exists=tuple(replace(e, polarity=0) for e in self.exists))

    def without_exists(self) -> str:
        """Return the text with each EXISTS replaced by the outcome that helps it least.

        ``?n > 2 || !EXISTS {…}`` becomes ``?n > 2 || !true``: where that is true, nothing had to
        be looked up.
        """
        text, at = "", 0
        for exists in self.exists:
            found = exists.polarity < 0
            text += self.text[at : exists.start] + ("true" if found != exists.negated else "false")
            at = exists.end
        return text + self.text[at:]


@dataclass(frozen=True)
class Filter:
    """FILTER."""

    expression: Expression


@dataclass(frozen=True)
class Bind:
    """BIND, or an expression with a name in SELECT or GROUP BY."""

    expression: Expression
    variable: str

    def __str__(self) -> str:
        return f"BIND ({self.expression.text} AS {self.variable})"


@dataclass(frozen=True)
class InlineData:
    """VALUES, kept as text."""

    text: str
    variables: tuple[str, ...]


@dataclass(frozen=True)
class Optional:
    """OPTIONAL."""

    group: Group


@dataclass(frozen=True)
class Minus:
    """MINUS."""

    group: Group


@dataclass(frozen=True)
class GraphPattern:
    """GRAPH."""

    name: str
    group: Group


@dataclass(frozen=True)
class Union:
    """Groups joined by UNION; a single one is a nested group."""

    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Group:
    """What stands between braces, and the text of it with the braces."""

    elements: tuple[Element, ...]
    text: str = ""
    mentions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Select:
    """A query or sub-query: what it projects, its pattern and its modifiers.

    ``form`` is SELECT, ASK, CONSTRUCT or DESCRIBE. ``items`` are variables and named
    expressions, those that ``*`` stands for where ``everything``; ``ordering`` is the text of
    ORDER BY, ``sliced`` where LIMIT, OFFSET or REDUCED leave some out.
    """

    form: str
    group: Group
    text: str
    items: tuple[str | Bind, ...] = ()
    everything: bool = False
    distinct: bool = False
    template: tuple[Triple, ...] = ()
    dataset: str = ""
    grouping: tuple[str | Bind, ...] | None = None
    having: tuple[Expression, ...] = ()
    order: tuple[Expression, ...] = ()
    ordering: str = ""
    sliced: bool = False
    values: InlineData | None = None
    mentions: frozenset[str] = frozenset()

    @property
    def computed(self) -> list[Bind]:
        """Its named expressions."""
        return [item for item in self.items if isinstance(item, Bind)]

    @property
    def is_aggregate(self) -> bool:
        """Whether its solutions are made of groups."""
        expressions = (*(item.expression for item in self.computed), *self.having, *self.order)
        return self.grouping is not None or any(e.aggregate for e in expressions)


Element: TypeAlias = (
    Triple | Filter | Bind | InlineData | Optional | Minus | GraphPattern | Union | Select
)


@dataclass(frozen=True)
class Parsed:
    """A query text taken apart; ``prologue`` is what stands before the query form.

    ``prefix`` begins the names of variables that the text does not use; ``graphs`` are those
    that FROM names.
    """

    prologue: str
    query: Select
    prefix: str
    graphs: tuple[str, ...] = ()
