"""Where things lie that come with the product: in an installed package, or in a checkout."""

from pathlib import Path

from bot.settings import Settings

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped(name: str) -> Path:
    """The shipped folder of that name (`config`, `examples/demo`)."""
    packaged = _PACKAGE / "shipped" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def catalog_directory(settings: Settings) -> Path:
    """The directory that is named; else `config` of the working directory, else the shipped one."""
    if settings.catalog_dir is not None:
        return settings.catalog_dir
    here = Path("config")
    return here if here.is_dir() else shipped("config")
