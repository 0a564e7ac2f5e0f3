"""Whether a graph fits shapes (W3C SHACL core and SHACL-SPARQL, 2017), asked in SPARQL.

In come files of shapes and a store, out come results. To be read in this order: ``graph`` (what
the files say, and where) and ``paths``; ``shapes`` (targets, and what is reached from them);
``constraints`` with ``model``, ``components`` (core components as searches and tests), ``selects``
(SELECT constraints) and ``messages``; ``queries`` (constraints → queries, shared); ``results``
(queries → results, and inner shapes). ``datagraph`` makes the store of claims, ``violations`` says
what of the results stands, and where.
"""
