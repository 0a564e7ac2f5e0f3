"""The IRIs of ours that the code names: the ontology, individuals, and graphs other than claims."""

from __future__ import annotations

import pyoxigraph as ox

ONTOLOGY_IRI = "https://w3id.org/entente/ontology"
ID = "https://w3id.org/entente/id/"
REFERENCE = ox.NamedNode(f"{ID}reference")
"""The named graph of reference data: entities, and what events are called."""
INFERRED = ".inferred"
"""How the named graph of what follows from a claim is called: its IRI, and this."""
