"""What the files of deploy/ say."""

from __future__ import annotations

from typing import Any

import yaml

from tests.conftest import ROOT

COMPOSE = ROOT / "deploy" / "compose.yaml"
KUBERNETES = ROOT / "deploy" / "kubernetes"


def compose() -> dict[str, Any]:
    """The compose file, its anchors resolved."""
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return found


def objects(kind: str) -> list[dict[str, Any]]:
    """All objects of a kind among the example for Kubernetes."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(KUBERNETES.glob("*.yaml"))]
    return [found for text in texts for found in yaml.safe_load_all(text) if found["kind"] == kind]


def containers() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Our own programs' containers with their pods, by name."""
    pods = [found["spec"]["template"]["spec"] for found in objects("Deployment")]
    return {pod["containers"][0]["name"]: (pod["containers"][0], pod) for pod in pods}
