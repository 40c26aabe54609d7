"""The register of all cases: inbox, filters, files of lists, imports, and how figures are declared."""
