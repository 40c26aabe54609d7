"""The tertial as a document."""
