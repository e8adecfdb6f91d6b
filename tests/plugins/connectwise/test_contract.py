"""The connector contract, clause by clause, on ConnectWise PSA."""

from __future__ import annotations

from jackfield.testing import ConnectorContract

ROUTER = "https://na.myconnectwise.net/v4_6_release/services/system_io/router/openrecord.rails"


class TestConnectWise(ConnectorContract):
    """Every clause of the contract; the forms and links are those of the vendor's guide and of public set-up pages."""

    platform = "connectwise"
    unsigned = ("/login/companyinfo/",)
    repairable = {
        "endpoint": (
            "na.myconnectwise.net",
            "https://api-na.myconnectwise.net",
            "https://na.myconnectwise.net/v2026_1/",
        ),
        "details_link": ("api-na.myconnectwise.net", "https://api-na.myconnectwise.net/v4_6_release/apis/3.0/"),
    }
    links = {
        (kind, "42"): f"{ROUTER}?locale=en_US&recordType={page}&recid=42&companyName=acme"
        for kind, page in (("contact", "ContactFV"), ("company", "CompanyFV"), ("ticket", "ServiceFV"))
    }
