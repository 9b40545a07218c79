"""How the page looks and what sorts its tables: no font, picture or script from elsewhere."""

from __future__ import annotations

CSS = """
:root { color-scheme: light dark; --page: #fbfaf8; --card: #ffffff; --ink: #1d1d1f; --soft: #62636a;
  --line: #dcdad4; --accent: #2f6fab; --second: #c2751b; --severe: #b3261e; --mild: #8a5a00;
  --none: #2c6e3f; --unknown: #62636a; }
@media (prefers-color-scheme: dark) {
  :root { --page: #17181a; --card: #202225; --ink: #e9e8e5; --soft: #a3a5ab; --line: #3a3d42;
    --accent: #7db4e6; --second: #e2a55b; --severe: #ff8a80; --mild: #f0c05a; --none: #7ccf94;
    --unknown: #a3a5ab; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 70rem; background: var(--page);
  color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); }
p { margin: .4rem 0; } .soft, figcaption { color: var(--soft); font-size: .88rem; }
.cards { display: grid; gap: .8rem; margin: 1.2rem 0;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .8rem 1rem; border-top: .3rem solid var(--tone); }
.card h3 { margin: 0; font-size: 1rem; } .card ul { padding-left: 1.1rem; margin: .4rem 0; }
.figure { font-size: 1.3rem; font-weight: 600; }
.severe { --tone: var(--severe); } .mild { --tone: var(--mild); } .none { --tone: var(--none); }
.cannot-tell { --tone: var(--unknown); } .held { --tone: var(--none); }
.failed { --tone: var(--severe); } .open { --tone: var(--unknown); }
.verdict { color: var(--tone); font-weight: 600; }
.plots { display: grid; gap: 1rem; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
figure { margin: .6rem 0; } figure svg { width: 100%; max-width: 34rem; height: auto; }
.scroll { overflow-x: auto; margin: .3rem 0 1rem; }
table { border-collapse: collapse; font-size: .9rem; min-width: 60%; }
th, td { padding: .25rem .7rem .25rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
table:not(:has([aria-sort])) .starts td { border-top: 2px solid var(--soft); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0;
  padding: 0; cursor: pointer; text-align: inherit; }
th button:focus-visible { outline: 2px solid var(--accent); }
th[aria-sort=ascending] button::after { content: " \\2191"; }
th[aria-sort=descending] button::after { content: " \\2193"; }
details { margin: .5rem 0; } summary { cursor: pointer; }
code { font: .9em ui-monospace, "DejaVu Sans Mono", monospace; }
td.text { min-width: 6.5rem; max-width: 40rem; white-space: pre-wrap; }
@media print { :root { --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; }
  body { font-size: 10.5pt; max-width: none; padding: 0; } .scroll { overflow: visible; }
  h2, summary { break-after: avoid; } .card, figure, tr { break-inside: avoid; } }
"""

SCRIPT = """
for (const table of document.querySelectorAll('table')) {
  table.tHead.addEventListener('click', event => {
    const heading = event.target.closest('th');
    if (!heading) return;
    const column = heading.cellIndex, falls = heading.getAttribute('aria-sort') === 'ascending';
    const isNumber = heading.className === 'number', key = row => row.cells[column].dataset.key;
    const rows = [...table.tBodies[0].rows].sort((a, b) => {
      const x = key(a), y = key(b);
      if (x === '' || y === '') return (x === '') - (y === '');
      const order = isNumber ? x - y : x.localeCompare(y);
      return falls ? -order : order;
    });
    for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', falls ? 'descending' : 'ascending');
    table.tBodies[0].append(...rows);
  });
}
addEventListener('beforeprint', () => {
  for (const folded of document.querySelectorAll('details')) folded.open = true;
});
"""
