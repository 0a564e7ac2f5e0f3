"""Claims in a store: which carry a triple, whom to believe, their passages, articles and names."""
