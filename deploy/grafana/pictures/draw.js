// node draw.js PROMETHEUS-URL [BODY]: asks Prometheus what each dashboard asks, draws it in
// headless Chromium with Grafana's UI packages and writes docs/pictures/*.png. No Grafana server.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const [prometheus, body = 'VP'] = process.argv.slice(2);
const minutes = 5;
const boards = join(import.meta.dirname, '..', 'json');
const pictures = join(import.meta.dirname, '..', '..', '..', 'docs', 'pictures');
const to = Date.now() / 1000;
const from = to - 60 * minutes;

async function ask(target) {
  const query = target.expr.replaceAll('$body', body).replaceAll('$__rate_interval', '20s');
  const [path, time] = target.range
    ? ['query_range', { start: from, end: to, step: 2 }]
    : ['query', { time: to }];
  const url = `${prometheus}/api/v1/${path}?${new URLSearchParams({ query, ...time })}`;
  const answer = await (await fetch(url)).json();
  if (answer.status !== 'success') {
    throw new Error(`${query}: ${answer.error}`);
  }
  return { ...target, ...answer.data };
}

async function draw(file, folder) {
  const board = JSON.parse(readFileSync(join(boards, file), 'utf8'));
  for (const panel of board.panels) {
    panel.answers = await Promise.all((panel.targets ?? []).map(ask));
  }
  const rows = Math.max(...board.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  const given = JSON.stringify({ board, from, to }).replaceAll('<', '\\u003c');
  const html = join(folder, 'page.html');
  writeFileSync(
    html,
    `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="page.css"><div id="root"></div>
     <script>window.given = ${given};</script><script src="page.js"></script>`
  );
  execFileSync('chromium', [
    '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
    '--hide-scrollbars', '--force-device-scale-factor=0.7', '--virtual-time-budget=15000', `--user-data-dir=${join(folder, 'user')}`,
    `--window-size=1400,${rows * 38 + 60}`,
    `--screenshot=${join(pictures, file.replace('.json', '.png'))}`,
    `file://${html}`,
  ], { stdio: 'ignore', timeout: 90_000 });
}

const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
try {
  mkdirSync(pictures, { recursive: true });
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
    loader: { '.svg': 'dataurl', '.png': 'dataurl', '.ttf': 'empty', '.woff2': 'dataurl' },
    logLevel: 'error',
  });
  for (const file of readdirSync(boards)) {
    await draw(file, folder);
  }
} finally {
  rmSync(folder, { recursive: true });
}
