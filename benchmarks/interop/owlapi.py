"""OWLAPI, which Protégé and ROBOT stand on: is ``kg dump --owl`` in OWL 2 DL?

``python benchmarks/interop/owlapi.py`` needs Java 17 and Maven.
"""

from __future__ import annotations

import sys

from tools import HERE, command, facts, java, maven

LIBRARY = "net.sourceforge.owlapi:owlapi-distribution:5.5.1"


def main() -> int:
    classes = maven(LIBRARY, "org.slf4j:slf4j-nop:2.0.16")
    print(LIBRARY.rpartition(":")[2])
    with facts() as folder:
        told = {}
        for flag in ("--owl", "--ontology"):
            file = folder / f"entente{flag}.rdf"
            command("dump", "--store", folder / "store", flag, "-f", "rdfxml", "-o", file)
            told[flag] = java(classes, HERE / "Profile.java", file)
            print(f"kg dump {flag}: {told[flag].strip()}")
    return " 0 departures" not in told["--owl"]


if __name__ == "__main__":
    sys.exit(main())
