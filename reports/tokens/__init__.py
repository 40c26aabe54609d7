"""Authors' tokens: they become live numbers, sentences, charts, tables and references."""
