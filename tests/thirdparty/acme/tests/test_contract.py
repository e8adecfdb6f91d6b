"""The connector contract, clause by clause, on Acme CRM."""

from jackfield.testing import ConnectorContract


class TestAcme(ConnectorContract):
    """Every clause; see `jackfield.testing` for the facts that a connector may state here."""

    platform = "acme"
