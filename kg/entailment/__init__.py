"""What the ontology entails: its axioms as rules, and what follows from the claims by them."""
