"""The portal's own files, served by the process that serves its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest
    from whitenoise.responders import StaticFile

__all__ = ["StaticFiles"]


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise for ASGI: its streams would be read to their end in one go there, with a warning for each."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        """The whole file in one answer; ours are small."""
        found = static_file.get_response(request.method, request.META)
        headers, content = dict(found.headers), b""
        if found.file is not None:
            with found.file:
                content = found.file.read()
            headers["Content-Length"] = str(len(content))  # a file that was replaced meanwhile has another length
        return HttpResponse(content, status=int(found.status), headers=headers)
