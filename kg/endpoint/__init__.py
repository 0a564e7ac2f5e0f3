"""The dataset over HTTP: ``kg serve``.

Three kinds of processes. The *front* (``server``, ``app``) speaks HTTP and never evaluates a
query. *Readers* (``reader``, ``jobs``) each have the store open and answer one query at a time;
one that takes too long, needs too much memory or whose client has left is ended, and a spare
takes its place. The *writer* (``writer``) makes the next generation of the store, one update at
a time. They talk in frames (``frames``) over socket pairs; ``pool`` is the front's end of it.
"""
