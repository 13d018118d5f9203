import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { findService, postPerson } from './post-person.ts';
import { Random } from './random.ts';
import { samplePeople } from './sample-data.ts';

const [person] = samplePeople(new Random('demo'), { patients: 1, clinicians: 0, until: '2022-03-04' });

beforeEach(() => {
  vi.stubEnv('ENVIRONMENT', 'DEVELOPMENT');
});

async function serve(answer: (outgoing: ServerResponse) => void): Promise<string> {
  const server = createServer((_, outgoing) => answer(outgoing)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('waits for a service that is still starting', async () => {
  let asked = 0;
  const service = await serve((outgoing) => {
    outgoing.setHeader('Content-Type', 'application/json');
    if (++asked <= 3) outgoing.writeHead(503, { 'Retry-After': '0' }).end('{}');
    else outgoing.end(JSON.stringify({ uuid: 'u', ...person?.installations.at(-1) }));
  });
  expect(person && (await postPerson(service, person))).toBe(0);
  expect(asked).toBe(4);
});

it('says at once that there is no service', async () => {
  await expect(findService('http://127.0.0.1:1')).rejects.toThrow(/npm start/);
});
