"""From YAML to checked claims."""
