"""Commands that answer: a query in SPARQL, a yes/no question, the claims for and against.

In come words of the command line, out come tables, verdicts and footnotes on standard output. Each
module is one command of its name, a few lines over ``kg.dataset``; ``question`` is what the
commands that take a query have in common.
"""
