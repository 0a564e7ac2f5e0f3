"""The dataset of a store: asked in SPARQL, dumped as RDF."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg import store
from kg.claims.belief import Belief, BeliefOptions, heard, quads
from kg.claims.mentions.glance import complaints
from kg.claims.names import Names
from kg.claims.parameters import Value, terms
from kg.errors import QueryError, QueryWarning
from kg.exports import Exports
from kg.sparql import catalogue, results
from kg.sparql.engine import evaluate, is_query
from kg.sparql.guard import guard
from kg.vocabulary.ontology import ent

if TYPE_CHECKING:
    from kg import validation
    from kg.citations.answers import CitedAnswer
    from kg.citations.citer import Citation, Citer
    from kg.citations.why import Why
    from kg.claims.articles import Articles
    from kg.claims.coverage import Coverage
    from kg.claims.search import Found
    from kg.claims.sources import Article
    from kg.claims.verification import Verification
    from kg.verdicts import Reply


class Dataset(Exports):
    """An RDF dataset opened for reading: a default graph and named graphs (RDF 1.1, section 4).

    The default graph holds what the sources report; every claim is a named graph.
    """

    def __init__(self, source: store.Source, belief: Belief | None = None) -> None:
        self._source = source
        self.belief = belief or Belief()
        self._citer: Citer | None = None

    @cached_property
    def store(self) -> ox.Store:
        """The quads that the reader's choice makes of all."""
        if self.belief.is_usual:
            return self._source.store
        # Its files stay while this object lives.
        self._view = self._source.view(self.belief.digest, partial(quads, belief=self.belief))
        return self._view.store

    @cached_property
    def names(self) -> Names:
        """What things are called, whatever is believed."""
        return Names(self._source.store)

    def believing(
        self,
        level: str = "reported",
        *,
        article: str = "",
        speaker: str = "",
        as_of: str = "",
    ) -> Dataset:
        """Return the dataset under another belief: which claims it has, and which are believed.

        ``level`` is ``reported``, ``attributed`` or ``planned``; each believes more than the one
        before. ``article`` and ``speaker``, each a key, label or IRI, and ``as_of``, a day, keep
        only the claims of that article, on that speaker's word, or of articles published by then.
        With a ``speaker``, attributed claims are believed. Raises ``QueryError`` if there is no
        such thing.
        """
        return self.choosing(BeliefOptions(level, article, speaker, as_of))

    def choosing(self, options: BeliefOptions) -> Dataset:
        """Return the dataset of a reader who chooses so. Raises ``QueryError`` as above."""
        return self.taking(options.resolved(self.names))

    def taking(self, chosen: Belief) -> Dataset:
        """Return the dataset of a reader who makes this choice of all claims."""
        return Dataset(self._source, chosen)

    def __len__(self) -> int:
        """Return the number of quads."""
        return len(self.store)

    def query(
        self, text: str | catalogue.Query, params: Mapping[str, Value] | None = None
    ) -> results.Answer:
        """Answer a SPARQL 1.1 query, or the named query of the catalogue.

        ``text`` is the name of a query of the catalogue or a query text, in which the prefixes
        of the context need no declaration. ``params`` binds variables that the query's header
        declares: an entity by its key, label or IRI, other values as their kind says.
        Raises ``QueryError``.
        """
        query = text if isinstance(text, catalogue.Query) else catalogue.found(text)
        bound = self.bound(query, params)
        answer = self._answer(query, bound)
        self.warn(query, bound)
        return answer

    def cite(
        self, text: str | catalogue.Query, params: Mapping[str, Value] | None = None
    ) -> CitedAnswer:
        """Answer as ``query`` does, each solution or triple with what it rests on.

        Raises ``QueryError``.
        """
        from kg.citations import answers
        from kg.citations.citer import Citer, QueryCiter

        query = text if isinstance(text, catalogue.Query) else catalogue.found(text)
        bound = self.bound(query, params)
        form = evaluate(bound, ox.Store(), query.name)
        self.warn(query, bound)
        if self._citer is None:
            self._citer = Citer(self.store, self.belief)
        citer = QueryCiter(self._citer, bound)
        return answers.answer(form, partial(evaluate, bound, self.store, query.name), citer)

    def bound(
        self,
        query: catalogue.Query,
        params: Mapping[str, Value] | None = None,
        hosts: Collection[str] = (),
    ) -> str:
        """Return the text of a query with its parameters bound, if it may be asked.

        It may ask other servers only on the ``hosts``. Raises ``QueryError``.
        """
        bound = query.bound(terms(query, params or {}, self.names))
        guard(bound, is_query, hosts)
        return bound

    def _answer(self, query: catalogue.Query, bound: str) -> results.Answer:
        return results.answer(evaluate(bound, self.store, query.name))

    def warn(self, query: catalogue.Query, bound: str) -> None:
        """Warn of what a query names that nothing has; ``bound`` is its text, parameters bound."""
        for complaint in complaints(query, bound, self.names):
            warnings.warn(complaint, QueryWarning, stacklevel=3)

    def entity(self, name: str) -> ox.NamedNode:
        """Return the IRI of what a name stands for: a key, a label, a compact IRI or an IRI.

        Raises ``QueryError`` where nothing, or more than one thing, is called so.
        """
        return self.names.entity(name)

    def find(self, words: str, kind: str = "") -> list[Found]:
        """Return what is called so or nearly so, whatever is believed, the best first.

        ``words`` are a name or some words of one, without regard to case, accents and normal
        form. ``kind`` is a class such as ``Person``. Raises ``QueryError`` where there is none.
        """
        from kg.claims.search import class_named

        return self.names.find(words, class_named(kind) if kind else "")

    def why(self, name: str, prop: str = "", value: str = "") -> Why:
        """Return the claims for and against an entity or event, or a triple.

        ``name`` and ``value`` are keys, labels or IRIs, ``value`` a text else; ``prop`` is a
        property such as ``metWith``. Raises ``QueryError`` where there is no such thing.
        """
        from kg.citations.why import Explainer

        explainer = Explainer(self.store)
        if not prop:
            return explainer.entity(self.names.entity(name))
        predicate = explainer.predicate(prop)
        subject, thing = self.names.entity(name), self.names.object(predicate, value)
        return explainer.triple(subject, predicate, thing)

    def ask(self, text: str | catalogue.Query, params: Mapping[str, Value] | None = None) -> Reply:
        """Return the verdict on an ASK query, with the claims that decide it.

        Raises ``QueryError`` for any other query.
        """
        from kg.citations.answers import CitedBoolean
        from kg.verdicts import Asked, verdict

        query = text if isinstance(text, catalogue.Query) else catalogue.found(text)

        @cache
        def taking(chosen: Belief) -> Dataset:
            return self if chosen == self.belief else self.taking(chosen)

        def cited(chosen: Belief) -> tuple[bool, Citation]:
            answer = taking(chosen).cite(query, params)
            if not isinstance(answer, CitedBoolean):
                raise QueryError("only an ASK query has a yes or no")
            return bool(answer), answer.citation

        asked = Asked(self.bound(query, params), lambda chosen: taking(chosen).store, cited)
        return verdict(asked, self.belief)

    def validate(
        self, *, shapes: Sequence[Path | str] = (), reasoner: bool = True, strict: bool = False
    ) -> validation.Report:
        """Hold what is believed against ontology and shapes, as ``kg validate`` does files.

        ``shapes`` are files of SHACL shapes beside ours. Without ``reasoner`` no reasoner is
        asked for inconsistencies; ``strict`` lets warnings count. Raises ``EntenteError``.
        """
        from kg.validation.run import validate_dataset

        return validate_dataset(
            self._source.store, self.belief, shapes=shapes, reasoner=reasoner, strict=strict
        )

    def verify(self, articles: Articles | None, *names: str) -> Verification:
        """Compare every passage that is quoted with the articles, if there are any.

        ``names`` are the articles that are asked for, if not all are. Raises ``QueryError`` where
        there is no such article.
        """
        from kg.claims.sources import Sources
        from kg.claims.verification import verify

        sources = Sources(self.store)
        claims = map(sources.claim, sorted(heard(self.store, self.belief), key=str))
        only = [self.article(name) for name in names]
        return verify(claims, articles, self.names.all(), only)

    def coverage(self, *names: str) -> list[Coverage]:
        """Return what is claimed, omitted and left of articles; of all where none is named.

        Raises ``QueryError`` where there is no such article, ``ArticlesError`` where its record
        does not say how many paragraphs it has.
        """
        from kg.claims.coverage import coverage, curated_articles

        named = [self.names.of_kind(name, ent.Article) for name in names]
        wanted = dict.fromkeys(named) if named else curated_articles(self.store)
        return [coverage(self.store, article) for article in wanted]

    def article(self, name: str) -> Article:
        """Return what is known of an article. Raises ``QueryError`` where there is none."""
        from kg.claims.sources import Sources

        return Sources(self.store).article(self.names.of_kind(name, ent.Article))
