"""The child: limits first, then the file from standard input, then what may be kept to standard output."""

import importlib
import os
import sys

from casework.files.asking import REFUSED, RefusedFileError
from casework.files.pdf.child import confine, guarded


def main(parent: str, seconds: str, memory_mb: str, media_type: str) -> int:
    """Look into a file; return 0, REFUSED with the reason written, or the code of what went wrong."""
    confine(int(parent), int(seconds), int(memory_mb))
    contents = importlib.import_module("casework.files.contents")
    refused = False

    def work() -> None:
        nonlocal refused
        try:
            answer = contents.checked(media_type, sys.stdin.buffer.read())
        except RefusedFileError as reason:
            refused, answer = True, str(reason).encode()
        sys.stdout.buffer.write(answer)
        sys.stdout.flush()

    return guarded(work) or (REFUSED if refused else 0)


if __name__ == "__main__":
    # Straight out: nothing of what was loaded is worth tidying.
    os._exit(main(*sys.argv[1:]))
