"""What a value must be beside its form; `logburl.ingest.secrets.rule` says which checks there are."""

import base64
import binascii
import re
from collections.abc import Callable, Collection

PSEUDONYM = re.compile(rb"REDACTED-[a-z-]+-[0-9a-f]{12}")
_EDGES = bytes(byte for byte in range(128) if not chr(byte).isalnum())
_VARIABLE = re.compile(rb"\$[A-Z_]*")
_FILLED_IN = (b"${", b"$(", b"{{", b"%(", b"<%")
_COUNT = re.compile(rb"[0-9]{1,3}")
_PATH = re.compile(rb"[A-Za-z]:[/\\]|[/~.]")


def passes(check: str, value: bytes, placeholders: Collection[bytes]) -> bool:
    """Return whether a value may be one; it never is where it was redacted already."""
    if not value or PSEUDONYM.fullmatch(value):
        return False
    if check in {"set", "unlike path", "unlike count", "unlike name", "made"} and _is_placeholder(value, placeholders):
        return False
    return check == "set" or _CHECKS[check](value)


def essence(check: str, value: bytes) -> bytes:
    """Return what of a value counts: 4111 1111 … and 4111-1111-… are one number."""
    return re.sub(rb"[^A-Za-z0-9]", b"", value) if check in {"luhn", "iban"} else value


def _is_placeholder(value: bytes, placeholders: Collection[bytes]) -> bool:
    word = value.strip(_EDGES).lower()
    variable = _VARIABLE.fullmatch(value) is not None or value.startswith(_FILLED_IN)
    return variable or not word.strip(b"x") or word in placeholders


def _is_made(value: bytes) -> bool:
    digits, cases = re.search(rb"[0-9]", value), (re.search(rb"[a-z]", value) and re.search(rb"[A-Z]", value))
    return (len(value) >= 8 and digits is not None) or (len(value) >= 20 and cases is not None)


def _is_basic(value: bytes) -> bool:
    text = value.split(b"=")[0]
    try:
        decoded = base64.b64decode(text[: len(text) // 4 * 4] + _padded(text[len(text) // 4 * 4 :]), validate=True)
    except binascii.Error:
        return False
    return b":" in decoded and not re.search(rb"[\x00-\x1f\x7f]", decoded)


def _padded(rest: bytes) -> bytes:
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""


def _is_luhn(value: bytes) -> bool:
    digits = [byte - 48 for byte in reversed(value) if 48 <= byte <= 57]
    return (sum(digits[::2]) + sum(2 * digit - 9 * (digit > 4) for digit in digits[1::2])) % 10 == 0


def _is_iban(value: bytes) -> bool:
    solid = essence("iban", value).decode()
    return int("".join(str(int(character, 36)) for character in solid[4:] + solid[:4])) % 97 == 1


def _is_told_by_groups(value: bytes) -> bool:
    groups = [group for group in value.split(b":") if group]
    return len(groups) <= 8 and (len(groups) >= 3 or any(len(group) == 4 for group in groups))


_CHECKS: dict[str, Callable[[bytes], bool]] = {
    "any": lambda value: b"REDACTED-" not in value,
    "unlike path": lambda value: _PATH.match(value) is None,
    "unlike count": lambda value: _COUNT.fullmatch(value) is None,
    "unlike name": lambda value: len(value) >= 6 and re.fullmatch(rb"[a-z./-]*[./-][a-z./-]*", value) is None,
    "made": _is_made,
    "basic": _is_basic,
    "luhn": _is_luhn,
    "iban": _is_iban,
    "groups": _is_told_by_groups,
}
