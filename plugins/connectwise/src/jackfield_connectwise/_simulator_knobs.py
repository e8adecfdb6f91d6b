"""What nobody knows for sure about ConnectWise PSA's API, and what differs between accounts: one knob each.

Each default is what the evidence speaks for; where it speaks for nothing, what asks more of a connector.
"""

from __future__ import annotations

from jackfield.simulation import Knob

#: Plainly fictional.
DEFAULT_PUBLIC_KEY, DEFAULT_PRIVATE_KEY = "PubKey5550000555", "PrvKey5550000555"
DEFAULT_CLIENT_ID = "00000000-0000-4000-8000-000000000555"

_RIGHT = ("all", "my", "none")
_ACCOUNT = (
    Knob(name="company_id", title="The company id that people type to sign in.", default="copperkettle"),
    Knob(name="company_name", title="The company's name.", default="Copper Kettle IT"),
    Knob(name="public_key", title="The public key that is accepted.", default=DEFAULT_PUBLIC_KEY),
    Knob(name="private_key", title="The private key that is accepted.", default=DEFAULT_PRIVATE_KEY),
    Knob(name="client_id", title="The clientId that is accepted.", default=DEFAULT_CLIENT_ID),
    Knob(
        name="hosting",
        title="Whether the vendor runs it in its cloud, or the customer on a server of his own.",
        default="cloud",
        choices=("cloud", "on_premise"),
    ),
    Knob(
        name="codebase",
        title="The release that the account is on, as the cloud's addresses name it.",
        default="v2026_1",
    ),
    Knob(name="region", title="The cloud region, as system/info names it.", default="NA"),
    Knob(name="first_member_id", title="The id of the first member; the others follow.", default=150),
    Knob(
        name="company_case",
        title="Whether the company id must be spelt in the right case.",
        default="exact",
        choices=("exact", "ignored"),
    ),
)
_DISCOVERY = (
    Knob(
        name="unknown_company",
        title="What companyinfo says of a company id that it does not know: JSON's null, or that there is none (404).",
        default="null",
        choices=("null", "404"),
    ),
    Knob(
        name="is_cloud",
        title="Whether companyinfo's IsCloud is a boolean or a text.",
        default="boolean",
        choices=("boolean", "text"),
    ),
    Knob(
        name="site_url",
        title="Which host companyinfo names for the API: its own, another one, one of the vendor's cloud, none (as "
        "before 2021).",
        default="own",
        choices=("own", "elsewhere", "cloud", "absent"),
    ),
    Knob(
        name="company_info",
        title="Whether companyinfo tells the company's name and the release.",
        default="whole",
        choices=("whole", "sparse"),
    ),
    Knob(
        name="company_info_status",
        title="What companyinfo gets who asks without keys; a server may have shut it.",
        default="200",
        choices=("200", "401", "403"),
    ),
    Knob(
        name="company_info_accept",
        title="Whether companyinfo, which is none of the API's, answers whoever takes no plain JSON (else 406).",
        default="any",
        choices=("any", "json"),
    ),
)
_REFUSALS = (
    Knob(
        name="unauthorized_message",
        title="What wrong keys are told.",
        default="The keys were not accepted.",
    ),
    Knob(name="unauthorized_code", title="The code beside it.", default="Unauthorized"),
    Knob(
        name="wrong_keys_status",
        title="What wrong keys get; of the words of servers on premises no status is known, 404 is what old texts say.",
        default="401",
        choices=("401", "403", "404"),
    ),
    Knob(
        name="wrong_company",
        title="What a wrong company id in the credentials gets in the cloud: no route (400), or what wrong keys get.",
        default="cannot_route",
        choices=("cannot_route", "unauthorized"),
    ),
    Knob(
        name="client_id_refusal",
        title="What a missing or unknown clientId gets; none: nobody looks at it.",
        default="403",
        choices=("400", "401", "403", "none"),
    ),
    Knob(
        name="client_id_words",
        title="Whether that answer names the clientId.",
        default="named",
        choices=("named", "unnamed"),
    ),
    Knob(
        name="accept_refusal",
        title="What an Accept that names an unknown version gets; none: the newest model.",
        default="none",
        choices=("none", "400", "406"),
    ),
    Knob(
        name="ssl_required_status",
        title="The status that comes with the words “SSL is required.”",
        default="401",
        choices=("401", "403", "400"),
    ),
    Knob(
        name="system_info",
        title="Who may read system/info: everybody, whoever has keys, nobody.",
        default="everybody",
        choices=("everybody", "keys", "nobody"),
    ),
)
_RIGHTS = (
    Knob(
        name="member_maintenance",
        title="What the role may inquire of System > Member Maintenance.",
        default="all",
        choices=_RIGHT,
    ),
    Knob(name="contacts", title="What the role may inquire of Companies > Contacts.", default="all", choices=_RIGHT),
    Knob(
        name="company_maintenance",
        title="What the role may inquire of Companies > Company Maintenance; with none, contacts show no company.",
        default="all",
        choices=_RIGHT,
    ),
    Knob(
        name="my_security",
        title="Whether an API member may read his own rights in system/mySecurity.",
        default="allowed",
        choices=("allowed", "forbidden", "missing"),
    ),
    Knob(
        name="my_member",
        title="Whether an API member may read himself in system/myMembers.",
        default="allowed",
        choices=("allowed", "forbidden", "missing"),
    ),
    Knob(
        name="member_info",
        title="Whether system/info/members may be read without the right to members.",
        default="forbidden",
        choices=("allowed", "forbidden", "missing"),
    ),
    Knob(
        name="key_holder", title="The API member whose keys they are.", default="active", choices=("active", "inactive")
    ),
    Knob(
        name="api_member_names",
        title="Whether API members have a first name only, or a last name as well.",
        default="first",
        choices=("first", "both"),
    ),
)
_LIMITS = (
    Knob(name="rate_limit", title="A thousand requests a minute and no more.", default=True),
    Knob(name="per_minute", title="How many requests a minute are let through.", default=1_000),
    Knob(name="delay_ms", title="How many milliseconds each answer takes.", default=0),
)
_ANSWERS = (
    Knob(
        name="empty_members",
        title="Whether members without a value are left out, or null as until 2018.",
        default="left_out",
        choices=("left_out", "null"),
    ),
    Knob(
        name="primary_email",
        title="Whether members have primaryEmail; old models lack it.",
        default="present",
        choices=("present", "absent"),
    ),
    Knob(
        name="media_type",
        title="The content type of an answer.",
        default="application/json",
        choices=("application/json", "application/vnd.connectwise.com+json"),
    ),
    Knob(name="gzip", title="Whether answers are compressed for who takes that.", default=True),
    Knob(
        name="link_form",
        title="How the Link header is written: query_less has & for ?; mislabelled: the last page calls itself next.",
        default="sound",
        choices=("sound", "query_less", "mislabelled", "absent"),
    ),
    Knob(
        name="forward_only",
        title="Whether a list knows forward-only paging. unsupported: no Link header comes; ignored: nothing tells.",
        default="supported",
        choices=("supported", "unsupported", "ignored"),
    ),
    Knob(
        name="last_link",
        title="The Link header of forward-only paging's last page.",
        default="empty",
        choices=("empty", "absent"),
    ),
)
_LISTS = (
    Knob(
        name="listing",
        title="endless: ever new members after the last; moving: after each first page the first member goes to the "
        "end, unless an order is asked for; forward-only pages begin with the last member of the page before.",
        default="normal",
        choices=("normal", "moving", "endless"),
    ),
    Knob(name="largest_page", title="The most that one answer holds, whatever is asked for.", default=1_000),
    Knob(
        name="odd_page",
        title="What a page or pageSize gets that is 0, negative or no number: the default, nothing, a refusal.",
        default="default",
        choices=("default", "empty", "bad_request"),
    ),
    Knob(
        name="unknown_field",
        title="What an unknown name in fields= gets.",
        default="ignored",
        choices=("ignored", "bad_request"),
    ),
    Knob(
        name="child_match",
        title="Whether two childConditions must hold for the same item, or for any two.",
        default="same_item",
        choices=("same_item", "any_item"),
    ),
    Knob(
        name="quote_escape",
        title="How a quote stands inside of a text: behind a backslash, doubled, not at all.",
        default="backslash",
        choices=("backslash", "doubled", "none"),
    ),
    Knob(
        name="text_compare",
        title="Whether texts in conditions must match to the letter.",
        default="ignore_case",
        choices=("ignore_case", "exact"),
    ),
    Knob(
        name="built_in_admin",
        title="Whether the members hold the built-in zAdmin.",
        default="absent",
        choices=("absent", "present"),
    ),
    Knob(
        name="phone_spelling",
        title="Whether telephone numbers are stored as people type them, or as digits.",
        default="typed",
        choices=("typed", "digits"),
    ),
)

KNOBS = {knob.name: knob for knob in (*_ACCOUNT, *_DISCOVERY, *_REFUSALS, *_RIGHTS, *_LIMITS, *_ANSWERS, *_LISTS)}
