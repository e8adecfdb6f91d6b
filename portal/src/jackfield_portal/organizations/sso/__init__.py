"""Single sign-on by OpenID Connect: one provider, which the operator configures."""
