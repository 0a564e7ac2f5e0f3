"""Commands that hand the dataset on: to a file, to a server elsewhere, over HTTP.

In comes a store, out come a dump, requests to another server, or a server of one's own. Each module
is one command of its name, a few lines over ``kg.dataset``, ``kg.remote`` or ``kg.endpoint``.
"""
