"""Outlines: ordered sections of named parts, what each part holds, and the report put together."""
