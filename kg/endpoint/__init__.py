"""The dataset over HTTP: ``kg serve``. In comes a request, out goes a response.

Three kinds of processes. The *front* (``server``) speaks HTTP and never evaluates a query.
*Readers* each have the store open and answer one query at a time; one that takes too long, needs
too much memory or whose client has left is ended, and a spare takes its place. The *writer* makes
the next generation of the store, one update at a time.

Read in this order: ``http`` (from bytes to a request, from a response to bytes), ``protocol``
(from a request to a job), ``routes`` and ``service`` (who may ask; the cache, or a process),
``workers`` (the processes, and the frames by which they talk), ``jobs`` (from a job to its answer)
and ``pages`` (from an answer to HTML).
"""
