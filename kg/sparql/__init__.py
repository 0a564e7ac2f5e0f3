"""Query texts, the engine that answers them, and its answers.

In comes the text of a query, out come solutions, triples or a truth value, and what they look like.
To be read in this order: ``catalogue`` (named questions), ``scanner`` and ``tokens`` (texts taken
apart), ``guard`` and ``keywords`` (what is refused), ``ordering``, ``engine`` (asking),
``diagnosis`` (why a text is no query), ``formats``, ``results``, and ``presentation``. ``bombs``
is of RDF that comes in.
"""
