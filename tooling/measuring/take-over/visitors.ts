import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../kit/ask.ts';
import { collectionPath, KINDS, type Kind, latestPath, OPERATION_TITLES, type Operation } from '../kit/kinds.ts';
import { ownerId, recordId } from '../kit/population.ts';
import { signToken } from '../kit/tokens.ts';
import { ownersOf, RECORDS_PER_OWNER } from './original.ts';
import type { Waits } from './waits.ts';

const PAUSE_MS = 100;
const VISITOR = 'visitor';

/** Clients of the service: one per operation, which waits for its answer, checks it, and asks again. */
export interface Visitors {
  /** Answers that were neither correct nor a 503. */
  readonly wrong: readonly string[];
  /** Records that were certainly added, and those whose outcome a 503 left open. */
  readonly added: number;
  readonly perhapsAdded: number;
  /** The service to ask from now on; undefined while there is none. */
  address: string | undefined;
  stop(): Promise<void>;
}

export function startVisitors(rows: number, waits: Waits): Visitors {
  const wrong: string[] = [];
  const made = new Map<Kind, string>();
  const visitors = { wrong, added: 0, perhapsAdded: 0, address: undefined as string | undefined, stop };
  let stopping = false;

  async function visit(operation: Operation, kind: Kind): Promise<void> {
    const { address } = visitors;
    const mine = made.get(kind);
    if (address === undefined || (operation === 'patch' && mine === undefined)) return;
    const number = Math.floor(Math.random() * ownersOf(kind, rows));
    const isRead = operation === 'get' || operation === 'latest';
    const owner = isRead ? ownerId(number) : VISITOR;
    const id = recordId(number, RECORDS_PER_OWNER - 1);
    const collection = collectionPath(kind, owner);
    const version = `${Math.random()}`;
    const [method, path, body] = {
      post: ['POST', collection, { [kind.date.field]: new Date().toISOString(), ...kind.fields }] as const,
      patch: ['PATCH', `${collection}/${mine}`, { app_version: version }] as const,
      get: ['GET', `${collection}/${id}`, undefined] as const,
      latest: ['GET', latestPath(kind, owner), undefined] as const,
    }[operation];
    const title = OPERATION_TITLES[operation];
    const asked = performance.now();
    // A service that was killed on purpose answers nothing.
    const answer = await ask(`${address}${path}`, method, signToken(kind, owner), body).catch(() => undefined);
    if (answer === undefined) {
      if (operation === 'post') visitors.perhapsAdded += 1;
      if (visitors.address === address) wrong.push(`${title} ${kind.name}: no answer`);
      return;
    }
    if (answer.status === 503) {
      if (operation === 'post') visitors.perhapsAdded += 1;
      return waits.refuse(title);
    }
    waits.note(title, performance.now() - asked);
    const { uuid } = answer.json;
    const isRight = isRead ? uuid === id : operation === 'post' || answer.json['app_version'] === version;
    if (answer.status >= 300 || !isRight) wrong.push(`${title} ${kind.name}: ${answer.status} ${answer.text}`);
    if (operation === 'post' && typeof uuid === 'string') {
      visitors.added += 1;
      made.set(kind, uuid);
    }
  }

  const clients = (['post', 'get', 'patch', 'latest'] as const).map(async (operation) => {
    const kinds = Object.values(KINDS).filter((kind) => operation !== 'latest' || kind.hasLatest);
    for (let turn = 0; !stopping; turn += 1) {
      await visit(operation, kinds[turn % kinds.length] as Kind);
      await sleep(PAUSE_MS);
    }
  });

  async function stop(): Promise<void> {
    stopping = true;
    await Promise.all(clients);
  }
  return visitors;
}
