"""A real IMAP server for tests: Debian's Dovecot with a private configuration, folder and certificate."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.servers import ENDS_WITH_US, PrivateServer, free_port

DOVECOT = "/usr/sbin/dovecot"
USER, PASSWORD = "umfrage@institute.example", "Passwort/mit:Zeichen@"

SECONDS = count(1_572_855_270)  # the names of mails begin with the second of their arrival

# What Dovecot 2.3 (Debian 12) and 2.4 (Debian 13) say differently.
DIALECTS = {
    "2.3": """
mail_location = maildir:{folder}/mail
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}
}}
""",
    "2.4": """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
mail_driver = maildir
mail_path = {folder}/mail
ssl_server_cert_file = {folder}/certificate.pem
ssl_server_key_file = {folder}/key.pem
passdb static {{
  password = "{password}"
}}
userdb static {{
  fields {{
    uid = {user}
    gid = {group}
    home = {folder}
  }}
}}
""",
}
CONFIGURATION = """
protocols = imap
base_dir = {folder}/run
state_dir = {folder}/run
log_path = /dev/stderr
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
first_valid_uid = 1
ssl = required
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {starttls}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass(frozen=True)
class ImapServer:
    """Where it listens, where its mail is, and the certificate by which it is known."""

    folder: Path
    tls: int
    starttls: int

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    def receive(self, raw: bytes) -> None:
        """Deliver a mail into the inbox, as a mail server would."""
        name = f"{next(SECONDS)}.M1P1.host"
        draft = self.folder / "mail" / "tmp" / name
        draft.write_bytes(raw)
        draft.chmod(0o666)
        draft.rename(self.folder / "mail" / "new" / name)

    def empty(self) -> None:
        """Take every mail away, from all folders."""
        for path in (self.folder / "mail").rglob("*"):
            if path.parent.name in ("new", "cur"):
                path.unlink()

    def mails(self, folder: str = "") -> list[bytes]:
        """What is in the inbox, or in the folder, whatever its flags."""
        box = self.folder / "mail" / folder
        return [crlf(path.read_bytes()) for part in ("new", "cur") for path in sorted((box / part).glob("*"))]


def crlf(raw: bytes) -> bytes:
    """The mail with the line ends that IMAP speaks, whatever the server keeps."""
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def account() -> tuple[str, str]:
    """Who runs the server: Dovecot lets no mail be read as root."""
    me = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    return me.pw_name, subprocess.run(
        ["id", "-gn", me.pw_name], check=True, text=True, capture_output=True
    ).stdout.strip()


def make_certificate(folder: Path) -> None:
    """A certificate for this machine alone, signed by itself."""
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subprocess.run(["openssl", "req", "-x509", *curve, *names, *files], check=True, capture_output=True)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def configure(server: ImapServer) -> Path:
    """Write the configuration in the dialect of the installed version."""
    version = subprocess.run([DOVECOT, "--version"], check=True, text=True, capture_output=True).stdout
    dialect = DIALECTS["2.3" if version.startswith("2.3") else "2.4"]
    user, group = account()
    values = {"folder": server.folder, "user": user, "group": group, "password": PASSWORD}
    text = (dialect + CONFIGURATION).format(**values, tls=server.tls, starttls=server.starttls)
    path = server.folder / "dovecot.conf"
    path.write_text(text)
    return path


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    """A server that ends with the test."""
    with tempfile.TemporaryDirectory(prefix="imap-") as name:
        server = ImapServer(Path(name), free_port(), free_port())
        make_certificate(server.folder)
        for part in ("tmp", "new", "cur"):
            (server.folder / "mail" / part).mkdir(parents=True)
        command = [DOVECOT, "-F", "-c", str(configure(server))]
        if os.geteuid() == 0:
            user, group = account()
            for path in (server.folder, *server.folder.rglob("*")):
                shutil.chown(path, user, group)
            command = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", *command]
        log = server.folder / "log"
        with PrivateServer([*ENDS_WITH_US, *command], log, lambda: listens(server.tls)).running():
            yield server
