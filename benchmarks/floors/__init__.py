"""The least that a piece of work costs with the libraries most people would take: the bases of the ratios."""
