import { createServer } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { freePort } from '../../../packages/adapters/src/postgres/embedded/free-port.js';
import { Listeners } from '../src/server/listeners.js';

it('of two that open one port at nearly the same moment, one gets it and the other EADDRINUSE', async () => {
  for (let turns = 0; turns < 40; turns++) {
    const port = await freePort();
    const both = [new Listeners(createServer()), new Listeners(createServer())];
    const openings = both.map(async (listeners, second) => {
      for (let turn = 0; second === 1 && turn < turns; turn++) await setImmediate();
      // A name is looked up before each socket is opened, which leaves time for the other one.
      return listeners.open(port, 'localhost');
    });
    const outcomes = await Promise.allSettled(openings);
    await Promise.all(both.map((listeners) => listeners.close()));
    expect(outcomes.map(({ status }) => status).sort(), `${turns} turns later`).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: 'EADDRINUSE' });
  }
});

it('those that let the system choose a port get one each', async () => {
  const all = Array.from({ length: 10 }, () => new Listeners(createServer()));
  const ports = await Promise.all(all.map((listeners) => listeners.open(0, '127.0.0.1')));
  await Promise.all(all.map((listeners) => listeners.close()));
  expect(new Set(ports).size).toBe(10);
});
