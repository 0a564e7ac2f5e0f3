"""Terms, triple patterns and paths of a query text (SPARQL 1.1 Query, section 19.8, from 75).

Blank nodes become variables, for in a pattern they mean the same and their values can be asked
for: ``{ ?a ent:childOf [ ent:childOf ?b ] }`` is read as ``{ ?_wb1 ent:childOf ?b . ?a ent:childOf
?_wb1 }``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from kg.lineage.syntax import Blank, Path, Triple
from kg.sparql.scanner import Scanner

_RDF = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#{}>"


class Terms(Scanner):
    """Reads terms and what is said of them."""

    def __init__(self, text: str, prefixes: Collection[str]) -> None:
        super().__init__(text, prefixes)
        self.prefix = "_w"
        while f"?{self.prefix}" in text or f"${self.prefix}" in text:
            self.prefix += "_"
        self.fresh = 0
        self.mentioned: list[str] = []
        self.labels: dict[str, Blank] = {}

    # ── Terms ────────────────────────────────────────────────────────────────

    def variable(self) -> str:
        """Read a variable, if one comes next; ``$x`` is ``?x``."""
        token = self.take("variable")
        if token:
            self.mentioned.append(f"?{token[1:]}")
        return f"?{token[1:]}" if token else ""

    def iri(self) -> str:
        """Read an IRI or a name, if one comes next."""
        return self.take("iri", "name")

    def literal(self) -> str:
        """Read a literal, if one comes next."""
        start = self.at
        if self.take("string"):
            if self.accept("^^"):
                self.iri() or self.refuse()
            elif self.sees("@"):
                self.take("language") or self.refuse()
            return self.since(start)
        if self.sees("+", "-"):
            self.accept("+", "-")
            self.take("number") or self.refuse()
            return self.since(start)
        return self.take("number") or self.boolean()

    def boolean(self) -> str:
        """Read ``true`` or ``false``, if one comes next."""
        return self.take("word") if self.peek("word") in ("true", "false") else ""

    def new(self, name: str = "") -> Blank:
        """Return the variable that stands for a blank node: always the same for one label.

        Example: ``_:a`` twice is one variable, ``[]`` twice are two.
        """
        if name in self.labels:
            return self.labels[name]
        self.fresh += 1
        blank = Blank(f"?{self.prefix}b{self.fresh}")
        if name:
            self.labels[name] = blank
        return blank

    def blank(self) -> str:
        """Read a blank node without properties, if one comes next."""
        if self.take("anonymous"):
            return self.new()
        label = self.take("blank")
        return self.new(label) if label else ""

    # ── Triples ──────────────────────────────────────────────────────────────

    def same_subject(self) -> list[Triple]:
        """Read a subject and what is said of it.

        Example: ``?x a ent:Person ; ent:childOf ?y`` are two triples.
        """
        found: list[Triple] = []
        subject, alone = self.node(found)
        if not self.properties(subject, found) and not alone:
            self.refuse()
        return found

    def node(self, found: list[Triple]) -> tuple[str, bool]:
        """Read a term; add what brackets say of it, and tell whether they may stand alone.

        Example: ``[ ent:childOf ?y ]`` is a blank node, of which one triple is added.
        """
        if self.take("nil"):
            return _RDF.format("nil"), False
        if term := self.variable() or self.iri() or self.literal() or self.blank():
            return term, False
        if self.accept("["):
            blank = self.new()
            self.properties(blank, found) or self.refuse()
            self.expect("]")
            return blank, True
        self.expect("(")
        return self.collection(found), True

    def collection(self, found: list[Triple]) -> str:
        """Read a list whose bracket is open; return its first cell.

        Example: ``1 2 )`` adds four triples: two of ``rdf:first``, two of ``rdf:rest``.
        """
        first = cell = self.new()
        while True:
            found.append(Triple(cell, _RDF.format("first"), self.node(found)[0]))
            if self.accept(")"):
                found.append(Triple(cell, _RDF.format("rest"), _RDF.format("nil")))
                return first
            after = self.new()
            found.append(Triple(cell, _RDF.format("rest"), after))
            cell = after

    def properties(self, subject: str, found: list[Triple]) -> bool:
        """Read predicates and objects, if any, and add the patterns to ``found``."""
        some = False
        while predicate := self.predicate():
            some = True
            found.append(Triple(subject, predicate, self.node(found)[0]))
            while self.accept(","):
                found.append(Triple(subject, predicate, self.node(found)[0]))
            if not self.accept(";"):
                break
            while self.accept(";"):
                pass
        return some

    # ── Paths ────────────────────────────────────────────────────────────────

    def predicate(self) -> Path | str:
        """Read a variable, a property or a path, if one comes next."""
        begins = self.peek("iri") or self.peek("name") or self.sees("(", "^", "!")
        return self.variable() or (self.path() if begins or self.peek("word") == "a" else "")

    def path(self) -> Path | str:
        """Read a path."""
        return self.branches("|", lambda: self.branches("/", self.step))

    def branches(self, op: str, part: Callable[[], Path | str]) -> Path | str:
        """Read parts joined by an operator."""
        parts = [part()]
        while self.accept(op):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Path(op, tuple(parts))

    def step(self) -> Path | str:
        """Read a path without ``/`` or ``|``."""
        if self.accept("^"):
            return Path("^", (self.repeated(),))
        return self.repeated()

    def repeated(self) -> Path | str:
        """Read a path that may be repeated.

        Example: ``ent:childOf*`` is a path, ``ent:childOf`` its property.
        """
        primary = self.primary()
        if self.peek("variable"):  # no question mark, but the object
            return primary
        op = self.accept("*", "+", "?")
        return Path(op, (primary,)) if op else primary

    def primary(self) -> Path | str:
        """Read a property, a negated set or a path in brackets."""
        if self.accept("!"):
            return Path("!", (self.excluded(),))
        if self.accept("("):
            path = self.path()
            self.expect(")")
            return path
        return self.property()

    def excluded(self) -> Path | str:
        """Read what a negated set excludes: one property, or in brackets ``a|^b``."""
        if self.accept("("):
            parts = self.branches("|", self.one_of_set)
            self.expect(")")
            return parts
        return self.one_of_set()

    def one_of_set(self) -> Path | str:
        """Read a property of a negated set, or one inverted."""
        return Path("^", (self.property(),)) if self.accept("^") else self.property()

    def property(self) -> str:
        """Read a property."""
        if iri := self.iri():
            return iri
        return (
            _RDF.format("type") if self.peek("word") == "a" and self.take("word") else self.refuse()
        )
