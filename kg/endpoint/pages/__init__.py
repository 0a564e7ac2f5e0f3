"""From an answer to HTML: pages for people, rendered on the server, readable without scripts.

In come answers, citations and things of a dataset, out comes HTML. ``contents`` collects what a
page shows of one thing, ``rendering`` fills the templates; everything shown leads to the claim that
it rests on.
"""
