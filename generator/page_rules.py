"""What may stand in a published page or picture: tags, attributes and addresses by list, the policy to the letter.

The lists are what the theme, our templates and a hand-written Markdown page come to. A tag or an attribute that is not
there is a fault, whatever it does: what fetches, runs or leads elsewhere is too much to list, and grows.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from lxml import etree


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_POLICY = "Content-Security-Policy"
_TAGS = _listed(
    """html head title meta link script body header main article section nav footer noscript
    h1 h2 h3 h4 h5 h6 p div span a img br hr ul ol li dl dt dd table caption thead tbody tfoot tr th td
    blockquote pre code kbd q em strong b i s u small sub sup abbr del ins mark figure figcaption details summary
    form label input button svg g path text tspan"""
)
_PLAIN = _listed(  # harmless on any tag
    """class id title lang dir role hidden alt width height scope colspan rowspan start open charset for content
    placeholder maxlength autocomplete autocapitalize spellcheck enterkeyhint download value checked disabled
    aria-controls aria-current aria-describedby aria-hidden aria-label viewbox d x y stroke-width xmlns
    data-chart data-doubts data-from data-left data-right data-suspect data-values data-md-color-accent
    data-md-color-media data-md-color-primary data-md-color-scheme data-md-component data-md-level
    data-md-scrollfix data-md-toggle data-md-type"""
)
_META = {"description", "viewport", "author", "generator", "robots", "theme-color", "color-scheme"}
_KINDS = {"script": {"application/json", "text/javascript"}, "input": {"text", "checkbox", "radio", "search"}}
_RELATIONS = {"stylesheet", "icon", "canonical"}
_ALIGNED = re.compile(r"text-align: (?:left|right|center);?")  # what Markdown makes of a column's alignment
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|[/\\]{2}", re.IGNORECASE)
_LINK = re.compile(r"https?://", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_OUTER = re.compile(rb"<(html|head|body)\b", re.IGNORECASE)
_HIDDEN = re.compile(r"[\x00-\x20]")


def policy(connect: Collection[str] = ()) -> str:
    """The Content-Security-Policy of every page; ``connect`` are the other sites that a portal's search reads."""
    others = "".join(f" {address}" for address in connect)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        f"font-src 'self'; connect-src 'self'{others}; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
        "object-src 'none'"
    )


def page_faults(data: bytes, connect: Collection[str] = ()) -> Iterator[str]:
    """Yield what is wrong with a page: its policy, tags, attributes and addresses, a sentence each."""
    try:  # the plain parser: lxml.html's looks up a class for each element
        root = etree.fromstring(data, etree.HTMLParser(encoding="utf-8", no_network=True))
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        yield "不是网页"
        return
    if len(_OUTER.findall(data)) > len({*_OUTER.findall(data.lower())}):
        yield "有两个 <html>、<head> 或 <body>"  # a browser adds the attributes of the second to the first
    first = next(root.iterfind("head/*"), None)
    if first is None or first.tag != "meta" or first.get("http-equiv") != _POLICY:
        yield f"head 里的第一项不是 {_POLICY}"
    elif first.get("content") not in (policy(), policy(connect)):
        yield f"{_POLICY} 与本站的不同，可能放行了别处的或内嵌的脚本"
    for element in root.iter(etree.Element):
        if element.tag not in _TAGS:
            yield f"有 <{element.tag}>"
        elif not _PLAIN.issuperset(element.keys()) or element.tag in ("script", "meta"):
            yield from _element(element.tag, tuple(element.items()), element is first)


@lru_cache(maxsize=20_000)  # tabs, crumbs and sums stand on every page
def _element(tag: str, attributes: tuple[tuple[str, str], ...], is_policy: bool) -> tuple[str, ...]:
    given = dict(attributes)
    faults = [
        fault for name, value in attributes if name not in _PLAIN for fault in _attribute(tag, name, value, given)
    ]
    if tag == "script" and "src" not in given and given.get("type") != "application/json":
        faults.append("有内嵌脚本")
    if tag == "meta" and not is_policy and given.keys() - {"charset"} and given.get("name") not in _META:
        what = given.get("http-equiv", "") or given.get("name", "")
        faults.append("有自动跳转（meta refresh）" if what.lower() == "refresh" else f"有 <meta>：{what[:60]}")
    return tuple(faults)


def _attribute(tag: str, name: str, value: str, given: dict[str, str]) -> Iterator[str]:
    if name.startswith("on"):
        yield f"<{tag}> 有事件属性 {name}"
    elif (tag, name) in {("a", "href"), ("form", "action")}:
        yield from _led_to(tag, _HIDDEN.sub("", value), given)
    elif (tag, name) in {("img", "src"), ("script", "src"), ("link", "href")}:
        yield from _fetched(tag, _HIDDEN.sub("", value), given)
    elif not _is_known(tag, name, value):
        yield f"<{tag}> 有 {name} 属性：{value[:60]}"


def _is_known(tag: str, name: str, value: str) -> bool:
    if name == "style":
        return _ALIGNED.fullmatch(value) is not None
    if name == "type":
        return value in _KINDS.get(tag, {"button", "submit", "1"})
    if name == "rel":
        return value in _RELATIONS if tag == "link" else tag == "a"
    if name == "name":
        return tag in ("input", "meta")
    return (tag, name, value) == ("meta", "http-equiv", _POLICY)


def _led_to(tag: str, value: str, given: dict[str, str]) -> Iterator[str]:
    if not _ELSEWHERE.match(value):
        return
    if tag == "form":
        yield f"<form> 有 action 属性，送往别处：{value[:60]}"
    elif _MAIL.fullmatch(value):
        return
    elif not _LINK.match(value):
        yield f"<{tag}> 的链接不是 http(s) 网址，也不是邮箱：{value[:60]}"
    elif not {"noopener", "nofollow"} <= set(given.get("rel", "").split()):
        yield f'外部链接没有写 rel="noopener nofollow"：{value[:60]}'


def _fetched(tag: str, value: str, given: dict[str, str]) -> Iterator[str]:
    if _ELSEWHERE.match(value) and not (given.get("rel") == "canonical" and _LINK.match(value)):
        yield f"<{tag}> 从别处取东西：{value[:60]}"


_SHAPES = _listed(
    """svg g path rect circle ellipse line polyline polygon text tspan title desc defs clipPath mask symbol use
    linearGradient radialGradient stop"""
)
_WITHIN = re.compile(r"\s*#[\w-]+\s*")
_REACHES = re.compile(r"url\((?!\s*['\"]?#)|@import|expression\(|[a-z]script:", re.IGNORECASE)


def picture_faults(data: bytes) -> Iterator[str]:
    """Yield what is wrong with an SVG file, which is a page of its own to whoever opens it: it draws, and no more."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        yield "不是完好的 SVG"
        return
    if root.getroottree().docinfo.doctype or root.getprevious() is not None:
        yield "有 <! 或 <? 声明"
    for element in root.iter():
        if not isinstance(element.tag, str):
            yield from ("有 <! 或 <? 声明" for _ in [0] if element.tag is not etree.Comment)
            continue
        tag = element.tag.removeprefix("{http://www.w3.org/2000/svg}")
        if tag not in _SHAPES:
            yield f"有 <{etree.QName(element).localname}>"
        for key, value in element.items():
            name = etree.QName(key).localname
            if name.lower().startswith("on"):
                yield f"<{tag}> 有事件属性 {name}"
            elif name == "href" and not _WITHIN.fullmatch(value):
                yield f"<{tag}> 从别处取东西：{value[:60]}"
            elif not name.startswith("aria-") and _REACHES.search(value):  # a name of a body may say anything
                yield f"<{tag}> 的 {name} 从别处取东西：{value[:60]}"
