"""Words of a query that name nothing: misspelt terms, unknown keys, labels without ``@en``.

In comes the text of a query that the engine takes and a store; out come warnings with the nearest
right word, never errors. ``SELECT ?x { ?x a ent:Metting }`` is told of ``ent:Meeting``. To be read
in this order: ``glance`` (whether a text is worth reading closely), ``patterns`` (what a text asks
for), ``values`` (what the ontology lets a property have), ``misnamed`` (what names nothing).
"""
