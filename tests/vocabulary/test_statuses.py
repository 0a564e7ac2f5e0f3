"""Statuses: those of the ontology, in its order."""

from __future__ import annotations

from itertools import pairwise

from kg.vocabulary.ontology import ent, rows
from kg.vocabulary.statuses import LEVELS, Status

# The members of the list that defines the class, in order.
LISTED = """SELECT ?status {
  { SELECT ?status (COUNT(*) AS ?place) {
      ent:Status owl:equivalentClass/owl:oneOf ?list . ?list rdf:rest* ?cell .
      ?cell rdf:rest*/rdf:first ?status } GROUP BY ?status } } ORDER BY ?place"""


def test_the_statuses_are_those_of_the_ontology():
    assert [(status.iri.value,) for status in Status] == list(rows(LISTED))
    assert Status.DENIED.iri.value == ent.Denied


def test_no_level_takes_on_trust_what_is_denied():
    assert list(LEVELS) == ["reported", "attributed", "planned"]
    trusted = list(LEVELS.values())
    assert all(set(less) < set(more) for less, more in pairwise(trusted))
    assert Status.DENIED not in trusted[-1]
