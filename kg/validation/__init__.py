"""Whether facts fit the ontology, and what is wrong where."""
