"""A report as data, its file format, and the document as HTML, Word and pictures."""
