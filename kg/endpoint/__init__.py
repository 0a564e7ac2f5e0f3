"""The SPARQL endpoint: the dataset over HTTP, for programs and for people."""
