"""Commands for who curates: facts to a store, what is wrong, what is left, where a text stands.

In come paths of facts files, articles and stores, out come stores, faults with their places, and
YAML to paste. Each module is one command of its name, a few lines over ``kg.builder``,
``kg.validation``, ``kg.claims.articles``, ``kg.diff`` or ``kg.schema``.
"""
