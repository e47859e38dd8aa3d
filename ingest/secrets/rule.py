r"""What a rule of redaction is, and how the common ones are made.

A rule names texts one of which every match holds (its *anchors*: all of them are searched for at once), and a pattern
that is tried where an anchor stands, or where the word around it begins. What the pattern's group caught is the value.
Patterns keep to what Python's ``re`` and Rust's ``regex`` read alike (no look-around, no back-reference, no ``$``), are
tried inside one line, and go back over no more than a word: linear time in both.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of value looks.

    Attributes:
        kind: What such a value is called in the settings, in the account, and where it stood.
        anchors: Texts one of which is in every match.
        pattern: Tried at the anchor. Its first group that took part, or else all of it, is the value; where it has
            groups and none took part, there is no value.
        back: Class of bytes; the match begins where their run before the anchor begins.
        reach: How many bytes that run is followed back at most.
        before: Class of bytes none of which may stand before the match.
        after: Class of bytes none of which may stand behind it.
        unless: Where it fits up to the value, in the `NEAR` bytes of the line before that, the value is none.
        more: Tried again and again behind the match; each time gives another value.
        check: What else a value must be, a key of `CHECKS`.
        shape: What is searched for instead, a key of `SHAPES`; a ``run`` must begin with one of the anchors.
        lines: Whether the lines that follow the match may belong to it.
    """

    kind: str
    anchors: tuple[str, ...]
    pattern: str
    back: str = ""
    reach: int = 64
    before: str = ""
    after: str = ""
    unless: str = ""
    more: str = ""
    check: str = "any"
    shape: str = ""
    lines: bool = False


CHECKS = {
    "any": "any bytes that hold no pseudonym",
    "set": "no placeholder: not one of `PLACEHOLDERS`, no variable, not masked already",
    "unlike path": "set, and does not begin as a path does",
    "unlike count": "set, and no number of one to three digits",
    "unlike name": "set, at least 6 bytes, and not lower-case words joined by - . or /",
    "made": "set, and at least 8 bytes with a digit among them, or at least 20 of both cases",
    "basic": "base64 of printable text with a colon in it",
    "luhn": "the last digit checks the others (ISO/IEC 7812-1, annex B)",
    "iban": "as a number it is 1 modulo 97 (ISO 13616-1)",
    "groups": "at least three groups between colons, at most eight, or one of four digits",
}

SHAPES = {
    "card": "four digits that no word byte (letter, digit, - or _) stands before",
    "account": "two capital letters and two digits that no word byte stands before",
    "run": "sixteen word bytes or more that no word byte stands before",
}
"""Where a match may begin if no anchor says so; what searches may look closer, or less close: the pattern decides."""

PLACEHOLDERS = frozenset(
    b"a an and any are as at be been but by can cannot could did does for from had has have if in into is it its may "
    b"must my no not of on only or please should that the their then this to too until was were when will with without "
    b"your accepted changed correct denied disabled empty enabled encrypted enter error expired failed failure false "
    b"filtered found hidden ignored incorrect invalid length masked mismatch missing nil none null ok omitted passwd "
    b"password prompt protected provided redacted rejected removed required reset secret sensitive set string success "
    b"token true undefined unknown unset updated valid value wrong yes".split()
)
"""What is told in place of a value, in lower case."""

WORD = r"[\w.$-]"
EDGE = r"[A-Za-z0-9_-]"

# What stands between a name and its value in any syntax: "name": "value", name=value, name => 'value', name%3Dvalue …
SIGN = r"""(?:\\{0,3}["'])?\]?[ \t]{0,8}(?:=>|:=|->|==?|::?|%3[Dd])[ \t]{0,8}[\[({]?(?:string\(\d+\) )?"""
# A value in quotes, the quotes escaped if the whole is inside others; and one without.
QUOTED = (
    r"""\\{1,3}["']([^"'\\\r\n]*(?:\\(?:\\(?:\\["'])?|[^"'\\\r\n])[^"'\\\r\n]*)*)"""
    r"""|[bu]?"([^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*)|[bu]?'([^'\\\r\n]*(?:\\[^\r\n][^'\\\r\n]*)*)"""
)
BARE = r"""([^\s"'`<>,;&|(){}\[\]\\][^\s"'`<>,;&|)}\]\\]*(?:\\[^\s"'\\nrtu][^\s"'`<>,;&|)}\]\\]*)*)"""
# What stands between a name that is a value itself and the value beside it: name="password" value="…", {"name": …
BESIDE = r"""\\{0,3}["'][ \t]{0,8},?[ \t]{0,8}(?:\\{0,3}["'])?[Vv]alue(?:\\{0,3}["'])?[ \t]{0,8}[=:][ \t]{0,8}"""
OPTION = BARE.replace(r"([^", r"([^-", 1)


def named(kind: str, anchors: tuple[str, ...], name: str, check: str, *, other: str = "") -> Rule:
    """Return the rule of a value told by its name: behind a sign or ``value``, as an option's argument, in XML."""
    behind = rf"{SIGN}(?:{QUOTED}|{BARE})"
    element = r"(?:[ \t][^<>\r\n]{0,99})?>([^<>\r\n]+)</"
    beside = rf"{BESIDE}(?:{QUOTED})"
    option = rf"--?[\w-]{{0,64}}?{name}[ \t]+(?:{QUOTED}|{OPTION})"
    return Rule(
        kind, anchors, rf"{option}|{WORD}{{0,64}}?{name}(?:{behind}|{element}|{beside}{other})", back=WORD, check=check
    )


def issued(kind: str, anchors: tuple[str, ...], pattern: str, *, back: str = "") -> Rule:
    """Return the rule of a key that its issuer made recognisable, by its beginning as a rule."""
    shape = "" if back or any("." in anchor for anchor in anchors) else "run"
    return Rule(kind, anchors, pattern, back=back, before=EDGE, after=EDGE, shape=shape)
