"""Which triples an answer used, found by query rewriting; knows no claims."""
