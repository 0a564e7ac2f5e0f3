"""Query texts, the engine that answers them, and its answers."""
