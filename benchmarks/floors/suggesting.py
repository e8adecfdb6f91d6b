"""Agents and CRM users with the same e-mail address, by one dictionary: the least that matching costs."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

_USERS = "SELECT lower(email), id FROM imports_crmuser WHERE gone_at IS NULL"
_AGENTS = (
    "SELECT id, lower(email) FROM organizations_agent WHERE active AND id NOT IN (SELECT agent_id FROM mapping_mapping)"
)


def main() -> None:
    """Match once and tell how long it took."""
    begun, cpu = time.perf_counter(), time.process_time()
    with closing(sqlite3.connect(Path(os.environ["JACKFIELD_HOME"]) / "portal.sqlite3")) as base:
        users = base.execute(_USERS).fetchall()
        agents = base.execute(_AGENTS).fetchall()
    once = {email for email, times in Counter(email for email, _key in users).items() if times == 1 and email}
    by_email = dict(users)
    matched = {agent: by_email[email] for agent, email in agents if email in once}
    spent = time.process_time() - cpu
    told = {"certain": len(matched), "seconds": time.perf_counter() - begun, "cpu": spent, "again": 0.0}
    print(json.dumps(told))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
