"""Commands that the portal adds to ``jackfield``; each is loaded when it is asked for."""
