"""The set-up from nothing: what it installs, what it skips, and what it says is missing."""

import ast
import json
import os
import re
import select
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import bootstrap
from setup import assets, checks, commands, environment, steps

ROOT = Path(bootstrap.__file__).resolve().parent
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"]


def failing(output: str) -> Callable[..., str]:
    """A stand-in for `execute` whose command fails and says something."""

    def execute(argv: list[object], env: object = None) -> str:
        raise subprocess.CalledProcessError(1, [str(arg) for arg in argv], output=output)

    return execute


# --- what is missing is said in one line, with the command that installs it ---------------------


def test_a_python_that_is_too_old_is_told_so() -> None:
    bootstrap.require_python(3, 11)
    with pytest.raises(SystemExit) as refusal:
        bootstrap.require_python(3, 10)
    said = str(refusal.value)
    assert "Python 3.10 is too old: the portal needs 3.11" in said
    assert "make run PYTHON=python3.11" in said
    assert "\n" not in said


def test_even_an_old_python_can_read_the_refusal() -> None:
    source = (ROOT / "bootstrap.py").read_text()
    tree = ast.parse(source, feature_version=(3, 6))
    imported = {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert imported == {"importlib", "sys"}


def test_without_venv_the_package_that_brings_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda program: program == "apt-get" or None)
    with pytest.raises(steps.SetupError, match=r"apt-get install python3-venv$"):
        environment.make_venv()


@pytest.mark.parametrize(
    "output",
    [
        "ERROR: Could not find a version that satisfies the requirement uv (from versions: none)",
        "WARNING: Retrying after connection broken by NewConnectionError",
        "error: Failed to fetch: `x`\n  Caused by: client error (Connect)",
        "Temporary failure in name resolution",
        "error: Request failed after 3 retries: operation timed out",
        "SSLError(SSLCertVerificationError(1, 'certificate verify failed'))",
    ],
    ids=["no index", "refused", "uv", "no name server", "slow", "certificate"],
)
def test_without_a_package_index_a_mirror_is_asked_for(
    output: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "execute", failing(output))
    with pytest.raises(steps.SetupError, match=r"No package index .* PIP_INDEX_URL=<its address>"):
        environment.install_packages("requirements.lock")


def test_another_failure_to_install_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES\nmore words"
    monkeypatch.setattr(environment, "execute", failing(said))
    with pytest.raises(steps.SetupError, match="could not be installed: ERROR: THESE PACKAGES"):
        environment.install_packages("requirements.lock")


@pytest.mark.parametrize("npm", [None, "npm"], ids=["no npm", "an npm that fails"])
def test_without_npm_and_its_wheel_the_command_that_installs_npm_is_named(
    npm: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    there = {"npm": npm, "apt-get": "apt-get"}
    monkeypatch.setattr(shutil, "which", lambda program: there.get(program))
    monkeypatch.setattr(assets, "execute", failing("npm ERR! network"))
    monkeypatch.setattr(environment, "execute", failing("ERROR: No matching distribution found"))
    monkeypatch.setattr(assets, "venv_python_version", lambda: "3.11")
    with pytest.raises(steps.SetupError, match=r"or install npm: (sudo )?apt-get install npm$"):
        assets.fetch_node_packages(tmp_path)


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("apt-get", "apt-get install npm"),
        ("dnf", "dnf install nodejs-npm"),
        ("apk", "apk add npm"),
        ("brew", "brew install node"),
        (None, "apt-get install npm"),
    ],
)
def test_the_command_is_that_of_this_machine(
    manager: str | None, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: program if program == manager else None)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    found = steps.install_command(apt_get="npm", dnf="nodejs-npm", apk="npm", brew="node")
    assert found == command


def test_a_port_in_use_is_named_with_one_to_use_instead() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(steps.SetupError, match=rf"^Port {port} is in use.* PORT=\d+ make run$"):
            commands.free_port({"PORT": str(port)})
    assert commands.free_port({"PORT": str(port)}) == port


@pytest.mark.parametrize(
    "port",
    ["http", "0", "65536", "-1", "\u0968\u0966", "80 80"],
    ids=["a word", "zero", "too large", "negative", "Hindi digits", "two numbers"],
)
def test_what_is_no_port_number_is_refused(port: str) -> None:
    with pytest.raises(steps.SetupError, match="is not a port number"):
        commands.free_port({"PORT": port})


@pytest.mark.parametrize("arguments", [[], ["serve"]], ids=["none", "an unknown one"])
def test_an_unknown_command_is_answered_with_those_there_are(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match=r"Say one of: .* run \| test"):
        commands.carry_out(arguments)


def test_a_refusal_ends_the_set_up_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise steps.SetupError("Port 8000 is in use.")

    monkeypatch.setattr(commands, "main", refuse)
    with pytest.raises(SystemExit) as refusal:
        commands.carry_out(["run"])
    assert refusal.value.code == "\nPort 8000 is in use."


# --- the virtual environment --------------------------------------------------------------------


@pytest.fixture
def blank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A project without an environment, and the list of what the set-up does to it."""
    done: list[str] = []
    for lock in LOCKS:
        (tmp_path / lock).write_text("one==1\n")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "venv_python_version", lambda: "3.11.9")
    monkeypatch.setattr(environment, "execute", failing("there is no pip yet"))

    def make() -> None:
        done.append("made")
        (tmp_path / ".venv").mkdir(exist_ok=True)
        monkeypatch.setattr(environment, "execute", lambda argv, env=None: "pip 25")

    monkeypatch.setattr(environment, "make_venv", make)
    monkeypatch.setattr(environment, "install_packages", done.append)
    return done


def test_a_second_set_up_does_nothing(blank: list[str]) -> None:
    environment.set_up_python("requirements.lock")
    environment.set_up_python("requirements.lock")
    assert blank == ["made", "requirements.lock"]


def test_what_was_installed_for_the_tests_serves_the_portal_too(blank: list[str]) -> None:
    environment.set_up_python("requirements-dev.lock")
    environment.set_up_python("requirements.lock")
    assert blank == ["made", "requirements-dev.lock"]


def test_a_changed_lock_is_installed_into_the_environment_there_is(blank: list[str]) -> None:
    environment.set_up_python("requirements.lock")
    (environment.VENV.parent / "requirements.lock").write_text("one==2\n")
    environment.set_up_python("requirements.lock")
    assert blank == ["made", "requirements.lock", "requirements.lock"]


def test_an_interrupted_set_up_starts_anew(
    blank: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(lock: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as now:
        now.setattr(environment, "install_packages", interrupted)
        with pytest.raises(KeyboardInterrupt):
            environment.set_up_python("requirements.lock")
    environment.set_up_python("requirements.lock")
    assert blank == ["made", "made", "requirements.lock"]


@pytest.mark.parametrize("change", ["another Python", "another place"])
def test_an_environment_of_another_python_or_place_is_made_anew(
    blank: list[str], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    environment.set_up_python("requirements.lock")
    if change == "another Python":
        monkeypatch.setattr(environment, "venv_python_version", lambda: "3.12.1")
    else:
        stamp = environment.VENV / "installed.json"
        stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "place": "elsewhere"}))
    environment.set_up_python("requirements.lock")
    assert blank == ["made", "requirements.lock"] * 2


def test_an_environment_made_by_hand_is_kept(
    blank: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.make_venv()
    environment.set_up_python("requirements.lock")
    assert blank == ["made", "requirements.lock"]


def test_uv_installs_and_pip_does_where_uv_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def execute(argv: list[object], env: object = None) -> str:
        words = " ".join(str(arg) for arg in argv)
        ran.append(words)
        if "/uv pip install" in words and broken:
            raise OSError("exec format error")
        return ""

    monkeypatch.setattr(environment, "execute", execute)
    for broken in (False, True):
        ran.clear()
        environment.install_packages("requirements.lock")
        assert all("--require-hashes" in words for words in ran if " install " in words)
        assert ("/uv pip install" in ran[-1]) is not broken
        assert ran[-1].endswith("-r requirements.lock")


SETTINGS = """\
global.index-url='https://global.example/simple'
global.find-links='/wheels\\n/more'
install.index-url='https://install.example/simple'
list.format='columns'
:env:.cert='/certificates.pem'
"""


def test_pips_settings_are_read_the_more_particular_ones_winning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(environment, "execute", lambda argv: SETTINGS)
    assert environment.pip_settings() == {
        "index-url": "https://install.example/simple",
        "find-links": "/wheels\n/more",
        "cert": "/certificates.pem",
    }


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"index-url": "https://a.example"}, {"UV_DEFAULT_INDEX": "https://a.example"}),
        ({"extra-index-url": "x y"}, {"UV_INDEX": "x y"}),
        ({"find-links": "/a\n/b"}, {"UV_FIND_LINKS": "/a,/b"}),
        ({"cert": "/c.pem"}, {"SSL_CERT_FILE": "/c.pem"}),
        ({"no-index": "1"}, {"UV_NO_INDEX": "1"}),
        ({"trusted-host": "h"}, {"UV_INSECURE_HOST": "h"}),
        ({"default-timeout": "180"}, {"UV_HTTP_TIMEOUT": "180"}),
        ({"proxy": "http://p"}, {"HTTPS_PROXY": "http://p"}),
        ({"cache-dir": "/x"}, {}),
    ],
    ids=lambda value: next(iter(value), "nothing") if isinstance(value, dict) else None,
)
def test_uv_is_handed_pips_settings(settings: dict[str, str], expected: dict[str, str]) -> None:
    always = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_PYTHON_DOWNLOADS": "never"}
    assert environment.uv_environment(settings, {}) == {**always, **expected}


def test_what_is_set_for_uv_itself_stays() -> None:
    theirs = {"UV_DEFAULT_INDEX": "theirs", "UV_INDEX_STRATEGY": "first-index"}
    handed = environment.uv_environment({"index-url": "pips"}, theirs)
    assert not handed.keys() & theirs.keys()


# --- lock files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", [*LOCKS, "package-lock.json"])
def test_no_lock_names_an_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert '"resolved"' not in text
    assert not re.search(r"^\s*(-i|--\w*index|--find-links|--trusted)", text, re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_hashes(lock: str) -> None:
    for name in pinned(lock):
        entry = environment.lock_entry(ROOT / lock, name)
        assert "--hash=sha256:" in entry, name
        assert not re.search(r"^(?![\w.-]+==|    )", entry.rstrip("\n"), re.MULTILINE), name


def test_every_npm_package_is_pinned_with_a_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all(p["integrity"].startswith("sha512-") for name, p in packages.items() if name)
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert wanted == packages[""]["dependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_the_development_lock_holds_all_of_the_other_one() -> None:
    assert pinned("requirements.lock").items() <= pinned("requirements-dev.lock").items()


def pinned(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def test_only_the_named_package_is_taken_out_of_a_lock() -> None:
    entry = environment.lock_entry(ROOT / "requirements-dev.lock", "uv")
    assert entry.startswith("uv==")
    assert entry.count("==") == 1
    with pytest.raises(steps.SetupError, match=r"does not name uvx.* make lock"):
        environment.lock_entry(ROOT / "requirements-dev.lock", "uvx")


# --- assets -------------------------------------------------------------------------------------


def test_assets_are_copied_with_what_the_style_sheet_names_and_without_maps(
    tmp_path: Path,
) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    dist = source / assets.USWDS / "dist"
    for name in [
        *assets.ASSETS,
        f"{assets.USWDS}/dist/img/arrow.svg",
        f"{assets.USWDS}/dist/f.woff2",
    ]:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text("content")
    (dist / "img/unused.svg").write_text("content")
    (dist / "css/uswds.min.css").write_text(
        "a{background:url(../img/arrow.svg)}b{src:url('../f.woff2')}c{mask:url()}\n"
        "/*# sourceMappingURL=uswds.min.css.map */\n"
    )
    (dist / "js/uswds.min.js").write_text("run()\n//# sourceMappingURL=uswds.min.js.map\n")
    assets.copy_assets(source, target)
    assert (target / "uswds/img/arrow.svg").is_file()
    assert (target / "uswds/f.woff2").is_file()
    assert not (target / "uswds/img/unused.svg").exists()
    assert "sourceMappingURL" not in (target / "uswds/css/uswds.min.css").read_text()
    assert (target / "uswds/js/uswds.min.js").read_text() == "run()\n"


def test_what_the_portal_uses_is_installed() -> None:
    vendor = ROOT / "static" / "vendor"
    for name in assets.ASSETS.values():
        assert (vendor / name).stat().st_size > 0
    style_sheet = (vendor / "uswds/css/uswds.min.css").read_text()
    for address in re.findall(r"url\([\"']?\.\./([^)\"'#?]+)", style_sheet):
        assert (vendor / "uswds" / address).is_file(), address
    assert sum(path.stat().st_size for path in vendor.rglob("*")) < 4_000_000


def test_assets_that_are_there_are_not_installed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[Path] = []
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "vendor")
    monkeypatch.setattr(assets, "fetch_node_packages", fetched.append)
    monkeypatch.setattr(assets, "copy_assets", lambda source, target: target.mkdir())
    assets.set_up_assets()
    assets.set_up_assets()
    assert len(fetched) == 1
    monkeypatch.setattr(assets, "ASSETS", {**assets.ASSETS, "one": "more"})
    assets.set_up_assets()
    assert len(fetched) == 2


# --- the commands -------------------------------------------------------------------------------


def test_every_target_of_the_makefile_is_one_line_of_the_bootstrap() -> None:
    makefile = (ROOT / "Makefile").read_text()
    recipes = re.findall(r"^(\w+):.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    for target, recipe in recipes:
        assert recipe.startswith(f"\t@$(PYTHON) bootstrap.py {target}")
        assert recipe.count("\n") == 1
        assert target in commands.COMMANDS
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    assert phony.group(1).split() == [target for target, _ in recipes]


def test_the_continuous_check_runs_the_two_commands_and_no_other() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert re.findall(r"^make .*$", script, re.MULTILINE) == ["make check", "make test"]
    assert "set -euo pipefail" in script
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_all_checks_run_and_every_failure_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    failing_checks = [
        checks.Check("first", ["python", "-c", "import sys; sys.exit('one is wrong')"]),
        checks.Check("second", ["python", "-c", "print('fine')"]),
        checks.Check("third", ["no-such-program"]),
    ]
    assert checks.run_all(failing_checks) == 1
    said = capsys.readouterr().out
    assert "first: FAILED" in said
    assert "one is wrong" in said
    assert "second: passed" in said
    assert "third: FAILED" in said
    assert said.endswith("1 checks passed, 2 failed\n")
    assert checks.run_all(failing_checks[1:2]) == 0


def test_the_checks_are_those_that_are_promised() -> None:
    programs = [" ".join(check.argv) for check in checks.all_checks()]
    for promised in (
        "ruff format --check .", "ruff check ", "mypy", "lint-imports", "djade --check",
        "bandit", "makemigrations --check --dry-run", "check --deploy --fail-level WARNING",
    ):  # fmt: skip
        assert any(promised in program for program in programs), promised
    deployment = checks.all_checks()[-1].env
    assert len(deployment["KPPORTAL_SECRET_KEY"]) >= 50
    assert deployment["KPPORTAL_DEMO"] == deployment["KPPORTAL_DEBUG"] == "off"


def test_every_package_is_looked_at_for_weaknesses() -> None:
    looked_at = set(checks.packages())
    assert {"accounts", "certificates", "journal", "kpportal", "licensees", "setup"} <= looked_at


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux ends the process")
def test_a_killed_make_takes_the_portal_with_it() -> None:
    come, go = os.pipe()
    child = "from setup.commands import end_with_make as e; e(); print(flush=True); input()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", parent],
        cwd=ROOT,
        env={**os.environ, "MAKELEVEL": "1"},
        stdin=come,
        stdout=subprocess.PIPE,
    ) as make:
        assert make.stdout is not None
        assert make.stdout.readline() == b"\n"
        make.kill()
        ended, _, _ = select.select([make.stdout], [], [], 30)
        os.close(go)  # which ends a child that is still there
        assert ended, "the other end of the pipe was closed by its death"
    os.close(come)
