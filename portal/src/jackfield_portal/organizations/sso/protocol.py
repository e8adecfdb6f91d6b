"""The authorization code flow of OpenID Connect Core 1.0, with PKCE (RFC 7636), state and nonce."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote_plus, urlencode

from django.utils.translation import gettext as _

from jackfield_portal.organizations.sso.settings import permitted
from jackfield_portal.organizations.sso.wire import ask, unusable

if TYPE_CHECKING:
    from jackfield_portal.organizations.sso.settings import SsoSettings

__all__ = ["Attempt", "Person", "begin", "finish"]

#: Only signatures whose key the provider alone has: none, and none by a shared secret.
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_LEEWAY: Final = 60
_LONGEST_SUBJECT: Final = 255


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What this portal has to know again when the person comes back; it stays in his session."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who has signed in: the provider's own name for him, and an address that it vouches for, or none."""

    subject: str
    email: str | None
    name: str


def begin(provider: SsoSettings, back: str) -> tuple[str, Attempt]:
    """Where the person's browser is to go, and the attempt; raises PortalError."""
    state, nonce, verifier = (secrets.token_urlsafe(size) for size in (32, 32, 64))
    attempt = Attempt(state=state, nonce=nonce, verifier=verifier)
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": "openid email profile",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": _unpadded(hashlib.sha256(attempt.verifier.encode()).digest()),
        "code_challenge_method": "S256",
    }
    address = _endpoint(_discovered(provider), "authorization_endpoint")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", attempt


def finish(provider: SsoSettings, attempt: Attempt, code: str, back: str) -> Person:
    """Who the person is that came back with a code; raises PortalError for anything that does not fit together."""
    known = _discovered(provider)
    tokens = _tokens(provider, known, {"code": code, "redirect_uri": back, "code_verifier": attempt.verifier})
    claims = _verified(provider, known, tokens.get("id_token"))
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), attempt.nonce.encode()):
        raise unusable(_("the provider's answer belongs to another sign-in"))
    if "email" not in claims and tokens.get("access_token") and known.get("userinfo_endpoint"):
        claims = {**_told(known, str(tokens["access_token"]), claims["sub"]), **claims}
    return Person(subject=claims["sub"], email=_email(provider, claims), name=str(claims.get("name") or ""))


def _discovered(provider: SsoSettings) -> dict[str, Any]:
    """https://openid.net/specs/openid-connect-discovery-1_0.html, asked anew each time: its keys and places change."""
    known = ask(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if known.get("issuer") != provider.issuer:
        raise unusable(_("the provider calls itself by another name than JACKFIELD_SSO_ISSUER"))
    return known


def _endpoint(known: dict[str, Any], name: str) -> str:
    address = known.get(name)
    if not permitted(address):
        raise unusable(_("the provider does not say its %(name)s") % {"name": name})
    return str(address)


def _tokens(provider: SsoSettings, known: dict[str, Any], given: dict[str, str]) -> dict[str, Any]:
    form, headers = {"grant_type": "authorization_code", **given}, {}
    methods = known.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if provider.client_secret and "client_secret_basic" in methods:
        pair = f"{quote_plus(provider.client_id)}:{quote_plus(provider.client_secret)}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form["client_id"] = provider.client_id
        if provider.client_secret:
            form["client_secret"] = provider.client_secret
    return ask(_endpoint(known, "token_endpoint"), form, headers)


def _verified(provider: SsoSettings, known: dict[str, Any], token: object) -> dict[str, Any]:
    """The claims of the ID token: signed by the provider, for this client, and of now."""
    import jwt  # only who signs in by it waits for it

    if not isinstance(token, str):
        raise unusable(_("the provider's answer holds no identity"))
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            _key(token, ask(_endpoint(known, "jwks_uri"))),
            algorithms=list(_ALGORITHMS),
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=_LEEWAY,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.PyJWTError as refused:
        raise unusable(_("the provider's answer is not valid (%(kind)s)") % {"kind": type(refused).__name__}) from None
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", provider.client_id if not several else None) != provider.client_id:
        raise unusable(_("the provider's answer is for another program"))
    if not 0 < len(claims["sub"]) <= _LONGEST_SUBJECT:
        raise unusable(_("the provider's name for the person is too long or empty"))
    return claims


def _key(token: str, published: dict[str, Any]) -> Any:
    """The key that the token names; where it names none, the only one of its kind."""
    import jwt

    header = jwt.get_unverified_header(token)
    keys = [key for key in jwt.PyJWKSet.from_dict(published).keys if key.public_key_use in {None, "sig"}]
    fitting = [key for key in keys if "kid" not in header or key.key_id == header["kid"]]
    if len(fitting) != 1:
        raise jwt.InvalidKeyError
    return fitting[0].key


def _told(known: dict[str, Any], access_token: str, subject: str) -> dict[str, Any]:
    told = ask(_endpoint(known, "userinfo_endpoint"), headers={"Authorization": f"Bearer {access_token}"})
    if told.get("sub") != subject:
        raise unusable(_("the provider speaks of two different people"))
    return told


def _email(provider: SsoSettings, claims: dict[str, Any]) -> str | None:
    """Some providers write the truth value as text; some leave it out, and the operator vouches for them."""
    vouched = provider.emails_trusted and "email_verified" not in claims
    sure = vouched or claims.get("email_verified") in {True, "true"}
    return str(claims["email"]) if sure and claims.get("email") else None


def _unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
