"""Template tags of the site; the component library is ui.py."""
