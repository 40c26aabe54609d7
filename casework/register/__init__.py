"""The register of all cases: the inbox, filters, files of what is listed, imports, and how figures are declared."""
