"""What a store knows of claims: their sources, what they carry, whom to believe.

In comes a store in which each claim is a named graph, out come the claims and articles that
citations name, and the quads that one reader believes. Read first ``sources`` (from a claim to its
passages and articles, and back), then ``supports`` (which claims carry a triple), ``belief`` (a
choice of claims, and the dataset that it makes), ``names`` (what a reader calls things), and
``articles`` (the texts themselves, where they are at hand).
"""
