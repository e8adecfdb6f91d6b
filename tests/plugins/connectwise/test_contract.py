"""The connector contract, clause by clause, on ConnectWise PSA."""

from __future__ import annotations

from dataclasses import replace

from jackfield.checks import Account
from jackfield.simkit import caller
from jackfield.testing import ConnectorContract, Entry, Variant

NA_API, NA = "https://api-na.myconnectwise.net/v4_6_release/apis/3.0/", "https://na.myconnectwise.net/"
EU_API, EU = "https://api-eu.myconnectwise.net/v4_6_release/apis/3.0/", "https://eu.myconnectwise.net/"
ROUTER = "https://na.myconnectwise.net/v4_6_release/services/system_io/router/openrecord.rails"
OWN_API, OWN = "https://cw.example.com/v4_6_release/apis/3.0/", "https://cw.example.com/"
IN_EU = {"endpoint": EU_API, "details_link": EU}
OTHER_PLACE = {"details_link": "unusual_host"}
WRONG = ("https://developer.connectwise.com/", "www.myconnectwise.net", "home.connectwisedev.com", "myconnectwise.net")
GUID = "0ff1ce00-5550-4000-8000-000000005551"
ROLE = "Companies > Contacts: Inquire All"
LACKS = "lacks {0}. In ConnectWise, under System > Security Roles, give the API member's role {0}."
HOLDER = Account(
    id="copperkettle",
    name="Copper Kettle IT",
    holder="Reporting Service <service3@example.com>",
    role="Telephony",
)
NUMBERS = {
    "2125550100": "+12125550100",
    "12125550100": "+12125550100",
    "+1 212-555-0100 ext. 77": "+12125550100",
    "(303) 555-0100 x12": "+13035550100",
    "+44 212 555 0100": "",
    "9902125550199": "",
    "77": "",
    # Of contacts abroad: with a trunk zero, with 00, with America's 011, with the trunk zero alone.
    "+441632960123": "+441632960123",
    "0044 1632 960124": "+441632960124",
    "+44 1632 960125": "+441632960125",
    "01632 960126": "+441632960126",
    "+441632960126": "+441632960126",
    "+49 1632 960123": "",
    # Of one whose number is dialled without its area.
    "5550177": "555-0177",
    "+12125550177": "555-0177",
    "550177": "",
    # Of those without an e-mail, without a name, without either, with an older address, with an invisible mark in it.
    **{caller(place).phone: caller(place).phone for place in (8, 17, 47, 11, 10)},
}
PAGES = {
    "contact": "ContactFV",
    "company": "CompanyFV",
    "organisation": "CompanyFV",
    "organization": "CompanyFV",
    "ticket": "ServiceFV",
    "activity": "ActivityFV",
    "agreement": "AgreementFV",
    "opportunity": "OpportunityFV",
    "project": "ProjectHeaderFV",
    "configuration": "ConfigFV",
    "schedule": "ScheduleRecordFV",
    "time_entry": "TimeEntryFV",
    "expense": "ExpenseFV",
}


def address(field: str, form: str, host: str) -> Entry:
    """An entry of one address of a server of one's own, or of the cloud, of which the other field knows another."""
    became = {"endpoint": f"{host}v4_6_release/apis/3.0/", "details_link": host}[field]
    return Entry(given={field: form}, becomes={field: became}, warned=OTHER_PLACE)


def no_company(company: str) -> Entry:
    """A company that is refused."""
    return Entry(given={"company_id": company}, refused={"company_id": "invalid_value"})


class TestConnectWise(ConnectorContract):
    """Every clause of the contract; the forms and links are those of the vendor's guide and of public set-up pages."""

    platform = "connectwise"
    unsigned = ("/login/companyinfo/",)
    tells_total = True
    repairable = {
        "endpoint": (
            "na.myconnectwise.net",
            "https://api-na.myconnectwise.net",
            "https://na.myconnectwise.net/v2026_1/",
        ),
        "details_link": ("api-na.myconnectwise.net", "https://api-na.myconnectwise.net/v4_6_release/apis/3.0/"),
    }
    entries = (
        *(Entry(given={"endpoint": form}, refused={"endpoint": "wrong_host"}) for form in WRONG),
        *(Entry(given={"details_link": form}, refused={"details_link": "wrong_host"}) for form in WRONG),
        Entry(
            given={"endpoint": " EU "},
            refused={"endpoint": "invalid_url"},
            says="“eu” is the name of a region. Enter https://eu.myconnectwise.net/",
        ),
        Entry(given={"endpoint": None, "details_link": None}, refused={"endpoint": "required"}),
        Entry(given={"endpoint": "not an address", "details_link": None}, refused={"endpoint": "invalid_url"}),
        Entry(given={"endpoint": None, "details_link": "not an address"}, refused={"details_link": "invalid_url"}),
        # One address tells both.
        *(
            Entry(given={"endpoint": form, "details_link": None}, becomes=IN_EU)
            for form in (EU, EU_API, "EU.myconnectwise.net")
        ),
        *(Entry(given={"endpoint": None, "details_link": form}, becomes=IN_EU) for form in (EU, EU_API)),
        Entry(given={"endpoint": OWN, "details_link": None}, becomes={"endpoint": OWN_API, "details_link": OWN}),
        *(
            Entry(
                given={"endpoint": f"{region}.myconnectwise.net", "details_link": None},
                becomes={
                    "endpoint": NA_API.replace("-na.", f"-{region}."),
                    "details_link": f"https://{region}.myconnectwise.net/",
                },
            )
            for region in ("au", "aus", "za")
        ),
        Entry(
            given={"endpoint": "xy.myconnectwise.net", "details_link": None},
            warned={"endpoint": "unusual_host"},
            becomes={"endpoint": NA_API.replace("-na.", "-xy."), "details_link": "https://xy.myconnectwise.net/"},
            says="“xy”",
        ),
        Entry(
            given={"endpoint": "staging.connectwisedev.com", "details_link": None},
            becomes={
                "endpoint": "https://api-staging.connectwisedev.com/v4_6_release/apis/3.0/",
                "details_link": "https://staging.connectwisedev.com/",
            },
        ),
        # A server of one's own, perhaps below a path.
        *(
            address("endpoint", form, OWN)
            for form in (
                "cw.example.com",
                f"{OWN}v4_6_release/apis/3.0/",
                f"{OWN}V2026_1/login",
                f"{OWN}apis/3.0",
                f"{OWN}Login/login.aspx",
            )
        ),
        *(
            address("details_link", form, OWN)
            for form in (
                "cw.example.com",
                f"{OWN}v2026_1/ConnectWise.aspx?fullscreen=false",
                f"{OWN}openrecord.rails",
                f"{OWN}index.htm",
                f"{OWN}index.HTML",
            )
        ),
        address("endpoint", "https://cw.example.com:8443/psa/login/", "https://cw.example.com:8443/psa/"),
        address("details_link", "https://cw.example.com/psa/more/v4_6_release/x", "https://cw.example.com/psa/more/"),
        address("endpoint", "https://eu.myconnectwise.net/", "https://api-eu.myconnectwise.net/"),
        address("details_link", "https://api-eu.myconnectwise.net/v4_6_release/apis/3.0/", EU),
        # Company and key as one value, in either field.
        Entry(given={"company_id": "acme+PubKeyExample555", "public_key": None}),
        Entry(given={"company_id": " acme+PubKeyExample555 "}),
        Entry(given={"company_id": "acme+PubKeyExample555", "public_key": "acme+PubKeyExample555"}),
        Entry(given={"company_id": None, "public_key": "acme+PubKeyExample555"}),
        Entry(given={"public_key": " ACME+PubKeyExample555 "}),
        Entry(
            given={"company_id": "big+acme+PubKeyExample555", "public_key": None},
            refused={"company_id": "invalid_value"},
        ),
        Entry(given={"public_key": "other+PubKeyExample555"}, refused={"public_key": "invalid_value"}),
        Entry(given={"company_id": "acme+Another555"}, refused={"company_id": "invalid_value"}),
        *map(
            no_company,
            (
                "+",
                "acme+",
                "..",
                "https://na.myconnectwise.net/",
                "na.myconnectwise.net",
                " API-NA.myconnectwise.net",
                "a:b",
                "a\\b",
                "a/b",
            ),
        ),
        Entry(
            given={"company_id": "Acme Limited"},
            becomes={"company_id": "Acme Limited"},
            warned={"company_id": "invalid_value"},
        ),
        # Keys of which none is the one that is asked for.
        Entry(given={"private_key": "PubKeyExample555"}, refused={"private_key": "invalid_value"}, says="once more"),
        *(
            Entry(given={field: form}, refused={field: "invalid_value"}, says="GUID")
            for field in ("public_key", "private_key")
            for form in (GUID, f"{{{GUID.upper()}}}")
        ),
    )
    links = {
        **{
            (kind, "42"): f"{ROUTER}?locale=en_US&recordType={page}&recid=42&companyName=acme"
            for kind, page in PAGES.items()
        },
        ("contact", "\udcff/"): f"{ROUTER}?locale=en_US&recordType=ContactFV&recid=%3F%2F&companyName=acme",
        ("contact", " "): None,
        ("member", "42"): None,
    }
    parameters = {
        "fields": "_?[A-Za-z]+(,_?[A-Za-z]+)*",
        "pageSize": "1000|1",
        "page": "[0-9]+",
        "pageId": "[0-9]+",
        "orderBy": "id asc",
        "conditions": 'phoneNumber like "[%0-9]+"',
        "childConditions": 'communicationItems/value like "[%0-9]+" and communicationItems/communicationType="Phone"',
    }
    variants = {
        "of an inactive member": Variant(
            knobs={"key_holder": "inactive"},
            steps={"sign_in": "inactive_holder"},
            does=("check", "import"),
            account=Account(id="copperkettle", name="Copper Kettle IT"),
        ),
        "that says who signed in": Variant(
            says={
                "sign_in": "Signed in as Reporting Service <service3@example.com> to the company Copper Kettle IT.",
                "list_users": "12 members,",
                "reach": "PSA v2026.1 knows the company Copper Kettle IT at {root}",
                "details_link": "recordType=ContactFV&recid=1&",
            }
        ),
        "of nobody": Variant(
            users=0, steps={"list_users": "incomplete_listing"}, says={"list_users": "no members at all"}
        ),
        "of one member": Variant(users=1, says={"list_users": "1 member,"}),
        "that does not say who": Variant(
            knobs={"my_member": "forbidden", "my_security": "forbidden"},
            account=Account(id="copperkettle", name="Copper Kettle IT"),
            says={"sign_in": "Signed in to"},
        ),
        "of an old release": Variant(knobs={"my_member": "missing", "my_security": "missing"}),
        "elsewhere": Variant(
            knobs={"site_url": "elsewhere"},
            steps={"reach": "unusual_host"},
            says={"reach": "is at API-Elsewhere.example.com, not at {root}"},
        ),
        "in the cloud": Variant(
            knobs={"site_url": "cloud"},
            steps={"reach": "unusual_host"},
            says={"reach": "Enter https://eu.myconnectwise.net/ as Endpoint and as CRM Details Link"},
        ),
        "that tells plain JSON alone": Variant(knobs={"company_info_accept": "json"}),
        **{
            f"that tells strangers nothing, {status}": Variant(
                knobs={"company_info_status": status},
                account=replace(HOLDER, name="copperkettle"),
                says={"reach": "ConnectWise answers at {root}"},
            )
            for status in ("401", "403")
        },
        "that does not say where": Variant(knobs={"site_url": "absent", "is_cloud": "text"}),
        "that tells neither name nor release": Variant(
            knobs={"company_info": "sparse", "api_member_names": "both"},
            account=replace(HOLDER, name="copperkettle"),
            says={"reach": "ConnectWise PSA knows the company copperkettle at {root}"},
        ),
        "on a server of its own": Variant(knobs={"hosting": "on_premise"}),
        "of another company": Variant(
            settings={"company_id": "other"},
            steps={"reach": "account_unknown"},
            says={"reach": "“other” at {root}/v4_6_release/apis/3.0/ Enter as Company ID"},
        ),
        "of another company, 404": Variant(
            knobs={"unknown_company": "404"},
            settings={"company_id": "other"},
            steps={"reach": "not_the_api"},
            says={"reach": "no company “other”. Enter as Company ID"},
        ),
        "with wrong keys, 404": Variant(
            knobs={"wrong_keys_status": "404"},
            faults=("unauthorized",),
            steps={"sign_in": "not_the_api"},
            says={"sign_in": "this company and these keys. See whether the Company ID"},
        ),
        "with wrong keys on its own server": Variant(
            knobs={"hosting": "on_premise"},
            faults=("unauthorized",),
            steps={"sign_in": "credentials_refused"},
            says={"sign_in": "refused the keys. See whether the Company ID"},
        ),
        **{
            f"whose client ID is refused with {status}": Variant(
                knobs={"client_id_refusal": status},
                faults=("client_id_refused",),
                does=("check", "import", "find"),
                steps={"sign_in": "deployment_setting_missing"},
                ends="deployment_setting_missing",
                says={"sign_in": "not at fault. Tell the operator of this installation: the client ID in JACKFIELD_"},
            )
            for status in ("400", "401", "403")
        },
        **{
            f"that asks for SSL with {status}": Variant(
                knobs={"ssl_required_status": status},
                faults=("ssl_required",),
                does=("check", "import"),
                steps={"sign_in": "not_the_api"},
                ends="not_the_api",
                says={"sign_in": "asked without encryption. Enter the address"},
            )
            for status in ("400", "401", "403")
        },
        "that cannot be routed": Variant(
            faults=("cannot_route",),
            does=("check", "import", "find"),
            steps={"sign_in": "account_unknown"},
            ends="account_unknown",
            says={"sign_in": "at this address. See whether the Company ID"},
        ),
        **{
            f"with {fault}": Variant(
                faults=(fault,),
                does=("check", "import", "find"),
                steps={"reach": "timed_out"},
                ends="timed_out",
                says={"reach": "ConnectWise"},
            )
            for fault in ("timeout", "pool_timeout")
        },
        "whose client ID is refused without a word": Variant(
            knobs={"client_id_words": "unnamed"}, faults=("client_id_refused",), steps={"sign_in": "forbidden"}
        ),
        **{
            f"with wrong keys, 403, {hosting}": Variant(
                knobs={"wrong_keys_status": "403", "hosting": hosting},
                faults=("unauthorized",),
                does=("check", "import"),
                steps={"sign_in": "credentials_refused"},
                ends="credentials_refused",
            )
            for hosting in ("cloud", "on_premise")
        },
        "behind a firewall": Variant(
            faults=("gateway_blocked",),
            does=("check", "import"),
            steps={"reach": "unavailable"},
            ends="unavailable",
            says={"reach": "firewall"},
        ),
        "behind a gateway": Variant(
            faults=("gateway_timeout",), does=("check", "import"), steps={"reach": "unavailable"}, ends="unavailable"
        ),
        "without any member": Variant(
            knobs={"member_maintenance": "none"},
            steps={"list_users": "forbidden"},
            says={"list_users": LACKS.format("System > Member Maintenance: Inquire All")},
        ),
        "with its own members": Variant(
            knobs={"member_maintenance": "my"},
            steps={"list_users": "forbidden"},
            does=("check", "import"),
            says={"list_users": "“My” for Member Maintenance"},
        ),
        "with its own contacts": Variant(
            knobs={"contacts": "my"}, steps={"contact_lookup": "forbidden"}, says={"contact_lookup": ROLE}
        ),
        "with its own companies": Variant(
            knobs={"company_maintenance": "my"},
            steps={"company_lookup": "forbidden"},
            says={"company_lookup": "Companies > Company Maintenance: Inquire All"},
        ),
        "without contacts": Variant(
            knobs={"contacts": "none"},
            does=("check", "find"),
            steps={"contact_lookup": "forbidden"},
            says={"contact_lookup": LACKS.format(ROLE)},
            ends="forbidden",
        ),
        "with an odd spelling": Variant(
            knobs={
                "empty_members": "null",
                "built_in_admin": "present",
                "primary_email": "absent",
                "link_form": "query_less",
                "last_link": "absent",
            },
            users=60,
            does=("import",),
        ),
        "with digits": Variant(
            knobs={
                "phone_spelling": "digits",
                "unknown_field": "bad_request",
                "odd_page": "bad_request",
                "text_compare": "exact",
            },
            does=("check", "import"),
        ),
        **{
            f"whose forward-only paging is {how}": Variant(
                knobs={"forward_only": how, "largest_page": 5, "link_form": "mislabelled"},
                users=23,
                does=("check", "import"),
            )
            for how in ("unsupported", "ignored")
        },
        "that moves, without forward-only paging": Variant(
            knobs={"forward_only": "ignored", "largest_page": 5, "listing": "moving", "link_form": "absent"},
            users=23,
            does=("check", "import"),
        ),
        "without an end, nor forward-only paging": Variant(
            knobs={"forward_only": "unsupported", "listing": "endless"}, does=("import",), ends="endless_listing"
        ),
        "without companies": Variant(
            knobs={"company_maintenance": "none"},
            does=("check", "find"),
            steps={"company_lookup": "forbidden"},
            says={"company_lookup": LACKS.format("Companies > Company Maintenance: Inquire All")},
            lacks=("company",),
        ),
        "whose callers are looked up": Variant(does=("find",), numbers=NUMBERS),
        "that says when to ask again": Variant(
            faults=("throttled_no_retry_after",), steps={"reach": "throttled"}, asked=1
        ),
        "whose conditions hold for any item": Variant(knobs={"child_match": "any_item"}, does=("find",)),
    }
