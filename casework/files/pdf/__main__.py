"""The child: limits first, then the document from standard input, then the PDF to standard output."""

import importlib
import json
import logging
import os
import sys

from casework.files.pdf.child import confine, guarded


def main(parent: int, seconds: int, memory_mb: int) -> int:
    """Lay out what is asked; return 0 or the code of what went wrong."""
    confine(parent, seconds, memory_mb)
    logging.disable()  # the layout engine tells of what it skips in the words of the document
    # Loaded before the document takes its memory, or a lack of it would look like a broken installation.
    engine = importlib.import_module("casework.files.pdf.laying_out")
    engine.forbid_network()

    def work() -> None:
        sys.stdout.buffer.write(engine.make(json.loads(sys.stdin.buffer.read())))

    return guarded(work)


if __name__ == "__main__":
    code = main(*map(int, sys.argv[1:]))
    sys.stdout.flush()
    # Straight out: the interpreter's own tidying costs a second and nothing needs it.
    os._exit(code)
