import { existsSync, globSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { settings } from '../../apps/api/src/config/settings.js';
import { anchorsOf, checkout, codeIn, pages, read, tableOf, unreadable } from './documents.ts';

const readme = read('README.md');
const names = Object.keys(settings);

describe('README.md', () => {
  it('has a table of exactly the settings that are read, as the code describes them', () => {
    const expected = Object.entries(settings).map(([name, setting]) => [
      `\`${name}\``,
      'default' in setting ? `\`${setting.default}\`` : '',
      setting.meaning,
    ]);
    expect(tableOf(readme, 'Settings')).toEqual(expected);
  });

  it('names exactly the commands of package.json', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = tableOf(readme, 'Commands').map(([command = '']) => codeIn(command)[0]);
    const expected = Object.keys(scripts).map((name) =>
      name === 'start' || name === 'test' ? `npm ${name}` : `npm run ${name}`,
    );
    expect(commands).toEqual(expected);
  });

  it('names every folder and no other', () => {
    const folders = tableOf(readme, 'Layout').map(([folder = '']) => codeIn(folder)[0] ?? '');
    for (const folder of folders) expect(existsSync(join(checkout, folder)), folder).toBe(true);
    const there = readdirSync(checkout, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules',
    );
    expect([...new Set(folders.map((folder) => folder.split('/')[0]))].toSorted()).toEqual(
      there.map(({ name }) => name).toSorted(),
    );
  });
});

describe('every page', () => {
  it.each(pages)('%s links to existing pages and headings', (path) => {
    const links = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken = links.filter((link) => {
      if (/^https?:/.test(link)) return false;
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(checkout, target))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it.each(pages)('%s is wrapped at 120 columns, and no cell of its tables has 300 characters', (path) => {
    expect(unreadable(read(path))).toEqual([]);
  });

  it('names only existing files', () => {
    const missing = pages.flatMap((path) =>
      codeIn(read(path).replaceAll(/^```.*?^```$/gms, ''))
        .filter((code) => /^(apps|packages|tooling|docker|docs)\/[\w./-]+$/.test(code) && !code.includes('/dist/'))
        .filter((code) => !existsSync(join(checkout, code)))
        .map((code) => `${path}: ${code}`),
    );
    expect(missing).toEqual([]);
  });
});

const composeFiles = globSync('docker/compose*.yaml', { cwd: checkout });

test('the example of Kubernetes sets only existing settings', () => {
  const kubernetes = /```yaml name=kubernetes\n(.*?)^```$/ms.exec(read('docs/operating.md'))?.[1] ?? '';
  const inKubernetes = [...kubernetes.matchAll(/- \{ name: ([A-Z_0-9]+),/g)].map(([, name]) => name);
  expect(inKubernetes.length).toBeGreaterThan(5);
  expect(inKubernetes.filter((name) => !names.includes(name ?? ''))).toEqual([]);
});

test.each(composeFiles)('%s sets only existing settings, and has no key that others know', (path) => {
  const environments = [...read(path).matchAll(/^( +)environment:.*\n((?:\1 {2}.*\n)+)/gm)].map(
    ([, , lines]) => lines ?? '',
  );
  const [service = '', ...others] = environments.filter((lines) => lines.includes('DATABASE_HOST:'));
  expect(others).toEqual([]);
  const settings = [...service.matchAll(/^ +([A-Z_0-9]+): *(.*)$/gm)].map(([, name = '', value]) => ({ name, value }));
  expect(settings.length).toBeGreaterThan(5);
  expect(settings.filter(({ name }) => !names.includes(name))).toEqual([]);
  const keys = [...read(path).matchAll(/^ +HS_KEY(?:_FILE)?: (.*)$/gm)].map(([, value]) => value);
  expect(keys).toEqual([expect.stringMatching(/^\$\{HS_KEY:\?/)]);
});

test.each(composeFiles)('%s pins the image of its databases', (path) => {
  const images = [...read(path).matchAll(/^ +image: (.*)$/gm)].map(([, image]) => image);
  const foreign = images.filter((image) => image !== 'polaris-telemetry');
  expect(foreign).toEqual([expect.stringMatching(/^docker\.io\/\w+\/\w+:\d+\.\d+[\w.-]*$/)]);
});

test('the Kubernetes example has a Service for its pods, which Prometheus scrapes under the name that the alerts know', () => {
  const page = read('docs/operating.md');
  const kubernetes = /```yaml name=kubernetes\n(.*?)^```$/ms.exec(page)?.[1] ?? '';
  const [service = '', deployment = ''] = kubernetes.split('---\n');
  const selector = /selector: \{ (app: \S+) \}/.exec(service)?.[1];
  expect(service).toContain('kind: Service');
  expect(deployment).toContain(`labels: { ${selector} }`);
  expect(deployment).toContain(`containerPort: ${/targetPort: (\d+)/.exec(service)?.[1]} }`);
  const jobs = (text: string) => [...text.matchAll(/job(?:_name: |=")([\w-]+)/g)].map(([, name]) => name);
  const prometheus = /```yaml name=kubernetes-prometheus\n(.*?)^```$/ms.exec(page)?.[1] ?? '';
  const named = [read('docs/monitoring/alerts.yaml'), read('docs/monitoring/prometheus.yaml'), prometheus].map(jobs);
  for (const names of named) expect(new Set(names)).toEqual(new Set(['polaris-telemetry']));
  expect(prometheus).toContain(`regex: ${selector?.slice('app: '.length)} }`);
});

test('the image is built from existing files that the build context includes', () => {
  const copied = [...read('docker/Dockerfile').matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(' '),
  );
  const context = read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  expect(copied.length).toBeGreaterThan(8);
  for (const source of copied) {
    expect(existsSync(join(checkout, source)), source).toBe(true);
    expect(
      context.some((path) => source === path || source.startsWith(`${path}/`)),
      source,
    ).toBe(true);
  }
});

test('the image installs for every package and app', () => {
  const manifests = globSync(['packages/*/package.json', 'apps/*/package.json'], { cwd: checkout }).toSorted();
  const copied = [...read('docker/Dockerfile').matchAll(/^COPY ((?:packages|apps)\S+package\.json) /gm)];
  expect(copied.map(([, manifest]) => manifest).toSorted()).toEqual(manifests);
});

test('the list of decisions is complete and shows their titles and states', () => {
  const files = readdirSync(join(checkout, 'docs/adr')).filter((name) => /^\d{4}-/.test(name));
  const expected = files.map((file) => {
    const page = read(`docs/adr/${file}`);
    const title = /^# \d+\. (.*)$/m.exec(page)?.[1];
    return `| [${file.slice(0, 4)}](${file}) | ${title} | ${/^Status: (.*)$/m.exec(page)?.[1]} |`;
  });
  const listed = read('docs/adr/README.md')
    .split('\n')
    .filter((line) => line.startsWith('| ['));
  expect(listed).toEqual(expected);
});
