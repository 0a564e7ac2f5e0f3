"""Whether facts are consistent with the ontology, by a reasoner (OWL 2 DL)."""
