"""Whether facts are consistent with the ontology, by a DL reasoner, and why not (OWL 2 DL).

In come graphs, out come inconsistencies: the smallest sets of facts and axioms that cannot all
hold. To be read in this order: ``check`` (the reasoner beside the shapes), ``consistency`` (which
questions are asked), ``tbox`` (ontology → axioms) and ``abox`` (graphs → worlds of assertions),
with ``datatype_map`` for their literals, ``justifications`` (why not), ``reasoner`` and ``java``
(who answers), ``verbalization`` (in words), ``violations`` (inconsistencies → violations).
"""
