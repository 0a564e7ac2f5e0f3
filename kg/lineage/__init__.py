"""Which triples an answer used, found by query rewriting; knows no claims.

In comes the text of a query that the engine accepts, and a store; out comes the *lineage* of each
solution: the triples, with their graphs, that its witnesses used, the patterns for which nothing
was found, and what could not be itemised. To be read in this order:

1. ``syntax``, ``terms``, ``expressions``, ``parser``: the text taken apart into groups, patterns
   and paths;
2. ``variables``, ``blocks``, ``witness_queries``: the query, each sub-query and each EXISTS as a
   block with a *witness query*, which asks for all bindings behind a solution;
3. ``rows``, ``paths``, ``lineage``: the engine's answers to the witness queries, and the triples
   that each row, a *witness*, stands for;
4. ``witnesses``, ``triples``: all blocks of one query together, and what CONSTRUCT and DESCRIBE
   make of them.

``SELECT ?a { ?a ent:childOf ?b }`` has the witness query ``SELECT ?a ?b { ?a ent:childOf ?b }``;
its row (id:ina, id:bero) is a witness of the solution id:ina and stands for one triple. With two
parents, id:ina has two witnesses, and both triples are in its lineage.

The words are those of the literature. *Witnesses* of an answer (why-provenance): Buneman, Khanna
and Tan, ICDT 2001. *Lineage*, the union over all witnesses: Cui and Widom, VLDB Journal 12, 2003.
Provenance by *query rewriting*: Perm (Glavic and Alonso, ICDE 2009); for SPARQL, SPARQLprov
(Hernández, Galárraga and Hose, PVLDB 14, 2021) and NPCS (Asma and others, WWW 2024); of
SPARQL 1.1 with negation and sub-queries: Analyti, IJWET 19, 2024.
"""
