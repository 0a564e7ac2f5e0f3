"""The ontology as code: what may be said, and how it is written.

In come the files of ``ontology/``; out come prefixes, keys and terms (``context``), classes and
properties (``ontology``), what each status admits (``statuses``), IRIs (``iris``), the texts of
literals (``datatypes``, ``dates``), and the nearest word to a misspelt one (``spelling``).

Read ``context`` first, then ``ontology`` and ``iris``; ``datatypes`` rests on ``dates``.
"""
