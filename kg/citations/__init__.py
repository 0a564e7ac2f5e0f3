"""From lineage to claims: which claims and passages an answer rests on, in words and as JSON."""
