"""Reports on a period: figures, charts, tables and files."""
