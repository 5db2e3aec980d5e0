"""The look of reports and pictures: one palette, light and dark, and for paper. Colour never is the only sign.

Everything is styled by classes, so that a page needs no style attributes and its policy can name the one style sheet
by its hash.
"""

from __future__ import annotations

import re
from typing import Final

_LIGHT: Final = """\
--paper:#ffffff;--ground:#f6f7f9;--ink:#1a2230;--quiet:#566072;--rule:#e3e7ed;--grid:#e9ecf1;--stripe:#f8f9fb;
--planned:#cbd3df;--planned-soft:#eef1f5;--planned-line:#9aa6b8;--accent:#3458d8;--accent-soft:#e8edfd;
--done:#2f9e6e;--progress:#3b7de0;--blocked:#d9941b;--failed:#d4483f;--skipped:#a3adbb;--waiting:#c4ccd7;
--critical:#b4307a;--inside:#ffffff;--good:#1d7f55;--good-soft:#e3f5ec;--bad:#b3342c;--bad-soft:#fce9e7;
--unsure:#6b7382;--unsure-soft:#eef0f3;--shadow:0 1px 2px rgb(20 30 50/.06),0 4px 16px rgb(20 30 50/.05);"""
_DARK: Final = """\
--paper:#171c26;--ground:#0f131a;--ink:#e6eaf1;--quiet:#9aa5b8;--rule:#2a3241;--grid:#262d3a;--stripe:#1a202b;
--planned:#465164;--planned-soft:#202836;--planned-line:#72809a;--accent:#8aa4ff;--accent-soft:#222c4a;
--done:#3fb984;--progress:#5b98f2;--blocked:#e3a73c;--failed:#ea6a61;--skipped:#6d788a;--waiting:#4a5466;
--critical:#f07fb8;--inside:#0f131a;--good:#63d3a2;--good-soft:#16332a;--bad:#ff8f86;--bad-soft:#3d1f1f;
--unsure:#a5afc0;--unsure-soft:#262d3a;--shadow:none;"""

_TEXT: Final = """\
.chart{font-family:ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.chart text{fill:var(--ink)}
.chart .tick{fill:var(--quiet);font-size:11px;font-variant-numeric:tabular-nums}
.chart .figure{font-size:12px;fill:var(--ink)}
.s12{font-size:12.5px}.s11{font-size:11px}.s10{font-size:10.5px}.s9{font-size:9.5px}.s7{font-size:7px}
"""
_CHARTS: Final = """\
.grid{stroke:var(--grid);stroke-width:1}.rule{stroke:var(--rule);stroke-width:1}.stripe{fill:var(--stripe)}
.planned{fill:var(--planned)}
.bar{fill:var(--waiting)}.bar.completed{fill:var(--done)}.bar.in_progress{fill:var(--progress)}
.bar.blocked{fill:var(--blocked)}.bar.failed{fill:var(--failed)}.bar.skipped{fill:var(--skipped)}
.bar.critical{stroke:var(--critical);stroke-width:1.6}
.bar.load-bar{fill:var(--accent)}
.pause{stroke:var(--blocked);stroke-width:2;stroke-dasharray:2.5 2.5}
.now{stroke:var(--accent);stroke-width:1.5;stroke-dasharray:5 3}
.chart .on-path{font-weight:600;fill:var(--critical)}
.chart .inside{fill:var(--inside);font-size:9px;font-weight:600}
.area-planned{fill:var(--planned-soft)}.line-planned{fill:none;stroke:var(--planned-line);stroke-width:1.75;
stroke-dasharray:5 3}
.line-actual{fill:none;stroke:var(--accent);stroke-width:2.5;stroke-linejoin:round;stroke-linecap:round}
.dot-actual{fill:var(--accent);stroke:var(--paper);stroke-width:2}
.meter{fill:var(--planned-soft)}.meter-in{fill:var(--accent)}.meter-planned{stroke:var(--ink);stroke-width:1.5}
"""
_GRAPH: Final = """\
.link{fill:none;stroke:var(--planned-line);stroke-width:1.25;stroke-opacity:.75}
.link-critical{stroke:var(--critical);stroke-width:2.25;stroke-opacity:1}
.node{fill:var(--paper);stroke:var(--planned-line);stroke-width:1}
.node.critical{stroke:var(--critical);stroke-width:1.9}
.edge{fill:var(--waiting)}.edge.completed{fill:var(--done)}.edge.in_progress{fill:var(--progress)}
.edge.blocked{fill:var(--blocked)}.edge.failed{fill:var(--failed)}.edge.skipped{fill:var(--skipped)}
.small .node{fill:var(--waiting);stroke:none}.small .node.completed{fill:var(--done)}
.small .node.in_progress{fill:var(--progress)}.small .node.blocked{fill:var(--blocked)}
.small .node.failed{fill:var(--failed)}.small .node.skipped{fill:var(--skipped)}
.small .node.critical{stroke:var(--critical);stroke-width:1.9}
.small .node-id{fill:var(--inside)}
.chart .node-id{font-weight:600}.chart .node-name{fill:var(--quiet)}
.chart .node-note{fill:var(--quiet);font-size:10.5px;font-variant-numeric:tabular-nums}
.chart .node-agent{fill:var(--quiet);font-size:10px}
.chart .heading{font-size:15px;font-weight:600}.chart .heading-sub{font-size:11.5px;fill:var(--quiet)}
"""
CHART: Final = _TEXT + _CHARTS + _GRAPH

_PAGE: Final = """\
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);line-height:1.55;font-size:15px;
font-family:ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header.top,footer{max-width:1200px;margin:0 auto;padding:0 24px}
.skip{position:absolute;left:-999px}.skip:focus{left:16px;top:12px;background:var(--paper);padding:8px 12px;
border-radius:8px}
header.top{padding-top:40px;padding-bottom:8px}
.kicker{margin:0;color:var(--quiet);font-size:13px;letter-spacing:.06em;text-transform:uppercase;font-weight:600}
h1{margin:4px 0 12px;font-size:clamp(24px,3.4vw,34px);line-height:1.2;letter-spacing:-.015em;text-wrap:balance;
overflow-wrap:anywhere}
h2{margin:0 0 4px;font-size:19px;letter-spacing:-.01em}
h3{margin:0 0 8px;font-size:15px}
.sub{margin:0 0 16px;color:var(--quiet);font-size:13.5px;max-width:80ch}
.facts{margin:0;color:var(--quiet);font-size:14px}
.pill{display:inline-block;padding:2px 11px;border-radius:99px;font-size:13px;font-weight:600;
background:var(--unsure-soft);color:var(--unsure);white-space:nowrap}
.pill.good{background:var(--good-soft);color:var(--good)}.pill.bad{background:var(--bad-soft);color:var(--bad)}
.pill.going{background:var(--accent-soft);color:var(--accent)}
.card{background:var(--paper);border:1px solid var(--rule);border-radius:14px;padding:22px 24px;margin:18px 0;
box-shadow:var(--shadow)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:12px;margin:22px 0 4px;
padding:0;list-style:none}
.tile{background:var(--paper);border:1px solid var(--rule);border-radius:14px;padding:14px 16px;
box-shadow:var(--shadow)}
.tile dt{color:var(--quiet);font-size:12.5px}.tile dd{margin:2px 0 0}
.tile .big{overflow-wrap:anywhere;font-size:23px;font-weight:650;
letter-spacing:-.02em;font-variant-numeric:tabular-nums;
line-height:1.25;display:block}
.tile .big.long{font-size:17px;line-height:1.6}
.tile .more{color:var(--quiet);font-size:12.5px;display:block}
.wide{overflow-x:auto;margin:0 -8px;padding:0 8px}
.tall{max-height:min(78vh,1100px);overflow:auto;margin:0 -8px;padding:0 8px}
.wide:focus-visible,.tall:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:6px}
.gantt,.progress,.load{display:block;width:100%;min-width:760px;height:auto}
.graph{display:block;max-width:none;margin:0 auto}
.graph.fits{max-width:100%;height:auto}
table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
th{font-size:12px;text-align:left;color:var(--quiet);font-weight:600;padding:6px 10px;
border-bottom:1.5px solid var(--rule);white-space:nowrap;vertical-align:bottom}
td{padding:7px 10px;border-bottom:1px solid var(--rule);vertical-align:top}
tbody tr:last-child td{border-bottom:0}
tbody tr:hover{background:var(--stripe)}
.num{text-align:right;white-space:nowrap}
td.over{color:var(--bad);font-weight:600}td.under{color:var(--good);font-weight:600}
td.first{font-weight:600}
td.state{white-space:nowrap}
.cols{display:grid;grid-template-columns:repeat(auto-fit,minmax(330px,1fr));gap:18px}
.cols .card{margin:0}
@media(min-width:800px){.cols:has(> :nth-child(4):last-child){grid-template-columns:1fr 1fr}}
.notes{margin:0;padding-left:20px}.notes li{margin:0 0 9px;overflow-wrap:anywhere}
.notes li:last-child{margin-bottom:0}
.notes li::marker{color:var(--quiet)}
.refs{color:var(--quiet);font-size:12px;white-space:nowrap}
.refs a{color:var(--accent);text-decoration:none}.refs a:hover{text-decoration:underline}
.path{display:flex;flex-wrap:wrap;gap:7px 6px;align-items:center;margin:0 0 10px;padding:0;list-style:none;
font-size:13.5px}
.path li{display:flex;align-items:center;gap:6px}
.path li+li::before{content:"→";color:var(--quiet)}
.step{border:1px solid var(--rule);border-radius:8px;padding:2px 9px;background:var(--stripe);font-weight:600}
.actual .step{border-color:var(--critical);color:var(--critical)}
.why{color:var(--quiet);font-size:12px}
.legend{display:flex;flex-wrap:wrap;gap:5px 16px;margin:12px 0 0;padding:0;list-style:none;font-size:12.5px;
color:var(--quiet)}
.legend li{display:flex;align-items:center;gap:6px}
.legend svg{flex:none}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.9em;
background:var(--unsure-soft);padding:0 5px;border-radius:5px}
details summary{cursor:pointer;color:var(--accent);font-weight:600;font-size:14px}
details[open] summary{margin-bottom:12px}
.events{font-size:13px;margin:0;padding-left:28px}.events li{margin:0 0 5px;overflow-wrap:anywhere}
.events li:target{background:var(--accent-soft);border-radius:6px}
footer{padding-top:6px;padding-bottom:48px;color:var(--quiet);font-size:12.5px}
@media(max-width:640px){main,header.top,footer{padding-left:14px;padding-right:14px}.card{padding:16px 14px;
border-radius:12px}}
@media print{
@page{size:A4;margin:13mm}
body{background:#fff;font-size:10.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}
main,header.top,footer{max-width:none;padding:0}header.top{padding-top:0}
.card,.tile{box-shadow:none;border-color:#d5dae2}.card{padding:12px 14px;margin:10px 0;break-inside:avoid}
.card.long{break-inside:auto}
.tall,.wide{max-height:none;overflow:visible}.gantt,.progress,.load{min-width:0}
.graph{max-width:100%;height:auto}
h2,h3{break-after:avoid}tr,li{break-inside:avoid}thead{display:table-header-group}
.tiles{grid-template-columns:repeat(4,1fr)}table{font-size:8.5pt}td,th{padding:3px 5px}
details:not([open])>*{display:block}details::details-content{content-visibility:visible;display:block}.skip{display:none}
}
"""

PAGE: Final = (
    f":root{{color-scheme:light dark;{_LIGHT}}}\n"
    f"@media screen and (prefers-color-scheme:dark){{:root{{{_DARK}}}}}\n{_PAGE}{CHART}"
)
"""The style sheet of a report."""


def _with_colours(rules: str, palette: str) -> str:
    """Rules without custom properties, which most programs that show SVG do not know: word processors, drawing
    programs, libraries. They would paint everything black.
    """
    colours = dict(each.split(":", 1) for each in palette.replace("\n", "").split(";") if each)
    return re.sub(r"var\((--[a-z-]+)\)", lambda match: colours[match[1]], rules)


_ALONE: Final = f".paper{{fill:var(--paper)}}\n{_TEXT}{_GRAPH}"

PAPER: Final = _with_colours(_ALONE, _LIGHT)
"""That of a picture in a file of its own, on white."""

ALONE: Final = f"{PAPER}@media screen and (prefers-color-scheme:dark){{\n{_with_colours(_ALONE, _DARK)}}}\n"
"""The same, dark where the reader's screen is."""
