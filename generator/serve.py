"""Preview on this machine: serve the site on 127.0.0.1 and build again when something that it is made from changes."""

from collections.abc import Callable

from generator.pipeline import Folders


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
