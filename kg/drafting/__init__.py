"""From an article to its facts: the bookkeeping, with every judgement left to a person.

``draft`` makes a facts file to be completed from the text of an article and the names of known
entities: ``sentences``, ``date_phrases``, ``entity_names`` and ``hints`` say what there is to know
of each sentence, ``taggers`` asks those of others. ``passages`` puts paragraph, offsets and digest
in the place of the words by which a passage was given meanwhile; ``at_hand`` finds the articles.
"""
