"""What the ontology entails of the claims, each entailed triple with the claims it rests on.

In come graphs of claims, out come ``ent:Inference`` graphs. Read first ``axioms`` (those with one
premise, followed both ways), then ``rules`` (those with several, as queries), and
``materialization`` (both applied to a whole store).
"""
