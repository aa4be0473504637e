"""What only one system has stays out of the package, and every text has its encoding and its line ends by name."""

from __future__ import annotations

import ast
import io
import sys
from pathlib import Path

import pytest

from legalaid_dsl.cli.door import Exit, ended, open_streams

PACKAGE = Path(__file__).resolve().parent.parent / "legalaid_dsl"

# Modules and attributes that Windows lacks.
MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "posix", "syslog", "curses", "crypt", "nis", "spwd", "readline"}
NAMES = {
    "os": {
        "fork", "forkpty", "wait", "wait3", "wait4", "waitid", "getuid", "geteuid", "getgid", "getegid", "getgroups", "setuid", "setgid", "setsid",
        "setpgid", "getpgid", "killpg", "chown", "lchown", "fchown", "fchmod", "mkfifo", "mknod", "nice", "uname", "chroot", "pread", "pwrite",
        "sendfile", "openpty", "ttyname", "getloadavg", "sysconf", "statvfs", "fdatasync", "posix_fadvise", "posix_spawn", "sched_getaffinity",
        "O_NOFOLLOW", "O_DIRECTORY", "O_NONBLOCK", "O_CLOEXEC", "O_SYNC", "register_at_fork", "memfd_create",
    },
    "signal": {
        "SIGPIPE", "SIGALRM", "SIGKILL", "SIGHUP", "SIGCHLD", "SIGUSR1", "SIGUSR2", "SIGQUIT", "SIGSTOP", "SIGTSTP", "SIGCONT", "SIGXCPU",
        "alarm", "setitimer", "pause", "pthread_kill", "pthread_sigmask", "sigwait",
    },
    "select": {"poll", "epoll", "kqueue"}, "socket": {"AF_UNIX"}, "time": {"tzset"},
}  # fmt: skip
TEXTS = {"fork", "forkserver", "/dev/null", "/dev/stdin", "/tmp"}
GUARDED: set[tuple[str, str]] = set()  # (module, name): places that first ask whether the system has it


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    return {p.relative_to(PACKAGE).as_posix(): ast.parse(p.read_text("utf-8")) for p in sorted(PACKAGE.rglob("*.py"))}


def found_in(tree: ast.AST) -> set[str]:
    """Names of one system's own that a module reads, imports or says."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found |= {n.name for n in names if n.name.split(".")[0] in MODULES}
            case ast.ImportFrom(module=str(module), names=names, level=0):
                found |= {module} if module.split(".")[0] in MODULES else set()
                found |= {f"{module}.{n.name}" for n in names if n.name in NAMES.get(module, ())}
            case ast.Attribute(value=ast.Name(id=module), attr=name) if name in NAMES.get(module, ()):
                found.add(f"{module}.{name}")
            case ast.Constant(value=str(text)) if text in TEXTS:
                found.add(text)
    return found


def test_nothing_that_only_posix_has(trees: dict[str, ast.Module]) -> None:
    assert {(path, name) for path, tree in trees.items() for name in found_in(tree)} - GUARDED == set()


def test_the_test_sees_what_it_looks_for() -> None:
    bad = "import fcntl, os\nfrom signal import SIGPIPE\nos.fork()\nget_context('fork')\nos.path.join('a')\n"
    assert found_in(ast.parse(bad)) == {"fcntl", "signal.SIGPIPE", "os.fork", "fork"}


def unnamed(tree: ast.AST) -> list[str]:
    """Calls that leave the encoding or the line ends of a text to the system."""
    return [f"{node.lineno}: {ast.unparse(node)}" for node in ast.walk(tree) if isinstance(node, ast.Call) and _unnamed(node)]


def _unnamed(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    keys = {k.arg for k in call.keywords}
    match name:
        case "read_text":
            return not call.args and "encoding" not in keys
        case "write_text":
            return (len(call.args) < 2 and "encoding" not in keys) or "newline" not in keys
        case "open":
            plain = isinstance(call.func, ast.Name)
            owner = getattr(getattr(call.func, "value", None), "id", "")
            if owner == "os" or owner in ("archive",):  # a number of a file; a member of a zip, which is bytes
                return False
            mode = call.args[int(plain)] if len(call.args) > int(plain) else next((k.value for k in call.keywords if k.arg == "mode"), None)
            if isinstance(mode, ast.Constant) and "b" in str(mode.value):
                return False
            return not {"encoding", "newline"} <= keys
        case "NamedTemporaryFile" | "TextIOWrapper" | "fdopen":
            return "encoding" not in keys and not any(isinstance(a, ast.Constant) and "b" in str(a.value) for a in call.args)
    return False


def test_every_text_names_its_encoding_and_line_ends(trees: dict[str, ast.Module]) -> None:
    assert {path: found for path, tree in trees.items() if (found := unnamed(tree))} == {}


def test_unnamed_encodings_are_seen() -> None:
    bad = "open(p)\np.open('w')\np.read_text()\np.write_text(t, 'utf-8')\np.open('rb')\nopen(p, encoding='utf-8', newline='')\n"
    assert [line[0] for line in unnamed(ast.parse(bad))] == ["1", "2", "3", "4"]


def test_a_console_of_another_encoding_shows_what_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, "cp1258", newline="\r\n"))
    open_streams()
    print("Điều 3 ễ \udc80")
    sys.stdout.flush()
    assert raw.getvalue() == "Điều 3 ễ \\udc80\n".encode()


def test_a_closed_pipe_as_windows_tells_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert (ended(work, "en"), capsys.readouterr().err) == (Exit.UNREAD, "")
