"""From an article to its facts: the bookkeeping, with every judgement left to a person.

``passages`` puts paragraph, offsets and digest in the place of the words by which a passage was
given while drafting; what comes in is a facts file and the text of its articles, what goes out the
same file, with its comments and its order.
"""
