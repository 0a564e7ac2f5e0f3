"""Commands that answer: a query in SPARQL, a yes/no question, the claims for and against."""
