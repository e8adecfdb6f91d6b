"""``python -m jackfield.cli`` is the command ``jackfield``."""

from jackfield.cli import command

command()
