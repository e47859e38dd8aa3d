"""The rules of what is personal: addresses of people and machines, numbers of phones."""

from logburl.ingest.secrets.rule import SIGN, WORD, Rule

_GROUP = "[0-9a-fA-F]{1,4}"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"

PERSONAL_RULES = (
    Rule(
        "email",
        ("@",),
        r"[\w.%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}",
        back=r"[\w.%+-]",
        after=r"[\w-]",
    ),
    Rule("ip", (".",), rf"{_OCTET}(?:\.{_OCTET}){{3}}", back="[0-9]", before=r"[\w.-]", after=r"[\w-]"),
    Rule(
        "ip",
        (":",),
        rf"{_GROUP}(?::{_GROUP}){{7}}|(?:{_GROUP}(?::{_GROUP}){{0,6}})?::(?:{_GROUP}(?::{_GROUP}){{0,6}})?",
        back="[0-9a-fA-F:]",
        before=r"[\w.-]",
        after=r"[\w:-]",
        check="groups",
    ),
    Rule(
        "phone",
        ("+",),
        r"\+[1-9]\d{0,2}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,5}(?:[ .-]?\d{2,5}){1,4}",
        before=r"[\w+.-]",
        after=r"[\w:-]",
    ),
    Rule("phone", ("(",), r"\(\d{3}\) ?\d{3}-\d{4}", before=r"\w", after=r"[\w-]"),
    Rule(
        "phone",
        ("hone", "HONE", "obile", "MOBILE", "sisdn"),
        rf"(?i:[\w.$-]{{0,64}}?(?:phone|mobile|msisdn)(?:[_-]?(?:number|no))?){SIGN}[\"']?([+(]?\d[\d ().-]{{5,18}}\d)",
        back=WORD,
    ),
)
