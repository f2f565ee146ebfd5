"""An archive that is too large for one site: which site holds what, as ``site_config/shards.yml`` says.

Each agency belongs to one shard by its division: the longest code that a shard names decides. The portal is one more
site, without reports of its own. ``OneOfSeveral`` knows of every page the address of the site that holds it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, model_validator

from generator.archive import AgencyEntry, Code, Id, Name, Registry, ancestors
from generator.config import SiteConfig
from generator.errors import ConfigError
from generator.report import Model
from generator.yamlfile import Fault, Faults, like, load_yaml

FILE = "shards.yml"
PORTAL = "portal"
_RIGHT = "网站的网址，如 https://example.org/nianbao-bei/"
_HOMELESS = 5  # agencies without a shard that are named; more are counted

Address = Annotated[
    str,
    like(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)*/?", _RIGHT),
    AfterValidator(lambda address: f"{address.rstrip('/')}/"),
]


class Shard(Model):
    """One site of several: ``regions`` are the division codes whose agencies it holds, all that lies under them too."""

    id: Id
    name: Name
    address: Address
    regions: Annotated[list[Code], Field(min_length=1)]


class Shards(Model):
    """``shards.yml``: the address of the portal, and the shards. Checked against the registry given as ``context``."""

    model_config = ConfigDict(ignored_types=(cached_property,))

    portal: Address
    shards: Annotated[list[Shard], Field(min_length=1)]

    @cached_property
    def by_id(self) -> Mapping[str, Shard]:
        """Shard id → shard."""
        return {shard.id: shard for shard in self.shards}

    @cached_property
    def _by_code(self) -> Mapping[str, Shard]:
        return {code: shard for shard in self.shards for code in shard.regions}

    def of(self, code: str) -> Shard | None:
        """The shard that a division belongs to; None where no shard names it or a division above it."""
        known = (self._by_code.get(part) for part in reversed(ancestors(code)))
        return next((shard for shard in known if shard), None)

    def agencies(self, shard: Shard, registry: Registry) -> list[AgencyEntry]:
        """The agencies of ``shard`` in the order of the registry."""
        return [agency for agency in registry.agencies if self.of(agency.region) == shard]

    @model_validator(mode="after")
    def _sound(self, info: ValidationInfo) -> "Shards":
        faults = [*self._twice(), *(self._unlike(info.context) if info.context else ())]
        if faults:
            raise Faults(faults)
        return self

    def _twice(self) -> Iterator[Fault]:
        """Ids, addresses and codes that two sites claim: no page and no agency may have two homes."""
        ids, addresses, codes = {PORTAL: "门户"}, {self.portal: "门户"}, dict[str, str]()
        for place, shard in enumerate(self.shards):
            claims: list[tuple[str, str, dict[str, str], tuple[int | str, ...]]] = [
                ("代号", shard.id, ids, ("id",)),
                ("网址", shard.address, addresses, ("address",)),
                *(("区划", code, codes, ("regions", at)) for at, code in enumerate(shard.regions)),
            ]
            for what, said, seen, steps in claims:
                if said in seen:
                    told = f"{what}「{said}」已经由{seen[said]}用了，只能属于一个分站"
                    yield Fault(told, "", ("shards", place, *steps))
                seen[said] = f"分站「{shard.id}」"

    def _unlike(self, registry: Registry) -> Iterator[Fault]:
        """Agencies without a shard, and shards without an agency."""
        homes = {agency.id: self.of(agency.region) for agency in registry.agencies}
        homeless = [agency for agency in registry.agencies if homes[agency.id] is None]
        for agency in homeless[:_HOMELESS]:
            code = f"{agency.region[:2]}0000"
            what = f"机关「{agency.id}」（{registry.region_name(agency.region)}）不属于任何分站"
            yield Fault(f'{what}，请把 "{code}" 写进一个分站的 regions', "", ("shards",))
        if len(homeless) > _HOMELESS:
            yield Fault(f"另有 {len(homeless) - _HOMELESS} 个机关不属于任何分站", "", ("shards",))
        taken = {shard.id for shard in homes.values() if shard}
        for place, shard in enumerate(self.shards):
            if shard.id not in taken:
                told = f"分站「{shard.id}」一个机关也没有，请核对 regions，或者删去这个分站"
                yield Fault(told, "", ("shards", place, "id"))


def load_shards(config: Path, registry: Registry) -> Shards:
    """Read ``shards.yml`` in the folder ``config``. Raises ConfigError, also where there is none."""
    path = config / FILE
    if not path.is_file():
        hint = "请先照 CONTRIBUTING.md 的「分站」写好；一个网站放得下的档案不用它"
        raise ConfigError("没有分站的配置", str(path), hint)
    return load_yaml(path, Shards, context=registry, guide=" CONTRIBUTING.md 的「分站」")


class Home(NamedTuple):
    """A site as pages lead to it."""

    name: str
    address: str


class OneOfSeveral(SiteConfig):
    """The settings of one site of several: ``own`` is the shard's id, ``portal`` for the portal.

    ``homes`` leads from agency ids, ``held`` from division codes to the ids of shards, that of the division itself
    first. ``span`` is the first and the last year of the whole archive, so that each site shows the same years.
    """

    shards: Shards
    own: str
    homes: Mapping[str, str]
    held: Mapping[str, Sequence[str]]
    years: tuple[int, int] | None = None

    def elsewhere(self, target: str) -> str:
        """The address of the site that holds the page at ``target``, empty where this one does."""
        home = self._home(target)
        if home == self.own:
            return ""
        return self.shards.portal if home == PORTAL else self.shards.by_id[home].address

    def _home(self, target: str) -> str:
        """The id of the site that a page of this site leads to."""
        if agency := re.match(r"a/([^/]+)/", target):
            return self.homes.get(agency[1], self.own)
        if region := re.match(r"(?:r|coverage)/([0-9]{6})/", target):
            held = self.held.get(region[1], ())
            return self.own if self.own in held else next(iter(held), self.own)
        return PORTAL if re.match(r"r/(?:#|$)", target) else self.own

    @property
    def portal(self) -> str:
        """The address of the portal; empty on the portal itself."""
        return "" if self.own == PORTAL else self.shards.portal

    @property
    def own_name(self) -> str:
        """What this site is called among the others."""
        return "" if self.own == PORTAL else self.shards.by_id[self.own].name

    def beside(self, code: str) -> list[Home]:
        """The other shards that hold agencies of a division."""
        others = (self.shards.by_id[home] for home in self.held.get(code, ()) if home != self.own)
        return [Home(shard.name, shard.address) for shard in others]

    @property
    def addresses(self) -> list[str]:
        """The addresses of all sites but this one: no other is led to but those that reports name."""
        return [one for one in (self.shards.portal, *(s.address for s in self.shards.shards)) if one != self.address]

    @property
    def span(self) -> tuple[int, int] | None:
        return self.years


def one_of_several(
    config: SiteConfig, shards: Shards, own: str, registry: Registry, years: Iterable[int]
) -> OneOfSeveral:
    """The settings ``config`` as the site ``own`` of ``shards`` has them: a shard's id, or ``portal``."""
    homes = {agency.id: shard.id for agency in registry.agencies if (shard := shards.of(agency.region))}
    held: dict[str, list[str]] = {}
    for agency in registry.agencies:
        for code in ancestors(agency.region):
            if homes[agency.id] not in held.setdefault(code, []):
                held[code].append(homes[agency.id])
    for code, ids in held.items():
        first = shards.of(code)
        ids.sort(key=lambda name: (first is None or name != first.id, list(shards.by_id).index(name)))
    known_years = sorted(set(years))
    span = (known_years[0], known_years[-1]) if known_years else None
    address = shards.portal if own == PORTAL else shards.by_id[own].address
    told = config.model_dump() | {"address": address}
    return OneOfSeveral(shards=shards, own=own, homes=homes, held=held, years=span, **told)
