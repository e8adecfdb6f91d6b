"""What a package says to people, and its catalogues: ``jackfield messages``.

The texts are found in the package's sources, which are neither imported nor run; the catalogues are those that
:mod:`jackfield.translations` reads. Needs the extra ``testing``, for Babel.
"""

from jackfield.messages.catalogue import Catalogue, Standing, UnreadableError, catalogue_of, languages_of
from jackfield.messages.extracting import Message, messages_of

__all__ = ["Catalogue", "Message", "Standing", "UnreadableError", "catalogue_of", "languages_of", "messages_of"]
