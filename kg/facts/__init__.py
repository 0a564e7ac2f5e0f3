"""Curated facts: YAML files in, checked nodes and claims out, every fault with its place.

``files`` finds the files; ``yaml`` turns one into texts, lists and mappings, each with line and
column; ``reader`` these into the entities and claims of ``model``; ``nodes`` reads what both have
in common, by the ``keywords`` that the ontology gives each class; ``references`` knows which key
is introduced where. What comes out goes to ``kg.mapper``.

Read ``model`` first, then ``reader``, ``nodes`` and ``references``; ``yaml`` stands for itself.
"""
