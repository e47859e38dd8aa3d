"""Lines with secrets planted in them, and lines that only look like it: the same for the same seed.

Keys have the published form of their issuers, filled at random; numbers of cards and accounts have right check digits.
"""

import base64
import json
import random
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

ALNUM = string.ascii_letters + string.digits
ALPHABETS = {
    "hex": "0123456789abcdef",
    "digit": string.digits,
    "lower": string.ascii_lowercase,
    "upper": string.ascii_uppercase,
    "base32": string.ascii_uppercase + "234567",
    "alnum": ALNUM,
    "url": ALNUM + "-_",
    "b64": ALNUM + "+/",
    "any": ALNUM + "!#%^*+@._-?/~",
}
SYLLABLES = ("ba", "co", "du", "fe", "gin", "hul", "kor", "lam", "mi", "nos", "pra", "qui", "rus", "ton", "vel", "wix")
HEADS = (
    "",
    "2026-03-02 10:11:12,345 INFO [worker-3] com.example.Orders: ",
    "Mar  2 10:11:12 node07 agent[4711]: ",
    "time=2026-03-02T10:11:12Z level=info ",
)
TAILS = ("", "", " for user bob", " from 10.0.0.7", ", took 12 ms")

Make = Callable[[random.Random], str]


class Chars:
    """Random characters where ``{hex:8}`` stands in a text."""

    def __init__(self, rng: random.Random, alphabet: str) -> None:
        self.rng = rng
        self.alphabet = alphabet

    def __format__(self, count: str) -> str:
        return "".join(self.rng.choices(self.alphabet, k=int(count or 1)))


class Word:
    """A word that is in no dictionary, where ``{word}`` stands in a text."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def __format__(self, spec: str) -> str:
        return "".join(self.rng.choices(SYLLABLES, k=self.rng.randint(2, 4)))


def filled(text: str, rng: random.Random, *values: str) -> str:
    """Return a text with its fields filled."""
    return text.format(*values, word=Word(rng), **{name: Chars(rng, some) for name, some in ALPHABETS.items()})


def of(*forms: str) -> Make:
    """Return what fills one of some forms."""
    return lambda rng: filled(rng.choice(forms), rng)


password = of(
    "{word}{digit:3}", "{word}!{word}{digit}", "{word}#{word}", "{word}{word}", "{alnum:3}{any:9}", "{alnum}{any:22}x"
)
phrase = of(
    "{word} {word}{digit:2}", "{word}, {word}!", "{word}; {any:8}", '{word}"{word}', "{word}\\{word} & {digit:4}"
)
token = of("{digit}{hex:39}", "{digit}{url:40}x", "{alnum:20}{digit}", "{alnum:8}.{alnum:10}{digit}")


def jwt(rng: random.Random) -> str:
    """Return a signed JSON Web Token."""
    claims = {"sub": filled("{word}", rng), "iat": rng.randrange(10**9)}
    parts = (json.dumps({"alg": "HS256", "typ": "JWT"}).encode(), json.dumps(claims).encode(), rng.randbytes(32))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def basic(rng: random.Random) -> str:
    """Return a user and a password as HTTP sends them."""
    return base64.b64encode(f"{filled('{word}', rng)}:{password(rng)}".encode()).decode()


def card(rng: random.Random) -> str:
    """Return a card number, solid or in groups."""
    american = rng.random() < 0.2
    start = rng.choice(("34", "37") if american else ("4", "51", "55", "2221", "6011", "65", "3528", "62"))
    digits = (start + filled("{digit:15}", rng))[: 14 if american else 15]
    doubled = [int(digit) * (1 + (i % 2 == 0)) for i, digit in enumerate(reversed(digits))]
    number = digits + str(-sum(digit - 9 * (digit > 9) for digit in doubled) % 10)
    edges = [0, 4, 10, 15] if american else [0, 4, 8, 12, 16]
    return rng.choice(("", "", " ", "-")).join(number[a:b] for a, b in pairwise(edges))


def iban(rng: random.Random) -> str:
    """Return an account number, solid or in groups of four."""
    forms = ("DE{digit:18}", "GBWEST{digit:14}", "NLABNA{digit:10}", "FR{digit:23}", "NO{digit:11}", "CH{digit:17}")
    text = of(*forms)(rng)
    country, account = text[:2], text[2:]
    number = int("".join(str(int(character, 36)) for character in f"{account}{country}00"))
    solid = f"{country}{98 - number % 97:02d}{account}"
    return solid if rng.random() < 0.5 else " ".join(solid[i : i + 4] for i in range(0, len(solid), 4))


TOLD: dict[str, tuple[Make, tuple[str, ...]]] = {
    "password": (
        password,
        (
            *(
                "password={}",
                "passwd: {}",
                "pwd={};",
                "--password {}",
                "--password={}",
                "db.password = {}",
                "Password:{}",
            ),
            *("mysqldump -u root -p{} shop", '{{"name":"DB_PASSWORD","value":"{}"}}', '<add key="pwd" value="{}"/>'),
            *(
                "MYSQL_ROOT_PASSWORD={}",
                "DB_PASS={}",
                "PASS={}",
                "PASS = {}",
                "Pass: {}",
                "<password>{}</password>",
                "user=bob&pass={}&x=1",
                "{{pwd: {}}}",
            ),
            *("spring.datasource.password: {}", "PGPASSWORD={} psql", "'Server=db;Pwd={};'", "password%3D{}"),
            *("curl -u admin:{} x", "--user=admin:{}", "PASSWORD '{}'", "IDENTIFIED BY '{}'", "[passphrase={}]"),
            *(
                '{{\\"password\\":\\"{}\\"}}',
                "new_password -> {}",
                "passwords=[{}]",
                "bindPassword:= {}",
                "(passcode={})",
            ),
            *("password_confirmation={}", "old-password: {}", "userPassword:: {}", "rootpass={}", "$db_passwd = '{}';"),
        ),
    ),
    "password in quotes": (
        lambda rng: json.dumps(phrase(rng))[1:-1],
        (
            *(
                '"password": "{}"',
                'password="{}"',
                ':password=>"{}"',
                '"passwd":["{}"]',
                'PASSWORD = "{}"',
                'pwd: u"{}"',
            ),
            *('--password "{}"', "passphrase='{}'", "'password': '{}'"),
        ),
    ),
    "secret": (
        token,
        (
            "client_secret={}",
            '"secret": "{}"',
            "AWS_SECRET_ACCESS_KEY={}",
            "SECRET_KEY_BASE={}",
            "secretKey: {}",
            "--client-secret {}",
        ),
    ),
    "token": (
        token,
        (
            *(
                "token={}",
                "access_token={}&x=1",
                '"refreshToken": "{}"',
                "X-Auth-Token: {}",
                "--token {}",
                "csrf-token = {}",
            ),
            *("<token>{}</token>", "'id_token': '{}'", "SESSION_TOKEN={}", "PRIVATE-TOKEN: {}", "tokens=[{}]"),
        ),
    ),
    "key": (
        token,
        (
            *(
                "api_key={}",
                "apikey: {}",
                '"apiKey": "{}"',
                "X-Api-Key: {}",
                "AccountKey={};",
                "--api-key {}",
                "API key: {}",
            ),
            *("encryption-key: {}", "?api-key={}&y=2", "APIKEY={}", "access_key={}", "private_key: {}"),
        ),
    ),
    "bearer": (
        token,
        (
            *("Authorization: Bearer {}", '"Authorization": "Bearer {}"', "authorization=bearer {}", "[Bearer {}]"),
            *("-H 'Authorization: Bearer {}'", "proxy-authorization: BEARER {}", "map[Authorization:[Bearer {}]]"),
        ),
    ),
    "basic": (basic, ("Authorization: Basic {}", '"authorization":"Basic {}"', "proxy auth basic {}")),
    "authorization": (token, ("Authorization: token {}", "Authorization: {}", '"Authorization": "ApiKey {}"')),
    "cookie": (
        token,
        (
            *("Cookie: sid={}", "Cookie: theme=dark; sid={}; lang=en", '"cookie": "sid={}"', "JSESSIONID={}"),
            *("-H 'Cookie: a=1; b={}'", "Set-Cookie: sid={}; Path=/", ";jsessionid={}", "cookies: {{ sid: '{}' }}"),
        ),
    ),
    "url-password": (
        of("{word}{digit:3}", "{word}!{word}", "{alnum:12}", "{word}@{word}{digit}", "{word}:{alnum:9}"),
        (
            *(
                "postgres://app:{}@db:5432/shop",
                "https://bob:{}@example.com/x",
                "redis://:{}@cache:6379",
                "amqp://a:{}@mq",
            ),
            *(
                '"url":"mongodb+srv://u:{}@c0.example.net/db"',
                "jdbc:mysql://u:{}@h/d",
                "app:{}@tcp(10.0.0.7:3306)/shop",
            ),
        ),
    ),
    "signature": (of("{hex:64}"), ("X-Amz-Signature={}", "Signature={}, x", "&X-Goog-Signature={}&y=1")),
    "webhook": (of("T{alnum:8}/B{alnum:8}/{alnum:24}"), ("https://hooks.slack.com/services/{}",)),
    "code": (of("{digit:3}"), ("cvv={}", '"cvc": "{}"', "CVV2: {}")),
}

BARE: dict[str, Make] = {
    "jwt": jwt,
    "card": card,
    "iban": iban,
    "aws": of("AKIA{base32:16}", "ASIA{base32:16}"),
    "google": of("AIza{url:34}x", "ya29.{url:60}x", "GOCSPX-{url:27}x"),
    "azure": of("{alnum:3}8Q~{url:33}x"),
    "github": of("ghp_{alnum:36}", "gho_{alnum:36}", "ghs_{alnum:36}", "github_pat_{alnum:22}_{alnum:59}"),
    "gitlab": of("glpat-{alnum:20}", "gldt-{alnum:20}", "glrt-{alnum:20}"),
    "slack": of("xoxb-{digit:12}-{digit:12}-{alnum:24}", "xoxp-{digit:12}-{digit:12}-{alnum:24}"),
    "stripe": of("sk_live_{alnum:24}", "rk_live_{alnum:99}", "sk_test_{alnum:24}", "whsec_{b64:32}"),
    "twilio": of("SK{hex:32}"),
    "sendgrid": of("SG.{url:21}x.{url:42}x"),
    "mailgun": of("key-{hex:32}"),
    "npm": of("npm_{alnum:36}"),
    "pypi": of("pypi-AgEIcHlwaS5vcmc{url:99}x"),
    "openai": of("sk-{alnum:20}T3BlbkFJ{alnum:20}", "sk-proj-{url:73}x"),
    "anthropic": of("sk-ant-api03-{url:92}x"),
    "huggingface": of("hf_{alnum:34}"),
    "digitalocean": of("dop_v1_{hex:64}"),
    "shopify": of("shpat_{hex:32}"),
    "telegram": of("{digit:9}:AA{url:32}x"),
    "vault": of("hvs.{url:90}x"),
    "grafana": of("glsa_{alnum:32}_{hex:8}"),
}
PLACES = ("{}", "using {}", "key {} revoked", '"{}"', "x={}", "({})", "[{}]", "value:{}", "<{}>", "'{}',", "a|{}|b")
NUMBER_PLACES = ("card {}", "number={}", '"pan": "{}"', "paid with {}.", "({})", "account: {}, ok", "{}")
KEY_FORMS = ("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK")

LOOK_ALIKES = (
    "sha256:{hex:64} pulled",
    "commit {hex:40} by bob",
    "request {hex:8}-{hex:4}-4{hex:3}-a{hex:3}-{hex:12} done",
    "order 1{digit:11} shipped, tracking 1Z{upper:3}{digit:13}",
    "blk_-{digit:19} of size {digit:8} from /10.251.7.{digit:2}",
    "at 17{digit:8}.{digit:6} and 17{digit:17}, ratio 0.{digit:16} of 1.{digit:15}",
    'trace_id=4{digit:15} "spanId":"5{digit:15}" dd.trace_id: 62{digit:17} request id 37{digit:13}',
    "version 5.15.0-{digit:3}-generic, build 20260302.{digit:2}, seq 2026-03-02-10.11.12.{digit:6}",
    "password changed for user {word}",
    "Failed password for invalid user {word} from 10.0.0.7 port {digit:5} ssh2",
    "token bucket refilled, passwordless login of root; passive mode, compass=north bypass=off passed=3",
    "--- PASS: Test{word} (0.{digit:2}s); PASS: tests/{word}.sh; PASS : {word}; XPASS: {word} Pass: 12, pass: 7",
    "password: ********, password=null password: [FILTERED] PASSWORD=${{DB_PASSWORD}} password: incorrect",
    "password = (sensitive value), passwd: <redacted>, token: expired, secret: none, api_key=xxxxxxxx",
    "Unexpected token < in JSON at position {digit:3}; max_tokens=4096 total_tokens: 12",
    "PWD=/home/{word} ; USER=root ; COMMAND=/bin/ls; pwd: /var/log",
    "primary key id={digit:6}, foreign_key=orders.id, cache key user:{digit:3} missed",
    'Basic authentication required; bearer of bad news; secret "{word}-tls" not found',
    "cookie expired; Cookies are disabled; author={word} authorized=true",
    "GET https://example.com:8443/a/{digit:2}?q=1 and git@github.com:acme/{word}.git",
    "data:image/png;base64,iVBORw0KGgo{b64:200}==",
    "task-{hex:12} disk-{digit:2} risk-assessment-{lower:20} SKU{digit:8} AB12 CD34 R12-M0-N3",
    "pod/coredns-{hex:10}-{lower:5} secret/default-token mounted",
    "session 0x14f0{hex:12} established, negotiated timeout 10000",
    'MAC 00:1b:{hex:2}:aa:bb:cc, IPv6 fe80::{hex:4}, ETag "{hex:32}"',
    "java.security.KeyStoreException: keystore password was incorrect at Key.java:{digit:3}",
    "-----BEGIN CERTIFICATE----- skipped; PUBLIC KEY only; PRIVATE KEY not found",
)


@dataclass(frozen=True, slots=True)
class Planted:
    """A line (or several) with secrets in it."""

    kind: str
    text: bytes
    secrets: tuple[bytes, ...]


def planted(seed: int, each: int) -> Iterator[Planted]:
    """Yield ``each`` lines of every way to write every kind."""
    rng = random.Random(seed)
    for kind, (make, ways) in TOLD.items():
        for way in ways:
            yield from (_line(kind, way, make(rng), rng) for _ in range(each))
    for kind, make in BARE.items():
        for way in NUMBER_PLACES if kind in {"card", "iban"} else PLACES:
            yield from (_line(kind, way, make(rng), rng) for _ in range(each))
    for form in KEY_FORMS:
        for _ in range(each):
            yield from _keys(form, rng)


def _line(kind: str, way: str, secret: str, rng: random.Random) -> Planted:
    tail = rng.choice(TAILS) if way.endswith("{}") else ""
    return Planted(kind, f"{rng.choice(HEADS)}{filled(way, rng, secret)}{tail}\n".encode(), (secret.encode(),))


def _keys(form: str, rng: random.Random) -> Iterator[Planted]:
    """Yield a key over several lines, one with a header on each line, and one inside a JSON string."""
    text = base64.b64encode(rng.randbytes(rng.randint(300, 1200))).decode()
    body = [text[i : i + 64] for i in range(0, len(text), 64)]
    lines = [f"-----BEGIN {form}-----", *body, f"-----END {form}-----"]
    whole, secrets = "\n".join(lines), tuple(line.encode() for line in body)
    yield Planted("private-key", f"loaded\n{whole}\ndone\n".encode(), secrets)
    yield Planted("private-key", "".join(f"{HEADS[1]}{line}\n" for line in lines).encode(), secrets)
    yield Planted("private-key", (json.dumps({"key": whole, "id": 7}) + "\n").encode(), secrets)


def look_alikes(seed: int, each: int) -> Iterator[bytes]:
    """Yield lines in which nothing is secret."""
    rng = random.Random(seed)
    for _ in range(each):
        yield from (f"{rng.choice(HEADS)}{filled(text, rng)}\n".encode() for text in LOOK_ALIKES)


def left(secret: bytes, text: bytes) -> bool:
    """Whether a piece of a secret is still in a text: eight bytes of it, or all of one that is shorter."""
    if len(secret) < 8:
        return re.search(rb"\b" + re.escape(secret) + rb"\b", text) is not None
    return any(secret[i : i + 8] in text for i in range(len(secret) - 7))
