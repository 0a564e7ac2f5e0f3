"""The ontology as code: prefixes and keys, classes and properties, IRIs, datatypes, dates."""
