"""The form that anybody may fill in, in several languages, and the answer by code."""
