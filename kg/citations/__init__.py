"""From the lineage of an answer to the claims that it rests on, in words and as JSON.

In comes a query with a store, or the name of a thing; out come its answers, each with a citation,
or the claims for and against it. Read first ``citer`` (which claims a solution rests on), then
``derivations`` (how an inferred triple follows), ``answers`` (solutions, booleans and triples with
their citations), ``footnotes`` (citations in words), and ``why`` (claims for and against). What a
yes/no question asks is in ``questions``; ``denied_event``, ``supposition`` and ``denials`` tell
whether a claim denies it, and ``decisive_claims`` which claims of many suffice for a yes.
``bibliography`` has the articles behind claims, for reference managers, ``dossier`` all that is
claimed of one thing.
"""
