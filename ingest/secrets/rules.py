"""The rules of what is secret, and of what is personal: data that the kernel and its twin both compile.

The forms of keys are those that their issuers have published; numbers of cards and bank accounts must have the right
check digits.

>>> sorted({rule.kind for rule in chosen(("card", "personal"))})
['card', 'email', 'ip', 'phone']
"""

from collections.abc import Iterable

from logburl.ingest.errors import ConfigError
from logburl.ingest.secrets.personal import PERSONAL_RULES
from logburl.ingest.secrets.rule import BARE, EDGE, QUOTED, SIGN, WORD, Rule, issued, named

_PAIR = r"""[^\s=;,:"'<>{}]{1,128}="?([^\s";,'\\<>{}]+)"""
_ITEM = r"""[ \t]*["']?[^\s=;,:"'<>{}]{1,128}["']?[ \t]*:[ \t]*["']?([^\s";,'\\<>{}]+)"""
_SCHEME = r"(?i:bearer|basic|token|api-?key|key|bot|negotiate|ntlm|hawk|oauth|splunk|signature)[ \t]+"
_KEY = (
    r"(?:api|access|secret|private|encrypt(?:ion)?|signing|account|shared|master|auth|app(?:lication)?|client|licen[cs]e"
    r"|ssh|service|storage|subscription|webhook|session|deploy|instrumentation)[_.-]?(?:access[_.-]?)?keys?(?:[_.-]?id)?"
)


def _ibans() -> str:
    """Return the pattern of account numbers: every country has its length, written solid or in groups of four."""
    shapes = []
    for length, countries in sorted(_IBAN_LENGTHS.items()):
        groups, rest = divmod(length - 4, 4)
        tail = f"[ -][A-Z0-9]{{{rest}}}" if rest else ""
        written = f"[A-Z0-9]{{{length - 4}}}|(?:[ -][A-Z0-9]{{4}}){{{groups}}}{tail}"
        shapes.append(f"(?:{countries.replace(' ', '|')})[0-9]{{2}}(?:{written})")
    return "|".join(shapes)


_IBAN_LENGTHS = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
"""Countries by the length of their account numbers, from the register that SWIFT keeps for ISO 13616."""

_ISSUERS = (
    r"4\d{3}|5[0-8]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720|220[0-4]|35(?:2[89]|[3-8]\d)|6[02357]\d\d|64[4-9]\d"
)
"""What cards of 16 digits begin with: Visa; Mastercard, Maestro and RuPay; Mir; JCB; UnionPay, Discover and others."""

_ID = (
    r"(?i:trace|span|parent|request|req|correlation|operation|activity|message|event|job|task|process|thread|session)"
    rf"[ ._-]?(?i:ids?)(?:{SIGN}\\{{0,3}}[\"']?|[ \t]{{1,8}})"
    r"|(?:^|[^A-Za-z0-9])(?i:trace|span|request)(?:=[\"']?|\\{0,3}[\"'][ \t]{0,8}[:=][ \t]{0,8}\\{0,3}[\"']?)"
)
"""The name of a number that a program gives to what it does itself, and what stands between that and the number."""

TOLD = (
    named(
        "password",
        ("pass", "Pass", "PASS"),
        r"(?i:pass(?:word|wd|phrase|code)s?(?:[_-]?(?:hash|digest|salt|confirm(?:ation)?|again|new|old|\d{1,2}))?)",
        "set",
        other=r"|[ \t]{1,8}'([^'\r\n]+)'",
    ),
    named(
        "password",
        ("pass", "Pass", "PASS"),
        r"(?i:(?:[_.$-]|db|user|root|admin|smtp|ftp|ldap|mysql|redis|proxy)pass)",
        "set",
    ),
    Rule("password", ("pass", "Pass"), rf"[Pp]ass{SIGN}(?:{QUOTED}|{BARE})", before=WORD, check="unlike count"),
    # "PASS: a name" is what tests say.
    Rule(
        "password",
        ("PASS",),
        rf"PASS(?:{SIGN}(?:{QUOTED})|(?::|[ \t]{{0,8}}=[ \t]{{0,8}}){BARE})",
        before=WORD,
        check="set",
    ),
    named("password", ("pwd", "Pwd", "PWD"), r"(?i:pwd)", "unlike path"),
    Rule(
        "password",
        ("BY '", "by '"),
        r"[A-Za-z ]{0,64}?(?i:identified (?:with \w+ )?by(?: password)?) '([^'\r\n]+)'",
        back="[A-Za-z ]",
        check="set",
    ),
    Rule("password", ("sshpass",), r"sshpass -p ?[\"']?([^\s\"']+)", check="set"),
    Rule(
        "password",
        ("mysql", "mariadb"),
        r"(?:mysql|mariadb)[a-z-]{0,16}(?:[ \t]+--?[^\s]{1,128}(?:[ \t]+[^\s-][^\s]{0,127})?){0,8}?[ \t]+-p"
        r"[\"']?([^\s\"']+)",
        check="set",
    ),
    Rule("password", (" -u ", "--us"), r"(?: -u|--user)[ =][\"']?[^\s:\"']{1,128}:([^\s\"']+)"),
    named(
        "secret",
        ("ecret", "ECRET"),
        r"(?i:secrets?(?:[_-]?(?:access[_-]?)?(?:key|token|value))?(?:[_-]?(?:base|v?\d))?)",
        "unlike name",
    ),
    named("secret", ("dential", "DENTIAL"), r"(?i:credentials?)", "made"),
    named("token", ("oken", "OKEN"), r"(?i:tokens?(?:[_-]?(?:value|secret|key))?)", "made"),
    named("key", ("key", "Key", "KEY"), rf"(?i:{_KEY})", "made"),
    Rule("key", ("PI key", "PI KEY", "pi key"), rf"(?i:pi key){SIGN}(?:{QUOTED}|{BARE})", check="made"),
    Rule("code", ("cvv", "CVV", "cvc", "CVC"), rf"(?i:cv[vc]2?){SIGN}[\"']?(\d{{3,4}})", before=r"\w", after=r"\w"),
    Rule("code", ("otp", "OTP"), rf"(?i:otp){SIGN}[\"']?(\d{{4,8}})", before="[A-Za-z0-9]", after=r"\w"),
    Rule("signature", ("gnature=",), r"[\w-]{0,64}?(?i:signature)=([\w%+/=]{40,})", back=WORD, after=EDGE),
    Rule("signature", ("?sig=", "&sig="), r"[?&]sig=([\w%+/=-]{20,})", check="made"),
)

HEADERS = (
    Rule(
        "bearer",
        ("earer", "EARER"),
        r"[\w-]{0,64}?(?i:bearer)(?:[ \t:=]+|%20)[\"']?([\w.~+/=-]{6,})",
        back=r"[\w-]",
        check="made",
    ),
    Rule(
        "basic",
        ("asic", "ASIC"),
        r"[\w-]{0,64}?(?i:basic)(?:[ \t]+|%20)([A-Za-z0-9+/]{4,}={0,2})",
        back=r"[\w-]",
        check="basic",
    ),
    Rule("basic", ("AUTH PLAIN", "AUTH LOGIN"), r"AUTH (?:PLAIN|LOGIN) ([A-Za-z0-9+/]{8,}={0,2})"),
    Rule(
        "digest", ("igest username",), r"igest username[^\r\n]{0,999}?response=\\?\"?([0-9a-fA-F]{32,128})", after=r"\w"
    ),
    Rule(
        "authorization",
        ("rization", "RIZATION"),
        rf"[\w-]{{0,64}}?(?i:authorization){SIGN}(?:\\{{0,3}}[\"'])?(?:{_SCHEME})?{BARE}",
        back=r"[\w-]",
        check="made",
    ),
    Rule(
        "cookie",
        ("okie", "OKIE"),
        rf"(?i:(?:http|req(?:uest)?|x)?[_.-]?cookies?){SIGN}(?:\\{{0,3}}[\"'])?(?:{_PAIR}|([\w.%+/=-]{{16,}}))",
        back=WORD,
        check="set",
        more=rf'"?;[ \t]*{_PAIR}',
    ),
    Rule(
        "cookie",
        ("okie", "OKIE"),
        rf"(?i:[\w.$-]{{0,64}}?set[_-]?cookie){SIGN}(?:\\{{0,3}}[\"'])?{_PAIR}",
        back=WORD,
        check="set",
    ),
    Rule(
        "cookie",
        ("okie",),
        rf"(?i:[\w.]{{0,64}}?cookies){SIGN}{_ITEM}",
        back=WORD,
        check="set",
        more=rf"[\"']?[ \t]*,{_ITEM}",
    ),
    Rule(
        "cookie",
        ("SESSID", "SESSIONID", "_SessionId", "ct.sid", "jsession"),
        r"(?i:jsessionid|phpsessid|aspsessionid\w*|asp\.net_sessionid|connect\.sid)"
        r"(?:=|%3D|: ?)[\"']?([\w.%+/!:-]{8,})",
        back=WORD,
        check="set",
    ),
)

ADDRESSES = (
    Rule(
        "url-password",
        ("@",),
        r"""[^@]*?://[^\s/?#:@"'<>]*:([^\s/"'<>]+|[^\s"'<>@/\d][^\s"'<>@]*)@""",
        back=r"[^\s\"'<>@`]",
        reach=1024,
        check="set",
    ),
    Rule(
        "url-password",
        ("@",),
        r"[^@]*?https?://([^\s/?#:@]{20,})@",
        back=r"[^\s\"'<>@`]",
        reach=1024,
        check="made",
    ),
    Rule(
        "url-password",
        ("@tcp(", "@unix("),
        r"[\w.%+-]{1,64}:([^\s\"'<>]+?)@(?:tcp|unix)\(",
        back=r"[^\s\"'<>`=,;]",
        reach=256,
        check="set",
    ),
    Rule("webhook", ("ks.slack.com/",), r"ks\.slack\.com/[a-z]+/([\w/+-]{16,})"),
    Rule("webhook", ("ooks/",), r"ooks/\d+/([\w-]{32,})"),
    Rule("webhook", ("ookb2/",), r"ookb2/([\w@/-]{32,})"),
)

ISSUED = (
    issued("jwt", ("eyJ",), r"eyJ[\w-]{13,}\.eyJ[\w-]{4,}\.[\w-]*|eyJ[\w-]{16,}\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+"),
    issued("aws", ("AKIA", "ASIA", "ABIA"), r"A[KSB]IA[A-Z2-7]{16}"),
    issued("google", ("AIza",), r"AIza[\w-]{35}"),
    issued("google", ("ya29.",), r"ya29\.[\w-]{20,}"),
    issued("google", ("GOCSPX-",), r"GOCSPX-[\w-]{28}"),
    issued("azure", ("~",), r"[\w.~]{3}\dQ~[\w.~-]{31,34}", back=r"[\w.~-]"),
    issued("github", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"gh[pousr]_[A-Za-z0-9]{36,255}"),
    issued("github", ("github_pat_",), r"github_pat_\w{22,255}"),
    issued("gitlab", ("glpat-", "gldt-", "glrt-", "glptt-"), r"gl(?:pat|dt|rt|ptt)-[\w-]{20}[\w.-]*"),
    issued("slack", ("xox", "xapp-"), r"(?:xox[abeoprs]|xapp)-[\w-]{12,}"),
    issued("stripe", ("sk_live_", "sk_test_", "rk_live_", "rk_test_"), r"[rs]k_(?:live|test)_[A-Za-z0-9]{10,}"),
    Rule("stripe", ("whsec_",), r"whsec_[\w+/]{24,}={0,2}", before=EDGE, after=EDGE),
    issued("twilio", ("SK",), r"SK[0-9a-f]{32}"),
    issued("sendgrid", ("SG.",), r"SG\.[\w-]{16,32}\.[\w-]{16,64}"),
    issued("mailgun", ("key-",), r"key-[0-9a-f]{32}"),
    issued("npm", ("npm_",), r"npm_[A-Za-z0-9]{36}"),
    issued("pypi", ("pypi-",), r"pypi-[\w-]{50,}"),
    issued("anthropic", ("sk-ant-",), r"sk-ant-[\w-]{20,}"),
    issued(
        "openai",
        ("sk-",),
        r"sk-(?:(?:proj|svcacct|admin|None)-[\w-]{20,}|or-v1-[0-9a-f]{32,}|[A-Za-z0-9]{32,})",
    ),
    issued("huggingface", ("hf_",), r"hf_[A-Za-z0-9]{30,}"),
    issued("groq", ("gsk_",), r"gsk_[A-Za-z0-9]{40,}"),
    issued("digitalocean", ("dop_v1_", "doo_v1_", "dor_v1_"), r"do[opr]_v1_[0-9a-f]{64}"),
    issued("shopify", ("shpat_", "shpca_", "shppa_", "shpss_"), r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    issued("databricks", ("dapi",), r"dapi[0-9a-f]{32}(?:-\d)?"),
    issued("docker", ("dckr_",), r"dckr_[op]at_[\w-]{27,}"),
    issued("atlassian", ("ATATT3", "ATBB"), r"ATATT3[\w=-]{60,}|ATBB[A-Za-z0-9]{32,}"),
    issued("telegram", (":AA",), r"\d{8,10}:AA[\w-]{33}", back=r"[0-9]"),
    issued("vault", ("hvs.",), r"hvs\.[\w-]{24,}"),
    issued(
        "grafana", ("glsa_", "glc_"), r"glsa_[A-Za-z0-9]{32}_[0-9a-f]{8}|glc_[A-Za-z0-9]{16}[A-Za-z0-9+/]{16,}={0,2}"
    ),
    issued("newrelic", ("NRAK-",), r"NRAK-[A-Z0-9]{27}"),
    issued("alibaba", ("LTAI",), r"LTAI[A-Za-z0-9]{12,30}"),
    issued("age", ("AGE-SECRET-KEY-",), r"AGE-SECRET-KEY-1[A-Z0-9]{58}"),
    Rule(
        "card",
        (),
        rf"(?:{_ISSUERS})(?:\d{{12}}|(?:[ -]\d{{4}}){{3}})|62\d{{17}}|3[47]\d\d(?:\d{{11}}|[ -]\d{{6}}[ -]\d{{5}})"
        r"|(?:30[0-5]\d|3095|3[689]\d\d)(?:\d{10}|[ -]\d{6}[ -]\d{4})",
        before=r"[\w.+/-]",
        after=EDGE,
        unless=_ID,
        check="luhn",
        shape="card",
    ),
    Rule("iban", (), _ibans(), before=EDGE, after="[A-Za-z0-9_]", check="iban", shape="account"),
)

PRIVATE_KEYS = Rule(
    "private-key",
    ("VATE KEY",),
    r"-{2,5} ?BEGIN [A-Z0-9 ]{0,24}PRIVATE KEY(?: BLOCK)? ?-{4,5}"
    r"""([^"'<>\r\n-]*(?:-[^"'<>\r\n-][^"'<>\r\n-]*)*)""",
    back="[A-Z0-9 -]",
    lines=True,
)

SECRET_RULES = (*ISSUED, *HEADERS, *ADDRESSES, *TOLD, PRIVATE_KEYS)
SECRETS = tuple(dict.fromkeys(rule.kind for rule in SECRET_RULES))
PERSONAL = tuple(dict.fromkeys(rule.kind for rule in PERSONAL_RULES))
KINDS = ("secrets", "personal", *SECRETS, *PERSONAL)
"""What can be asked for: ``secrets`` and ``personal`` stand for all of theirs."""


def chosen(kinds: Iterable[str]) -> tuple[Rule, ...]:
    """Return the rules of some kinds, in the order of their rank.

    Raises:
        ConfigError: A kind is not known.
    """
    wanted: set[str] = set()
    for kind in kinds:
        if kind not in KINDS:
            raise ConfigError(f"expected kinds of {', '.join(KINDS)}; got {kind!r}")
        wanted.update({"secrets": SECRETS, "personal": PERSONAL}.get(kind, (kind,)))
    return tuple(rule for rule in (*SECRET_RULES, *PERSONAL_RULES) if rule.kind in wanted)
