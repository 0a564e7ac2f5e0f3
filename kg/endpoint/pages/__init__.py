"""From an answer to HTML: pages for people, rendered on the server, readable without scripts.

In come answers, citations and things of a dataset, out comes HTML; everything shown leads to the
claim that it rests on. To be read in this order: ``site`` (where a page stands, whom its reader
believes), ``environment`` (the templates), ``contents`` (what is said of one thing), ``rendering``
(home, things, answers), ``search``, ``members`` and ``browsing`` (lists), ``errors``, ``missing``.
"""
