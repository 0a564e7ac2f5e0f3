"""Answers as people and programs take them: from terms to tables, frames, HTML and files of RDF.

``terminal_text`` are texts on a terminal and ``table`` lays them out; ``notebook`` is HTML,
``frames`` are for pandas and polars; ``rdf`` writes statements in every format and
``dump`` whole datasets; ``xml`` refuses what XML cannot hold.
"""
