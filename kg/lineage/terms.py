"""Terms, triple patterns and paths of a query text (SPARQL 1.1 Query, section 19.8, from 52).

Blank nodes become variables, for in a pattern they mean the same and their values can be asked
for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kg.errors import QueryError
from kg.lineage.syntax import Path, Triple
from kg.sparql import text as sparql

_RDF = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#{}>"


class Token(NamedTuple):
    """A token of ``kg.sparql``."""

    kind: str
    text: str
    start: int

    @property
    def word(self) -> str:
        """The keyword that the token may be, in capitals."""
        return self.text.upper() if self.kind == "word" else ""


END = Token("end", "", 0)


class Grammar:
    """Recursive descent over the tokens of ``kg.sparql``."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [Token(*token) for token in sparql.tokens(text)]
        self.at = 0
        self.prefix = "_w"
        while f"?{self.prefix}" in text or f"${self.prefix}" in text:
            self.prefix += "_"
        self.fresh = 0

    # ── Tokens ───────────────────────────────────────────────────────────────

    @property
    def here(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.at] if self.at < len(self.tokens) else END

    @property
    def offset(self) -> int:
        """Where the next token starts."""
        return self.here.start if self.at < len(self.tokens) else len(self.text)

    def next(self) -> Token:
        """Step over the next token and return it."""
        token = self.here
        if token is END:
            raise QueryError("the query cannot be cited: it ends too early")
        self.at += 1
        return token

    def accept(self, *texts: str) -> str:
        """Step over the next token if it is one of the words or signs."""
        token = self.here
        found = token.word or token.text
        if token.kind in ("word", "other") and found in texts:
            self.at += 1
            return found
        return ""

    def expect(self, text: str) -> None:
        """Step over a word or sign that has to come."""
        if not self.accept(text):
            place = sparql.place(self.text, self.offset)
            raise QueryError(f"{place}: cannot be cited: “{self.here.text}” is not understood here")

    def since(self, start: int) -> str:
        """Return the text from an offset to the end of the last token."""
        last = self.tokens[self.at - 1]
        return self.text[start : last.start + len(last.text)]

    def variable(self) -> str:
        """Return a variable that the text does not use."""
        self.fresh += 1
        return f"?{self.prefix}b{self.fresh}"

    # ── Triples ──────────────────────────────────────────────────────────────

    def template(self) -> list[Triple]:
        """Read the template of a CONSTRUCT."""
        found: list[Triple] = []
        self.expect("{")
        while not self.accept("}"):
            if not self.accept("."):
                found += self.same_subject()
        return found

    def same_subject(self) -> list[Triple]:
        """Read a subject and what is said of it."""
        found: list[Triple] = []
        bare = self.here.text not in "[("
        subject = self.term(found)
        if bare or self.here.text not in (".", "}", ""):
            self.properties(subject, found)
        return found

    def properties(self, subject: str, found: list[Triple]) -> None:
        """Read predicates and objects; add the patterns to ``found``."""
        while True:
            if self.here.text in (".", "}", "]"):
                return
            predicate = self.path()
            found.append(Triple(subject, predicate, self.term(found)))
            while self.accept(","):
                found.append(Triple(subject, predicate, self.term(found)))
            if not self.accept(";"):
                return
            while self.accept(";"):
                pass

    def term(self, found: list[Triple]) -> str:
        """Read a node; what brackets say of it is added to ``found``."""
        start = self.offset
        if self.accept("["):
            node = self.variable()
            self.properties(node, found)
            self.expect("]")
            return node
        if self.accept("("):
            return self.collection(found)
        sign = self.accept("+", "-")
        token = self.next()
        if token.kind == "blank":
            return f"?{self.prefix}{token.text[2:].replace('.', '_').replace('-', '_')}"
        if token.kind == "string":
            if self.here.kind == "language":
                self.next()
            elif self.here.text == "^":
                self.next(), self.next(), self.next()
        elif token.kind not in ("variable", "iri", "name", "number", "word") and not sign:
            self.at -= 1
            self.expect("a term")
        return self.since(start)

    def collection(self, found: list[Triple]) -> str:
        """Read a list whose bracket is open; return its first cell."""
        if self.accept(")"):
            return _RDF.format("nil")
        first = node = self.variable()
        while True:
            found.append(Triple(node, _RDF.format("first"), self.term(found)))
            if self.accept(")"):
                found.append(Triple(node, _RDF.format("rest"), _RDF.format("nil")))
                return first
            after = self.variable()
            found.append(Triple(node, _RDF.format("rest"), after))
            node = after

    def path(self) -> Path | str:
        """Read a property, a variable or a path."""
        if self.here.kind == "variable":
            return self.next().text
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
            return Path("^", (self.step(),))
        if self.accept("!"):
            return Path("!", (self.primary(),))
        primary = self.primary()
        if op := self.accept("*", "+", "?"):
            return Path(op, (primary,))
        return primary

    def primary(self) -> Path | str:
        """Read a property or a path in brackets."""
        if self.accept("^"):
            return Path("^", (self.primary(),))
        if self.accept("("):
            path = self.path()
            self.expect(")")
            return path
        token = self.next()
        return _RDF.format("type") if token.text == "a" else token.text
