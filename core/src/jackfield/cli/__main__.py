"""``python -m jackfield.cli`` is the command ``jackfield``."""

import sys

from jackfield.cli import main

sys.exit(main())
