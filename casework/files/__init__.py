"""What is inside the files that people send, looked into by a child process with an end of time and memory.

`asking` is for whoever has a file and imports only the standard library.  `python -m casework.files` is the
child: it limits itself before it reads a byte (casework.files.pdf.child), and alone loads what opens files
(`contents`).  `turns` is a semaphore: how many of them there are at once on a computer.
"""
