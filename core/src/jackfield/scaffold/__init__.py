"""Makes the distribution of a new connector: ``jackfield new``.

What is made installs, runs its own simulator and passes the whole contract suite as it is; the places to fill in are
marked ``FILL IN``. Needs the extra ``cli``, and for the tapes the extra ``testing``.
"""

from jackfield.scaffold.making import made, recorded
from jackfield.scaffold.plan import Plan, ScaffoldError, planned

__all__ = ["Plan", "ScaffoldError", "made", "planned", "recorded"]
