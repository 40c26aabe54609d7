"""How several write a report: sections, drafts, help beside the box, comments and reminders."""
