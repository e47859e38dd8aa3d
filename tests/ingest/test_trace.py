"""Stack traces: what their template is made of, and what is told of the exception."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logburl.ingest.mining.pieces import rows_of
from logburl.ingest.mining.samples import sample_of
from logburl.ingest.templates import fill, mine
from tests.kernels import KERNELS, difference, read

JAVA = """request 17 failed
java.lang.IllegalStateException: cannot serve 3
\tat java.base/java.util.ArrayList.get(ArrayList.java:427)
\tat com.example.App.serve(App.java:42)
\tat com.example.App.main(App.java:12)
Caused by: java.sql.SQLException: no connection
\t... 2 more"""
JAVA_AGAIN = """request 18 failed
java.lang.IllegalStateException: cannot serve 4
\tat com.example.App.serve(App.java:47)
\tat org.framework.Caller.call(Caller.java:99)
\tat com.example.App.main(App.java:12)
Caused by: java.sql.SQLException: no connection
\tat com.example.Db.open(Db.java:3)
\t... 1 more"""
PYTHON = """cannot save
Traceback (most recent call last):
  File "/app/shop.py", line 12, in save
    db.write(order)
  File "/usr/lib/python3.11/site-packages/db/api.py", line 9, in write
    raise Refused(17)
db.api.Refused: 17"""
PYTHON_AGAIN = """cannot save
Traceback (most recent call last):
  File "/srv/app/run.py", line 1, in <module>
    main()
  File "/srv/app/shop.py", line 13, in save
    db.write(order)
    ~~~~~~~~^^^^^^^
  File "/venv/lib/python3.12/site-packages/db/api.py", line 19, in write
    self.send(order)
  File "/venv/lib/python3.12/site-packages/db/api.py", line 29, in send
    raise Refused(18)
db.api.Refused: 18"""
GO = """panic: boom

goroutine 1 [running]:
panic({0x1234?, 0x5678?})
\t/usr/local/go/src/runtime/panic.go:920 +0x270
main.(*Shop).handle(0xc000020000, {0x7f, 0x1})
\t/app/main.go:12 +0x1d"""
GO_AGAIN = """panic: boom

goroutine 77 [running]:
runtime.gopanic({0x1, 0x2})
\t/usr/local/go/src/runtime/panic.go:884 +0x212
net/http.HandlerFunc.ServeHTTP(0x1, 0x2)
\t/usr/local/go/src/net/http/server.go:2122 +0x2f
main.(*Shop).handle(0xc000099000, {0x7f, 0x2})
\t/app/main.go:15 +0x2e
main.main()
\t/app/main.go:3 +0x2e"""
RUST = """thread 'main' panicked at src/main.rs:4:5:
boom
stack backtrace:
   0: std::panicking::begin_panic::h0123456789abcdef
             at /rustc/79e9716/library/std/src/panicking.rs:597:5
   1: shop::serve::h1123456789abcdef
             at ./src/main.rs:4:5"""
RUST_AGAIN = """thread 'main' panicked at src/main.rs:9:5:
boom
stack backtrace:
   0: core::panicking::panic_fmt
             at /rustc/79e9716/library/core/src/panicking.rs:72:14
   1: core::ops::function::FnOnce::call_once
             at /rustc/79e9716/library/core/src/ops/function.rs:250:5
   2: shop::serve::h2223456789abcdef
             at ./src/main.rs:9:5
   3: shop::main
             at ./src/main.rs:2:5"""
DOTNET = """System.InvalidOperationException: outer
 ---> System.Exception: inner
   at System.Data.Db.Open() in /src/Db.cs:line 12
   at Shop.Program.Serve(String order) in /src/Program.cs:line 5
   --- End of inner exception stack trace ---"""
DOTNET_AGAIN = """System.InvalidOperationException: outer
 ---> System.Exception: inner
   at Shop.Program.Serve(String order) in /src/Program.cs:line 9"""
NODE = """Error: no stock
    at Module._compile (node:internal/modules/cjs/loader:1376:14)
    at check (/app/stock.js:3:9)"""
NODE_AGAIN = """Error: no stock
    at next (/app/node_modules/express/lib/router/route.js:144:13)
    at check (/app/stock.js:13:19)
    at async /app/index.js:1:2"""
RUBY = """/app/run.rb:3:in `divide': divided by 0 (ZeroDivisionError)
\tfrom /app/run.rb:7:in `<main>'"""
RUBY_AGAIN = """/app/run.rb:13:in `divide': divided by 0 (ZeroDivisionError)
\tfrom /usr/lib/ruby/3.0/set.rb:7:in `each'
\tfrom /app/run.rb:17:in `<main>'"""
PHP = """PHP Fatal error:  Uncaught App\\Failure\\OrderException: boom in /var/www/x.php:3
Stack trace:
#0 [internal function]: array_map()
#1 /var/www/x.php(7): App\\Shop->run('x')
#2 {main}"""
PHP_AGAIN = """PHP Fatal error:  Uncaught App\\Failure\\OrderException: boom in /var/www/x.php:4
Stack trace:
#0 /var/www/vendor/lib/y.php(9): App\\Kernel->call()
#1 /var/www/x.php(8): App\\Shop->run('y')
#2 {main}"""

CASES = {
    "java": (JAVA, JAVA_AGAIN, "java.lang.IllegalStateException", "cannot serve 3", "com.example.App.serve"),
    "python": (PYTHON, PYTHON_AGAIN, "db.api.Refused", "17", '/app/shop.py", line 12, in save'),
    "go": (GO, GO_AGAIN, "panic", "boom", "main.(*Shop).handle"),
    "rust": (RUST, RUST_AGAIN, "panic", "src/main.rs:4:5:", "shop::serve"),
    "dotnet": (DOTNET, DOTNET_AGAIN, "System.InvalidOperationException", "outer", "Shop.Program.Serve"),
    "node": (NODE, NODE_AGAIN, "Error", "no stock", "check (/app/stock.js:3:9)"),
    "ruby": (RUBY, RUBY_AGAIN, "ZeroDivisionError", "divided by 0", "/app/run.rb:3"),
    "php": (PHP, PHP_AGAIN, "App\\Failure\\OrderException", "boom in /var/www/x.php:3", "App\\Shop->run"),
}
FIRST, AGAIN = zip(*(case[:2] for case in CASES.values()), strict=True)


def signatures(*messages: str) -> list[int]:
    """Return the signatures of messages."""
    return list(map(int, read("twin", [message.encode() for message in messages])["signatures"][1:]))


@pytest.mark.parametrize("name", CASES)
def test_lines_and_depth_do_not_matter(name: str) -> None:
    """The same exception, thrown from another line through more or fewer frames of others, is the same."""
    first, again, *_ = CASES[name]
    one, other = signatures(first, again)
    assert one == other


def test_each_exception_is_another() -> None:
    """Its type, its words, its causes and the first own frame tell it apart."""
    others = (
        JAVA,
        JAVA.replace("IllegalState", "IllegalArgument"),
        JAVA.replace("cannot serve", "cannot close"),
        JAVA.replace("SQLException", "IOException"),
        JAVA.replace("App.serve", "App.close"),
        JAVA.replace("request", "order"),
        PYTHON,
        PYTHON.replace("in save", "in load"),
        PYTHON.replace("shop.py", "load.py"),
        PYTHON.replace("Refused: 17", "Refused: gone"),
    )
    assert len(others) == len(set(signatures(*others)))


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("case", CASES)
def test_the_exception_is_told(name: str, case: str) -> None:
    """Type and message of what was thrown, and the first frame that is no library's."""
    message, _, kind, said, frame = CASES[case]
    text = message.encode()
    spans = KERNELS[name].exceptions(np.frombuffer(text, np.uint8), np.array([[0, len(text)]])).reshape(3, 2)
    found = [text[start:end].decode() for start, end in spans.tolist()]

    assert [kind, said] == found[:2]
    assert frame in found[2]


def test_a_trace_of_libraries_alone_has_its_first_frame() -> None:
    """Where no frame is one's own, the nearest to the exception counts."""
    text = b"java.lang.Error\n\tat java.util.A.b(A.java:1)\n\tat java.util.C.d(C.java:2)"
    spans = KERNELS["twin"].exceptions(np.frombuffer(text, np.uint8), np.array([[0, len(text)]])).reshape(3, 2)

    assert text[slice(*spans[2])] == b"at java.util.A.b(A.java:1)"


@pytest.mark.parametrize("message", ["one line: Error: x", "two\n  lines", "at\nat (x)", "#1 first\n#2 second", "\n\n"])
def test_other_messages_have_no_exception(message: str) -> None:
    """What has no frame is no trace."""
    text = message.encode()
    for kernel in KERNELS.values():
        assert (kernel.exceptions(np.frombuffer(text, np.uint8), np.array([[0, len(text)]])) == -1).all()


def test_the_parameters_give_the_trace_back() -> None:
    """What is of no account is in the slots, so that nothing is lost, white space aside."""
    messages = {signature: text for text in FIRST for signature in signatures(text)}
    templates = mine({signature: text.encode() for signature, text in messages.items()})
    for text in (*FIRST, *AGAIN):
        (signature,) = signatures(text)
        (index,) = templates.index_of(np.array([signature], np.uint64)).tolist()
        values = [value.decode() for value in templates.parameters(text.encode(), signature)]
        assert text.split() == fill(templates.all[index].text, values).split()


def test_a_template_tells_the_exception() -> None:
    """Message, type, what was said, and where: short enough to be read."""
    (signature,) = signatures(JAVA)
    (template,) = mine({signature: JAVA.encode()}).text

    assert template == (
        "request <num> failed java.lang.IllegalStateException: cannot serve <num> <*> com.example.App.serve(<*>"
        " Caused by: java.sql.SQLException: no connection <*>"
    )


SPRING = """orders
org.hibernate.LazyInitializationException: no session
\tat org.hibernate.collection.AbstractPersistentCollection.initialize(AbstractPersistentCollection.java:582)
\tat com.zaxxer.hikari.pool.HikariPool.getConnection(HikariPool.java:197)
\tat com.example.shop.Orders.total(Orders.java:31)
\tat com.example.web.Page.show(Page.java:9)
\tat java.base/jdk.internal.reflect.DirectMethodHandleAccessor.invoke(DirectMethodHandleAccessor.java:103)
\tat java.base/java.lang.reflect.Method.invoke(Method.java:580)
\tat org.springframework.web.method.support.InvocableHandlerMethod.doInvoke(InvocableHandlerMethod.java:205)
\tat jakarta.servlet.http.HttpServlet.service(HttpServlet.java:590)
\tat org.apache.catalina.core.ApplicationFilterChain.doFilter(ApplicationFilterChain.java:149)
\tat java.base/java.lang.Thread.run(Thread.java:1583)
Caused by: org.postgresql.util.PSQLException: closed
\tat org.postgresql.jdbc.PgStatement.run(PgStatement.java:1)
\t... 7 more"""
STARTED = """Exception in thread "main" com.fasterxml.jackson.core.JsonParseException: odd
\tat com.fasterxml.jackson.core.JsonParser.read(JsonParser.java:2)
\tat shop.Settings.load(Settings.java:5)
\tat shop.Main.main(Main.java:3)"""
LAUNCHED = STARTED.replace(
    "\tat shop.Main.main(Main.java:3)",
    """\tat shop.Main.main(Main.java:3)
\tat sun.reflect.NativeMethodAccessorImpl.invoke0(Native Method)
\tat java.lang.reflect.Method.invoke(Method.java:498)
\tat org.springframework.boot.loader.JarLauncher.main(JarLauncher.java:7)""",
)
WORKER = """java.io.IOException: gone
\tat io.netty.channel.Channel.read(Channel.java:2)
\tat com.example.Worker.run(Worker.java:5)
\tat java.lang.Thread.run(Thread.java:3)"""
CSHARP = """System.IO.IOException: gone
   at Npgsql.Connection.Open() in /_/Connection.cs:line 3
   at Shop.Orders.Load(Int32 id) in /src/Orders.cs:line 5
   at Shop.Program.Main(String[] args) in /src/Program.cs:line 2"""
BARE = """java.lang.Error: no
\tat org.lib.A.b(A.java:1)
\tat Main.main(Main.java:2)"""
OWNED = {
    "called by reflection": (SPRING, "com.example.shop.Orders.total"),
    "called by what calls main": (STARTED, "shop.Settings.load"),
    "a launcher calls by reflection": (LAUNCHED, "shop.Settings.load"),
    "no call tells": (WORKER, "io.netty.channel.Channel.read"),
    "dotnet's Main": (CSHARP, "Shop.Orders.Load"),
    "no package": (BARE, "org.lib.A.b"),
}


@pytest.mark.parametrize("case", OWNED)
@pytest.mark.parametrize("times", [0, 3])
def test_calls_tell_whose_code_it_is(case: str, times: int) -> None:
    """A framework calls one's own code by reflection, the runtime calls `main`: so the first of its frames counts."""
    trace, frame = OWNED[case]
    head, _, frames = trace.partition("\n")
    text = "\n".join([head, *["  of a long message"] * times, frames]).encode()
    for kernel in KERNELS.values():
        spans = kernel.exceptions(np.frombuffer(text, np.uint8), np.array([[0, len(text)]])).reshape(3, 2)
        assert frame in text[slice(*spans[2])].decode()


@pytest.mark.parametrize("case", OWNED)
def test_a_long_trace_is_kept_with_the_call_that_tells(case: str) -> None:
    """Shortened, with hundreds of frames of libraries before each other frame, it makes the same template."""
    lines = OWNED[case][0].split("\n")
    frames = [f"\tat org.framework.Deep{i}.call(Deep.java:1)" for i in range(200)]
    for i in range(1, len(lines) + 1):
        text = "\n".join([*lines[:i], *frames, *lines[i:]]).encode()
        assert len(sample_of(text)) < len(text) / 2
        assert rows_of([text]) == rows_of([sample_of(text)])


def test_a_frame_that_looks_like_an_exception_is_told_once() -> None:
    """One's own frame may stand where an exception of Python's would."""
    lines = ["x", "\tat java.lang.A.b(A.java:1)", '\t\tFile "a.py", line 3, in run', "\tat a.b.C.main(C.java:1)"]
    assert difference("\n".join(lines).encode()) is None


MIXED = sorted(
    {line for trace, _ in OWNED.values() for line in trace.split("\n")} | {*PYTHON.split("\n"), *RUBY.split("\n")}
)


@given(st.lists(st.sampled_from(MIXED), max_size=16))
def test_kernel_and_twin_find_the_same_frame(lines: list[str]) -> None:
    """Of any lines of traces, in any order."""
    assert difference("\n".join(["started", *lines]).encode()) is None
