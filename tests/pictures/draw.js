// node draw.js PROMETHEUS-URL DASHBOARD.json PICTURE.png FROM STEP BODY UNIT: asks Prometheus what the
// dashboard asks, from FROM (seconds since 1970) until now, and draws it in headless Chromium with
// Grafana's UI packages. No Grafana server.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const [prometheus, file, picture, began, stepText, body, unit] = process.argv.slice(2);
const step = Number(stepText);
const from = Number(began);
const to = Date.now() / 1000;
const ROW = 38;
const WIDTH = 1280; // a laptop's

async function ask(query, range = false) {
  const filled = query.replaceAll('$body', body).replaceAll('$unit', unit).replaceAll('$__rate_interval', '20s');
  const [path, time] = range
    ? ['query_range', { start: Math.ceil(from / step) * step, end: to, step }]
    : ['query', { time: to }];
  const asked = new URLSearchParams({ query: filled, ...time });
  const answer = await (await fetch(`${prometheus}/api/v1/${path}?${asked}`)).json();
  if (answer.status !== 'success') {
    throw new Error(`${filled}: ${answer.error}`);
  }
  return answer.data;
}

// The choice of bodies as Grafana makes it of a query's result: a line of text for each series,
// of which the expression takes the text that is shown and the value that queries get.
async function nameOfBody(variable) {
  const query = variable.query.query.replace(/^query_result\((.*)\)$/, '$1');
  const [, pattern, flags] = /^\/(.*)\/(\w*)$/.exec(variable.regex);
  for (const { metric } of (await ask(query)).result) {
    const labels = Object.entries(metric).map(([name, value]) => `${name}="${value}"`).join(',');
    const found = [...`{${labels}} 1`.matchAll(new RegExp(pattern, flags))].map(({ groups }) => groups);
    if (found.some(({ value }) => value === body)) {
      return found.find(({ text }) => text).text;
    }
  }
  throw new Error(`no body ${body}`);
}

const board = JSON.parse(readFileSync(file, 'utf8'));
for (const panel of board.panels) {
  panel.answers = await Promise.all(
    (panel.targets ?? []).map(async (target) => ({ ...target, ...(await ask(target.expr, target.range)) }))
  );
}
const variable = (board.templating.list ?? []).find(({ name }) => name === 'body');
const name = variable && (await nameOfBody(variable));
const rows = Math.max(...board.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
const given = JSON.stringify({ board, from, to, step, name }).replaceAll('<', '\\u003c');
const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
try {
  await build({
    entryPoints: [join(import.meta.dirname, 'page.jsx')],
    outfile: join(folder, 'page.js'),
    absWorkingDir: import.meta.dirname,
    bundle: true,
    minify: true,
    jsx: 'automatic',
    // Their ES modules import CommonJS the way Node does, which leaves components undefined.
    alias: {
      '@grafana/data': './node_modules/@grafana/data/dist/cjs/index.cjs',
      '@grafana/ui': './node_modules/@grafana/ui/dist/cjs/index.cjs',
    },
    define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
    loader: { '.svg': 'dataurl', '.png': 'dataurl', '.ttf': 'empty', '.woff': 'empty', '.woff2': 'dataurl' },
    logLevel: 'error',
  });
  const html = join(folder, 'page.html');
  writeFileSync(
    html,
    `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="page.css"><div id="root"></div>
     <script>window.given = ${given};</script><script src="page.js"></script>`
  );
  execFileSync('chromium', [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--hide-scrollbars', '--force-device-scale-factor=1', '--virtual-time-budget=15000',
    `--user-data-dir=${join(folder, 'user')}`, `--window-size=${WIDTH},${rows * ROW + 60}`,
    `--screenshot=${picture}`, `file://${html}`,
  ], { stdio: 'ignore', timeout: 120_000 });
} finally {
  rmSync(folder, { recursive: true });
}
