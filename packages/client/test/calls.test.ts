import { describe, expect, it } from 'vitest';
import { etagOf } from '../src/index.js';
import { answer, problem, scriptedService } from './support/scripted-service.js';

const page = (results: readonly unknown[], next: string | null) =>
  answer(200, { results, next_page_token: next, as_of: '2026-01-31T09:30:00.000Z' });

describe('a call', () => {
  it('goes to the base URL with its prefix, ids encoded, with the token of that moment', async () => {
    let tokens = 0;
    const token = async () => `token-${++tokens}`;
    const { client, sent } = scriptedService([answer(200, {}), answer(200, {})], { token });
    await client.latestPatientInstallation('a/b ü');
    await client.latestPatientInstallation('c');
    expect(sent[0]?.url).toBe('https://telemetry.test/prefix/dhos/v1/patient/a%2Fb%20%C3%BC/latest_installation');
    expect(sent.map(({ headers }) => headers['Authorization'])).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('goes to the page’s own origin where the base URL is empty', async () => {
    const { client, sent } = scriptedService([answer(200, { running: true })], { baseUrl: '' });
    await client.running();
    expect(sent[0]?.url).toBe('/running');
  });

  it('sends no token where none is wanted', async () => {
    const { client, sent } = scriptedService([answer(200, { running: true })], { token: 'secret' });
    await client.running();
    expect(JSON.stringify(sent)).not.toContain('secret');
  });

  it('spells the parameters as the API does', async () => {
    const { client, sent } = scriptedService([page([], null)]);
    const parameters = { appVersionBelow: '4.2', serialNumber: ['a', 'b&c'], appProduct: 'GDM', total: true };
    await client.searchMeters({ ...parameters, pageSize: 10 }).page('the token');
    expect([...new URL(sent[0]?.url ?? '').searchParams]).toEqual([
      ['app_version_below', '4.2'],
      ['serial_number', 'a'],
      ['serial_number', 'b&c'],
      ['app_product', 'GDM'],
      ['total', 'true'],
      ['page_size', '10'],
      ['page_token', 'the token'],
    ]);
  });

  it('waits for an erasure and an export for longer than for others', async () => {
    const late = (body: unknown) => async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return answer(200, body);
    };
    const { client, sent } = scriptedService([late({ id: 'one' }), late(['line'])], { timeout: 20, retries: 0 });
    expect(await client.erasePerson('p')).toEqual({ id: 'one' });
    expect(await client.exportTable('revisions')).toBe('["line"]');
    expect(sent).toHaveLength(2);
  });

  it('is undefined where the patient has no installation', async () => {
    const { client } = scriptedService([answer(200, {})]);
    expect(await client.latestPatientInstallation('p')).toBeUndefined();
  });

  it('refuses an answer that is not the service’s, whatever its status', async () => {
    const welcome = new Response('<h1>Guest network</h1>', { status: 200, headers: { 'Content-Type': 'text/html' } });
    const { client } = scriptedService([welcome.clone()]);
    await expect(client.patientInstallation('p', 'one')).rejects.toMatchObject({ status: 200, problem: undefined });
    const { client: texts } = scriptedService([welcome.clone(), welcome.clone()]);
    await expect(texts.exportTable('revisions')).rejects.toMatchObject({ status: 200, problem: undefined });
    await expect(texts.reportCsv('meter_verification', {})).rejects.toMatchObject({ status: 200, problem: undefined });
  });

  it('asks for the table of a report as CSV', async () => {
    const table = new Response('app_version,people\r\n4.2.0,28\r\n', { headers: { 'Content-Type': 'text/csv' } });
    const { client, sent } = scriptedService([table]);
    const csv = await client.reportCsv('outdated', { audience: 'patient', appProduct: 'GDM', below: '4.2' });
    expect(csv).toBe('app_version,people\r\n4.2.0,28\r\n');
    expect(sent[0]?.url).toBe(
      'https://telemetry.test/prefix/dhos/v1/telemetry/reports/outdated?audience=patient&app_product=GDM&below=4.2',
    );
    expect(sent[0]?.headers['Accept']).toBe('text/csv');
  });

  it('returns the ETag of what it has read, and of nothing else', async () => {
    const { client } = scriptedService([answer(200, { uuid: 'one' }, { ETag: '"tag"' })]);
    const record = await client.patientInstallation('p', 'one');
    expect(etagOf(record)).toBe('"tag"');
    expect(etagOf({ ...record })).toBeUndefined();
  });

  it('returns the state of a service that is not healthy', async () => {
    const health = { hostname: 'h', status: 'failure', timestamp: 1, results: [] };
    const { client } = scriptedService([answer(503, health), problem(503)]);
    expect(await client.health()).toEqual(health);
    await expect(client.health()).rejects.toMatchObject({ status: 503 });
  });
});

describe('a list', () => {
  it('is read page by page, as far as it is used', async () => {
    const { client, sent } = scriptedService([page([1, 2], 'next'), page([3], null), page([1, 2], 'next')]);
    const all: unknown[] = [];
    for await (const item of client.patientInstallations('p', { pageSize: 2 })) all.push(item);
    expect(all).toEqual([1, 2, 3]);
    expect(sent.map(({ url }) => new URL(url).search)).toEqual(['?page_size=2', '?page_size=2&page_token=next']);
    for await (const item of client.patientInstallations('p')) if (item) break;
    expect(sent).toHaveLength(3);
  });

  it('asks for nothing before it is used', () => {
    const { client, sent } = scriptedService([]);
    client.patientInstallations('p');
    expect(sent).toEqual([]);
  });
});
