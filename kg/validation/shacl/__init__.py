"""Whether facts fit the shapes: SHACL as SPARQL."""
