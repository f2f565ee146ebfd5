"""``python -m generator``: the same as the ``nianbao`` command."""

from generator.cli import main

if __name__ == "__main__":
    main()
