"""Preview on this machine: serve the site on 127.0.0.1 and build again when something that it is made from changes."""

import socketserver
from collections.abc import Callable

from generator.errors import BuildError, reason
from generator.pipeline import Folders


class _Trial(socketserver.TCPServer):
    allow_reuse_address = True  # as the preview server: a port that was used a moment ago is free


def check_port(port: int) -> None:
    """Raise BuildError where the preview could not be served on ``port``: better said before the site is built."""
    try:
        _Trial(("127.0.0.1", port), socketserver.BaseRequestHandler).server_close()
    except OSError as error:
        raise BuildError(f"端口 {port} 用不了（{reason(error)}）", "", "请用 --port 换一个，如 --port 8001") from error


def serve_site(folders: Folders, build: Callable[[], None], port: int) -> None:
    """Serve ``folders.site`` until interrupted; ``build`` is called after each change in content or configuration."""
    from mkdocs.livereload import LiveReloadServer

    server = LiveReloadServer(builder=build, host="127.0.0.1", port=port, root=str(folders.site.resolve()))
    for watched in (folders.content, folders.config, folders.mkdocs):
        if watched.exists():
            server.watch(str(watched.resolve()))
    try:
        server.serve(open_in_browser=False)  # type: ignore[no-untyped-call]
    except KeyboardInterrupt:
        pass
    finally:
        server.shutdown()
