"""Where the ontology, the queries and the facts lie: in a checkout and in an installed wheel."""

from pathlib import Path

PACKAGE = Path(__file__).parent
_ROOT = PACKAGE / "data" if (PACKAGE / "data").is_dir() else PACKAGE.parent

ONTOLOGY = _ROOT / "ontology"
QUERIES = _ROOT / "queries"
SEEDS = _ROOT / "seeds"
